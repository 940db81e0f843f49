// SPDX-License-Identifier: BSD-3-Clause
// ICMPError: answers packets with an ICMP error message (RFC 792, RFC 1812).

#include <stdatomic.h>
#include <string.h>

#include <rte_icmp.h>
#include <rte_ip.h>

#include "elements/icmp/answer_id.h"
#include "elements/icmp/icmp_name.h"
#include "elements/ip/batchclock.h"
#include "elements/ip/checksum.h"
#include "elements/ip/option.h"
#include "elements/ip/payload.h"
#include "src/element.h"

enum { HEADER_MAX = 60, ANSWER_TTL = 200 };

struct icmperror {
	struct element element;
	struct ip_addr src;
	struct icmp_type type;
	uint8_t code;
	bool set_fix_anno;
	uint32_t mtu;
	uint32_t pmtu;
	struct ip_list bad_addrs;
	struct word code_text; // as configured
};

enum {
	ANSWERED,
	NO_HEADER,
	IS_ERROR,
	BAD_DESTINATION,
	BAD_SOURCE,
	IS_FRAGMENT,
	SOURCE_ROUTED,
	NO_MEMORY,
};

// The packet that is answered.
struct question {
	const struct packet *p;
	int32_t off; // of its IP header
	uint32_t len, header_len;
	unsigned route_at; // place of its source route option in the header; 0: none
	union {
		struct rte_ipv4_hdr ip;
		uint8_t bytes[HEADER_MAX];
	} header;
};

// ---- whether to answer

static bool
read_question(struct question *q, const struct packet *p)
{
	q->p = p;
	q->off = packet_network_offset(p);
	if (!payload_read(p, q->off, &q->header, sizeof(q->header.ip)))
		return false;
	q->len = packet_length_from(p, q->off);
	q->header_len = rte_ipv4_hdr_len(&q->header.ip);
	return q->header_len >= sizeof(q->header.ip) &&
	       payload_read(p, q->off, &q->header, q->header_len);
}

// An ICMP message that is an error, or too short to tell.
static bool
is_icmp_error(const struct question *q)
{
	uint8_t start[4];

	if (q->header.ip.next_proto_id != IPPROTO_ICMP)
		return false;
	return !payload_read(q->p, q->off + (int32_t)q->header_len, start, sizeof(start)) ||
	       icmp_is_error(start[0]);
}

// Broadcast or multicast as far as this element knows.
static bool
is_group(const struct icmperror *e, rte_be32_t addr)
{
	if (addr == UINT32_MAX ||
		(addr & rte_cpu_to_be_32(0xf0000000)) == rte_cpu_to_be_32(0xe0000000))
		return true;
	for (size_t i = 0; i < e->bad_addrs.n; i++) {
		if (e->bad_addrs.v[i].be == addr)
			return true;
	}
	return false;
}

static bool
is_bad_source(const struct icmperror *e, rte_be32_t addr)
{
	uint32_t first = rte_be_to_cpu_32(addr) >> 24;

	return first == 0 || first == 127 || first >= 240 || is_group(e, addr);
}

// The place of a source route that can be turned round.
static unsigned
find_route(const struct question *q)
{
	const uint8_t *h = q->header.bytes;
	int len;

	for (unsigned at = sizeof(q->header.ip); (len = ip_option_len(h, at, q->header_len)) > 0;
		at += (unsigned)len) {
		if (h[at] != IP_OPTION_LSRR && h[at] != IP_OPTION_SSRR)
			continue;
		return len >= 3 && h[at + 2] >= 4 && h[at + 2] % 4 == 0 && h[at + 2] <= len + 1 ? at
												: 0;
	}
	return 0;
}

// The reason to keep silent, -1 if there is none (RFC 1812, 4.3.2.7).
static int
silence(const struct icmperror *e, struct question *q)
{
	const struct rte_ipv4_hdr *ip = &q->header.ip;
	enum packet_type type = packet_type(q->p);

	if (is_icmp_error(q))
		return IS_ERROR;
	if (type == PACKET_BROADCAST || type == PACKET_MULTICAST || is_group(e, ip->dst_addr))
		return BAD_DESTINATION;
	if (is_bad_source(e, ip->src_addr))
		return BAD_SOURCE;
	if (ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK))
		return IS_FRAGMENT;
	q->route_at = find_route(q);
	if (q->route_at != 0 && e->type.number == ICMP_TYPE_REDIRECT)
		return SOURCE_ROUTED;
	return -1;
}

// ---- the answer

// Turns the source route round: those that were visited, the last one first. Returns the bytes
// that the option takes with its padding.
static uint32_t
reverse_route(const struct icmperror *e, const struct question *q, uint8_t *to)
{
	const uint8_t *o = q->header.bytes + q->route_at;
	unsigned n = (o[2] - 4u) / 4, problem = packet_anno_u8(q->p, ANNO_ICMP_PARAMPROB);

	if (e->type.number == ICMP_TYPE_PARAMETER_PROBLEM && e->code == 0 &&
		problem >= q->route_at && problem < q->route_at + o[1])
		return 0;
	to[0] = o[0];
	to[1] = (uint8_t)(3 + 4 * n);
	to[2] = 4;
	for (unsigned i = 0; i < n; i++)
		memcpy(to + 3 + 4 * i, o + 3 + 4 * (n - 1 - i), 4);
	to[3 + 4 * n] = IP_OPTION_EOL;
	return 4 + 4 * n;
}

static void
write_icmp(const struct icmperror *e, const struct question *q, uint8_t *icmp)
{
	uint32_t gateway = packet_anno_u32(q->p, ANNO_DST_IP);
	uint16_t pmtu = rte_cpu_to_be_16((uint16_t)e->pmtu);

	memset(icmp, 0, sizeof(struct rte_icmp_hdr));
	icmp[0] = e->type.number;
	icmp[1] = e->code;
	if (e->type.number == ICMP_TYPE_PARAMETER_PROBLEM && e->code == 0)
		icmp[4] = packet_anno_u8(q->p, ANNO_ICMP_PARAMPROB);
	else if (e->type.number == ICMP_TYPE_REDIRECT)
		memcpy(icmp + 4, &gateway, sizeof(gateway));
	else if (e->type.number == ICMP_TYPE_UNREACHABLE && e->code == ICMP_CODE_NEEDFRAG)
		memcpy(icmp + 6, &pmtu, sizeof(pmtu));
}

static void
write_ip(const struct icmperror *e, const struct question *q, struct rte_ipv4_hdr *ip,
	uint32_t header_len, uint32_t len)
{
	*ip = (struct rte_ipv4_hdr){
		.version_ihl = (uint8_t)(IPVERSION << 4 | header_len / 4),
		.total_length = rte_cpu_to_be_16((uint16_t)len),
		.packet_id = rte_cpu_to_be_16(icmp_answer_id()),
		.time_to_live = ANSWER_TTL,
		.next_proto_id = IPPROTO_ICMP,
		.src_addr = e->src.be,
		.dst_addr = q->header.ip.src_addr,
	};
	checksum_set_ip(ip, header_len);
}

static struct packet *
make_answer(const struct icmperror *e, const struct question *q)
{
	union {
		struct rte_ipv4_hdr ip;
		uint8_t bytes[HEADER_MAX + sizeof(struct rte_icmp_hdr)];
	} head;
	uint32_t header_len = sizeof(head.ip), head_len, room, n;
	struct packet *p;
	uint64_t sum;
	uint16_t checksum;

	if (q->route_at != 0)
		header_len += reverse_route(e, q, head.bytes + header_len);
	head_len = header_len + (uint32_t)sizeof(struct rte_icmp_hdr);
	room = RTE_MIN(e->mtu, (uint32_t)UINT16_MAX);
	n = room > head_len ? RTE_MIN(room - head_len, q->len) : 0;
	p = packet_alloc(PACKET_HEADROOM, head_len + n);
	if (p == NULL)
		return NULL;
	write_icmp(e, q, head.bytes + header_len);
	sum = checksum_add(0, head.bytes + header_len, sizeof(struct rte_icmp_hdr));
	checksum_add_packet(&sum, q->p, q->off, n);
	checksum = checksum_finish(sum);
	memcpy(head.bytes + header_len + offsetof(struct rte_icmp_hdr, icmp_cksum), &checksum,
		sizeof(checksum));
	write_ip(e, q, &head.ip, header_len, head_len + n);
	packet_write(&p, 0, head.bytes, head_len);
	payload_copy(p, head_len, q->p, q->off, n);
	packet_set_network(p, 0, header_len);
	packet_set_anno_u32(p, ANNO_DST_IP, head.ip.dst_addr);
	packet_set_anno_u8(p, ANNO_FIX_IP_SRC, e->set_fix_anno);
	packet_set_timestamp(p, batch_clock_now(element_lcore(&e->element)));
	return p;
}

static inline int
answer_packet(struct icmperror *e, struct packet **pp)
{
	struct question q = {.p = *pp};
	struct packet *answer;
	int reason;

	if (!read_question(&q, *pp))
		return DROP(NO_HEADER);
	reason = silence(e, &q);
	if (reason >= 0)
		return DROP(reason);
	answer = make_answer(e, &q);
	if (answer == NULL)
		return DROP(NO_MEMORY);
	element_drop(&e->element, ANSWERED, *pp);
	*pp = answer;
	return 0;
}

ELEMENT_DECIDE(answer, icmperror, answer_packet)

static void
icmperror_push(struct element *e, unsigned port, struct batch *b)
{
	batch_clock_begin(element_lcore(e));
	answer_push(e, port, b);
}

static void
icmperror_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	batch_clock_begin(element_lcore(e));
	answer_pull(e, port, b, max);
}

static int
icmperror_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct icmperror *e = (struct icmperror *)base;

	(void)args;
	if (!icmp_is_error(e->type.number))
		return errh_error(errh, "ICMP type %u is not an error type", e->type.number);
	if (icmp_code_read(base, e->type.number, e->code_text.text, &e->code) != 0)
		return errh_error(errh, "argument 2 takes ICMP code (integer between 0 and 255)");
	return 0;
}

static const struct arg icmperror_args[] = {
	ARG(icmperror, src, "SRC", ARG_MANDATORY | ARG_READ | ARG_WRITE | ARG_RECONFIGURE,
		.help = "source address of the answers"),
	ARG_AS(icmperror, type, arg_icmp_type, "TYPE", ARG_MANDATORY,
		.range_error = "ICMP type must be between 0 and 255",
		.help = "ICMP type, name or number; one of the error types"),
	ARG(icmperror, code_text, "CODE", ARG_OPTIONAL, .def = "0",
		.help = "ICMP code, name or number"),
	ARG(icmperror, bad_addrs, "BADADDRS", ARG_OPTIONAL,
		.help = "addresses, such as directed broadcasts, that are never answered nor the "
			"cause of an answer"),
	ARG(icmperror, mtu, "MTU", ARG_KEYWORD | ARG_READ | ARG_WRITE | ARG_RECONFIGURE,
		.def = "576", .help = "greatest length of an answer in bytes, IP header included"),
	ARG(icmperror, pmtu, "PMTU", ARG_KEYWORD | ARG_READ | ARG_WRITE | ARG_RECONFIGURE,
		.def = "0", .min = 0, .max = UINT16_MAX,
		.help = "what `unreachable needfrag` states as the path's MTU"),
	ARG(icmperror, set_fix_anno, "SET_FIX_ANNO", ARG_KEYWORD, .def = "true",
		.help = "whether answers ask for the address of the interface that they leave by"),
	ARGS_END,
};

static const char *const icmperror_drops[] = {[ANSWERED] = "answered",
	[NO_HEADER] = "no IP header",
	[IS_ERROR] = "ICMP error",
	[BAD_DESTINATION] = "broadcast or multicast",
	[BAD_SOURCE] = "bad source address",
	[IS_FRAGMENT] = "not the first fragment",
	[SOURCE_ROUTED] = "redirect of a source-routed packet",
	[NO_MEMORY] = "no memory",
	NULL};

static const struct element_class icmperror_class = {
	.name = "ICMPError",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_ANSWERS,
	.lcores = LCORES_ANY,
	.size = sizeof(struct icmperror),
	.lcore_size = sizeof(struct batch_clock),
	.push = icmperror_push,
	.pull = icmperror_pull,
	.configure = icmperror_configure,
	.args = icmperror_args,
	.drops = icmperror_drops,
	.reads = "ICMP_PARAMPROB",
	.writes = "DST_IP FIX_IP_SRC",
	.group = "icmp",
	.brief = "answers packets with an ICMP error message",
	.manual =
		"Each packet is replaced by an ICMP error message to its source, which quotes as much\n"
		"of it as fits. No answer is given to ICMP errors, later fragments, broadcasts and\n"
		"multicasts, nor to a source that is not one host's address. A source route of the\n"
		"packet is turned round for the answer.\n"
		"\n"
		"`parameterproblem` takes the place of the fault from the ICMP_PARAMPROB annotation,\n"
		"`redirect` the gateway from the destination annotation. The answer's destination\n"
		"annotation is set, and its FIX_IP_SRC annotation as well: give it back to the\n"
		"routing table, and FixIPSrc gives it the address of the interface that it leaves by.",
	.example = "Idle -> CheckIPHeader -> ICMPError(10.0.0.1, unreachable, host) -> Discard;",
};
ELEMENT_CLASS(icmperror_class)
