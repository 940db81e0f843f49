// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The layout of dump files (draft-ietf-opsawg-pcap), in the byte order of the machine that wrote
// them.

#include <assert.h>
#include <stdint.h>

#define DUMP_MAGIC UINT32_C(0xa1b2c3d4) // fractions are microseconds
#define DUMP_MAGIC_NS UINT32_C(0xa1b23c4d)
#define DUMP_MAGIC_PATCHED UINT32_C(0xa1b2cd34)
#define DUMP_MAGIC_PCAPNG UINT32_C(0x0a0d0d0a) // another format (draft-ietf-opsawg-pcapng)

enum { DUMP_MAJOR = 2, DUMP_MINOR = 4, DUMP_LENGTH_MAX = 65535 };

struct dump_file_header {
	uint32_t magic;
	uint16_t major, minor;
	int32_t zone;
	uint32_t sigfigs;
	uint32_t snaplen;
	uint32_t link_type;
};

struct dump_record_header {
	uint32_t seconds, fraction;
	uint32_t captured, length;
};

static_assert(sizeof(struct dump_file_header) == 24, "as in the file");
static_assert(sizeof(struct dump_record_header) == 16, "as in the file");
