// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// IPv4 options (RFC 791).

#include <stdbool.h>
#include <stdint.h>

enum ip_option {
	IP_OPTION_EOL = 0,
	IP_OPTION_NOP = 1,
	IP_OPTION_RR = 7, // record route
	IP_OPTION_TS = 68, // timestamp
	IP_OPTION_LSRR = 131, // loose source route
	IP_OPTION_SSRR = 137, // strict source route
	IP_OPTION_COPIED = 0x80, // this bit: it goes into every fragment
};

// The length of the option at `at` in a header of header_len bytes: 1 for a NOP, 0 behind the last
// one, -1 if it is malformed (its length is less than 2 or leaves the header).
//
//	for (unsigned at = 20; (len = ip_option_len(h, at, header_len)) > 0; at += (unsigned)len)
static inline int
ip_option_len(const uint8_t *header, unsigned at, unsigned header_len)
{
	if (at >= header_len || header[at] == IP_OPTION_EOL)
		return 0;
	if (header[at] == IP_OPTION_NOP)
		return 1;
	if (at + 1 >= header_len || header[at + 1] < 2 || header[at + 1] > header_len - at)
		return -1;
	return header[at + 1];
}
