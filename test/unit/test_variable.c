// SPDX-License-Identifier: BSD-3-Clause
// Variables as configurations write them are in test_expand.c.
#include "src/variable.h"

#include <stdlib.h>
#include <string.h>

#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/syntax.h"
#include "test/unit/unit.h"

// A file's scope with a compound inside, and a frame of each.
struct fixture {
	struct syntax s;
	struct errh errh;
	struct compound *file, *inner;
	struct strvec params;
	struct frame outer_frame, frame; // frame is inside
};

static void
begin(struct fixture *f)
{
	*f = (struct fixture){.errh.n_errors = 0};
	errh_init_silent(&f->errh);
	syntax_init(&f->s, &f->errh);
	f->file = compound_create(&f->s, "", NULL, (struct landmark){0});
	f->inner = compound_create(&f->s, "My", f->file, (struct landmark){0});
	f->outer_frame = (struct frame){.compound = f->file, .params = &f->params};
	f->frame = (struct frame){.compound = f->inner, .outer = &f->outer_frame};
}

static void
end(struct fixture *f)
{
	CU_ASSERT_EQUAL(f->errh.n_errors, 0);
	syntax_fini(&f->s);
	strvec_fini(&f->params);
	strvec_fini(&f->frame.values);
}

static void
define(struct compound *c, const char *name, const char *value)
{
	CU_ASSERT_TRUE(compound_add_parameter(c, name, "", value));
}

// A formal parameter of the compound with its value here.
static void
pass(struct fixture *f, const char *name, const char *value)
{
	define(f->inner, name, NULL);
	strvec_add(&f->frame.values, value);
}

static const char *
expand(const struct fixture *f, const char *text)
{
	static struct strbuf out;
	struct text_budget budget = {.left = 1 << 20};

	strbuf_clear(&out);
	variable_expand(text, &f->frame, &budget, &out);
	CU_ASSERT_FALSE(budget.spent);
	return strbuf_text(&out);
}

#define ASSERT_EXPANDS(f, text, want) ASSERT_TEXT(expand(f, text), want)

static void
nothing_to_do(void)
{
	struct strbuf text = STRBUF_INIT;
	struct fixture f;

	begin(&f);
	ASSERT_EXPANDS(&f, "", "");
	ASSERT_EXPANDS(&f, "plain", "plain");
	ASSERT_EXPANDS(&f, "$", "$");
	ASSERT_EXPANDS(&f, "a$", "a$");
	ASSERT_EXPANDS(&f, "${", "${");
	ASSERT_EXPANDS(&f, "${}", "${}");
	ASSERT_EXPANDS(&f, "$-$ $.", "$-$ $.");
	ASSERT_EXPANDS(&f, "$none ${none} ${none", "$none ${none} ${none");
	for (int i = 0; i < 20000; i++)
		strbuf_addf(&text, "%05d", i);
	ASSERT_EXPANDS(&f, strbuf_text(&text), strbuf_text(&text));
	strbuf_fini(&text);
	end(&f);
}

static void
names(void)
{
	struct fixture f;

	begin(&f);
	pass(&f, "a", "1");
	pass(&f, "a_b", "2");
	pass(&f, "9", "3");
	ASSERT_EXPANDS(&f, "$a $a_b $9 ${a}_b", "1 2 3 1_b");
	ASSERT_EXPANDS(&f, "$a.b $a$a${a}$a", "1.b 1111");
	ASSERT_EXPANDS(&f, "$A $a_ $ab", "$A $a_ $ab");
	ASSERT_EXPANDS(&f, "$$a", "$1");
	ASSERT_EXPANDS(&f, "${ a}", "${ a}");
	ASSERT_EXPANDS(&f, "$a\xc3\xa4", "1\xc3\xa4");
	end(&f);
}

// The frame's own first, then those around it; on each level the command line before `define`.
static void
scopes(void)
{
	struct fixture f;

	begin(&f);
	define(f.file, "x", "file");
	define(f.file, "y", "file");
	define(f.file, "z", "file");
	define(f.file, "w", "$x");
	define(f.inner, "d", "inner $x");
	define(f.inner, "y", "inner");
	strvec_add(&f.params, "z=first");
	strvec_add(&f.params, "z=params");
	strvec_add(&f.params, "y=params");
	strvec_add(&f.params, "new=$x");
	strvec_add(&f.params, "empty=");
	strvec_add(&f.params, "no value");
	strvec_add(&f.params, "xx=no");
	ASSERT_EXPANDS(&f, "$x $y $z $w $d", "file inner params file inner file");
	ASSERT_EXPANDS(&f, "$new <$empty> ${no value}", "file <> ${no value}");
	end(&f);
	// `define` in the file sees the file's names only.
	begin(&f);
	define(f.file, "x", "outside");
	define(f.file, "w", "$x");
	define(f.inner, "x", "inside");
	ASSERT_EXPANDS(&f, "$x $w", "inside outside");
	end(&f);
}

// A value that was passed has been expanded where it was written.
static void
passed_values(void)
{
	struct fixture f;

	begin(&f);
	pass(&f, "a", "$b ${b} \"$b\"");
	pass(&f, "b", "5");
	define(f.inner, "missing", NULL); // without a value
	ASSERT_EXPANDS(&f, "$a|$b|<$missing>|${missing-d}", "$b ${b} \"$b\"|5|<>|");
	end(&f);
}

static void
defaults(void)
{
	struct fixture f;

	begin(&f);
	pass(&f, "a", "1");
	pass(&f, "empty", "");
	ASSERT_EXPANDS(&f, "${a-d} ${none-d} <${empty-d}> <${none-}>", "1 d <> <>");
	ASSERT_EXPANDS(&f, "${none-a-b} ${none- a } ${-d}", "a-b  a  d");
	ASSERT_EXPANDS(&f, "${none-$a} ${none-${none-${a}}} ${none-${none}}", "1 1 ${none}");
	ASSERT_EXPANDS(&f, "${none-{}}", "{}");
	ASSERT_EXPANDS(&f, "${none-\"x}y\"}", "\"xy\"}");
	end(&f);
}

static void
words(void)
{
	struct fixture f;

	begin(&f);
	pass(&f, "w", " a  \"b c\"\t'd e' /* x */ f");
	pass(&f, "one", "1");
	ASSERT_EXPANDS(&f, "${w[0]}|${w[1]}|${w[2]}|${w[3]}|${w[4]}", "a|\"b c\"|'d e'|f|");
	ASSERT_EXPANDS(&f, "${w[$one]} ${w[${one}]} ${w[01]}", "\"b c\" \"b c\" \"b c\"");
	ASSERT_EXPANDS(&f, "<${w[99999999999999999999]}>", "<>");
	ASSERT_EXPANDS(&f, "${w[]}${w[-1]}${w[1}${w[x]}", "${w[]}1]${w[1}${w[x]}");
	ASSERT_EXPANDS(&f, "${w[9]-d}|${none[0]-d}|${none[0]}", "|d|${none[0]}");
	ASSERT_EXPANDS(&f, "$one[0]", "1[0]");
	end(&f);
}

static void
names_of_names(void)
{
	struct fixture f;

	begin(&f);
	pass(&f, "a1", "found");
	pass(&f, "i", "1");
	pass(&f, "n", "a1");
	ASSERT_EXPANDS(&f, "${a$i} ${a${i}} ${$n} ${${n}} $a$i", "found found found found $a1");
	ASSERT_EXPANDS(&f, "${b$i-none} ${b$i}", "none ${b1}");
	end(&f);
}

static void
quotes(void)
{
	struct fixture f;

	begin(&f);
	pass(&f, "q", "a\"b\\c$d\n");
	pass(&f, "v", "1");
	ASSERT_EXPANDS(&f, "$q", "a\"b\\c$d\n");
	// What is put inside "..." stays inside.
	ASSERT_EXPANDS(&f, "\"<$q>\"", "\"<a\\\"b\\\\c\\$d\\n>\"");
	ASSERT_EXPANDS(&f, "\"\\$v \\\\$v \\\"$v\"", "\"\\$v \\\\1 \\\"1\"");
	ASSERT_EXPANDS(&f, "'$v' $v '$v", "'$v' 1 '$v");
	ASSERT_EXPANDS(&f, "\"'$v'\" '\"' $v", "\"'1'\" '\"' 1");
	ASSERT_EXPANDS(&f, "\\$v \\'$v'$v", "\\1 \\'$v'1");
	end(&f);
}

static void
comments(void)
{
	struct fixture f;

	begin(&f);
	pass(&f, "v", "1");
	ASSERT_EXPANDS(&f, "$v // $v\n$v", "1 // $v\n1");
	ASSERT_EXPANDS(&f, "$v /* $v\n$v */ $v", "1 /* $v\n$v */ 1");
	ASSERT_EXPANDS(&f, "\"// $v\" $v / $v", "\"// 1\" 1 / 1");
	ASSERT_EXPANDS(&f, "// it's $v\n'$v' /* \" */ $v", "// it's $v\n'$v' /* \" */ 1");
	ASSERT_EXPANDS(&f, "$v /* $v", "1 /* $v");
	ASSERT_EXPANDS(&f, "$v // $v", "1 // $v");
	// A default ends where its brace does, whatever is behind it.
	ASSERT_EXPANDS(&f, "${none-'}$v' $v", "'1' $v");
	ASSERT_EXPANDS(&f, "${none-/*}$v*/ $v", "/*1*/ 1");
	end(&f);
}

static struct text_budget
expand_for(const struct fixture *f, const char *text, size_t left, struct strbuf *out)
{
	struct text_budget budget = {.left = left};

	strbuf_clear(out);
	variable_expand(text, &f->frame, &budget, out);
	return budget;
}

static void
add_nested(struct strbuf *text, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		strbuf_adds(text, "${");
	strbuf_adds(text, "none");
	for (unsigned i = 0; i < depth; i++)
		strbuf_addc(text, '}');
}

// Variables that lead to themselves, and braces in braces, end.
static void
no_end(void)
{
	struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
	struct text_budget budget;
	struct fixture f;

	begin(&f);
	define(f.file, "a", "$b");
	define(f.file, "b", "$a");
	define(f.file, "self", "x$self");
	ASSERT_EXPANDS(&f, "$self", "xxxxxxxxxxx$self");
	CU_ASSERT_EQUAL(*expand(&f, "$a"), '$');
	// What nobody has defined stays as it is written.
	add_nested(&text, 8);
	budget = expand_for(&f, strbuf_text(&text), 1 << 20, &out);
	CU_ASSERT_FALSE(budget.spent);
	ASSERT_TEXT(strbuf_text(&out), "${${${${${${${${none}}}}}}}}");
	strbuf_clear(&text);
	add_nested(&text, 3000);
	budget = expand_for(&f, strbuf_text(&text), 1 << 20, &out);
	CU_ASSERT_TRUE(budget.spent);
	CU_ASSERT(out.len <= 1 << 20);
	strbuf_fini(&text);
	strbuf_fini(&out);
	end(&f);
}

static void
budgets(void)
{
	struct strbuf out = STRBUF_INIT;
	struct text_budget budget;
	struct fixture f;
	size_t cost;

	begin(&f);
	pass(&f, "v", "12345");
	// The text and its end.
	budget = expand_for(&f, "abc", 4, &out);
	CU_ASSERT(budget.left == 0 && !budget.spent);
	ASSERT_TEXT(strbuf_text(&out), "abc");
	budget = expand_for(&f, "abc", 3, &out);
	CU_ASSERT(budget.left == 0 && budget.spent);
	ASSERT_TEXT(strbuf_text(&out), "");
	budget = expand_for(&f, "", 0, &out);
	CU_ASSERT(budget.spent);
	// The text, the reference, the value.
	cost = 5 + 1 + VARIABLE_COST + 5;
	budget = expand_for(&f, "<$v>!", cost, &out);
	CU_ASSERT(budget.left == 0 && !budget.spent);
	ASSERT_TEXT(strbuf_text(&out), "<12345>!");
	budget = expand_for(&f, "<$v>!", cost + 10, &out);
	CU_ASSERT(budget.left == 10 && !budget.spent);
	for (size_t left = 0; left < cost; left++) {
		budget = expand_for(&f, "<$v>!", left, &out);
		CU_ASSERT(budget.left == 0 && budget.spent);
		ASSERT_TEXT(strbuf_text(&out), left < 6 ? "" : "<");
	}
	strbuf_fini(&out);
	end(&f);
}

// A text that would grow to 10^10 copies stops at its budget.
static void
bombs(void)
{
	struct strbuf out = STRBUF_INIT;
	struct text_budget budget;
	struct fixture f;

	begin(&f);
	define(f.file, "v0", "0123456789");
	for (int i = 1; i < 10; i++) {
		char *name = mem_printf("v%d", i);
		char *value = mem_printf("${v%d}${v%d}${v%d}${v%d}${v%d}${v%d}${v%d}${v%d}${v%d}",
			i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);

		define(f.file, name, value);
		free(name);
		free(value);
	}
	budget = expand_for(&f, "$v9", 1 << 20, &out);
	CU_ASSERT_TRUE(budget.spent);
	CU_ASSERT_EQUAL(budget.left, 0);
	CU_ASSERT(out.len <= 1 << 20);
	budget = expand_for(&f, "\"$v9\"", 1 << 20, &out);
	CU_ASSERT_TRUE(budget.spent);
	strbuf_fini(&out);
	end(&f);
}

UNIT_SUITE(variable, UNIT_CASE(nothing_to_do), UNIT_CASE(names), UNIT_CASE(scopes),
	UNIT_CASE(passed_values), UNIT_CASE(defaults), UNIT_CASE(words), UNIT_CASE(names_of_names),
	UNIT_CASE(quotes), UNIT_CASE(comments), UNIT_CASE(no_end), UNIT_CASE(budgets),
	UNIT_CASE(bombs))
