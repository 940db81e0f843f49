// SPDX-License-Identifier: BSD-3-Clause
// RED: drops packets at random before queues are full.

#include "elements/aqm/red.h"
#include "src/strbuf.h"

static int
redelement_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return red_configure((struct red *)e, errh);
}

static int
redelement_config_text(struct element *base, struct strbuf *out)
{
	const struct red *e = (struct red *)base;

	strbuf_addf(out, "%u, %u, ", e->min_thresh, e->max_thresh);
	red_config_text(e, out);
	if (!e->gentle)
		strbuf_adds(out, ", GENTLE false");
	return 0;
}

static const struct arg redelement_args[] = {
	ARG(red, min_thresh, "MIN_THRESH", ARG_MANDATORY,
		.help = "average length in packets, up to which no packet is dropped"),
	ARG(red, max_thresh, "MAX_THRESH", ARG_MANDATORY,
		.help = "average length at which packets are dropped with probability MAX_P"),
	RED_ARG_P,
	AQM_ARG_QUEUES(red, aqm.queue_names, ARG_KEYWORD),
	RED_ARG_STABILITY,
	ARG(red, gentle, "GENTLE", ARG_KEYWORD, .def = "true",
		.help = "from MAX_THRESH to twice that the probability rises to 1; false: all "
			"packets are dropped there"),
	ARGS_END,
};

static const struct handler redelement_handlers[] = {
	RED_HANDLERS,
	HANDLER_RECONFIGURE("min_thresh", red, min_thresh, "MIN_THRESH", 0,
		.help = "average length up to which no packet is dropped"),
	HANDLER_RECONFIGURE("max_thresh", red, max_thresh, "MAX_THRESH", 0,
		.help = "average length at which the probability is MAX_P"),
	RED_HANDLER_P,
	HANDLERS_END,
};

static const struct element_class redelement_class = {
	.name = "RED",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct red),
	.push = red_push,
	.pull = red_pull,
	.configure = redelement_configure,
	.initialize = aqm_initialize,
	.cleanup = aqm_cleanup,
	.take_state = red_take_state,
	.config_text = redelement_config_text,
	.args = redelement_args,
	.handlers = redelement_handlers,
	.drops = aqm_drops,
	.group = "aqm",
	.brief = "drops packets at random before queues are full",
	.manual =
		"Random early detection: while the moving average of the queues' length is between\n"
		"MIN_THRESH and MAX_THRESH packets are dropped with a probability that rises from 0\n"
		"to MAX_P, above it with one that rises to 1, and above twice MAX_THRESH all are.\n"
		"Dropped packets go to output 1 if it is connected. A MAX_THRESH of 0 is refused\n"
		"(Click's divides by it), and the average falls with time also while packets find\n"
		"empty queues more often than every 20 ms.",
	.example = "InfiniteSource(LIMIT 5) -> RED(5, 50, 0.02) -> Queue(200) -> Discard;",
};
ELEMENT_CLASS(redelement_class)
