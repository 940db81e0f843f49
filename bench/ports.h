// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The tester's own ports: one receive and one transmit queue each, nothing switched on. It shares
// no code with the device under test here, on purpose.

#include <stdbool.h>
#include <stdint.h>

struct errh;
struct rte_mempool;

enum { PORTS_MAX = 2 };

struct ports {
	unsigned n;
	uint16_t number[PORTS_MAX]; // DPDK's
	const char *spec[PORTS_MAX]; // borrowed
	struct rte_mempool *pool; // borrowed; what is received comes in its buffers
};

// Whether a device string is one whose memory the peer process maps.
bool ports_spec_shares_memory(const char *spec);

// Opens, configures and starts the devices. 0, or -EINVAL reported; then ports_close() is due, too.
int ports_open(struct ports *p, const char *const *specs, unsigned n, unsigned n_desc,
	struct rte_mempool *pool, struct errh *errh);
// Waits until every link is up. -ETIMEDOUT, reported.
int ports_wait_link(const struct ports *p, unsigned timeout_ms, struct errh *errh);
void ports_close(struct ports *p);

// Counters of the devices themselves, summed: frames they lost on receive.
uint64_t ports_missed(const struct ports *p);
