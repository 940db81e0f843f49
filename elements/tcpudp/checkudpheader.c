// SPDX-License-Identifier: BSD-3-Clause
// CheckUDPHeader: checks UDP headers.

#include <rte_udp.h>

#include "elements/ip/headercheck.h"
#include "elements/tcpudp/segment.h"
#include "src/chatter.h"

struct checkudpheader {
	struct element element;
	struct headercheck check;
};

enum { NOT_UDP, BAD_LENGTH, BAD_CHECKSUM };

static const char *const reason_texts[] = {
	[NOT_UDP] = "not UDP",
	[BAD_LENGTH] = "bad packet length",
	[BAD_CHECKSUM] = "bad UDP checksum",
	NULL,
};

static __attribute__((noinline, cold)) int
bad_packet(struct checkudpheader *e, unsigned reason)
{
	if (headercheck_count(&e->element, &e->check, reason))
		chatter("UDP header check failed: %s", reason_texts[reason]);
	return element_output_or_drop(&e->element, 1, reason);
}

static inline int
check_packet(struct checkudpheader *e, struct packet **pp)
{
	const struct rte_ipv4_hdr *ip =
		(const void *)packet_peek(pp, packet_network_offset(*pp), sizeof(*ip));
	const struct rte_udp_hdr *udp;
	struct segment s;
	uint32_t len;

	if (unlikely(ip == NULL || ip->next_proto_id != IPPROTO_UDP))
		return bad_packet(e, NOT_UDP);
	if (unlikely(!segment_read(&s, pp, sizeof(*udp))))
		return bad_packet(e, BAD_LENGTH);
	udp = segment_header(&s);
	len = rte_be_to_cpu_16(udp->dgram_len);
	if (unlikely(len < sizeof(*udp) || len > s.have))
		return bad_packet(e, BAD_LENGTH);
	// A sender that computed none says so with a zero.
	if (udp->dgram_cksum != 0 && unlikely(segment_checksum(&s, *pp, len) != 0))
		return bad_packet(e, BAD_CHECKSUM);
	return 0;
}

ELEMENT_DECIDE(checkudpheader, checkudpheader, check_packet)

static void
checkudpheader_add_handlers(struct element *base)
{
	headercheck_add_details(base, &((struct checkudpheader *)base)->check);
}

static const struct arg checkudpheader_args[] = {
	HEADERCHECK_ARGS(checkudpheader),
	ARGS_END,
};

static const struct element_class checkudpheader_class = {
	.name = "CheckUDPHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkudpheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkudpheader_push,
	.pull = checkudpheader_pull,
	.decide = checkudpheader_decide,
	.take_state = headercheck_take_state,
	.args = checkudpheader_args,
	.handlers = headercheck_handlers,
	.add_handlers = checkudpheader_add_handlers,
	.drops = reason_texts,
	.group = "tcpudp",
	.brief = "checks UDP headers",
	.manual =
		"Checks protocol, length and checksum of UDP packets; a checksum of 0 means that the\n"
		"sender computed none. Bad packets, and those that are not UDP, leave by output 1, or\n"
		"are dropped if it is not there. With DETAILS the handler `drop_details` counts them\n"
		"by reason. Needs header places: put a CheckIPHeader in front.",
	.example = "Idle -> CheckIPHeader -> CheckUDPHeader -> Discard;",
};
ELEMENT_CLASS(checkudpheader_class)
