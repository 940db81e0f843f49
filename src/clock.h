// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The only clock. Real time, or time that tests and --simtime make: it starts at a given moment,
// every reading adds 1 ns, and the driver lets it jump to the next timer when nothing can run.

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_S INT64_C(1000000000)
#define CLOCK_MS INT64_C(1000000)
#define CLOCK_US INT64_C(1000)

int64_t clock_now(void); // nanoseconds since 1970
int64_t clock_steady(void); // nanoseconds of a clock that never jumps; timers use it

// Both clocks start at start_ns. Before any thread runs.
void clock_simulate(int64_t start_ns);
bool clock_is_simulated(void);
// Simulated time only: moves both clocks on to steady_ns, never back.
void clock_jump(int64_t steady_ns);
// For tests that are done.
void clock_real(void);
