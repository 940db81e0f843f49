// SPDX-License-Identifier: BSD-3-Clause
// DPDKInfo: how many packets the pools hold.

#include "src/element.h"
#include "src/plan.h"
#include "src/router.h"

struct dpdkinfo {
	struct element element;
	uint32_t n_packets; // 0: not given
	uint32_t cache;
	bool has_cache;
};

enum { PACKETS_MAX = 1 << 26, CACHE_MAX = 512 }; // what --mbufs allows; RTE_MEMPOOL_CACHE_MAX_SIZE

static int
dpdkinfo_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct element *other;

	(void)args;
	for (size_t i = 0; (other = router_element(base->router, i)) != base; i++) {
		if (other->class == base->class)
			return errh_error(errh, "There can be only one instance of DPDKInfo!");
	}
	return 0;
}

static int
dpdkinfo_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	const struct dpdkinfo *e = (struct dpdkinfo *)base;

	(void)errh;
	plan->n_least = e->n_packets;
	if (e->has_cache)
		plan->cache = e->cache;
	return 0;
}

static int
read_pool_count(const struct handler_read *call)
{
	plan_free_text(call->out);
	return 0;
}

static const struct arg dpdkinfo_args[] = {
	ARG(dpdkinfo, n_packets, "NB_MBUF", ARG_OPTIONAL, .def = "0", .min = 0, .max = PACKETS_MAX,
		.help = "packets in each NUMA node's pool, at least; 0: what is needed"),
	ARG(dpdkinfo, cache, "MBUF_CACHE_SIZE", ARG_KEYWORD, .min = 1, .max = CACHE_MAX,
		.given = ARG_GIVEN(dpdkinfo, has_cache),
		.help = "free packets that each lcore keeps at hand"),
	ARGS_END,
};

static const struct handler dpdkinfo_handlers[] = {
	{.name = "pool_count",
		.read = read_pool_count,
		.flags = HANDLER_LIVE,
		.help = "free packets in the pools, a line `NODE COUNT` for each"},
	HANDLERS_END,
};

static const struct element_class dpdkinfo_class = {
	.name = "DPDKInfo",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_FIRST,
	.lcores = LCORES_ANY,
	.size = sizeof(struct dpdkinfo),
	.configure = dpdkinfo_configure,
	.reserve = dpdkinfo_reserve,
	.args = dpdkinfo_args,
	.handlers = dpdkinfo_handlers,
	.group = "device",
	.brief = "how many packets the pools hold",
	.manual =
		"The pools are as large as devices, queues and lcores need at most, so this is rarely\n"
		"called for; NB_MBUF makes them larger, and --mbufs overrides both. Once made, in a\n"
		"hot swap too, a pool keeps its size. The sizes of buffers and the thresholds of\n"
		"rings, which Click's element has, are fixed or the driver's business here.",
	.example = "DPDKInfo(65535, MBUF_CACHE_SIZE 512);",
};
ELEMENT_CLASS(dpdkinfo_class)
