// SPDX-License-Identifier: BSD-3-Clause
#include "src/parser.h"

#include <stdlib.h>

#include "src/mem.h"
#include "src/strbuf.h"

struct token
parser_next(struct parser *p)
{
	return lexer_next(p->lexer);
}

int
parser_peek(struct parser *p)
{
	return lexer_peek(p->lexer, 0).kind;
}

struct landmark
parser_at(struct parser *p)
{
	return lexer_peek(p->lexer, 0).at;
}

bool
parser_accept(struct parser *p, int kind)
{
	if (parser_peek(p) != kind)
		return false;
	parser_next(p);
	return true;
}

char *
token_text(const struct token *t)
{
	return mem_strndup(t->text, t->len);
}

char *
parser_config(struct parser *p)
{
	struct landmark at = p->lexer->at;
	struct strbuf sb = STRBUF_INIT;

	if (!lexer_config(p->lexer, &sb)) {
		syntax_error(p->syntax, at, "configuration string has no end: expected ')'");
		p->ended_early = true;
	}
	return strbuf_steal(&sb);
}

static bool
begins_or_ends_statement(int kind)
{
	switch (kind) {
	case TOKEN_END:
	case TOKEN_IDENTIFIER:
	case TOKEN_ELEMENTCLASS:
	case TOKEN_REQUIRE:
	case TOKEN_DEFINE:
	case TOKEN_BARS:
	case '[':
	case '{':
	case '(':
	case '}':
	case ')':
	case ';':
		return true;
	default:
		return false;
	}
}

void
parser_syntax_error(struct parser *p)
{
	struct token t = lexer_peek(p->lexer, 0);
	struct strbuf sb = STRBUF_INIT;

	p->scope->broken = true;
	if (!p->skipping && !(t.kind == TOKEN_END && p->ended_early)) {
		token_describe(&t, &sb);
		syntax_error(p->syntax, t.at, "syntax error near '%s'", strbuf_text(&sb));
		strbuf_fini(&sb);
	}
	if (t.kind == TOKEN_END)
		p->ended_early = true;
	if (!begins_or_ends_statement(t.kind)) {
		parser_next(p);
		p->skipping = true;
	}
}

void
parser_skip_nested(struct parser *p, int closing)
{
	int opening = closing == '}' ? '{' : '(';
	size_t depth = 1;

	if (opening == '(') {
		free(parser_config(p));
		return;
	}
	while (depth > 0 && parser_peek(p) != TOKEN_END) {
		struct token t = parser_next(p);

		if (t.kind == opening)
			depth++;
		else if (t.kind == closing)
			depth--;
		else if (t.kind == '(')
			free(parser_config(p));
	}
}

bool
parser_enter(struct parser *p, int closing)
{
	if (p->depth < SYNTAX_MAX_DEPTH)
		return true;
	syntax_error(p->syntax, p->lexer->at, "maximum %s nesting depth exceeded",
		closing == '}' ? "compound element" : "element group");
	p->scope->broken = true;
	parser_skip_nested(p, closing);
	return false;
}

// Reports a misplaced '}', '||' or ')' that closes nothing.
static bool
closes_something(struct parser *p, int kind)
{
	if (kind == ')' ? p->n_open_groups > 0 : p->n_open_compounds > 0)
		return true;
	parser_syntax_error(p);
	parser_next(p);
	p->skipping = true;
	return false;
}

// Returns false at what ends the statements.
static bool
parser_statement(struct parser *p)
{
	int kind = parser_peek(p);

	if (begins_or_ends_statement(kind) && kind != '}' && kind != ')' && kind != TOKEN_BARS)
		p->skipping = false;
	switch (kind) {
	case TOKEN_END:
		return false;
	case '}':
	case ')':
	case TOKEN_BARS:
		return !closes_something(p, kind);
	case ';':
		parser_next(p);
		p->unseparated = false;
		break;
	case TOKEN_IDENTIFIER:
	case '[':
	case '{':
	case '(':
		parser_chain(p);
		p->unseparated = false;
		break;
	case TOKEN_ARROW:
	case TOKEN_DOUBLE_ARROW:
	case ',':
		if (p->input != NAMEMAP_NONE)
			parser_chain(p);
		else
			parser_syntax_error(p);
		break;
	case TOKEN_ELEMENTCLASS:
		parser_elementclass(p);
		p->unseparated = true;
		break;
	case TOKEN_REQUIRE:
		parser_require(p);
		p->unseparated = true;
		break;
	case TOKEN_DEFINE:
		parser_define(p);
		p->unseparated = true;
		break;
	case TOKEN_PROVIDE:
		parser_syntax_error(p);
		if (parser_accept(p, '('))
			free(parser_config(p));
		break;
	default:
		parser_syntax_error(p);
	}
	return true;
}

void
parser_statements(struct parser *p)
{
	p->unseparated = false;
	while (parser_statement(p))
		;
}

static void
report_missing(struct parser *p, const char *title, struct landmark at, const bool *used,
	unsigned n_ports, const char *side)
{
	for (unsigned i = 0; i < n_ports && !syntax_gave_up(p->syntax); i++) {
		if (used[i])
			continue;
		syntax_error(p->syntax, at, "'%s' %s %u missing", title, side, i);
		p->scope->broken = true;
	}
}

void
parser_check_ports(struct parser *p, const char *title, struct landmark at, size_t input,
	size_t output, size_t first)
{
	const struct declaration *in = &p->scope->declarations[input];
	const struct declaration *out = &p->scope->declarations[output];
	bool *ins = mem_zalloc(in->n_outputs), *outs = mem_zalloc(out->n_inputs);
	bool into_input = false, from_output = false;

	for (size_t i = first; i < p->scope->n_connections; i++) {
		const struct connection *c = &p->scope->connections[i];

		if (c->from == input)
			ins[c->from_port] = true;
		if (c->to == output)
			outs[c->to_port] = true;
		into_input |= c->to == input;
		from_output |= c->from == output;
	}
	if (into_input || from_output)
		p->scope->broken = true;
	if (into_input)
		syntax_error(p->syntax, at, "'%s' pseudoelement 'input' may only be used as output",
			title);
	if (from_output)
		syntax_error(p->syntax, at, "'%s' pseudoelement 'output' may only be used as input",
			title);
	report_missing(p, title, at, ins, in->n_outputs, "input");
	report_missing(p, title, at, outs, out->n_inputs, "output");
	free(ins);
	free(outs);
}

void
parser_run(
	struct syntax *syntax, const char *text, const char *filename, const struct config_env *env)
{
	struct lexer lexer;
	struct parser p = {
		.syntax = syntax,
		.env = env,
		.lexer = &lexer,
		.input = NAMEMAP_NONE,
		.output = NAMEMAP_NONE,
	};

	lexer_init(&lexer, syntax, text, filename);
	syntax->file = compound_create(syntax, "", NULL, lexer.at);
	p.scope = syntax->file;
	parser_statements(&p);
	strvec_fini(&p.libraries);
}
