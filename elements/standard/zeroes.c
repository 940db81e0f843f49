// SPDX-License-Identifier: BSD-3-Clause
#include "elements/standard/zeroes.h"

#include <rte_common.h>

#include "mbuf-bridge/packet.h"

bool
zeroes_write(struct packet **pp, uint32_t off, uint32_t end)
{
	static const uint8_t zeroes[256];
	uint32_t n;

	for (; off < end; off += n) {
		n = RTE_MIN(end - off, (uint32_t)sizeof(zeroes));
		if (!packet_write(pp, off, zeroes, n))
			return false;
	}
	return true;
}
