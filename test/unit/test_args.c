// SPDX-License-Identifier: BSD-3-Clause
#include "src/args.h"

#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/errh.h"
#include "src/strbuf.h"
#include "src/strvec.h"
#include "test/unit/unit.h"

struct thing {
	uint8_t color;
	uint8_t anno;
	bool active;
	bool color_given, active_given;
	uint32_t limit;
	char *label;
	struct strvec rest;
};

static const struct arg paint_rows[] = {
	ARG(thing, color, "COLOR", ARG_MANDATORY, .given = ARG_GIVEN(thing, color_given)),
	ARG(thing, anno, "ANNO", ARG_OPTIONAL, .def = "16"),
	ARG(thing, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.given = ARG_GIVEN(thing, active_given)),
	ARG(thing, label, "LABEL", ARG_KEYWORD),
	ARG(thing, limit, "MAX", ARG_DEPRECATED),
	ARGS_END,
};

static struct strbuf messages;
static unsigned n_warnings;

// Configures t and returns the messages, one a line, "" if all went well.
static const char *
configures(const struct arg *rows, struct thing *t, const char *text)
{
	struct strvec conf = {0};
	struct errh errh;
	int err;

	strbuf_clear(&messages);
	errh_init_strbuf(&errh, &messages);
	confstr_split_args(text, &conf);
	err = args_parse(rows, t, &conf, NULL, &errh);
	CU_ASSERT_EQUAL(err<0, errh.n_errors> 0);
	n_warnings = errh.n_warnings;
	strvec_fini(&conf);
	return strbuf_text(&messages);
}

static void
positional(void)
{
	struct thing t = {.anno = 1, .limit = 99, .active_given = true};

	ASSERT_TEXT(configures(paint_rows, &t, "5"), "");
	CU_ASSERT_EQUAL(t.color, 5);
	CU_ASSERT_EQUAL(t.anno, 16);
	CU_ASSERT_TRUE(t.active);
	CU_ASSERT_TRUE(t.color_given);
	CU_ASSERT_FALSE(t.active_given);
	CU_ASSERT_EQUAL(t.limit, 99);
	CU_ASSERT_PTR_NULL(t.label);
	ASSERT_TEXT(configures(paint_rows, &t, "5, 6"), "");
	CU_ASSERT_EQUAL(t.anno, 6);
	ASSERT_TEXT(configures(paint_rows, &t, "5, 6, 7, 8"), "too many arguments\n");
	ASSERT_TEXT(configures(paint_rows, &t, "5, 6, 7, FOO 1, BAR 2, FOO 3"),
		"FOO: unknown argument\nBAR: unknown argument\nFOO: unknown argument\ntoo many arguments\n");
	ASSERT_TEXT(configures(paint_rows, &t, ""), "COLOR: required argument missing\n");
	ASSERT_TEXT(configures(paint_rows, &t, "256"), "COLOR: out of range, bound 255\n");
	ASSERT_TEXT(configures(paint_rows, &t, ", 5"), "COLOR: invalid number\n");
	args_fini(paint_rows, &t);
}

static void
keywords(void)
{
	struct thing t = {0};

	ASSERT_TEXT(configures(paint_rows, &t, "COLOR 7, ANNO 3, ACTIVE false, LABEL \"x y\""), "");
	CU_ASSERT_EQUAL(t.color, 7);
	CU_ASSERT_EQUAL(t.anno, 3);
	CU_ASSERT_FALSE(t.active);
	CU_ASSERT_TRUE(t.active_given);
	ASSERT_TEXT(t.label, "x y");
	ASSERT_TEXT(configures(paint_rows, &t, "5, ACTIVE true, ACTIVE x, ACTIVE false"), "");
	CU_ASSERT_FALSE(t.active);
	CU_ASSERT_EQUAL(t.anno, 16);
	// Keywords are case sensitive and stand alone only with a value.
	ASSERT_TEXT(configures(paint_rows, &t, "5, active true"), "active: unknown argument\n");
	ASSERT_TEXT(configures(paint_rows, &t, "5, 6, ACTIVE"), "too many arguments\n");
	ASSERT_TEXT(configures(paint_rows, &t, "5, ACTIVE"), "ANNO: invalid number\n");
	ASSERT_TEXT(configures(paint_rows, &t, "5, ACTIV true"), "ACTIV: unknown argument\n");
	ASSERT_TEXT(configures(paint_rows, &t, "5, ACTIVEX true"), "ACTIVEX: unknown argument\n");
	// No positional argument behind a keyword that was used.
	ASSERT_TEXT(configures(paint_rows, &t, "COLOR 5, 6"), "too many arguments\n");
	// A mandatory row swallows what looks like another row's keyword.
	ASSERT_TEXT(configures(paint_rows, &t, "ANNO 17, 5"), "COLOR: invalid number\n");
	args_fini(paint_rows, &t);
}

// A mandatory row takes anything, but not what was used as another's keyword.
static void
swallowing(void)
{
	static const struct arg rows[] = {
		ARG(thing, anno, "ANNO", ARG_OPTIONAL),
		ARG(thing, label, "LABEL", ARG_MANDATORY),
		ARGS_END,
	};
	struct thing t = {0};

	ASSERT_TEXT(configures(rows, &t, "ANNO 5"), "LABEL: required argument missing\n");
	ASSERT_TEXT(configures(rows, &t, "ANNO 5, x"),
		"LABEL: required argument missing\ntoo many arguments\n");
	ASSERT_TEXT(configures(rows, &t, "FOO 5"), "LABEL: parse error\n");
	ASSERT_TEXT(configures(rows, &t, "LABEL x, ANNO 5"), "");
	CU_ASSERT_EQUAL(t.anno, 5);
	ASSERT_TEXT(t.label, "x");
	args_fini(rows, &t);
}

static void
keyword_over_position(void)
{
	struct thing t = {0};

	ASSERT_TEXT(configures(paint_rows, &t, "5, 6, COLOR 7, ANNO 8"), "");
	CU_ASSERT_EQUAL(t.color, 7);
	CU_ASSERT_EQUAL(t.anno, 8);
	// What the keyword overrides is not even looked at.
	ASSERT_TEXT(configures(paint_rows, &t, "x, COLOR 9"), "");
	CU_ASSERT_EQUAL(t.color, 9);
	args_fini(paint_rows, &t);
}

static void
first_wins(void)
{
	static const struct arg rows[] = {
		ARG(thing, limit, "LIMIT", ARG_KEYWORD | ARG_FIRST),
		ARGS_END,
	};
	struct thing t = {0};

	ASSERT_TEXT(configures(rows, &t, "LIMIT 1, LIMIT x, LIMIT 3"), "");
	CU_ASSERT_EQUAL(t.limit, 1);
}

static void
mandatory_keyword(void)
{
	static const struct arg rows[] = {
		ARG(thing, limit, "LIMIT", ARG_KEYWORD | ARG_MANDATORY),
		ARGS_END,
	};
	struct thing t = {0};

	ASSERT_TEXT(configures(rows, &t, "5"),
		"LIMIT: required argument missing\ntoo many arguments\n");
	ASSERT_TEXT(configures(rows, &t, "LIMIT 5"), "");
	CU_ASSERT_EQUAL(t.limit, 5);
}

static void
all_or_nothing(void)
{
	struct thing t = {0};

	ASSERT_TEXT(configures(paint_rows, &t, "1, 2, LABEL old, ACTIVE false"), "");
	ASSERT_TEXT(configures(paint_rows, &t, "3, 256, LABEL new, LABEL a b, ACTIVE maybe"),
		"ANNO: out of range, bound 255\nACTIVE: parse error\nLABEL: parse error\n");
	ASSERT_TEXT(configures(paint_rows, &t, "3, 4, LABEL new, ACTIVE true, X y"),
		"X: unknown argument\n");
	CU_ASSERT_EQUAL(t.color, 1);
	CU_ASSERT_EQUAL(t.anno, 2);
	CU_ASSERT_FALSE(t.active);
	ASSERT_TEXT(t.label, "old");
	// The new value replaces the old one; without one the field stays.
	ASSERT_TEXT(configures(paint_rows, &t, "1, LABEL new"), "");
	ASSERT_TEXT(t.label, "new");
	ASSERT_TEXT(configures(paint_rows, &t, "1"), "");
	ASSERT_TEXT(t.label, "new");
	CU_ASSERT_FALSE(t.active_given);
	CU_ASSERT_TRUE(t.active);
	args_fini(paint_rows, &t);
	CU_ASSERT_PTR_NULL(t.label);
}

static void
deprecated(void)
{
	struct thing t = {0};

	ASSERT_TEXT(configures(paint_rows, &t, "1, MAX 5"), "MAX: warning: argument deprecated\n");
	CU_ASSERT_EQUAL(n_warnings, 1);
	CU_ASSERT_EQUAL(t.limit, 5);
	ASSERT_TEXT(configures(paint_rows, &t, "1, 2, 5"), "too many arguments\n");
}

static void
rest(void)
{
	static const struct arg rows[] = {
		ARG(thing, color, "COLOR", ARG_OPTIONAL),
		ARG(thing, rest, "ROUTE", ARG_REST, .given = ARG_GIVEN(thing, color_given)),
		ARG(thing, active, "ACTIVE", ARG_KEYWORD),
		ARGS_END,
	};
	static const struct arg must[] = {
		ARG(thing, rest, "ROUTE", ARG_REST | ARG_MANDATORY),
		ARGS_END,
	};
	static const struct arg with_default[] = {
		ARG(thing, rest, "ROUTE", ARG_REST, .def = "a b, c"),
		ARGS_END,
	};
	struct thing t = {0};

	ASSERT_TEXT(
		configures(rows, &t, "1, 10/8 0, tcp port 80, ACTIVE true, , ROUTE x, \"q\""), "");
	CU_ASSERT_EQUAL(t.color, 1);
	CU_ASSERT_TRUE(t.active);
	CU_ASSERT_TRUE(t.color_given);
	CU_ASSERT_EQUAL_FATAL(t.rest.n, 5);
	ASSERT_TEXT(t.rest.v[0], "10/8 0");
	ASSERT_TEXT(t.rest.v[1], "tcp port 80");
	ASSERT_TEXT(t.rest.v[2], "");
	ASSERT_TEXT(t.rest.v[3], "ROUTE x");
	ASSERT_TEXT(t.rest.v[4], "\"q\"");
	ASSERT_TEXT(configures(rows, &t, "x, y"), "COLOR: invalid number\n");
	CU_ASSERT_EQUAL(t.rest.n, 5);
	ASSERT_TEXT(configures(rows, &t, "1"), "");
	CU_ASSERT_EQUAL(t.rest.n, 0);
	CU_ASSERT_FALSE(t.color_given);
	ASSERT_TEXT(configures(must, &t, ""), "ROUTE: required argument missing\n");
	ASSERT_TEXT(configures(with_default, &t, ""), "");
	CU_ASSERT_EQUAL_FATAL(t.rest.n, 2);
	ASSERT_TEXT(t.rest.v[1], "c");
	args_fini(rows, &t);
}

static void
no_rows(void)
{
	static const struct arg empty[] = {ARGS_END};
	struct thing t = {0};
	struct errh errh;

	ASSERT_TEXT(configures(NULL, &t, ""), "");
	ASSERT_TEXT(configures(NULL, &t, "1, 2"), "too many arguments\n");
	ASSERT_TEXT(configures(NULL, &t, "X 1"), "X: unknown argument\n");
	ASSERT_TEXT(configures(empty, &t, "X 1, 2"), "X: unknown argument\ntoo many arguments\n");
	errh_init_silent(&errh);
	CU_ASSERT_EQUAL(args_parse(NULL, &t, NULL, NULL, &errh), 0);
	args_fini(NULL, &t);
}

static void
bad_default(void)
{
	static const struct arg rows[] = {
		ARG(thing, color, "COLOR", ARG_OPTIONAL, .def = "red"),
		ARGS_END,
	};
	struct thing t = {.color = 3};

	ASSERT_TEXT(configures(rows, &t, ""),
		"COLOR: default 'red' of the element class does not parse\n");
	CU_ASSERT_EQUAL(t.color, 3);
	ASSERT_TEXT(configures(rows, &t, "4"), "");
	CU_ASSERT_EQUAL(t.color, 4);
}

static void
one_value(void)
{
	struct strbuf sb = STRBUF_INIT;
	uint16_t v = 7;
	struct errh errh;

	errh_init_strbuf(&errh, &sb);
	CU_ASSERT_EQUAL(args_parse_value(&arg_uint16, "80", &v, "PORT", NULL, &errh), 0);
	CU_ASSERT_EQUAL(v, 80);
	CU_ASSERT_TRUE(args_parse_value(&arg_uint16, "x", &v, "PORT", NULL, &errh) < 0);
	CU_ASSERT_TRUE(args_parse_value(&arg_uint16, "65536", &v, NULL, NULL, &errh) < 0);
	CU_ASSERT_EQUAL(v, 80);
	ASSERT_TEXT(strbuf_text(&sb), "PORT: invalid number\nout of range, bound 65535\n");
	strbuf_fini(&sb);
}

static void
synopsis(void)
{
	static const struct arg rows[] = {
		ARG(thing, active, "ACTIVE", ARG_KEYWORD),
		ARG(thing, rest, "ROUTE", ARG_REST | ARG_MANDATORY),
		ARG(thing, limit, "LIMIT", ARG_KEYWORD | ARG_MANDATORY),
		ARGS_END,
	};
	struct strbuf sb = STRBUF_INIT;

	args_synopsis("Paint", paint_rows, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "Paint(COLOR, [ANNO], [ACTIVE value], [LABEL value])");
	strbuf_clear(&sb);
	args_synopsis("Routes", rows, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "Routes(ROUTE..., [ACTIVE value], LIMIT value)");
	strbuf_clear(&sb);
	args_synopsis("Null", NULL, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "Null()");
	strbuf_fini(&sb);
	strbuf_fini(&messages);
}

static void
each(void)
{
	static const struct arg rows[] = {
		ARG(thing, color, "COLOR", ARG_OPTIONAL, .def = "1"),
		ARG(thing, rest, "DST", ARG_KEYWORD | ARG_EACH | ARG_MANDATORY,
			.given = ARG_GIVEN(thing, color_given)),
		ARG(thing, active, "ACTIVE", ARG_KEYWORD, .def = "true"),
		ARGS_END,
	};
	struct strbuf sb = STRBUF_INIT;
	struct thing t = {0};

	ASSERT_TEXT(configures(rows, &t, "DST a, DST b c, ACTIVE false, DST a"), "");
	CU_ASSERT_EQUAL_FATAL(t.rest.n, 3);
	ASSERT_TEXT(t.rest.v[0], "a");
	ASSERT_TEXT(t.rest.v[1], "b c");
	ASSERT_TEXT(t.rest.v[2], "a");
	CU_ASSERT_TRUE(t.color_given);
	ASSERT_TEXT(configures(rows, &t, "4, DST x"), "");
	CU_ASSERT_EQUAL_FATAL(t.rest.n, 1);
	CU_ASSERT_EQUAL(t.color, 4);
	ASSERT_TEXT(configures(rows, &t, "4"), "DST: required argument missing\n");
	ASSERT_TEXT(configures(rows, &t, "4, DST x, DSTX y"), "DSTX: unknown argument\n");
	CU_ASSERT_EQUAL_FATAL(t.rest.n, 1);
	args_synopsis("Balancer", rows, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "Balancer([COLOR], DST value..., [ACTIVE value])");
	strbuf_fini(&sb);
	args_fini(rows, &t);
	strbuf_fini(&messages);
}

UNIT_SUITE(args, UNIT_CASE(positional), UNIT_CASE(keywords), UNIT_CASE(swallowing),
	UNIT_CASE(keyword_over_position), UNIT_CASE(first_wins), UNIT_CASE(mandatory_keyword),
	UNIT_CASE(all_or_nothing), UNIT_CASE(deprecated), UNIT_CASE(rest), UNIT_CASE(each),
	UNIT_CASE(no_rows), UNIT_CASE(bad_default), UNIT_CASE(one_value), UNIT_CASE(synopsis))
