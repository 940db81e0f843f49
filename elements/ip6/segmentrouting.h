// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Segment routing headers of IPv6 (RFC 8754): the nodes that a packet is to visit, the last one
// first.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_ip.h>

struct packet;

struct segment_header {
	uint8_t next_header;
	uint8_t len; // in units of 8 bytes, without the first 8
	uint8_t type;
	uint8_t left; // number of the segment that the packet is on its way to
	uint8_t last; // number of the first one
	uint8_t flags;
	uint16_t tag;
};

static_assert(sizeof(struct segment_header) == 8, "as in the packet");

enum {
	SEGMENT_SIZE = 16, // an address
	SEGMENTS_MAX = 127, // as many as the length can say
	ROUTING_SEGMENT = 4, // the header's type
};

struct segment_route { // of a packet, counted from the start of its data
	int32_t ip; // IPv6 header
	int32_t before; // the byte that says which header follows
	uint8_t next; // that byte
	int32_t header; // segment routing header, or the place for one
	uint32_t len; // of it
	struct segment_header fixed; // as in the packet; left and last are within the list
};

// The place for a header: behind the IPv6 header, and behind options for every hop, which no other
// header may precede. false: the packet is cut off. Does not set len and fixed.
bool segment_route_place(const struct packet *p, struct segment_route *r);
// Finds the header behind the IPv6 header and options for every hop. false: there is none, or it is
// cut off or contradicts itself.
bool segment_route_find(const struct packet *p, struct segment_route *r);
// The address of a segment.
void segment_route_read(
	const struct packet *p, const struct segment_route *r, unsigned number, uint8_t *addr);
// Puts n undefined bytes at off, or removes those there. The IPv6 header at ip says the new length
// and moves along, as the header places do. false, and no change: no room, or no memory.
bool segment_route_insert(struct packet **pp, int32_t ip, int32_t off, uint32_t n);
bool segment_route_remove(struct packet **pp, int32_t ip, int32_t off, uint32_t n);
