// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// ARP for IPv4 over Ethernet (RFC 826): the frames that elements make and look at.

#include <stdbool.h>
#include <stdint.h>

#include <rte_arp.h>
#include <rte_ether.h>

#include "mbuf-bridge/packet.h"

struct arp_frame {
	struct rte_ether_hdr eth;
	struct rte_arp_hdr arp;
};

static_assert(sizeof(struct arp_frame) == 42, "an ARP frame is 42 bytes");

// Copies an ARP frame out of the packet. false: shorter, another protocol, or another kind of
// address. The lengths of addresses that the header states are not looked at.
bool arp_frame_read(const struct packet *p, uint16_t opcode, struct arp_frame *frame);

// A new packet: eth addresses and arp_data as given, the other fields of frame are filled in. Its
// MAC header is marked, and it has the VLAN annotation (network order). NULL: no memory.
struct packet *arp_packet_make(struct arp_frame *frame, uint16_t opcode, uint16_t vlan_tci);
