// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/checksum.h"

#include "elements/ip/option.h"
#include "elements/ip/payload.h"
#include "mbuf-bridge/packet.h"

uint64_t
checksum_add(uint64_t sum, const void *bytes, size_t n)
{
	const uint8_t *at = bytes, *end = at + (n & ~(size_t)3);
	uint32_t rest = 0;

	for (; at != end; at += 4)
		sum += checksum_word(at);
	memcpy(&rest, at, n & 3);
	return sum + rest;
}

bool
checksum_add_packet(uint64_t *sum, const struct packet *p, int32_t off, uint32_t n)
{
	uint8_t some[512]; // an even number, so that each piece begins at an even place
	uint64_t total = *sum;
	uint32_t len;

	if (!payload_has(p, off, n))
		return false;
	if ((int64_t)off + n <= packet_data_len(p)) {
		*sum = checksum_add(total, packet_data(p) + off, n);
		return true;
	}
	for (; n > 0; n -= len, off += (int32_t)len) {
		len = RTE_MIN(n, (uint32_t)sizeof(some));
		payload_read(p, off, some, len);
		total = checksum_add(total, some, len);
	}
	*sum = total;
	return true;
}

uint32_t
checksum_last_hop(const struct rte_ipv4_hdr *ip, unsigned header_len)
{
	const uint8_t *h = (const uint8_t *)ip;
	int len;

	for (unsigned at = sizeof(*ip); (len = ip_option_len(h, at, header_len)) > 0;
		at += (unsigned)len) {
		if ((h[at] == IP_OPTION_LSRR || h[at] == IP_OPTION_SSRR) && len >= 7)
			return checksum_word(h + at + len - 4);
	}
	return ip->dst_addr;
}

uint16_t
checksum_fix_zero(uint16_t checksum, const struct packet *p, int32_t off, uint32_t n)
{
	uint64_t sum = 0;

	if (checksum == 0 && checksum_add_packet(&sum, p, off, n) && sum == 0)
		return 0xffff;
	return checksum;
}
