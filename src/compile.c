// SPDX-License-Identifier: BSD-3-Clause
#include "src/compile.h"

#include <dlfcn.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/compile_cc.h"
#include "src/compile_code.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

struct compiled {
	void *object; // of dlopen()
	const struct compile_table *table; // borrowed, from object
	size_t n_elements, n_classes;
	int64_t took_ns;
};

static int
write_text(struct compile_cc *cc, const char *suffix, const struct compile_graph *g,
	unsigned class_no,
	void (*code)(const struct compile_graph *g, unsigned class_no, struct strbuf *out),
	struct errh *errh)
{
	char *file = mem_printf("class_%u.%s", class_no, suffix);
	struct strbuf text = STRBUF_INIT;
	int err;

	code(g, class_no, &text);
	err = compile_cc_write(cc, file, &text, errh);
	strbuf_fini(&text);
	free(file);
	return err;
}

static int
write_all(struct compile_cc *cc, const struct compile_graph *g, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT;
	int err = 0;

	for (unsigned i = 0; err == 0 && i < g->n_classes; i++) {
		err = write_text(cc, "h", g, i, compile_code_header, errh);
		if (err == 0)
			err = write_text(cc, "c", g, i, compile_code_class, errh);
	}
	compile_code_graph(g, &text);
	if (err == 0)
		err = compile_cc_write(cc, "graph.c", &text, errh);
	strbuf_fini(&text);
	return err;
}

// The sources may be newer than the program.
static bool
fits(const struct compile_table *t, const struct compile_graph *g)
{
	if (strcmp(t->version, CLICKD_VERSION) != 0)
		return false;
	for (unsigned i = 0; i < g->n_classes; i++) {
		const struct element_class *class = g->classes[i].link->class;

		if (t->size(i) != class->size + class->lcore_size)
			return false;
	}
	return true;
}

static void
load(struct router *r, const struct compile_cc *cc, const struct compile_graph *g,
	struct errh *errh)
{
	void *object = dlopen(cc->object, RTLD_NOW | RTLD_LOCAL);
	const struct compile_table *t = object != NULL ? dlsym(object, "graph_table") : NULL;
	int err = 0;

	if (t == NULL) {
		errh_warning(errh, "--compile: %s; the graph runs as it is", dlerror());
		err = -EINVAL;
	} else if (!fits(t, g)) {
		errh_warning(errh,
			"--compile: the sources in %s are not those of this clickd; the graph "
			"runs as it is",
			cc->sources);
		err = -EINVAL;
	}
	if (err != 0) {
		if (object != NULL)
			dlclose(object);
		return;
	}
	r->compiled = mem_zalloc(sizeof(*r->compiled));
	r->compiled->object = object;
	r->compiled->table = t;
	r->compiled->n_classes = g->n_classes;
	r->compiled->took_ns = cc->took_ns;
	for (size_t i = 0; i < r->n_elements; i++)
		r->compiled->n_elements += g->class_of[i] >= 0;
}

// While nobody forwards, on all CPUs that this thread may use; else one after the other.
static unsigned
n_jobs(const struct router *r)
{
	cpu_set_t set;

	if (r->beside || sched_getaffinity(0, sizeof(set), &set) != 0)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}

void
compile_router(struct router *r, const char *dir, struct errh *errh)
{
	struct compile_graph g;
	struct compile_cc cc;

	compile_graph_init(&g, r);
	if (g.n_classes > 0 && compile_cc_init(&cc, dir, r->generation, n_jobs(r), errh) == 0) {
		if (isatty(STDERR_FILENO) == 1)
			errh_message(errh, "compiling %zu element classes ...", g.n_classes);
		if (write_all(&cc, &g, errh) == 0 &&
			compile_cc_run(&cc, (unsigned)g.n_classes, errh) == 0)
			load(r, &cc, &g, errh);
		compile_cc_fini(&cc);
	}
	compile_graph_fini(&g);
}

// ---- after initialization

// What enters an element from outside enters its code.
static void
enter_at(struct router *r, const struct compile_entry *entry)
{
	const struct element *to = r->elements[entry->element];

	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];

		for (unsigned port = 0; entry->push != NULL && port < e->n_outputs; port++) {
			struct element_output *o = &e->outputs[port];

			if (o->element == to && o->port == entry->port)
				o->push = entry->push;
		}
		for (unsigned port = 0; entry->pull != NULL && port < e->n_inputs; port++) {
			struct element_input *in = &e->inputs[port];

			if (in->element == to && in->port == entry->port)
				in->pull = entry->pull;
		}
	}
}

// The element whose argument has changed since it was compiled; NULL: none.
static const struct element *
find_untrue(const struct router *r, const struct compile_table *t)
{
	for (const struct compile_fact *f = t->facts; f->size > 0; f++) {
		const uint8_t *field = (const uint8_t *)r->elements[f->element] + f->offset;

		if (memcmp(field, &f->value, f->size) != 0)
			return r->elements[f->element];
	}
	return NULL;
}

void
compile_connect(struct router *r, struct errh *errh)
{
	const struct element *untrue;

	if (r->compiled == NULL)
		return;
	untrue = find_untrue(r, r->compiled->table);
	if (untrue != NULL) {
		errh_warning(errh,
			"--compile: '" ELEMENT_FMT "' changes its arguments when it is "
			"initialized; the graph runs as it is",
			element_name(untrue), untrue->class->name);
		compile_release(r);
		return;
	}
	for (const struct compile_entry *entry = r->compiled->table->entries;
		entry->push != NULL || entry->pull != NULL; entry++)
		enter_at(r, entry);
}

void
compile_text(const struct router *r, struct strbuf *out)
{
	const struct compiled *c = r->compiled;

	if (c != NULL)
		strbuf_addf(out, "%zu elements of %zu classes, in %.1f s", c->n_elements,
			c->n_classes, (double)c->took_ns / (double)CLOCK_S);
}

void
compile_release(struct router *r)
{
	if (r->compiled != NULL && !r->retired)
		dlclose(r->compiled->object);
	free(r->compiled);
	r->compiled = NULL;
}
