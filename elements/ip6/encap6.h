// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// IPv6 headers that elements put in front of packets: where they get their destination from.

#include <stdbool.h>

#include "elements/ip6/address.h"
#include "src/argtype.h"

struct encap6_dst { // an argument: an address, or the word DST_ANNO
	struct ip6_addr addr; // zero with from_anno
	bool from_anno; // the packet's destination annotation
};

// With ARG_AS. The row's range_error is what is said of any other text.
extern const struct arg_type arg_encap6_dst;

// The destination of a packet. A fixed one becomes the annotation as well.
static inline struct ip6_addr
encap6_destination(struct packet *p, const struct encap6_dst *dst)
{
	if (dst->from_anno)
		return ip6_anno(p);
	ip6_set_anno(p, dst->addr.bytes);
	return dst->addr;
}
