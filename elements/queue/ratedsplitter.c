// SPDX-License-Identifier: BSD-3-Clause
// RatedSplitter, BandwidthRatedSplitter: send what exceeds a rate elsewhere.

#include "elements/queue/ratelimit.h"
#include "src/strbuf.h"

struct ratedsplitter {
	struct element element;
	struct ratelimit limit;
};

enum { EXCESS };

static void
ratedsplitter_push(struct element *base, unsigned port, struct batch *b)
{
	struct ratedsplitter *e = (struct ratedsplitter *)base;
	int16_t excess = (int16_t)element_output_or_drop(base, 1, EXCESS);
	int16_t decision[BATCH_MAX];

	(void)port;
	ratelimit_refill(&e->limit);
	for (unsigned i = 0; i < b->n; i++) {
		decision[i] = excess;
		if (ratelimit_allows(&e->limit)) {
			ratelimit_spend(&e->limit, b->pkt[i]);
			decision[i] = 0;
		}
	}
	element_split(base, b, decision);
}

static int
ratedsplitter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return ratelimit_configure(&((struct ratedsplitter *)e)->limit, false, errh);
}

static int
bandwidthratedsplitter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return ratelimit_configure(&((struct ratedsplitter *)e)->limit, true, errh);
}

static int
ratedsplitter_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	if (base->class == old->class)
		ratelimit_take(&((struct ratedsplitter *)base)->limit,
			&((struct ratedsplitter *)old)->limit);
	return 0;
}

static int
ratedsplitter_config_text(struct element *e, struct strbuf *out)
{
	ratelimit_text(&((struct ratedsplitter *)e)->limit, out);
	return 0;
}

static const struct arg ratedsplitter_args[] = {RATELIMIT_ARGS_PACKETS(ratedsplitter), ARGS_END};
static const struct arg bandwidthratedsplitter_args[] = {
	RATELIMIT_ARGS_BYTES(ratedsplitter), ARGS_END};

static const struct handler ratedsplitter_handlers[] = {
	HANDLER_RECONFIGURE(
		"rate", ratedsplitter, limit.rate, "RATE", 0, .help = "packets per second"),
	HANDLERS_END,
};

static const struct handler bandwidthratedsplitter_handlers[] = {
	HANDLER_RECONFIGURE(
		"rate", ratedsplitter, limit.bandwidth, "RATE", 0, .help = "bytes per second"),
	HANDLERS_END,
};

static const char *const ratedsplitter_drops[] = {[EXCESS] = "over the rate", NULL};

static const struct element_class ratedsplitter_class = {
	.name = "RatedSplitter",
	.ports = "1/1-2",
	.processing = "h/h",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct ratedsplitter),
	.push = ratedsplitter_push,
	.configure = ratedsplitter_configure,
	.take_state = ratedsplitter_take_state,
	.config_text = ratedsplitter_config_text,
	.args = ratedsplitter_args,
	.handlers = ratedsplitter_handlers,
	.drops = ratedsplitter_drops,
	.group = "queue",
	.brief = "sends the packets that exceed a rate elsewhere",
	.manual =
		"A token bucket, filled each millisecond, holds the tokens of BURST_DURATION, or\n"
		"BURST_SIZE; it begins full. Packets that find no token go to output 1 if it is\n"
		"connected and are dropped if not.",
	.example = "Idle -> rs :: RatedSplitter(2000) -> Discard; rs [1] -> Discard;",
};
ELEMENT_CLASS(ratedsplitter_class)

static const struct element_class bandwidthratedsplitter_class = {
	.name = "BandwidthRatedSplitter",
	.ports = "1/1-2",
	.processing = "h/h",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct ratedsplitter),
	.push = ratedsplitter_push,
	.configure = bandwidthratedsplitter_configure,
	.take_state = ratedsplitter_take_state,
	.config_text = ratedsplitter_config_text,
	.args = bandwidthratedsplitter_args,
	.handlers = bandwidthratedsplitter_handlers,
	.drops = ratedsplitter_drops,
	.group = "queue",
	.brief = "sends the packets that exceed a bandwidth elsewhere",
	.manual =
		"As RatedSplitter, but RATE and the burst are counted in bytes. So that packets of\n"
		"any length can pass, the bucket holds 131072 bytes more, and a packet passes as long\n"
		"as that many are left.",
	.example = "Idle -> rs :: BandwidthRatedSplitter(1Mbps) -> Discard; rs [1] -> Discard;",
};
ELEMENT_CLASS(bandwidthratedsplitter_class)
