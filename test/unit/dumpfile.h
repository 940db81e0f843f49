// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Dump files for tests, in a temporary directory.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/strbuf.h"

struct dumpfile {
	struct strbuf bytes;
	bool swapped; // fields are written in the other byte order
};

#define DUMPFILE_INIT                \
	{                            \
		.bytes = STRBUF_INIT \
	}

void dumpfile_u16(struct dumpfile *f, uint16_t v);
void dumpfile_u32(struct dumpfile *f, uint32_t v);
void dumpfile_header(struct dumpfile *f, uint32_t magic, uint16_t minor, uint32_t link_type);
// A record's header, and n bytes that count up from first.
void dumpfile_record(struct dumpfile *f, uint32_t seconds, uint32_t fraction, uint32_t captured,
	uint32_t length, uint8_t first, size_t n);

// A name in the directory, which is made at the first call and removed at exit. Valid until the
// call after the next two.
const char *tempdir_name(const char *name);
void tempdir_write(const char *name, const void *bytes, size_t len);
// The file's bytes; caller ends the strbuf.
void tempdir_read(const char *name, struct strbuf *bytes);
// Writes the file and forgets its bytes.
void dumpfile_save(struct dumpfile *f, const char *name);
// A text with the directory in place of each @.
const char *tempdir_text(const char *text);
