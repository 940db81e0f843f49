// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What rewriters read of a packet's headers, and write to them.

#include <stdbool.h>
#include <stdint.h>

#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip/checksum.h"
#include "elements/nat/flow.h"
#include "elements/nat/rewriter.h"
#include "mbuf-bridge/packet.h"

enum {
	HEADER_PORTS_LEAST = 8, // bytes of transport header with which packets have ports for us
	HEADER_TCP_SUM_LEAST = offsetof(struct rte_tcp_hdr, cksum) + sizeof(rte_be16_t),
	PROTOCOL_DCCP = 33,
};

// A packet as a rewriter sees it.
struct rewriter_packet {
	struct flow_key key;
	uint32_t hash, ref;
	uint32_t reply_dst; // of rewriters that know replies by their destination
	int32_t off; // of the IP header
	uint32_t transport_len; // bytes behind it
	uint16_t header_len; // of it
	uint16_t table;
	uint8_t protocol;
	bool handled;
	bool first_fragment;
};

// The IP header; NULL: there is none.
static inline const struct rte_ipv4_hdr *
header_read(struct packet **pp, struct rewriter_packet *rp)
{
	int32_t off = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, off, sizeof(*ip));
	uint32_t len;

	if (unlikely(ip == NULL || (uint8_t)(ip->version_ihl - RTE_IPV4_VHL_DEF) > 10))
		return NULL;
	len = packet_length_from(*pp, off);
	rp->off = off;
	rp->header_len = rte_ipv4_hdr_len(ip);
	if (unlikely(len < rp->header_len))
		return NULL;
	rp->transport_len = len - rp->header_len;
	rp->protocol = ip->next_proto_id;
	rp->first_fragment = !(ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK));
	return ip;
}

// n bytes behind the IP header.
static inline const uint8_t *
header_transport(struct packet **pp, const struct rewriter_packet *rp, uint32_t n)
{
	const uint8_t *ip = packet_peek(pp, rp->off, rp->header_len + n);

	return likely(ip != NULL) ? ip + rp->header_len : NULL;
}

// The IP header and n bytes behind it, to be written.
static inline struct rte_ipv4_hdr *
header_edit(struct packet **pp, const struct rewriter_packet *rp, uint32_t n)
{
	return (void *)packet_edit(pp, rp->off, rp->header_len + n);
}

// The ends of a packet with ports.
static inline bool
header_read_ports(struct packet **pp, struct rewriter_packet *rp)
{
	const struct rte_ipv4_hdr *ip;
	const uint8_t *transport;

	if (!rp->first_fragment || rp->transport_len < HEADER_PORTS_LEAST)
		return false;
	transport = header_transport(pp, rp, HEADER_PORTS_LEAST);
	if (unlikely(transport == NULL))
		return false;
	ip = (const void *)(transport - rp->header_len);
	// Whole words, as they will be read: a load that spans two stores has to wait for them.
	memcpy(&rp->key.src, &ip->src_addr, 2 * sizeof(rp->key.src));
	memcpy(&rp->key.sport, transport, 2 * sizeof(rp->key.sport));
	return true;
}

// A checksum after a flow's rewriting has changed what it covers (RFC 1624, equation 3, by the
// difference of the sums; that of replies is its complement).
static inline uint16_t
header_update(uint16_t checksum, uint16_t delta, unsigned direction)
{
	uint16_t change = direction == FORWARD ? delta : (uint16_t)~delta;
	uint32_t sum = (uint32_t)(uint16_t)~checksum + change + 0xffff;

	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

static inline void
header_set_addrs(struct rte_ipv4_hdr *ip, const struct flow *f, unsigned direction,
	const struct flow_key *to)
{
	ip->src_addr = to->src;
	ip->dst_addr = to->dst;
	ip->hdr_checksum = header_update(ip->hdr_checksum, f->ip_delta, direction);
}

static inline void
header_set_annos(const struct rewriter *r, const struct flow *f, unsigned direction,
	struct packet *p, uint32_t dst)
{
	if (r->dst_anno)
		packet_set_anno_u32(p, ANNO_DST_IP, dst);
	if (direction == REPLY && r->has_reply_anno)
		packet_set_anno_u8(p, r->reply_anno.offset, f->reply_anno);
}

// The checksum of TCP, or of UDP where it is used; transport_len bytes are there.
static inline void
header_update_transport(struct rte_ipv4_hdr *ip, const struct rewriter_packet *rp,
	const struct flow *f, unsigned direction)
{
	uint8_t *transport = (uint8_t *)ip + rp->header_len;

	if (rp->protocol == IPPROTO_TCP && rp->transport_len >= HEADER_TCP_SUM_LEAST) {
		struct rte_tcp_hdr *tcp = (void *)transport;

		tcp->cksum = header_update(tcp->cksum, f->transport_delta, direction);
	} else if (rp->protocol == IPPROTO_UDP && rp->transport_len >= sizeof(struct rte_udp_hdr)) {
		struct rte_udp_hdr *udp = (void *)transport;

		if (udp->dgram_cksum != 0)
			udp->dgram_cksum =
				header_update(udp->dgram_cksum, f->transport_delta, direction);
	}
}
