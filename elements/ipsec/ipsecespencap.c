// SPDX-License-Identifier: BSD-3-Clause
// IPsecESPEncap: puts packets between an ESP header and an ESP trailer.

#include <openssl/rand.h>
#include <rte_ip.h>

#include "elements/ipsec/esp.h"
#include "src/element.h"

enum { RANDOM_SIZE = 512 };

struct ipsecespencap_lcore {
	uint8_t random[RANDOM_SIZE];
	uint32_t n_random; // bytes that are left of it
};

enum { NO_SA, EXHAUSTED, NO_RANDOM, NO_ROOM };

// The protocol of the packet's IP header; 0: it has none.
static uint8_t
next_header(struct packet **pp)
{
	int32_t network = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = NULL;

	if (network != PACKET_NO_HEADER)
		ip = (const void *)packet_peek(pp, network, sizeof(*ip));
	return ip != NULL ? ip->next_proto_id : 0;
}

static bool
take_random(const struct element *e, uint8_t *to, uint32_t n)
{
	struct ipsecespencap_lcore *l = element_lcore(e);

	if (l->n_random < n) {
		if (RAND_bytes(l->random, RANDOM_SIZE) != 1)
			return false;
		l->n_random = RANDOM_SIZE;
	}
	l->n_random -= n;
	memcpy(to, l->random + l->n_random, n);
	return true;
}

// 1, 2, 3 ... (RFC 4303, 2.4), how many there are, and the protocol.
static bool
add_trailer(struct packet **pp, uint8_t proto)
{
	uint32_t len = packet_length(*pp), pad = -(len + ESP_TRAILER) % ESP_BLOCK;
	uint8_t trailer[ESP_BLOCK + ESP_TRAILER];

	for (uint32_t i = 0; i < pad; i++)
		trailer[i] = (uint8_t)(i + 1);
	trailer[pad] = (uint8_t)pad;
	trailer[pad + 1] = proto;
	return packet_put(pp, pad + ESP_TRAILER) &&
	       packet_write(pp, len, trailer, pad + ESP_TRAILER);
}

static inline int
ipsecespencap_packet(struct element *e, struct packet **pp)
{
	struct sa *sa = sa_of_packet(e, *pp);
	struct esp_header h;

	if (unlikely(sa == NULL))
		return DROP(NO_SA);
	if (unlikely(!take_random(e, h.iv, sizeof(h.iv))))
		return DROP(NO_RANDOM);
	if (unlikely(!add_trailer(pp, next_header(pp)) || !packet_push(pp, sizeof(h))))
		return DROP(NO_ROOM);
	h.spi = rte_cpu_to_be_32(packet_anno_u32(*pp, ANNO_IPSEC_SPI));
	h.sequence = rte_cpu_to_be_32(sa_next_sequence(sa));
	if (unlikely(h.sequence == 0))
		return DROP(EXHAUSTED);
	memcpy(packet_data_rw(*pp), &h, sizeof(h));
	return 0;
}

ELEMENT_DECIDE(ipsecespencap, element, ipsecespencap_packet)

static const char *const ipsecespencap_drops[] = {
	[NO_SA] = "no security association",
	[EXHAUSTED] = "sequence numbers used up",
	[NO_RANDOM] = "no random numbers",
	[NO_ROOM] = "too long, or no memory",
	NULL,
};

static const struct element_class ipsecespencap_class = {
	.name = "IPsecESPEncap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_ANY_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.lcore_size = sizeof(struct ipsecespencap_lcore),
	.push = ipsecespencap_push,
	.pull = ipsecespencap_pull,
	.decide = ipsecespencap_decide,
	.drops = ipsecespencap_drops,
	.reads = "IPSEC_SPI IPSEC_SA_DATA_REFERENCE",
	.group = "ipsec",
	.brief = "puts packets between an ESP header and trailer",
	.manual =
		"In front of each packet come SPI, sequence number and 8 random bytes, behind it the\n"
		"padding to whole blocks of 16 bytes (8 in Click, too few for AES), its length, and\n"
		"the protocol of the packet's IP header. RadixIPsecLookup chose the security\n"
		"association. When its sequence numbers are used up, packets are dropped until it is\n"
		"replaced; Click begins again, which makes replays possible. Encrypt and authenticate\n"
		"behind it.",
	.example =
		"Idle -> r :: RadixIPsecLookup(0/0 1); r[0] -> Discard;\n"
		"r[1] -> IPsecESPEncap -> IPsecAuthHMACSHA1(0) -> IPsecAES(1) -> IPsecEncap(50)\n"
		"	-> Discard;",
};
ELEMENT_CLASS(ipsecespencap_class)
