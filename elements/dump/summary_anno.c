// SPDX-License-Identifier: BSD-3-Clause
// Fields of IPSummaryDump files that stand for annotations.

#include <string.h>

#include <rte_common.h>

#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryview.h"
#include "mbuf-bridge/packet.h"
#include "src/clock.h"

enum { TIME, SECONDS, MICROSECONDS, ALL_MICROSECONDS, FIRST_TIME };

// ---- times

static bool
extract_time(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	uint64_t ns = (uint64_t)packet_timestamp(v->p);

	switch (f->number) {
	case TIME:
		value->number = ns;
		break;
	case SECONDS:
		value->number = ns / CLOCK_S;
		break;
	case MICROSECONDS:
		value->number = ns % CLOCK_S / CLOCK_US;
		break;
	case ALL_MICROSECONDS:
		value->number = ns / CLOCK_US;
		break;
	case FIRST_TIME:
		value->number = packet_anno_u64(v->p, ANNO_FIRST_TIMESTAMP);
		break;
	}
	return true;
}

static void
inject_time(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	int64_t n = (int64_t)RTE_MIN(value->number, (uint64_t)INT64_MAX);

	switch (f->number) {
	case TIME:
		b->timestamp_ns = n;
		break;
	case SECONDS:
		b->timestamp_ns = n * CLOCK_S + b->timestamp_ns % CLOCK_S;
		break;
	case MICROSECONDS:
		b->timestamp_ns = b->timestamp_ns / CLOCK_S * CLOCK_S + n % 1000000 * CLOCK_US;
		break;
	case ALL_MICROSECONDS:
		b->timestamp_ns = RTE_MIN(n, INT64_MAX / CLOCK_US) * CLOCK_US;
		break;
	case FIRST_TIME:
		b->first_timestamp_ns = n;
		break;
	}
}

// ---- others

enum { COUNT, PAINT, AGGREGATE, WIRE_LEN };

static bool
extract_anno(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	const struct packet *p = v->p;

	switch (f->number) {
	case COUNT:
		value->number = UINT64_C(1) + packet_anno_u32(p, ANNO_EXTRA_PACKETS);
		break;
	case PAINT:
		value->number = packet_anno_u8(p, ANNO_PAINT);
		break;
	case AGGREGATE:
		value->number = packet_anno_u32(p, ANNO_AGGREGATE);
		break;
	case WIRE_LEN:
		value->number = packet_length(p);
		if (v->extra_length || v->split)
			value->number += v->extra;
		break;
	}
	return true;
}

static void
inject_anno(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	switch (f->number) {
	case COUNT:
		b->count = (uint32_t)value->number;
		break;
	case PAINT:
		b->paint = (uint8_t)value->number;
		break;
	case AGGREGATE:
		b->aggregate = (uint32_t)value->number;
		break;
	case WIRE_LEN:
		b->has_wire_len = true;
		b->wire_len = (uint32_t)value->number;
		break;
	}
}

static void
print_direction(const struct summary_value *v, struct strbuf *out)
{
	if (v->number < 2)
		strbuf_addc(out, "><"[v->number]);
	else
		summary_print_number(v, out);
}

static bool
parse_direction(char *text, struct summary_value *v)
{
	static const char letters[] = ">L<RX";
	const char *letter = strchr(letters, text[0]);

	if (text[0] == '\0' || text[1] != '\0' || letter == NULL)
		return summary_u8.parse(text, v);
	v->number = letter - letters >= 2;
	return true;
}

static const struct summary_form direction = {
	.size = 1, .print = print_direction, .parse = parse_direction};
// Read like a direction, and written as a number.
static const struct summary_form side = {
	.size = 1, .print = summary_print_number, .parse = parse_direction};

#define ANNO_FIELD(field, field_form, kind, n)                                                  \
	.name = field, .form = &(field_form), .layer = SUMMARY_ANNO, .extract = extract_##kind, \
	.inject = inject_##kind, .number = n

// The most exact time last: it is put into packets after the others.
const struct summary_field summary_anno_fields[] = {
	{ANNO_FIELD("ts_sec", summary_u32, time, SECONDS)},
	{ANNO_FIELD("ts_usec", summary_u32, time, MICROSECONDS)},
	{ANNO_FIELD("ts_usec1", summary_u64, time, ALL_MICROSECONDS)},
	{ANNO_FIELD("timestamp", summary_time, time, TIME)},
	{ANNO_FIELD("ntimestamp", summary_ntime, time, TIME), .shown = "timestamp"},
	{ANNO_FIELD("first_timestamp", summary_time, time, FIRST_TIME)},
	{ANNO_FIELD("first_ntimestamp", summary_ntime, time, FIRST_TIME),
		.shown = "first_timestamp"},
	{ANNO_FIELD("count", summary_u32, anno, COUNT)},
	{ANNO_FIELD("link", side, anno, PAINT)},
	{ANNO_FIELD("paint", summary_u8, anno, PAINT)},
	{ANNO_FIELD("direction", direction, anno, PAINT)},
	{ANNO_FIELD("aggregate", summary_u32, anno, AGGREGATE)},
	{ANNO_FIELD("wire_len", summary_u32, anno, WIRE_LEN)},
	{.name = NULL},
};
