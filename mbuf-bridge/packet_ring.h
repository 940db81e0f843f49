// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Lock-free rings of packets, in hugepage memory where there is some. The ring itself is DPDK's.

#include <stddef.h>
#include <stdint.h>

#include <rte_ring.h>

struct packet;

// A ring that holds capacity packets, neither more nor less. flags: RING_F_SP_ENQ, RING_F_SC_DEQ;
// without them several threads may use that end. NULL: no memory.
struct rte_ring *packet_ring_create(uint32_t capacity, unsigned flags);
// Bytes that it takes, for plans.
uint64_t packet_ring_bytes(uint32_t capacity);
// The packets that are left are freed, uncounted. NULL is fine.
void packet_ring_destroy(struct rte_ring *ring);
