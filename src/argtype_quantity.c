// SPDX-License-Identifier: BSD-3-Clause
#include "src/argtype.h"

#include <errno.h>

#include "src/args.h"
#include "src/strbuf.h"

static int
interval_range_error(const struct arg_parse *p, int64_t bound)
{
	struct strbuf sb = STRBUF_INIT;
	int err;

	text_interval(&sb, bound);
	err = arg_range_error(p, "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
	return err;
}

// A number that no field can hold has no bound that would help the user.
static int
overflow_error(const struct arg_parse *p)
{
	if (p->row != NULL && p->row->range_error != NULL)
		return arg_range_error(p, "%s", "");
	return arg_error(p, "out of range");
}

static int
time_parse(const struct arg_parse *p, const char *text, bool allow_negative, int64_t *ns)
{
	bool bounded = arg_has_bounds(p);
	int err = text_read_timespan(text, ns);

	if (bounded && p->row->min < 0)
		allow_negative = true;
	if (err == -EINVAL || (*text == '-' && !allow_negative))
		return arg_error(p, "parse error");
	if (bounded && *ns < p->row->min)
		return interval_range_error(p, p->row->min);
	if (bounded && *ns > p->row->max)
		return interval_range_error(p, p->row->max);
	return err < 0 ? overflow_error(p) : 0;
}

static int
timespan_parse(const struct arg_parse *p, const char *text, void *field)
{
	// A handler's write has neither row nor name; there a negative interval is fine.
	return time_parse(
		p, text, p->row == NULL && p->name == NULL, &((struct timespan *)field)->ns);
}

static void
timespan_print(const void *field, struct strbuf *out)
{
	text_interval(out, ((const struct timespan *)field)->ns);
}

static int
timestamp_parse(const struct arg_parse *p, const char *text, void *field)
{
	return time_parse(p, text, false, &((struct moment *)field)->ns);
}

static void
timestamp_print(const void *field, struct strbuf *out)
{
	text_timestamp(out, ((const struct moment *)field)->ns);
}

static int
bandwidth_range_error(const struct arg_parse *p, int64_t bound)
{
	struct strbuf sb = STRBUF_INIT;
	int err;

	text_bandwidth(&sb, bound > 0 ? (uint64_t)bound : 0);
	err = arg_range_error(p, "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
	return err;
}

static int
bandwidth_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct bandwidth *b = field;
	int err = text_read_bandwidth(text, &b->bytes_per_s, NULL);

	if (err == -EINVAL)
		return arg_error(p, "parse error");
	if (arg_has_bounds(p)) {
		if (p->row->min > 0 && b->bytes_per_s < (uint64_t)p->row->min)
			return bandwidth_range_error(p, p->row->min);
		if (p->row->max < 0 || b->bytes_per_s > (uint64_t)p->row->max)
			return bandwidth_range_error(p, p->row->max);
	}
	return err < 0 ? overflow_error(p) : 0;
}

static void
bandwidth_print(const void *field, struct strbuf *out)
{
	text_bandwidth(out, ((const struct bandwidth *)field)->bytes_per_s);
}

const struct arg_type arg_timespan = {
	.name = "length of time",
	.expected = "time in seconds",
	.size = sizeof(struct timespan),
	.parse = timespan_parse,
	.print = timespan_print,
};
const struct arg_type arg_timestamp = {
	.name = "moment in time",
	.expected = "timestamp",
	.size = sizeof(struct moment),
	.parse = timestamp_parse,
	.print = timestamp_print,
};
const struct arg_type arg_bandwidth = {
	.name = "bandwidth",
	.expected = "bandwidth",
	.size = sizeof(struct bandwidth),
	.parse = bandwidth_parse,
	.print = bandwidth_print,
};
