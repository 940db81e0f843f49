// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// GRE headers: RFC 2784, with key and sequence number of RFC 2890. In network order.

#include <stdint.h>

#include <rte_byteorder.h>
#include <rte_common.h>

struct gre_header {
	rte_be16_t flags;
	rte_be16_t protocol; // Ethernet type of the data
} __rte_packed;

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000, // RFC 1701; nobody sends it, and 2784 says to discard it
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_VERSION = 0x0007,
};

// Bytes of a header with these flags (host order).
static inline uint32_t
gre_header_len(unsigned flags)
{
	return (uint32_t)sizeof(struct gre_header) +
	       4 * (((flags & GRE_CHECKSUM) != 0) + ((flags & GRE_KEY) != 0) +
			   ((flags & GRE_SEQUENCE) != 0));
}
