// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// IP packets in tests: their header places, and a second opinion on their checksums.

#include <stdint.h>
#include <string.h>

#include "mbuf-bridge/packet.h"

// The IP header begins the data.
static inline void
ippacket_mark(struct packet *p)
{
	packet_set_network(p, 0, (packet_length(p) > 0 ? packet_data(p)[0] & 15u : 5) * 4);
}

static inline struct packet *
ippacket_marked(struct packet *p)
{
	ippacket_mark(p);
	return p;
}

// RFC 1071, the plain way, on the bytes of a packet; start is the sum so far.
static inline uint32_t
ippacket_sum(const struct packet *p, uint32_t off, uint32_t n, uint32_t start)
{
	uint8_t word[2];

	for (uint32_t at = 0; at < n; at += 2) {
		word[1] = 0;
		if (!packet_read(p, off + at, word, at + 1 < n ? 2 : 1))
			return 0;
		start += (uint32_t)(word[0] << 8 | word[1]);
		start = (start & 0xffff) + (start >> 16);
	}
	return start;
}

static inline bool
ippacket_header_is_right(const struct packet *p)
{
	return ippacket_sum(p, 0, (packet_data(p)[0] & 15u) * 4, 0) == 0xffff;
}

// Of the len bytes behind the header, with the pseudo header in front.
static inline bool
ippacket_segment_is_right(const struct packet *p, uint32_t len)
{
	uint32_t sum = ippacket_sum(p, 12, 8, len);
	uint8_t proto, vhl;

	packet_read(p, 0, &vhl, 1);
	packet_read(p, 9, &proto, 1);
	return ippacket_sum(p, (vhl & 15u) * 4, len, sum + proto) == 0xffff;
}
