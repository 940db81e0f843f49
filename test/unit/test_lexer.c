// SPDX-License-Identifier: BSD-3-Clause
#include "src/lexer.h"

#include <string.h>

#include "src/errh.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

struct fixture {
	struct errh errh;
	struct strbuf errors;
	struct syntax syntax;
	struct lexer lexer;
};

static void
fixture_init(struct fixture *f, const char *text)
{
	f->errors = (struct strbuf)STRBUF_INIT;
	errh_init_strbuf(&f->errh, &f->errors);
	syntax_init(&f->syntax, &f->errh);
	lexer_init(&f->lexer, &f->syntax, text, "F");
}

static void
fixture_fini(struct fixture *f)
{
	syntax_fini(&f->syntax);
	strbuf_fini(&f->errors);
}

// All tokens as `line:text `, kinds of more than one character marked by a letter. A configuration
// string is taken behind each '('.
static void
expect_tokens(const char *text, const char *want, const char *errors)
{
	static const char letters[] = "eiv>=:|.crpd";
	struct strbuf sb = STRBUF_INIT;
	struct fixture f;
	struct token t;

	fixture_init(&f, text);
	do {
		t = lexer_next(&f.lexer);
		CU_ASSERT_EQUAL(t.at.place.offset, (size_t)(t.text - f.lexer.text));
		t.at.place.source = 0;
		landmark_text(t.at, &sb);
		strbuf_addc(&sb, ' ');
		if (t.kind >= TOKEN_END)
			strbuf_addc(&sb, letters[t.kind - TOKEN_END]);
		token_describe(&t, &sb);
		if (t.kind == '(') {
			strbuf_addc(&sb, '<');
			strbuf_adds(&sb, lexer_config(&f.lexer, &sb) ? ">" : "!");
		}
		strbuf_addc(&sb, '\n');
	} while (t.kind != TOKEN_END);
	ASSERT_TEXT(strbuf_text(&sb), want);
	ASSERT_TEXT(strbuf_text(&f.errors), errors);
	strbuf_fini(&sb);
	fixture_fini(&f);
}

static void
tokens(void)
{
	expect_tokens("", "F:1 eend of file\n", "");
	expect_tokens("a->b=>c::d||...",
		"F:1 ia\nF:1 >->\nF:1 ib\nF:1 ==>\nF:1 ic\nF:1 :::\nF:1 id\nF:1 |||\n"
		"F:1 ....\nF:1 eend of file\n",
		"");
	expect_tokens("[0-2];{|}..:",
		"F:1 [\nF:1 i0\nF:1 -\nF:1 i2\nF:1 ]\nF:1 ;\nF:1 {\nF:1 |\nF:1 }\nF:1 .\nF:1 .\n"
		"F:1 :\nF:1 eend of file\n",
		"");
	expect_tokens("elementclass require provide define elementclasses",
		"F:1 celementclass\nF:1 rrequire\nF:1 pprovide\nF:1 ddefine\n"
		"F:1 ielementclasses\nF:1 eend of file\n",
		"");
}

static void
identifiers(void)
{
	expect_tokens("a/b_@9", "F:1 ia/b_@9\nF:1 eend of file\n", "");
	expect_tokens("/a", "F:1 /\nF:1 ia\nF:1 eend of file\n", "");
	expect_tokens("a/ b", "F:1 ia\nF:1 /\nF:1 ib\nF:1 eend of file\n", "");
	expect_tokens("a//b", "F:1 ia\nF:1 eend of file\n", "");
	expect_tokens("a/*b*/c", "F:1 ia\nF:1 ic\nF:1 eend of file\n", "");
	expect_tokens(
		"$a_1@ $ $/", "F:1 v$a_1\nF:1 i@\nF:1 v$\nF:1 v$\nF:1 /\nF:1 eend of file\n", "");
	expect_tokens("\001\377", "F:1 \\001\nF:1 \\377\nF:1 eend of file\n", "");
}

static void
lines(void)
{
	expect_tokens("a\nb\rc\r\nd\n\re",
		"F:1 ia\nF:2 ib\nF:3 ic\nF:4 id\nF:6 ie\n"
		"F:6 eend of file\n",
		"");
	expect_tokens("a // x\nb /* \n\r\n */ c // end",
		"F:1 ia\nF:2 ib\nF:4 ic\n"
		"F:4 eend of file\n",
		"");
	expect_tokens(
		"a /* x\n", "F:1 ia\nF:2 eend of file\n", "F:1: warning: comment has no end\n");
}

static void
directives(void)
{
	expect_tokens("# 5 \"G\"\na\n# line 9\nb\n#1\"\"\nc\n# 3 \"x\\\"\\101\" junk\nd",
		"G:5 ia\nG:9 ib\nF:1 ic\nx\"A:3 id\nx\"A:3 eend of file\n", "");
	expect_tokens("a # 5\n", "F:1 ia\nF:1 #\nF:1 i5\nF:2 eend of file\n", "");
	expect_tokens("a\n#pragma x y\nb", "F:1 ia\nF:3 ib\nF:3 eend of file\n",
		"F:2: unknown preprocessor directive\n");
	expect_tokens("#linex 5\n#line\n#", "F:3 eend of file\n",
		"F:1: unknown preprocessor directive\nF:2: unknown preprocessor directive\n"
		"F:3: unknown preprocessor directive\n");
	expect_tokens("# 7 \"a\nb\"", "a:7 ib\na:7 \"\na:7 eend of file\n", "");
	expect_tokens(
		"# 99999999999999999999\na", "F:999999999 ia\nF:999999999 eend of file\n", "");
	expect_tokens("# 5 \"a\\nb\"\nx", "a?b:5 ix\na?b:5 eend of file\n", "");
	expect_tokens("/*\n# 5\n*/ a", "F:3 ia\nF:3 eend of file\n", "");
}

static void
config_strings(void)
{
	expect_tokens("(a, (b)) c", "F:1 (<a, (b)>\nF:1 ic\nF:1 eend of file\n", "");
	expect_tokens("()", "F:1 (<>\nF:1 eend of file\n", "");
	expect_tokens("( \")\" ')' \\<29)> /*)*/ //)\n )x",
		"F:1 (< \")\" ')' \\<29)> /*)*/ //)\n >\nF:2 ix\nF:2 eend of file\n", "");
	expect_tokens("(\"a\\\")\")x", "F:1 (<\"a\\\")\">\nF:1 ix\nF:1 eend of file\n", "");
	expect_tokens("('a\\')x", "F:1 (<'a\\'>\nF:1 ix\nF:1 eend of file\n", "");
	expect_tokens("(a\n# 10 \"G\"\nb)x", "F:1 (<a\n\nb>\nG:10 ix\nG:10 eend of file\n", "");
	expect_tokens("(\"\n# 10 \"\nb)x", "F:1 (<\"\n# 10 \"\nb>\nF:3 ix\nF:3 eend of file\n", "");
	expect_tokens("(\n#bad\n)x", "F:1 (<\n\n>\nF:3 ix\nF:3 eend of file\n",
		"F:2: unknown preprocessor directive\n");
	expect_tokens("(a (b)", "F:1 (<a (b)!\nF:1 eend of file\n", "");
	expect_tokens("(a \"b)", "F:1 (<a \"b)!\nF:1 eend of file\n", "");
}

static void
peeking(void)
{
	struct fixture f;

	fixture_init(&f, "a b c");
	CU_ASSERT_EQUAL(*lexer_peek(&f.lexer, 1).text, 'b');
	CU_ASSERT_EQUAL(*lexer_peek(&f.lexer, 0).text, 'a');
	CU_ASSERT_EQUAL(*lexer_next(&f.lexer).text, 'a');
	CU_ASSERT_EQUAL(*lexer_peek(&f.lexer, 1).text, 'c');
	CU_ASSERT_EQUAL(*lexer_next(&f.lexer).text, 'b');
	CU_ASSERT_EQUAL(*lexer_next(&f.lexer).text, 'c');
	CU_ASSERT_EQUAL(lexer_next(&f.lexer).kind, TOKEN_END);
	CU_ASSERT_EQUAL(lexer_next(&f.lexer).kind, TOKEN_END);
	fixture_fini(&f);
}

// A text that is nothing but errors is given up.
static void
too_many_errors(void)
{
	struct strbuf text = STRBUF_INIT;
	struct fixture f;
	const char *last;

	for (int i = 0; i < 5000; i++)
		strbuf_adds(&text, "#x\n");
	strbuf_adds(&text, "a");
	fixture_init(&f, strbuf_text(&text));
	CU_ASSERT_EQUAL(lexer_next(&f.lexer).kind, TOKEN_END);
	last = strstr(strbuf_text(&f.errors), "F:1000: ");
	ASSERT_TEXT(last, "F:1000: unknown preprocessor directive\n"
			  "F:1000: too many errors, giving up\n");
	fixture_fini(&f);
	strbuf_fini(&text);
}

UNIT_SUITE(lexer, UNIT_CASE(tokens), UNIT_CASE(identifiers), UNIT_CASE(lines),
	UNIT_CASE(directives), UNIT_CASE(config_strings), UNIT_CASE(peeking),
	UNIT_CASE(too_many_errors))
