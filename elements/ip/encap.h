// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// IP headers that elements put in front of packets, all alike but for length, id and destination.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "mbuf-bridge/packet.h"
#include "src/argtype.h"

struct encap_dst { // an argument: an address, or the word DST_ANNO
	struct ip_addr addr; // zero with from_anno
	bool from_anno; // the packet's destination annotation
};

// With ARG_AS. The row's range_error is what is said of any other text.
extern const struct arg_type arg_encap_dst;
// struct ip_proto; what is none is a "bad IP protocol".
extern const struct arg_type arg_encap_proto;

struct encap {
	struct rte_ipv4_hdr ip; // length, id and destination are zero
	uint64_t sum; // of its words
};

// From a header of which length, id and destination do not matter.
void encap_init(struct encap *encap, const struct rte_ipv4_hdr *ip);

// Makes room for n bytes of headers in front of a packet, which IP can still state the length of.
// false: too long, or no memory.
static inline bool
encap_push(struct packet **pp, uint32_t n)
{
	return likely(packet_length(*pp) <= UINT16_MAX - n) && packet_push(pp, n);
}

// Writes a header to 20 bytes. len is that of the whole packet.
static inline void
encap_write(const struct encap *encap, uint8_t *to, uint32_t len, uint16_t id, uint32_t dst_be)
{
	struct rte_ipv4_hdr *ip = (void *)to;
	rte_be16_t len_be = rte_cpu_to_be_16((uint16_t)len), id_be = rte_cpu_to_be_16(id);

	*ip = encap->ip;
	ip->total_length = len_be;
	ip->packet_id = id_be;
	ip->dst_addr = dst_be;
	ip->hdr_checksum = checksum_finish(encap->sum + len_be + id_be + dst_be);
}

// The destination of a packet. A fixed one becomes the annotation as well.
static inline uint32_t
encap_destination(struct packet *p, uint32_t fixed_be, bool from_anno)
{
	if (from_anno)
		return packet_anno_u32(p, ANNO_DST_IP);
	packet_set_anno_u32(p, ANNO_DST_IP, fixed_be);
	return fixed_be;
}
