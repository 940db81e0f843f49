// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The head of an echo request (RFC 792), as ICMPPingEncap and ICMPPingSource write it.

#include <stdint.h>

#include "src/addr.h"

struct handler_write;
struct packet;

enum { PING_HEAD_SIZE = 28 }; // IP and ICMP header

struct ping {
	struct ip_addr src, dst;
	uint16_t id; // IP id and sequence number, host order
	uint16_t identifier; // as it lies in the packet
	uint8_t ttl;
};

// Writes it into the first bytes of a packet, which the caller has made for it and shares with
// nobody; what follows is the data. Sets the header places and the destination annotation.
void ping_write(struct packet *p, const struct ping *ping);

// Write handler of an address: the row's offset is that of a struct ip_addr. `syntax error`.
int ping_write_address(const struct handler_write *call);
