// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ipsec/esp.h"

#include <rte_common.h>

#include "mbuf-bridge/packet.h"

bool
esp_feed(struct packet *p, uint32_t off, uint32_t n,
	int (*feed)(void *context, const uint8_t *bytes, size_t n), void *context)
{
	uint8_t chunk[ESP_CHUNK];

	if (likely(off <= packet_data_len(p) && n <= packet_data_len(p) - off))
		return feed(context, packet_data(p) + off, n) == 1;
	while (n > 0) {
		uint32_t len = RTE_MIN(n, (uint32_t)ESP_CHUNK);

		if (!packet_read(p, off, chunk, len) || feed(context, chunk, len) != 1)
			return false;
		off += len;
		n -= len;
	}
	return true;
}

bool
esp_cipher(EVP_CIPHER_CTX *cipher, struct packet *p, uint32_t off, uint32_t n)
{
	uint8_t chunk[ESP_CHUNK];
	int done;

	if (likely(off <= packet_data_len(p) && n <= packet_data_len(p) - off)) {
		uint8_t *bytes = packet_data_rw(p) + off;

		return EVP_CipherUpdate(cipher, bytes, &done, bytes, (int)n) == 1;
	}
	while (n > 0) {
		uint32_t len = RTE_MIN(n, (uint32_t)ESP_CHUNK);

		if (!packet_read(p, off, chunk, len) ||
			EVP_CipherUpdate(cipher, chunk, &done, chunk, (int)len) != 1 ||
			!packet_write(&p, off, chunk, len))
			return false;
		off += len;
		n -= len;
	}
	return true;
}
