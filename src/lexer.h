// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Cuts a configuration into tokens. Comments and line directives (`# 12 "file"` in column 0) are
// dealt with here; the latter change the landmarks that follow.

#include <stdbool.h>
#include <stddef.h>

#include "src/syntax.h"

struct strbuf;

// A token of one character has that character as its kind.
enum token_kind {
	TOKEN_END = 256,
	TOKEN_IDENTIFIER, // a class, an element, a number
	TOKEN_VARIABLE, // text includes the $
	TOKEN_ARROW, // ->
	TOKEN_DOUBLE_ARROW, // =>
	TOKEN_COLONS, // ::
	TOKEN_BARS, // ||
	TOKEN_DOTS, // ...
	TOKEN_ELEMENTCLASS,
	TOKEN_REQUIRE,
	TOKEN_PROVIDE,
	TOKEN_DEFINE,
};

struct token {
	int kind;
	const char *text; // borrowed from the lexer's text
	size_t len;
	struct landmark at;
};

struct lexer {
	struct syntax *syntax; // borrowed; takes errors
	const char *text; // borrowed
	const char *pos; // behind what was read, tokens ahead included
	const char *original_file; // what `# 1 ""` returns to
	struct landmark at; // of pos
	struct token ahead[2];
	unsigned n_ahead;
};

// text and filename (see syntax_file()) must live as long as the tokens.
void lexer_init(struct lexer *lx, struct syntax *syntax, const char *text, const char *filename);

struct token lexer_next(struct lexer *lx);
// The token that lexer_next() will return (0), and the one behind it (1).
struct token lexer_peek(struct lexer *lx, unsigned n);

// To be called right behind a '(' token: takes everything to the matching ')', which is taken as
// well but not stored. Adds the raw text without line directives to out. Returns false if the text
// ended before.
bool lexer_config(struct lexer *lx, struct strbuf *out);

// A token as it stands in `near '...'`: its text with odd bytes escaped, "end of file" at the end.
void token_describe(const struct token *t, struct strbuf *out);
