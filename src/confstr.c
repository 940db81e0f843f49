// SPDX-License-Identifier: BSD-3-Clause
#include "src/confstr.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

static bool
is_space(char c)
{
	return isspace((unsigned char)c) != 0;
}

static bool
is_comment(const char *s)
{
	return s[0] == '/' && (s[1] == '/' || s[1] == '*');
}

static const char *
skip_comment(const char *s)
{
	const char *end;

	if (s[1] == '*') {
		end = strstr(s + 2, "*/");
		return end ? end + 2 : s + strlen(s);
	}
	s += strcspn(s, "\n\r");
	if (s[0] == '\r' && s[1] == '\n')
		return s + 2;
	return *s ? s + 1 : s;
}

static const char *
skip_angle(const char *s)
{
	for (s += 2; *s != '\0' && *s != '>';)
		s = is_comment(s) ? skip_comment(s) : s + 1;
	return *s ? s + 1 : s;
}

static const char *
skip_quoted(const char *s)
{
	char quote = *s++;

	while (*s != '\0' && *s != quote) {
		if (quote == '"' && s[0] == '\\' && s[1] == '<')
			s = skip_angle(s);
		else if (quote == '"' && s[0] == '\\' && s[1] != '\0')
			s += 2;
		else
			s++;
	}
	return *s ? s + 1 : s;
}

const char *
confstr_skip(const char *s)
{
	if (is_comment(s))
		return skip_comment(s);
	if (*s == '"' || *s == '\'')
		return skip_quoted(s);
	if (s[0] == '\\' && s[1] == '<')
		return skip_angle(s);
	return s + 1;
}

static const char *
skip_blank(const char *s)
{
	for (;;) {
		if (is_space(*s))
			s++;
		else if (is_comment(s))
			s = skip_comment(s);
		else
			return s;
	}
}

static void
trim_end(struct strbuf *sb)
{
	while (sb->len > 0 && is_space(sb->data[sb->len - 1]))
		strbuf_truncate(sb, sb->len - 1);
}

// Uncomments the text from s up to end, which is no place inside a quote or comment.
static char *
uncomment_range(const char *s, const char *end)
{
	struct strbuf sb = STRBUF_INIT;
	const char *next;

	s = skip_blank(s);
	while (s < end) {
		if (is_comment(s)) {
			trim_end(&sb);
			strbuf_addc(&sb, ' ');
			s = skip_blank(s);
			continue;
		}
		next = confstr_skip(s);
		strbuf_add(&sb, s, (size_t)(next - s));
		s = next;
	}
	trim_end(&sb);
	return strbuf_steal(&sb);
}

char *
confstr_uncomment(const char *text)
{
	return uncomment_range(text, text + strlen(text));
}

void
confstr_split_args(const char *text, struct strvec *args)
{
	const char *s = text;
	char *last;

	while (*s != '\0') {
		if (*s != ',') {
			s = confstr_skip(s);
			continue;
		}
		strvec_take(args, uncomment_range(text, s));
		text = ++s;
	}
	last = uncomment_range(text, s);
	if (*last != '\0')
		strvec_add(args, last);
	free(last);
}

static const char *
skip_word(const char *s)
{
	while (*s != '\0' && !is_space(*s) && !is_comment(s))
		s = confstr_skip(s);
	return s;
}

void
confstr_split_words(const char *text, struct strvec *words)
{
	const char *end;

	for (text = skip_blank(text); *text != '\0'; text = skip_blank(end)) {
		end = skip_word(text);
		strvec_take(words, mem_strndup(text, (size_t)(end - text)));
	}
}

char *
confstr_first_word(const char *text, const char **rest)
{
	const char *start = skip_blank(text);
	const char *end = skip_word(start);

	*rest = skip_blank(end);
	return mem_strndup(start, (size_t)(end - start));
}

char *
confstr_join_args(const struct strvec *args)
{
	struct strbuf sb = STRBUF_INIT;

	for (size_t i = 0; i < args->n; i++) {
		if (i > 0)
			strbuf_adds(&sb, ", ");
		strbuf_adds(&sb, args->v[i]);
	}
	return strbuf_steal(&sb);
}

bool
confstr_is_word(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text >= 127 || strchr("\"'\\,", *text) != NULL)
			return false;
	return true;
}

static size_t
keyword_len(const char *s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
	size_t len = strspn(s, letters);

	return len ? len + strspn(s + len, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					   "0123456789_.:?!")
		   : 0;
}

bool
confstr_is_keyword(const char *text, size_t len)
{
	return len > 0 && keyword_len(text) >= len;
}

size_t
confstr_keyword(const char *arg, const char **value)
{
	size_t len = keyword_len(arg);
	const char *s = arg + len;

	if (len == 0 || !is_space(*s))
		return 0;
	while (is_space(*s))
		s++;
	if (*s == '\0')
		return 0;
	*value = s;
	return len;
}
