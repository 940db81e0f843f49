// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// UDP and IPv6 headers that elements put in front of data.

#include <rte_udp.h>

#include "elements/ip6/address.h"

struct udpip6 {
	struct rte_ipv6_hdr ip;
	struct rte_udp_hdr udp;
} __attribute__((packed));

static_assert(sizeof(struct udpip6) == 48, "40 bytes of IPv6, 8 of UDP");

// Of a sum over pseudo header and segment: IPv6 knows no UDP without a checksum, so 0 is written as
// what it is equal to (RFC 8200, 8.1).
static inline uint16_t
udpip6_checksum(uint64_t sum)
{
	uint16_t checksum = checksum_finish(sum);

	return checksum == 0 ? UINT16_MAX : checksum;
}
