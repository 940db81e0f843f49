// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// TCP and UDP segments inside IPv4 packets: where they are, and their checksum.

#include <stdbool.h>
#include <stdint.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "mbuf-bridge/packet.h"

struct segment {
	// Header, options and the first bytes of the segment in one piece; valid until the
	// packet's bytes are asked for again.
	const struct rte_ipv4_hdr *ip;
	int32_t off; // of the segment
	uint32_t header_len; // of the IP header
	uint32_t len; // of the segment, as the IP header states; may be more than there is
	uint32_t have; // bytes of the packet from off on
};

// Looks at the packet's IP header and size bytes behind it. false: there is no such place, the
// header is malformed, or the packet is shorter.
static inline bool
segment_read(struct segment *s, struct packet **pp, uint32_t size)
{
	int32_t off = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, off, sizeof(*ip) + size);
	uint32_t len;

	if (unlikely(ip == NULL))
		return false;
	s->header_len = rte_ipv4_hdr_len(ip);
	len = rte_be_to_cpu_16(ip->total_length);
	if (unlikely(s->header_len != sizeof(*ip))) {
		if (s->header_len < sizeof(*ip))
			return false;
		ip = (const void *)packet_peek(pp, off, s->header_len + size);
		if (ip == NULL)
			return false;
	}
	if (unlikely(len < s->header_len))
		return false;
	s->ip = ip;
	s->off = off + (int32_t)s->header_len;
	s->len = len - s->header_len;
	s->have = packet_length_from(*pp, s->off);
	return true;
}

static inline const void *
segment_header(const struct segment *s)
{
	return (const uint8_t *)s->ip + s->header_len;
}

static inline bool
segment_is_fragment(const struct segment *s)
{
	return (s->ip->fragment_offset &
		       rte_cpu_to_be_16(RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK)) != 0;
}

// The checksum over the pseudo header and the first len bytes of the segment (at most s->have):
// 0 for a segment whose checksum is right, and what to put there if the field is zero.
static inline uint16_t
segment_checksum(const struct segment *s, const struct packet *p, uint32_t len)
{
	uint64_t sum = checksum_add_pseudo(s->ip, s->header_len, rte_cpu_to_be_16((uint16_t)len));

	checksum_add_packet(&sum, p, s->off, len);
	return checksum_finish(sum);
}
