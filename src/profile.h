// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Where packets go and where the time goes (--profile): packets and batches through each port, and
// the cycles that each element takes for itself, what it calls not included.
//
// Between the elements of a profiled router stand counters: an output leads to its profile_port,
// which counts and passes on. A router that is not profiled has none, and costs nothing. Counts
// are exact. Cycles are read in one of PROFILE_EVERY runs of each task, and are given times that
// number: reading the clock twice for each call would cost more than many elements do.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_cycles.h>

struct element;
struct handler;
struct router;
struct strbuf;

enum { PROFILE_EVERY = 32 };

enum profile_kind { PROFILE_CALL, PROFILE_TASK, PROFILE_TIMER };

// Of one element on one lcore. Written there only.
struct profile_lcore {
	uint64_t n_calls; // pushes into it, and pulls from it that gave packets
	uint64_t n_packets; // in these
	uint64_t n_timers; // runs
	uint64_t cycles[3]; // by enum profile_kind; sampled
} __rte_cache_aligned;

// Which count the time goes to at present; NULL: this run is not sampled.
struct profile_clock {
	uint64_t *slot;
	uint64_t since; // TSC
};

extern __thread struct profile_clock profile_clock;

// Routers that are made from now on are profiled.
void profile_enable(void);
// Control thread, for tests.
void profile_disable(void);

// ---- for router.c

void profile_attach(struct router *r); // connected, not running
void profile_detach(struct element *e); // frees what it has
// `icounts`, `ocounts`, `cycles` and `profile` of an element that is profiled.
void profile_add_handlers(struct element *e);
// Packets that went through a port; false: not profiled.
bool profile_port_packets(const struct element *e, bool output, unsigned port, uint64_t *n);

// ---- for profile_text.c

struct profile_sum { // of an element, over all lcores
	uint64_t n_calls, n_packets, n_timers; // as in struct profile_lcore
	uint64_t n_tasks; // runs
	uint64_t cycles[3]; // by enum profile_kind
};

// The element's router is profiled.
struct profile_sum profile_since_reset(const struct element *e);
void profile_reset(const struct element *e);
// Whether the port pushes or pulls, so that it has a counter of its own.
bool profile_port_is_active(const struct element *e, bool output, unsigned port);

// ---- for report.c and global handlers

// A line for each element that got packets, the one that took most cycles first.
void profile_table(const struct router *r, struct strbuf *out);
// The handlers of a profiled router. i from 0; NULL at the end.
const struct handler *profile_global_handler_at(size_t i);

// ---- for whoever runs tasks and timers

// The count that the element's time on this lcore goes to. NULL: none.
uint64_t *profile_slot(const struct element *e, enum profile_kind kind);
// Counts a run of a timer; whether it is one to be sampled.
bool profile_timer_runs(const struct element *e);

// From here to profile_end() the time is measured.
static inline void
profile_begin(uint64_t *slot)
{
	profile_clock = (struct profile_clock){slot, rte_rdtsc()};
}

static inline void
profile_end(void)
{
	if (profile_clock.slot != NULL)
		*profile_clock.slot += rte_rdtsc() - profile_clock.since;
	profile_clock.slot = NULL;
}

// The time goes to another count until profile_leave() gets what this has returned.
static inline uint64_t *
profile_enter(uint64_t *slot)
{
	uint64_t *before = profile_clock.slot, now = rte_rdtsc();

	*before += now - profile_clock.since;
	profile_clock = (struct profile_clock){slot, now};
	return before;
}

static inline void
profile_leave(uint64_t *before)
{
	uint64_t now = rte_rdtsc();

	if (unlikely(profile_clock.slot == NULL))
		return; // what was called ran tasks of its own
	*profile_clock.slot += now - profile_clock.since;
	profile_clock = (struct profile_clock){before, now};
}
