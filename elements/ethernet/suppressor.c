// SPDX-License-Identifier: BSD-3-Clause
// Suppressor: lets packets pass, port by port, or not.

#include "elements/ethernet/suppressor.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct suppressor {
	struct element element;
	_Atomic bool *active; // owned; by port. EtherSpanTree and handlers write, all lcores read
};

enum { SUPPRESSED };

static inline bool
is_active(const struct suppressor *e, unsigned port)
{
	return atomic_load_explicit(&e->active[port], memory_order_relaxed);
}

static void
suppressor_push(struct element *base, unsigned port, struct batch *b)
{
	if (is_active((struct suppressor *)base, port))
		element_push(base, port, b);
	else
		element_drop_batch(base, SUPPRESSED, b);
}

static void
suppressor_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	b->n = 0;
	if (is_active((struct suppressor *)base, port))
		element_pull(base, port, b, max);
}

void
suppressor_set(struct element *e, unsigned port, bool active)
{
	atomic_store_explicit(
		&((struct suppressor *)e)->active[port], active, memory_order_relaxed);
}

static void
activate_all(struct suppressor *e)
{
	for (unsigned i = 0; i < e->element.n_inputs; i++)
		suppressor_set(&e->element, i, true);
}

static int
suppressor_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct suppressor *e = (struct suppressor *)base;

	(void)args;
	(void)errh;
	e->active = mem_zalloc(base->n_inputs * sizeof(*e->active));
	activate_all(e);
	return 0;
}

static void
suppressor_cleanup(struct element *base)
{
	struct suppressor *e = (struct suppressor *)base;

	free(e->active);
	e->active = NULL;
}

static int
suppressor_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	const struct suppressor *old = (struct suppressor *)old_base;

	(void)errh;
	if (old_base->class != base->class)
		return 0;
	for (unsigned i = 0; i < base->n_inputs && i < old_base->n_inputs; i++)
		suppressor_set(base, i, is_active(old, i));
	return 0;
}

static int
read_active(const struct handler_read *call)
{
	const struct suppressor *e = (struct suppressor *)call->element;

	strbuf_adds(call->out, is_active(e, (unsigned)call->row->number) ? "true" : "false");
	return 0;
}

static int
write_active(const struct handler_write *call)
{
	bool active;

	if (text_read_bool(call->text, &active) != 0)
		return errh_error(call->errh, "type mismatch");
	suppressor_set(call->element, (unsigned)call->row->number, active);
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	activate_all((struct suppressor *)call->element);
	return 0;
}

static void
suppressor_add_handlers(struct element *base)
{
	static const struct handler active = {.read = read_active,
		.write = write_active,
		.flags = HANDLER_CHECKBOX,
		.help = "whether the port lets packets pass"};
	static const struct handler reset = {.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "all ports let packets pass"};
	char name[24];

	for (unsigned i = 0; i < base->n_inputs; i++) {
		snprintf(name, sizeof(name), "active%u", i);
		element_add_handler(base, name, &active, i);
	}
	element_add_handler(base, "reset", &reset, 0);
}

static const char *const suppressor_drops[] = {[SUPPRESSED] = "port suppressed", NULL};

static const struct element_class suppressor_class = {
	.name = "Suppressor",
	.ports = "-/=",
	.processing = "a/a",
	.flow = "#/#",
	.flags = ELEMENT_ANY_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct suppressor),
	.push = suppressor_push,
	.pull = suppressor_pull,
	.configure = suppressor_configure,
	.cleanup = suppressor_cleanup,
	.take_state = suppressor_take_state,
	.add_handlers = suppressor_add_handlers,
	.drops = suppressor_drops,
	.group = "ethernet",
	.brief = "lets packets pass, port by port, or not",
	.manual =
		"Packets go from each input to the output of the same number. Writing `false` to the\n"
		"handler active0, active1 ... suppresses a port: pushed packets are dropped, and pulls\n"
		"find nothing. Arguments are ignored.",
	.example = "s :: Suppressor; Idle -> s -> Discard; Idle -> [1] s [1] -> Discard;",
};
ELEMENT_CLASS(suppressor_class)

bool
element_is_suppressor(const struct element *e)
{
	return e->class == &suppressor_class;
}
