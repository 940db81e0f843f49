// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Dumps of headers only: what IP, TCP and UDP need, and how long packets were. The file begins with
// MINDUMP_MAGIC; each packet is a record, and behind it the bytes of its headers. Numbers are in
// network order.

#include <stdint.h>

#define MINDUMP_MAGIC "MINDUMP\1"

enum {
	MINDUMP_MAGIC_SIZE = sizeof(MINDUMP_MAGIC) - 1,
	MINDUMP_HEADERS_MAX = 120, // IP and TCP with all options
};

struct mindump_record {
	uint64_t timestamp_ns; // since 1970
	uint16_t length; // of the packet from the IP header on
	uint16_t n_headers; // bytes that follow
} __attribute__((packed));
