// SPDX-License-Identifier: BSD-3-Clause
// DecIPTTL: takes one from the time to live and lets go packets that have none left.

#include <inttypes.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "src/element.h"
#include "src/strbuf.h"

struct decipttl_lcore {
	uint64_t n_expired;
};

struct decipttl {
	struct element element;
	bool active;
	bool multicast;
};

enum { EXPIRED, NO_HEADER, NO_MEMORY };

static __attribute__((noinline, cold)) int
expired_packet(struct decipttl *e)
{
	struct decipttl_lcore *l = element_lcore(&e->element);

	l->n_expired++;
	return element_output_or_drop(&e->element, 1, EXPIRED);
}

static inline bool
is_multicast(rte_be32_t addr)
{
	return (addr & rte_cpu_to_be_32(0xf0000000)) == rte_cpu_to_be_32(0xe0000000);
}

static inline int
dec_packet(struct decipttl *e, struct packet **pp)
{
	struct rte_ipv4_hdr *ip;

	if (unlikely(!e->active))
		return 0;
	ip = (void *)packet_edit_network(pp, sizeof(*ip));
	if (unlikely(ip == NULL))
		return DROP(packet_is_shared(*pp) ? NO_MEMORY : NO_HEADER);
	if (unlikely(!e->multicast && is_multicast(ip->dst_addr)))
		return 0;
	if (unlikely(ip->time_to_live <= 1))
		return expired_packet(e);
	ip->time_to_live--;
	ip->hdr_checksum = checksum_update_ttl(ip->hdr_checksum);
	return 0;
}

ELEMENT_DECIDE(decipttl, decipttl, dec_packet)

static int
decipttl_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct decipttl_lcore *l = element_lcore(base);

	(void)errh;
	l->n_expired += ELEMENT_SUM(old, decipttl_lcore, n_expired);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, ELEMENT_SUM(call->element, decipttl_lcore, n_expired));
	return 0;
}

static const struct arg decipttl_args[] = {
	ARG(decipttl, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: all packets pass unchanged"),
	ARG(decipttl, multicast, "MULTICAST", ARG_KEYWORD, .def = "true",
		.help = "false: packets to multicast addresses pass unchanged"),
	ARGS_END,
};

static const struct handler decipttl_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets whose time to live was over, those of output 1 included"},
	HANDLER_FIELD_RW("active", decipttl, active, HANDLER_CHECKBOX,
		.help = "false: all packets pass unchanged"),
	HANDLERS_END,
};

static const char *const decipttl_drops[] = {
	[EXPIRED] = "TTL expired", [NO_HEADER] = "no IP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class decipttl_class = {
	.name = "DecIPTTL",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct decipttl),
	.lcore_size = sizeof(struct decipttl_lcore),
	.push = decipttl_push,
	.pull = decipttl_pull,
	.decide = decipttl_decide,
	.take_state = decipttl_take_state,
	.args = decipttl_args,
	.handlers = decipttl_handlers,
	.drops = decipttl_drops,
	.group = "ip",
	.brief = "takes one from the time to live of packets",
	.manual =
		"Packets whose time to live is 1 or 0 leave unchanged by output 1, usually to an\n"
		"ICMPError, or are dropped if it is not there. The others lose one, and their header\n"
		"checksum is updated.",
	.example = "Idle -> CheckIPHeader -> d :: DecIPTTL -> Discard;\n"
		   "d [1] -> ICMPError(10.0.0.1, timeexceeded) -> Discard;",
};
ELEMENT_CLASS(decipttl_class)
