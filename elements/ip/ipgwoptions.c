// SPDX-License-Identifier: BSD-3-Clause
// IPGWOptions: does what a router must do with IP options: record route and timestamp.

#include <inttypes.h>

#include <rte_ip.h>

#include "elements/ip/gwoptions.h"
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

// ---- data path

static int
problem_packet(struct ipgwoptions *e, struct packet *p, unsigned at)
{
	struct ipgwoptions_lcore *l = element_lcore(&e->element);

	l->n_problems++;
	packet_set_anno_u8(p, ANNO_ICMP_PARAMPROB, (uint8_t)at);
	return element_output_or_drop(&e->element, 1, PROBLEM);
}

static __attribute__((noinline)) int
options_packet(struct ipgwoptions *e, struct packet **pp, int32_t off, unsigned header_len)
{
	struct gwoptions g = {e->my_addr, &e->other_addrs};
	unsigned at = 0;

	switch (gwoptions_packet(&g, pp, off, header_len, &at)) {
	case GWOPTIONS_PROBLEM:
		return problem_packet(e, *pp, at);
	case GWOPTIONS_NO_HEADER:
		return DROP(NO_HEADER);
	case GWOPTIONS_NO_MEMORY:
		return DROP(NO_MEMORY);
	default:
		return 0;
	}
}

static inline int
gw_packet(struct ipgwoptions *e, struct packet **pp)
{
	const uint8_t *first = packet_peek_network(pp, 1);

	if (unlikely(first == NULL))
		return DROP(NO_HEADER);
	if (likely((*first & 15) <= RTE_IPV4_MIN_IHL))
		return 0;
	return options_packet(e, pp, packet_network_offset(*pp), (*first & 15u) * 4);
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
	.decide = ipgwoptions_decide,
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
