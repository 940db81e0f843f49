// SPDX-License-Identifier: BSD-3-Clause
#include "src/clock.h"

#include <stdatomic.h>
#include <time.h>

#include <rte_branch_prediction.h>

#define LONGEST_DELAY (CLOCK_S * 86400) // then one looks again

enum clock_mode { CLOCK_REAL, CLOCK_SIMULATED, CLOCK_WARPED, CLOCK_NOWAIT };

// Written before threads start, or while lcores are paused.
static struct {
	enum clock_mode mode;
	double factor; // of CLOCK_WARPED
	int64_t real[2], shown[2]; // since then: what the real clock said, and ours
} set;

static _Atomic int64_t simulated_ns; // CLOCK_SIMULATED; also written by every reading
static _Atomic int64_t jumped_ns; // CLOCK_NOWAIT: what was jumped over

// Of set.real and set.shown.
enum { NOW, STEADY };

static int64_t
read_real(unsigned which)
{
	struct timespec ts;

	clock_gettime(which == NOW ? CLOCK_REALTIME : CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * CLOCK_S + ts.tv_nsec;
}

static int64_t
read_warped(unsigned which)
{
	int64_t passed;

	if (set.mode == CLOCK_SIMULATED)
		return atomic_fetch_add_explicit(&simulated_ns, 1, memory_order_relaxed) + 1;
	passed = read_real(which) - set.real[which];
	if (set.mode == CLOCK_WARPED)
		return set.shown[which] + (int64_t)((double)passed * set.factor);
	return set.shown[which] + passed + atomic_load_explicit(&jumped_ns, memory_order_relaxed);
}

static int64_t
read_clock(unsigned which)
{
	return likely(set.mode == CLOCK_REAL) ? read_real(which) : read_warped(which);
}

int64_t
clock_now(void)
{
	return read_clock(NOW);
}

int64_t
clock_steady(void)
{
	return read_clock(STEADY);
}

// ---- simulated time

void
clock_simulate(int64_t start_ns)
{
	set.mode = CLOCK_SIMULATED;
	atomic_store(&simulated_ns, start_ns);
}

bool
clock_is_simulated(void)
{
	return set.mode == CLOCK_SIMULATED;
}

bool
clock_jumps(void)
{
	return set.mode == CLOCK_SIMULATED || set.mode == CLOCK_NOWAIT;
}

void
clock_jump(int64_t steady_ns)
{
	int64_t ahead;

	if (set.mode == CLOCK_SIMULATED) {
		if (steady_ns > atomic_load(&simulated_ns))
			atomic_store(&simulated_ns, steady_ns);
	} else if (set.mode == CLOCK_NOWAIT) {
		ahead = steady_ns - read_clock(STEADY);
		if (ahead > 0)
			atomic_fetch_add(&jumped_ns, ahead);
	}
}

// ---- warped time

static void
change(enum clock_mode mode, double factor)
{
	int64_t shown[2] = {read_clock(NOW), read_clock(STEADY)};

	for (unsigned i = 0; i < 2; i++) {
		set.shown[i] = shown[i];
		set.real[i] = read_real(i);
	}
	atomic_store(&jumped_ns, 0);
	set.mode = mode;
	set.factor = factor;
}

void
clock_warp(double factor)
{
	change(CLOCK_WARPED, factor);
}

void
clock_warp_nowait(void)
{
	change(CLOCK_NOWAIT, 1);
}

double
clock_warp_factor(void)
{
	return set.mode == CLOCK_WARPED ? set.factor : set.mode == CLOCK_NOWAIT ? 0 : 1;
}

int64_t
clock_real_delay(int64_t ns)
{
	double real = (double)ns / set.factor;

	if (set.mode != CLOCK_WARPED)
		return ns;
	return real < (double)LONGEST_DELAY ? (int64_t)real : LONGEST_DELAY;
}

void
clock_real(void)
{
	set.mode = CLOCK_REAL;
}
