// SPDX-License-Identifier: BSD-3-Clause
// IPsecAuthHMACSHA1, IPsecAuthSHA1: append a digest to packets, or check it and take it off.

#include <inttypes.h>
#include <stdatomic.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "elements/ipsec/esp.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/strbuf.h"

enum { SHA1_SIZE = 20 };

struct ipsecauth_lcore {
	EVP_MAC_CTX *mac; // owned
	EVP_MD_CTX *digest; // owned
	uint64_t n_mismatches;
};

struct ipsecauth {
	struct element element;
	EVP_MD *sha1; // owned
	EVP_MAC *hmac; // owned
	bool keyed;
	_Atomic bool told;

	// Arguments.
	int32_t verify;
};

enum { NO_SA, TOO_SHORT, MISMATCH, FAILED };

// ---- digests

static int
feed_mac(void *context, const uint8_t *bytes, size_t n)
{
	return EVP_MAC_update(context, bytes, n);
}

static int
feed_digest(void *context, const uint8_t *bytes, size_t n)
{
	return EVP_DigestUpdate(context, bytes, n);
}

static bool
keyed_digest(EVP_MAC_CTX *mac, const struct sa *sa, struct packet *p, uint32_t n, uint8_t *out)
{
	size_t len;

	return EVP_MAC_init(mac, sa->parameters.auth_key, SA_KEY_SIZE, NULL) == 1 &&
	       esp_feed(p, 0, n, feed_mac, mac) && EVP_MAC_final(mac, out, &len, SHA1_SIZE) == 1;
}

static bool
plain_digest(EVP_MD_CTX *ctx, const EVP_MD *sha1, struct packet *p, uint32_t n, uint8_t *out)
{
	return EVP_DigestInit_ex2(ctx, sha1, NULL) == 1 && esp_feed(p, 0, n, feed_digest, ctx) &&
	       EVP_DigestFinal_ex(ctx, out, NULL) == 1;
}

// Of the first n bytes. Not 0: the decision.
static int
compute(struct ipsecauth *e, struct packet *p, uint32_t n, uint8_t *out)
{
	struct ipsecauth_lcore *l = element_lcore(&e->element);
	const struct sa *sa;

	if (!e->keyed)
		return plain_digest(l->digest, e->sha1, p, n, out) ? 0 : DROP(FAILED);
	sa = sa_of_packet(&e->element, p);
	if (unlikely(sa == NULL))
		return DROP(NO_SA);
	return keyed_digest(l->mac, sa, p, n, out) ? 0 : DROP(FAILED);
}

// ---- data path

static int
append(struct ipsecauth *e, struct packet **pp)
{
	uint8_t digest[SHA1_SIZE];
	uint32_t len = packet_length(*pp);
	int decision = compute(e, *pp, len, digest);

	if (decision == 0 &&
		(!packet_put(pp, ESP_DIGEST) || !packet_write(pp, len, digest, ESP_DIGEST)))
		decision = DROP(FAILED);
	return decision;
}

static int
check(struct ipsecauth *e, struct packet **pp)
{
	uint8_t digest[SHA1_SIZE], got[ESP_DIGEST];
	struct ipsecauth_lcore *l = element_lcore(&e->element);
	uint32_t len = packet_length(*pp);
	int decision;

	if (len < ESP_DIGEST)
		return element_output_or_drop(&e->element, 1, TOO_SHORT);
	len -= ESP_DIGEST;
	decision = compute(e, *pp, len, digest);
	if (decision != 0)
		return decision;
	packet_read(*pp, len, got, ESP_DIGEST);
	if (CRYPTO_memcmp(digest, got, ESP_DIGEST) != 0) {
		if (!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
			chatter("Invalid SHA1 authentication digest");
		l->n_mismatches++;
		return element_output_or_drop(&e->element, 1, MISMATCH);
	}
	packet_take(*pp, ESP_DIGEST);
	return 0;
}

static inline int
ipsecauth_packet(struct ipsecauth *e, struct packet **pp)
{
	return e->verify != 0 ? check(e, pp) : append(e, pp);
}

ELEMENT_DECIDE(ipsecauth, ipsecauth, ipsecauth_packet)

// ---- configuration

static int
initialize(struct ipsecauth *e, bool keyed, struct errh *errh)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string("digest", (char[]){"SHA1"}, 0), OSSL_PARAM_END};

	e->keyed = keyed;
	e->sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	e->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (e->sha1 == NULL || e->hmac == NULL)
		return errh_error(errh, "libcrypto has no SHA1");
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct ipsecauth_lcore *l = esp_lcore(&e->element, i);

		l->mac = EVP_MAC_CTX_new(e->hmac);
		l->digest = EVP_MD_CTX_new();
		if (l->mac == NULL || l->digest == NULL ||
			EVP_MAC_CTX_set_params(l->mac, params) != 1)
			return errh_error(errh, "libcrypto cannot compute SHA1");
	}
	return 0;
}

static int
ipsecauth_initialize_keyed(struct element *base, struct errh *errh)
{
	return initialize((struct ipsecauth *)base, true, errh);
}

static int
ipsecauth_initialize_plain(struct element *base, struct errh *errh)
{
	return initialize((struct ipsecauth *)base, false, errh);
}

static void
ipsecauth_cleanup(struct element *base)
{
	struct ipsecauth *e = (struct ipsecauth *)base;

	for (unsigned i = 0; e->sha1 != NULL && i < lcores_n(); i++) {
		struct ipsecauth_lcore *l = esp_lcore(base, i);

		EVP_MAC_CTX_free(l->mac);
		EVP_MD_CTX_free(l->digest);
	}
	EVP_MD_free(e->sha1);
	EVP_MAC_free(e->hmac);
}

static int
ipsecauth_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct ipsecauth_lcore *l = element_lcore(base);

	(void)errh;
	l->n_mismatches += ELEMENT_SUM(old, ipsecauth_lcore, n_mismatches);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(
		call->out, "%" PRIu64, ELEMENT_SUM(call->element, ipsecauth_lcore, n_mismatches));
	return 0;
}

static const struct arg ipsecauth_args[] = {
	ARG(ipsecauth, verify, "VERIFY", ARG_MANDATORY,
		.help = "0: appends the digest; 1: checks it and takes it off"),
	ARGS_END,
};

static const struct handler ipsecauth_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets whose digest was wrong"},
	HANDLERS_END,
};

static const char *const ipsecauth_drops[] = {
	[NO_SA] = "no security association",
	[TOO_SHORT] = "too short for a digest",
	[MISMATCH] = "wrong digest",
	[FAILED] = "no memory",
	NULL,
};

#define IPSECAUTH_CLASS(id, class_name, initialize_function, needs, text, words)                     \
	static const struct element_class id##_class = {                                             \
		.name = class_name,                                                                  \
		.ports = "1/-",                                                                      \
		.processing = "a/ah",                                                                \
		.lcores = LCORES_ANY,                                                                \
		.size = sizeof(struct ipsecauth),                                                    \
		.lcore_size = sizeof(struct ipsecauth_lcore),                                        \
		.push = ipsecauth_push,                                                              \
		.pull = ipsecauth_pull,                                                              \
		.decide = ipsecauth_decide,                                                          \
		.initialize = initialize_function,                                                   \
		.cleanup = ipsecauth_cleanup,                                                        \
		.take_state = ipsecauth_take_state,                                                  \
		.args = ipsecauth_args,                                                              \
		.handlers = ipsecauth_handlers,                                                      \
		.drops = ipsecauth_drops,                                                            \
		.reads = needs,                                                                      \
		.group = "ipsec",                                                                    \
		.brief = text,                                                                       \
		.manual = words                                                                      \
		"\n\nThe digest is 12 bytes and covers the packet from its ESP header on. Packets\n" \
		"with a wrong one leave by output 1 if it is connected.",                            \
		.example = "Idle -> " class_name "(0) -> IPsecAES(1) -> Discard;",                   \
	};                                                                                           \
	ELEMENT_CLASS(id##_class)

IPSECAUTH_CLASS(hmacsha1, "IPsecAuthHMACSHA1", ipsecauth_initialize_keyed,
	"IPSEC_SA_DATA_REFERENCE", "appends or checks an HMAC-SHA1 digest",
	"HMAC-SHA1-96 (RFC 2404) with the second key of the packet's security association. It is\n"
	"computed before encryption, as Click does, and not after it, as RFC 4303 says.")

IPSECAUTH_CLASS(sha1, "IPsecAuthSHA1", ipsecauth_initialize_plain, NULL,
	"appends or checks a SHA-1 digest",
	"Without a key: it shows damage, but whoever changes a packet can change it as well.")
