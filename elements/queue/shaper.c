// SPDX-License-Identifier: BSD-3-Clause
// Shaper, BandwidthShaper: let packets be pulled at a given rate, evenly.

#include "elements/queue/gaprate.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/strbuf.h"

struct shaper {
	struct element element;
	uint32_t rate; // packets per second; Shaper
	struct bandwidth bandwidth; // bytes per second; BandwidthShaper
	struct gaprate gap;
};

// Output 1 gives what output 0 would not.
static inline struct packet *
shaper_packet(struct shaper *e, unsigned port, int64_t now)
{
	bool allowed = gaprate_allows(&e->gap, now);
	struct packet *p;

	if (allowed != (port == 0))
		return NULL;
	p = element_pull_one(&e->element, 0);
	if (p != NULL && port == 0)
		gaprate_count(&e->gap, 1);
	return p;
}

static inline struct packet *
bandwidthshaper_packet(struct shaper *e, unsigned port, int64_t now)
{
	struct packet *p;

	(void)port;
	if (!gaprate_allows(&e->gap, now))
		return NULL;
	p = element_pull_one(&e->element, 0);
	if (p != NULL)
		gaprate_count(&e->gap, packet_length(p));
	return p;
}

ELEMENT_PULL_EACH_NOW(shaper, shaper, shaper_packet)
ELEMENT_PULL_EACH_NOW(bandwidthshaper, shaper, bandwidthshaper_packet)

// ---- configuration

// The rate that is used; one that is too large is reported, and does no more harm.
static uint32_t
set_rate(struct shaper *e, uint64_t rate, struct errh *errh)
{
	if (rate > GAPRATE_MAX) {
		errh_error(errh, "rate too large; lowered to %u", GAPRATE_MAX);
		rate = GAPRATE_MAX;
	}
	if (e->element.info->initialized)
		gaprate_set_rate(&e->gap, (uint32_t)rate, clock_now());
	else
		gaprate_init(&e->gap, (uint32_t)rate);
	return (uint32_t)rate;
}

static int
shaper_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct shaper *e = (struct shaper *)base;

	(void)args;
	e->rate = set_rate(e, e->rate, errh);
	return 0;
}

static int
bandwidthshaper_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct shaper *e = (struct shaper *)base;

	(void)args;
	e->bandwidth.bytes_per_s = set_rate(e, e->bandwidth.bytes_per_s, errh);
	return 0;
}

static int
shaper_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct gaprate *gap = &((struct shaper *)base)->gap;
	uint32_t rate = gap->rate;

	(void)errh;
	if (base->class != old->class)
		return 0;
	*gap = ((struct shaper *)old)->gap;
	gaprate_set_rate(gap, rate, clock_now());
	return 0;
}

static int
shaper_config_text(struct element *e, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((struct shaper *)e)->rate);
	return 0;
}

static int
bandwidthshaper_config_text(struct element *e, struct strbuf *out)
{
	text_bandwidth(out, ((struct shaper *)e)->bandwidth.bytes_per_s);
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	gaprate_reset(&((struct shaper *)call->element)->gap);
	return 0;
}

#define RESET_ROW                                                                     \
	{                                                                             \
		.name = "reset", .write = write_reset, .help = "begins to count anew" \
	}

static const struct arg shaper_args[] = {
	ARG(shaper, rate, "RATE", ARG_MANDATORY, .help = "packets per second"),
	ARGS_END,
};

static const struct arg bandwidthshaper_args[] = {
	ARG(shaper, bandwidth, "RATE", ARG_MANDATORY, .help = "bytes per second, or with a unit"),
	ARGS_END,
};

static const struct handler shaper_handlers[] = {
	HANDLER_RECONFIGURE("rate", shaper, rate, "RATE", 0, .help = "packets per second"),
	RESET_ROW,
	HANDLERS_END,
};

static const struct handler bandwidthshaper_handlers[] = {
	HANDLER_RECONFIGURE("rate", shaper, bandwidth, "RATE", 0, .help = "bytes per second"),
	RESET_ROW,
	HANDLERS_END,
};

static const struct element_class shaper_class = {
	.name = "Shaper",
	.ports = "1/1-2",
	.processing = "l/l",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct shaper),
	.pull = shaper_pull,
	.configure = shaper_configure,
	.take_state = shaper_take_state,
	.config_text = shaper_config_text,
	.args = shaper_args,
	.handlers = shaper_handlers,
	.group = "queue",
	.brief = "lets packets be pulled at a given rate",
	.manual =
		"Packets leave evenly: the next one not before its part of the second has come. Who\n"
		"pulls from output 1 gets what output 0 would not give at that moment. RATE 0 lets\n"
		"nothing through (Click's may let a first packet pass).",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> Shaper(1000) -> Unqueue -> Discard;",
};
ELEMENT_CLASS(shaper_class)

static const struct element_class bandwidthshaper_class = {
	.name = "BandwidthShaper",
	.ports = "1/1-2",
	.processing = "l/l",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct shaper),
	.pull = bandwidthshaper_pull,
	.configure = bandwidthshaper_configure,
	.take_state = shaper_take_state,
	.config_text = bandwidthshaper_config_text,
	.args = bandwidthshaper_args,
	.handlers = bandwidthshaper_handlers,
	.group = "queue",
	.brief = "lets packets be pulled at a given bandwidth",
	.manual =
		"A packet leaves when the bytes before it have had their part of the second. Both\n"
		"outputs are shaped alike, as in Click.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> BandwidthShaper(1Mbps) -> Unqueue"
		   " -> Discard;",
};
ELEMENT_CLASS(bandwidthshaper_class)
