// SPDX-License-Identifier: BSD-3-Clause
// RandLoad: makes packets cost a random computing time.

#include "elements/load/draw.h"
#include "src/element.h"
#include "src/lcore.h"

struct randload_lcore {
	uint32_t state; // of the draws
};

struct randload {
	struct element element;
	uint32_t min, max;
};

enum { LOAD_MAX = 10000000 };

static void
randload_push(struct element *base, unsigned port, struct batch *b)
{
	const struct randload *e = (struct randload *)base;
	struct randload_lcore *l = element_lcore(base);
	uint32_t min = e->min, range = e->max - e->min + 1, x = l->state;

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		x = draw_next(x);
		x = draw_many(x, min + draw_scale(x, range));
	}
	l->state = x;
	element_push(base, 0, b);
}

static int
randload_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct randload *e = (struct randload *)base;

	(void)args;
	if (e->min > e->max)
		return errh_error(errh, "MIN is more than MAX");
	return 0;
}

static int
randload_initialize(struct element *base, struct errh *errh)
{
	(void)errh;
	for (unsigned i = 0; i < lcores_n(); i++)
		((struct randload_lcore *)(uintptr_t)element_lcore_at(base, i))->state = i + 1;
	return 0;
}

static const struct arg randload_args[] = {
	ARG(randload, min, "MIN", ARG_KEYWORD, .def = "1", .min = 0, .max = LOAD_MAX,
		.help = "least random numbers to compute for a packet"),
	ARG(randload, max, "MAX", ARG_KEYWORD, .def = "100", .min = 0, .max = LOAD_MAX,
		.help = "most random numbers to compute for a packet"),
	ARGS_END,
};

static const struct element_class randload_class = {
	.name = "RandLoad",
	.ports = "1/1",
	.processing = "h/h",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct randload),
	.lcore_size = sizeof(struct randload_lcore),
	.push = randload_push,
	.configure = randload_configure,
	.initialize = randload_initialize,
	.args = randload_args,
	.group = "load",
	.brief = "makes packets cost a random computing time",
	.manual = "Computes between MIN and MAX random numbers for each packet, which passes\n"
		  "unchanged.",
	.example = "InfiniteSource(LIMIT 5) -> RandLoad(MIN 10, MAX 1000) -> Discard;",
};
ELEMENT_CLASS(randload_class)
