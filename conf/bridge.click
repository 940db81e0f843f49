// A static bridge between two ports. Each side's hosts are listed by address; frames for one of
// them cross, groups and broadcasts cross, and frames between hosts of one side stay there.
//
//	clickd bridge.click A=0 B=1 HOST_A=02:00:00:00:00:0a HOST_B=02:00:00:00:00:0b

define($A net_tap0, $B net_tap1,
	$HOST_A 02:00:00:00:00:0a, $HOST_B 02:00:00:00:00:0b)

// Classifier patterns want plain digits, so the hosts are told apart by an IPClassifier, whose
// language knows Ethernet addresses.
elementclass Side { $own |
	input -> c :: IPClassifier(ether dst $own, -);
	c[0] -> stays :: Counter -> Discard;	// both ends are on this side
	c[1] -> output;
}

FromDPDK("$A") -> side_a :: Side($HOST_A) -> ToDPDK("$B");
FromDPDK("$B") -> side_b :: Side($HOST_B) -> ToDPDK("$A");
