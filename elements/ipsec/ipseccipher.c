// SPDX-License-Identifier: BSD-3-Clause
// IPsecDES, IPsecAES: encrypt or decrypt what is between the header and the digest of ESP packets.

#include <stdatomic.h>

#include <openssl/evp.h>

#include "elements/ipsec/esp.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/lcore.h"

struct cipher_kind {
	const char *name; // as libcrypto knows it
	uint32_t block;
	uint32_t key_size;
	bool whole_header; // the initialization vector is made of all of the ESP header
};

struct ipseccipher_lcore {
	EVP_CIPHER_CTX *cipher; // owned
	EVP_CIPHER_CTX *one_block; // owned; NULL: not needed
	uint64_t handle; // of the association whose keys they have
};

struct ipseccipher {
	struct element element;
	const struct cipher_kind *kind;
	EVP_CIPHER *cipher, *one_block; // owned
	_Atomic bool told;

	// Arguments.
	int32_t encrypt;
};

enum { NO_SA, BAD_LENGTH, FAILED };

// ---- data path

// Expanding a key costs as much as a short packet: the last one is kept.
static bool
set_key(struct ipseccipher *e, struct ipseccipher_lcore *l, const struct sa *sa, uint64_t handle)
{
	const struct cipher_kind *kind = e->kind;
	uint8_t key[3 * SA_KEY_SIZE];

	if (likely(l->handle == handle))
		return true;
	// DES is triple DES with three equal keys, which libcrypto still has without its legacy
	// provider.
	for (uint32_t at = 0; at < kind->key_size; at += kind->block)
		memcpy(key + at, sa->parameters.cipher_key, kind->block);
	l->handle = 0;
	if (EVP_CipherInit_ex2(l->cipher, e->cipher, key, NULL, e->encrypt != 0, NULL) != 1 ||
		(l->one_block != NULL &&
			EVP_EncryptInit_ex2(l->one_block, e->one_block, key, NULL, NULL) != 1))
		return false;
	EVP_CIPHER_CTX_set_padding(l->cipher, 0);
	if (l->one_block != NULL)
		EVP_CIPHER_CTX_set_padding(l->one_block, 0);
	l->handle = handle;
	return true;
}

// The vector of CBC. For AES that is the ESP header, which no two packets of a key have alike,
// encrypted once, so that nobody can foresee it (NIST SP 800-38A, appendix C).
static bool
set_vector(struct ipseccipher *e, struct ipseccipher_lcore *l, const struct esp_header *h)
{
	uint8_t vector[EVP_MAX_IV_LENGTH];
	int len;

	if (!e->kind->whole_header)
		memcpy(vector, h->iv, sizeof(h->iv));
	else if (EVP_EncryptUpdate(l->one_block, vector, &len, (const uint8_t *)h, sizeof(*h)) != 1)
		return false;
	return EVP_CipherInit_ex2(l->cipher, NULL, NULL, vector, -1, NULL) == 1;
}

static int
no_association(struct ipseccipher *e)
{
	if (!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter(ELEMENT_FMT ": packet without security association", ELEMENT_ARG(e));
	return DROP(NO_SA);
}

static inline int
ipseccipher_packet(struct ipseccipher *e, struct packet **pp)
{
	struct ipseccipher_lcore *l = element_lcore(&e->element);
	const struct sa *sa = sa_of_packet(&e->element, *pp);
	uint32_t n = packet_length(*pp) - (uint32_t)sizeof(struct esp_header) - ESP_DIGEST;
	const struct esp_header *h;

	if (unlikely(sa == NULL))
		return no_association(e);
	if (unlikely(packet_length(*pp) < sizeof(*h) + ESP_DIGEST || n % e->kind->block != 0))
		return DROP(BAD_LENGTH);
	if (unlikely(!packet_make_writable(pp) ||
		     (h = (const void *)packet_peek(pp, 0, sizeof(*h))) == NULL))
		return DROP(FAILED);
	if (unlikely(!set_key(e, l, sa, packet_anno_u64(*pp, ANNO_IPSEC_SA)) ||
		     !set_vector(e, l, h) || !esp_cipher(l->cipher, *pp, sizeof(*h), n)))
		return DROP(FAILED);
	return 0;
}

ELEMENT_DECIDE(ipseccipher, ipseccipher, ipseccipher_packet)

// ---- configuration

static int
initialize(struct ipseccipher *e, const struct cipher_kind *kind, struct errh *errh)
{
	e->kind = kind;
	e->cipher = EVP_CIPHER_fetch(NULL, kind->name, NULL);
	e->one_block = kind->whole_header ? EVP_CIPHER_fetch(NULL, "AES-128-ECB", NULL) : NULL;
	if (e->cipher == NULL || (kind->whole_header && e->one_block == NULL))
		return errh_error(errh, "libcrypto has no %s", kind->name);
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct ipseccipher_lcore *l = esp_lcore(&e->element, i);

		l->cipher = EVP_CIPHER_CTX_new();
		if (kind->whole_header)
			l->one_block = EVP_CIPHER_CTX_new();
		if (l->cipher == NULL || (kind->whole_header && l->one_block == NULL))
			return errh_error(errh, "no memory");
	}
	return 0;
}

static int
ipseccipher_initialize_des(struct element *base, struct errh *errh)
{
	static const struct cipher_kind des = {"DES-EDE3-CBC", 8, 24, false};

	return initialize((struct ipseccipher *)base, &des, errh);
}

static int
ipseccipher_initialize_aes(struct element *base, struct errh *errh)
{
	static const struct cipher_kind aes = {"AES-128-CBC", 16, 16, true};

	return initialize((struct ipseccipher *)base, &aes, errh);
}

static void
ipseccipher_cleanup(struct element *base)
{
	struct ipseccipher *e = (struct ipseccipher *)base;

	for (unsigned i = 0; e->cipher != NULL && i < lcores_n(); i++) {
		struct ipseccipher_lcore *l = esp_lcore(base, i);

		EVP_CIPHER_CTX_free(l->cipher);
		EVP_CIPHER_CTX_free(l->one_block);
	}
	EVP_CIPHER_free(e->cipher);
	EVP_CIPHER_free(e->one_block);
}

static const struct arg ipseccipher_args[] = {
	ARG(ipseccipher, encrypt, "ENCRYPT", ARG_MANDATORY, .help = "1: encrypts; 0: decrypts"),
	ARGS_END,
};

static const char *const ipseccipher_drops[] = {
	[NO_SA] = "no security association",
	[BAD_LENGTH] = "not whole blocks",
	[FAILED] = "no memory",
	NULL,
};

#define IPSECCIPHER_CLASS(id, class_name, initialize_function, text, words)                         \
	static const struct element_class id##_class = {                                            \
		.name = class_name,                                                                 \
		.ports = "1/1",                                                                     \
		.processing = "a/a",                                                                \
		.lcores = LCORES_ANY,                                                               \
		.size = sizeof(struct ipseccipher),                                                 \
		.lcore_size = sizeof(struct ipseccipher_lcore),                                     \
		.push = ipseccipher_push,                                                           \
		.pull = ipseccipher_pull,                                                           \
		.decide = ipseccipher_decide,                                                       \
		.initialize = initialize_function,                                                  \
		.cleanup = ipseccipher_cleanup,                                                     \
		.args = ipseccipher_args,                                                           \
		.drops = ipseccipher_drops,                                                         \
		.reads = "IPSEC_SA_DATA_REFERENCE",                                                 \
		.group = "ipsec",                                                                   \
		.brief = text,                                                                      \
		.manual =                                                                           \
			"What lies between the ESP header and the 12 bytes of digest at the end\n"  \
			"is encrypted, or decrypted, with the first key of the packet's security\n" \
			"association. " words,                                                      \
		.example = "Idle -> IPsecESPEncap -> IPsecAuthHMACSHA1(0) -> " class_name           \
			   "(1) -> IPsecEncap(50) -> Discard;",                                     \
	};                                                                                          \
	ELEMENT_CLASS(id##_class)

IPSECCIPHER_CLASS(des, "IPsecDES", ipseccipher_initialize_des, "encrypts or decrypts with DES",
	"The cipher is DES in CBC mode with the first 8 bytes\n"
	"of the key, and the vector that stands in the header. DES protects nothing nowadays.")

IPSECCIPHER_CLASS(aes, "IPsecAES", ipseccipher_initialize_aes, "encrypts or decrypts with AES",
	"The cipher is AES-128 in CBC mode; its vector is the\n"
	"ESP header encrypted with the same key. What Click sends is not CBC and cannot be read,\n"
	"and what RFC 3602 describes has a longer vector in the packet: both ends are to be\n"
	"clickd.")
