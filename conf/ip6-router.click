// An IPv6 router with two interfaces, the twin of ip-router.click: neighbour discovery, hop limit,
// and the ICMPv6 errors that go with them. Packets that are too long for a link are told so, since
// IPv6 routers do not fragment.
//
//	clickd ip6-router.click PORT0=net_tap0,iface=dtap0 PORT1=net_tap1,iface=dtap1
//
// Each interface has an address in a subnet, and a hardware address. More interfaces: one more line
// in each of the groups below.

define($PORT0 net_tap0, $ADDR0 2001:db8:0:0::1/64, $MAC0 02:00:00:00:00:10,
	$PORT1 net_tap1, $ADDR1 2001:db8:0:1::1/64, $MAC1 02:00:00:00:00:11,
	$MTU 1500)

AddressInfo(if0 $ADDR0 $MAC0, if1 $ADDR1 $MAC1);

// ---- what an interface does with what comes in, and goes out

// Input: frames. Output 0: IPv6 packets, their header checked and their destination annotation set;
// output 1: neighbour advertisements; output 2: those that we send. Neighbours' messages have a hop
// limit of 255: no router has passed them on.
elementclass InterfaceIn { $addr |
	input -> HostEtherFilter($addr)
	      -> c :: Classifier(12/86dd 20/3aff 54/87, 12/86dd 20/3aff 54/88, 12/86dd, -);
	c[0] -> IP6NDAdvertiser($addr) -> [2] output;
	c[1] -> [1] output;
	c[2] -> Strip(14)
	     -> CheckIP6Header(::)
	     -> GetIP6Address(24)
	     -> output;
	c[3] -> other :: Counter -> Discard;
}

// Input: IPv6 packets that are to leave here, their next hop in the annotation. Output 0: packets for
// neighbour discovery; outputs 1 and 2: what is to be told to the sender.
elementclass InterfaceOut { $mtu |
	input -> dh :: DecIP6HLIM
	      -> fr :: IP6Fragmenter($mtu)
	      -> output;
	dh[1] -> [1] output;
	fr[1] -> [2] output;
}

// ---- the router

// Link-local addresses and groups are not passed on.
rt :: LookupIP6Route(
	if0 0, if1 0,
	fe80::/10 0, ff00::/8 0,
	if0:ip6net 1,
	if1:ip6net 2);

in0 :: FromDPDK("$PORT0", MAC $MAC0) -> i0 :: InterfaceIn(if0);
in1 :: FromDPDK("$PORT1", MAC $MAC1) -> i1 :: InterfaceIn(if1);
out0 :: ToDPDK("$PORT0");
out1 :: ToDPDK("$PORT1");
nd0 :: IP6NDSolicitor(if0, if0);
nd1 :: IP6NDSolicitor(if1, if1);

i0[0] -> rt;
i1[0] -> rt;
i0[1] -> [1] nd0;
i1[1] -> [1] nd1;
i0[2] -> out0;
i1[2] -> out1;

// For the router itself: nobody listens, and senders of UDP and TCP are told so.
rt[0] -> local :: Classifier(6/3a, -);
local[0] -> icmp :: Counter -> Discard;
local[1] -> ICMP6Error(if0, 1, 4) -> rt;

rt[1] -> o0 :: InterfaceOut($MTU) -> nd0 -> out0;
rt[2] -> o1 :: InterfaceOut($MTU) -> nd1 -> out1;

o0[1] -> ICMP6Error(if0, 3, 0) -> rt;
o0[2] -> ICMP6Error(if0, 2, 0, PMTU $MTU) -> rt;
o1[1] -> ICMP6Error(if1, 3, 0) -> rt;
o1[2] -> ICMP6Error(if1, 2, 0, PMTU $MTU) -> rt;
