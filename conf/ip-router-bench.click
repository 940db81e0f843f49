// The forwarding path of ip-router.click without hosts: no ARP, the next hops' addresses are given.
// For measuring; one port may stand for both sides.
//
//	clickd ip-router-bench.click PORT0=0 PORT1=1

define($PORT0 net_tap0, $ADDR0 10.0.0.1/24, $MAC0 02:00:00:00:00:10, $PEER0 02:00:00:00:00:01,
	$PORT1 net_tap1, $ADDR1 10.0.1.1/24, $MAC1 02:00:00:00:00:11, $PEER1 02:00:00:00:00:02,
	$MTU 1500)

AddressInfo(if0 $ADDR0 $MAC0, if1 $ADDR1 $MAC1);

elementclass InterfaceIn { $color |
	input -> c :: Classifier(12/0806 20/0001, 12/0806 20/0002, 12/0800, -);
	c[0] -> Discard;
	c[1] -> Discard;
	c[2] -> Paint($color) -> Strip(14)
	     -> CheckIPHeader(INTERFACES $ADDR0 $ADDR1)
	     -> output;
	c[3] -> Discard;
}

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

rt :: RadixIPLookup(
	if0 0, if0:bcast 0,
	if1 0, if1:bcast 0,
	if0:net 1,
	if1:net 2,
	10.0.2.0/24 10.0.0.2 1, 10.0.3.0/24 10.0.1.2 2,
	172.16.0.0/12 10.0.0.2 1, 192.168.0.0/16 10.0.1.2 2,
	255.255.255.255/32 0, 0.0.0.0/32 0,
	0.0.0.0/0 10.0.1.2 2);

FromDPDK("$PORT0") -> InterfaceIn(1) -> rt;
FromDPDK("$PORT1") -> InterfaceIn(2) -> rt;

rt[0] -> local :: Counter -> Discard;
rt[1] -> o0 :: InterfaceOut(if0, 1, $MTU)
      -> EtherEncap(0x0800, $MAC0, $PEER0) -> out0 :: ToDPDK("$PORT0");
rt[2] -> o1 :: InterfaceOut(if1, 2, $MTU)
      -> EtherEncap(0x0800, $MAC1, $PEER1) -> out1 :: ToDPDK("$PORT1");

o0[1] -> ICMPError(if0, redirect, host) -> rt;
o0[2] -> ICMPError(if0, parameterproblem) -> rt;
o0[3] -> ICMPError(if0, timeexceeded) -> rt;
o0[4] -> ICMPError(if0, unreachable, needfrag, PMTU $MTU) -> rt;
o1[1] -> ICMPError(if1, redirect, host) -> rt;
o1[2] -> ICMPError(if1, parameterproblem) -> rt;
o1[3] -> ICMPError(if1, timeexceeded) -> rt;
o1[4] -> ICMPError(if1, unreachable, needfrag, PMTU $MTU) -> rt;
