// SPDX-License-Identifier: BSD-3-Clause
// IP6Fragmenter: sorts out packets that are longer than the MTU, which no IPv6 router may fragment.

#include <inttypes.h>

#include "elements/ip6/address.h"
#include "src/element.h"
#include "src/strbuf.h"

struct ip6fragmenter_lcore {
	uint64_t n_too_big;
};

struct ip6fragmenter {
	struct element element;
	uint32_t mtu;
};

enum { TOO_BIG };

static __attribute__((noinline, cold)) void
sort_out(struct ip6fragmenter *e, struct batch *b)
{
	struct ip6fragmenter_lcore *l = element_lcore(&e->element);
	int16_t decision[BATCH_MAX];
	int too_big = element_output_or_drop(&e->element, 1, TOO_BIG);

	for (unsigned i = 0; i < b->n; i++) {
		bool fits = packet_length(b->pkt[i]) <= e->mtu;

		decision[i] = fits ? 0 : (int16_t)too_big;
		l->n_too_big += !fits;
	}
	element_split(&e->element, b, decision);
}

static void
ip6fragmenter_push(struct element *base, unsigned port, struct batch *b)
{
	struct ip6fragmenter *e = (struct ip6fragmenter *)base;
	uint32_t longest = 0;

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		longest = RTE_MAX(longest, packet_length(b->pkt[i]));
	if (likely(longest <= e->mtu))
		element_push(base, 0, b);
	else
		sort_out(e, b);
}

static int
ip6fragmenter_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct ip6fragmenter_lcore *l = element_lcore(base);

	(void)errh;
	l->n_too_big += ELEMENT_SUM(old, ip6fragmenter_lcore, n_too_big);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(
		call->out, "%" PRIu64, ELEMENT_SUM(call->element, ip6fragmenter_lcore, n_too_big));
	return 0;
}

static int
read_fragments(const struct handler_read *call)
{
	strbuf_addc(call->out, '0');
	return 0;
}

static const struct arg ip6fragmenter_args[] = {
	ARG(ip6fragmenter, mtu, "MTU", ARG_MANDATORY,
		.help = "greatest length of a packet in bytes, IPv6 header included"),
	ARGS_END,
};

static const struct handler ip6fragmenter_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets that are too long, those of output 1 included"},
	{.name = "fragments", .read = read_fragments, .flags = HANDLER_LIVE, .help = "always 0"},
	HANDLERS_END,
};

static const char *const ip6fragmenter_drops[] = {[TOO_BIG] = "longer than the MTU", NULL};

static const struct element_class ip6fragmenter_class = {
	.name = "IP6Fragmenter",
	.ports = "1/1-2",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ip6fragmenter),
	.lcore_size = sizeof(struct ip6fragmenter_lcore),
	.push = ip6fragmenter_push,
	.take_state = ip6fragmenter_take_state,
	.args = ip6fragmenter_args,
	.handlers = ip6fragmenter_handlers,
	.drops = ip6fragmenter_drops,
	.group = "ip6",
	.brief = "sorts out IPv6 packets that are longer than the MTU",
	.manual =
		"Packets of at most MTU bytes pass. Longer ones leave by output 1, to an ICMP6Error of\n"
		"type 2 that tells the sender, or are dropped if it is not there: only senders fragment\n"
		"in IPv6. Click loses them, and does not count them either.",
	.example = "Idle -> CheckIP6Header -> f :: IP6Fragmenter(1500) -> Discard;\n"
		   "f [1] -> ICMP6Error(2001:db8::1, 2, 0) -> Discard;",
};
ELEMENT_CLASS(ip6fragmenter_class)
