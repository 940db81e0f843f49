// SPDX-License-Identifier: BSD-3-Clause
// Archives as configurations are in test_expand.c.
#include "src/archive.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static void
begin(struct strbuf *ar)
{
	strbuf_clear(ar);
	strbuf_adds(ar, "!<arch>\n");
}

// A header with these fields; they may be wrong.
static void
add_header(struct strbuf *ar, const char *name, const char *size, const char *end)
{
	strbuf_addf(ar, "%-16s%-12d%-6d%-6d%-8o%-10s%s", name, 0, 0, 0, 0644, size, end);
}

static void
add_bytes(struct strbuf *ar, const char *name, const char *bytes, size_t len)
{
	char *size = mem_printf("%zu", len);

	add_header(ar, name, size, "`\n");
	strbuf_add(ar, bytes, len);
	if (len & 1)
		strbuf_addc(ar, '\n');
	free(size);
}

// Finds a member in a copy that has no byte behind its end: what is found, or "-ERRNO".
static const char *
finds(const char *bytes, size_t len, const char *name)
{
	static struct strbuf out;
	char *copy = mem_zalloc(len);
	const char *data = NULL;
	size_t data_len = 0;
	int ret;

	strbuf_clear(&out);
	memcpy(copy, bytes, len);
	ret = archive_find(copy, len, name, &data, &data_len);
	if (ret < 0) {
		CU_ASSERT_PTR_NULL(data);
		CU_ASSERT_EQUAL(data_len, 0);
		strbuf_adds(&out, ret == -ENOENT    ? "-ENOENT"
				  : ret == -EBADMSG ? "-EBADMSG"
						    : "another errno");
	} else {
		CU_ASSERT_FATAL(data >= copy && data + data_len <= copy + len);
		strbuf_add(&out, data, data_len);
		CU_ASSERT_EQUAL(strlen(strbuf_text(&out)), data_len);
	}
	free(copy);
	return strbuf_text(&out);
}

#define ASSERT_FINDS(ar, name, want) ASSERT_TEXT(finds((ar).data, (ar).len, name), want)

static void
recognizes(void)
{
	CU_ASSERT_TRUE(archive_is("!<arch>\n", 8));
	CU_ASSERT_TRUE(archive_is("!<arch>\nx", 9));
	CU_ASSERT_FALSE(archive_is("!<arch>\n", 7));
	CU_ASSERT_FALSE(archive_is("", 0));
	CU_ASSERT_FALSE(archive_is(" !<arch>\n", 9));
	CU_ASSERT_FALSE(archive_is("!<arch>\r", 8));
	CU_ASSERT_FALSE(archive_is("!<thin>\n", 8));
}

static void
names(void)
{
	struct strbuf ar = STRBUF_INIT;

	begin(&ar);
	ASSERT_FINDS(ar, "config", "-ENOENT");
	add_bytes(&ar, "/", "symbols", 7);
	add_bytes(&ar, "//", "long/\n", 6);
	add_bytes(&ar, "configs/", "1", 1);
	add_bytes(&ar, "xconfig/", "2", 1);
	add_bytes(&ar, "Config", "3", 1);
	add_bytes(&ar, "config/x", "4", 1);
	add_bytes(&ar, "config//", "5", 1);
	add_bytes(&ar, "conf ig", "6", 1);
	ASSERT_FINDS(ar, "config", "-ENOENT");
	ASSERT_FINDS(ar, "conf", "-ENOENT");
	add_bytes(&ar, "config/", "the one", 7);
	add_bytes(&ar, "config", "a later one", 11);
	ASSERT_FINDS(ar, "config", "the one");
	ASSERT_FINDS(ar, "configs", "1");
	ASSERT_FINDS(ar, "Config", "3");
	// All 16 places are taken.
	add_bytes(&ar, "exactly16letters", "16", 2);
	add_bytes(&ar, "just15letters15/", "15", 2);
	ASSERT_FINDS(ar, "exactly16letters", "16");
	ASSERT_FINDS(ar, "just15letters15", "15");
	ASSERT_FINDS(ar, "exactly16letters7", "-ENOENT");
	ASSERT_FINDS(ar, "exactly16letter", "-ENOENT");
	strbuf_fini(&ar);
}

static void
bsd_names(void)
{
	struct strbuf ar = STRBUF_INIT;

	begin(&ar);
	add_bytes(&ar, "#1/20", "a-very-long-name.txtDATA", 24);
	add_bytes(&ar, "#1/8", "config\0\0padded", 14);
	add_bytes(&ar, "#1/5", "emptx", 5);
	add_bytes(&ar, "#1/0", "no name", 7);
	ASSERT_FINDS(ar, "a-very-long-name.txt", "DATA");
	ASSERT_FINDS(ar, "config", "padded");
	ASSERT_FINDS(ar, "emptx", "");
	ASSERT_FINDS(ar, "#1/8", "-ENOENT");
	begin(&ar);
	add_bytes(&ar, "#1/8", "config", 6); // longer than the member
	ASSERT_FINDS(ar, "config", "-EBADMSG");
	begin(&ar);
	add_bytes(&ar, "#1/x", "config", 6);
	ASSERT_FINDS(ar, "config", "-EBADMSG");
	begin(&ar);
	add_bytes(&ar, "#1/", "config", 6);
	ASSERT_FINDS(ar, "config", "-EBADMSG");
	begin(&ar);
	add_bytes(&ar, "#1/9999999999999", "config", 6);
	ASSERT_FINDS(ar, "config", "-EBADMSG");
	strbuf_fini(&ar);
}

// Members of odd length are followed by a byte that is no part of them, except at the end.
static void
padding(void)
{
	struct strbuf ar = STRBUF_INIT;

	begin(&ar);
	add_bytes(&ar, "a", "", 0);
	add_bytes(&ar, "b", "x", 1);
	add_bytes(&ar, "c", "xy", 2);
	add_bytes(&ar, "d", "xyz", 3);
	ASSERT_FINDS(ar, "a", "");
	ASSERT_FINDS(ar, "b", "x");
	ASSERT_FINDS(ar, "c", "xy");
	ASSERT_FINDS(ar, "d", "xyz");
	ASSERT_FINDS(ar, "e", "-ENOENT");
	strbuf_truncate(&ar, ar.len - 1);
	ASSERT_FINDS(ar, "d", "xyz");
	ASSERT_FINDS(ar, "e", "-ENOENT");
	strbuf_truncate(&ar, ar.len - 1);
	ASSERT_FINDS(ar, "d", "-EBADMSG");
	ASSERT_FINDS(ar, "c", "xy");
	strbuf_fini(&ar);
}

static void
expect_damaged(const char *size, const char *header_end)
{
	struct strbuf ar = STRBUF_INIT;

	begin(&ar);
	add_bytes(&ar, "first", "1", 1);
	add_header(&ar, "config", size, header_end);
	strbuf_adds(&ar, "1234567890");
	ASSERT_FINDS(ar, "config", "-EBADMSG");
	// What stands before the damage is found.
	ASSERT_FINDS(ar, "first", "1");
	strbuf_fini(&ar);
}

static void
damage(void)
{
	struct strbuf ar = STRBUF_INIT;

	expect_damaged("11", "`\n");
	expect_damaged("9999999999", "`\n");
	expect_damaged("", "`\n");
	expect_damaged("-1", "`\n");
	expect_damaged("+1", "`\n");
	expect_damaged(" 1", "`\n");
	expect_damaged("1 1", "`\n");
	expect_damaged("0x1", "`\n");
	expect_damaged("1", "`\r");
	expect_damaged("1", "\n`");
	begin(&ar);
	strbuf_adds(&ar, "junk");
	ASSERT_FINDS(ar, "config", "-EBADMSG");
	strbuf_fini(&ar);
}

// Any one byte wrong, anywhere: nothing is read behind the end.
static void
any_byte_wrong(void)
{
	struct strbuf ar = STRBUF_INIT;

	begin(&ar);
	add_bytes(&ar, "#1/4", "nameDATA", 8);
	add_bytes(&ar, "other/", "odd", 3);
	add_bytes(&ar, "config/", "c :: C;", 7);
	for (size_t i = 8; i < ar.len; i++) {
		static const char bytes[] = {'\0', '0', '9', ' ', '/', '#', '\xff'};
		char was = ar.data[i];

		for (size_t k = 0; k < sizeof(bytes); k++) {
			const char *data;
			char *copy = mem_zalloc(ar.len);
			size_t len;

			ar.data[i] = bytes[k];
			memcpy(copy, ar.data, ar.len);
			if (archive_find(copy, ar.len, "config", &data, &len) == 0)
				CU_ASSERT(data >= copy && data + len <= copy + ar.len);
			free(copy);
		}
		ar.data[i] = was;
	}
	ASSERT_FINDS(ar, "config", "c :: C;");
	strbuf_fini(&ar);
}

UNIT_SUITE(archive, UNIT_CASE(recognizes), UNIT_CASE(names), UNIT_CASE(bsd_names),
	UNIT_CASE(padding), UNIT_CASE(damage), UNIT_CASE(any_byte_wrong))
