// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The frames of the spanning tree protocol (IEEE 802.1D-1998, section 9).

#include <stdbool.h>
#include <stdint.h>

#include "src/addr.h"

struct packet;
struct strbuf;

enum bpdu_flag {
	BPDU_TOPOLOGY_CHANGE = 0x01,
	BPDU_TOPOLOGY_ACK = 0x80,
};

// What bridges compare: the less, the better.
struct bpdu_vector {
	uint64_t root; // id: priority and MAC address
	uint32_t cost; // to the root
	uint64_t bridge; // that sends
	uint16_t port; // of it
};

struct bpdu {
	bool is_tcn; // topology change notification: nothing follows
	uint8_t flags;
	struct bpdu_vector vector;
	// In 1/256 s.
	uint16_t message_age, max_age, hello_time, forward_delay;
};

// < 0: a is better, 0: equal.
int bpdu_compare(const struct bpdu_vector *a, const struct bpdu_vector *b);
// false: the packet is no such frame.
bool bpdu_read(const struct packet *p, struct bpdu *b);
// A new frame. NULL: no memory.
struct packet *bpdu_make(const struct bpdu *b, struct mac_addr src);
void bpdu_vector_text(const struct bpdu_vector *v, struct strbuf *out); // "ROOT COST BRIDGE PORT"
