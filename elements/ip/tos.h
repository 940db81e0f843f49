// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The type of service byte of IP headers: differentiated services code point and ECN (RFC 2474,
// RFC 3168).

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "mbuf-bridge/packet.h"

enum {
	TOS_ECN_MASK = 3,
	TOS_ECN_CE = 3, // congestion experienced
	TOS_DSCP_SHIFT = 2,
};

// That of the packet's IP header; -1: there is no whole one.
static inline int
tos_read(struct packet **pp)
{
	const struct rte_ipv4_hdr *ip =
		(const void *)packet_peek(pp, packet_network_offset(*pp), sizeof(*ip));

	return likely(ip != NULL) ? ip->type_of_service : -1;
}

// Changes it after tos_read(), and the header checksum. false: no memory.
static inline bool
tos_write(struct packet **pp, uint8_t tos)
{
	struct rte_ipv4_hdr *ip = (void *)packet_edit(pp, packet_network_offset(*pp), sizeof(*ip));
	uint16_t old, new;

	if (unlikely(ip == NULL))
		return false;
	memcpy(&old, ip, sizeof(old)); // the word that the byte is part of
	ip->type_of_service = tos;
	memcpy(&new, ip, sizeof(new));
	ip->hdr_checksum = checksum_update(ip->hdr_checksum, old, new);
	return true;
}
