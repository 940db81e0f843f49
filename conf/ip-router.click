// The IP router of the Click paper (Kohler et al., 2000) with two interfaces: ARP, options, TTL,
// fragmentation, and the ICMP errors that go with them.
//
//	clickd ip-router.click PORT0=net_tap0,iface=dtap0 PORT1=net_tap1,iface=dtap1
//
// Each interface has an address in a subnet, and a hardware address. More interfaces: one more line
// in each of the groups below.

define($PORT0 net_tap0, $ADDR0 10.0.0.1/24, $MAC0 02:00:00:00:00:10,
	$PORT1 net_tap1, $ADDR1 10.0.1.1/24, $MAC1 02:00:00:00:00:11,
	$MTU 1500)

AddressInfo(if0 $ADDR0 $MAC0, if1 $ADDR1 $MAC1);

// ---- what an interface does with what comes in, and goes out

// Input: frames. Output 0: IP packets, their header checked; output 1: ARP replies;
// output 2: ARP responses that we send.
elementclass InterfaceIn { $addr, $color |
	input -> HostEtherFilter($addr)
	      -> c :: Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -);
	c[0] -> ARPResponder($addr) -> [2] output;
	c[1] -> [1] output;
	c[2] -> Paint($color) -> Strip(14)
	     -> CheckIPHeader(INTERFACES $ADDR0 $ADDR1)
	     -> output;
	c[3] -> other :: Counter -> Discard;
}

// Input: IP packets that are to leave here, their next hop in the annotation. Output 0: packets for
// ARP; outputs 1 to 4: what is to be told to the sender.
elementclass InterfaceOut { $addr, $color, $mtu |
	input -> DropBroadcasts
	      -> pt :: PaintTee($color)
	      -> gio :: IPGWOptions($addr)
	      -> FixIPSrc($addr)
	      -> dt :: DecIPTTL
	      -> fr :: IPFragmenter($mtu)
	      -> output;
	pt[1] -> [1] output;
	gio[1] -> [2] output;
	dt[1] -> [3] output;
	fr[1] -> [4] output;
}

// ---- the router

rt :: RadixIPLookup(
	if0 0, if0:bcast 0,
	if1 0, if1:bcast 0,
	if0:net 1,
	if1:net 2,
	255.255.255.255/32 0, 0.0.0.0/32 0);

in0 :: FromDPDK("$PORT0", MAC $MAC0) -> i0 :: InterfaceIn(if0, 1);
in1 :: FromDPDK("$PORT1", MAC $MAC1) -> i1 :: InterfaceIn(if1, 2);
out0 :: ToDPDK("$PORT0");
out1 :: ToDPDK("$PORT1");
arpq0 :: ARPQuerier(if0);
arpq1 :: ARPQuerier(if1);

i0[0] -> rt;
i1[0] -> rt;
i0[1] -> [1] arpq0;
i1[1] -> [1] arpq1;
i0[2] -> out0;
i1[2] -> out1;

// For the router itself: it answers pings, and tells senders of UDP and TCP that nobody listens.
rt[0] -> local :: IPClassifier(icmp type echo, icmp, -);
local[0] -> ICMPPingResponder -> rt;
local[1] -> icmp :: Counter -> Discard;
local[2] -> ICMPError(if0, unreachable, port) -> rt;

rt[1] -> o0 :: InterfaceOut(if0, 1, $MTU) -> arpq0 -> out0;
rt[2] -> o1 :: InterfaceOut(if1, 2, $MTU) -> arpq1 -> out1;

o0[1] -> ICMPError(if0, redirect, host) -> rt;
o0[2] -> ICMPError(if0, parameterproblem) -> rt;
o0[3] -> ICMPError(if0, timeexceeded) -> rt;
o0[4] -> ICMPError(if0, unreachable, needfrag, PMTU $MTU) -> rt;
o1[1] -> ICMPError(if1, redirect, host) -> rt;
o1[2] -> ICMPError(if1, parameterproblem) -> rt;
o1[3] -> ICMPError(if1, timeexceeded) -> rt;
o1[4] -> ICMPError(if1, unreachable, needfrag, PMTU $MTU) -> rt;
