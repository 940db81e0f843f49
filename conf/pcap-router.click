// An IP router between two subnets without any device: frames from one pcap file, out into another.
// Nothing but the file system is needed, so it runs anywhere and without rights.
//
//	clickd pcap-router.click IN=in.pcap OUT=out.pcap -h Counter.count
//
// ARP is left out: the hardware addresses of the two hosts are given.

define($IN in.pcap, $OUT out.pcap,
	$ADDR0 10.0.0.1/24, $MAC0 02:00:00:00:00:10, $HOST0 02:00:00:00:00:a0,
	$ADDR1 10.0.1.1/24, $MAC1 02:00:00:00:00:11, $HOST1 02:00:00:00:00:b0)

AddressInfo(if0 $ADDR0 $MAC0, if1 $ADDR1 $MAC1);

FromDump($IN, STOP true) -> received :: Counter
	-> type :: Classifier(12/0800, -);
type[0] -> Strip(14)
	-> ip :: CheckIPHeader(INTERFACES $ADDR0 $ADDR1)
	-> rt :: RadixIPLookup(if0 2, if1 2, if0:net 0, if1:net 1, 0.0.0.0/0 3);
type[1] -> not_ip :: Counter -> Discard;
ip[1] -> bad_header :: Counter -> Discard;

rt[0] -> ttl0 :: DecIPTTL -> EtherEncap(0x0800, if0, $HOST0) -> sent :: Counter -> ToDump($OUT);
rt[1] -> ttl1 :: DecIPTTL -> EtherEncap(0x0800, if1, $HOST1) -> sent;
rt[2] -> for_router :: Counter -> Discard;
rt[3] -> no_route :: Counter -> Discard;

// Answers go back to the sender, through the table.
ttl0[1] -> expired :: Counter -> ICMPError(if0, timeexceeded) -> rt;
ttl1[1] -> expired;
