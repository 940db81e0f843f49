// SPDX-License-Identifier: BSD-3-Clause
#include "src/source.h"

#include <stdlib.h>
#include <string.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static char *
marked(const char *before, struct source_place place, const char *behind)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, before);
	source_mark(place, &sb);
	strbuf_adds(&sb, behind);
	return strbuf_steal(&sb);
}

static void
marks_come_out_again(void)
{
	char *text = marked("f.click:3", (struct source_place){7, 4711}, ": While");
	struct source_place place = source_cut(text);

	ASSERT_TEXT(text, "f.click:3: While");
	CU_ASSERT_EQUAL(place.source, 7);
	CU_ASSERT_EQUAL(place.offset, 4711);
	free(text);
	// No place leaves no mark.
	text = marked("a", (struct source_place){0, 5}, "b");
	ASSERT_TEXT(text, "ab");
	CU_ASSERT_EQUAL(source_cut(text).source, 0);
	free(text);
}

// What only looks like a mark stays.
static void
broken_marks(void)
{
	static const char *const texts[] = {"\x1f", "\x1f\x1f",
		"\x1f"
		"1:2",
		"\x1f"
		"1:\x1f",
		"\x1f:2\x1f",
		"\x1f"
		"12\x1f",
		"\x1f-1:2\x1f",
		"a\x1f"
		"b\x1f"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *text = mem_strdup(texts[i]);

		CU_ASSERT_EQUAL(source_cut(text).source, 0);
		ASSERT_TEXT(text, texts[i]);
		free(text);
	}
}

static void
the_first_of_several(void)
{
	char *text = mem_strdup("\x1f"
				"1:2\x1fx\x1f"
				"3:4\x1f");
	struct source_place place = source_cut(text);

	ASSERT_TEXT(text, "x");
	CU_ASSERT_EQUAL(place.source, 1);
	CU_ASSERT_EQUAL(place.offset, 2);
	free(text);
}

#define ASSERT_LINE(source_, offset_, want, want_column)                                    \
	do {                                                                                \
		const char *line_ = NULL;                                                   \
		size_t len_ = 0, column_ = 99;                                              \
                                                                                            \
		CU_ASSERT_TRUE(source_line(                                                 \
			(struct source_place){source_, offset_}, &line_, &len_, &column_)); \
		CU_ASSERT_EQUAL(len_, strlen(want));                                        \
		CU_ASSERT_EQUAL(strncmp(line_, want, len_), 0);                             \
		CU_ASSERT_EQUAL(column_, want_column);                                      \
	} while (0)

static void
lines(void)
{
	unsigned s = source_open("one\ntwo\r\n\nfour"), t = source_open("");
	const char *line;
	size_t len, column;

	CU_ASSERT_NOT_EQUAL(s, 0);
	CU_ASSERT_NOT_EQUAL(s, t);
	ASSERT_LINE(s, 0, "one", 0);
	ASSERT_LINE(s, 3, "one", 3); // its end
	ASSERT_LINE(s, 6, "two", 2);
	ASSERT_LINE(s, 9, "", 0);
	ASSERT_LINE(s, 14, "four", 4); // the end of the text
	ASSERT_LINE(t, 0, "", 0);
	CU_ASSERT_FALSE(source_line((struct source_place){s, 15}, &line, &len, &column));
	CU_ASSERT_FALSE(source_line((struct source_place){0, 0}, &line, &len, &column));
	CU_ASSERT_FALSE(source_line((struct source_place){t + 1, 0}, &line, &len, &column));
	source_close_all();
	CU_ASSERT_FALSE(source_line((struct source_place){s, 0}, &line, &len, &column));
	// Numbers do not come again.
	CU_ASSERT_TRUE(source_open("x") > t);
	source_close_all();
}

static size_t
argument(const char *text, const char *word)
{
	struct source_place place = {source_open(text), 0};

	place = source_argument(place, word, strlen(word));
	source_close_all();
	return place.offset;
}

static void
arguments(void)
{
	CU_ASSERT_EQUAL(argument("q :: Queue(CAPACITY x)", "CAPACITY"), 11);
	CU_ASSERT_EQUAL(argument("A(\n  BURST 5,\n  LIMIT x)", "LIMIT"), 16);
	CU_ASSERT_EQUAL(argument("A(f(B 1), B 2)", "B"), 4);
	// Whole words only, not in comments or quotes, not behind the arguments.
	CU_ASSERT_EQUAL(argument("A(XB 1, B! 2, B 3)", "B"), 14);
	CU_ASSERT_EQUAL(argument("A(/* B */ \"B\" B 3)", "B"), 14);
	CU_ASSERT_EQUAL(argument("A(1) -> C(B 3)", "B"), 0);
	CU_ASSERT_EQUAL(argument("A -> C(B 3)", "B"), 0);
	CU_ASSERT_EQUAL(argument("a :: A; c :: C(B 3)", "B"), 0);
	CU_ASSERT_EQUAL(argument("a, b :: A(B 3)", "B"), 0);
	CU_ASSERT_EQUAL(argument("A(B", "B"), 2);
	CU_ASSERT_EQUAL(argument("A(", "B"), 0);
	CU_ASSERT_EQUAL(argument("A)B", "B"), 0);
	CU_ASSERT_EQUAL(argument("", "B"), 0);
	CU_ASSERT_EQUAL(argument("A(B)", ""), 0);
	CU_ASSERT_EQUAL(source_argument((struct source_place){0, 3}, "B", 1).offset, 3);
}

UNIT_SUITE(source, UNIT_CASE(marks_come_out_again), UNIT_CASE(broken_marks),
	UNIT_CASE(the_first_of_several), UNIT_CASE(lines), UNIT_CASE(arguments))
