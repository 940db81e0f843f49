// SPDX-License-Identifier: BSD-3-Clause
#include "src/parser.h"

#include <stdlib.h>
#include <string.h>

#include "src/mem.h"

struct chain {
	struct chain_list list; // the one being read
	size_t n_bare; // its leading ends that are names whose meaning is not settled
	bool first; // nothing stands before it
};

static void
list_fini(struct chain_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->ends[i].in.ports);
		free(list->ends[i].out.ports);
	}
	free(list->ends);
	*list = (struct chain_list){0};
}

static struct chain_end *
list_add(struct chain_list *list, struct landmark at)
{
	list->ends = mem_grow(list->ends, list->n, &list->cap, sizeof(*list->ends));
	list->ends[list->n] = (struct chain_end){.declaration = NAMEMAP_NONE, .at = at};
	return &list->ends[list->n++];
}

// What a name stands for here: a declaration, or NAMEMAP_NONE.
static size_t
find_declaration(const struct parser *p, const char *name)
{
	if (p->input != NAMEMAP_NONE && strcmp(name, "input") == 0)
		return p->input;
	if (p->output != NAMEMAP_NONE && strcmp(name, "output") == 0)
		return p->output;
	return namemap_get(&p->scope->declared, name);
}

static bool
has_all_digit_part(const char *name)
{
	size_t len;

	for (;; name += len + 1) {
		len = strcspn(name, "/");
		if (len > 0 && strspn(name, "0123456789") == len)
			return true;
		if (name[len] == '\0')
			return false;
	}
}

static size_t
declare_anonymous(struct parser *p, const char *class_name, const struct element_type *type,
	const char *args, struct landmark at)
{
	char *name = compound_anonymous_name(p->scope, class_name);
	size_t d = compound_declare(p->scope, DECLARE_ELEMENT, name, type, args, at);

	free(name);
	return d;
}

static void
report_redeclaration(struct parser *p, const char *name, size_t old, struct landmark at)
{
	const struct declaration *d = &p->scope->declarations[old];

	syntax_error(p->syntax, at, "redeclaration of element '%s'", name);
	if (d->kind == DECLARE_ELEMENT)
		syntax_error(p->syntax, d->at, "element '%s' previously declared here", name);
}

static size_t
declare(struct parser *p, const struct token *t, const struct element_type *type, const char *args)
{
	char *name = token_text(t);
	size_t d = find_declaration(p, name);

	if (parser_find_type(p, name) != NULL) {
		syntax_error(p->syntax, t->at, "class '%s' used as element name", name);
		d = declare_anonymous(p, type->name, type, args, t->at);
	} else if (d != NAMEMAP_NONE) {
		report_redeclaration(p, name, d, t->at);
	} else {
		if (has_all_digit_part(name))
			syntax_error(p->syntax, t->at, "element name '%s' has all-digit component",
				name);
		d = compound_declare(p->scope, DECLARE_ELEMENT, name, type, args, t->at);
	}
	free(name);
	return d;
}

// A name that is not being declared. args NULL: none were given.
static size_t
refer(struct parser *p, const struct token *t, const char *args)
{
	char *name = token_text(t);
	const struct element_type *type = parser_find_type(p, name);
	size_t d = type ? NAMEMAP_NONE : find_declaration(p, name);

	if (type != NULL) {
		d = declare_anonymous(p, name, type, args ? args : "", t->at);
	} else if (d == NAMEMAP_NONE) {
		parser_unknown_class(p, "undeclared element", name, true, t->at);
		type = syntax_add_type(p->syntax, TYPE_UNKNOWN, "Error");
		d = compound_declare(p->scope, DECLARE_ELEMENT, name, type, "", t->at);
	} else if (args != NULL) {
		syntax_error(p->syntax, t->at, "configuration string ignored on element reference");
	}
	free(name);
	return d;
}

// Bare names turned out not to be the head of `a, b :: Class`.
static void
refer_bare(struct parser *p, struct chain *chain)
{
	for (size_t i = 0; i < chain->n_bare; i++)
		chain->list.ends[i].declaration = refer(p, &chain->list.ends[i].name, NULL);
	chain->n_bare = 0;
}

static bool
is_arrow(int kind)
{
	return kind == TOKEN_ARROW || kind == TOKEN_DOUBLE_ARROW;
}

// Whether end is the last of `a, b :: Class;`, a statement of its own.
static bool
ends_declaration_list(struct parser *p, const struct chain *chain, const struct chain_end *end)
{
	int kind = parser_peek(p);

	return chain->first && chain->n_bare + 1 == chain->list.n && !end->in.given &&
	       !is_arrow(kind) && kind != ',' && kind != '[';
}

static const struct element_type *
parse_type(struct parser *p)
{
	struct token t = lexer_peek(p->lexer, 0);
	struct element_type *type;
	char *name;

	if (t.kind == '{') {
		parser_next(p);
		return parser_compound(p, "", t.at);
	}
	if (t.kind != TOKEN_IDENTIFIER)
		return NULL;
	parser_next(p);
	name = token_text(&t);
	type = parser_need_type(p, name, t.at);
	free(name);
	return type;
}

static char *
parse_args(struct parser *p)
{
	return parser_accept(p, '(') ? parser_config(p) : NULL;
}

// Behind `NAME ::`. Returns false after a syntax error.
static bool
parse_declaration(struct parser *p, struct chain *chain, struct chain_end *end)
{
	const struct element_type *type = parse_type(p);
	bool ok = type != NULL;
	char *args = ok ? parse_args(p) : NULL;
	const char *conf = args ? args : "";

	if (!ok) {
		parser_syntax_error(p);
		// The names are known from here on, so that their uses are no errors as well.
		type = syntax_add_type(p->syntax, TYPE_UNKNOWN, "Error");
	}
	if (!ok || ends_declaration_list(p, chain, end)) {
		for (size_t i = 0; i < chain->n_bare; i++) {
			struct chain_end *bare = &chain->list.ends[i];

			bare->declaration = declare(p, &bare->name, type, conf);
		}
		chain->n_bare = 0;
	}
	refer_bare(p, chain);
	end->declaration = declare(p, &end->name, type, conf);
	free(args);
	return ok;
}

static bool
parse_named(struct parser *p, struct chain *chain, struct chain_end *end)
{
	char *args;

	end->name = parser_next(p);
	if (parser_accept(p, TOKEN_COLONS))
		return parse_declaration(p, chain, end);
	args = parse_args(p);
	if (chain->first && args == NULL && !end->in.given && chain->n_bare + 1 == chain->list.n &&
		parser_peek(p) != '[') {
		chain->n_bare++;
		return true;
	}
	refer_bare(p, chain);
	end->declaration = refer(p, &end->name, args);
	free(args);
	return true;
}

static void
parse_anonymous_compound(struct parser *p, struct chain_end *end)
{
	const struct element_type *type = parse_type(p);
	char *args = parse_args(p);

	end->declaration = declare_anonymous(p, "", type, args ? args : "", end->at);
	free(args);
}

static size_t
declare_pseudo(struct parser *p, enum declaration_kind kind, const char *group_name, size_t group,
	struct landmark at)
{
	char *name = mem_printf("%s/%s", group_name, kind == DECLARE_INPUT ? "input" : "output");
	size_t d = compound_declare(p->scope, kind, name, NULL, "", at);

	p->scope->declarations[d].group = group;
	free(name);
	return d;
}

static void
close_group(struct parser *p)
{
	if (parser_accept(p, ')'))
		return;
	if (parser_peek(p) != TOKEN_END || !p->ended_early)
		syntax_error(p->syntax, parser_at(p), "expected ')'");
	if (parser_peek(p) == TOKEN_END)
		p->ended_early = true;
	p->scope->broken = true;
}

static void
parse_group(struct parser *p, struct chain_end *end)
{
	size_t input = p->input, output = p->output, first = p->scope->n_connections;
	char *name;

	parser_next(p);
	if (!parser_enter(p, ')'))
		return;
	name = compound_anonymous_name(p->scope, "");
	end->declaration = compound_declare(p->scope, DECLARE_GROUP, name, NULL, "", end->at);
	p->input = declare_pseudo(p, DECLARE_INPUT, name, end->declaration, end->at);
	p->output = declare_pseudo(p, DECLARE_OUTPUT, name, end->declaration, end->at);
	p->depth++;
	p->n_open_groups++;
	parser_statements(p);
	close_group(p);
	p->n_open_groups--;
	p->depth--;
	parser_check_ports(p, name, end->at, p->input, p->output, first);
	p->input = input;
	p->output = output;
	free(name);
}

// Nothing stands where an element could: `input` or `output`, if something can follow here.
static bool
parse_implied(struct parser *p, struct chain_end *end)
{
	switch (parser_peek(p)) {
	case ',':
	case ';':
	case '}':
	case ')':
	case TOKEN_BARS:
	case TOKEN_END:
	case TOKEN_ARROW:
	case TOKEN_DOUBLE_ARROW:
	case TOKEN_ELEMENTCLASS:
	case TOKEN_REQUIRE:
	case TOKEN_DEFINE:
		end->implied = p->input != NAMEMAP_NONE;
		break;
	}
	if (!end->implied)
		parser_syntax_error(p);
	return end->implied;
}

static bool
parse_end(struct parser *p, struct chain *chain)
{
	struct chain_end *end = list_add(&chain->list, parser_at(p));

	if (parser_peek(p) == '[' && !parser_ports(p, &end->in))
		return false;
	switch (parser_peek(p)) {
	case TOKEN_IDENTIFIER:
		if (!parse_named(p, chain, end))
			return false;
		break;
	case '{':
		refer_bare(p, chain);
		parse_anonymous_compound(p, end);
		break;
	case '(':
		refer_bare(p, chain);
		parse_group(p, end);
		break;
	default:
		return parse_implied(p, end);
	}
	return parser_peek(p) != '[' || parser_ports(p, &end->out);
}

// Returns false after a syntax error.
static bool
parse_list(struct parser *p, struct chain *chain)
{
	bool ok;

	do
		ok = parse_end(p, chain);
	while (ok && parser_accept(p, ','));
	refer_bare(p, chain);
	return ok;
}

// Says what the ends that were not written stand for, now that it is known whether the chain goes
// on. Returns false after a syntax error.
static bool
settle_implied(struct parser *p, struct chain *chain)
{
	bool goes_on = is_arrow(parser_peek(p));

	for (size_t i = 0; i < chain->list.n; i++) {
		struct chain_end *end = &chain->list.ends[i];

		if (!end->implied)
			continue;
		if (!chain->first && !goes_on) {
			end->declaration = p->output;
		} else if (chain->first && goes_on) {
			end->declaration = p->input;
			end->out = end->in;
			end->in = (struct port_list){0};
			if (!end->out.given && p->unseparated)
				syntax_warning(p->syntax, end->at,
					"suggest 'input ->' or '[0] ->' to start connection");
		} else if (chain->first) {
			parser_syntax_error(p);
			return false;
		} else {
			syntax_error(
				p->syntax, end->at, "implicit ports used in the middle of a chain");
			return p->scope->broken = true;
		}
	}
	return true;
}

static void
check_unused_ports(struct parser *p, const struct chain_list *list, bool outputs)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct chain_end *end = &list->ends[i];

		if (outputs ? !end->out.given : !end->in.given)
			continue;
		syntax_error(p->syntax, end->at,
			outputs ? "output ports ignored at end of chain"
				: "input ports ignored at start of chain");
		p->scope->broken = true;
		return;
	}
}

static void
check_end(struct parser *p)
{
	switch (parser_peek(p)) {
	case ';':
	case '}':
	case ')':
	case '{':
	case '[':
	case TOKEN_BARS:
	case TOKEN_END:
	case TOKEN_IDENTIFIER:
	case TOKEN_ELEMENTCLASS:
	case TOKEN_REQUIRE:
	case TOKEN_PROVIDE:
	case TOKEN_DEFINE:
		break;
	default:
		parser_syntax_error(p);
	}
}

// Reads one list and connects the one before it to it.
static bool
parse_link(struct parser *p, struct chain *chain, struct chain_list *before,
	const struct token *connector)
{
	if (!parse_list(p, chain) || !settle_implied(p, chain))
		return false;
	if (chain->first)
		check_unused_ports(p, &chain->list, false);
	else
		parser_connect(p, before, &chain->list, connector);
	return true;
}

void
parser_chain(struct parser *p)
{
	struct chain chain = {.first = true};
	struct chain_list before = {0};
	struct token connector = {0};
	bool ok = parse_link(p, &chain, &before, &connector);

	while (ok && is_arrow(parser_peek(p))) {
		connector = parser_next(p);
		list_fini(&before);
		before = chain.list;
		chain = (struct chain){.first = false};
		ok = parse_link(p, &chain, &before, &connector);
	}
	if (ok) {
		check_unused_ports(p, &chain.list, true);
		check_end(p);
	}
	list_fini(&before);
	list_fini(&chain.list);
}
