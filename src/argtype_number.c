// SPDX-License-Identifier: BSD-3-Clause
#include "src/argtype.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>

#include "src/args.h"
#include "src/strbuf.h"

static int
bool_parse(const struct arg_parse *p, const char *text, void *field)
{
	if (text_read_bool(text, field) < 0)
		return arg_error(p, "parse error");
	return 0;
}

static void
bool_print(const void *field, struct strbuf *out)
{
	strbuf_adds(out, *(const bool *)field ? "true" : "false");
}

static int
unsigned_parse(const struct arg_parse *p, const char *text, uint64_t max, uint64_t *v)
{
	int err = text_read_uint64(text, v);
	uint64_t min = 0;

	if (err == -EINVAL)
		return arg_error(p, "invalid number");
	if (arg_has_bounds(p)) {
		min = p->row->min > 0 ? (uint64_t)p->row->min : 0;
		if (p->row->max < 0)
			max = 0;
		else if ((uint64_t)p->row->max < max)
			max = (uint64_t)p->row->max;
	}
	if (*v < min)
		return arg_range_error(p, "%" PRIu64, min);
	if (err < 0 || *v > max)
		return arg_range_error(p, "%" PRIu64, max);
	return 0;
}

static int
signed_parse(const struct arg_parse *p, const char *text, int64_t min, int64_t max, int64_t *v)
{
	int err = text_read_int64(text, v);

	if (err == -EINVAL)
		return arg_error(p, "invalid number");
	if (arg_has_bounds(p)) {
		min = p->row->min > min ? p->row->min : min;
		max = p->row->max < max ? p->row->max : max;
	}
	if (*v < min || (err < 0 && *v == INT64_MIN))
		return arg_range_error(p, "%" PRId64, min);
	if (err < 0 || *v > max)
		return arg_range_error(p, "%" PRId64, max);
	return 0;
}

// Defines the two functions and the type of an integer.
#define INTEGER_TYPE(type, sign, wide, format, expected_text, name_text, ...)             \
	static int type##_parse(const struct arg_parse *p, const char *text, void *field) \
	{                                                                                 \
		wide v;                                                                   \
                                                                                          \
		if (sign##_parse(p, text, __VA_ARGS__, &v) < 0)                           \
			return -EINVAL;                                                   \
		*(type##_t *)field = (type##_t)v;                                         \
		return 0;                                                                 \
	}                                                                                 \
	static void type##_print(const void *field, struct strbuf *out)                   \
	{                                                                                 \
		strbuf_addf(out, "%" format, *(const type##_t *)field);                   \
	}                                                                                 \
	const struct arg_type arg_##type = {                                              \
		.name = name_text,                                                        \
		.expected = expected_text,                                                \
		.size = sizeof(type##_t),                                                 \
		.parse = type##_parse,                                                    \
		.print = type##_print,                                                    \
	}

INTEGER_TYPE(uint8, unsigned, uint64_t, PRIu8, "uint8_t", "unsigned 8-bit integer", UINT8_MAX);
INTEGER_TYPE(uint16, unsigned, uint64_t, PRIu16, "uint16_t", "unsigned 16-bit integer", UINT16_MAX);
INTEGER_TYPE(uint32, unsigned, uint64_t, PRIu32, "integer", "unsigned 32-bit integer", UINT32_MAX);
INTEGER_TYPE(uint64, unsigned, uint64_t, PRIu64, "integer", "unsigned 64-bit integer", UINT64_MAX);
INTEGER_TYPE(
	int32, signed, int64_t, PRId32, "integer", "signed 32-bit integer", INT32_MIN, INT32_MAX);
INTEGER_TYPE(
	int64, signed, int64_t, PRId64, "integer", "signed 64-bit integer", INT64_MIN, INT64_MAX);

static void
hex_uint16_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "0x%04x", *(const uint16_t *)field);
}

static int
double_parse(const struct arg_parse *p, const char *text, void *field)
{
	double v;
	int err = text_read_double(text, &v);

	if (err == -EINVAL)
		return arg_error(p, "parse error");
	if (arg_has_bounds(p) && !(v >= (double)p->row->min))
		return arg_range_error(p, "%g", (double)p->row->min);
	if (arg_has_bounds(p) && !(v <= (double)p->row->max))
		return arg_range_error(p, "%g", (double)p->row->max);
	if (err < 0)
		return arg_range_error(p, "%g", v);
	*(double *)field = v;
	return 0;
}

static void
double_print(const void *field, struct strbuf *out)
{
	text_double(out, *(const double *)field);
}

static int
probability_range_error(const struct arg_parse *p, uint64_t bound)
{
	struct strbuf sb = STRBUF_INIT;
	int err;

	text_fixed2(&sb, bound, 28);
	err = arg_range_error(p, "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
	return err;
}

static int
probability_parse(const struct arg_parse *p, const char *text, void *field)
{
	uint64_t v, min = 0, max = UINT32_MAX;

	if (text_read_fixed2(text, 28, &v) == -EINVAL)
		return arg_error(p, "parse error");
	if (arg_has_bounds(p)) {
		min = p->row->min > 0 ? (uint64_t)p->row->min << 28 : 0;
		if (p->row->max < 16)
			max = p->row->max < 0 ? 0 : (uint64_t)p->row->max << 28;
	}
	if (v < min)
		return probability_range_error(p, min);
	if (v > max)
		return probability_range_error(p, max);
	((struct probability *)field)->fixed28 = (uint32_t)v;
	return 0;
}

static void
probability_print(const void *field, struct strbuf *out)
{
	text_fixed2(out, ((const struct probability *)field)->fixed28, 28);
}

const struct arg_type arg_bool = {
	.name = "boolean",
	.expected = "boolean",
	.size = sizeof(bool),
	.parse = bool_parse,
	.print = bool_print,
};
const struct arg_type arg_hex_uint16 = {
	.name = "unsigned 16-bit integer",
	.expected = "uint16_t",
	.size = sizeof(uint16_t),
	.parse = uint16_parse,
	.print = hex_uint16_print,
};
const struct arg_type arg_double = {
	.name = "real number",
	.expected = "real number",
	.size = sizeof(double),
	.parse = double_parse,
	.print = double_print,
};
const struct arg_type arg_probability = {
	.name = "probability",
	.expected = "real number",
	.size = sizeof(struct probability),
	.parse = probability_parse,
	.print = probability_print,
};
