// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What rewriters of addresses alone have in common: keys without ports, packets of any protocol.

#include "elements/nat/header.h"

enum { ADDR_TABLE };

// With as much of the transport header as has a checksum of addresses.
static inline struct rte_ipv4_hdr *
addr_header_edit(struct packet **pp, const struct rewriter_packet *rp)
{
	uint32_t n = 0;

	if (rp->first_fragment && rp->protocol == IPPROTO_TCP)
		n = RTE_MIN(rp->transport_len, (uint32_t)HEADER_TCP_SUM_LEAST);
	else if (rp->first_fragment && rp->protocol == IPPROTO_UDP)
		n = RTE_MIN(rp->transport_len, (uint32_t)sizeof(struct rte_udp_hdr));
	return header_edit(pp, rp, n);
}

static inline void
addr_header_set(struct rte_ipv4_hdr *ip, const struct rewriter_packet *rp, const struct flow *f,
	unsigned direction, const struct flow_key *to)
{
	header_set_addrs(ip, f, direction, to);
	if (rp->first_fragment)
		header_update_transport(ip, rp, f, direction);
}

// Ends that the mapping says nothing about stay as they are.
static inline void
addr_complete(struct flow_key *rewritten, const struct flow_key *ends)
{
	rewritten->src = rewritten->src != 0 ? rewritten->src : ends->src;
	rewritten->dst = rewritten->dst != 0 ? rewritten->dst : ends->dst;
	rewritten->sport = ends->sport;
	rewritten->dport = ends->dport;
}
