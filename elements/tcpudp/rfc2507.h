// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Compression of TCP/IPv4 headers on a link, after RFC 2507 in a form of Click's own.
//
//	0, packet                                       not compressed
//	1, context, packet                              not compressed, and remembered
//	2, context, changes, TCP checksum, deltas, data against what was remembered
//
// A delta is a byte, or 0 and two bytes. They come in the order urgent pointer (its value), window,
// acknowledgement, sequence number, IP id, as far as the changes say that they are there.

#include <stdint.h>

#include <rte_ip.h>
#include <rte_tcp.h>

enum rfc2507_kind { RFC2507_ORDINARY = 0, RFC2507_FULL = 1, RFC2507_COMPRESSED = 2 };

enum { RFC2507_FIRST = 1, RFC2507_LAST = 14 }; // contexts

enum rfc2507_change {
	RFC2507_URGENT = 1,
	RFC2507_WINDOW = 2,
	RFC2507_ACK = 4,
	RFC2507_SEQ = 8,
	RFC2507_PUSH = 16, // the flag as it is
	RFC2507_ID = 32, // else it went up by one
};

struct rfc2507_header {
	struct rte_ipv4_hdr ip;
	struct rte_tcp_hdr tcp;
};

enum {
	RFC2507_HEADER_SIZE = sizeof(struct rfc2507_header),
	RFC2507_FIXED_SIZE = 5, // kind, context, changes, checksum
	RFC2507_DELTA_MAX = 3,
	RFC2507_CODE_MAX = RFC2507_FIXED_SIZE + 5 * RFC2507_DELTA_MAX,
};

static_assert(RFC2507_HEADER_SIZE == 40, "no padding");
