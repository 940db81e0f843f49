// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/payload.h"

bool
payload_read(const struct packet *p, int32_t off, void *bytes, uint32_t n)
{
	uint32_t lead = 0;

	if (!payload_has(p, off, n))
		return false;
	if (off < 0) {
		lead = RTE_MIN(n, (uint32_t)-off);
		memcpy(bytes, packet_data(p) + off, lead);
		off = 0;
	}
	return n == lead || packet_read(p, (uint32_t)off, (uint8_t *)bytes + lead, n - lead);
}

bool
payload_copy(struct packet *to, uint32_t to_off, const struct packet *from, int32_t off, uint32_t n)
{
	uint8_t some[512];
	uint32_t len;

	if (!payload_has(from, off, n))
		return false;
	if (to_off <= packet_data_len(to) && n <= packet_data_len(to) - to_off)
		return payload_read(from, off, packet_data_rw(to) + to_off, n);
	for (; n > 0; n -= len, off += (int32_t)len, to_off += len) {
		len = RTE_MIN(n, (uint32_t)sizeof(some));
		if (!payload_read(from, off, some, len) || !packet_write(&to, to_off, some, len))
			return false;
	}
	return true;
}

void
payload_zero(struct packet *p, uint32_t off, uint32_t n)
{
	static const uint8_t zeroes[512];
	uint32_t len;

	for (; n > 0; n -= len, off += len) {
		len = RTE_MIN(n, (uint32_t)sizeof(zeroes));
		if (!packet_write(&p, off, zeroes, len))
			return;
	}
}
