// SPDX-License-Identifier: BSD-3-Clause
// IPsecESPUnencap: takes ESP header and trailer off, unless it has seen the packet before.

#include "elements/ipsec/esp.h"
#include "src/chatter.h"
#include "src/element.h"

enum { TOLD_MOST = 5 };

struct ipsecespunencap {
	struct element element;
	_Atomic uint32_t n_told;
};

enum { NO_SA, TOO_SHORT, TOO_OLD, SEEN, BAD_PADDING_LENGTH, BAD_PADDING };

static int
refuse(struct ipsecespunencap *e, int reason, const char *text)
{
	if (atomic_load_explicit(&e->n_told, memory_order_relaxed) < TOLD_MOST &&
		atomic_fetch_add_explicit(&e->n_told, 1, memory_order_relaxed) < TOLD_MOST)
		chatter("%s", text);
	return DROP(reason);
}

static int
check_replay(struct ipsecespunencap *e, const struct esp_header *h, struct sa *sa)
{
	switch (sa_check_replay(sa, rte_be_to_cpu_32(h->sequence))) {
	case SA_TOO_OLD:
		return refuse(
			e, TOO_OLD, "Replay protection: This packet is too old to be accepted");
	case SA_SEEN:
		return refuse(e, SEEN, "Replay protection: This packet is already seen...");
	default:
		return 0;
	}
}

static int
strip_trailer(struct ipsecespunencap *e, struct packet *p)
{
	uint8_t trailer[UINT8_MAX + ESP_TRAILER];
	uint32_t len = packet_length(p), pad;

	if (len < ESP_TRAILER || !packet_read(p, len - ESP_TRAILER, trailer, ESP_TRAILER))
		return DROP(TOO_SHORT);
	pad = trailer[0];
	if (pad > len - ESP_TRAILER)
		return refuse(e, BAD_PADDING_LENGTH, "Invalid padding length");
	packet_read(p, len - ESP_TRAILER - pad, trailer, pad);
	for (uint32_t i = 0; i < pad; i++) {
		if (trailer[i] != i + 1)
			return refuse(e, BAD_PADDING, "Corrupt padding");
	}
	packet_take(p, pad + ESP_TRAILER);
	return 0;
}

static inline int
ipsecespunencap_packet(struct ipsecespunencap *e, struct packet **pp)
{
	struct sa *sa = sa_of_packet(&e->element, *pp);
	const struct esp_header *h;
	int decision;

	if (unlikely(sa == NULL))
		return DROP(NO_SA);
	h = (const void *)packet_peek(pp, 0, sizeof(*h));
	if (unlikely(h == NULL))
		return DROP(TOO_SHORT);
	decision = check_replay(e, h, sa);
	if (unlikely(decision != 0))
		return decision;
	packet_pull(*pp, sizeof(*h));
	return strip_trailer(e, *pp);
}

ELEMENT_DECIDE(ipsecespunencap, ipsecespunencap, ipsecespunencap_packet)

static const char *const ipsecespunencap_drops[] = {
	[NO_SA] = "no security association",
	[TOO_SHORT] = "too short for ESP",
	[TOO_OLD] = "too old",
	[SEEN] = "seen before",
	[BAD_PADDING_LENGTH] = "invalid padding length",
	[BAD_PADDING] = "corrupt padding",
	NULL,
};

static const struct element_class ipsecespunencap_class = {
	.name = "IPsecESPUnencap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_ANY_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipsecespunencap),
	.push = ipsecespunencap_push,
	.pull = ipsecespunencap_pull,
	.decide = ipsecespunencap_decide,
	.drops = ipsecespunencap_drops,
	.reads = "IPSEC_SA_DATA_REFERENCE",
	.group = "ipsec",
	.brief = "takes ESP header and trailer off packets",
	.manual =
		"Takes packets that have been decrypted and authenticated, in this order, by elements in\n"
		"front. A packet whose sequence number was seen before, or is too far behind the\n"
		"highest one (OOSIZE of its security association), is dropped, and so is one with\n"
		"wrong padding. Unlike in Click, the first number seen again does not begin a new\n"
		"count, since whoever replays that packet could replay the others then.",
	.example = "Idle -> r :: RadixIPsecLookup(0/0 0); r[0] -> StripIPHeader -> IPsecAES(0)\n"
		   "	-> IPsecAuthHMACSHA1(1) -> IPsecESPUnencap -> CheckIPHeader -> Discard;",
};
ELEMENT_CLASS(ipsecespunencap_class)
