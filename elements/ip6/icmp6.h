// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// ICMPv6 types and codes (RFC 4443, RFC 4861), by Click's names where it has some.

#include <stdint.h>

#include <rte_common.h>

enum icmp6_type {
	ICMP6_UNREACHABLE = 1,
	ICMP6_TOO_BIG = 2,
	ICMP6_TIME_EXCEEDED = 3,
	ICMP6_PARAMETER_PROBLEM = 4,
	ICMP6_ECHO_REQUEST = 128,
	ICMP6_ECHO_REPLY = 129,
	ICMP6_NEIGHBOUR_SOLICITATION = 135,
	ICMP6_NEIGHBOUR_ADVERTISEMENT = 136,
	ICMP6_REDIRECT = 137,
};

enum { ICMP6_ERRORS = 128 }; // lower types are errors
enum { IP6_MTU_MIN = 1280 }; // of every link

struct icmp6_header {
	uint8_t type, code;
	uint16_t checksum;
	uint8_t word[4]; // depends on the type
} __rte_packed;
