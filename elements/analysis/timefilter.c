// SPDX-License-Identifier: BSD-3-Clause
// TimeFilter: lets packets pass whose timestamps lie in an interval.

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

struct timefilter {
	struct element element;
	int64_t first_ns, last_ns; // from the one up to the other, which is outside
	bool fixed; // a first packet has come
	bool armed; // the end has not been told yet

	// Arguments.
	struct moment start, end;
	struct timespan start_delay, end_delay, start_after, end_after, interval;
	bool has_start, has_end, has_start_delay, has_end_delay;
	bool has_start_after, has_end_after, has_interval;
	bool stop;
	struct handler_call end_call;
};

enum { OUTSIDE, END_CALLS_MAX = 1000 };

static int64_t
add_times(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

// The first packet fixes the relative times.
static void
fix_times(struct timefilter *e, int64_t ns)
{
	e->fixed = true;
	if (e->has_start_after)
		e->first_ns = add_times(ns, e->start_after.ns);
	if (e->has_end_after)
		e->last_ns = add_times(ns, e->end_after.ns);
	else if (e->has_interval)
		e->last_ns = add_times(e->first_ns != INT64_MIN ? e->first_ns : ns, e->interval.ns);
}

// text with the time in place of $t and ${t}.
static char *
expand_time(const char *text, int64_t ns)
{
	struct strbuf out = STRBUF_INIT;
	size_t n;

	for (; *text != '\0'; text += n) {
		n = 1;
		if (strncmp(text, "${t}", 4) == 0)
			n = 4;
		else if (strncmp(text, "$t", 2) == 0 && !isalnum((unsigned char)text[2]) &&
			 text[2] != '_')
			n = 2;
		if (n > 1)
			text_timestamp(&out, ns);
		else
			strbuf_addc(&out, *text);
	}
	strbuf_addc(&out, '\0');
	return strbuf_steal(&out);
}

static void
tell_end(struct timefilter *e, int64_t ns)
{
	struct handler_call call = e->end_call;

	if (e->stop)
		router_adjust_run_count(e->element.router, -1);
	if (call.name == NULL)
		return;
	call.value = expand_time(call.value, ns);
	handler_call_run(&call, &e->element);
	free(call.value);
}

// A packet is behind the end: the end call may move it.
static void
reach_end(struct timefilter *e, int64_t ns)
{
	for (unsigned n = 0; n < END_CALLS_MAX && e->armed && ns >= e->last_ns; n++) {
		e->armed = false;
		tell_end(e, ns);
	}
}

static inline int
timefilter_packet(struct timefilter *e, struct packet **pp)
{
	int64_t ns = packet_timestamp(*pp);

	if (unlikely(!e->fixed))
		fix_times(e, ns);
	if (unlikely(ns >= e->last_ns && e->armed))
		reach_end(e, ns);
	if (ns >= e->first_ns && ns < e->last_ns)
		return 0;
	return element_output_or_drop(&e->element, 1, OUTSIDE);
}

ELEMENT_DECIDE(timefilter, timefilter, timefilter_packet)

static int
timefilter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct timefilter *e = (struct timefilter *)base;
	int err = 0;

	(void)args;
	// Zero: not given.
	e->has_start &= e->start.ns != 0;
	e->has_end &= e->end.ns != 0;
	if (e->has_start + e->has_start_after + e->has_start_delay > 1)
		err = errh_error(
			errh, "START, START_AFTER, and START_AFTER_INIT are mutually exclusive");
	if (e->has_end + e->has_end_after + e->has_end_delay + e->has_interval > 1)
		err = errh_error(errh,
			"END, END_AFTER, END_AFTER_INIT, and INTERVAL are mutually exclusive");
	if (e->stop && e->end_call.name != NULL)
		err = errh_error(errh, "END_CALL and STOP are mutually exclusive");
	return err;
}

static int
timefilter_initialize(struct element *base, struct errh *errh)
{
	struct timefilter *e = (struct timefilter *)base;
	int64_t now = clock_now();

	e->first_ns = e->has_start         ? e->start.ns
		      : e->has_start_delay ? add_times(now, e->start_delay.ns)
					   : INT64_MIN;
	e->last_ns = e->has_end         ? e->end.ns
		     : e->has_end_delay ? add_times(now, e->end_delay.ns)
					: INT64_MAX;
	e->armed = true;
	if (e->end_call.name == NULL)
		return 0;
	return handler_call_resolve(&e->end_call, base, HANDLER_WRITABLE, errh);
}

static int
timefilter_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct timefilter *e = (struct timefilter *)base, *old = (struct timefilter *)old_base;

	(void)errh;
	// Another interval begins anew.
	if (strcmp(base->info->config, old_base->info->config) != 0)
		return 0;
	e->first_ns = old->first_ns;
	e->last_ns = old->last_ns;
	e->fixed = old->fixed;
	e->armed = old->armed;
	return 0;
}

// ---- handlers

enum { START, END, INTERVAL, EXTEND_INTERVAL };

static int
read_value(const struct handler_read *call)
{
	const struct timefilter *e = (struct timefilter *)call->element;
	int64_t first = e->first_ns == INT64_MIN ? 0 : e->first_ns;
	int64_t last = e->last_ns == INT64_MAX ? 0 : e->last_ns;

	switch (call->row->number) {
	case START:
		text_timestamp(call->out, first);
		break;
	case END:
		text_timestamp(call->out, last);
		break;
	default:
		text_timestamp(call->out, (int64_t)((uint64_t)last - (uint64_t)first));
		break;
	}
	return 0;
}

static int
write_value(const struct handler_write *call)
{
	struct timefilter *e = (struct timefilter *)call->element;
	char *text = confstr_uncomment(call->text);
	int64_t ns, first;
	int err = text_read_timespan(text, &ns);

	free(text);
	if (err != 0)
		return errh_error(call->errh, "expected time");
	switch (call->row->number) {
	case START:
		if (!e->fixed)
			fix_times(e, ns);
		e->first_ns = ns;
		return 0;
	case END:
		e->last_ns = ns;
		break;
	case INTERVAL:
		first = e->first_ns == INT64_MIN ? 0 : e->first_ns;
		e->last_ns = add_times(first, ns);
		break;
	default:
		e->last_ns = add_times(e->last_ns, ns);
		break;
	}
	e->armed = true;
	return 0;
}

static const struct arg timefilter_args[] = {
	ARG(timefilter, start, "START", ARG_OPTIONAL, .given = ARG_GIVEN(timefilter, has_start),
		.help = "the time from which on packets pass"),
	ARG(timefilter, end, "END", ARG_OPTIONAL, .given = ARG_GIVEN(timefilter, has_end),
		.help = "the time from which on they do not any more"),
	ARG(timefilter, start_delay, "START_DELAY", ARG_KEYWORD,
		.given = ARG_GIVEN(timefilter, has_start_delay),
		.help = "the beginning, since the router was initialized"),
	ARG(timefilter, end_delay, "END_DELAY", ARG_KEYWORD,
		.given = ARG_GIVEN(timefilter, has_end_delay), .help = "the same for the end"),
	ARG(timefilter, start_after, "START_AFTER", ARG_KEYWORD,
		.given = ARG_GIVEN(timefilter, has_start_after),
		.help = "the beginning, since the first packet"),
	ARG(timefilter, end_after, "END_AFTER", ARG_KEYWORD,
		.given = ARG_GIVEN(timefilter, has_end_after), .help = "the same for the end"),
	ARG(timefilter, interval, "INTERVAL", ARG_KEYWORD,
		.given = ARG_GIVEN(timefilter, has_interval),
		.help = "the end, since the beginning, or the first packet without one"),
	ARG(timefilter, stop, "STOP", ARG_KEYWORD, .def = "false",
		.help = "true: the first packet behind the end stops the driver"),
	ARG_AS(timefilter, end_call, arg_handler_call, "END_CALL", ARG_KEYWORD,
		.help = "write handler that the first packet behind the end calls; $t is its time"),
	ARGS_END,
};

static const struct handler timefilter_handlers[] = {
	{.name = "start",
		.read = read_value,
		.write = write_value,
		.number = START,
		.help = "the time from which on packets pass; 0: any"},
	{.name = "end",
		.read = read_value,
		.write = write_value,
		.number = END,
		.help = "the time from which on they do not any more; 0: none"},
	{.name = "interval",
		.read = read_value,
		.write = write_value,
		.number = INTERVAL,
		.help = "seconds between the two; writing moves the end"},
	{.name = "extend_interval",
		.write = write_value,
		.number = EXTEND_INTERVAL,
		.help = "moves the end by so many seconds"},
	HANDLERS_END,
};

static const char *const timefilter_drops[] = {[OUTSIDE] = "outside of the interval", NULL};

static const struct element_class timefilter_class = {
	.name = "TimeFilter",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct timefilter),
	.push = timefilter_push,
	.pull = timefilter_pull,
	.decide = timefilter_decide,
	.configure = timefilter_configure,
	.initialize = timefilter_initialize,
	.take_state = timefilter_take_state,
	.args = timefilter_args,
	.handlers = timefilter_handlers,
	.drops = timefilter_drops,
	.group = "analysis",
	.brief = "lets packets pass whose timestamps lie in an interval",
	.manual =
		"Packets from START on and before END pass; others leave by output 1 if it is\n"
		"connected. The first packet behind the end makes END_CALL, or stops the driver\n"
		"(STOP). A call that moves the end is made again at the new one.\n"
		"Writing the handler `end` moves the end; Click takes the value for an interval there.",
	.example = "Idle -> TimeFilter(START_AFTER 10, INTERVAL 60, STOP true) -> Discard;",
};
ELEMENT_CLASS(timefilter_class)
