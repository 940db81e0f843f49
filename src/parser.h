// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Reads a whole configuration into a struct syntax. A syntax error costs one token, or the
// connection that it stands in; reading goes on behind it, so that all errors come out in one run.

#include <stdbool.h>
#include <stddef.h>

#include "src/config.h"
#include "src/lexer.h"
#include "src/syntax.h"

// Makes syntax->file out of text. filename is the name in landmarks. Errors go to syntax->errh.
void parser_run(struct syntax *syntax, const char *text, const char *filename,
	const struct config_env *env);

// The rest is for the parser's own files.

struct parser {
	struct syntax *syntax;
	const struct config_env *env;
	struct lexer *lexer; // of the file or library that is being read
	struct compound *scope;
	// What `input` and `output` (written or implied) mean here; NAMEMAP_NONE: plain names.
	size_t input, output;
	unsigned depth; // of open compounds and groups
	unsigned n_open_compounds, n_open_groups;
	struct strvec libraries; // files included so far
	unsigned n_open_libraries;
	bool skipping; // behind a syntax error, until something begins a statement
	bool unseparated; // the last statement needs no ';' and had none
	bool ended_early; // a missing closing brace at the end of the file was reported
	size_t n_ports; // written out so far, see SYNTAX_MAX_PORTS
};

#define PARSER_MAX_LIBRARIES 50 // inside each other

// parser.c
struct token parser_next(struct parser *p);
int parser_peek(struct parser *p); // the kind
struct landmark parser_at(struct parser *p); // of the next token
bool parser_accept(struct parser *p, int kind);
// Reports the next token, and skips it unless a statement can begin or end there.
void parser_syntax_error(struct parser *p);
char *token_text(const struct token *t); // a new string
// Reads the configuration string behind an accepted '('. Returns a new string.
char *parser_config(struct parser *p);
void parser_statements(struct parser *p);
// Whether one more compound or group may be opened; else reports, and skips to its end behind the
// opening token, which was taken.
bool parser_enter(struct parser *p, int closing);
// Takes everything to the closing token ('}' or ')') of an opening one already taken.
void parser_skip_nested(struct parser *p, int closing);
// Reports the ports that are missing among those of a compound's or group's pseudo-elements.
// first: connections before it cannot touch them.
void parser_check_ports(struct parser *p, const char *title, struct landmark at, size_t input,
	size_t output, size_t first);

// parser_class.c
struct element_type *parser_find_type(struct parser *p, const char *name);
// As before, but reports an unknown class.
struct element_type *parser_need_type(struct parser *p, const char *name, struct landmark at);
// Reports "WHAT 'NAME'", with a class that may have been meant.
// may_be_element: it may as well be an element's.
void parser_unknown_class(struct parser *p, const char *what, const char *name, bool may_be_element,
	struct landmark at);
void parser_elementclass(struct parser *p);
// Behind '{'. name is "" for an anonymous compound.
struct element_type *parser_compound(struct parser *p, const char *name, struct landmark at);

// parser_chain.c
void parser_chain(struct parser *p);

// parser_port.c
struct port_list {
	unsigned *ports; // owned
	size_t n, cap;
	bool given; // there were brackets
	bool expandable; // ...,] or []
};
struct chain_end {
	size_t declaration; // NAMEMAP_NONE: an error was reported
	bool implied; // not written: `input` or `output`
	struct token name; // while it is not known what a bare name stands for
	struct port_list in, out;
	struct landmark at;
};
struct chain_list {
	struct chain_end *ends; // owned
	size_t n, cap;
};
// At '['. Returns false after a syntax error, with the ports so far.
bool parser_ports(struct parser *p, struct port_list *list);
// Connects the outputs of one list to the inputs of the next one. connector: the token.
void parser_connect(struct parser *p, struct chain_list *from, struct chain_list *to,
	const struct token *connector);

// parser_require.c
void parser_require(struct parser *p);
void parser_define(struct parser *p);
