// SPDX-License-Identifier: BSD-3-Clause
#include "src/timer.h"

#include <stdlib.h>

#include "src/clock.h"
#include "src/lcore.h"
#include "test/unit/rig.h"

struct probe {
	struct timer timer;
	int64_t fired_at[32];
	unsigned n;
	int64_t period;
};

static void
fire(struct timer *timer)
{
	struct probe *p = (struct probe *)timer;

	p->fired_at[p->n++ % 32] = timer->expiry_ns;
	if (p->period != 0)
		timer_reschedule_after(timer, p->period);
}

static void
fires_once_at_its_time(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct probe p = {0};
	int64_t at = clock_steady() + 5 * CLOCK_MS;

	timer_init(&p.timer, NULL, fire, lcores_control());
	CU_ASSERT_FALSE(timer_is_scheduled(&p.timer));
	timer_schedule_at(&p.timer, at);
	CU_ASSERT_TRUE(timer_is_scheduled(&p.timer));
	rig_run_for(r, 4 * CLOCK_MS);
	CU_ASSERT_EQUAL(p.n, 0);
	rig_run_for(r, 2 * CLOCK_MS);
	CU_ASSERT_EQUAL(p.n, 1);
	CU_ASSERT_EQUAL(p.fired_at[0], at);
	CU_ASSERT_FALSE(timer_is_scheduled(&p.timer));
	rig_free(r);
}

static void
periods_do_not_drift(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct probe p = {.period = CLOCK_MS};
	int64_t start = clock_steady();

	timer_init(&p.timer, NULL, fire, lcores_control());
	timer_schedule_at(&p.timer, start + CLOCK_MS);
	rig_run_for(r, 10 * CLOCK_MS + 1000);
	CU_ASSERT_EQUAL(p.n, 10);
	CU_ASSERT_EQUAL(p.fired_at[9], start + 10 * CLOCK_MS);
	timer_unschedule(&p.timer);
	rig_run_for(r, 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(p.n, 10);
	rig_free(r);
}

static unsigned order[500], n_order;

struct numbered {
	struct timer timer;
	unsigned number;
};

static void
note(struct timer *timer)
{
	order[n_order++] = ((struct numbered *)timer)->number;
}

// Many timers in a shuffled order, some taken out again from the middle of the heap.
static void
fires_in_order(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct numbered t[500];
	unsigned expected = 0;

	n_order = 0;
	for (unsigned i = 0; i < 500; i++) {
		unsigned k = i * 7 % 500;

		t[k].number = k;
		timer_init(&t[k].timer, NULL, note, lcores_control());
		timer_schedule_after(&t[k].timer, (k + 1) * CLOCK_US);
	}
	for (unsigned i = 0; i < 500; i += 3)
		timer_unschedule(&t[i].timer);
	rig_run_for(r, CLOCK_MS);
	for (unsigned i = 0; i < 500; i++) {
		if (i % 3 != 0)
			CU_ASSERT_EQUAL(order[expected++], i);
	}
	CU_ASSERT_EQUAL(n_order, expected);
	rig_free(r);
}

static void
far_behind_starts_from_now(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct probe p = {0};

	timer_init(&p.timer, NULL, fire, lcores_control());
	p.timer.expiry_ns = clock_steady() - 5 * CLOCK_S;
	timer_reschedule_after(&p.timer, CLOCK_MS);
	CU_ASSERT_TRUE(p.timer.expiry_ns >= clock_steady() - CLOCK_MS);
	timer_unschedule(&p.timer);
	rig_free(r);
}

// It does not come round to a time long past.
static void
beyond_the_clock_is_never(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct probe p = {0};

	timer_init(&p.timer, NULL, fire, lcores_control());
	timer_schedule_after(&p.timer, INT64_MAX);
	CU_ASSERT_EQUAL(p.timer.expiry_ns, INT64_MAX);
	timer_reschedule_after(&p.timer, CLOCK_S);
	CU_ASSERT_EQUAL(p.timer.expiry_ns, INT64_MAX);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(p.n, 0);
	timer_unschedule(&p.timer);
	rig_free(r);
}

UNIT_SUITE(timer, UNIT_CASE(fires_once_at_its_time), UNIT_CASE(periods_do_not_drift),
	UNIT_CASE(fires_in_order), UNIT_CASE(far_behind_starts_from_now),
	UNIT_CASE(beyond_the_clock_is_never))
