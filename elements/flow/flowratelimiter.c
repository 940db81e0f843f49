// SPDX-License-Identifier: BSD-3-Clause
// FlowRateLimiter: drops packets of flows that have more than a rate.

#include <inttypes.h>

#include "elements/flow/flowmanager.h"
#include "elements/queue/ratelimit.h"
#include "src/clock.h"
#include "src/strbuf.h"

struct flow_bucket {
	struct tokenbucket bucket;
	bool begun;
};

struct flowratelimiter {
	struct element element;
	struct ratelimit limit; // its bucket is how each flow's begins
	struct flow_slot slot; // struct flow_bucket
};

enum { NO_FLOW, OVER_RATE };

static void
flowratelimiter_push(struct element *base, unsigned port, struct batch *b)
{
	const struct flowratelimiter *e = (struct flowratelimiter *)base;
	struct flow_bucket *flow = flow_slot_here(&e->slot);
	unsigned n = 0;

	(void)port;
	if (unlikely(flow == NULL)) {
		element_drop_batch(base, NO_FLOW, b);
		return;
	}
	if (unlikely(!flow->begun))
		*flow = (struct flow_bucket){.bucket = e->limit.bucket, .begun = true};
	tokenbucket_refill(&flow->bucket, clock_steady() / CLOCK_MS);
	while (n < b->n && tokenbucket_contains(&flow->bucket, 1)) {
		tokenbucket_remove(&flow->bucket, 1);
		n++;
	}
	for (unsigned i = n; i < b->n; i++)
		element_drop(base, OVER_RATE, b->pkt[i]);
	b->n = (uint16_t)n;
	element_push(base, 0, b);
}

// ---- life

static int
flowratelimiter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return ratelimit_configure(&((struct flowratelimiter *)base)->limit, false, errh);
}

static int
flowratelimiter_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(&((struct flowratelimiter *)base)->slot, base,
		sizeof(struct flow_bucket), NULL, errh);
}

static int
read_dropped(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, element_drops(call->element, OVER_RATE));
	return 0;
}

static const struct arg flowratelimiter_args[] = {
	RATELIMIT_ARGS_PACKETS(flowratelimiter),
	ARGS_END,
};

static const struct handler flowratelimiter_handlers[] = {
	{.name = "dropped",
		.read = read_dropped,
		.flags = HANDLER_LIVE,
		.help = "packets over the rate of their flow"},
	HANDLERS_END,
};

static const char *const flowratelimiter_drops[] = {
	[NO_FLOW] = "no flow", [OVER_RATE] = "over the flow's rate", NULL};

static const struct element_class flowratelimiter_class = {
	.name = "FlowRateLimiter",
	.ports = "1/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct flowratelimiter),
	.push = flowratelimiter_push,
	.configure = flowratelimiter_configure,
	.attach = flowratelimiter_attach,
	.args = flowratelimiter_args,
	.handlers = flowratelimiter_handlers,
	.drops = flowratelimiter_drops,
	.group = "flow",
	.brief = "drops packets of flows that have more than a rate",
	.manual =
		"Each flow has a token bucket, full when the flow begins; see RatedSplitter for its\n"
		"arguments. A flow keeps the bucket that it began with over a hot swap, also if that\n"
		"brings another RATE. Needs a FlowIPManager in front.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> FlowRateLimiter(1000) -> Discard;",
};
ELEMENT_CLASS(flowratelimiter_class)
