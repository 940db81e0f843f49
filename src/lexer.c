// SPDX-License-Identifier: BSD-3-Clause
#include "src/lexer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"

enum { LINE_MAX_NUMBER = 100000000 }; // one more digit is taken

void
lexer_init(struct lexer *lx, struct syntax *syntax, const char *text, const char *filename)
{
	const char *file = syntax_file(syntax, filename);

	*lx = (struct lexer){
		.syntax = syntax,
		.text = text,
		.pos = text,
		.original_file = file,
		.at = {file, 1, {source_open(text), 0}},
	};
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '@';
}

static bool
is_space(char c)
{
	return isspace((unsigned char)c) != 0;
}

// Moves to end, counting the lines between. A CRLF is one line end.
static void
lexer_advance(struct lexer *lx, const char *end)
{
	for (; lx->pos < end; lx->pos++)
		if (lx->pos[0] == '\n' || (lx->pos[0] == '\r' && lx->pos[1] != '\n'))
			lx->at.line++;
	lx->at.place.offset = (size_t)(lx->pos - lx->text);
}

static bool
lexer_at_directive(const struct lexer *lx)
{
	return *lx->pos == '#' &&
	       (lx->pos == lx->text || lx->pos[-1] == '\n' || lx->pos[-1] == '\r');
}

static const char *
skip_blanks(const char *s)
{
	return s + strspn(s, " \t");
}

static const char *
directive_file(struct lexer *lx, const char *s)
{
	struct strbuf name = STRBUF_INIT;
	const char *start = s;
	char *quoted;

	for (s++; *s != '\0' && *s != '"' && *s != '\n' && *s != '\r'; s++)
		if (*s == '\\' && s[1] != '\0' && s[1] != '\n' && s[1] != '\r')
			s++;
	quoted = mem_printf("%.*s\"", (int)(s - start), start);
	confstr_unquote(quoted, &name);
	free(quoted);
	lx->at.file = name.len ? syntax_file(lx->syntax, strbuf_text(&name)) : lx->original_file;
	strbuf_fini(&name);
	return s;
}

// Reads the directive at pos and stops at the end of its line.
static void
lexer_directive(struct lexer *lx)
{
	const char *s = skip_blanks(lx->pos + 1);
	unsigned line = 0;

	if (strncmp(s, "line", 4) == 0 && (s[4] == ' ' || s[4] == '\t'))
		s = skip_blanks(s + 4);
	if (isdigit((unsigned char)*s)) {
		for (; isdigit((unsigned char)*s); s++)
			if (line < LINE_MAX_NUMBER)
				line = line * 10 + (unsigned)(*s - '0');
		// The end of this line counts one.
		lx->at.line = line - 1;
		s = skip_blanks(s);
		if (*s == '"')
			s = directive_file(lx, s);
	} else {
		syntax_error(lx->syntax, lx->at, "unknown preprocessor directive");
	}
	lx->pos = s + strcspn(s, "\r\n");
	lx->at.place.offset = (size_t)(lx->pos - lx->text);
}

// Comments, white space and directives.
static void
lexer_skip(struct lexer *lx)
{
	const char *end;

	for (;;) {
		const char *s = lx->pos;

		if (is_space(*s)) {
			lexer_advance(lx, s + 1);
		} else if (s[0] == '/' && (s[1] == '/' || s[1] == '*')) {
			end = confstr_skip(s);
			if (s[1] == '*' && (end - s < 4 || end[-1] != '/' || end[-2] != '*'))
				syntax_warning(lx->syntax, lx->at, "comment has no end");
			lexer_advance(lx, end);
		} else if (lexer_at_directive(lx)) {
			lexer_directive(lx);
		} else {
			return;
		}
	}
}

static const char *
word_end(const char *s)
{
	for (;;) {
		while (is_word(*s))
			s++;
		if (s[0] != '/' || !is_word(s[1]))
			return s;
		s++;
	}
}

static int
word_kind(const char *text, size_t len)
{
	static const struct {
		const char *word;
		int kind;
	} reserved[] = {
		{"elementclass", TOKEN_ELEMENTCLASS},
		{"require", TOKEN_REQUIRE},
		{"provide", TOKEN_PROVIDE},
		{"define", TOKEN_DEFINE},
	};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (len == strlen(reserved[i].word) && memcmp(text, reserved[i].word, len) == 0)
			return reserved[i].kind;
	return TOKEN_IDENTIFIER;
}

static int
sign_kind(const char *s, size_t *len)
{
	static const struct {
		const char *sign;
		int kind;
	} signs[] = {
		{"->", TOKEN_ARROW},
		{"=>", TOKEN_DOUBLE_ARROW},
		{"::", TOKEN_COLONS},
		{"||", TOKEN_BARS},
		{"...", TOKEN_DOTS},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		*len = strlen(signs[i].sign);
		if (strncmp(s, signs[i].sign, *len) == 0)
			return signs[i].kind;
	}
	*len = 1;
	return (unsigned char)*s;
}

static struct token
lexer_read(struct lexer *lx)
{
	struct token t = {.kind = TOKEN_END};

	lexer_skip(lx);
	t.text = lx->pos;
	lx->at.place.offset = (size_t)(lx->pos - lx->text);
	t.at = lx->at;
	if (*t.text == '\0' || syntax_gave_up(lx->syntax))
		return t;
	if (is_word(*t.text)) {
		t.len = (size_t)(word_end(t.text) - t.text);
		t.kind = word_kind(t.text, t.len);
	} else if (*t.text == '$') {
		for (t.len = 1; isalnum((unsigned char)t.text[t.len]) || t.text[t.len] == '_';)
			t.len++;
		t.kind = TOKEN_VARIABLE;
	} else {
		t.kind = sign_kind(t.text, &t.len);
	}
	lx->pos += t.len;
	return t;
}

struct token
lexer_peek(struct lexer *lx, unsigned n)
{
	while (lx->n_ahead <= n) {
		lx->ahead[lx->n_ahead] = lexer_read(lx);
		lx->n_ahead++;
	}
	return lx->ahead[n];
}

struct token
lexer_next(struct lexer *lx)
{
	struct token t = lexer_peek(lx, 0);

	lx->ahead[0] = lx->ahead[1];
	lx->n_ahead--;
	return t;
}

bool
lexer_config(struct lexer *lx, struct strbuf *out)
{
	const char *start = lx->pos;
	unsigned depth = 1;

	while (*lx->pos != '\0') {
		if (lexer_at_directive(lx)) {
			strbuf_add(out, start, (size_t)(lx->pos - start));
			lexer_directive(lx);
			start = lx->pos;
			continue;
		}
		if (*lx->pos == '(')
			depth++;
		else if (*lx->pos == ')' && --depth == 0)
			break;
		lexer_advance(lx, confstr_skip(lx->pos));
	}
	strbuf_add(out, start, (size_t)(lx->pos - start));
	if (*lx->pos == '\0')
		return false;
	lx->pos++;
	return true;
}

void
token_describe(const struct token *t, struct strbuf *out)
{
	if (t->kind == TOKEN_END) {
		strbuf_adds(out, "end of file");
		return;
	}
	for (size_t i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->text[i];

		if (c < 32 || c >= 127)
			strbuf_addf(out, "\\%03o", c);
		else
			strbuf_addc(out, (char)c);
	}
}
