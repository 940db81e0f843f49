// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a line says that `tcpdump -n` writes, with and without -v, -S, -tt, -tttt, of any version.

#include <stdbool.h>
#include <stdint.h>

struct tcpdump_line { // values that a line does not have are 0
	int64_t timestamp_ns;
	uint8_t proto; // TCP, UDP, ICMP; else what -v says
	uint32_t src, dst; // host order
	uint16_t sport, dport;

	uint8_t tos, ttl;
	bool has_ttl;
	uint16_t ip_id;
	uint16_t frag_offset; // bytes
	bool df, mf;

	uint8_t tcp_flags;
	bool has_seq, has_ack, has_window;
	uint32_t seq, ack; // as they stand in the line
	uint16_t window, urgent;
	uint8_t options[40]; // of TCP
	uint32_t n_options;

	uint8_t icmp_type, icmp_code;
	bool has_length;
	uint32_t length; // of the data behind the headers
};

// With -v a packet has two lines, of which the first says half of it.
enum tcpdump_result { TCPDUMP_PACKET, TCPDUMP_HALF, TCPDUMP_OTHER, TCPDUMP_BAD };

// Reads a line, which ends with a NUL. l: zeroed, or as TCPDUMP_HALF left it.
enum tcpdump_result tcpdump_line_read(const char *text, struct tcpdump_line *l);
