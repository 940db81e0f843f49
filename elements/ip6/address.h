// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// IPv6 addresses as they lie in packets and in the destination annotation, and the sums of their
// pseudo headers.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "mbuf-bridge/packet.h"
#include "src/addr.h"

enum { IP6_HEADER_SIZE = sizeof(struct rte_ipv6_hdr), IP6_VERSION = 6 };

// For ip->vtc_flow: no traffic class, no flow label.
#define IP6_VTC_FLOW RTE_BE32((uint32_t)IP6_VERSION << 28)

static inline struct ip6_addr
ip6_from(const uint8_t bytes[16])
{
	struct ip6_addr a;

	memcpy(a.bytes, bytes, sizeof(a.bytes));
	return a;
}

static inline bool
ip6_equal(const struct ip6_addr *a, const struct ip6_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static inline bool
ip6_is_zero(const struct ip6_addr *a)
{
	static const struct ip6_addr zero;

	return ip6_equal(a, &zero);
}

static inline bool
ip6_is_multicast(const uint8_t bytes[16])
{
	return bytes[0] == 0xff;
}

// All bits behind the first len are cleared.
static inline void
ip6_mask(struct ip6_addr *a, unsigned len)
{
	for (unsigned i = 0; i < sizeof(a->bytes); i++) {
		unsigned bits = len > 8 * i ? RTE_MIN(len - 8 * i, 8u) : 0;

		a->bytes[i] = (uint8_t)(a->bytes[i] & 0xff00 >> bits);
	}
}

// The destination annotation; zero if there is none.
static inline struct ip6_addr
ip6_anno(const struct packet *p)
{
	uint64_t half[2] = {packet_anno_u64(p, ANNO_DST_IP6), packet_anno_u64(p, ANNO_DST_IP6 + 8)};
	struct ip6_addr a;

	memcpy(&a, half, sizeof(a));
	return a;
}

static inline void
ip6_set_anno(struct packet *p, const uint8_t bytes[16])
{
	uint64_t half[2];

	memcpy(half, bytes, sizeof(half));
	packet_set_anno_u64(p, ANNO_DST_IP6, half[0]);
	packet_set_anno_u64(p, ANNO_DST_IP6 + 8, half[1]);
}

// The sum of the pseudo header (RFC 8200, 8.1) for len bytes of an upper-layer packet.
static inline uint64_t
ip6_pseudo_sum(const struct rte_ipv6_hdr *ip, uint8_t proto, uint32_t len)
{
	return checksum_add(0, ip->src_addr, sizeof(ip->src_addr) + sizeof(ip->dst_addr)) +
	       rte_cpu_to_be_16(proto) + rte_cpu_to_be_16((uint16_t)len);
}
