// SPDX-License-Identifier: BSD-3-Clause
// CheckTCPHeader: checks TCP headers.

#include <rte_tcp.h>

#include "elements/ip/headercheck.h"
#include "elements/tcpudp/segment.h"
#include "src/chatter.h"

struct checktcpheader {
	struct element element;
	struct headercheck check;
};

enum { NOT_TCP, BAD_LENGTH, BAD_CHECKSUM };

static const char *const reason_texts[] = {
	[NOT_TCP] = "not TCP",
	[BAD_LENGTH] = "bad packet length",
	[BAD_CHECKSUM] = "bad TCP checksum",
	NULL,
};

static __attribute__((noinline, cold)) int
bad_packet(struct checktcpheader *e, unsigned reason)
{
	if (headercheck_count(&e->element, &e->check, reason))
		chatter(ELEMENT_FMT ": TCP header check failed: %s", ELEMENT_ARG(e),
			reason_texts[reason]);
	return element_output_or_drop(&e->element, 1, reason);
}

static inline int
check_packet(struct checktcpheader *e, struct packet **pp)
{
	const struct rte_ipv4_hdr *ip =
		(const void *)packet_peek(pp, packet_network_offset(*pp), sizeof(*ip));
	const struct rte_tcp_hdr *tcp;
	struct segment s;
	uint32_t tcp_len;

	if (unlikely(ip == NULL || ip->next_proto_id != IPPROTO_TCP))
		return bad_packet(e, NOT_TCP);
	if (unlikely(!segment_read(&s, pp, sizeof(*tcp)) || s.len > s.have))
		return bad_packet(e, BAD_LENGTH);
	tcp = segment_header(&s);
	tcp_len = (tcp->data_off >> 4) * 4u;
	if (unlikely(tcp_len < sizeof(*tcp) || tcp_len > s.len))
		return bad_packet(e, BAD_LENGTH);
	if (unlikely(segment_checksum(&s, *pp, s.len) != 0))
		return bad_packet(e, BAD_CHECKSUM);
	return 0;
}

ELEMENT_DECIDE(checktcpheader, checktcpheader, check_packet)

static void
checktcpheader_add_handlers(struct element *base)
{
	headercheck_add_details(base, &((struct checktcpheader *)base)->check);
}

static const struct arg checktcpheader_args[] = {
	HEADERCHECK_ARGS(checktcpheader),
	ARGS_END,
};

static const struct element_class checktcpheader_class = {
	.name = "CheckTCPHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checktcpheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checktcpheader_push,
	.pull = checktcpheader_pull,
	.decide = checktcpheader_decide,
	.take_state = headercheck_take_state,
	.args = checktcpheader_args,
	.handlers = headercheck_handlers,
	.add_handlers = checktcpheader_add_handlers,
	.drops = reason_texts,
	.group = "tcpudp",
	.brief = "checks TCP headers",
	.manual =
		"Checks protocol, lengths and checksum of TCP packets. Bad packets, and those that are\n"
		"not TCP, leave by output 1, or are dropped if it is not there. With DETAILS the\n"
		"handler `drop_details` counts them by reason. Needs header places: put a\n"
		"CheckIPHeader in front. The checksum covers the whole datagram, so fragments are\n"
		"bad: put an IPReassembler in front of them.",
	.example = "Idle -> CheckIPHeader -> CheckTCPHeader -> Discard;",
};
ELEMENT_CLASS(checktcpheader_class)
