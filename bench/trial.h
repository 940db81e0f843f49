// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One trial: frames at a rate for a time, then the wait for stragglers. One lcore sends and
// receives, so that there is no doubt about what it saw and when.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/frame.h"
#include "bench/histogram.h"
#include "bench/way.h"
#include "src/gaps.h"

struct ports;
struct rte_mempool;

enum { TRIAL_WAYS = 2, TRIAL_FRAMES_MAX = 1000000000, TRIAL_GAP_US = 1000 };

struct trial {
	struct frame_spec frame;
	uint16_t number; // in the frames' tags
	double rate; // frames per second in each direction; 0: as fast as the link takes them
	double seconds;
	unsigned n_frames; // no more than this in each direction; 0: no limit
	double step_rate, step_seconds; // a second part at another rate; 0 seconds: none
	bool both_ways;
	// The other side: its own address and whom it sends to, where they are not just the first
	// side's the other way round.
	uint8_t peer_mac[6], peer_dst_mac[6];
	bool peer_given, peer_dst_given;
	unsigned learn_ms; // before it, for announcements and the answers to them; 0: none
	unsigned burst;
	unsigned silence_ms; // the end: no frame for so long ...
	unsigned drain_ms; // ... or this time after the last one was sent
	double tsc_hz;
	bool latency;
	bool buckets; // of the latency, in the output
};

struct trial_result {
	unsigned n_ways;
	struct way_result way[TRIAL_WAYS]; // from the first port to the last one, and back
	uint64_t announced; // ARP frames sent before
	uint64_t before; // frames received before
	uint64_t late; // frames of another trial
	uint64_t strayed; // that came out where they should not
	uint64_t foreign; // not ours
	uint64_t arp_answers;
	uint64_t missed; // lost in the tester's own devices, as far as they tell
	double send_seconds; // by the TSC
	double clock_seconds; // the same by the system's clock
	struct gaps gaps; // the tester's loop stood still for over TRIAL_GAP_US
	bool interrupted;
	struct histogram latency; // TSC cycles
};

// The frames of one direction.
struct frame_spec trial_frame(const struct trial *t, unsigned way);
unsigned trial_n_ways(const struct trial *t);

// tx_pools: one for each direction. On the lcore that owns the ports' queues.
void trial_run(const struct trial *t, const struct ports *ports,
	struct rte_mempool *const *tx_pools, const atomic_bool *stop, struct trial_result *r);

// All directions together; of times the longest.
void trial_sum(const struct trial_result *r, struct way_result *sum);
