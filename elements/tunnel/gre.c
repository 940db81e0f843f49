// SPDX-License-Identifier: BSD-3-Clause
// GREEncap, StripGREHeader: put a GRE header in front of packets and take it away.

#include "elements/tunnel/gre.h"

#include "elements/ip/checksum.h"
#include "src/element.h"

// ---- GREEncap

struct greencap {
	struct element element;
	uint16_t protocol;
	bool checksum;
};

enum { NO_ROOM };

static inline int
encap_packet(const struct greencap *e, struct packet **pp)
{
	struct gre_header gre = {.protocol = rte_cpu_to_be_16(e->protocol)};
	uint32_t len = e->checksum ? 8 : 4;
	uint16_t fields[2] = {0, 0}; // checksum, reserved
	uint64_t sum = 0;

	if (unlikely(!packet_push(pp, len)))
		return DROP(NO_ROOM);
	if (e->checksum)
		gre.flags = rte_cpu_to_be_16(GRE_CHECKSUM);
	memcpy(packet_data_rw(*pp), &gre, sizeof(gre));
	if (e->checksum) {
		memcpy(packet_data_rw(*pp) + sizeof(gre), fields, sizeof(fields));
		checksum_add_packet(&sum, *pp, 0, packet_length(*pp));
		fields[0] = checksum_finish(sum);
		memcpy(packet_data_rw(*pp) + sizeof(gre), fields, sizeof(fields));
	}
	return 0;
}

ELEMENT_DECIDE(greencap, greencap, encap_packet)

static const struct arg greencap_args[] = {
	ARG(greencap, protocol, "PROTOCOL", ARG_MANDATORY,
		.help = "Ethernet type of the packets, 0x0800 for IP"),
	ARG(greencap, checksum, "CHECKSUM", ARG_KEYWORD, .def = "false",
		.help = "whether the header has a checksum"),
	ARGS_END,
};

static const char *const greencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class greencap_class = {
	.name = "GREEncap",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct greencap),
	.push = greencap_push,
	.pull = greencap_pull,
	.decide = greencap_decide,
	.args = greencap_args,
	.drops = greencap_drops,
	.group = "tunnel",
	.brief = "puts a GRE header in front of packets",
	.manual =
		"The header is that of RFC 2784: 4 bytes, or 8 with a checksum over the header and\n"
		"the packet. An IPEncap with protocol gre (47) behind it makes the tunnel's packet.",
	.example = "Idle -> GREEncap(0x0800) -> IPEncap(47, 10.0.0.1, 10.0.0.2) -> Discard;",
};
ELEMENT_CLASS(greencap_class)

// ---- StripGREHeader

struct stripgreheader {
	struct element element;
};

enum { TOO_SHORT, NOT_GRE };

static inline int
strip_packet(const struct stripgreheader *e, struct packet **pp)
{
	const struct gre_header *gre = (const void *)packet_peek(pp, 0, sizeof(*gre));
	unsigned flags;

	(void)e;
	if (unlikely(gre == NULL))
		return DROP(TOO_SHORT);
	flags = rte_be_to_cpu_16(gre->flags);
	if (unlikely(flags & (GRE_VERSION | GRE_ROUTING)))
		return DROP(NOT_GRE);
	return likely(packet_pull(*pp, gre_header_len(flags))) ? 0 : DROP(TOO_SHORT);
}

ELEMENT_DECIDE(stripgreheader, stripgreheader, strip_packet)

static const char *const stripgreheader_drops[] = {[TOO_SHORT] = "shorter than its header",
	[NOT_GRE] = "not version 0, or with source routing",
	NULL};

static const struct element_class stripgreheader_class = {
	.name = "StripGREHeader",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct stripgreheader),
	.push = stripgreheader_push,
	.pull = stripgreheader_pull,
	.decide = stripgreheader_decide,
	.drops = stripgreheader_drops,
	.group = "tunnel",
	.brief = "removes the GRE header in front of packets",
	.manual =
		"Packets must begin with a GRE header, which is removed together with checksum, key\n"
		"and sequence number if it has them. CheckGREHeader in front of it looks at the\n"
		"checksum and at what the tunnel carries.",
	.example = "Idle -> CheckIPHeader -> StripIPHeader -> StripGREHeader -> Discard;",
};
ELEMENT_CLASS(stripgreheader_class)
