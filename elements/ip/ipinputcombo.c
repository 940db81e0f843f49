// SPDX-License-Identifier: BSD-3-Clause
// IPInputCombo: Paint, Strip and CheckIPHeader in one.

#include <inttypes.h>
#include <stdatomic.h>

#include <rte_ether.h>

#include "elements/ip/ipcheck.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

struct ipinputcombo {
	struct element element;
	struct ipcheck ip;
	uint8_t color;
	_Atomic bool told; // the first bad packet was reported
	// As configured.
	int32_t color_arg;
	struct ip_list old_bad;
	bool has_old_bad;
};

// ---- data path

static __attribute__((noinline, cold)) void
bad_packet(struct ipinputcombo *e, struct packet *p, int reason)
{
	if (!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter("IP checksum failed");
	element_drop(&e->element, (unsigned)reason, p);
}

static void
check_batch(struct ipinputcombo *e, struct batch *b)
{
	const struct ipcheck *c = &e->ip;
	uint8_t color = e->color;
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		int reason = IPCHECK_TINY_PACKET;

		if (likely(packet_pull(p, RTE_ETHER_HDR_LEN)))
			reason = ipcheck_packet(c, &p, 0, true);
		if (unlikely(reason != IPCHECK_GOOD)) {
			bad_packet(e, p, reason);
			continue;
		}
		packet_set_anno_u8(p, ANNO_PAINT, color);
		b->pkt[n++] = p;
	}
	b->n = (uint16_t)n;
}

static void
ipinputcombo_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	check_batch((struct ipinputcombo *)base, b);
	element_push(base, 0, b);
}

static void
ipinputcombo_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	check_batch((struct ipinputcombo *)base, b);
}

// ---- configuration

static int
ipinputcombo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipinputcombo *e = (struct ipinputcombo *)base;

	(void)args;
	(void)errh;
	e->color = (uint8_t)e->color_arg;
	ipcheck_build(&e->ip, e->has_old_bad ? &e->old_bad : NULL);
	return 0;
}

static void
ipinputcombo_cleanup(struct element *base)
{
	ipcheck_fini(&((struct ipinputcombo *)base)->ip);
}

static int
read_drops(const struct handler_read *call)
{
	uint64_t n = 0;

	for (unsigned i = 0; ipcheck_reasons[i] != NULL; i++)
		n += element_drops(call->element, i);
	strbuf_addf(call->out, "%" PRIu64, n);
	return 0;
}

static const struct arg ipinputcombo_args[] = {
	ARG(ipinputcombo, color_arg, "COLOR", ARG_MANDATORY,
		.help = "paint annotation of the packets, modulo 256"),
	ARG(ipinputcombo, old_bad, "BADADDRS", ARG_OPTIONAL,
		.given = ARG_GIVEN(ipinputcombo, has_old_bad),
		.help = "source addresses that are refused, and 0.0.0.0 and 255.255.255.255"),
	IPCHECK_ARGS(ipinputcombo),
	ARGS_END,
};

static const struct handler ipinputcombo_handlers[] = {
	{.name = "drops", .read = read_drops, .flags = HANDLER_LIVE, .help = "bad packets"},
	HANDLERS_END,
};

static const struct element_class ipinputcombo_class = {
	.name = "IPInputCombo",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipinputcombo),
	.push = ipinputcombo_push,
	.pull = ipinputcombo_pull,
	.configure = ipinputcombo_configure,
	.cleanup = ipinputcombo_cleanup,
	.args = ipinputcombo_args,
	.handlers = ipinputcombo_handlers,
	.drops = ipcheck_reasons,
	.writes = "PAINT",
	.group = "ip",
	.brief = "Paint, Strip and CheckIPHeader in one",
	.manual = "For the input side of an IP router: does in one pass over the packets what\n"
		  "Paint(COLOR) -> Strip(14) -> CheckIPHeader do. Bad packets are dropped.",
	.example = "Idle -> IPInputCombo(1, INTERFACES 10.0.0.1/24) -> Discard;",
};
ELEMENT_CLASS(ipinputcombo_class)
