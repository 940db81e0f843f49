// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A packet that is put together from a line of an IPSummaryDump file.

#include <stdbool.h>
#include <stdint.h>

struct packet;

enum { SUMMARY_BUILD_HEADER_MAX = 60 };

struct summary_flow { // defaults, from !flowid; host order
	uint32_t src, dst;
	uint16_t sport, dport;
};

struct summary_build {
	// Annotations.
	int64_t timestamp_ns, first_timestamp_ns;
	uint32_t count; // packets that it stands for; 0: not known
	uint32_t aggregate;
	uint8_t paint;

	bool has_ether;
	uint8_t ether[14];

	bool octet_offsets; // an old file: ip_fragoff counts 8 bytes
	uint8_t ip[SUMMARY_BUILD_HEADER_MAX];
	uint32_t ip_header_len;
	bool has_ip_len;
	uint32_t ip_len, wire_len; // wanted
	bool has_wire_len;

	struct summary_flow flow;
	uint8_t transport[SUMMARY_BUILD_HEADER_MAX];
	uint32_t transport_len; // 0: none made
	bool has_udp_len;

	const uint8_t *payload; // borrowed
	uint32_t n_payload;
	bool has_payload_len;
	uint32_t payload_len; // wanted
};

// An IP packet of this protocol with nothing else.
void summary_build_init(struct summary_build *b, uint8_t proto);
// Once the annotations are there: addresses and ports that fields may overwrite. Packets with odd
// paint go the other way.
void summary_build_set_flow(struct summary_build *b, const struct summary_flow *flow);
// The transport header, made if the packet has this protocol (or none yet) and no fragment offset.
// NULL: it does not have such a header.
uint8_t *summary_build_transport(struct summary_build *b, uint8_t proto);
// The same for what begins with two ports.
uint8_t *summary_build_ports(struct summary_build *b);
// Sets the options behind the fixed part of a header; they are padded. n: at most 40.
void summary_build_ip_options(struct summary_build *b, const uint8_t *bytes, uint32_t n);
void summary_build_tcp_options(struct summary_build *b, const uint8_t *bytes, uint32_t n);

// The length of the IP packet, as far as it is known now.
uint32_t summary_build_length(struct summary_build *b);
// The packet. checksum: as long as it says, with checksums. NULL: no memory.
struct packet *summary_build_packet(struct summary_build *b, bool checksum);

static inline void
summary_put16(uint8_t *at, uint64_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static inline void
summary_put32(uint8_t *at, uint64_t v)
{
	summary_put16(at, v >> 16);
	summary_put16(at + 2, v);
}
