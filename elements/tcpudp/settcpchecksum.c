// SPDX-License-Identifier: BSD-3-Clause
// SetTCPChecksum: computes the TCP checksum anew.

#include <stdatomic.h>

#include <rte_tcp.h>

#include "elements/tcpudp/segment.h"
#include "src/chatter.h"
#include "src/element.h"

struct settcpchecksum {
	struct element element;
	bool fixoff;
	_Atomic bool told;
};

enum { BAD_LENGTHS, NO_MEMORY };

static __attribute__((noinline, cold)) int
bad_packet(struct settcpchecksum *e)
{
	if (!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter("SetTCPChecksum: bad lengths");
	return DROP(BAD_LENGTHS);
}

// The header length, in 32-bit words, that the segment's length allows.
static uint8_t
fixed_data_off(const struct segment *s, uint8_t data_off)
{
	uint32_t words = data_off >> 4;

	if (words < sizeof(struct rte_tcp_hdr) / 4)
		words = sizeof(struct rte_tcp_hdr) / 4;
	else if (words * 4 > s->len && !segment_is_fragment(s))
		words = s->len / 4;
	return (uint8_t)(words << 4 | (data_off & 15));
}

static inline int
set_packet(struct settcpchecksum *e, struct packet **pp)
{
	struct rte_tcp_hdr *tcp;
	struct segment s;

	if (unlikely(!packet_make_writable(pp)))
		return DROP(NO_MEMORY);
	if (unlikely(!segment_read(&s, pp, sizeof(*tcp)) || s.len < sizeof(*tcp) || s.len > s.have))
		return bad_packet(e);
	tcp = (void *)packet_edit(pp, s.off, sizeof(*tcp));
	if (e->fixoff)
		tcp->data_off = fixed_data_off(&s, tcp->data_off);
	tcp->cksum = 0;
	tcp->cksum = segment_checksum(&s, *pp, s.len);
	return 0;
}

ELEMENT_DECIDE(settcpchecksum, settcpchecksum, set_packet)

static const struct arg settcpchecksum_args[] = {
	ARG(settcpchecksum, fixoff, "FIXOFF", ARG_OPTIONAL, .def = "false",
		.help = "puts a header length right that is too small, or greater than the packet"),
	ARGS_END,
};

static const char *const settcpchecksum_drops[] = {
	[BAD_LENGTHS] = "bad lengths", [NO_MEMORY] = "no memory", NULL};

static const struct element_class settcpchecksum_class = {
	.name = "SetTCPChecksum",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct settcpchecksum),
	.push = settcpchecksum_push,
	.pull = settcpchecksum_pull,
	.decide = settcpchecksum_decide,
	.args = settcpchecksum_args,
	.drops = settcpchecksum_drops,
	.group = "tcpudp",
	.brief = "computes the TCP checksum anew",
	.manual =
		"Packets need an IP header place, and their IP length must be that of a TCP segment\n"
		"which is there; others are dropped, and the first of them is reported. The protocol\n"
		"is not looked at.",
	.example = "Idle -> MarkIPHeader -> SetIPChecksum -> SetTCPChecksum -> Discard;",
};
ELEMENT_CLASS(settcpchecksum_class)
