// SPDX-License-Identifier: BSD-3-Clause
// Idle, SimpleIdle: never give a packet and drop what they get.

#include "src/element.h"
#include "src/notifier.h"

struct idle {
	struct element element;
	struct notifier empty; // never active: who pulls here sleeps for good
};

enum { UNWANTED };

static void
idle_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	element_drop_batch(e, UNWANTED, b);
}

static void
idle_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)e;
	(void)port;
	(void)max;
	b->n = 0;
}

static int
idle_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	notifier_init(&((struct idle *)e)->empty, NOTIFIER_STOP, false);
	return 0;
}

static void
idle_cleanup(struct element *e)
{
	notifier_fini(&((struct idle *)e)->empty);
}

static struct notifier *
idle_notifier(struct element *e, bool empty, unsigned port)
{
	(void)port;
	return empty ? &((struct idle *)e)->empty : NULL;
}

static const char *const idle_drops[] = {[UNWANTED] = "nobody wants it", NULL};

static const struct element_class idle_class = {
	.name = "Idle",
	.ports = "-/-",
	.processing = "a/a",
	.flow = "x/y",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct idle),
	.push = idle_push,
	.pull = idle_pull,
	.configure = idle_configure,
	.cleanup = idle_cleanup,
	.notifier = idle_notifier,
	.drops = idle_drops,
	.group = "standard",
	.brief = "never gives a packet and drops what it gets",
	.manual = "Any number of ports. Connect it to a port that has to be connected but is not\n"
		  "needed. Who pulls from it sleeps for good.",
	.example = "Idle -> Discard;",
};
ELEMENT_CLASS(idle_class)

static const struct element_class simpleidle_class = {
	.name = "SimpleIdle",
	.ports = "-/-",
	.processing = "a/a",
	.flow = "x/y",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.push = idle_push,
	.pull = idle_pull,
	.drops = idle_drops,
	.group = "standard",
	.brief = "the same as Idle, but who pulls from it does not sleep",
	.manual =
		"Who pulls from it cannot tell that it never gives a packet, and tries again and\n"
		"again. For tests of that; otherwise take Idle.",
	.example = "SimpleIdle -> Unqueue -> Discard;",
};
ELEMENT_CLASS(simpleidle_class)
