// SPDX-License-Identifier: BSD-3-Clause
#include "src/timer.h"

#include <assert.h>
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/profile.h"
#include "src/router.h"

enum { ARITY = 4 };

static void
heap_put(struct timer_heap *heap, size_t at, struct timer *timer)
{
	heap->v[at] = timer;
	timer->slot = at + 1;
}

static void
heap_up(struct timer_heap *heap, size_t at, struct timer *timer)
{
	while (at > 0 && heap->v[(at - 1) / ARITY]->expiry_ns > timer->expiry_ns) {
		heap_put(heap, at, heap->v[(at - 1) / ARITY]);
		at = (at - 1) / ARITY;
	}
	heap_put(heap, at, timer);
}

static void
heap_down(struct timer_heap *heap, size_t at, struct timer *timer)
{
	for (;;) {
		size_t first = at * ARITY + 1, best = first;

		if (first >= heap->n)
			break;
		for (size_t i = first + 1; i < first + ARITY && i < heap->n; i++) {
			if (heap->v[i]->expiry_ns < heap->v[best]->expiry_ns)
				best = i;
		}
		if (heap->v[best]->expiry_ns >= timer->expiry_ns)
			break;
		heap_put(heap, at, heap->v[best]);
		at = best;
	}
	heap_put(heap, at, timer);
}

static void
heap_remove(struct timer_heap *heap, struct timer *timer)
{
	size_t at = timer->slot - 1;
	struct timer *last = heap->v[--heap->n];

	timer->slot = 0;
	if (last == timer)
		return;
	if (at > 0 && heap->v[(at - 1) / ARITY]->expiry_ns > last->expiry_ns)
		heap_up(heap, at, last);
	else
		heap_down(heap, at, last);
}

static void
leave_element(struct timer *timer, struct element *element)
{
	struct timer **at = &element->info->timers;

	while (*at != NULL && *at != timer)
		at = &(*at)->sibling;
	if (*at != NULL)
		*at = timer->sibling;
}

void
timer_init(struct timer *timer, struct element *element, timer_fn *fire, struct lcore *home)
{
	if (element != NULL)
		leave_element(timer, element); // it may be initialized again
	*timer = (struct timer){.fire = fire, .element = element, .home = home};
	if (element == NULL)
		return;
	timer->sibling = element->info->timers;
	element->info->timers = timer;
	timer->waits = element->router->beside;
}

void
timer_schedule_at(struct timer *timer, int64_t steady_ns)
{
	struct timer_heap *heap;

	timer_unschedule(timer);
	timer->expiry_ns = steady_ns;
	if (timer->home == NULL)
		return;
	if (timer->waits) {
		timer->noted = true;
		return;
	}
	heap = &timer->home->timers;
	heap->v = mem_grow(heap->v, heap->n, &heap->cap, sizeof(struct timer *));
	heap_up(heap, heap->n++, timer);
	lcore_timer_changed(timer->home);
}

void
timer_schedule_after(struct timer *timer, int64_t ns)
{
	timer_schedule_at(timer, clock_add(clock_steady(), ns));
}

void
timer_reschedule_after(struct timer *timer, int64_t ns)
{
	int64_t now = clock_steady(), at = clock_add(timer->expiry_ns, ns);

	timer_schedule_at(timer, at < now - CLOCK_S ? now : at);
}

void
timer_unschedule(struct timer *timer)
{
	timer->noted = false;
	if (timer->slot != 0)
		heap_remove(&timer->home->timers, timer);
}

void
timer_release(struct timer *timer)
{
	bool noted = timer->noted;

	timer->waits = false;
	if (noted)
		timer_schedule_at(timer, timer->expiry_ns);
}

void
timer_move(struct timer *timer, struct lcore *home)
{
	bool scheduled = timer_is_scheduled(timer);

	timer_unschedule(timer);
	timer->home = home;
	if (scheduled)
		timer_schedule_at(timer, timer->expiry_ns);
}

void
timer_halt(struct timer *timer)
{
	timer_unschedule(timer);
	timer->home = NULL;
}

int64_t
timer_heap_next(const struct timer_heap *heap)
{
	return heap->n == 0 ? INT64_MAX : heap->v[0]->expiry_ns;
}

static void
fire(struct timer *timer)
{
	const struct element *e = timer->element;

	if (unlikely(profile_timer_runs(e)))
		profile_begin(profile_slot(e, PROFILE_TIMER));
	timer->fire(timer);
	lcore_task_done(lcore_self);
	profile_end();
}

unsigned
timer_heap_run(struct timer_heap *heap, int64_t steady_ns, unsigned max)
{
	unsigned n_fired = 0;

	while (heap->n > 0 && heap->v[0]->expiry_ns <= steady_ns && n_fired < max) {
		struct timer *timer = heap->v[0];

		heap_remove(heap, timer);
		fire(timer);
		n_fired++;
	}
	return n_fired;
}

void
timer_heap_fini(struct timer_heap *heap)
{
	assert(heap->n == 0);
	free(heap->v);
	*heap = (struct timer_heap){0};
}
