// SPDX-License-Identifier: BSD-3-Clause
#include "src/parser.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/errh.h"
#include "src/mem.h"
#include "src/nearest.h"

static void
set_class(struct compound *scope, const char *name, struct element_type *type)
{
	namemap_set(&scope->classes, name, (size_t)(uintptr_t)type);
}

static struct element_type *
get_class(const struct namemap *classes, const char *name)
{
	size_t found = namemap_get(classes, name);

	return found == NAMEMAP_NONE ? NULL : (struct element_type *)(uintptr_t)found;
}

struct element_type *
parser_find_type(struct parser *p, const char *name)
{
	struct element_type *type;

	for (const struct compound *c = p->scope; c != NULL; c = c->outer)
		if ((type = get_class(&c->classes, name)) != NULL)
			return type;
	type = get_class(&p->syntax->primitives, name);
	if (type == NULL && p->env->is_class(name)) {
		type = syntax_add_type(p->syntax, TYPE_PRIMITIVE, name);
		namemap_set(&p->syntax->primitives, type->name, (size_t)(uintptr_t)type);
	}
	return type;
}

// A class, or an element that has been declared, whose name is much like this one.
static const char *
suggest_name(struct parser *p, const char *name, bool may_be_element)
{
	struct nearest nearest = {.name = name};
	const char *class = p->env->suggest_class != NULL ? p->env->suggest_class(name) : NULL;

	if (class != NULL)
		nearest_try(&nearest, class);
	for (const struct element_type *t = p->syntax->types; t != NULL; t = t->next) {
		if (t->kind == TYPE_COMPOUND && *t->name != '\0')
			nearest_try(&nearest, t->name);
	}
	for (size_t i = 0; may_be_element && i < p->scope->n_declarations; i++) {
		if (p->scope->declarations[i].kind == DECLARE_ELEMENT)
			nearest_try(&nearest, p->scope->declarations[i].name);
	}
	return nearest.found;
}

void
parser_unknown_class(struct parser *p, const char *what, const char *name, bool may_be_element,
	struct landmark at)
{
	syntax_error(p->syntax, at, "%s '%s'", what, name);
	errh_suggest(p->syntax->errh, suggest_name(p, name, may_be_element));
}

struct element_type *
parser_need_type(struct parser *p, const char *name, struct landmark at)
{
	struct element_type *type = parser_find_type(p, name);

	if (type != NULL)
		return type;
	parser_unknown_class(p, "unknown element class", name, false, at);
	type = syntax_add_type(p->syntax, TYPE_UNKNOWN, name);
	set_class(p->scope, type->name, type);
	return type;
}

// Where a parameter stands in `positional, keywords, __REST__`.
static int
parameter_rank(const char *keyword)
{
	if (*keyword == '\0')
		return 0;
	return strcmp(keyword, "__REST__") == 0 ? 2 : 1;
}

static bool
has_keyword(const struct compound *c, const char *keyword)
{
	for (size_t i = 0; i < c->n_formals; i++)
		if (strcmp(c->parameters[i].keyword, keyword) == 0)
			return true;
	return false;
}

static void
add_formal(struct parser *p, const char *name, const char *keyword, struct landmark at)
{
	struct compound *c = p->scope;
	int last = c->n_formals ? parameter_rank(c->parameters[c->n_formals - 1].keyword) : 0;
	int rank = parameter_rank(keyword);

	if (c->n_formals >= SYNTAX_MAX_PARAMETERS)
		syntax_error(p->syntax, at, "too many compound element parameters");
	else if (rank != 0 && has_keyword(c, keyword))
		syntax_error(p->syntax, at, "repeated keyword parameter '%s' in compound element",
			keyword);
	else if (!compound_add_parameter(c, name, keyword, NULL))
		syntax_error(p->syntax, at, "parameter '$%s' multiply defined", name);
	else if (rank < last)
		syntax_error(p->syntax, at,
			"compound element parameters out of order\n"
			"(The correct order is '[positional], [keywords], [__REST__]'.)");
}

// `[KEYWORD] $name`. Returns false if there is none.
static bool
parse_formal(struct parser *p)
{
	struct token keyword = lexer_peek(p->lexer, 0), variable;
	char *name, *key;

	if (keyword.kind == TOKEN_IDENTIFIER) {
		if (lexer_peek(p->lexer, 1).kind != TOKEN_VARIABLE)
			return false;
		parser_next(p);
	} else if (keyword.kind == TOKEN_VARIABLE) {
		keyword.len = 0;
	} else {
		return false;
	}
	variable = parser_next(p);
	name = mem_strndup(variable.text + 1, variable.len - 1);
	key = token_text(&keyword);
	add_formal(p, name, key, variable.at);
	free(name);
	free(key);
	return true;
}

static void
parse_formals(struct parser *p)
{
	if (parser_accept(p, '|'))
		return;
	if (!parse_formal(p))
		return;
	while (parser_accept(p, ','))
		if (!parse_formal(p)) {
			parser_syntax_error(p);
			return;
		}
	if (!parser_accept(p, '|'))
		parser_syntax_error(p);
}

// One body, up to what ends it.
static void
parse_body(struct parser *p, struct element_type *type, struct landmark at)
{
	size_t input = p->input, output = p->output;
	struct compound *outer = p->scope;
	unsigned n_open_groups = p->n_open_groups;

	p->scope = compound_create(p->syntax, type->name, outer, at);
	p->input = compound_declare(p->scope, DECLARE_INPUT, "input", NULL, "", at);
	p->output = compound_declare(p->scope, DECLARE_OUTPUT, "output", NULL, "", at);
	p->n_open_groups = 0;
	parse_formals(p);
	parser_statements(p);
	parser_check_ports(p, compound_title(p->scope), at, COMPOUND_INPUT, COMPOUND_OUTPUT, 0);
	element_type_add_body(type, p->scope);
	p->scope = outer;
	p->input = input;
	p->output = output;
	p->n_open_groups = n_open_groups;
}

// Behind `||` at `...`: the class goes on with what its name meant before.
static void
parse_extension(struct parser *p, struct element_type *type)
{
	struct landmark at = parser_next(p).at;

	if (*type->name == '\0') {
		syntax_error(p->syntax, at, "cannot extend an anonymous element class");
		return;
	}
	type->fallback = parser_find_type(p, type->name);
	if (type->fallback == NULL)
		syntax_error(p->syntax, at, "cannot extend unknown element class '%s'", type->name);
	else
		type->n_candidates += type->fallback->n_candidates;
}

static void
close_compound(struct parser *p)
{
	if (parser_accept(p, '}'))
		return;
	if (parser_peek(p) != TOKEN_END) {
		parser_syntax_error(p);
		parser_skip_nested(p, '}');
		return;
	}
	if (!p->ended_early)
		syntax_error(p->syntax, parser_at(p), "expected '}'");
	p->ended_early = true;
}

struct element_type *
parser_compound(struct parser *p, const char *name, struct landmark at)
{
	struct element_type *type = syntax_add_type(p->syntax, TYPE_COMPOUND, name);

	if (!parser_enter(p, '}')) {
		type->kind = TYPE_UNKNOWN;
		return type;
	}
	p->depth++;
	p->n_open_compounds++;
	parse_body(p, type, at);
	while (parser_peek(p) == TOKEN_BARS) {
		at = parser_next(p).at;
		if (parser_peek(p) == TOKEN_DOTS) {
			parse_extension(p, type);
			break;
		}
		parse_body(p, type, at);
	}
	close_compound(p);
	p->n_open_compounds--;
	p->depth--;
	if (type->n_candidates > SYNTAX_MAX_OVERLOADS)
		syntax_error(p->syntax, at, "too many overloads of element class '%s'", name);
	return type;
}

static void
define_class(struct parser *p, const char *name)
{
	struct element_type *type;
	struct token t = lexer_peek(p->lexer, 0);
	char *old;

	if (t.kind == '{') {
		parser_next(p);
		type = parser_compound(p, name, t.at);
		set_class(p->scope, type->name, type);
	} else if (t.kind == TOKEN_IDENTIFIER) {
		parser_next(p);
		old = token_text(&t);
		type = parser_need_type(p, old, t.at);
		free(old);
		set_class(p->scope, syntax_keep(p->syntax, name), type);
	} else {
		parser_syntax_error(p);
	}
}

void
parser_elementclass(struct parser *p)
{
	struct token t;
	char *name;

	parser_next(p);
	t = lexer_peek(p->lexer, 0);
	if (t.kind != TOKEN_IDENTIFIER) {
		parser_syntax_error(p);
		return;
	}
	parser_next(p);
	name = token_text(&t);
	if (namemap_get(&p->scope->declared, name) != NAMEMAP_NONE)
		syntax_error(p->syntax, t.at, "'%s' already used as an element name", name);
	define_class(p, name);
	free(name);
}
