// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What stands behind an IPv6 header and its extension headers (RFC 8200, 4).

#include <stdbool.h>
#include <stdint.h>

struct packet;

enum { EXTENSIONS_MAX = 8 }; // longer chains are refused

struct ip6_upper {
	int32_t off; // from the start of the data
	uint8_t proto;
	bool has_extensions;
	bool is_fragment; // of a datagram in several pieces
	bool is_later; // not its first piece: no upper-layer header at off
};

// Follows the chain of the header at off. false: cut off, or too long.
bool ip6_find_upper(const struct packet *p, int32_t off, struct ip6_upper *upper);
