// SPDX-License-Identifier: BSD-3-Clause
// Overloads as configurations write them are in test_expand.c.
#include "src/overload.h"

#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/syntax.h"
#include "test/unit/unit.h"

struct fixture {
	struct syntax s;
	struct errh errh;
	struct strbuf errors;
	struct element_type *type; // "My"
	struct declaration d; // of that type, without ports
	struct landmark at;
};

static void
begin(struct fixture *f)
{
	static char name[] = "e", args[] = "";

	*f = (struct fixture){.errors = STRBUF_INIT};
	errh_init_strbuf(&f->errh, &f->errors);
	syntax_init(&f->s, &f->errh);
	f->at = (struct landmark){syntax_file(&f->s, "F"), 1};
	f->type = syntax_add_type(&f->s, TYPE_COMPOUND, "My");
	f->d = (struct declaration){.name = name, .args = args, .at = f->at, .type = f->type};
}

static void
end(struct fixture *f, const char *want_errors, int line)
{
	unit_assert_text(__FILE__, line, strbuf_text(&f->errors), want_errors);
	syntax_fini(&f->s);
	strbuf_fini(&f->errors);
}

#define END(f, errors) end(f, errors, __LINE__)

// A body whose formal parameters have these keywords ("-": a positional one).
static struct compound *
make_body(struct fixture *f, const char *keywords, unsigned n_inputs, unsigned n_outputs)
{
	struct compound *c = compound_create(&f->s, "My", NULL, f->at);
	struct strvec words = {0};

	c->at.line = (unsigned)f->type->n_bodies + 11;
	compound_declare(c, DECLARE_INPUT, "input", NULL, "", c->at);
	compound_declare(c, DECLARE_OUTPUT, "output", NULL, "", c->at);
	c->declarations[COMPOUND_INPUT].n_outputs = n_inputs;
	c->declarations[COMPOUND_OUTPUT].n_inputs = n_outputs;
	confstr_split_words(keywords, &words);
	for (size_t i = 0; i < words.n; i++) {
		char *name = mem_printf("p%zu", i);

		compound_add_parameter(c, name, strcmp(words.v[i], "-") ? words.v[i] : "", NULL);
		free(name);
	}
	strvec_fini(&words);
	return c;
}

static struct compound *
add_body(struct fixture *f, const char *keywords, unsigned n_inputs, unsigned n_outputs)
{
	struct compound *c = make_body(f, keywords, n_inputs, n_outputs);

	element_type_add_body(f->type, c);
	return c;
}

// What is chosen for args: the body's line and the values, or the class.
static const char *
choose(struct fixture *f, const char *args, bool ports_known)
{
	static struct strbuf out;
	struct strvec list = {0};
	struct overload chosen;

	confstr_split_args(args, &list);
	chosen = overload_choose(&f->s, &f->d, &list, ports_known);
	strbuf_clear(&out);
	CU_ASSERT(chosen.body == NULL || chosen.type == NULL);
	if (chosen.body != NULL)
		strbuf_addf(&out, "%u:", chosen.body->at.line);
	else
		strbuf_adds(&out, chosen.type != NULL ? chosen.type->name : "none");
	for (size_t i = 0; i < chosen.values.n; i++)
		strbuf_addf(&out, "<%s>", chosen.values.v[i]);
	strvec_fini(&chosen.values);
	strvec_fini(&list);
	return strbuf_text(&out);
}

#define ASSERT_CHOICE(f, args, want) ASSERT_TEXT(choose(f, args, true), want)

static void
positional(void)
{
	struct fixture f;

	begin(&f);
	add_body(&f, "", 0, 0);
	add_body(&f, "-", 0, 0);
	add_body(&f, "- - -", 0, 0);
	ASSERT_CHOICE(&f, "", "11:");
	ASSERT_CHOICE(&f, "a", "12:<a>");
	ASSERT_CHOICE(&f, "KEY value", "12:<KEY value>");
	ASSERT_CHOICE(&f, "\"a, b\"", "12:<\"a, b\">");
	ASSERT_CHOICE(&f, "a, , c", "13:<a><><c>");
	END(&f, "");
}

static void
keywords(void)
{
	struct fixture f;

	begin(&f);
	add_body(&f, "- K L", 0, 0);
	add_body(&f, "K", 0, 0);
	ASSERT_CHOICE(&f, "x, K 1, L 2", "11:<x><1><2>");
	ASSERT_CHOICE(&f, "x, L 2, K 1", "11:<x><1><2>");
	ASSERT_CHOICE(&f, "K 0, L 2, K 1", "11:<K 0><1><2>");
	// Of a keyword that is repeated the last one counts, and all are used up.
	ASSERT_CHOICE(&f, "x, K 1, L 2, K 3, L 4 5", "11:<x><3><4 5>");
	ASSERT_CHOICE(&f, "K  v w ", "12:<v w>");
	ASSERT_CHOICE(&f, "K 1, K 2", "12:<2>");
	END(&f, "");
}

// Keywords are exact; one without a value is none.
static void
no_such_keyword(void)
{
	struct fixture f;

	begin(&f);
	f.type->fallback = syntax_add_type(&f.s, TYPE_PRIMITIVE, "Fallback");
	add_body(&f, "K", 0, 0);
	ASSERT_CHOICE(&f, "k 1", "Fallback");
	ASSERT_CHOICE(&f, "KK 1", "Fallback");
	ASSERT_CHOICE(&f, "K", "Fallback");
	ASSERT_CHOICE(&f, "\"K 1\"", "Fallback");
	ASSERT_CHOICE(&f, "", "Fallback");
	ASSERT_CHOICE(&f, "K 1, 2", "Fallback");
	ASSERT_CHOICE(&f, "K 1, L 2", "Fallback");
	END(&f, "");
}

static void
rest(void)
{
	struct fixture f;

	begin(&f);
	add_body(&f, "- K __REST__", 0, 0);
	ASSERT_CHOICE(&f, "a, K 1", "11:<a><1><>");
	ASSERT_CHOICE(&f, "a, b, K 1, \"c,d\", L 2, K 3, ", "11:<a><3><b, \"c,d\", L 2>");
	END(&f, "");
	begin(&f);
	add_body(&f, "__REST__", 0, 0);
	ASSERT_CHOICE(&f, "", "11:<>");
	ASSERT_CHOICE(&f, "a, , K 1", "11:<a, , K 1>");
	END(&f, "");
}

static void
ports(void)
{
	struct fixture f;

	begin(&f);
	add_body(&f, "", 0, 0);
	add_body(&f, "", 2, 1);
	add_body(&f, "", 1, 2);
	ASSERT_CHOICE(&f, "", "11:");
	f.d.n_inputs = 1;
	f.d.n_outputs = 2;
	ASSERT_CHOICE(&f, "", "13:");
	f.d.n_inputs = 2;
	f.d.n_outputs = 1;
	ASSERT_CHOICE(&f, "", "12:");
	// Where connections are missing, the first that takes the arguments will do.
	ASSERT_TEXT(choose(&f, "", false), "11:");
	f.d.n_inputs = 7;
	ASSERT_TEXT(choose(&f, "", false), "11:");
	END(&f, "");
}

// A body with missing connections may have any ports.
static void
broken_bodies(void)
{
	struct fixture f;

	begin(&f);
	add_body(&f, "-", 0, 0);
	add_body(&f, "", 0, 0)->broken = true;
	add_body(&f, "", 2, 0);
	f.d.n_inputs = 2;
	ASSERT_CHOICE(&f, "", "12:");
	END(&f, "");
}

// The only candidate, if it takes the arguments: the port check has its own messages.
static void
only_candidate(void)
{
	struct element_type *outer;
	struct fixture f;

	begin(&f);
	add_body(&f, "-", 1, 0);
	f.d.n_inputs = 3;
	ASSERT_CHOICE(&f, "a", "11:<a>");
	// Also behind a class that has no body of its own.
	outer = syntax_add_type(&f.s, TYPE_COMPOUND, "Outer");
	outer->fallback = f.type;
	outer->n_candidates = 1;
	f.d.type = outer;
	ASSERT_CHOICE(&f, "a", "11:<a>");
	END(&f, "");
}

static void
fallbacks(void)
{
	struct element_type *older, *oldest;
	struct fixture f;

	begin(&f);
	oldest = syntax_add_type(&f.s, TYPE_PRIMITIVE, "Oldest");
	older = syntax_add_type(&f.s, TYPE_COMPOUND, "Older");
	older->fallback = oldest;
	f.type->fallback = older;
	add_body(&f, "", 0, 0);
	element_type_add_body(older, make_body(&f, "-", 0, 0));
	ASSERT_CHOICE(&f, "", "11:");
	ASSERT_CHOICE(&f, "a", "12:<a>");
	ASSERT_CHOICE(&f, "a, b", "Oldest");
	f.d.n_inputs = 5;
	ASSERT_CHOICE(&f, "a", "Oldest");
	// The unknown class was reported already.
	oldest->kind = TYPE_UNKNOWN;
	ASSERT_CHOICE(&f, "a", "Oldest");
	END(&f, "");
}

static void
no_match(void)
{
	struct element_type *older;
	struct fixture f;

	begin(&f);
	add_body(&f, "", 0, 0);
	add_body(&f, "- KEY __REST__", 1, 2);
	older = syntax_add_type(&f.s, TYPE_COMPOUND, "Older");
	element_type_add_body(older, make_body(&f, "-", 2, 1));
	f.type->fallback = older;
	f.type->n_candidates++;
	f.d.n_inputs = 1;
	ASSERT_CHOICE(&f, "", "none");
	f.d.n_inputs = 2;
	f.d.n_outputs = 2;
	ASSERT_CHOICE(&f, "a, b", "none");
	END(&f, "F:1: no match for 'My[1 input, 0 outputs]'\n"
		"candidates are:\n"
		"  F:11: My[0 inputs, 0 outputs]\n"
		"  F:12: My(<arg>, KEY, ...)[1 input, 2 outputs]\n"
		"  F:13: My(<arg>)[2 inputs, 1 output]\n"
		"F:1: no match for 'My[2 arguments, 2 inputs, 2 outputs]'\n"
		"candidates are:\n"
		"  F:11: My[0 inputs, 0 outputs]\n"
		"  F:12: My(<arg>, KEY, ...)[1 input, 2 outputs]\n"
		"  F:13: My(<arg>)[2 inputs, 1 output]\n");
}

// Of many candidates only the first 50 are listed.
static void
many_candidates(void)
{
	struct strbuf want = STRBUF_INIT;
	struct fixture f;

	strbuf_adds(&want, "F:1: no match for 'My[1 argument, 0 inputs, 0 outputs]'\n"
			   "candidates are:\n");
	begin(&f);
	for (unsigned i = 0; i < 53; i++) {
		add_body(&f, "", i, 0);
		if (i < 50)
			strbuf_addf(&want, "  F:%u: My[%u input%s, 0 outputs]\n", i + 11, i,
				i == 1 ? "" : "s");
	}
	ASSERT_CHOICE(&f, "a", "none");
	strbuf_adds(&want, "  and 3 more\n");
	END(&f, strbuf_text(&want));
	strbuf_fini(&want);
}

// Behind too many errors there are no candidates to show either.
static void
after_giving_up(void)
{
	struct fixture f;

	begin(&f);
	add_body(&f, "", 0, 0);
	while (!syntax_gave_up(&f.s))
		syntax_error(&f.s, f.at, "x");
	strbuf_clear(&f.errors);
	ASSERT_CHOICE(&f, "a", "none");
	END(&f, "");
}

UNIT_SUITE(overload, UNIT_CASE(positional), UNIT_CASE(keywords), UNIT_CASE(no_such_keyword),
	UNIT_CASE(rest), UNIT_CASE(ports), UNIT_CASE(broken_bodies), UNIT_CASE(only_candidate),
	UNIT_CASE(fallbacks), UNIT_CASE(no_match), UNIT_CASE(many_candidates),
	UNIT_CASE(after_giving_up))
