// SPDX-License-Identifier: BSD-3-Clause
// Meter, BandwidthMeter: send all packets to an output that depends on their rate.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "elements/standard/rate.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"

enum { RATE_BITS = 10, MS_OF_S = 1000 };

#define METER_MAX (UINT64_C(1) << 50) // packets or bytes per second

struct meter {
	struct element element;
	struct strvec rates; // as configured
	uint64_t *limits; // owned; what comes in 1 ms, with RATE_BITS; increasing
	unsigned n;
	struct rate rate;
};

// ---- data path

static void
meter_batch(struct meter *e, struct batch *b, uint64_t n)
{
	unsigned output = 0;

	// The average changes with the millisecond only, so one output does for all.
	rate_update(&e->rate, RATE_BITS, n, clock_steady() / CLOCK_MS);
	while (output < e->n && e->rate.avg >= e->limits[output])
		output++;
	element_push(&e->element, output, b);
}

static void
meter_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	meter_batch((struct meter *)base, b, b->n);
}

static void
bandwidthmeter_push(struct element *base, unsigned port, struct batch *b)
{
	uint64_t n = 0;

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		n += packet_length(b->pkt[i]);
	meter_batch((struct meter *)base, b, n);
}

// ---- configuration

static int
read_rate(const char *text, unsigned number, bool in_bytes, uint64_t *rate, struct errh *errh)
{
	bool had_unit = true;
	int err = in_bytes ? text_read_bandwidth(text, rate, &had_unit)
			   : text_read_uint64(text, rate);

	if (err != 0 && err != -ERANGE)
		return errh_error(errh, "argument %u syntax error", number);
	if (!had_unit)
		errh_warning(errh, "no units for bandwidth argument %u, assuming Bps", number);
	if (*rate > METER_MAX)
		return errh_error(errh, "rate %u too large (max %" PRIu64 ")", number, METER_MAX);
	return 0;
}

static int
configure(struct meter *e, bool in_bytes, struct errh *errh)
{
	uint64_t rate, before = 0;

	if (e->rates.n == 0)
		return errh_error(errh, "too few arguments to %s(%s, ...)", e->element.class->name,
			in_bytes ? "bandwidth" : "rate");
	if (e->rates.n + 1 != e->element.n_outputs)
		return errh_error(errh,
			"need %d arguments, one less than the number of output ports",
			e->element.n_outputs - 1);
	e->limits = mem_zalloc(e->rates.n * sizeof(*e->limits));
	for (unsigned i = 0; i < e->rates.n; i++) {
		int err = read_rate(e->rates.v[i], i + 1, in_bytes, &rate, errh);

		if (err != 0)
			return err;
		if (i > 0 && rate <= before)
			return errh_error(errh, "rate %u must be > rate %u", i + 1, i);
		e->limits[i] = (rate << RATE_BITS) / MS_OF_S;
		before = rate;
	}
	e->n = (unsigned)e->rates.n;
	return 0;
}

static int
meter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return configure((struct meter *)e, false, errh);
}

static int
bandwidthmeter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return configure((struct meter *)e, true, errh);
}

static void
meter_cleanup(struct element *e)
{
	free(((struct meter *)e)->limits);
}

static int
meter_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	if (base->class == old->class)
		((struct meter *)base)->rate = ((struct meter *)old)->rate;
	return 0;
}

// ---- handlers

static int
read_rate_now(const struct handler_read *call)
{
	text_fixed2(call->out,
		rate_read(((struct meter *)call->element)->rate, RATE_BITS,
			clock_steady() / CLOCK_MS),
		RATE_BITS);
	return 0;
}

static int
read_meters(const struct handler_read *call)
{
	const struct meter *e = (struct meter *)call->element;

	for (unsigned i = 0; i < e->n; i++) {
		text_fixed2(call->out, e->limits[i] * MS_OF_S, RATE_BITS);
		strbuf_addc(call->out, '\n');
	}
	return 0;
}

static const struct arg meter_args[] = {
	ARG(meter, rates, "RATE", ARG_REST,
		.help = "packets per second, increasing: one less than there are outputs"),
	ARGS_END,
};

static const struct arg bandwidthmeter_args[] = {
	ARG(meter, rates, "BANDWIDTH", ARG_REST,
		.help = "with a unit, increasing: one less than there are outputs"),
	ARGS_END,
};

static const struct handler meter_handlers[] = {
	{.name = "rate", .read = read_rate_now, .help = "the rate at present, per second"},
	{.name = "meters", .read = read_meters, .help = "the rates that were configured"},
	HANDLERS_END,
};

static const struct element_class meter_class = {
	.name = "Meter",
	.ports = "1/2-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct meter),
	.push = meter_push,
	.configure = meter_configure,
	.cleanup = meter_cleanup,
	.take_state = meter_take_state,
	.args = meter_args,
	.handlers = meter_handlers,
	.group = "queue",
	.brief = "sends all packets to an output that depends on their rate",
	.manual =
		"The rate is a moving average over about 16 ms. Below the first RATE all packets leave\n"
		"by output 0, from there to the second one by output 1, and so on. Click reads the\n"
		"rates as bandwidths, takes no more than 4194303, and runs the lines of `meters`\n"
		"together.",
	.example = "Idle -> m :: Meter(1000, 5000); m [0] -> Discard; m [1] -> Discard;"
		   "m [2] -> Discard;",
};
ELEMENT_CLASS(meter_class)

static const struct element_class bandwidthmeter_class = {
	.name = "BandwidthMeter",
	.ports = "1/2-",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct meter),
	.push = bandwidthmeter_push,
	.configure = bandwidthmeter_configure,
	.cleanup = meter_cleanup,
	.take_state = meter_take_state,
	.args = bandwidthmeter_args,
	.handlers = meter_handlers,
	.group = "queue",
	.brief = "sends all packets to an output that depends on their bandwidth",
	.manual =
		"The bandwidth is a moving average over about 16 ms. Below the first BANDWIDTH all\n"
		"packets leave by output 0, from there to the second one by output 1, and so on.\n"
		"Click takes no more than 4194303 bytes per second, and runs the lines of `meters`\n"
		"together.",
	.example = "Idle -> m :: BandwidthMeter(1Mbps); m [0] -> Discard; m [1] -> Discard;",
};
ELEMENT_CLASS(bandwidthmeter_class)
