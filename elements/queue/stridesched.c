// SPDX-License-Identifier: BSD-3-Clause
// StrideSched: takes packets from its inputs in proportion to their tickets.

#include <stdlib.h>

#include "elements/queue/stride.h"
#include "src/mem.h"
#include "src/notifier.h"

// Inputs that had nothing have had their turn as well.
static inline struct packet *
stridesched_packet(struct stride_element *e, unsigned port)
{
	struct stride_client *c = e->stride.first;
	struct packet *p = NULL;

	(void)port;
	for (; c != NULL && p == NULL; c = c->next) {
		if (signal_is_active(&e->signals[c->port]))
			p = element_pull_one(&e->element, c->port);
	}
	stride_advance(&e->stride, c);
	return p;
}

ELEMENT_PULL_EACH(stridesched, stride_element, stridesched_packet)

static int
stridesched_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return stride_configure((struct stride_element *)e, e->n_inputs, "input", errh);
}

static int
stridesched_initialize(struct element *base, struct errh *errh)
{
	struct stride_element *e = (struct stride_element *)base;

	(void)errh;
	e->signals = mem_zalloc(base->n_inputs * sizeof(*e->signals));
	for (unsigned i = 0; i < base->n_inputs; i++)
		signal_upstream_empty(&e->signals[i], base, i, NULL);
	return 0;
}

static void
stridesched_cleanup(struct element *base)
{
	struct stride_element *e = (struct stride_element *)base;

	for (unsigned i = 0; e->signals != NULL && i < base->n_inputs; i++)
		signal_fini(&e->signals[i]);
	free(e->signals);
	e->signals = NULL;
	stride_fini(&e->stride);
}

static const struct element_class stridesched_class = {
	.name = "StrideSched",
	.ports = "1-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct stride_element),
	.pull = stridesched_pull,
	.configure = stridesched_configure,
	.initialize = stridesched_initialize,
	.cleanup = stridesched_cleanup,
	.take_state = stride_take_state,
	.config_text = stride_config_text,
	.args = stride_args,
	.add_handlers = stride_add_handlers,
	.group = "queue",
	.brief = "takes packets from its inputs in proportion to their tickets",
	.manual =
		"With tickets 4, 2, 1 and packets at all inputs, input 0 gives four packets in the\n"
		"time in which input 2 gives one. The handlers `tickets0`, `tickets1` ... change the\n"
		"shares.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> s :: StrideSched(2, 1) -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] s;",
};
ELEMENT_CLASS(stridesched_class)
