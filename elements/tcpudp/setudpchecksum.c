// SPDX-License-Identifier: BSD-3-Clause
// SetUDPChecksum: computes the UDP checksum anew.

#include <stdatomic.h>

#include <rte_udp.h>

#include "elements/tcpudp/segment.h"
#include "src/chatter.h"
#include "src/element.h"

struct setudpchecksum {
	struct element element;
	_Atomic bool told;
};

enum { BAD_PACKET, NO_MEMORY };

static __attribute__((noinline, cold)) int
bad_packet(struct setudpchecksum *e)
{
	if (e->element.n_outputs == 1 &&
		!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter(ELEMENT_FMT ": fragment or short packet", ELEMENT_ARG(e));
	return element_output_or_drop(&e->element, 1, BAD_PACKET);
}

static inline int
set_packet(struct setudpchecksum *e, struct packet **pp)
{
	struct rte_udp_hdr *udp;
	struct segment s;
	uint32_t len;

	if (unlikely(!packet_make_writable(pp)))
		return DROP(NO_MEMORY);
	if (unlikely(!segment_read(&s, pp, sizeof(*udp)) || segment_is_fragment(&s)))
		return bad_packet(e);
	udp = (void *)packet_edit(pp, s.off, sizeof(*udp));
	len = rte_be_to_cpu_16(udp->dgram_len);
	if (unlikely(len < sizeof(*udp) || len > s.have))
		return bad_packet(e);
	udp->dgram_cksum = 0;
	udp->dgram_cksum = segment_checksum(&s, *pp, len);
	return 0;
}

ELEMENT_DECIDE(setudpchecksum, setudpchecksum, set_packet)

static const char *const setudpchecksum_drops[] = {
	[BAD_PACKET] = "fragment or short packet", [NO_MEMORY] = "no memory", NULL};

static const struct element_class setudpchecksum_class = {
	.name = "SetUDPChecksum",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct setudpchecksum),
	.push = setudpchecksum_push,
	.pull = setudpchecksum_pull,
	.decide = setudpchecksum_decide,
	.drops = setudpchecksum_drops,
	.group = "tcpudp",
	.brief = "computes the UDP checksum anew",
	.manual =
		"Packets need an IP header place. Fragments, packets that are shorter than their UDP\n"
		"length says, and those whose UDP length is less than its header's leave by output 1;\n"
		"if that is not there they are dropped, and the first of them is reported. The\n"
		"protocol is not looked at. As in Click a sum of 0 is stored as it is, which\n"
		"receivers take for no checksum.",
	.example = "Idle -> MarkIPHeader -> SetIPChecksum -> SetUDPChecksum -> Discard;",
};
ELEMENT_CLASS(setudpchecksum_class)
