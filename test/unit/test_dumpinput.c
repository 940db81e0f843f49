// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "elements/dump/dumpinput.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/dumpfile.h"
#include "test/unit/unit.h"

// All lines, each in brackets, `!` in front of those that were cut.
static void
expect_lines(struct dump_input *in, const char *want)
{
	struct strbuf got = STRBUF_INIT;
	size_t len;
	char *line;
	bool cut;
	int err;

	while ((line = dump_input_line(in, &len, &cut, &err)) != NULL) {
		CU_ASSERT_EQUAL(line[len], '\0');
		strbuf_adds(&got, cut ? "!" : "[");
		if (!cut)
			strbuf_add(&got, line, len);
		strbuf_adds(&got, "]");
	}
	CU_ASSERT_EQUAL(err, 0);
	ASSERT_TEXT(strbuf_text(&got), want);
	strbuf_fini(&got);
}

static void
lines_of_memory(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"", ""},
		{"a", "[a]"},
		{"a\n", "[a]"},
		{"\n\n", "[][]"},
		{"a\r\nb\rc\n\rd", "[a][b][c][][d]"},
		{"a\r", "[a]"},
	};
	struct dump_input in;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		dump_input_open_bytes(
			&in, "x", (const uint8_t *)cases[i].text, strlen(cases[i].text));
		expect_lines(&in, cases[i].want);
		CU_ASSERT_EQUAL(in.position, strlen(cases[i].text));
		CU_ASSERT_EQUAL(dump_input_size(&in), -1);
		dump_input_close(&in);
	}
}

// Lines that meet the end of the buffer in every way.
static void
long_lines_of_files(void)
{
	static const size_t lens[] = {DUMP_INPUT_MAX - 2, DUMP_INPUT_MAX - 1, DUMP_INPUT_MAX,
		DUMP_INPUT_MAX + 1, 3 * DUMP_INPUT_MAX};
	static const char *const want[] = {"ok", "ok", "cut", "cut", "cut"};
	struct errh errh;

	errh_init_silent(&errh);
	for (size_t i = 0; i < 5; i++) {
		char *bytes = mem_zalloc(lens[i] + 4);
		struct dump_input in;
		char *line;
		size_t len;
		bool cut;
		int err;

		memset(bytes, 'x', lens[i]);
		memcpy(bytes + lens[i], "\nyz\n", 4);
		tempdir_write("a", bytes, lens[i] + 4);
		free(bytes);
		CU_ASSERT_EQUAL(dump_input_open(&in, tempdir_name("a"), &errh), 0);
		line = dump_input_line(&in, &len, &cut, &err);
		CU_ASSERT_PTR_NOT_NULL(line);
		ASSERT_TEXT(cut ? "cut" : "ok", want[i]);
		if (!cut)
			CU_ASSERT_EQUAL(len, lens[i]);
		expect_lines(&in, "[yz]");
		dump_input_close(&in);
	}
}

static void
seeks(void)
{
	struct dump_input in;
	struct errh errh;

	errh_init_silent(&errh);
	tempdir_write("a", "one\ntwo\n", 8);
	CU_ASSERT_EQUAL(dump_input_open(&in, tempdir_name("a"), &errh), 0);
	CU_ASSERT_EQUAL(dump_input_size(&in), 8);
	expect_lines(&in, "[one][two]");
	CU_ASSERT_EQUAL(dump_input_seek(&in, 4), 0);
	expect_lines(&in, "[two]");
	dump_input_close(&in);
	dump_input_open_bytes(&in, "x", (const uint8_t *)"one\ntwo\n", 8);
	CU_ASSERT_EQUAL(dump_input_seek(&in, 4), 0);
	expect_lines(&in, "[two]");
	CU_ASSERT_TRUE(dump_input_seek(&in, 4) < 0);
	dump_input_close(&in);
	CU_ASSERT_TRUE(dump_input_open(&in, "/nonexistent", &errh) < 0);
}

UNIT_SUITE(dumpinput, UNIT_CASE(lines_of_memory), UNIT_CASE(long_lines_of_files), UNIT_CASE(seeks))
