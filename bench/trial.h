// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One trial: frames at a rate for a time, then the wait for stragglers. One lcore sends and
// receives, so that there is no doubt about what it saw and when.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/frame.h"
#include "bench/histogram.h"

struct ports;
struct rte_mempool;

struct trial {
	struct frame_spec frame;
	uint16_t number; // in the frames' tags
	double rate; // frames per second; 0: as fast as the link takes them
	double seconds;
	unsigned burst;
	unsigned silence_ms; // the end: no frame for so long ...
	unsigned drain_ms; // ... or this time after the last one was sent
	double tsc_hz;
	bool latency;
	bool buckets; // of the latency, in the output
};

struct trial_result {
	// With a rate: a frame that found no room on the link when it was due is lost, as it would
	// be
	// on a wire: offered = sent + refused. Flat out it is tried again, and nothing is refused.
	uint64_t offered, sent, refused;
	uint64_t skipped; // not offered, since the tester was late
	uint64_t n_rounds, n_full; // times frames were given to the link; it did not take them all
	uint64_t received; // of this trial
	uint64_t received_sending; // of those, before the last one was sent
	uint64_t reordered; // came after one that was sent later
	uint64_t late; // of another trial
	uint64_t foreign; // not ours
	uint64_t missed; // lost in the tester's own devices, as far as they tell
	double send_seconds;
	double receive_seconds; // from the first frame received to the last one sent
	uint64_t n_gaps; // the tester's loop stood still for over 1 ms
	double gap_seconds, gap_longest;
	double silence_seconds; // longest time without a frame received, while sending
	bool interrupted;
	struct histogram latency; // TSC cycles
};

enum { TRIAL_BURST_MAX = 64 };

// tx_pool: filled with frames by trial_prepare(). On the lcore that owns the ports' queues.
void trial_prepare(const struct trial *t, struct rte_mempool *tx_pool);
void trial_run(const struct trial *t, const struct ports *ports, struct rte_mempool *tx_pool,
	const atomic_bool *stop, struct trial_result *r);

// Frames offered that did not come back, as a share of those offered. Never below 0.
double trial_loss(const struct trial_result *r);
