// SPDX-License-Identifier: BSD-3-Clause
#include "src/check.h"

#include <stdlib.h>
#include <string.h>

#include "src/argtype.h"
#include "src/config.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/flow.h"
#include "src/mem.h"
#include "src/namedb.h"
#include "src/router.h"
#include "src/strbuf.h"

#define NAMED(e) element_name(e), (e)->class->name

// ---- which elements packets come to

// Elements reached from some others along connections, by index.
struct reached {
	const struct router *r;
	bool *is; // owned
	const struct element **todo; // owned
	size_t n_todo;
};

static void
reached_init(struct reached *s, const struct router *r)
{
	*s = (struct reached){.r = r};
	s->is = mem_zalloc((r->n_elements + 1) * sizeof(*s->is));
	s->todo = mem_zalloc((r->n_elements + 1) * sizeof(*s->todo));
}

static void
reached_fini(struct reached *s)
{
	free(s->is);
	free(s->todo);
}

static void
reached_add(struct reached *s, const struct element *e)
{
	if (s->is[e->info->index])
		return;
	s->is[e->info->index] = true;
	s->todo[s->n_todo++] = e;
}

// What lies behind the outputs of those that were added.
static void
reached_spread(struct reached *s)
{
	while (s->n_todo > 0) {
		const struct element_info *info = s->todo[--s->n_todo]->info;

		for (size_t i = 0; i < info->n_outgoing; i++)
			reached_add(s, s->r->elements[info->outgoing[i]->to]);
	}
}

static bool
is_named(const struct element *e, const char *class_name)
{
	return strcmp(e->class->name, class_name) == 0;
}

// Whether packets begin here.
static bool
is_source(const struct element *e)
{
	if (e->n_outputs == 0 || is_named(e, "Idle") || is_named(e, "Error"))
		return false;
	return e->n_inputs == 0 || (e->class->flags & ELEMENT_SOURCE) != 0;
}

static void
check_unreachable(const struct router *r, struct errh *errh)
{
	struct reached s;

	reached_init(&s, r);
	for (size_t i = 0; i < r->n_elements; i++) {
		if (is_source(r->elements[i]))
			reached_add(&s, r->elements[i]);
	}
	reached_spread(&s);
	for (size_t i = 0; i < r->n_elements; i++) {
		const struct element *e = r->elements[i];

		if (e->n_inputs > 0 && !s.is[i] && !is_named(e, "Idle"))
			errh_warning_at(errh, e->info->landmark,
				"'" ELEMENT_FMT
				"' is unreachable: no source of packets leads to it",
				NAMED(e));
	}
	reached_fini(&s);
}

// ---- ports

// Outputs that an element may have and that are not connected: what it would send there is dropped.
// A queue's second output is for what overflows, and rarely wanted.
static bool
has_unused_output(const struct element *e)
{
	unsigned min, max;

	return e->class->drops != NULL && strcmp(e->class->group, "queue") != 0 &&
	       flow_port_count(e->class->ports, true, e->n_outputs, e->n_inputs, &min, &max) &&
	       e->n_outputs == 1 && max == 2;
}

// One warning for all: most routers have some, on purpose.
static void
check_ports(const struct router *r, struct errh *errh)
{
	const struct element *first = NULL;
	struct strbuf others = STRBUF_INIT;

	for (size_t i = 0; i < r->n_elements; i++) {
		const struct element *e = r->elements[i];

		if (!has_unused_output(e))
			continue;
		if (first != NULL)
			strbuf_addf(&others, "%s'%s'", others.len > 0 ? ", " : "; also of ",
				element_name(e));
		else
			first = e;
	}
	if (first != NULL)
		errh_warning_at(errh, first->info->landmark,
			"'" ELEMENT_FMT "' output 1 unused: packets for it are dropped%s",
			NAMED(first), strbuf_text(&others));
	strbuf_fini(&others);
}

// ---- annotations

enum { USES_MAX = 8 }; // annotations that one element reads, or writes

struct anno_use {
	char name[24]; // "" for one that an argument chose
	unsigned offset, size;
};

struct anno_uses {
	struct anno_use v[USES_MAX];
	unsigned n;
};

static unsigned
anno_arg_size(const struct arg_type *type)
{
	return type == &arg_anno1 ? 1 : type == &arg_anno4 ? 4 : 0;
}

// The value of an argument that names one.
static bool
argument_use(const struct element *e, struct anno_use *use)
{
	for (const struct arg *row = e->class->args; row != NULL && row->name != NULL; row++) {
		if (strcmp(row->name, use->name) != 0 || anno_arg_size(row->type) == 0)
			continue;
		use->offset = *((const uint8_t *)e + row->offset);
		use->size = anno_arg_size(row->type);
		use->name[0] = '\0';
		return true;
	}
	return false;
}

static bool
named_use(const struct element *e, struct anno_use *use)
{
	union name_value value;

	if (!namedb_find(element_names(e), element_name(e), NAME_ANNOTATION, use->name, &value))
		return false;
	use->offset = value.number & 0xff;
	use->size = value.number >> 8;
	return true;
}

static void
find_uses(const struct element *e, const char *words, struct anno_uses *uses)
{
	uses->n = 0;
	for (size_t len; words != NULL && *words != '\0'; words += len, words += *words == ' ') {
		struct anno_use *use = &uses->v[uses->n];

		len = strcspn(words, " ");
		if (uses->n == USES_MAX || len >= sizeof(use->name))
			return;
		memcpy(use->name, words, len);
		use->name[len] = '\0';
		uses->n += argument_use(e, use) || named_use(e, use);
	}
}

static bool
is_same(const struct anno_use *a, const struct anno_use *b)
{
	return a->offset == b->offset && a->size == b->size &&
	       (*a->name == '\0' || *b->name == '\0' || strcmp(a->name, b->name) == 0);
}

// Different annotations that share bytes.
static bool
clash(const struct anno_use *a, const struct anno_use *b)
{
	return !is_same(a, b) && a->offset < b->offset + b->size && b->offset < a->offset + a->size;
}

static bool
writes(const struct element *e, const struct anno_use *use)
{
	struct anno_uses uses;

	find_uses(e, e->class->writes, &uses);
	for (unsigned i = 0; i < uses.n; i++) {
		if (is_same(&uses.v[i], use))
			return true;
	}
	return false;
}

// Whether e is behind an element that sets the annotation; which one.
static const struct element *
setter_before(const struct router *r, const struct element *e, const struct anno_use *use)
{
	const struct element *found = NULL;

	for (size_t i = 0; i < r->n_elements && found == NULL; i++) {
		struct reached s;

		if (r->elements[i] == e || !writes(r->elements[i], use))
			continue;
		reached_init(&s, r);
		reached_add(&s, r->elements[i]);
		reached_spread(&s);
		if (s.is[e->info->index])
			found = r->elements[i];
		reached_fini(&s);
	}
	return found;
}

// e sets an annotation on packets that then come to reader, which looks for another one in the same
// bytes, set before e.
static void
check_reader(const struct router *r, const struct element *e, const struct anno_use *set,
	const struct element *reader, struct errh *errh)
{
	const struct element *setter;
	struct anno_uses uses;

	find_uses(reader, reader->class->reads, &uses);
	for (unsigned i = 0; i < uses.n; i++) {
		if (!clash(set, &uses.v[i]))
			continue;
		setter = setter_before(r, e, &uses.v[i]);
		if (setter != NULL)
			errh_warning_at(errh, e->info->landmark,
				"'" ELEMENT_FMT "' overwrites the annotation (bytes %u-%u) that "
				"'" ELEMENT_FMT "' sets for '" ELEMENT_FMT "'",
				NAMED(e), uses.v[i].offset, uses.v[i].offset + uses.v[i].size - 1,
				NAMED(setter), NAMED(reader));
	}
}

static void
check_annotations(const struct router *r, struct errh *errh)
{
	struct anno_uses uses;
	struct reached s;

	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];

		find_uses(e, e->class->writes, &uses);
		if (uses.n == 0)
			continue;
		reached_init(&s, r);
		for (size_t k = 0; k < e->info->n_outgoing; k++)
			reached_add(&s, r->elements[e->info->outgoing[k]->to]);
		reached_spread(&s);
		for (size_t k = 0; k < r->n_elements; k++) {
			for (unsigned u = 0; s.is[k] && k != i && u < uses.n; u++)
				check_reader(r, e, &uses.v[u], r->elements[k], errh);
		}
		reached_fini(&s);
	}
}

void
check_router(struct router *r, struct errh *errh)
{
	check_ports(r, errh);
	check_unreachable(r, errh);
	check_annotations(r, errh);
}
