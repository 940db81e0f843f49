// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Packets that are kept so that copies of them can be made again and again. Their bytes are in
// ordinary memory, so that a long trace takes no buffers from devices; some can be kept as buffers
// that copies share.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mbuf-bridge/packet.h"

struct replay_packet {
	struct packet *shared; // owned; NULL: bytes
	uint8_t *bytes; // owned
	uint32_t len;
	uint16_t input; // that it came by
	uint8_t type;
	bool has_annos;
	int32_t mac, network, transport; // from the data on
	int64_t timestamp_ns;
	uint8_t anno[PACKET_ANNO_SIZE];
};

struct replay_set {
	struct replay_packet *v; // owned
	size_t n, cap;
	uint32_t n_shared, shared_max;
	uint64_t n_bytes;
};

enum { REPLAY_PACKETS_MAX = 1 << 24 };
#define REPLAY_BYTES_MAX (UINT64_C(16) << 30)

static inline bool
replay_set_is_full(const struct replay_set *s)
{
	return s->n >= REPLAY_PACKETS_MAX || s->n_bytes >= REPLAY_BYTES_MAX;
}

// Keeps p's contents. true: p itself is kept; else it stays the caller's.
bool replay_set_add(struct replay_set *s, struct packet *p, uint16_t input);
// A packet like that, with its timestamp. NULL: no memory.
struct packet *replay_set_make(const struct replay_packet *r);
// What is kept as bytes is freed. Packets that are kept as such are taken out, one a call; NULL:
// no more.
struct packet *replay_set_take_shared(struct replay_set *s);
void replay_set_clear(struct replay_set *s); // none is shared any more
