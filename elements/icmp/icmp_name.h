// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// ICMP types and codes, and their names in arguments and messages.

#include <stdbool.h>
#include <stdint.h>

#include "src/argtype.h"

struct element;

enum icmp_type_number {
	ICMP_TYPE_ECHO_REPLY = 0,
	ICMP_TYPE_UNREACHABLE = 3,
	ICMP_TYPE_SOURCE_QUENCH = 4,
	ICMP_TYPE_REDIRECT = 5,
	ICMP_TYPE_ECHO = 8,
	ICMP_TYPE_TIME_EXCEEDED = 11,
	ICMP_TYPE_PARAMETER_PROBLEM = 12,
	ICMP_TYPE_TIMESTAMP = 13,
	ICMP_TYPE_TIMESTAMP_REPLY = 14,
	ICMP_TYPE_INFO_REQUEST = 15,
	ICMP_TYPE_INFO_REPLY = 16,
};

enum { // of ICMP_TYPE_UNREACHABLE
	ICMP_CODE_PROTOCOL = 2,
	ICMP_CODE_PORT = 3,
	ICMP_CODE_NEEDFRAG = 4,
};

struct icmp_type { // an argument: name or number
	uint8_t number;
};

extern const struct arg_type arg_icmp_type; // struct icmp_type, with ARG_AS

// Errors, which quote the packet that caused them and are never answered.
static inline bool
icmp_is_error(uint8_t type)
{
	return type < 32 && (UINT32_C(0x1838) >> type & 1);
}

// Reads a code of this type, name or number. 0 or -EINVAL, without a message.
int icmp_code_read(const struct element *scope, uint8_t type, const char *text, uint8_t *code);

// NULL: no name.
const char *icmp_type_name(uint8_t type);
const char *icmp_code_name(uint8_t type, uint8_t code);
