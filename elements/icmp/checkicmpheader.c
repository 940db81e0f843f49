// SPDX-License-Identifier: BSD-3-Clause
// CheckICMPHeader: checks ICMP headers.

#include <rte_icmp.h>
#include <rte_ip.h>

#include "elements/icmp/icmp_name.h"
#include "elements/ip/checksum.h"
#include "elements/ip/headercheck.h"
#include "src/chatter.h"
#include "src/element.h"

enum { NOT_ICMP, BAD_LENGTH, BAD_CHECKSUM };

struct checkicmpheader {
	struct element element;
	struct headercheck check;
};

static const char *const reason_texts[] = {
	[NOT_ICMP] = "not ICMP",
	[BAD_LENGTH] = "bad packet length",
	[BAD_CHECKSUM] = "bad ICMP checksum",
	NULL,
};

static __attribute__((noinline, cold)) int
bad_packet(struct checkicmpheader *e, unsigned reason)
{
	if (headercheck_count(&e->element, &e->check, reason))
		chatter(ELEMENT_FMT ": ICMP header check failed: %s", ELEMENT_ARG(e),
			reason_texts[reason]);
	return element_output_or_drop(&e->element, 1, reason);
}

// Whether a message of this type can have this length, its header included.
static bool
length_is_right(uint8_t type, uint32_t len)
{
	switch (type) {
	case ICMP_TYPE_UNREACHABLE:
	case ICMP_TYPE_SOURCE_QUENCH:
	case ICMP_TYPE_REDIRECT:
	case ICMP_TYPE_TIME_EXCEEDED:
	case ICMP_TYPE_PARAMETER_PROBLEM:
		// They quote an IP header and 8 bytes.
		return len >= 36;
	case ICMP_TYPE_TIMESTAMP:
	case ICMP_TYPE_TIMESTAMP_REPLY:
		return len == 20;
	case ICMP_TYPE_INFO_REQUEST:
	case ICMP_TYPE_INFO_REPLY:
		return len == 8;
	default:
		return true;
	}
}

static inline int
check_packet(struct checkicmpheader *e, struct packet **pp)
{
	int32_t ip_off = packet_network_offset(*pp), off = packet_transport_offset(*pp);
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, ip_off, sizeof(*ip));
	const uint8_t *icmp;
	uint64_t sum = 0;
	uint32_t len;

	if (unlikely(ip == NULL || ip->next_proto_id != IPPROTO_ICMP))
		return bad_packet(e, NOT_ICMP);
	icmp = packet_peek(pp, off, sizeof(struct rte_icmp_hdr));
	if (unlikely(icmp == NULL))
		return bad_packet(e, BAD_LENGTH);
	len = packet_length_from(*pp, off);
	if (unlikely(!length_is_right(*icmp, len)))
		return bad_packet(e, BAD_LENGTH);
	checksum_add_packet(&sum, *pp, off, len);
	if (unlikely(checksum_finish(sum) != 0))
		return bad_packet(e, BAD_CHECKSUM);
	return 0;
}

ELEMENT_DECIDE(checkicmpheader, checkicmpheader, check_packet)

static void
checkicmpheader_add_handlers(struct element *base)
{
	headercheck_add_details(base, &((struct checkicmpheader *)base)->check);
}

static const struct arg checkicmpheader_args[] = {
	HEADERCHECK_ARGS(checkicmpheader),
	ARGS_END,
};

static const struct element_class checkicmpheader_class = {
	.name = "CheckICMPHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkicmpheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkicmpheader_push,
	.pull = checkicmpheader_pull,
	.decide = checkicmpheader_decide,
	.take_state = headercheck_take_state,
	.args = checkicmpheader_args,
	.handlers = headercheck_handlers,
	.add_handlers = checkicmpheader_add_handlers,
	.drops = reason_texts,
	.group = "icmp",
	.brief = "checks ICMP headers",
	.manual =
		"Checks protocol, length and checksum of ICMP messages. Bad packets, and those that\n"
		"are not ICMP, leave by output 1, or are dropped if it is not there. With DETAILS\n"
		"the handler `drop_details` counts them by reason. Needs header places: put a\n"
		"CheckIPHeader in front.",
	.example = "Idle -> CheckIPHeader -> CheckICMPHeader -> Discard;",
};
ELEMENT_CLASS(checkicmpheader_class)
