// SPDX-License-Identifier: BSD-3-Clause
// TimestampDiff: measures how long packets were on their way from a RecordTimestamp.

#include <inttypes.h>
#include <stdlib.h>

#include "elements/measure/delays.h"
#include "elements/measure/recordtimestamp.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/strbuf.h"

struct timestampdiff {
	struct element element;
	struct element *recorder_element;
	struct recordtimestamp *recorder; // of it
	struct number_place place;
	bool has_offset, has_order; // given; else COUNTER's of the recorder
	bool nano, verbose;
	uint32_t n; // values to keep; 0: as many as there is room for
	uint32_t maxdelay_ms;
	int64_t maxdelay_ns;
	uint32_t sample;
	int32_t tc_offset; // negative: no classes
	uint8_t tc_mask;
	struct delays delays;
};

struct timestampdiff_lcore {
	int64_t now_ns; // clock_steady(), of the batch
};

enum { TOO_SHORT, UNKNOWN };

// ---- data path

static __attribute__((noinline, cold)) void
tell_late(const struct timestampdiff *e, uint64_t number, int64_t ns)
{
	if (e->verbose)
		chatter(ELEMENT_FMT ": packet %" PRIu64 " experienced delay %.3f ms > %u ms",
			ELEMENT_ARG(e), number, (double)ns / CLOCK_MS, e->maxdelay_ms);
}

static void
measure(struct timestampdiff *e, const struct packet *p, uint64_t number, int64_t delay)
{
	uint8_t class = 0;

	if (unlikely(delay > e->maxdelay_ns)) {
		tell_late(e, number, delay);
		return;
	}
	if (e->tc_offset >= 0 && packet_read(p, (uint32_t)e->tc_offset, &class, 1))
		class &= e->tc_mask;
	delays_add(&e->delays, e->nano ? delay : delay / CLOCK_US, class);
}

static int
diff_packet(struct element *base, struct packet **pp)
{
	struct timestampdiff *e = (struct timestampdiff *)base;
	const struct timestampdiff_lcore *l = element_lcore(base);
	uint64_t number, slot;
	int64_t then;

	if (unlikely(!packet_read(*pp, (uint32_t)e->place.offset, &number, sizeof(number))))
		return element_output_or_drop(base, 1, TOO_SHORT);
	number = slot = number_swap(&e->place, number);
	if (e->sample > 1) {
		if (number % e->sample != 0)
			return 0;
		slot = number / e->sample;
	}
	then = recordtimestamp_take(e->recorder, slot);
	if (unlikely(then == 0))
		return element_output_or_drop(base, 1, UNKNOWN);
	measure(e, *pp, number, l->now_ns - then);
	return 0;
}

// All packets of a batch pass at one time, as they do at the recorder.
static void
note_time(struct element *base)
{
	struct timestampdiff_lcore *l = element_lcore(base);

	l->now_ns = clock_steady();
}

static void
timestampdiff_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	note_time(base);
	element_decide_rest(base, b, 0, diff_packet(base, &b->pkt[0]), diff_packet);
}

// The recorder may be on the way that the pull goes.
static void
timestampdiff_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	note_time(base);
	element_decide_pulled(base, b, diff_packet);
}

// ---- life

static int
timestampdiff_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct timestampdiff *e = (struct timestampdiff *)base;

	(void)args;
	e->maxdelay_ns = e->maxdelay_ms * CLOCK_MS;
	return number_place_check(&e->place, errh);
}

static int
timestampdiff_initialize(struct element *base, struct errh *errh)
{
	struct timestampdiff *e = (struct timestampdiff *)base;

	e->recorder = recordtimestamp_of(e->recorder_element);
	if (e->recorder == NULL)
		return errh_error(errh, "RECORDER must be a valid RecordTimestamp element");
	if (e->recorder->counter != NULL)
		number_place_follow(&e->place, numberpacket_place(e->recorder->counter),
			e->has_offset, e->has_order);
	delays_init(&e->delays, e->n > 0 ? e->n : RECORDS_MAX, e->tc_offset >= 0);
	return 0;
}

static void
timestampdiff_cleanup(struct element *base)
{
	delays_fini(&((struct timestampdiff *)base)->delays);
}

static int
timestampdiff_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct timestampdiff *e = (struct timestampdiff *)base;
	struct timestampdiff *old = (struct timestampdiff *)old_base;
	uint32_t n = RTE_MIN(delays_n(&old->delays), e->delays.capacity);

	(void)errh;
	for (uint32_t i = 0; i < n && e->nano == old->nano; i++)
		delays_add(&e->delays, delays_at(&old->delays, i),
			old->delays.classes != NULL ? old->delays.classes[i] : 0);
	return 0;
}

// ---- handlers

enum { AVERAGE, MIN, MAX, STDDEV };

// The index that a handler's parameter gives, 0 without one.
static int
read_index(const struct handler_read *call, const char *text, uint32_t *index)
{
	uint64_t v = 0;

	if (*text != '\0' && (text_read_uint64(text, &v) != 0 || v > UINT32_MAX))
		return errh_error(call->errh, "expected an index");
	*index = (uint32_t)v;
	return 0;
}

static int
read_summary(const struct handler_read *call)
{
	const struct timestampdiff *e = (struct timestampdiff *)call->element;
	struct delays_summary s;
	uint32_t from = 0;
	int err = read_index(call, call->param, &from);

	if (err != 0)
		return err;
	delays_summarize(&e->delays, from, -1, &s);
	if (call->row->number == AVERAGE)
		text_double(call->out, s.average);
	else if (call->row->number == STDDEV)
		text_double(call->out, s.deviation);
	else
		strbuf_addf(call->out, "%" PRId64, call->row->number == MIN ? s.min : s.max);
	return 0;
}

static int
read_class_average(const struct handler_read *call)
{
	const struct timestampdiff *e = (struct timestampdiff *)call->element;
	struct delays_summary s;
	uint32_t class = 0;
	int err = read_index(call, call->param, &class);

	if (err != 0)
		return err;
	if (e->tc_offset < 0)
		return errh_error(call->errh, "there are no classes without TC_OFFSET");
	if (class > UINT8_MAX)
		return errh_error(call->errh, "classes are 0 to 255");
	delays_summarize(&e->delays, 0, (int)class, &s);
	text_double(call->out, s.average);
	return 0;
}

static int
read_fixed_percentile(const struct handler_read *call)
{
	const struct timestampdiff *e = (struct timestampdiff *)call->element;
	uint32_t from = 0;
	int err = read_index(call, call->param, &from);

	if (err == 0)
		strbuf_addf(call->out, "%" PRId64,
			delays_percentile(&e->delays, from, (double)call->row->number));
	return err;
}

// "P [BEGIN]"
static int
read_percentile(const struct handler_read *call)
{
	const struct timestampdiff *e = (struct timestampdiff *)call->element;
	double percent;
	uint32_t from = 0;
	char *end;
	int err;

	percent = strtod(call->param, &end);
	if (end == call->param || !(percent >= 0 && percent <= 100))
		return errh_error(call->errh, "expected a percentage");
	while (*end == ' ')
		end++;
	err = read_index(call, end, &from);
	if (err == 0)
		strbuf_addf(call->out, "%" PRId64, delays_percentile(&e->delays, from, percent));
	return err;
}

static int
read_n(const struct handler_read *call)
{
	strbuf_addf(call->out, "%u", delays_n(&((struct timestampdiff *)call->element)->delays));
	return 0;
}

static int
read_last(const struct handler_read *call)
{
	const struct delays *d = &((struct timestampdiff *)call->element)->delays;
	uint32_t n = delays_n(d);

	strbuf_addf(call->out, "%" PRId64, n > 0 ? delays_at(d, n - 1) : 0);
	return 0;
}

static int
read_dump(const struct handler_read *call)
{
	const struct delays *d = &((struct timestampdiff *)call->element)->delays;
	uint32_t n = delays_n(d), from = 0;
	int err = read_index(call, call->param, &from);

	for (uint32_t i = from; err == 0 && i < n; i++) {
		if (call->row->number == 0)
			strbuf_addf(call->out, "%u: ", i);
		strbuf_addf(call->out, "%" PRId64 "\n", delays_at(d, i));
	}
	return err;
}

static const struct arg timestampdiff_args[] = {
	ARG(timestampdiff, recorder_element, "RECORDER", ARG_MANDATORY,
		.help = "RecordTimestamp at the beginning of the path"),
	ARG(timestampdiff, place.offset, "OFFSET", ARG_KEYWORD, .def = "40",
		.given = ARG_GIVEN(timestampdiff, has_offset),
		.help = "place of the packets' number; if not given, that of RECORDER's COUNTER"),
	ARG(timestampdiff, n, "N", ARG_KEYWORD, .def = "0", .max = RECORDS_MAX, .min = 0,
		.help = "values to keep; 0: 16777216"),
	ARG(timestampdiff, maxdelay_ms, "MAXDELAY", ARG_KEYWORD, .def = "1000",
		.help = "milliseconds; longer delays are not kept"),
	ARG(timestampdiff, nano, "NANO", ARG_KEYWORD, .def = "false",
		.help = "true: values are nanoseconds, not microseconds"),
	ARG(timestampdiff, place.net_order, "NET_ORDER", ARG_KEYWORD, .def = "false",
		.given = ARG_GIVEN(timestampdiff, has_order),
		.help = "whether it is in network byte order; if not given, as RECORDER's COUNTER"),
	ARG(timestampdiff, sample, "SAMPLE", ARG_KEYWORD, .def = "1",
		.help = "measures only the numbers that it divides, as RECORDER does"),
	ARG(timestampdiff, verbose, "VERBOSE", ARG_KEYWORD, .def = "false",
		.help = "tells of each delay over MAXDELAY"),
	ARG(timestampdiff, tc_offset, "TC_OFFSET", ARG_KEYWORD, .def = "-1", .min = -1,
		.max = UINT16_MAX, .help = "place of a byte that tells the packet's class"),
	ARG(timestampdiff, tc_mask, "TC_MASK", ARG_KEYWORD, .def = "0xff",
		.help = "bits of it that count"),
	ARGS_END,
};

#define SUMMARY(handler_name, which, text)                                          \
	{                                                                           \
		.name = handler_name, .read = read_summary, .flags = HANDLER_PARAM, \
		.number = which, .help = text                                       \
	}
#define PERCENTILE(handler_name, percent)                                                     \
	{                                                                                     \
		.name = handler_name, .read = read_fixed_percentile, .flags = HANDLER_PARAM,  \
		.number = percent, .help = "percentile; a parameter is the first index taken" \
	}

static const struct handler timestampdiff_handlers[] = {
	SUMMARY("average", AVERAGE, "of the values; a parameter is the first index taken"),
	SUMMARY("avg", AVERAGE, "same as average"),
	SUMMARY("min", MIN, "least value"),
	SUMMARY("max", MAX, "greatest value"),
	SUMMARY("stddev", STDDEV, "standard deviation"),
	PERCENTILE("perc00", 0),
	PERCENTILE("perc01", 1),
	PERCENTILE("perc05", 5),
	PERCENTILE("perc10", 10),
	PERCENTILE("perc25", 25),
	PERCENTILE("median", 50),
	PERCENTILE("perc75", 75),
	PERCENTILE("perc90", 90),
	PERCENTILE("perc95", 95),
	PERCENTILE("perc99", 99),
	PERCENTILE("perc100", 100),
	{.name = "perc",
		.read = read_percentile,
		.flags = HANDLER_PARAM,
		.help = "parameter `P [INDEX]`: the value that P percent are below"},
	{.name = "avg_tc",
		.read = read_class_average,
		.flags = HANDLER_PARAM,
		.help = "average of the class that the parameter names"},
	{.name = "index", .read = read_n, .help = "values that are kept"},
	{.name = "last", .read = read_last, .help = "latest value"},
	{.name = "dump",
		.read = read_dump,
		.flags = HANDLER_PARAM | HANDLER_EXPENSIVE,
		.help = "lines `INDEX: VALUE`"},
	{.name = "dump_list",
		.read = read_dump,
		.flags = HANDLER_PARAM | HANDLER_EXPENSIVE,
		.number = 1,
		.help = "the values, one a line"},
	HANDLERS_END,
};

static const char *const timestampdiff_drops[] = {
	[TOO_SHORT] = "too short", [UNKNOWN] = "number unknown", NULL};

static const struct element_class timestampdiff_class = {
	.name = "TimestampDiff",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct timestampdiff),
	.lcore_size = sizeof(struct timestampdiff_lcore),
	.push = timestampdiff_push,
	.pull = timestampdiff_pull,
	.configure = timestampdiff_configure,
	.initialize = timestampdiff_initialize,
	.cleanup = timestampdiff_cleanup,
	.take_state = timestampdiff_take_state,
	.args = timestampdiff_args,
	.handlers = timestampdiff_handlers,
	.drops = timestampdiff_drops,
	.group = "measure",
	.brief = "measures how long packets took from a RecordTimestamp",
	.manual =
		"The packet's number says when it passed RECORDER, and the difference is kept, in\n"
		"microseconds. A number counts once: packets whose number is not known, or was seen\n"
		"before, leave by output 1 or are dropped. A delay over MAXDELAY is not kept, but\n"
		"the packet passes. Values beyond N are not kept either.\n"
		"\n"
		"Any number of lcores may pass, whether N is given or not. The standard deviation is\n"
		"that around the average, where FastClick takes it around 0.",
	.example = "Idle -> n :: NumberPacket(40) -> r :: RecordTimestamp(COUNTER n) -> Queue"
		   " -> Unqueue -> d :: TimestampDiff(r, N 1000) -> Discard;",
};
ELEMENT_CLASS(timestampdiff_class)
