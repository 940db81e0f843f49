// SPDX-License-Identifier: BSD-3-Clause
// Words of the filter language.

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "elements/classify/filter_parser.h"
#include "src/mem.h"

static bool
in_word(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("-./@_:", c) != NULL);
}

static size_t
word_length(const char *s, size_t len)
{
	static const char *const pairs[] = {"&&", "||", "<=", ">=", "!=", "=="};
	size_t n = 0;

	while (n < len && in_word(s[n]))
		n++;
	if (n > 0)
		return n;
	for (size_t i = 0; len >= 2 && i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (strncmp(s, pairs[i], 2) == 0)
			return 2;
	}
	return 1;
}

int
filter_cut(const char *text, size_t len, struct strvec *words)
{
	size_t at = 0, n;

	if (memchr(text, '\0', len) != NULL)
		return -EINVAL;
	while (at < len) {
		if (isspace((unsigned char)text[at])) {
			at++;
			continue;
		}
		n = word_length(text + at, len - at);
		strvec_take(words, mem_strndup(text + at, n));
		at += n;
	}
	return 0;
}

const char *
filter_word(const struct filter_parser *f, size_t n)
{
	return f->words.n > n && f->at < f->words.n - n ? f->words.v[f->at + n] : "";
}

bool
filter_word_is(const struct filter_parser *f, size_t n, const char *word)
{
	return strcmp(filter_word(f, n), word) == 0;
}

bool
filter_is_data(const char *word)
{
	static const char *const others[] = {"and", "or", "not", "?", ":"};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(word, others[i]) == 0)
			return false;
	}
	return in_word(word[0]);
}
