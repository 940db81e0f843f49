// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// When to send: a schedule of frames at an exact mean rate, told from the TSC.
//
// The schedule never catches up on more than a little: after a stall of the machine a burst of
// everything missed would overrun the device under test, and its losses would be the tester's
// fault. What is missed is counted instead, and the achieved rate shows it.

#include <stdint.h>

struct pace {
	uint64_t origin; // TSC at the start
	uint64_t interval; // between two frames, in 1/65536 of a TSC cycle
	uint64_t next; // when the next frame is due, since origin, in the same unit
	uint64_t lead; // a burst is sent this much after its first frame is due
	uint64_t n_keep; // frames that may be behind schedule
	uint64_t n_skipped; // frames that were given up
};

// TSC cycles per second, measured against the system's clock for about 50 ms. (DPDK's own figure
// is rounded to 10 MHz, which is an error of up to half a per cent.)
double pace_measure_tsc_hz(void);

// Nanoseconds of the system's clock, by which the TSC is measured and the pace is judged.
uint64_t pace_clock_ns(void);

// rate: frames per second, above 0. Frames go out in bursts of at most burst_max, smaller ones when
// the rate is so low that a burst would collect for more than 10 us.
void pace_start(struct pace *p, double tsc_hz, double rate, unsigned burst_max, uint64_t now);

// The number of frames to send now, at most max. They count as sent.
unsigned pace_due(struct pace *p, uint64_t now, unsigned max);
