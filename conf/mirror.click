// Sends every frame back where it came from, its Ethernet addresses swapped.
//
//	clickd mirror.click PORT=0

define($PORT net_tap0)

FromDPDK("$PORT") -> packets :: Counter -> EtherMirror -> ToDPDK("$PORT");
