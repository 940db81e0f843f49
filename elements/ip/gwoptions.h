// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a router does with IP options: it fills in record route and timestamp options (RFC 791).

#include <stdint.h>

#include "src/argtype.h"

struct packet;

struct gwoptions {
	struct ip_addr my_addr; // that is written
	const struct ip_list *other_addrs; // borrowed; the router's others. NULL: none
};

enum gwoptions_result {
	GWOPTIONS_DONE, // the checksum is right again, if there was something to do
	GWOPTIONS_PROBLEM, // a malformed option; the packet is as it was
	GWOPTIONS_NO_HEADER, // it is not all there
	GWOPTIONS_NO_MEMORY,
};

// For a header of header_len bytes at off. *problem is the place of the fault in the header.
enum gwoptions_result gwoptions_packet(const struct gwoptions *g, struct packet **pp, int32_t off,
	unsigned header_len, unsigned *problem);
