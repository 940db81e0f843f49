// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Sequence numbers of a TCP flow whose data was made longer or shorter on the way. A transition
// says by how much each direction's numbers differ from some number on. Numbers are compared modulo
// 2^32.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TCP_DELTAS_MAX = 16 }; // transitions; the oldest is given up for a further one

struct tcp_transition {
	int32_t delta[2]; // by direction; all changes so far
	uint32_t trigger[2]; // the first number that it is for
	bool has_trigger[2]; // false: it is for all numbers
};

struct tcp_deltas {
	uint32_t n;
	struct tcp_transition v[TCP_DELTAS_MAX]; // oldest first
};

// From trigger on, the direction's numbers change by `change` more than before. The same trigger
// again replaces the change. 0, -EINVAL if later numbers were changed already, -ENOMEM.
int
tcp_deltas_change(struct tcp_deltas **deltas, unsigned direction, uint32_t trigger, int32_t change);
// A sequence number as it leaves.
uint32_t tcp_deltas_seq(struct tcp_deltas *deltas, unsigned direction, uint32_t seq);
// The number that a packet of the direction acknowledges, as it leaves.
uint32_t tcp_deltas_ack(const struct tcp_deltas *deltas, unsigned direction, uint32_t ack);

static inline int32_t
tcp_deltas_newest(const struct tcp_deltas *deltas, unsigned direction)
{
	return deltas == NULL ? 0 : deltas->v[deltas->n - 1].delta[direction];
}

// Changes the numbers of a header of header_len bytes (20 to 60), its checksum with them.
void tcp_deltas_rewrite(
	struct tcp_deltas *deltas, unsigned direction, uint8_t *header, unsigned header_len);
