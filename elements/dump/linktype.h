// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Link-layer types as dump files number them (tcpdump.org/linktypes.html) and configurations name
// them, and how to find the IP header behind each.

#include <stdbool.h>
#include <stdint.h>

struct batch;
struct element;
struct packet;
struct strbuf;

enum link_type {
	LINK_NULL = 0,
	LINK_ETHER = 1,
	LINK_PPP = 9,
	LINK_FDDI = 10,
	LINK_PPP_HDLC = 50,
	LINK_ATM = 100,
	LINK_IP = 101,
	LINK_HDLC = 104,
	LINK_802_11 = 105,
	LINK_SLL = 113,
	LINK_PRISM = 119,
	LINK_AIRONET = 120,
	LINK_SUNATM = 123,
	LINK_802_11_RADIO = 127,
};

// A name ("ETHER") or a number ("#1"). false: neither.
bool link_type_find(const char *name, int32_t *type);
// The name, #N if it has none; negative: <none>.
void link_type_text(int32_t type, struct strbuf *out);
// The number behind a dump file's or kernel's, which have several for raw IP.
int32_t link_type_canonical(uint32_t type);

// Whether IP headers can be found behind this type at all.
bool link_type_has_ip(int32_t type);
// Finds the IP header and marks it: network and transport header, for IPv4 also the destination
// annotation. false: there is no valid IPv4 or IPv6 header; the packet is unchanged.
bool link_type_mark_ip(struct packet **pp, int32_t type);
// Does so for a batch; what is no IP packet leaves by e's output 1, or is dropped with the reason.
void link_type_keep_ip(struct element *e, struct batch *b, int32_t type, unsigned reason);
