// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What IPPrint says about an IP packet: one line in the manner of tcpdump.

#include <stdbool.h>
#include <stdint.h>

#include <rte_ip.h>

struct packet;
struct strbuf;

struct ip_view {
	const struct packet *p; // borrowed
	struct rte_ipv4_hdr ip;
	int32_t transport; // place of the transport header
	uint32_t transport_len; // bytes of it that are there and belong to the datagram
	bool first_fragment;
	bool swap; // ICMP identifier and sequence number are in network order
};

// Looks at the packet's IP header. false: less than 20 bytes.
bool iptext_view(struct ip_view *v, const struct packet *p);

// "1.0.0.1.10 > 2.0.0.2.20: udp 80 (frag 7:24@0+)"
void iptext_line(const struct ip_view *v, struct strbuf *out);

// The place of the transport's payload.
int32_t iptext_payload(const struct ip_view *v);
