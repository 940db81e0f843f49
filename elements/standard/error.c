// SPDX-License-Identifier: BSD-3-Clause
// Error: a router with this element does not start.

#include <errno.h>

#include "src/element.h"

enum { NEVER_RUNS };

static void
error_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	element_drop_batch(e, NEVER_RUNS, b);
}

static void
error_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)e;
	(void)port;
	(void)max;
	b->n = 0;
}

// Silent: counted as an error that was told, so that nobody adds a text of his own.
static int
error_initialize(struct element *e, struct errh *errh)
{
	(void)e;
	errh->n_errors++;
	return -EINVAL;
}

static const char *const error_drops[] = {[NEVER_RUNS] = "never runs", NULL};

static const struct element_class error_class = {
	.name = "Error",
	.ports = "-/-",
	.processing = "a/a",
	.flags = ELEMENT_ANY_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.push = error_push,
	.pull = error_pull,
	.initialize = error_initialize,
	.drops = error_drops,
	.group = "standard",
	.brief = "keeps the router from starting",
	.manual = "Takes any arguments and ports, and fails without a word.",
	.example = "Idle -> Error(not, yet, written) -> Discard;",
};
ELEMENT_CLASS(error_class)
