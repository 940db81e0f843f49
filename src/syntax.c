// SPDX-License-Identifier: BSD-3-Clause
#include "src/syntax.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"

void
syntax_init(struct syntax *s, struct errh *errh)
{
	*s = (struct syntax){.errh = errh, .max_errors = errh->n_errors + SYNTAX_MAX_ERRORS};
}

static void
compound_destroy(struct compound *c)
{
	for (size_t i = 0; i < c->n_declarations; i++) {
		free(c->declarations[i].name);
		free(c->declarations[i].args);
	}
	for (size_t i = 0; i < c->n_parameters; i++) {
		free(c->parameters[i].name);
		free(c->parameters[i].keyword);
		free(c->parameters[i].value);
	}
	namemap_fini(&c->declared);
	namemap_fini(&c->parameter_names);
	namemap_fini(&c->classes);
	namemap_fini(&c->anonymous);
	strvec_fini(&c->anonymous_classes);
	free(c->declarations);
	free(c->connections);
	free(c->parameters);
	free(c->name);
	free(c);
}

void
syntax_fini(struct syntax *s)
{
	struct compound *c;
	struct element_type *type;

	while ((c = s->compounds) != NULL) {
		s->compounds = c->next;
		compound_destroy(c);
	}
	while ((type = s->types) != NULL) {
		s->types = type->next;
		free(type->name);
		free(type->bodies);
		free(type);
	}
	namemap_fini(&s->primitives);
	namemap_fini(&s->file_names);
	strvec_fini(&s->files);
	strvec_fini(&s->kept);
	strvec_fini(&s->requirements);
}

const char *
syntax_file(struct syntax *s, const char *name)
{
	char *copy = mem_strndup(name, strnlen(name, PATH_MAX));
	size_t known;

	for (char *c = copy; *c != '\0'; c++)
		if ((unsigned char)*c < 32 || *c == 127)
			*c = '?';
	known = namemap_get(&s->file_names, copy);
	if (known != NAMEMAP_NONE) {
		free(copy);
		return s->files.v[known];
	}
	strvec_take(&s->files, copy);
	namemap_set(&s->file_names, copy, s->files.n - 1);
	return copy;
}

const char *
syntax_keep(struct syntax *s, const char *text)
{
	strvec_add(&s->kept, text);
	return s->kept.v[s->kept.n - 1];
}

void
landmark_text(struct landmark at, struct strbuf *out)
{
	if (at.file != NULL)
		strbuf_addf(out, "%s:%u", at.file, at.line);
	source_mark(at.place, out);
}

bool
syntax_gave_up(const struct syntax *s)
{
	return s->errh->n_errors >= s->max_errors;
}

int
syntax_error(struct syntax *s, struct landmark at, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	if (syntax_gave_up(s))
		return -EINVAL;
	landmark_text(at, &sb);
	va_start(ap, fmt);
	errh_report(s->errh, ERRH_ERROR, strbuf_text(&sb), fmt, ap);
	va_end(ap);
	if (syntax_gave_up(s))
		errh_error_at(s->errh, strbuf_text(&sb), "too many errors, giving up");
	strbuf_fini(&sb);
	return -EINVAL;
}

void
syntax_warning(struct syntax *s, struct landmark at, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	if (syntax_gave_up(s))
		return;
	landmark_text(at, &sb);
	va_start(ap, fmt);
	errh_report(s->errh, ERRH_WARNING, strbuf_text(&sb), fmt, ap);
	va_end(ap);
	strbuf_fini(&sb);
}

struct compound *
compound_create(
	struct syntax *s, const char *name, const struct compound *outer, struct landmark at)
{
	struct compound *c = mem_zalloc(sizeof(*c));

	c->name = mem_strdup(name);
	c->outer = outer;
	c->at = at;
	c->next = s->compounds;
	s->compounds = c;
	return c;
}

size_t
compound_declare(struct compound *c, enum declaration_kind kind, const char *name,
	const struct element_type *type, const char *args, struct landmark at)
{
	struct declaration *d;

	c->declarations = mem_grow(
		c->declarations, c->n_declarations, &c->declarations_cap, sizeof(*c->declarations));
	d = &c->declarations[c->n_declarations];
	*d = (struct declaration){
		.kind = kind,
		.name = mem_strdup(name),
		.args = mem_strdup(args),
		.at = at,
		.type = type,
		.group = NAMEMAP_NONE,
	};
	namemap_set(&c->declared, d->name, c->n_declarations);
	return c->n_declarations++;
}

static void
use_port(unsigned *n_ports, unsigned port)
{
	if (*n_ports <= port)
		*n_ports = port + 1;
}

void
compound_connect(struct compound *c, size_t from, unsigned from_port, size_t to, unsigned to_port,
	struct landmark at)
{
	c->connections = mem_grow(
		c->connections, c->n_connections, &c->connections_cap, sizeof(*c->connections));
	c->connections[c->n_connections++] = (struct connection){
		.from = from,
		.to = to,
		.from_port = from_port,
		.to_port = to_port,
		.at = at,
	};
	use_port(&c->declarations[from].n_outputs, from_port);
	use_port(&c->declarations[to].n_inputs, to_port);
}

// Names up to the last one that was found are taken for good, so the next search for the same
// class need not look at them again.
static void
note_anonymous(struct compound *c, const char *class_name, size_t next)
{
	if (namemap_get(&c->anonymous, class_name) == NAMEMAP_NONE) {
		strvec_add(&c->anonymous_classes, class_name);
		class_name = c->anonymous_classes.v[c->anonymous_classes.n - 1];
	}
	namemap_set(&c->anonymous, class_name, next);
}

char *
compound_anonymous_name(struct compound *c, const char *class_name)
{
	// The pseudo-elements of a compound do not count.
	size_t first = c->n_declarations + 1 - (c->outer ? 2 : 0), n = first;
	size_t noted = namemap_get(&c->anonymous, class_name);
	char *name;

	if (noted != NAMEMAP_NONE && noted > n)
		n = noted;
	name = mem_printf("%s@%zu", class_name, n);
	while (namemap_get(&c->declared, name) != NAMEMAP_NONE) {
		free(name);
		name = mem_printf("%s@%zu", class_name, ++n);
	}
	if (n > first)
		note_anonymous(c, class_name, n + 1);
	return name;
}

bool
compound_add_parameter(struct compound *c, const char *name, const char *keyword, const char *value)
{
	struct parameter *p;

	if (namemap_get(&c->parameter_names, name) != NAMEMAP_NONE)
		return false;
	c->parameters = mem_grow(
		c->parameters, c->n_parameters, &c->parameters_cap, sizeof(*c->parameters));
	p = &c->parameters[c->n_parameters];
	*p = (struct parameter){
		.name = mem_strdup(name),
		.keyword = mem_strdup(keyword),
		.value = value ? mem_strdup(value) : NULL,
	};
	namemap_set(&c->parameter_names, p->name, c->n_parameters++);
	if (value == NULL)
		c->n_formals++;
	return true;
}

const char *
compound_title(const struct compound *c)
{
	return *c->name ? c->name : "<anonymous>";
}

struct element_type *
syntax_add_type(struct syntax *s, enum element_type_kind kind, const char *name)
{
	struct element_type *type = mem_zalloc(sizeof(*type));

	type->kind = kind;
	type->name = mem_strdup(name);
	type->next = s->types;
	s->types = type;
	return type;
}

void
element_type_add_body(struct element_type *type, struct compound *body)
{
	type->bodies = mem_grow(
		type->bodies, type->n_bodies, &type->bodies_cap, sizeof(struct compound *));
	type->bodies[type->n_bodies++] = body;
	type->n_candidates++;
}
