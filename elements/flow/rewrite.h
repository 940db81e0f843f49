// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// New addresses and ports for TCP and UDP packets, with their checksums kept right.

#include "elements/balance/balancer.h"

struct rewrite_end { // as in packets
	uint32_t addr;
	uint16_t port;
};

// Whether a packet has ports that can be changed.
static inline bool
rewrite_is_possible(const struct balancer_packet *bp)
{
	return (bp->protocol == IPPROTO_TCP || bp->protocol == IPPROTO_UDP) &&
	       !segment_is_fragment(&bp->s) &&
	       bp->s.have >= (bp->protocol == IPPROTO_TCP ? 18u : 8u);
}

// Where it comes from and where it goes to, by what is in it.
static inline struct rewrite_end
rewrite_source(const struct balancer_packet *bp)
{
	uint16_t ports[2];

	memcpy(ports, &bp->ports, sizeof(ports));
	return (struct rewrite_end){.addr = bp->src, .port = ports[0]};
}

static inline struct rewrite_end
rewrite_destination(const struct balancer_packet *bp)
{
	uint16_t ports[2];

	memcpy(ports, &bp->ports, sizeof(ports));
	return (struct rewrite_end){.addr = bp->dst, .port = ports[1]};
}

// Of a packet for which it is possible. false: no memory.
bool rewrite_packet(const struct balancer_packet *bp, struct packet **pp, struct rewrite_end source,
	struct rewrite_end destination);
