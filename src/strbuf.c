// SPDX-License-Identifier: BSD-3-Clause
#include "src/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/mem.h"

static void
strbuf_reserve(struct strbuf *sb, size_t more)
{
	size_t need = sb->len + more + 1;

	if (need <= sb->size)
		return;
	sb->size = need < 64 ? 64 : need + need / 2;
	sb->data = mem_realloc(sb->data, sb->size);
}

void
strbuf_fini(struct strbuf *sb)
{
	free(sb->data);
	*sb = (struct strbuf)STRBUF_INIT;
}

void
strbuf_clear(struct strbuf *sb)
{
	strbuf_truncate(sb, 0);
}

void
strbuf_add(struct strbuf *sb, const void *bytes, size_t len)
{
	strbuf_reserve(sb, len);
	if (len > 0)
		memcpy(sb->data + sb->len, bytes, len);
	sb->len += len;
	sb->data[sb->len] = '\0';
}

void
strbuf_adds(struct strbuf *sb, const char *text)
{
	strbuf_add(sb, text, strlen(text));
}

void
strbuf_addc(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void
strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	strbuf_reserve(sb, 0);
	va_copy(again, ap);
	n = vsnprintf(sb->data + sb->len, sb->size - sb->len, fmt, again);
	va_end(again);
	if (n < 0)
		return;
	if ((size_t)n >= sb->size - sb->len) {
		strbuf_reserve(sb, (size_t)n);
		vsnprintf(sb->data + sb->len, sb->size - sb->len, fmt, ap);
	}
	sb->len += (size_t)n;
}

void
strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(sb, fmt, ap);
	va_end(ap);
}

void
strbuf_addhex(struct strbuf *sb, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	strbuf_reserve(sb, 2 * len);
	for (size_t i = 0; i < len; i++) {
		sb->data[sb->len++] = digits[bytes[i] >> 4];
		sb->data[sb->len++] = digits[bytes[i] & 15];
	}
	sb->data[sb->len] = '\0';
}

void
strbuf_truncate(struct strbuf *sb, size_t len)
{
	if (len > sb->len || sb->data == NULL)
		return;
	sb->len = len;
	sb->data[len] = '\0';
}

const char *
strbuf_text(const struct strbuf *sb)
{
	return sb->data ? sb->data : "";
}

char *
strbuf_steal(struct strbuf *sb)
{
	char *text = sb->data ? sb->data : mem_strdup("");

	*sb = (struct strbuf)STRBUF_INIT;
	return text;
}
