// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Bytes of a packet by their place, whatever its segments. Places are counted from the start of the
// data and may be negative: in a header that was stripped.

#include <stdbool.h>
#include <stdint.h>

#include "mbuf-bridge/packet.h"

// Whether the packet has n bytes at off.
static inline bool
payload_has(const struct packet *p, int32_t off, uint32_t n)
{
	return (int64_t)off + n <= (int64_t)packet_length(p) &&
	       (int64_t)off + (int64_t)packet_headroom(p) >= 0;
}

// Copies them out. false: the packet is shorter.
bool payload_read(const struct packet *p, int32_t off, void *bytes, uint32_t n);

// Copies n bytes from one packet to the same number at to_off of another, which must have them and
// share them with nobody. false: from is shorter.
bool payload_copy(
	struct packet *to, uint32_t to_off, const struct packet *from, int32_t off, uint32_t n);

// Zeroes n bytes at off, which the packet must have and share with nobody.
void payload_zero(struct packet *p, uint32_t off, uint32_t n);
