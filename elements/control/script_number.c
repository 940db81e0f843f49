// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "src/confstr.h"
#include "src/text.h"

bool
script_read_number(const char *text, struct script_number *n)
{
	n->is_int = text_read_int64(text, &n->i) == 0;
	if (n->is_int) {
		n->d = (double)n->i;
		return true;
	}
	n->i = 0;
	return text_read_double(text, &n->d) == 0;
}

void
script_print_number(const struct script_number *n, struct strbuf *out)
{
	if (n->is_int)
		strbuf_addf(out, "%" PRId64, n->i);
	else
		text_double(out, n->d);
}

static struct script_number
from_int(int64_t i)
{
	return (struct script_number){.is_int = true, .i = i, .d = (double)i};
}

static struct script_number
from_double(double d)
{
	return (struct script_number){.d = d};
}

// Integers wrap around.
static struct script_number
fold_ints(enum script_arithmetic what, int64_t a, int64_t b)
{
	uint64_t x = (uint64_t)a, y = (uint64_t)b;

	switch (what) {
	case SCRIPT_ADD:
		return from_int((int64_t)(x + y));
	case SCRIPT_SUB:
		return from_int((int64_t)(x - y));
	case SCRIPT_MUL:
		return from_int((int64_t)(x * y));
	case SCRIPT_MIN:
		return from_int(a < b ? a : b);
	default:
		return from_int(a > b ? a : b);
	}
}

static struct script_number
fold_doubles(enum script_arithmetic what, double a, double b)
{
	switch (what) {
	case SCRIPT_ADD:
		return from_double(a + b);
	case SCRIPT_SUB:
		return from_double(a - b);
	case SCRIPT_MUL:
		return from_double(a * b);
	case SCRIPT_MIN:
		return from_double(a < b ? a : b);
	case SCRIPT_MAX:
		return from_double(a > b ? a : b);
	default:
		return from_double(a / b);
	}
}

static struct script_number
fold(enum script_arithmetic what, const struct script_number *a, const struct script_number *b)
{
	bool ints = a->is_int && b->is_int && what != SCRIPT_DIV && what != SCRIPT_IDIV;

	return ints ? fold_ints(what, a->i, b->i) : fold_doubles(what, a->d, b->d);
}

// The fraction goes once, at the end.
static struct script_number
truncated(struct script_number n)
{
	if (n.is_int)
		return n;
	n.d = trunc(n.d);
	return n.d > -9.2e18 && n.d < 9.2e18 ? from_int((int64_t)n.d) : n;
}

int
script_fold(const struct handler_read *call)
{
	enum script_arithmetic what = (enum script_arithmetic)call->row->number;
	struct script_number sum = from_int(what != SCRIPT_ADD && what != SCRIPT_SUB), n;
	struct strvec words = {0};
	int err = 0;

	confstr_split_words(call->param, &words);
	for (size_t i = 0; i < words.n && err == 0; i++) {
		if (!script_read_number(words.v[i], &n))
			err = errh_error(call->errh, "expected list of numbers");
		else
			sum = i == 0 ? n : fold(what, &sum, &n);
	}
	strvec_fini(&words);
	if (what == SCRIPT_IDIV)
		sum = truncated(sum);
	if (err == 0)
		script_print_number(&sum, call->out);
	return err;
}

// Exactly n words, each a number.
static bool
read_numbers(const char *text, struct script_number *numbers, size_t n)
{
	struct strvec words = {0};
	bool good;

	confstr_split_words(text, &words);
	good = words.n == n;
	for (size_t i = 0; i < n && good; i++)
		good = script_read_number(words.v[i], &numbers[i]);
	strvec_fini(&words);
	return good;
}

int
script_two_numbers(const struct handler_read *call)
{
	struct script_number n[2], result;

	if (!read_numbers(call->param, n, 2))
		return errh_error(call->errh, "expected two numbers");
	if (call->row->number == SCRIPT_MOD && (!n[0].is_int || !n[1].is_int))
		return errh_error(call->errh, "expected two numbers");
	if (n[1].d == 0)
		return errh_error(call->errh, "division by zero");
	if (!n[0].is_int || !n[1].is_int)
		result = from_double(fmod(n[0].d, n[1].d));
	else // INT64_MIN % -1 traps
		result = from_int(n[1].i == -1 ? 0 : n[0].i % n[1].i);
	script_print_number(&result, call->out);
	return 0;
}

int
script_one_number(const struct handler_read *call)
{
	struct script_number n;
	bool negate;

	if (!read_numbers(call->param, &n, 1))
		return errh_error(call->errh, "expected one number");
	negate = call->row->number == SCRIPT_NEG || n.d < 0;
	if (negate)
		n = n.is_int ? from_int((int64_t)(0 - (uint64_t)n.i)) : from_double(-n.d);
	script_print_number(&n, call->out);
	return 0;
}

int
script_round(const struct handler_read *call)
{
	struct script_number n;

	if (!read_numbers(call->param, &n, 1))
		return errh_error(call->errh, "expected one number");
	n.d = call->row->number == SCRIPT_CEIL    ? ceil(n.d)
	      : call->row->number == SCRIPT_FLOOR ? floor(n.d)
						  : round(n.d);
	n = truncated(n);
	script_print_number(&n, call->out);
	return 0;
}

int
script_popcount(const struct handler_read *call)
{
	struct script_number n;

	if (!read_numbers(call->param, &n, 1) || !n.is_int)
		return errh_error(call->errh, "expected one integer");
	strbuf_addf(call->out, "%d", __builtin_popcountll((uint64_t)n.i));
	return 0;
}

int
script_count(const struct handler_read *call)
{
	struct strvec words = {0};

	confstr_split_words(call->param, &words);
	strbuf_addf(call->out, "%zu", words.n);
	strvec_fini(&words);
	return 0;
}

// Of no number it is 0.
int
script_average(const struct handler_read *call)
{
	struct script_number sum = from_int(0), n;
	struct strvec words = {0};
	int err = 0;

	confstr_split_words(call->param, &words);
	for (size_t i = 0; i < words.n && err == 0; i++) {
		if (!script_read_number(words.v[i], &n))
			err = errh_error(call->errh, "expected list of numbers");
		else
			sum = fold(SCRIPT_ADD, &sum, &n);
	}
	n = from_double(words.n == 0 ? 0 : sum.d / (double)words.n);
	strvec_fini(&words);
	if (err == 0)
		script_print_number(&n, call->out);
	return err;
}

static int
compare_bytes(const char *a, const char *b)
{
	struct strbuf x = STRBUF_INIT, y = STRBUF_INIT;
	int order;

	confstr_unquote(a, &x);
	confstr_unquote(b, &y);
	order = memcmp(strbuf_text(&x), strbuf_text(&y), x.len < y.len ? x.len : y.len);
	if (order == 0)
		order = (x.len > y.len) - (x.len < y.len);
	strbuf_fini(&x);
	strbuf_fini(&y);
	return order;
}

static bool
holds(enum script_arithmetic what, int order)
{
	switch (what) {
	case SCRIPT_EQ:
		return order == 0;
	case SCRIPT_NE:
		return order != 0;
	case SCRIPT_GT:
		return order > 0;
	case SCRIPT_GE:
		return order >= 0;
	case SCRIPT_LT:
		return order < 0;
	default:
		return order <= 0;
	}
}

// Not a number is not equal to anything, and neither less nor greater.
static bool
compare_doubles(enum script_arithmetic what, double a, double b)
{
	if (isnan(a) || isnan(b))
		return what == SCRIPT_NE;
	return holds(what, (a > b) - (a < b));
}

int
script_compare(const struct handler_read *call)
{
	enum script_arithmetic what = (enum script_arithmetic)call->row->number;
	struct script_number a, b;
	struct strvec words = {0};
	bool yes = false;
	int err = 0;

	confstr_split_words(call->param, &words);
	if (words.n != 2)
		err = errh_error(call->errh, "expected two numbers");
	else if (!script_read_number(words.v[0], &a) || !script_read_number(words.v[1], &b))
		yes = holds(what, compare_bytes(words.v[0], words.v[1]));
	else if (a.is_int && b.is_int)
		yes = holds(what, (a.i > b.i) - (a.i < b.i));
	else
		yes = compare_doubles(what, a.d, b.d);
	strvec_fini(&words);
	if (err == 0)
		strbuf_adds(call->out, yes ? "true" : "false");
	return err;
}
