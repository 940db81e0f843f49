// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// IPv6 packets in tests: some bytes, header places, and a second opinion on checksums.

#include "test/unit/ippacket.h"

#define IP6_A "20010db8 00000000 00000000 00000001"
#define IP6_B "20010db8 00000000 00000000 00000002"
// From 2001:db8::1 port 1000 to 2001:db8::2 port 2000, `abcd`.
#define IP6_UDP_HEAD(hlim) "60000000 000c11" hlim IP6_A IP6_B
#define IP6_UDP_BODY "03e807d0 000cd3e2 61626364"
#define IP6_UDP IP6_UDP_HEAD("ff") IP6_UDP_BODY

static inline void
ip6packet_mark(struct packet *p)
{
	packet_set_network(p, 0, 40);
}

static inline struct packet *
ip6packet_marked(struct packet *p)
{
	ip6packet_mark(p);
	return p;
}

// Whether the checksum of what follows the 40-byte header is right.
static inline bool
ip6packet_is_right(const struct packet *p)
{
	uint32_t len = packet_length(p) - 40, sum = ippacket_sum(p, 8, 32, len);
	uint8_t proto;

	packet_read(p, 6, &proto, 1);
	return ippacket_sum(p, 40, len, sum + proto) == 0xffff;
}
