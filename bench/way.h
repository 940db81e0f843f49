// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One direction of a trial: what is sent into one port, and which of it came out of the other one.

#include <stdbool.h>
#include <stdint.h>

#include "bench/arrivals.h"
#include "bench/frame.h"
#include "bench/pace.h"

struct rte_mbuf;
struct rte_mempool;

enum { WAY_BURST_MAX = 64 };

struct way_result {
	// With a rate, a frame that found no room on the link when it was due is lost, as it would
	// be on a wire: offered = sent + refused. Flat out it is tried again; nothing is refused.
	uint64_t offered, sent, refused;
	uint64_t n_rounds, n_full; // times frames were given to the link; it did not take them all
	uint64_t skipped; // not offered, since the tester was late
	uint64_t received; // different frames of this trial
	uint64_t received_sending; // of those, before the last one was sent
	uint64_t duplicates; // came again
	uint64_t reordered; // came after one that was sent later
	uint64_t reorder_extent; // by how many frames at most
	double receive_seconds; // from the first frame received to the last one sent
	double silence_seconds; // longest time without a frame received, while sending
	// Of the second part.
	uint64_t step_offered, step_received;
	double step_loss_seconds; // after its begin, when the last lost frame was sent; 0: none
};

struct way {
	struct way_result *r; // borrowed
	struct rte_mempool *pool; // borrowed; all of its buffers hold frames, see way_prepare()
	const struct frame_spec *frame; // borrowed
	double tsc_hz;
	unsigned burst;
	uint64_t n_frames; // to send; 0: no limit
	uint16_t tx_port, rx_port;
	uint16_t tag; // in its frames
	double rate; // frames per second; 0: as fast as the link takes them
	struct pace pace;
	uint32_t sequence; // next to send
	struct rte_mbuf *pending[WAY_BURST_MAX]; // flat out: what the link did not take
	unsigned n_pending;
	uint64_t step_at; // TSC; 0: there was none yet
	uint64_t first_rx, last_rx; // TSC; 0: none
	uint64_t longest_silence;
	struct arrivals arrivals;
};

// Writes the frames into all buffers of the pool; later they are only stamped.
void way_prepare(struct way *w);
// From now on.
void way_set_rate(struct way *w, double rate, uint64_t now);
// The second part of the trial begins.
void way_step(struct way *w, uint64_t now);
// Sends what is due. Returns whether there is more to send.
bool way_send(struct way *w, uint64_t now);
// The last frame has been sent, the first one was at start.
void way_end_sending(struct way *w, uint64_t start, uint64_t now);
// Frames of this direction have been received.
void way_received(struct way *w, uint64_t now);
// All is over; the last frame was sent at end.
void way_finish(struct way *w, uint64_t end);

// Frames offered that did not come back, as a share of those offered. Never below 0.
double way_loss(const struct way_result *r);
