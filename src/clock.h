// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The only clock. Real time; or real time that runs faster or slower, or that does not wait (the
// handler `timewarp`); or time that tests and --simtime make: it starts at a given moment, every
// reading adds 1 ns, and the driver lets it jump to the next timer when nothing can run.

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_S INT64_C(1000000000)
#define CLOCK_MS INT64_C(1000000)
#define CLOCK_US INT64_C(1000)

int64_t clock_now(void); // nanoseconds since 1970
int64_t clock_steady(void); // nanoseconds of a clock that never goes back; timers use it

// The time ns after at; INT64_MAX if the clocks never get there.
static inline int64_t
clock_add(int64_t at, int64_t ns)
{
	int64_t sum;

	return __builtin_add_overflow(at, ns, &sum) ? INT64_MAX : sum;
}

// Both clocks start at start_ns. Before any thread runs.
void clock_simulate(int64_t start_ns);
bool clock_is_simulated(void);
// Whether the clocks jump to the next timer when nothing can run: simulated, or nowait.
bool clock_jumps(void);
// If so, moves both clocks on to steady_ns, never back.
void clock_jump(int64_t steady_ns);
// How long ns of these clocks take in the real world.
int64_t clock_real_delay(int64_t ns);

#define CLOCK_WARP_MAX 1e6

// From now on both clocks run at factor times the speed of real time, from where they are; 1 /
// CLOCK_WARP_MAX to CLOCK_WARP_MAX. Lcores paused; not while time is simulated.
void clock_warp(double factor);
// They run at the speed of real time, but jump over all waiting.
void clock_warp_nowait(void);
double clock_warp_factor(void); // 1 in real time; 0: nowait
// For tests that are done.
void clock_real(void);
