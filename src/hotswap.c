// SPDX-License-Identifier: BSD-3-Clause
#include "src/hotswap.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/namemap.h"
#include "src/router.h"

// By the new router's element: the old one of the same name, NULL if there is none.
static struct element **
match(const struct router *old, const struct router *new)
{
	struct element **matches = mem_zalloc((new->n_elements + 1) * sizeof(*matches));
	struct namemap names = {0};

	for (size_t i = 0; i < old->n_elements; i++)
		namemap_set(&names, element_name(old->elements[i]), i);
	for (size_t i = 0; i < new->n_elements; i++) {
		size_t k = namemap_get(&names, element_name(new->elements[i]));

		if (k != NAMEMAP_NONE)
			matches[i] = old->elements[k];
	}
	namemap_fini(&names);
	return matches;
}

static void
take_state(struct element *e, struct element *old)
{
	struct errh_context ctx;
	struct errh errh;

	if (e->class == old->class)
		element_take_drops(e, old);
	if (e->class->take_state == NULL || e->class->take_state != old->class->take_state)
		return;
	errh_init_stderr(&errh);
	errh_push(&errh, &ctx,
		"%s: While hot-swapping state into '" ELEMENT_FMT "':", e->info->landmark,
		element_name(e), e->class->name);
	e->class->take_state(e, old, &errh);
	errh_pop(&errh);
}

// While workers are held nobody shall take our CPU: each millisecond of that fills a device's
// queue. Only once they are, since some may need this CPU to come to a halt. Without the right to
// it things go on as they are.
static bool
hurry(int *policy, struct sched_param *before)
{
	struct sched_param param = {.sched_priority = 1};

	return pthread_getschedparam(pthread_self(), policy, before) == 0 &&
	       pthread_setschedparam(pthread_self(), SCHED_FIFO, &param) == 0;
}

void
hotswap(struct router **at)
{
	struct router *old = *at, *new = old->successor;
	struct element **matches = match(old, new);
	int64_t begin = clock_steady();
	struct sched_param before;
	bool hurries;
	int policy;

	old->successor = NULL;
	lcores_pause();
	hurries = hurry(&policy, &before);
	router_retire(old);
	for (size_t i = 0; i < new->n_elements; i++) {
		unsigned k = new->order[i];

		if (matches[k] != NULL)
			take_state(new->elements[k], matches[k]);
	}
	new->predecessor = NULL;
	router_start(new);
	*at = new;
	lcores_resume();
	if (hurries)
		pthread_setschedparam(pthread_self(), policy, &before);
	new->swap_ns = clock_steady() - begin;
	free(matches);
	router_destroy(old);
}
