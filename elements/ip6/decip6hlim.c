// SPDX-License-Identifier: BSD-3-Clause
// DecIP6HLIM: takes one from the hop limit and lets go packets that have none left.

#include <inttypes.h>

#include "elements/ip6/address.h"
#include "src/element.h"
#include "src/strbuf.h"

struct decip6hlim_lcore {
	uint64_t n_expired;
};

struct decip6hlim {
	struct element element;
};

enum { EXPIRED, NO_HEADER, NO_MEMORY };

static __attribute__((noinline, cold)) int
expired_packet(struct decip6hlim *e)
{
	struct decip6hlim_lcore *l = element_lcore(&e->element);

	l->n_expired++;
	return element_output_or_drop(&e->element, 1, EXPIRED);
}

static inline int
dec_packet(struct decip6hlim *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	struct rte_ipv6_hdr *ip = (void *)packet_edit(pp, off, sizeof(*ip));

	if (unlikely(ip == NULL))
		return DROP(packet_is_shared(*pp) ? NO_MEMORY : NO_HEADER);
	if (unlikely(ip->hop_limits <= 1))
		return expired_packet(e);
	ip->hop_limits--;
	return 0;
}

ELEMENT_DECIDE(decip6hlim, decip6hlim, dec_packet)

static int
decip6hlim_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct decip6hlim_lcore *l = element_lcore(base);

	(void)errh;
	l->n_expired += ELEMENT_SUM(old, decip6hlim_lcore, n_expired);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, ELEMENT_SUM(call->element, decip6hlim_lcore, n_expired));
	return 0;
}

static const struct handler decip6hlim_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets whose hop limit was over, those of output 1 included"},
	HANDLERS_END,
};

static const char *const decip6hlim_drops[] = {[EXPIRED] = "hop limit expired",
	[NO_HEADER] = "no IPv6 header",
	[NO_MEMORY] = "no memory",
	NULL};

static const struct element_class decip6hlim_class = {
	.name = "DecIP6HLIM",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct decip6hlim),
	.lcore_size = sizeof(struct decip6hlim_lcore),
	.push = decip6hlim_push,
	.pull = decip6hlim_pull,
	.decide = decip6hlim_decide,
	.take_state = decip6hlim_take_state,
	.handlers = decip6hlim_handlers,
	.drops = decip6hlim_drops,
	.group = "ip6",
	.brief = "takes one from the hop limit of IPv6 packets",
	.manual = "Packets whose hop limit is 1 or 0 leave unchanged by output 1, usually to an\n"
		  "ICMP6Error, or are dropped if it is not there. The others lose one.",
	.example = "Idle -> CheckIP6Header -> d :: DecIP6HLIM -> Discard;\n"
		   "d [1] -> ICMP6Error(2001:db8::1, 3, 0) -> Discard;",
};
ELEMENT_CLASS(decip6hlim_class)
