// SPDX-License-Identifier: BSD-3-Clause
#include "src/confstr.h"

#include <stdlib.h>
#include <string.h>

#include "src/strbuf.h"
#include "src/strvec.h"
#include "test/unit/unit.h"

static void
expect_uncomment(const char *text, const char *want)
{
	char *got = confstr_uncomment(text);

	ASSERT_TEXT(got, want);
	free(got);
}

static void
uncomment(void)
{
	expect_uncomment("", "");
	expect_uncomment(" \t\r\n", "");
	expect_uncomment("  a  b  ", "a  b");
	expect_uncomment("a // x\n  b", "a b");
	expect_uncomment("a  /* x */  b", "a b");
	expect_uncomment("a/*x*/b", "a b");
	expect_uncomment("/*x*/ a /*y*/ // z", "a");
	expect_uncomment("a /*x*//*y*/ // z\r\n /* */b", "a b");
	expect_uncomment("\"a // b\" 'c /* d' e", "\"a // b\" 'c /* d' e");
	expect_uncomment("\\<61 // not \n 62>  x", "\\<61 // not \n 62>  x");
	expect_uncomment("\"a\\\" /* b */\" c", "\"a\\\" /* b */\" c");
	expect_uncomment("a /* never", "a");
	expect_uncomment("\"a // never", "\"a // never");
	expect_uncomment("a/b /", "a/b /");
	expect_uncomment("//", "");
	expect_uncomment("/*/ a */b", "b");
}

static void
expect_split(void (*split)(const char *, struct strvec *), const char *text, const char *want)
{
	struct strvec v = {0};
	struct strbuf sb = STRBUF_INIT;

	split(text, &v);
	for (size_t i = 0; i < v.n; i++)
		strbuf_addf(&sb, "<%s>", v.v[i]);
	ASSERT_TEXT(strbuf_text(&sb), want);
	strbuf_fini(&sb);
	strvec_fini(&v);
}

static void
split_args(void)
{
	expect_split(confstr_split_args, "", "");
	expect_split(confstr_split_args, "  /* x */ ", "");
	expect_split(confstr_split_args, "1", "<1>");
	expect_split(confstr_split_args, "1, ", "<1>");
	expect_split(confstr_split_args, "1,,2", "<1><><2>");
	expect_split(confstr_split_args, ",", "<>");
	expect_split(confstr_split_args, "1, , ", "<1><>");
	expect_split(confstr_split_args, "a /* , */ b, c // , d\n e", "<a b><c e>");
	expect_split(confstr_split_args, "\"a,b\", 'c,d', \\<61,62>, f(x,y)",
		"<\"a,b\"><'c,d'><\\<61,62>><f(x><y)>");
	expect_split(confstr_split_args, "\"a\\\",b\", c", "<\"a\\\",b\"><c>");
	expect_split(confstr_split_args, "'a\\', b", "<'a\\'><b>");
	expect_split(confstr_split_args, "\"\\<22>,\", b", "<\"\\<22>,\"><b>");
	expect_split(confstr_split_args, "\"open, b", "<\"open, b>");
	expect_split(confstr_split_args, "\\, b", "<\\><b>");
	expect_split(confstr_split_args, "\"\"", "<\"\">");
}

static void
split_words(void)
{
	expect_split(confstr_split_words, "", "");
	expect_split(confstr_split_words, " a  b\tc\n", "<a><b><c>");
	expect_split(confstr_split_words, "a\"b c\"d 'e f'", "<a\"b c\"d><'e f'>");
	expect_split(confstr_split_words, "a/*x*/b // c\nd", "<a><b><d>");
	expect_split(confstr_split_words, "\\<61 62>x y", "<\\<61 62>x><y>");
	expect_split(confstr_split_words, "a,b c/d", "<a,b><c/d>");
}

static void
first_word(void)
{
	const char *rest;
	char *word = confstr_first_word("  set  x \"a b\" ", &rest);

	ASSERT_TEXT(word, "set");
	ASSERT_TEXT(rest, "x \"a b\" ");
	free(word);
	word = confstr_first_word("\"a b\"c d", &rest);
	ASSERT_TEXT(word, "\"a b\"c");
	ASSERT_TEXT(rest, "d");
	free(word);
	word = confstr_first_word(" ", &rest);
	ASSERT_TEXT(word, "");
	ASSERT_TEXT(rest, "");
	free(word);
}

static void
join_args(void)
{
	struct strvec v = {0};
	char *text = confstr_join_args(&v);

	ASSERT_TEXT(text, "");
	free(text);
	strvec_add(&v, "a");
	strvec_add(&v, "");
	strvec_add(&v, "c d");
	text = confstr_join_args(&v);
	ASSERT_TEXT(text, "a, , c d");
	free(text);
	strvec_fini(&v);
}

static void
expect_unquote_bytes(const char *text, const char *want, size_t len)
{
	struct strbuf sb = STRBUF_INIT;

	confstr_unquote(text, &sb);
	CU_ASSERT_EQUAL(sb.len, len);
	ASSERT_TEXT(strbuf_text(&sb), want);
	CU_ASSERT(sb.len == len && memcmp(strbuf_text(&sb), want, len) == 0);
	strbuf_fini(&sb);
}

static void
expect_unquote(const char *text, const char *want)
{
	expect_unquote_bytes(text, want, strlen(want));
}

static void
unquote(void)
{
	expect_unquote("a\"b\"c", "abc");
	expect_unquote("a\"b\"c'd'", "abcd");
	expect_unquote("  a  b /* x */ ", "a  b");
	expect_unquote("\"\"", "");
	expect_unquote("'a\\n\"b'", "a\\n\"b");
	expect_unquote("\"\\a\\b\\f\\n\\r\\t\\v\"", "\a\b\f\n\r\t\v");
	expect_unquote("\"\\101\\60\\7x\"", "A0\ax");
	expect_unquote("\"\\1011\"", "A1");
	expect_unquote("\"\\x41 \\x4142g\"", "A Bg");
	expect_unquote("\"\\$\\\"\\\\\\'\\q\"", "$\"\\'q");
	expect_unquote("\"a\\\nb\\\r\nc\\\rd\"", "abcd");
	expect_unquote("\"a\\", "a\\");
	expect_unquote("a\\nb", "a\\nb");
	expect_unquote("\"a\\<62 6>c\"", "abc");
	expect_unquote("\\<6 1/* 62 */ 6,3 // 64\n 65>", "ace");
	expect_unquote("'\\<61>'", "\\<61>");
	expect_unquote("\\<61", "a");
	expect_unquote("\"\\<62>\\<63\"", "bc");
	expect_unquote_bytes("\"a\\0b\\<00>\"", "a\0b\0", 4);
	expect_unquote_bytes("\"\\x\"", "\0", 1);
	expect_unquote("\"\\377\\<fF>\"", "\377\377");
	expect_unquote("\"\\777\"", "\377");
}

static void
quote(void)
{
	static const char bytes[] = "a\\\"$\t\r\n\001\177\377'\0z";
	struct strbuf sb = STRBUF_INIT, back = STRBUF_INIT;

	confstr_quote(bytes, sizeof(bytes) - 1, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "\"a\\\\\\\"\\$\\t\\r\\n\\001\\177\\377'\\000z\"");
	confstr_unquote(strbuf_text(&sb), &back);
	CU_ASSERT_EQUAL(back.len, sizeof(bytes) - 1);
	CU_ASSERT(memcmp(back.data, bytes, sizeof(bytes) - 1) == 0);
	strbuf_clear(&sb);
	confstr_quote("", 0, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "\"\"");
	strbuf_clear(&sb);
	confstr_quote_inside("a\"b", 3, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "a\\\"b");
	strbuf_fini(&sb);
	strbuf_fini(&back);
}

// All bytes come back from quoting.
static void
quote_all_bytes(void)
{
	struct strbuf sb = STRBUF_INIT, back = STRBUF_INIT;
	char bytes[512];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i < 256 ? i : 767 - i);
	confstr_quote(bytes, sizeof(bytes), &sb);
	confstr_unquote(strbuf_text(&sb), &back);
	CU_ASSERT_EQUAL(back.len, sizeof(bytes));
	CU_ASSERT(back.len == sizeof(bytes) && memcmp(back.data, bytes, sizeof(bytes)) == 0);
	strbuf_fini(&sb);
	strbuf_fini(&back);
}

static void
word(void)
{
	CU_ASSERT(confstr_is_word("a-b/c:1"));
	CU_ASSERT(!confstr_is_word(""));
	CU_ASSERT(!confstr_is_word("a b"));
	CU_ASSERT(!confstr_is_word("a,b"));
	CU_ASSERT(!confstr_is_word("a\"b"));
	CU_ASSERT(!confstr_is_word("a'b"));
	CU_ASSERT(!confstr_is_word("a\\b"));
	CU_ASSERT(!confstr_is_word("a\n"));
	CU_ASSERT(!confstr_is_word("\177"));
	CU_ASSERT(!confstr_is_word("\303\244"));
}

static void
keyword(void)
{
	const char *value = NULL;

	CU_ASSERT(confstr_is_keyword("A_b.c:d?e!1", 11));
	CU_ASSERT(confstr_is_keyword("_", 1));
	CU_ASSERT(confstr_is_keyword("AB-", 2));
	CU_ASSERT(!confstr_is_keyword("AB-", 3));
	CU_ASSERT(!confstr_is_keyword("1A", 2));
	CU_ASSERT(!confstr_is_keyword("", 0));
	CU_ASSERT_EQUAL(confstr_keyword("KEY \t va lue", &value), 3);
	ASSERT_TEXT(value, "va lue");
	CU_ASSERT_EQUAL(confstr_keyword("KEY", &value), 0);
	CU_ASSERT_EQUAL(confstr_keyword("KEY  ", &value), 0);
	CU_ASSERT_EQUAL(confstr_keyword("1KEY x", &value), 0);
	CU_ASSERT_EQUAL(confstr_keyword("\"a\" x", &value), 0);
	CU_ASSERT_EQUAL(confstr_keyword("K-Y x", &value), 0);
	CU_ASSERT_EQUAL(confstr_keyword("10 x", &value), 0);
	CU_ASSERT_EQUAL(confstr_keyword("a.b?!9 \"\"", &value), 6);
	ASSERT_TEXT(value, "\"\"");
}

static void
skip(void)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{"ab", 1},
		{"/ a", 1},
		{"//a\r\nb", 5},
		{"//a\rb", 4},
		{"//a", 3},
		{"/*a*/b", 5},
		{"/*/", 3},
		{"\"a\"b", 3},
		{"\"a\\\"b\"c", 6},
		{"\"\\", 2},
		{"'\\'b", 3},
		{"\\<a>b", 4},
		{"\\<a/*>*/>b", 9},
		{"\\a", 1},
		{"\"\\<\">\"x", 6},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CU_ASSERT_EQUAL(
			(size_t)(confstr_skip(cases[i].text) - cases[i].text), cases[i].len);
}

UNIT_SUITE(confstr, UNIT_CASE(uncomment), UNIT_CASE(split_args), UNIT_CASE(split_words),
	UNIT_CASE(first_word), UNIT_CASE(join_args), UNIT_CASE(unquote), UNIT_CASE(quote),
	UNIT_CASE(quote_all_bytes), UNIT_CASE(word), UNIT_CASE(keyword), UNIT_CASE(skip))
