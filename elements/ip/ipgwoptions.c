// SPDX-License-Identifier: BSD-3-Clause
// IPGWOptions: does what a router must do with IP options: record route and timestamp.

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "elements/ip/option.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/strbuf.h"

struct ipgwoptions_lcore {
	uint64_t n_problems;
};

struct ipgwoptions {
	struct element element;
	struct ip_addr my_addr;
	struct ip_list other_addrs;
};

enum { PROBLEM, NO_HEADER, NO_MEMORY };

enum { HEADER_MAX = 60, DAY_MS = 24 * 3600 * 1000 };

// ---- options. Each handler is given an option, its length and returns the place in it that is
// wrong, 0 if none is.

static unsigned
record_route(const struct ipgwoptions *e, uint8_t *o, unsigned len)
{
	unsigned p = o[2] - 1u; // a pointer of 0 gives a p past everything

	if (len >= 3 && p == len)
		return 0;
	if (len < 7 || p < 3 || p > len - 4)
		return 2;
	memcpy(o + p, &e->my_addr.be, 4);
	o[2] = (uint8_t)(o[2] + 4);
	return 0;
}

static bool
is_mine(const struct ipgwoptions *e, const uint8_t *addr)
{
	uint32_t addr_be = checksum_word(addr);

	if (addr_be == e->my_addr.be)
		return true;
	for (size_t i = 0; i < e->other_addrs.n; i++) {
		if (addr_be == e->other_addrs.v[i].be)
			return true;
	}
	return false;
}

static void
store_ms(uint8_t *to)
{
	uint32_t ms = rte_cpu_to_be_32((uint32_t)(clock_now() / CLOCK_MS % DAY_MS));

	memcpy(to, &ms, sizeof(ms));
}

// No room: the overflow count goes up.
static unsigned
timestamp_overflow(uint8_t *o)
{
	if (o[3] >> 4 == 15)
		return 3;
	o[3] = (uint8_t)(o[3] + 0x10);
	return 0;
}

static unsigned
timestamp(const struct ipgwoptions *e, uint8_t *o, unsigned len)
{
	unsigned p = o[2] - 1u, size;

	if (len < 4 || p < 4 || p > UINT8_MAX)
		return 2;
	size = (o[3] & 15) == 0 ? 4 : 8;
	switch (o[3] & 15) {
	case 0:
	case 1:
		if (p + size > len)
			return timestamp_overflow(o);
		if (size == 8)
			memcpy(o + p, &e->my_addr.be, 4);
		break;
	case 3:
		if (p + size > len)
			return 3;
		if (!is_mine(e, o + p))
			return 0;
		break;
	default:
		return 3;
	}
	store_ms(o + p + size - 4);
	o[2] = (uint8_t)(o[2] + size);
	return 0;
}

// Walks the options of a header. Returns the place in the header that is wrong, 0 if none is.
static unsigned
handle_options(const struct ipgwoptions *e, uint8_t *header, unsigned header_len, bool *changed)
{
	unsigned wrong = 0;
	int len;

	for (unsigned at = sizeof(struct rte_ipv4_hdr);; at += (unsigned)len) {
		len = ip_option_len(header, at, header_len);
		if (len < 0)
			return at + 1;
		if (len == 0)
			return 0;
		if (header[at] == IP_OPTION_RR)
			wrong = record_route(e, header + at, (unsigned)len);
		else if (header[at] == IP_OPTION_TS)
			wrong = timestamp(e, header + at, (unsigned)len);
		else
			continue;
		if (wrong != 0)
			return at + wrong;
		*changed = true;
	}
}

// ---- data path

static int
problem_packet(struct ipgwoptions *e, struct packet *p, unsigned at)
{
	struct ipgwoptions_lcore *l = element_lcore(&e->element);

	l->n_problems++;
	packet_set_anno_u8(p, ANNO_ICMP_PARAMPROB, (uint8_t)at);
	return element_output_or_drop(&e->element, 1, PROBLEM);
}

// Works on a copy, so that a packet with a problem can be quoted as it came.
static __attribute__((noinline)) int
options_packet(struct ipgwoptions *e, struct packet **pp, int32_t off, unsigned header_len)
{
	uint8_t header[HEADER_MAX + 4]; // a malformed option's bytes are looked at, never used
	const uint8_t *bytes = packet_peek(pp, off, header_len);
	bool changed = false;
	uint8_t *to;
	unsigned at;

	if (bytes == NULL)
		return DROP(NO_HEADER);
	memcpy(header, bytes, header_len);
	memset(header + header_len, 0, sizeof(header) - header_len);
	at = handle_options(e, header, header_len, &changed);
	if (at != 0)
		return problem_packet(e, *pp, at);
	if (!changed)
		return 0;
	to = packet_edit(pp, off, header_len);
	if (to == NULL)
		return DROP(NO_MEMORY);
	memcpy(to, header, header_len);
	checksum_set_ip((void *)to, header_len);
	return 0;
}

static inline int
gw_packet(struct ipgwoptions *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	const uint8_t *first = packet_peek(pp, off, 1);

	if (unlikely(first == NULL))
		return DROP(NO_HEADER);
	if (likely((*first & 15) <= RTE_IPV4_MIN_IHL))
		return 0;
	return options_packet(e, pp, off, (*first & 15u) * 4);
}

ELEMENT_DECIDE(ipgwoptions, ipgwoptions, gw_packet)

static int
ipgwoptions_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct ipgwoptions_lcore *l = element_lcore(base);

	(void)errh;
	l->n_problems += ELEMENT_SUM(old, ipgwoptions_lcore, n_problems);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(
		call->out, "%" PRIu64, ELEMENT_SUM(call->element, ipgwoptions_lcore, n_problems));
	return 0;
}

static const struct arg ipgwoptions_args[] = {
	ARG(ipgwoptions, my_addr, "MYADDR", ARG_MANDATORY,
		.help = "address that is written into options"),
	ARG(ipgwoptions, other_addrs, "OTHERADDRS", ARG_OPTIONAL,
		.help = "the router's other addresses, for timestamps that a sender asked of them"),
	ARGS_END,
};

static const struct handler ipgwoptions_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets with a wrong option, those of output 1 included"},
	HANDLERS_END,
};

static const char *const ipgwoptions_drops[] = {
	[PROBLEM] = "wrong option", [NO_HEADER] = "no IP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class ipgwoptions_class = {
	.name = "IPGWOptions",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipgwoptions),
	.lcore_size = sizeof(struct ipgwoptions_lcore),
	.push = ipgwoptions_push,
	.pull = ipgwoptions_pull,
	.take_state = ipgwoptions_take_state,
	.args = ipgwoptions_args,
	.handlers = ipgwoptions_handlers,
	.drops = ipgwoptions_drops,
	.writes = "ICMP_PARAMPROB",
	.group = "ip",
	.brief = "fills in record route and timestamp options",
	.manual =
		"Adds MYADDR to record route options and the time (and MYADDR) to timestamp options,\n"
		"as a router must, and computes the header checksum anew. A packet with a malformed\n"
		"option leaves by output 1, with the place of the fault in its ICMP_PARAMPROB\n"
		"annotation, usually to an ICMPError; without output 1 it is dropped. Unlike in\n"
		"Click such a packet is not changed at all, and a shared packet is never written.",
	.example = "Idle -> CheckIPHeader -> o :: IPGWOptions(10.0.0.1, 10.0.1.1) -> Discard;\n"
		   "o [1] -> ICMPError(10.0.0.1, parameterproblem) -> Discard;",
};
ELEMENT_CLASS(ipgwoptions_class)
