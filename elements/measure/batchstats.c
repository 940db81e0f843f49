// SPDX-License-Identifier: BSD-3-Clause
// BatchStats, BurstStats: how large batches are, and runs of packets of one flow.

#include <string.h>

#include "elements/balance/balancer.h"
#include "elements/balance/flowpins.h"
#include "elements/measure/histogram.h"

static void
batchstats_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	histogram_add(element_lcore(e), b->n);
	element_push(e, 0, b);
}

static void
batchstats_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	if (b->n > 0)
		histogram_add(element_lcore(e), b->n);
}

// ---- runs

struct burststats_lcore {
	struct histogram histogram;
	struct flow_pins_key flow; // of the latest packet
	uint64_t run; // packets of it in a row; 0: there was none yet
};

static void
count_runs(struct element *e, struct batch *b)
{
	struct burststats_lcore *l = element_lcore(e);

	for (unsigned i = 0; i < b->n; i++) {
		struct balancer_packet bp;
		struct flow_pins_key flow;

		balancer_read(&bp, &b->pkt[i]);
		flow = flow_pins_key(&bp);
		if (l->run > 0 && memcmp(&flow, &l->flow, sizeof(flow)) != 0) {
			histogram_add(&l->histogram, l->run);
			l->run = 0;
		}
		l->flow = flow;
		l->run++;
	}
}

static void
burststats_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	count_runs(e, b);
	element_push(e, 0, b);
}

static void
burststats_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	count_runs(e, b);
}

static int
batchstats_take_state(struct element *e, struct element *old, struct errh *errh)
{
	(void)errh;
	histogram_take(e, old);
	return 0;
}

static const struct element_class batchstats_class = {
	.name = "BatchStats",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.lcore_size = sizeof(struct histogram),
	.push = batchstats_push,
	.pull = batchstats_pull,
	.take_state = batchstats_take_state,
	.handlers = histogram_handlers,
	.group = "measure",
	.brief = "how large batches are",
	.manual = "Counts how many packets each batch has that passes here, 1 to 64.",
	.example = "InfiniteSource(LIMIT 100, BURST 32) -> s :: BatchStats -> Discard;",
};
ELEMENT_CLASS(batchstats_class)

static const struct element_class burststats_class = {
	.name = "BurstStats",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.lcore_size = sizeof(struct burststats_lcore),
	.push = burststats_push,
	.pull = burststats_pull,
	.take_state = batchstats_take_state,
	.handlers = histogram_handlers,
	.group = "measure",
	.brief = "how many packets of a flow follow each other",
	.manual =
		"A run ends with the first packet of another flow, which is one with other addresses,\n"
		"ports or protocol; the run that is going on is not counted yet. Each lcore sees its\n"
		"own runs. Needs header places: put a CheckIPHeader in front.",
	.example = "Idle -> CheckIPHeader -> s :: BurstStats -> Discard;",
};
ELEMENT_CLASS(burststats_class)
