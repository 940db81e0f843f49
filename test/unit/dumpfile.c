// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/dumpfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "src/mem.h"
#include "test/unit/unit.h"

static char dir[64];

void
dumpfile_u16(struct dumpfile *f, uint16_t v)
{
	v = f->swapped ? rte_bswap16(v) : v;
	strbuf_add(&f->bytes, &v, sizeof(v));
}

void
dumpfile_u32(struct dumpfile *f, uint32_t v)
{
	v = f->swapped ? rte_bswap32(v) : v;
	strbuf_add(&f->bytes, &v, sizeof(v));
}

void
dumpfile_header(struct dumpfile *f, uint32_t magic, uint16_t minor, uint32_t link_type)
{
	dumpfile_u32(f, magic);
	dumpfile_u16(f, 2);
	dumpfile_u16(f, minor);
	dumpfile_u32(f, 0);
	dumpfile_u32(f, 0);
	dumpfile_u32(f, 65535);
	dumpfile_u32(f, link_type);
}

void
dumpfile_record(struct dumpfile *f, uint32_t seconds, uint32_t fraction, uint32_t captured,
	uint32_t length, uint8_t first, size_t n)
{
	dumpfile_u32(f, seconds);
	dumpfile_u32(f, fraction);
	dumpfile_u32(f, captured);
	dumpfile_u32(f, length);
	for (size_t i = 0; i < n; i++)
		strbuf_addc(&f->bytes, (char)(first + i));
}

void
dumpfile_save(struct dumpfile *f, const char *name)
{
	tempdir_write(name, strbuf_text(&f->bytes), f->bytes.len);
	strbuf_fini(&f->bytes);
}

static void
remove_dir(void)
{
	char *command = mem_printf("rm -rf %s", dir);

	if (system(command) != 0)
		abort();
	free(command);
}

static void
make_dir(void)
{
	if (dir[0] != '\0')
		return;
	strcpy(dir, "/tmp/clickd-test-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(dir));
	atexit(remove_dir);
}

const char *
tempdir_name(const char *name)
{
	static char names[3][160];
	static unsigned next;
	char *text = names[next++ % 3];

	make_dir();
	snprintf(text, sizeof(names[0]), "%s/%s", dir, name);
	return text;
}

void
tempdir_write(const char *name, const void *bytes, size_t len)
{
	FILE *file = fopen(tempdir_name(name), "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	CU_ASSERT_EQUAL(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

void
tempdir_read(const char *name, struct strbuf *bytes)
{
	FILE *file = fopen(tempdir_name(name), "r");
	char buf[4096];
	size_t n;

	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	while ((n = fread(buf, 1, sizeof(buf), file)) > 0)
		strbuf_add(bytes, buf, n);
	fclose(file);
}

const char *
tempdir_text(const char *text)
{
	static char out[2048];
	size_t n = 0;

	make_dir();
	for (; *text != '\0' && n + sizeof(dir) + 1 < sizeof(out); text++) {
		if (*text == '@')
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%s", dir);
		else
			out[n++] = *text;
	}
	out[n] = '\0';
	return out;
}
