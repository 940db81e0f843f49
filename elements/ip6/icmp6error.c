// SPDX-License-Identifier: BSD-3-Clause
// ICMP6Error: answers packets with an ICMPv6 error message (RFC 4443).

#include <netinet/in.h>

#include "elements/ip/payload.h"
#include "elements/ip6/address.h"
#include "elements/ip6/extension.h"
#include "elements/ip6/icmp6.h"
#include "src/element.h"

struct icmp6error {
	struct element element;
	struct ip6_addr src;
	int32_t type, code;
	uint32_t pmtu;
};

enum { ANSWERED, NO_HEADER, IS_ERROR, BAD_DESTINATION, BAD_SOURCE, NO_MEMORY };

enum { HOP_LIMIT = 255, QUOTE_MAX = 568 };

struct head {
	struct rte_ipv6_hdr ip;
	struct icmp6_header icmp;
	uint8_t target[16], destination[16]; // of a redirect only
};

static_assert(sizeof(struct head) == 80, "40 bytes of IPv6, 40 of a redirect");

// ---- whether to answer

// An ICMPv6 error or redirect, or too damaged to tell.
static bool
is_icmp6_error(const struct packet *p, int32_t off)
{
	struct ip6_upper upper;
	uint8_t type;

	if (!ip6_find_upper(p, off, &upper))
		return true;
	if (upper.proto != IPPROTO_ICMPV6 || upper.is_later)
		return false;
	return !payload_read(p, upper.off, &type, sizeof(type)) || type < ICMP6_ERRORS ||
	       type == ICMP6_REDIRECT;
}

// The reason to keep silent, -1 if there is none (RFC 4443, 2.4).
static int
silence(const struct packet *p, int32_t off, const struct rte_ipv6_hdr *ip)
{
	enum packet_type type = packet_type(p);
	struct ip6_addr src = ip6_from(ip->src_addr);

	if (type == PACKET_BROADCAST || type == PACKET_MULTICAST || ip6_is_multicast(ip->dst_addr))
		return BAD_DESTINATION;
	if (ip6_is_multicast(ip->src_addr) || ip6_is_zero(&src))
		return BAD_SOURCE;
	return is_icmp6_error(p, off) ? IS_ERROR : -1;
}

// ---- the answer

// Returns the length of the ICMPv6 header.
static uint32_t
write_icmp(const struct icmp6error *e, const struct packet *p, const struct rte_ipv6_hdr *ip,
	struct head *head)
{
	rte_be32_t word = 0;

	head->icmp.type = (uint8_t)e->type;
	head->icmp.code = (uint8_t)e->code;
	if (e->type == ICMP6_TOO_BIG)
		word = rte_cpu_to_be_32(e->pmtu);
	else if (e->type == ICMP6_PARAMETER_PROBLEM && e->code == 0)
		word = rte_cpu_to_be_32(packet_anno_u8(p, ANNO_ICMP_PARAMPROB));
	memcpy(head->icmp.word, &word, sizeof(word));
	if (e->type != ICMP6_REDIRECT)
		return sizeof(head->icmp);
	if (e->code == 0) {
		struct ip6_addr target = ip6_anno(p);

		memcpy(head->target, &target, sizeof(head->target));
		memcpy(head->destination, ip->dst_addr, sizeof(head->destination));
	}
	return sizeof(*head) - sizeof(head->ip);
}

static struct packet *
make_answer(const struct icmp6error *e, const struct packet *p, const struct rte_ipv6_hdr *ip)
{
	uint32_t n = RTE_MIN(packet_length(p), (uint32_t)QUOTE_MAX), icmp_len;
	struct head head = {0};
	struct packet *answer;
	uint64_t sum;

	icmp_len = write_icmp(e, p, ip, &head);
	head.ip.vtc_flow = IP6_VTC_FLOW;
	head.ip.payload_len = rte_cpu_to_be_16((uint16_t)(icmp_len + n));
	head.ip.proto = IPPROTO_ICMPV6;
	head.ip.hop_limits = HOP_LIMIT;
	memcpy(head.ip.src_addr, &e->src, sizeof(head.ip.src_addr));
	memcpy(head.ip.dst_addr, ip->src_addr, sizeof(head.ip.dst_addr));
	sum = ip6_pseudo_sum(&head.ip, IPPROTO_ICMPV6, icmp_len + n);
	sum = checksum_add(sum, &head.icmp, icmp_len);
	checksum_add_packet(&sum, p, 0, n);
	head.icmp.checksum = checksum_finish(sum);
	answer = packet_alloc(PACKET_HEADROOM, IP6_HEADER_SIZE + icmp_len + n);
	if (answer == NULL)
		return NULL;
	packet_write(&answer, 0, &head, IP6_HEADER_SIZE + icmp_len);
	payload_copy(answer, IP6_HEADER_SIZE + icmp_len, p, 0, n);
	packet_set_network(answer, 0, IP6_HEADER_SIZE);
	ip6_set_anno(answer, head.ip.dst_addr);
	packet_set_anno_u8(answer, ANNO_FIX_IP_SRC, 1);
	return answer;
}

static inline int
answer_packet(struct icmp6error *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	struct rte_ipv6_hdr ip;
	struct packet *answer;
	int reason;

	if (!payload_read(*pp, off, &ip, sizeof(ip)))
		return DROP(NO_HEADER);
	reason = silence(*pp, off, &ip);
	if (reason >= 0)
		return DROP(reason);
	answer = make_answer(e, *pp, &ip);
	if (answer == NULL)
		return DROP(NO_MEMORY);
	element_drop(&e->element, ANSWERED, *pp);
	*pp = answer;
	return 0;
}

ELEMENT_DECIDE(icmp6error, icmp6error, answer_packet)

// ---- configuration

static bool
is_allowed(int32_t type)
{
	return (type >= ICMP6_UNREACHABLE && type <= ICMP6_PARAMETER_PROBLEM) ||
	       type == ICMP6_REDIRECT;
}

static int
icmp6error_initialize(struct element *base, struct errh *errh)
{
	struct icmp6error *e = (struct icmp6error *)base;

	if (e->type < 0 || e->code < 0 || ip6_is_zero(&e->src))
		return errh_error(errh, "not configured -a");
	if (!is_allowed(e->type))
		return errh_error(
			errh, "ICMP6 type %d is not an error or redirect type", (int)e->type);
	return 0;
}

static const struct arg icmp6error_args[] = {
	ARG(icmp6error, src, "SRC", ARG_MANDATORY, .help = "source address of the answers"),
	ARG(icmp6error, type, "TYPE", ARG_MANDATORY,
		.help = "ICMPv6 type: 1 unreachable, 2 packet too big, 3 time exceeded, 4 parameter "
			"problem, 137 redirect"),
	ARG(icmp6error, code, "CODE", ARG_MANDATORY, .min = INT32_MIN, .max = UINT8_MAX,
		.help = "ICMPv6 code"),
	ARG(icmp6error, pmtu, "PMTU", ARG_KEYWORD, .def = "1500",
		.help = "what `packet too big` states as the next link's MTU"),
	ARGS_END,
};

static const char *const icmp6error_drops[] = {[ANSWERED] = "answered",
	[NO_HEADER] = "no IPv6 header",
	[IS_ERROR] = "ICMPv6 error",
	[BAD_DESTINATION] = "broadcast or multicast",
	[BAD_SOURCE] = "bad source address",
	[NO_MEMORY] = "no memory",
	NULL};

static const struct element_class icmp6error_class = {
	.name = "ICMP6Error",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_ANSWERS,
	.lcores = LCORES_ANY,
	.size = sizeof(struct icmp6error),
	.push = icmp6error_push,
	.pull = icmp6error_pull,
	.decide = icmp6error_decide,
	.initialize = icmp6error_initialize,
	.args = icmp6error_args,
	.drops = icmp6error_drops,
	.reads = "ICMP_PARAMPROB",
	.writes = "DST_IP6 FIX_IP_SRC",
	.group = "ip6",
	.brief = "answers packets with an ICMPv6 error message",
	.manual =
		"Each packet is replaced by an ICMPv6 error message to its source, which quotes the\n"
		"first 568 bytes of its data; the IPv6 header should begin it. No answer is given to\n"
		"ICMPv6 errors and redirects, also behind up to 8 extension headers, to multicasts,\n"
		"nor to a source that is not one host's address.\n"
		"\n"
		"`Parameter problem` with code 0 takes the place of the fault from the ICMP_PARAMPROB\n"
		"annotation, `redirect` the target from the destination annotation. Click answers\n"
		"ICMPv6 errors too, by mistake, writes MTU and place in the wrong byte order, and has\n"
		"no PMTU.",
	.example = "Idle -> CheckIP6Header -> ICMP6Error(2001:db8::1, 1, 0) -> Discard;",
};
ELEMENT_CLASS(icmp6error_class)
