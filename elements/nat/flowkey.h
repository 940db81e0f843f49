// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The ends of a flow as its packets have them, all in network order. The protocol is not part of
// it: who must keep protocols apart has a table for each.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct flow_key {
	uint32_t src, dst;
	uint16_t sport, dport;
};

static_assert(sizeof(struct flow_key) == 12, "keys are hashed and compared as two words");

// Secrets, so that nobody outside can choose flows that meet in one place.
struct flow_seed {
	uint64_t a, b;
};

static inline struct flow_key
flow_key_reverse(struct flow_key k)
{
	return (struct flow_key){.src = k.dst, .dst = k.src, .sport = k.dport, .dport = k.sport};
}

static inline uint64_t
flow_key_addrs(const struct flow_key *k)
{
	uint64_t addrs;

	memcpy(&addrs, &k->src, sizeof(addrs));
	return addrs;
}

static inline uint32_t
flow_key_ports(const struct flow_key *k)
{
	uint32_t ports;

	memcpy(&ports, &k->sport, sizeof(ports));
	return ports;
}

static inline bool
flow_key_equal(const struct flow_key *a, const struct flow_key *b)
{
	return ((flow_key_addrs(a) ^ flow_key_addrs(b)) |
		       (flow_key_ports(a) ^ flow_key_ports(b))) == 0;
}

// A product of 64-bit words, folded: every bit of the key reaches every bit of the hash.
static inline uint32_t
flow_key_hash(const struct flow_key *k, uint16_t table, const struct flow_seed *seed)
{
	uint64_t a = flow_key_addrs(k) ^ seed->a;
	uint64_t b = ((uint64_t)table << 32 | flow_key_ports(k)) ^ seed->b;
	unsigned __int128 product = (unsigned __int128)a * b;
	uint64_t folded = (uint64_t)product ^ (uint64_t)(product >> 64);

	return (uint32_t)(folded ^ folded >> 32);
}
