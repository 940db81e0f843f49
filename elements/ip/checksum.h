// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Internet checksums (RFC 1071) and their updates (RFC 1624). One's-complement sums do not depend
// on the byte order, so all values here are as they lie in the packet: network order, never
// swapped.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <rte_ip.h>

struct packet;

// ---- sums

// The sum of 16-bit words, end-around carries included; 0 only if every word was 0. A right header
// or segment, its checksum included, sums to 0xffff.
static inline uint16_t
checksum_fold(uint64_t sum)
{
	uint32_t half;

	// Adding the halves to each other in both places makes the carry of the lower come around.
	sum += sum << 32 | sum >> 32;
	half = (uint32_t)(sum >> 32);
	half += half << 16 | half >> 16;
	return (uint16_t)(half >> 16);
}

static inline uint32_t
checksum_word(const void *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

// The words of an IP header without options.
static inline uint64_t
checksum_add_header(const void *header)
{
	const uint8_t *h = header;

	return (uint64_t)checksum_word(h) + checksum_word(h + 4) + checksum_word(h + 8) +
	       checksum_word(h + 12) + checksum_word(h + 16);
}

// sum plus n bytes that begin at an even place; an odd last byte counts as padded with 0.
uint64_t checksum_add(uint64_t sum, const void *bytes, size_t n);

// The same for n bytes of a packet at off (from the start of data, may be negative), whatever its
// segments. false, and *sum unchanged: the packet is shorter.
bool checksum_add_packet(uint64_t *sum, const struct packet *p, int32_t off, uint32_t n);

// What a checksum field must hold for the sum of everything else.
static inline uint16_t
checksum_finish(uint64_t sum)
{
	return (uint16_t)~checksum_fold(sum);
}

// ---- IP headers

// Computes and stores the checksum of a header of header_len bytes (20 to 60, all readable).
static inline void
checksum_set_ip(struct rte_ipv4_hdr *ip, unsigned header_len)
{
	ip->hdr_checksum = 0;
	ip->hdr_checksum =
		checksum_finish(header_len == sizeof(*ip) ? checksum_add_header(ip)
							  : checksum_add(0, ip, header_len));
}

// The address that the packet ends up at: dst_addr, or the last one of a source route. All
// header_len bytes must be readable.
uint32_t checksum_last_hop(const struct rte_ipv4_hdr *ip, unsigned header_len);

// The sum of the pseudo header of TCP and UDP, len bytes of segment (network order).
static inline uint64_t
checksum_add_pseudo(const struct rte_ipv4_hdr *ip, unsigned header_len, rte_be16_t len)
{
	uint32_t dst = header_len == sizeof(*ip) ? ip->dst_addr : checksum_last_hop(ip, header_len);

	return (uint64_t)ip->src_addr + dst + len + rte_cpu_to_be_16(ip->next_proto_id);
}

// ---- updates: the checksum after a covered word was changed

// RFC 1624, equation 3. Never gives 0xffff where a full sum would not.
static inline uint16_t
checksum_update(uint16_t checksum, uint16_t old, uint16_t new)
{
	uint32_t sum = (uint32_t)(uint16_t)~checksum + (uint16_t)~old + new;

	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

// For a 32-bit word, such as an address, at an even place.
static inline uint16_t
checksum_update32(uint16_t checksum, uint32_t old, uint32_t new)
{
	uint64_t sum = (uint64_t)(uint16_t)~checksum + ~old + new;

	return (uint16_t)~checksum_fold(sum);
}

// The checksum after the TTL went down by one.
static inline uint16_t
checksum_update_ttl(uint16_t checksum)
{
	uint32_t sum = (uint32_t)(uint16_t)~checksum + rte_cpu_to_be_16(0xfeff);

	return (uint16_t) ~(sum + (sum >> 16));
}

// ICMP: an update cannot tell 0 from 0xffff. The checksum of nothing but zero bytes (n at off, the
// field among them) is 0xffff.
uint16_t checksum_fix_zero(uint16_t checksum, const struct packet *p, int32_t off, uint32_t n);
