// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <errno.h>
#include <string.h>

#include "src/confstr.h"
#include "src/text.h"

enum { WIDTH_MAX = 65535 };

// One %... of a format.
struct conversion {
	char flags[8]; // "0#- +"
	bool left;
	bool has_precision;
	int width, precision;
	bool is_short;
	char letter;
};

struct format {
	const char *at; // in the format, unquoted
	const struct strvec *words; // the first one is the format itself
	size_t next; // word
	struct strbuf *out;
};

static const char *
next_word(struct format *f)
{
	return f->next < f->words->n ? f->words->v[f->next++] : NULL;
}

// "12" or "*"
static bool
read_amount(struct format *f, int *amount)
{
	const char *word;
	int64_t n = 0;

	if (*f->at == '*') {
		f->at++;
		word = next_word(f);
		if (word == NULL || text_read_int64(word, &n) != 0)
			return false;
	} else {
		for (; *f->at >= '0' && *f->at <= '9' && n <= WIDTH_MAX; f->at++)
			n = n * 10 + (*f->at - '0');
	}
	*amount = (int)n;
	return n >= -WIDTH_MAX && n <= WIDTH_MAX;
}

static bool
read_conversion(struct format *f, struct conversion *c)
{
	size_t n_flags = 0, n_sizes;

	*c = (struct conversion){.flags = ""};
	for (; *f->at != '\0' && strchr("0#- +", *f->at) != NULL; f->at++) {
		if (strchr(c->flags, *f->at) == NULL)
			c->flags[n_flags++] = *f->at;
	}
	if (!read_amount(f, &c->width))
		return false;
	if (*f->at == '.') {
		f->at++;
		if (!read_amount(f, &c->precision))
			return false;
		c->has_precision = c->precision >= 0;
	}
	// A negative width, from an argument, is one of the left side.
	c->left = strchr(c->flags, '-') != NULL || c->width < 0;
	c->width = c->width < 0 ? -c->width : c->width;
	c->is_short = f->at[0] == 'h' && f->at[1] != 'h';
	n_sizes = strspn(f->at, "hlLq");
	if (n_sizes > 2)
		return false;
	f->at += n_sizes;
	c->letter = *f->at;
	f->at += c->letter != '\0';
	return true;
}

static void
add_padding(struct strbuf *out, size_t len, int width)
{
	for (size_t i = len; i < (size_t)width; i++)
		strbuf_addc(out, ' ');
}

static bool
convert_text(struct format *f, const struct conversion *c)
{
	struct strbuf text = STRBUF_INIT;
	const char *word = next_word(f);
	size_t len;

	if (word == NULL)
		return false;
	confstr_unquote(word, &text);
	len = text.len;
	if (c->has_precision && len > (size_t)c->precision)
		len = (size_t)c->precision;
	if (!c->left)
		add_padding(f->out, len, c->width);
	strbuf_add(f->out, strbuf_text(&text), len);
	if (c->left)
		add_padding(f->out, len, c->width);
	strbuf_fini(&text);
	return true;
}

static bool
read_integer(const char *word, bool is_signed, long long *value)
{
	uint64_t u;
	int64_t i;

	if (text_read_int64(word, &i) == 0) {
		*value = i;
		return true;
	}
	if (is_signed || text_read_uint64(word, &u) != 0)
		return false;
	*value = (long long)u;
	return true;
}

// The C library formats; all that reaches it has been checked.
static bool
convert_integer(struct format *f, const struct conversion *c)
{
	bool is_signed = c->letter == 'd' || c->letter == 'i';
	const char *word = next_word(f);
	char fmt[sizeof(c->flags) + 8];
	long long value;

	if (word == NULL || !read_integer(word, is_signed, &value))
		return false;
	if (c->is_short)
		value = is_signed ? (short)value : (unsigned short)value;
	strcpy(fmt, "%");
	strcat(fmt, c->flags);
	strcat(fmt, c->left && strchr(c->flags, '-') == NULL ? "-" : "");
	strcat(fmt, "*.*ll");
	strncat(fmt, &c->letter, 1);
	strbuf_addf(f->out, fmt, c->width, c->has_precision ? c->precision : -1, value);
	return true;
}

static bool
convert(struct format *f)
{
	struct conversion c;

	if (!read_conversion(f, &c))
		return false;
	switch (c.letter) {
	case '%':
		strbuf_addc(f->out, '%');
		return true;
	case 's':
		return convert_text(f, &c);
	case 'o':
	case 'x':
	case 'X':
	case 'u':
	case 'd':
	case 'i':
		return convert_integer(f, &c);
	default:
		return false;
	}
}

int
script_sprintf(const struct handler_read *call)
{
	struct strbuf format = STRBUF_INIT;
	struct strvec words = {0};
	struct format f = {.words = &words, .next = 1, .out = call->out};
	size_t start = call->out->len;
	bool good = true;

	confstr_split_words(call->param, &words);
	if (words.n > 0)
		confstr_unquote(words.v[0], &format);
	for (f.at = strbuf_text(&format); *f.at != '\0' && good;) {
		if (*f.at++ != '%') {
			strbuf_addc(f.out, f.at[-1]);
			continue;
		}
		good = convert(&f) && f.out->len - start <= SCRIPT_TEXT_MAX;
	}
	good &= words.n > 0 && f.next == words.n;
	strvec_fini(&words);
	strbuf_fini(&format);
	if (good)
		return 0;
	strbuf_truncate(call->out, start);
	return errh_error(call->errh, "syntax error");
}
