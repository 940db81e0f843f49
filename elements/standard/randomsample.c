// SPDX-License-Identifier: BSD-3-Clause
// RandomSample: lets packets pass with a given probability.

#include <inttypes.h>

#include <rte_random.h>

#include "src/element.h"
#include "src/strbuf.h"

enum { PROBABILITY_BITS = 28, CERTAIN = 1 << PROBABILITY_BITS };

struct randomsample_lcore {
	uint64_t n_left_out; // wherever they went
};

struct randomsample {
	struct element element;
	struct probability wanted_sample, wanted_drop; // as configured
	bool has_p, has_sample, has_drop;
	bool active;
	uint32_t sample; // probability of passing; fixed point
};

enum { LEFT_OUT };

static inline int
randomsample_packet(struct randomsample *e, struct packet **pp)
{
	struct randomsample_lcore *l;

	(void)pp;
	if (!e->active || (rte_rand() & (CERTAIN - 1)) < e->sample)
		return 0;
	l = element_lcore(&e->element);
	l->n_left_out++;
	return element_output_or_drop(&e->element, 1, LEFT_OUT);
}

ELEMENT_DECIDE(randomsample, randomsample, randomsample_packet)

static int
randomsample_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct randomsample *e = (struct randomsample *)base;
	bool has_sample = e->has_p || e->has_sample;
	uint32_t p = has_sample ? e->wanted_sample.fixed28 : e->wanted_drop.fixed28;

	(void)args;
	if (has_sample && e->has_drop)
		return errh_error(errh, "give at most one of SAMPLE and DROP");
	if ((!has_sample && !e->has_drop) || p > CERTAIN)
		return errh_error(errh, "sampling probability must be between 0 and 1");
	e->sample = has_sample ? p : CERTAIN - p;
	return 0;
}

static uint64_t
n_left_out(const struct element *e)
{
	return ELEMENT_SUM(e, randomsample_lcore, n_left_out);
}

static int
randomsample_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct randomsample_lcore *l = element_lcore(base);

	(void)errh;
	l->n_left_out += n_left_out(old);
	return 0;
}

static int
randomsample_config_text(struct element *base, struct strbuf *out)
{
	const struct randomsample *e = (struct randomsample *)base;

	strbuf_adds(out, "SAMPLE ");
	text_fixed2(out, e->sample, PROBABILITY_BITS);
	strbuf_addf(out, ", ACTIVE %s", e->active ? "true" : "false");
	return 0;
}

// ---- handlers

enum { SAMPLE, DROP_PROB };

static int
read_prob(const struct handler_read *call)
{
	uint32_t sample = ((struct randomsample *)call->element)->sample;

	text_fixed2(call->out, call->row->number == SAMPLE ? sample : CERTAIN - sample,
		PROBABILITY_BITS);
	return 0;
}

static int
write_prob(const struct handler_write *call)
{
	struct randomsample *e = (struct randomsample *)call->element;
	uint64_t p;

	if (text_read_fixed2(call->text, PROBABILITY_BITS, &p) != 0 || p > CERTAIN)
		return errh_error(call->errh, "Must be given a number between 0.0 and 1.0");
	e->sample = (uint32_t)(call->row->number == SAMPLE ? p : CERTAIN - p);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, n_left_out(call->element));
	return 0;
}

static const struct arg randomsample_args[] = {
	ARG(randomsample, wanted_sample, "P", ARG_OPTIONAL, .given = ARG_GIVEN(randomsample, has_p),
		.help = "probability with which a packet passes, 0 to 1"),
	ARG(randomsample, wanted_sample, "SAMPLE", ARG_KEYWORD,
		.given = ARG_GIVEN(randomsample, has_sample), .help = "same as P"),
	ARG(randomsample, wanted_drop, "DROP", ARG_KEYWORD,
		.given = ARG_GIVEN(randomsample, has_drop),
		.help = "probability with which a packet does not pass"),
	ARG(randomsample, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: all packets pass"),
	ARGS_END,
};

static const struct handler randomsample_handlers[] = {
	{.name = "sampling_prob",
		.read = read_prob,
		.write = write_prob,
		.number = SAMPLE,
		.help = "probability with which a packet passes"},
	HANDLER_FIELD_RW("active", randomsample, active, HANDLER_CHECKBOX,
		.help = "false: all packets pass"),
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets that did not pass"},
	{.name = "drop_prob",
		.read = read_prob,
		.write = write_prob,
		.number = DROP_PROB,
		.help = "probability with which a packet does not pass"},
	HANDLERS_END,
};

static const char *const randomsample_drops[] = {[LEFT_OUT] = "not in the sample", NULL};

static const struct element_class randomsample_class = {
	.name = "RandomSample",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct randomsample),
	.lcore_size = sizeof(struct randomsample_lcore),
	.push = randomsample_push,
	.pull = randomsample_pull,
	.decide = randomsample_decide,
	.configure = randomsample_configure,
	.take_state = randomsample_take_state,
	.config_text = randomsample_config_text,
	.args = randomsample_args,
	.handlers = randomsample_handlers,
	.drops = randomsample_drops,
	.group = "standard",
	.brief = "lets packets pass with a given probability",
	.manual =
		"Each packet is decided on its own. Those that are left out go to output 1 if it\n"
		"is connected and are dropped if not.",
	.example = "Idle -> rs :: RandomSample(0.1) -> Discard; rs [1] -> Discard;",
};
ELEMENT_CLASS(randomsample_class)
