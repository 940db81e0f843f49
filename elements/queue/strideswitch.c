// SPDX-License-Identifier: BSD-3-Clause
// StrideSwitch: sends packets to its outputs in proportion to their tickets.

#include "elements/queue/stride.h"

enum { NO_TICKETS };

static void
strideswitch_push(struct element *base, unsigned port, struct batch *b)
{
	struct stride *s = &((struct stride_element *)base)->stride;
	int16_t decision[BATCH_MAX];

	(void)port;
	if (unlikely(s->first == NULL)) {
		element_drop_batch(base, NO_TICKETS, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		decision[i] = (int16_t)s->first->port;
		stride_advance(s, s->first->next);
	}
	element_split(base, b, decision);
}

static int
strideswitch_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return stride_configure((struct stride_element *)e, e->n_outputs, "output", errh);
}

static void
strideswitch_cleanup(struct element *e)
{
	stride_fini(&((struct stride_element *)e)->stride);
}

static const char *const strideswitch_drops[] = {[NO_TICKETS] = "no output has tickets", NULL};

static const struct element_class strideswitch_class = {
	.name = "StrideSwitch",
	.ports = "1/1-",
	.processing = "h/h",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct stride_element),
	.push = strideswitch_push,
	.configure = strideswitch_configure,
	.cleanup = strideswitch_cleanup,
	.take_state = stride_take_state,
	.config_text = stride_config_text,
	.args = stride_args,
	.add_handlers = stride_add_handlers,
	.drops = strideswitch_drops,
	.group = "queue",
	.brief = "sends packets to its outputs in proportion to their tickets",
	.manual =
		"With tickets 2, 1 two packets of three leave by output 0. Outputs without tickets get\n"
		"no packets. The handlers `tickets0`, `tickets1` ... change the shares.",
	.example = "Idle -> s :: StrideSwitch(2, 1); s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(strideswitch_class)
