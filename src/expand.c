// SPDX-License-Identifier: BSD-3-Clause
#include "src/expand.h"

#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"
#include "src/overload.h"
#include "src/strbuf.h"
#include "src/variable.h"

static void expand_scope(struct expansion *x, const struct frame *frame, const char *prefix,
	size_t outside, unsigned depth);

void
expand_too_large(struct expansion *x, struct landmark at)
{
	if (!x->too_large)
		syntax_error(x->syntax, at, "configuration too large when expanded");
	x->too_large = true;
}

static bool
spend_text(struct expansion *x, size_t n, struct landmark at)
{
	if (x->text_left < n) {
		expand_too_large(x, at);
		return false;
	}
	x->text_left -= n;
	return true;
}

// A short text must not keep us busy for long, however often its variables refer to each other.
static char *
expand_args(struct expansion *x, const struct declaration *d, const struct frame *frame)
{
	size_t most = 2 * VARIABLE_COST * strlen(d->args) + EXPAND_MAX_ARGS;
	struct text_budget budget = {.left = most < x->text_left ? most : x->text_left};
	size_t had = budget.left;
	struct strbuf sb = STRBUF_INIT;

	variable_expand(d->args, frame, &budget, &sb);
	x->text_left -= had - budget.left;
	if (budget.spent)
		expand_too_large(x, d->at);
	return strbuf_steal(&sb);
}

static void
add_place(struct expansion *x, const struct declaration *d, const struct frame *frame,
	const char *prefix)
{
	size_t name_len = strlen(prefix) + strlen(d->name);
	struct place place = {
		.declaration = d,
		.type = d->type,
		.is_element = d->kind == DECLARE_ELEMENT && d->type->kind != TYPE_COMPOUND,
		.input = NAMEMAP_NONE,
		.output = NAMEMAP_NONE,
		.outside = NAMEMAP_NONE,
	};

	// What each element costs whatever its name: its records, and a landmark.
	if (x->n_places >= EXPAND_MAX_ELEMENTS ||
		!spend_text(x, name_len + strlen(d->at.file) + 16, d->at)) {
		expand_too_large(x, d->at);
		return;
	}
	place.name = mem_printf("%s%s", prefix, d->name);
	place.args = expand_args(x, d, frame);
	x->places = mem_grow(x->places, x->n_places, &x->places_cap, sizeof(*x->places));
	x->places[x->n_places++] = place;
}

// Ties groups and their pseudo-elements together; those of the scope itself to its outside.
static void
link_places(struct expansion *x, const struct compound *c, size_t base, size_t outside)
{
	for (size_t i = 0; i < c->n_declarations; i++) {
		const struct declaration *d = &c->declarations[i];
		struct place *place = &x->places[base + i];

		if (d->kind == DECLARE_GROUP) {
			place->input = base + GROUP_INPUT(i);
			place->output = base + GROUP_OUTPUT(i);
			place->checked = !c->broken;
		} else if (d->kind != DECLARE_ELEMENT) {
			place->outside = d->group == NAMEMAP_NONE ? outside : base + d->group;
		}
	}
	if (outside != NAMEMAP_NONE) {
		x->places[outside].input = base + COMPOUND_INPUT;
		x->places[outside].output = base + COMPOUND_OUTPUT;
	}
}

static void
add_wires(struct expansion *x, const struct compound *c, size_t base)
{
	for (size_t i = 0; i < c->n_connections; i++) {
		const struct connection *conn = &c->connections[i];

		if (x->n_wires >= EXPAND_MAX_CONNECTIONS) {
			expand_too_large(x, conn->at);
			return;
		}
		x->wires = mem_grow(x->wires, x->n_wires, &x->wires_cap, sizeof(*x->wires));
		x->wires[x->n_wires++] = (struct wire){
			.from = base + conn->from,
			.to = base + conn->to,
			.from_port = conn->from_port,
			.to_port = conn->to_port,
			.at = conn->at,
		};
	}
}

// The use of the scope that stands around a class's definition, seen from a scope inside it.
static const struct frame *
lexical_frame(const struct frame *frame, const struct compound *scope)
{
	while (frame->compound != scope)
		frame = frame->outer;
	return frame;
}

static void
expand_compound(struct expansion *x, const struct frame *frame, size_t at, unsigned depth)
{
	struct place *place = &x->places[at];
	const struct declaration *d = place->declaration;
	struct strvec args = {0};
	struct overload chosen;
	char *prefix;

	confstr_split_args(place->args, &args);
	chosen = overload_choose(x->syntax, d, &args, !frame->compound->broken);
	strvec_fini(&args);
	if (chosen.body == NULL) {
		place->type = chosen.type;
		place->is_element = chosen.type != NULL;
		return;
	}
	if (depth >= SYNTAX_MAX_DEPTH) {
		syntax_error(x->syntax, d->at, "maximum compound element nesting depth exceeded");
	} else {
		struct frame inner = {
			.compound = chosen.body,
			.outer = lexical_frame(frame, chosen.body->outer),
			.values = chosen.values,
		};

		place->checked = !frame->compound->broken && !chosen.body->broken;
		prefix = mem_printf("%s/", place->name);
		expand_scope(x, &inner, prefix, at, depth + 1);
		free(prefix);
	}
	strvec_fini(&chosen.values);
}

// outside: the compound element that this use of the scope is the inside of.
static void
expand_scope(struct expansion *x, const struct frame *frame, const char *prefix, size_t outside,
	unsigned depth)
{
	const struct compound *c = frame->compound;
	size_t base = x->n_places;

	for (size_t i = 0; i < c->n_declarations && !x->too_large; i++)
		add_place(x, &c->declarations[i], frame, prefix);
	if (x->too_large)
		return;
	link_places(x, c, base, outside);
	add_wires(x, c, base);
	for (size_t i = 0; i < c->n_declarations && !x->too_large; i++) {
		const struct declaration *d = &c->declarations[i];

		if (d->kind == DECLARE_ELEMENT && d->type->kind == TYPE_COMPOUND &&
			!syntax_gave_up(x->syntax))
			expand_compound(x, frame, base + i, depth);
	}
}

static void
add_element(struct config *c, struct place *place)
{
	struct strbuf landmark = STRBUF_INIT;

	landmark_text(place->declaration->at, &landmark);
	c->elements = mem_grow(c->elements, c->n_elements, &c->elements_cap, sizeof(*c->elements));
	c->elements[c->n_elements] = (struct config_element){
		.name = place->name,
		.class_name = mem_strdup(place->type->name),
		.args = place->args,
		.landmark = strbuf_steal(&landmark),
	};
	place->args = NULL;
	place->element = c->n_elements++;
}

// Full names can only meet when one of them was written with a '/'.
static void
check_names(struct expansion *x)
{
	struct namemap names = {0};
	size_t old;

	for (size_t i = 0; i < x->n_places; i++) {
		const struct place *place = &x->places[i];
		const struct declaration *d = place->declaration;

		if (d->kind != DECLARE_ELEMENT)
			continue;
		old = namemap_get(&names, place->name);
		if (old == NAMEMAP_NONE) {
			namemap_set(&names, place->name, i);
			continue;
		}
		syntax_error(x->syntax, d->at, "redeclaration of element '%s'", place->name);
		syntax_error(x->syntax, x->places[old].declaration->at,
			"element '%s' previously declared here", place->name);
	}
	namemap_fini(&names);
}

static bool
has_slash(const struct compound *c)
{
	for (size_t i = 0; i < c->n_declarations; i++)
		if (c->declarations[i].kind == DECLARE_ELEMENT &&
			strchr(c->declarations[i].name, '/') != NULL)
			return true;
	return false;
}

static void
check_slashes(struct expansion *x)
{
	for (const struct compound *c = x->syntax->compounds; c != NULL; c = c->next)
		if (has_slash(c)) {
			check_names(x);
			return;
		}
}

void
expand_syntax(struct syntax *s, const struct config_env *env, struct config *c)
{
	struct expansion x = {.syntax = s, .text_left = EXPAND_MAX_TEXT};
	struct frame file = {.compound = s->file, .params = env->params};

	expand_scope(&x, &file, "", NAMEMAP_NONE, 0);
	if (!x.too_large)
		expand_check_ports(&x);
	check_slashes(&x);
	for (size_t i = 0; i < x.n_places; i++)
		if (x.places[i].is_element)
			add_element(c, &x.places[i]);
	if (!x.too_large)
		expand_connect(&x, c);
	for (size_t i = 0; i < x.n_places; i++) {
		if (!x.places[i].is_element)
			free(x.places[i].name);
		free(x.places[i].args);
	}
	free(x.places);
	free(x.wires);
}
