// SPDX-License-Identifier: BSD-3-Clause
#include "src/clock.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "test/unit/unit.h"

// Every reading adds 1 ns, whichever of the two clocks it is.
static void
readings_add_one(void)
{
	clock_simulate(5);
	CU_ASSERT_TRUE(clock_is_simulated());
	CU_ASSERT_EQUAL(clock_now(), 6);
	CU_ASSERT_EQUAL(clock_steady(), 7);
	CU_ASSERT_EQUAL(clock_steady(), 8);
	CU_ASSERT_EQUAL(clock_now(), 9);
	clock_simulate(5);
	CU_ASSERT_EQUAL(clock_steady(), 6);
	clock_simulate(-2);
	CU_ASSERT_EQUAL(clock_now(), -1);
	CU_ASSERT_EQUAL(clock_now(), 0);
	CU_ASSERT_EQUAL(clock_now(), 1);
	clock_real();
	CU_ASSERT_FALSE(clock_is_simulated());
}

static void
jumps(void)
{
	const int64_t start = 1000000000 * CLOCK_S;

	clock_simulate(start);
	clock_jump(start + 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(clock_now(), start + 10000001);
	// Never back, and a jump to the present changes nothing.
	clock_jump(start);
	CU_ASSERT_EQUAL(clock_steady(), start + 10000002);
	clock_jump(INT64_MIN);
	CU_ASSERT_EQUAL(clock_steady(), start + 10000003);
	clock_jump(start + 10000003);
	CU_ASSERT_EQUAL(clock_steady(), start + 10000004);
	clock_jump(start + 10000006);
	CU_ASSERT_EQUAL(clock_steady(), start + 10000007);
	clock_jump(INT64_MAX - 2);
	CU_ASSERT_EQUAL(clock_now(), INT64_MAX - 1);
	CU_ASSERT_EQUAL(clock_steady(), INT64_MAX);
	clock_real();
}

static int64_t
kernel_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * CLOCK_S + ts.tv_nsec;
}

// Between two readings of the kernel's own clock, whatever the time is.
static void
real_time(void)
{
	int64_t before, now, after;

	clock_simulate(1);
	clock_real();
	before = kernel_ns(CLOCK_MONOTONIC);
	now = clock_steady();
	after = kernel_ns(CLOCK_MONOTONIC);
	CU_ASSERT(before <= now && now <= after);
	clock_jump(INT64_MAX);
	CU_ASSERT_FALSE(clock_is_simulated());
	CU_ASSERT(clock_steady() >= after);
	CU_ASSERT(clock_steady() < INT64_MAX);
	before = kernel_ns(CLOCK_REALTIME);
	now = clock_now();
	after = kernel_ns(CLOCK_REALTIME);
	// Somebody may set that clock meanwhile.
	CU_ASSERT(after < before || (before <= now && now <= after));
}

// ---- warped time

static void
faster_and_slower(void)
{
	int64_t real, shown, real_passed, shown_passed, now = clock_now();

	clock_warp(1000);
	CU_ASSERT_EQUAL(clock_warp_factor(), 1000);
	CU_ASSERT_FALSE(clock_is_simulated() || clock_jumps());
	CU_ASSERT_TRUE(clock_now() >= now);
	shown = clock_steady();
	real = kernel_ns(CLOCK_MONOTONIC);
	usleep(2000);
	real_passed = kernel_ns(CLOCK_MONOTONIC) - real;
	shown_passed = clock_steady() - shown;
	CU_ASSERT_TRUE(shown_passed >= 2 * CLOCK_S);
	CU_ASSERT_TRUE(shown_passed >= real_passed * 1000);
	CU_ASSERT_EQUAL(clock_real_delay(CLOCK_S), CLOCK_MS);
	// On from where it was.
	shown = clock_steady();
	clock_warp(0.001);
	real = kernel_ns(CLOCK_MONOTONIC);
	CU_ASSERT_TRUE(clock_steady() >= shown);
	shown = clock_steady();
	usleep(2000);
	shown_passed = clock_steady() - shown;
	CU_ASSERT_TRUE(shown_passed >= 1990);
	CU_ASSERT_TRUE(shown_passed <= (kernel_ns(CLOCK_MONOTONIC) - real) / 1000 + 10);
	CU_ASSERT_EQUAL(clock_real_delay(CLOCK_MS), CLOCK_S);
	CU_ASSERT_EQUAL(clock_real_delay(INT64_MAX), 86400 * CLOCK_S);
	// Nothing jumps.
	clock_jump(INT64_MAX);
	CU_ASSERT_TRUE(clock_steady() < shown + 60 * CLOCK_S);
	clock_real();
	CU_ASSERT_EQUAL(clock_warp_factor(), 1);
	CU_ASSERT_EQUAL(clock_real_delay(5), 5);
}

static void
no_waiting(void)
{
	// In this order: what passes between the readings must not count.
	int64_t wall = clock_now(), start = clock_steady();

	clock_warp_nowait();
	CU_ASSERT_EQUAL(clock_warp_factor(), 0);
	CU_ASSERT_TRUE(clock_jumps());
	CU_ASSERT_FALSE(clock_is_simulated());
	CU_ASSERT_TRUE(clock_steady() - start < 60 * CLOCK_S);
	clock_jump(start + 3600 * CLOCK_S);
	CU_ASSERT_TRUE(clock_steady() - start >= 3600 * CLOCK_S);
	// The kernel may be slewing this one.
	CU_ASSERT_TRUE(clock_now() - wall >= 3600 * CLOCK_S - CLOCK_MS);
	CU_ASSERT_TRUE(clock_steady() - start < 3660 * CLOCK_S);
	// Never back.
	clock_jump(start);
	CU_ASSERT_TRUE(clock_steady() - start >= 3600 * CLOCK_S);
	// Other speeds go on from there.
	clock_warp(1);
	CU_ASSERT_TRUE(clock_steady() - start >= 3600 * CLOCK_S);
	clock_real();
}

// What was a jump in real time does not show up in simulated time.
static void
jump_before_simulation(void)
{
	clock_real();
	clock_jump(INT64_MAX);
	clock_simulate(0);
	CU_ASSERT_EQUAL(clock_now(), 1);
	clock_real();
}

enum { N_THREADS = 4, N_READINGS = 10000 };

static void *
read_often(void *arg)
{
	int64_t before = 0, now;

	for (int i = 0; i < N_READINGS; i++) {
		now = i % 2 ? clock_now() : clock_steady();
		*(bool *)arg |= now <= before;
		before = now;
	}
	return NULL;
}

static void
no_reading_is_lost(void)
{
	pthread_t threads[N_THREADS];
	bool backwards[N_THREADS] = {false};

	clock_simulate(0);
	for (int i = 0; i < N_THREADS; i++)
		CU_ASSERT_EQUAL_FATAL(
			pthread_create(&threads[i], NULL, read_often, &backwards[i]), 0);
	for (int i = 0; i < N_THREADS; i++) {
		pthread_join(threads[i], NULL);
		CU_ASSERT_FALSE(backwards[i]);
	}
	CU_ASSERT_EQUAL(clock_now(), N_THREADS * N_READINGS + 1);
	clock_real();
}

UNIT_SUITE(clock, UNIT_CASE(readings_add_one), UNIT_CASE(jumps), UNIT_CASE(real_time),
	UNIT_CASE(faster_and_slower), UNIT_CASE(no_waiting), UNIT_CASE(jump_before_simulation),
	UNIT_CASE(no_reading_is_lost))
