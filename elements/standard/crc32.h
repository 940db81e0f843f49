// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The CRC of polynomial 0x04C11DB7 with the most significant bit first, as AAL5, bzip2 and Click's
// SetCRC32 have it. (Ethernet's, and so DPDK's rte_net_crc, has the same polynomial but takes the
// least significant bit of each byte first: its results cannot be turned into these.)

#include <stddef.h>
#include <stdint.h>

enum { CRC32_SLICES = 8 };

// slice[i][b]: byte b followed by i zero bytes (Kounavis and Berry, 2008: slicing by 8).
struct crc32 {
	uint32_t slice[CRC32_SLICES][256];
};

#define CRC32_START UINT32_MAX

void crc32_init(struct crc32 *t);
// Goes on from crc over n bytes.
uint32_t crc32_add(const struct crc32 *t, uint32_t crc, const uint8_t *bytes, size_t n);
