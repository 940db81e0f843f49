// Two ports, wired together: what comes in at one goes out at the other.
//
//	clickd forward.click A=0 B=1
//	clickd forward.click A=net_af_packet0,iface=veth0 B=net_af_packet1,iface=veth2

define($A net_tap0, $B net_tap1)

from_a :: FromDPDK("$A") -> to_b :: ToDPDK("$B");
from_b :: FromDPDK("$B") -> to_a :: ToDPDK("$A");
