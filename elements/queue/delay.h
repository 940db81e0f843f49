// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What elements that keep packets back for a time share.

#include "src/clock.h"
#include "src/element.h"

// Timers wake that much early, and what is left is waited for by polling.
static inline int64_t
delay_adjust_ns(void)
{
	return clock_is_simulated() ? 0 : 500 * CLOCK_US;
}

// Makes the timestamp the time at which the packet may leave: delay_ns after the one that it has,
// or after now.
static inline void
delay_stamp(struct packet *p, int64_t delay_ns, int64_t now)
{
	int64_t ns = packet_timestamp(p);

	packet_set_timestamp(p, clock_add(ns < CLOCK_S ? now : ns, delay_ns));
}
