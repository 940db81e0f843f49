// SPDX-License-Identifier: BSD-3-Clause
// BalancedThreadSched: moves tasks from busy worker lcores to idle ones.

#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/timer.h"

enum { FIRST_MS = 10 };

struct balancedthreadsched {
	struct element element;
	int32_t interval_ms;
	bool increasing;
	struct timer timer; // control
};

// The tasks of the router that run on workers, and what each worker has to do for them.
struct loads {
	struct task **tasks; // owned array
	size_t n, cap;
	uint64_t by_lcore[LCORES_MAX], total;
};

static void
add_task(struct loads *l, struct task *t)
{
	if (!t->carries || t->home == NULL || t->home->is_control || !task_is_scheduled(t))
		return;
	l->tasks = mem_grow(l->tasks, l->n, &l->cap, sizeof(*l->tasks));
	l->tasks[l->n++] = t;
	l->by_lcore[t->home->index] += t->cost;
	l->total += t->cost;
}

static void
find_loads(const struct router *r, struct loads *l)
{
	*l = (struct loads){0};
	for (size_t i = 0; i < r->n_elements; i++) {
		for (struct task *t = r->elements[i]->info->tasks; t != NULL; t = t->sibling)
			add_task(l, t);
	}
}

static int
cheaper_first(const void *a, const void *b)
{
	uint32_t x = (*(struct task *const *)a)->cost, y = (*(struct task *const *)b)->cost;

	return (x > y) - (x < y);
}

static int
dearer_first(const void *a, const void *b)
{
	return cheaper_first(b, a);
}

// From the busiest lcore to the idlest. False: nothing could be gained.
static bool
balance_pair(struct balancedthreadsched *e, struct loads *l, unsigned idle, unsigned busy)
{
	uint64_t average = l->total / lcores_n_workers();
	struct errh silent;
	bool moved = false;

	errh_init_silent(&silent);
	for (size_t i = 0; i < l->n; i++) {
		struct task *t = l->tasks[i];
		uint64_t *from = &l->by_lcore[busy], *to = &l->by_lcore[idle];

		if (t->home != lcores_thread(busy) || *to + t->cost >= average * 5 / 4 ||
			*to + 2 * (uint64_t)t->cost > *from)
			continue;
		// A graph that would be unsafe stays as it is.
		if (router_move_task(e->element.router, t, lcores_thread(idle), &silent) != 0)
			continue;
		*from -= t->cost;
		*to += t->cost;
		moved = true;
	}
	return moved;
}

static void
balance(struct balancedthreadsched *e)
{
	unsigned n_workers = lcores_n_workers(), idle, busy;
	struct loads l;

	find_loads(e->element.router, &l);
	if (l.n > 1)
		qsort(l.tasks, l.n, sizeof(*l.tasks), e->increasing ? cheaper_first : dearer_first);
	for (unsigned round = 0; round < n_workers; round++) {
		uint64_t average = l.total / n_workers;

		idle = busy = 0;
		for (unsigned i = 1; i < n_workers; i++) {
			idle = l.by_lcore[i] < l.by_lcore[idle] ? i : idle;
			busy = l.by_lcore[i] > l.by_lcore[busy] ? i : busy;
		}
		if (l.by_lcore[idle] + average / 8 >= average &&
			l.by_lcore[busy] <= average + average / 8)
			break;
		if (!balance_pair(e, &l, idle, busy))
			break;
	}
	free(l.tasks);
}

static void
balancedthreadsched_fire(struct timer *timer)
{
	struct balancedthreadsched *e = (struct balancedthreadsched *)timer->element;

	lcores_pause();
	balance(e);
	lcores_resume();
	timer_schedule_after(&e->timer, e->interval_ms * CLOCK_MS);
}

static int
balancedthreadsched_initialize(struct element *base, struct errh *errh)
{
	struct balancedthreadsched *e = (struct balancedthreadsched *)base;

	(void)errh;
	timer_init(&e->timer, base, balancedthreadsched_fire, lcores_control());
	if (lcores_n_workers() > 1)
		timer_schedule_after(&e->timer, FIRST_MS * CLOCK_MS);
	return 0;
}

static void
balancedthreadsched_cleanup(struct element *base)
{
	timer_unschedule(&((struct balancedthreadsched *)base)->timer);
}

static const struct arg balancedthreadsched_args[] = {
	ARG(balancedthreadsched, interval_ms, "INTERVAL", ARG_OPTIONAL, .def = "1000", .min = 1,
		.max = 86400000, .help = "ms between two looks at the loads"),
	ARG(balancedthreadsched, increasing, "INCREASING", ARG_OPTIONAL, .def = "true",
		.help = "whether cheap tasks are moved before dear ones"),
	ARGS_END,
};

static const struct element_class balancedthreadsched_class = {
	.name = "BalancedThreadSched",
	.aliases = "SortedTaskSched",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct balancedthreadsched),
	.initialize = balancedthreadsched_initialize,
	.cleanup = balancedthreadsched_cleanup,
	.args = balancedthreadsched_args,
	.group = "control",
	.brief = "moves tasks from busy worker lcores to idle ones",
	.manual =
		"Every INTERVAL the cost of each task's run, measured in cycles now and then, is added\n"
		"up for each worker lcore. While the busiest one and the idlest one are not both\n"
		"within an eighth of the average, tasks move from the one to the other where that\n"
		"brings them closer. A move that would let several lcores into an element that\n"
		"cannot take it is left out. With one worker lcore there is nothing to do.",
	.example = "s :: InfiniteSource(LIMIT 1) -> Discard; BalancedThreadSched(500);",
};
ELEMENT_CLASS(balancedthreadsched_class)
