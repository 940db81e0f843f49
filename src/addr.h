// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Addresses as values.

#include <stdint.h>

struct ip_addr { // IPv4 address
	uint32_t be; // network order
};

struct ip_prefix { // IPv4 prefix or address with mask; host bits are kept in addr
	struct ip_addr addr;
	struct ip_addr mask;
};

struct ip6_addr {
	uint8_t bytes[16];
};

struct ip6_prefix { // host bits are kept in addr
	struct ip6_addr addr;
	uint8_t len; // 0..128
};

struct mac_addr {
	uint8_t bytes[6];
};
