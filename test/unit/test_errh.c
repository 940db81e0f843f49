// SPDX-License-Identifier: BSD-3-Clause
#include "src/errh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/chatter.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static struct strbuf out;
static struct errh errh;

static void
begin(void)
{
	strbuf_clear(&out);
	errh_init_strbuf(&errh, &out);
}

static void
end(const char *want, int line)
{
	unit_assert_text(__FILE__, line, strbuf_text(&out), want);
	CU_ASSERT_PTR_NULL(errh.innermost);
	strbuf_fini(&out);
}

#define END(want) end(want, __LINE__)

static void
lines(void)
{
	begin();
	CU_ASSERT_EQUAL(errh_error(&errh, "bad %s, %d%%", "thing", 5), -EINVAL);
	errh_warning(&errh, "odd %s", "thing");
	errh_message(&errh, "a remark");
	CU_ASSERT_EQUAL(errh.n_errors, 1);
	CU_ASSERT_EQUAL(errh.n_warnings, 1);
	END("bad thing, 5%\nwarning: odd thing\na remark\n");
}

static void
landmarks(void)
{
	begin();
	CU_ASSERT_EQUAL(errh_error_at(&errh, "f.click:3", "bad %d", 1), -EINVAL);
	errh_warning_at(&errh, "f.click:4", "odd %d", 2);
	CU_ASSERT_EQUAL(errh_error_at(&errh, NULL, "nowhere"), -EINVAL);
	CU_ASSERT_EQUAL(errh_error_at(&errh, "", "nowhere else"), -EINVAL);
	errh_warning_at(&errh, NULL, "w");
	errh_warning_at(&errh, "", "w");
	// A landmark is no format.
	errh_error_at(&errh, "%s%n:1", "x");
	CU_ASSERT_EQUAL(errh.n_errors, 4);
	CU_ASSERT_EQUAL(errh.n_warnings, 3);
	END("f.click:3: bad 1\nf.click:4: warning: odd 2\nnowhere\nnowhere else\nwarning: w\n"
	    "warning: w\n%s%n:1: x\n");
}

static void
several_lines(void)
{
	begin();
	errh_error(&errh, "one\ntwo");
	errh_error_at(&errh, "f:1", "one\ntwo\n");
	errh_warning_at(&errh, "f:2", "one\n\nthree");
	CU_ASSERT_EQUAL(errh.n_errors, 2);
	CU_ASSERT_EQUAL(errh.n_warnings, 1);
	END("one\ntwo\nf:1: one\nf:1: two\n"
	    "f:2: warning: one\nf:2: warning: \nf:2: warning: three\n");
	begin();
	errh_error(&errh, "%s", "");
	errh_error(&errh, "\n");
	errh_error_at(&errh, "f:1", "%s", "");
	END("\n\nf:1: \n");
}

static void
contexts(void)
{
	struct errh_context outer, inner;

	begin();
	errh_push(&errh, &outer, "While configuring '%s':", "q");
	errh_error(&errh, "first");
	errh_push(&errh, &inner, "in here:");
	errh_error_at(&errh, "f:1", "second\nthird");
	errh_pop(&errh);
	errh_warning(&errh, "fourth");
	errh_push(&errh, &inner, "again:");
	errh_message(&errh, "fifth");
	errh_message(&errh, "sixth");
	errh_pop(&errh);
	errh_pop(&errh);
	errh_error(&errh, "seventh");
	END("While configuring 'q':\n  first\n  in here:\n    f:1: second\n    f:1: third\n"
	    "  warning: fourth\n  again:\n    fifth\n    sixth\nseventh\n");
	// The outer one is written when the first message comes, not before.
	begin();
	errh_push(&errh, &outer, "outer\nof two lines");
	errh_push(&errh, &inner, "inner\nof two lines");
	ASSERT_TEXT(strbuf_text(&out), "");
	errh_error(&errh, "x");
	errh_pop(&errh);
	errh_error(&errh, "y");
	errh_pop(&errh);
	END("outer\nof two lines\n  inner\n  of two lines\n    x\n  y\n");
}

// A context under which nothing is reported leaves no trace, not even on another one's lines.
static void
unused_contexts(void)
{
	struct errh_context contexts[3];

	begin();
	errh_push(&errh, &contexts[0], "a");
	errh_pop(&errh);
	errh_push(&errh, &contexts[0], "b");
	errh_push(&errh, &contexts[1], "c");
	errh_push(&errh, &contexts[2], "d");
	errh_pop(&errh);
	CU_ASSERT_EQUAL(contexts[2].n_printed, 0);
	errh_pop(&errh);
	errh_error(&errh, "x");
	CU_ASSERT(contexts[0].n_printed > 0);
	errh_pop(&errh);
	END("b\n  x\n");
}

// Dropped warnings are counted, and open no context.
static void
no_warnings(void)
{
	struct errh_context ctx;

	begin();
	errh.no_warnings = true;
	errh_warning(&errh, "a");
	errh_push(&errh, &ctx, "context");
	errh_warning_at(&errh, "f:1", "b");
	errh_pop(&errh);
	CU_ASSERT_EQUAL(errh.n_warnings, 2);
	CU_ASSERT_EQUAL(errh.n_errors, 0);
	errh_error(&errh, "e");
	errh_message(&errh, "m");
	END("e\nm\n");
}

static void
deep_contexts(void)
{
	enum { DEPTH = 50 };
	struct errh_context contexts[DEPTH];
	const char *last;

	begin();
	for (int i = 0; i < DEPTH; i++)
		errh_push(&errh, &contexts[i], "%d", i);
	errh_error(&errh, "x");
	for (int i = 0; i < DEPTH; i++)
		errh_pop(&errh);
	last = strstr(strbuf_text(&out), "49\n");
	CU_ASSERT_PTR_NOT_NULL_FATAL(last);
	CU_ASSERT_EQUAL(strspn(last + 3, " "), 2 * DEPTH);
	ASSERT_TEXT(last + 3 + 2 * DEPTH, "x\n");
	errh_error(&errh, "y");
	ASSERT_TEXT(last + 3 + 2 * DEPTH, "x\ny\n");
	strbuf_fini(&out);
}

static void
long_texts(void)
{
	struct strbuf text = STRBUF_INIT, want = STRBUF_INIT;

	for (int i = 0; i < 20000; i++)
		strbuf_addf(&text, "%05d", i);
	strbuf_addf(&want, "%s: warning: %s\n", strbuf_text(&text), strbuf_text(&text));
	begin();
	errh_warning_at(&errh, strbuf_text(&text), "%s", strbuf_text(&text));
	END(strbuf_text(&want));
	strbuf_fini(&text);
	strbuf_fini(&want);
}

static void
report(enum errh_level level, const char *landmark, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	errh_report(&errh, level, landmark, fmt, ap);
	va_end(ap);
}

static void
levels(void)
{
	begin();
	report(ERRH_ERROR, "f:1", "a%d", 1);
	report(ERRH_WARNING, "f:2", "b%d", 2);
	report(ERRH_MESSAGE, "f:3", "c%d", 3);
	report(ERRH_MESSAGE, NULL, "d%d", 4);
	CU_ASSERT_EQUAL(errh.n_errors, 1);
	CU_ASSERT_EQUAL(errh.n_warnings, 1);
	END("f:1: a1\nf:2: warning: b2\nf:3: c3\nd4\n");
}

// One's own way of taking lines: the level comes with each, context lines included.
static void
take_line(struct errh *e, enum errh_level level, const char *line)
{
	strbuf_addf(e->arg, "%d[%s]", level, line);
}

static void
own_lines(void)
{
	struct errh own = {.line = take_line, .arg = &out};
	struct errh_context ctx;

	begin();
	errh_push(&own, &ctx, "ctx");
	errh_error(&own, "e\nf");
	errh_warning(&own, "w");
	errh_message(&own, "m");
	errh_pop(&own);
	END("2[ctx]2[  e]2[  f]1[  warning: w]0[  m]");
}

static void
silent(void)
{
	struct errh_context ctx;
	struct errh quiet;

	errh_init_silent(&quiet);
	errh_push(&quiet, &ctx, "ctx");
	CU_ASSERT_EQUAL(errh_error(&quiet, "x"), -EINVAL);
	errh_warning(&quiet, "x");
	errh_warning(&quiet, "x");
	errh_pop(&quiet);
	CU_ASSERT_EQUAL(quiet.n_errors, 1);
	CU_ASSERT_EQUAL(quiet.n_warnings, 2);
}

static void
hear(struct chatter_listener *listener, const char *line)
{
	(void)listener;
	strbuf_addf(&out, "%s|", line);
}

// What goes to stderr goes the way of all chatter, a line each.
static void
standard_error(void)
{
	struct chatter_listener listener = {.line = hear};
	struct errh_context ctx;

	strbuf_clear(&out);
	errh_init_stderr(&errh);
	CU_ASSERT_EQUAL(errh.n_errors + errh.n_warnings, 0);
	chatter_listen(&listener);
	errh_push(&errh, &ctx, "test_errh:");
	errh_error_at(&errh, "f:1", "this is no error\nbut %s", "a 100%s test");
	errh_pop(&errh);
	chatter_unlisten(&listener);
	CU_ASSERT_EQUAL(errh.n_errors, 1);
	END("test_errh:|  f:1: this is no error|  f:1: but a 100%s test|");
}

// ---- whole messages

static void
note(struct errh *e, const struct errh_note *n)
{
	(void)e;
	strbuf_addf(&out, "<%d|%s|%s|%s|%u:%zu>\n", n->level, n->landmark,
		n->context ? n->context : "-", n->text, n->place.source, n->place.offset);
}

static void
hint(struct errh *e, const char *text)
{
	(void)e;
	strbuf_addf(&out, "(%s)\n", text);
}

// Marks of places are in no line, wherever they come from.
static void
notes(void)
{
	struct errh_context outer, inner;
	unsigned s = source_open("a :: A(B 1);");
	char *place = mem_printf("f:1\x1f%u:0\x1f", s);

	strbuf_clear(&out);
	errh_init_strbuf(&errh, &out);
	errh.note = note;
	errh_error_at(&errh, place, "bad");
	errh_warning(&errh, "with %s in it", place);
	errh_push(&errh, &outer, "%s: While configuring:", place);
	errh_error(&errh, "B: bad");
	errh_push(&errh, &inner, "inner");
	errh_error(&errh, "C: bad\nvery bad");
	errh_pop(&errh);
	errh_pop(&errh);
	errh_error(&errh, "B: elsewhere");
	free(place);
	place = mem_printf(
		"f:1: bad\n<2|f:1|-|bad|%u:0>\n"
		"warning: with f:1 in it\n<1||-|with f:1 in it|0:0>\n"
		"f:1: While configuring:\n  B: bad\n<2||f:1: While configuring:|B: bad|%u:7>\n"
		"  inner\n    C: bad\n    very bad\n<2||inner|C: bad\nvery bad|%u:0>\n"
		"B: elsewhere\n<2||-|B: elsewhere|0:0>\n",
		s, s, s);
	END(place);
	free(place);
	source_close_all();
}

static void
hints(void)
{
	strbuf_clear(&out);
	errh_init_strbuf(&errh, &out);
	errh_error(&errh, "one");
	errh_hint(&errh, "nobody wants it");
	errh.hint = hint;
	errh_error(&errh, "two");
	errh_suggest(&errh, "Queue");
	errh_suggest(&errh, NULL);
	errh_hint(&errh, "%s", "100%");
	errh.no_warnings = true;
	errh_warning(&errh, "not seen");
	errh_hint(&errh, "not either");
	END("one\ntwo\n(did you mean 'Queue'?)\n(100%)\n");
}

static void
show_excerpt(const char *text, size_t offset)
{
	struct chatter_listener listener = {.line = hear};
	char *place = mem_printf("f:1\x1f%u:%zu\x1f", source_open(text), offset);

	strbuf_clear(&out);
	errh_init_stderr(&errh);
	errh_show_places(&errh);
	chatter_listen(&listener);
	errh_error_at(&errh, place, "this is no error");
	errh_suggest(&errh, "b");
	chatter_unlisten(&listener);
	free(place);
	source_close_all();
}

static void
excerpt_of(const char *text, size_t offset, const char *want)
{
	show_excerpt(text, offset);
	END(want);
}

static void
excerpts(void)
{
	excerpt_of("a -> b\nc -> d\n", 12,
		"f:1: this is no error|  | c -> d|  |      ^|  did you mean 'b'?|");
	// Tabs stay, so that the caret is below; others are made visible; umlauts take one column.
	excerpt_of("\ta\x01\xc3\xa4 b", 6,
		"f:1: this is no error|  | \ta?\xc3\xa4 b|  | \t    ^|  did you mean 'b'?|");
	// The end of the text; behind it there is nothing to show.
	excerpt_of("x", 1, "f:1: this is no error|  | x|  |  ^|  did you mean 'b'?|");
	excerpt_of("x", 2, "f:1: this is no error|  did you mean 'b'?|");
}

static void
excerpts_of_long_lines(void)
{
	char text[301] = {0};
	const char *line;

	memset(text, 'a', 300);
	memcpy(text + 140, "HERE", 4);
	show_excerpt(text, 140);
	line = strstr(strbuf_text(&out), "| a");
	CU_ASSERT_PTR_NOT_NULL_FATAL(line);
	CU_ASSERT_EQUAL(strcspn(line + 2, "|"), 120);
	CU_ASSERT_EQUAL(strstr(line, "HERE") - line, 62);
	CU_ASSERT_EQUAL(strcspn(strstr(line, "  | ") + 4, "^"), 60);
	strbuf_fini(&out);
}

UNIT_SUITE(errh, UNIT_CASE(lines), UNIT_CASE(landmarks), UNIT_CASE(several_lines),
	UNIT_CASE(contexts), UNIT_CASE(unused_contexts), UNIT_CASE(no_warnings),
	UNIT_CASE(deep_contexts), UNIT_CASE(long_texts), UNIT_CASE(levels), UNIT_CASE(own_lines),
	UNIT_CASE(silent), UNIT_CASE(standard_error), UNIT_CASE(notes), UNIT_CASE(hints),
	UNIT_CASE(excerpts), UNIT_CASE(excerpts_of_long_lines))
