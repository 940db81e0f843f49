// SPDX-License-Identifier: BSD-3-Clause
#include "elements/standard/crc32.h"

#include <string.h>

#include <rte_byteorder.h>

enum { POLYNOMIAL = 0x04C11DB7 };

void
crc32_init(struct crc32 *t)
{
	for (uint32_t b = 0; b < 256; b++) {
		uint32_t crc = b << 24;

		for (unsigned bit = 0; bit < 8; bit++)
			crc = (crc << 1) ^ ((crc & UINT32_C(1) << 31) != 0 ? POLYNOMIAL : 0);
		t->slice[0][b] = crc;
	}
	for (unsigned i = 1; i < CRC32_SLICES; i++) {
		for (unsigned b = 0; b < 256; b++) {
			uint32_t crc = t->slice[i - 1][b];

			t->slice[i][b] = crc << 8 ^ t->slice[0][crc >> 24];
		}
	}
}

static uint32_t
load(const uint8_t *bytes)
{
	uint32_t v;

	memcpy(&v, bytes, sizeof(v));
	return rte_be_to_cpu_32(v);
}

static uint32_t
look_up(const uint32_t slice[4][256], uint32_t v)
{
	return slice[3][v >> 24] ^ slice[2][v >> 16 & 0xff] ^ slice[1][v >> 8 & 0xff] ^
	       slice[0][v & 0xff];
}

uint32_t
crc32_add(const struct crc32 *t, uint32_t crc, const uint8_t *bytes, size_t n)
{
	for (; n >= 8; n -= 8, bytes += 8)
		crc = look_up(t->slice + 4, crc ^ load(bytes)) ^ look_up(t->slice, load(bytes + 4));
	while (n-- > 0)
		crc = crc << 8 ^ t->slice[0][crc >> 24 ^ *bytes++];
	return crc;
}
