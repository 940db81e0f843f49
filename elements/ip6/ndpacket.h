// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Neighbour discovery (RFC 4861): solicitations and advertisements as Ethernet frames, with one
// option that holds an Ethernet address.

#include <stdbool.h>
#include <stdint.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "elements/ip6/icmp6.h"
#include "mbuf-bridge/packet.h"

enum {
	ND_HOP_LIMIT = 255,
	ND_SOURCE_ADDRESS = 1, // options
	ND_TARGET_ADDRESS = 2,
	ND_ROUTER = 0x80, // flags, in the first byte of the ICMPv6 word
	ND_SOLICITED = 0x40,
};

struct nd_frame {
	struct rte_ether_hdr eth;
	struct rte_ipv6_hdr ip;
	struct icmp6_header icmp;
	uint8_t target[16];
	uint8_t option, option_len; // in units of 8 bytes
	uint8_t mac[6];
} __attribute__((packed, aligned(2)));

static_assert(sizeof(struct nd_frame) == 86, "a frame of neighbour discovery is 86 bytes");

// Copies a frame out of the packet. false: shorter, another protocol, another type or code, or a
// hop limit that shows it to come from beyond a router.
bool nd_frame_read(const struct packet *p, uint8_t type, struct nd_frame *frame);
bool nd_checksum_is_right(const struct nd_frame *frame);

// A new packet: Ethernet addresses, IP addresses, target, option, mac and ICMPv6 word as given, the
// other fields of frame are filled in. NULL: no memory.
struct packet *nd_packet_make(struct nd_frame *frame, uint8_t type);
