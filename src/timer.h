// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Something to do at a time, once. A timer belongs to an lcore and is used on that lcore only, or
// while lcores are paused.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct element;
struct lcore;
struct timer;

typedef void timer_fn(struct timer *timer);

struct timer {
	int64_t expiry_ns; // clock_steady(); of the last or the coming expiry
	timer_fn *fire;
	struct element *element; // borrowed
	struct lcore *home; // borrowed
	size_t slot; // place in the heap, plus one; 0: not there
	bool waits; // its router is not started yet: scheduling is only noted
	bool noted;
	bool fixed; // works for its lcore alone: does not go along when tasks move
	struct timer *sibling; // the element's next one; control thread
};

struct timer_heap {
	struct timer **v; // owned array of borrowed timers, 4-ary heap
	size_t n;
	size_t cap;
};

void timer_init(struct timer *timer, struct element *element, timer_fn *fire, struct lcore *home);
void timer_schedule_at(struct timer *timer, int64_t steady_ns);
void timer_schedule_after(struct timer *timer, int64_t ns); // from now
// From the last expiry, so that periods do not drift. More than a second behind: from now.
void timer_reschedule_after(struct timer *timer, int64_t ns);
void timer_unschedule(struct timer *timer);
// To another lcore. Lcores paused.
void timer_move(struct timer *timer, struct lcore *home);
// Its router starts: what was scheduled fires from now on. Lcores paused.
void timer_release(struct timer *timer);
// Unschedules it for good; the element is about to be replaced. Lcores paused.
void timer_halt(struct timer *timer);

static inline bool
timer_is_scheduled(const struct timer *timer)
{
	return timer->slot != 0 || timer->noted;
}

// For the lcore's loop. The earliest expiry, INT64_MAX if none.
int64_t timer_heap_next(const struct timer_heap *heap);
// Fires what is due, at most max; returns how many.
unsigned timer_heap_run(struct timer_heap *heap, int64_t steady_ns, unsigned max);
void timer_heap_fini(struct timer_heap *heap);
