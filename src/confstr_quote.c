// SPDX-License-Identifier: BSD-3-Clause
#include "src/confstr.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/strbuf.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

// s is at \<. Returns where it ends.
static const char *
unquote_angle(const char *s, struct strbuf *out)
{
	const char *end = confstr_skip(s);
	int high = -1, digit;

	for (s += 2; s < end && *s != '>';) {
		digit = hex_digit(*s);
		if (digit >= 0 && high >= 0) {
			strbuf_addc(out, (char)(high << 4 | digit));
			high = -1;
		} else if (digit >= 0) {
			high = digit;
		}
		// Only a comment is longer than a character here.
		s = *s == '/' ? confstr_skip(s) : s + 1;
	}
	return end;
}

static const char *
unquote_octal(const char *s, struct strbuf *out)
{
	unsigned value = 0;

	for (int i = 0; i < 3 && *s >= '0' && *s <= '7'; i++)
		value = value << 3 | (unsigned)(*s++ - '0');
	strbuf_addc(out, (char)(uint8_t)value);
	return s;
}

static const char *
unquote_hex(const char *s, struct strbuf *out)
{
	unsigned value = 0;

	for (; hex_digit(*s) >= 0; s++)
		value = (value << 4 | (unsigned)hex_digit(*s)) & 0xff;
	strbuf_addc(out, (char)(uint8_t)value);
	return s;
}

// s is at a backslash inside "...". Returns behind the escape.
static const char *
unquote_escape(const char *s, struct strbuf *out)
{
	static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
	const char *letter;

	s++;
	if (*s == '\0') {
		strbuf_addc(out, '\\');
		return s;
	}
	if (*s == '<')
		return unquote_angle(s - 1, out);
	if (*s >= '0' && *s <= '7')
		return unquote_octal(s, out);
	if (*s == 'x')
		return unquote_hex(s + 1, out);
	if (s[0] == '\r' && s[1] == '\n')
		return s + 2;
	if (*s == '\n' || *s == '\r')
		return s + 1;
	letter = strchr(letters, *s);
	strbuf_addc(out, letter ? values[letter - letters] : *s);
	return s + 1;
}

static void
unquote_uncommented(const char *s, struct strbuf *out)
{
	char quote = 0;

	while (*s != '\0') {
		if (quote == 0 && (*s == '"' || *s == '\'')) {
			quote = *s++;
		} else if (quote != 0 && *s == quote) {
			quote = 0;
			s++;
		} else if (quote == '"' && *s == '\\') {
			s = unquote_escape(s, out);
		} else if (quote == 0 && s[0] == '\\' && s[1] == '<') {
			s = unquote_angle(s, out);
		} else {
			strbuf_addc(out, *s++);
		}
	}
}

void
confstr_unquote(const char *text, struct strbuf *out)
{
	char *plain = confstr_uncomment(text);

	unquote_uncommented(plain, out);
	free(plain);
}

static bool
needs_escape(uint8_t c)
{
	return c == '\\' || c == '"' || c == '$' || c < 32 || c >= 127;
}

static void
quote_byte(uint8_t c, struct strbuf *out)
{
	if (c == '\\' || c == '"' || c == '$')
		strbuf_add(out, (const char[]){'\\', (char)c}, 2);
	else if (c == '\t')
		strbuf_adds(out, "\\t");
	else if (c == '\r')
		strbuf_adds(out, "\\r");
	else if (c == '\n')
		strbuf_adds(out, "\\n");
	else
		strbuf_addf(out, "\\%03o", c);
}

void
confstr_quote_inside(const char *bytes, size_t len, struct strbuf *out)
{
	size_t plain = 0; // where bytes begin that go out as they are

	for (size_t i = 0; i < len; i++) {
		if (!needs_escape((uint8_t)bytes[i]))
			continue;
		strbuf_add(out, bytes + plain, i - plain);
		quote_byte((uint8_t)bytes[i], out);
		plain = i + 1;
	}
	strbuf_add(out, bytes + plain, len - plain);
}

void
confstr_quote(const char *bytes, size_t len, struct strbuf *out)
{
	strbuf_addc(out, '"');
	confstr_quote_inside(bytes, len, out);
	strbuf_addc(out, '"');
}
