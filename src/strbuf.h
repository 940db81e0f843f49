// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

// A text that grows. Bytes may be anything, NUL included; data is always followed by a NUL.
// Start with struct strbuf sb = STRBUF_INIT and end with strbuf_fini().
struct strbuf {
	char *data; // owned; never NULL after the first append, use strbuf_text() to read
	size_t len; // bytes without the final NUL
	size_t size;
};

#define STRBUF_INIT        \
	{                  \
		NULL, 0, 0 \
	}

void strbuf_fini(struct strbuf *sb);
void strbuf_clear(struct strbuf *sb); // keeps the memory
void strbuf_add(struct strbuf *sb, const void *bytes, size_t len);
void strbuf_adds(struct strbuf *sb, const char *text);
void strbuf_addc(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void
strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
// Bytes as pairs of lower-case hexadecimal digits.
void strbuf_addhex(struct strbuf *sb, const uint8_t *bytes, size_t len);
void strbuf_truncate(struct strbuf *sb, size_t len); // len > sb->len: no change

// The text, "" while nothing was added. Borrowed until the next change.
const char *strbuf_text(const struct strbuf *sb);
// Hands the text to the caller, who frees it; the strbuf is empty afterwards.
char *strbuf_steal(struct strbuf *sb);
