// SPDX-License-Identifier: BSD-3-Clause
#include "src/strbuf.h"

#include <stdlib.h>

#include "test/unit/unit.h"

static void
append(void)
{
	struct strbuf sb = STRBUF_INIT;
	char *text;

	ASSERT_TEXT(strbuf_text(&sb), "");
	strbuf_adds(&sb, "a");
	strbuf_addc(&sb, 'b');
	strbuf_addf(&sb, "%d-%s", 42, "c");
	ASSERT_TEXT(strbuf_text(&sb), "ab42-c");
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&sb, "%03d", i);
	CU_ASSERT_EQUAL(sb.len, 3006);
	strbuf_truncate(&sb, 2);
	ASSERT_TEXT(strbuf_text(&sb), "ab");
	text = strbuf_steal(&sb);
	ASSERT_TEXT(text, "ab");
	free(text);
	CU_ASSERT_EQUAL(sb.len, 0);
	strbuf_fini(&sb);
}

static void
hex(void)
{
	struct strbuf sb = STRBUF_INIT;

	strbuf_addhex(&sb, (const uint8_t[]){0x00, 0x1f, 0xff}, 3);
	ASSERT_TEXT(strbuf_text(&sb), "001fff");
	strbuf_fini(&sb);
}

UNIT_SUITE(strbuf, UNIT_CASE(append), UNIT_CASE(hex))
