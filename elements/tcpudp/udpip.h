// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// UDP/IP headers that elements put in front of packets.

#include <stdbool.h>
#include <stdint.h>

#include <rte_udp.h>

#include "elements/ip/encap.h"

struct udpip {
	struct encap encap;
	uint64_t sum; // of what does not change in pseudo header and UDP header
	rte_be16_t sport, dport;
	bool checksum;
};

enum { UDPIP_SIZE = sizeof(struct rte_ipv4_hdr) + sizeof(struct rte_udp_hdr) };

enum { UDPIP_TTL = 250 }; // the usual one

// Ports in host order.
void udpip_init(struct udpip *u, struct ip_addr src, uint16_t sport, uint16_t dport, uint8_t ttl,
	bool checksum);

// Puts headers in front of a packet and sets their places; id as in the header, but host order.
// false: too long, or no memory; the packet is unchanged.
static inline bool
udpip_packet(const struct udpip *u, struct packet **pp, uint16_t id, uint32_t dst_be, bool anno)
{
	struct rte_udp_hdr *udp;
	struct packet *p;
	rte_be16_t len_be;
	uint32_t len;
	uint64_t sum;

	if (unlikely(!encap_push(pp, UDPIP_SIZE)))
		return false;
	p = *pp;
	len = packet_length(p);
	dst_be = encap_destination(p, dst_be, anno);
	encap_write(&u->encap, packet_data_rw(p), len, id, dst_be);
	packet_set_network(p, 0, sizeof(struct rte_ipv4_hdr));
	udp = (void *)(packet_data_rw(p) + sizeof(struct rte_ipv4_hdr));
	len_be = rte_cpu_to_be_16((uint16_t)(len - sizeof(struct rte_ipv4_hdr)));
	*udp = (struct rte_udp_hdr){
		.src_port = u->sport, .dst_port = u->dport, .dgram_len = len_be};
	if (u->checksum) {
		// The length is in the pseudo header and in the UDP header.
		sum = u->sum + dst_be + 2 * (uint64_t)len_be;
		checksum_add_packet(&sum, p, UDPIP_SIZE, len - UDPIP_SIZE);
		udp->dgram_cksum = checksum_finish(sum);
	}
	return true;
}
