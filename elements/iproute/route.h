// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// One route of an IPv4 route table and its text, `ADDR/MASK [GATEWAY] OUTPUT`.

#include <stdbool.h>
#include <stdint.h>

#include "src/addr.h"

struct element;
struct strbuf;

enum { ROUTE_NO_PORT = -1 };

struct route {
	uint32_t addr, mask; // host order; addr has no bit outside of mask
	struct ip_addr gw; // zero: none, packets go to their own destination
	int32_t port; // output
	uint16_t label; // for the element itself: not in the text, 0 if there is none
};

// Whether the mask is that of a prefix: ones, then zeros.
static inline bool
route_mask_is_prefix(uint32_t mask)
{
	return (~mask & (~mask + 1)) == 0;
}

// Reads the text. With partial, GATEWAY and OUTPUT may be missing (port is ROUTE_NO_PORT then).
// Addresses may be names, as scope sees them. A negative or huge OUTPUT is not an error here: it
// becomes ROUTE_NO_PORT or INT32_MAX. 0 or -EINVAL, without a message.
int route_parse(const char *text, bool partial, struct element *scope, struct route *r);

void route_text(const struct route *r, struct strbuf *out); // "10.0.0.0/8 - 1"
void route_row(const struct route *r, struct strbuf *out); // a line of a table, in columns of tabs
