// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which port of a bridge leads to which station. All lcores read it without a lock; what changes
// the set of stations takes one. A slot's station and port are one word, so they always belong
// together.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_spinlock.h>

struct strbuf;

enum { MAC_TABLE_MAX = 65536 }; // stations; more are not learnt

struct mac_slot {
	_Atomic uint64_t station; // address in the low 48 bits, port + 1 above; 0: unused
	_Atomic int64_t seen_ns;
};

struct mac_table {
	struct mac_slot *slots; // owned
	uint64_t multiplier; // of the hash, odd
	rte_spinlock_t lock;
	uint32_t n; // stations; under the lock
	uint32_t hand; // slot at which the next search for an expired one begins; under the lock
};

void mac_table_init(struct mac_table *t);
void mac_table_fini(struct mac_table *t); // zeroed memory is fine

// A station was seen at a port at time now. When the table is full, one that was not seen for
// timeout_ns may make room.
void mac_table_learn(
	struct mac_table *t, const uint8_t mac[6], unsigned port, int64_t now, int64_t timeout_ns);
// The station's port, -1: not known, or not seen for timeout_ns; then it is removed.
int mac_table_find(struct mac_table *t, const uint8_t mac[6], int64_t now, int64_t timeout_ns);
// Lines `ETH PORT`.
void mac_table_text(struct mac_table *t, struct strbuf *out);
