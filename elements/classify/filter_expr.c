// SPDX-License-Identifier: BSD-3-Clause
// The grammar of the filter language down to its tests.

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "elements/classify/filter_box.h"
#include "elements/classify/filter_parser.h"
#include "elements/classify/program.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"

static int parse_expr(struct filter_parser *f, struct boxes *boxes);

int
filter_error(const struct filter_parser *f, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	errh_error(f->errh, "pattern %u: %s", f->pattern, strbuf_text(&text));
	strbuf_fini(&text);
	return -EINVAL;
}

void
filter_warning(const struct filter_parser *f, const char *fmt, ...)
{
	char *landmark = mem_printf("pattern %u", f->pattern);
	va_list ap;

	va_start(ap, fmt);
	errh_report(f->errh, ERRH_WARNING, landmark, fmt, ap);
	va_end(ap);
	free(landmark);
}

static bool
is_either(const struct filter_parser *f, const char *a, const char *b)
{
	return filter_word_is(f, 0, a) || filter_word_is(f, 0, b);
}

// Nothing of an expression is here.
static bool
at_end(const struct filter_parser *f)
{
	return f->at >= f->words.n || filter_word_is(f, 0, ")") || is_either(f, "or", "||") ||
	       is_either(f, "?", ":");
}

static int
parse_parentheses(struct filter_parser *f, struct boxes *boxes)
{
	int err;

	f->at++;
	if (at_end(f))
		return filter_error(f, "missing expression after '('");
	if (f->depth >= FILTER_DEPTH_MAX)
		return filter_error(f, "expression nested too deeply");
	f->depth++;
	err = parse_expr(f, boxes);
	f->depth--;
	if (err < 0)
		return err;
	if (!filter_word_is(f, 0, ")"))
		return filter_error(f, "missing ')'");
	f->at++;
	return 0;
}

static int
parse_factor(struct filter_parser *f, struct boxes *boxes)
{
	size_t mark = f->program->n;
	bool negated = false;
	const char *word;

	while (is_either(f, "not", "!")) {
		word = filter_word(f, 0);
		negated = !negated;
		f->at++;
		if (at_end(f))
			return filter_error(f, "missing expression after '%s'", word);
	}
	if (!filter_word_is(f, 0, "("))
		return filter_parse_test(f, negated, boxes);
	if (parse_parentheses(f, boxes) < 0)
		return -EINVAL;
	if (negated) {
		program_negate(f->program, mark, false);
		boxes_unknown(boxes);
	}
	return 0;
}

static int
parse_term(struct filter_parser *f, struct boxes *boxes)
{
	struct program_parts parts = {0};
	struct boxes factor;
	int err = 0;

	boxes_all(boxes);
	do {
		program_part(f->program, &parts);
		boxes_all(&factor);
		if (at_end(f))
			err = filter_error(f, "missing expression");
		else
			err = parse_factor(f, &factor);
		boxes_and(boxes, &factor);
		if (err == 0 && is_either(f, "and", "&&"))
			f->at++;
		else if (at_end(f))
			break;
	} while (err == 0);
	program_combine(f->program, &parts, COMBINE_AND);
	return err;
}

static int
parse_or(struct filter_parser *f, struct boxes *boxes)
{
	struct program_parts parts = {0};
	struct boxes term;
	int err;

	*boxes = (struct boxes){.exact = true};
	for (;;) {
		program_part(f->program, &parts);
		err = parse_term(f, &term);
		boxes_or(boxes, &term);
		if (err < 0 || !is_either(f, "or", "||"))
			break;
		f->at++;
	}
	program_combine(f->program, &parts, COMBINE_OR);
	return err;
}

// Between `?` and `:`.
static int
parse_then(struct filter_parser *f, struct boxes *boxes)
{
	int err;

	if (f->depth >= FILTER_DEPTH_MAX)
		return filter_error(f, "expression nested too deeply");
	f->at++;
	f->depth++;
	err = parse_expr(f, boxes);
	f->depth--;
	if (err < 0)
		return err;
	if (!filter_word_is(f, 0, ":"))
		return filter_error(f, "missing ':' in ternary expression");
	f->at++;
	return 0;
}

// Of `condition ? then : else` the condition adds nothing to what the others can match.
static int
parse_expr(struct filter_parser *f, struct boxes *boxes)
{
	struct program_parts parts = {0};
	struct boxes part;
	int err;

	*boxes = (struct boxes){.exact = true};
	for (;;) {
		program_part(f->program, &parts);
		err = parse_or(f, &part);
		if (err < 0 || !filter_word_is(f, 0, "?"))
			break;
		program_part(f->program, &parts);
		err = parse_then(f, &part);
		if (err < 0)
			break;
		boxes_or(boxes, &part);
		boxes->exact = false;
	}
	boxes_or(boxes, &part);
	program_combine(f->program, &parts, COMBINE_CHOOSE);
	return err;
}

int
filter_parse(struct filter_parser *f, struct boxes *boxes)
{
	unsigned n_errors = f->errh->n_errors;

	if (parse_expr(f, boxes) < 0)
		return -EINVAL;
	if (f->at < f->words.n)
		return filter_error(f, "garbage after expression at '%s'", filter_word(f, 0));
	return f->errh->n_errors == n_errors ? 0 : -EINVAL;
}
