// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The layout of ESP packets (RFC 4303) as the IPsec elements make and read them: header, encrypted
// part, and the digest, which covers header and plain text.

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <rte_byteorder.h>

#include "elements/ipsec/sa.h"
#include "src/element.h"

struct esp_header {
	rte_be32_t spi, sequence;
	uint8_t iv[8];
};

static_assert(sizeof(struct esp_header) == 16, "as in the packet");

enum {
	ESP_TRAILER = 2, // pad length, next header
	ESP_DIGEST = 12, // of HMAC-SHA1-96 (RFC 2404)
	ESP_BLOCK = 16, // what the encrypted part is padded to: blocks of AES, and of DES
	ESP_CHUNK = 1024, // bytes that are treated together where a packet has several segments
};

struct packet;

// At initialize and cleanup: an lcore's state of the element's class, to put something there.
static inline void *
esp_lcore(struct element *e, unsigned index)
{
	return e->lcore_data + (size_t)index * e->lcore_stride + e->lcore_state;
}

// Calls feed for n bytes of a packet from off on, in pieces that lie together. false: feed failed,
// or the packet is shorter.
bool esp_feed(struct packet *p, uint32_t off, uint32_t n,
	int (*feed)(void *context, const uint8_t *bytes, size_t n), void *context);
// Passes n bytes, a multiple of the block, of a packet that is ours alone through a cipher that
// does not pad. false: the cipher failed, or the packet is shorter.
bool esp_cipher(EVP_CIPHER_CTX *cipher, struct packet *p, uint32_t off, uint32_t n);
