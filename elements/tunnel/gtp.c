// SPDX-License-Identifier: BSD-3-Clause
// GTPEncap, GTPDecap: put a GTP header in front of packets and take it away.

#include <string.h>

#include <rte_byteorder.h>

#include "src/element.h"

// GTPv1-U: 3GPP TS 29.281, 5.1.
struct gtp_header {
	uint8_t flags;
	uint8_t type;
	rte_be16_t len; // of what follows these 8 bytes
	rte_be32_t teid;
} __rte_packed;

enum {
	GTP_VERSION_1 = 0x20,
	GTP_PROTOCOL = 0x10, // GTP, not GTP'
	GTP_KIND = 0xf0, // version and protocol
	GTP_EXTENSION = 0x04,
	GTP_MORE = 0x07, // any of: extension, sequence number, N-PDU number: 4 more bytes
	GTP_DATA = 0xff, // the type that carries a packet
};

// ---- GTPEncap

struct gtpencap {
	struct element element;
	uint32_t teid; // 0: of the packet
};

enum { NO_ROOM };

static inline int
encap_packet(const struct gtpencap *e, struct packet **pp)
{
	uint32_t len = packet_length(*pp);
	uint32_t teid = e->teid != 0 ? e->teid : packet_anno_u32(*pp, ANNO_AGGREGATE);
	struct gtp_header gtp = {
		.flags = GTP_VERSION_1 | GTP_PROTOCOL,
		.type = GTP_DATA,
		.len = rte_cpu_to_be_16((uint16_t)len),
		.teid = rte_cpu_to_be_32(teid),
	};

	if (unlikely(len > UINT16_MAX || !packet_push(pp, sizeof(gtp))))
		return DROP(NO_ROOM);
	memcpy(packet_data_rw(*pp), &gtp, sizeof(gtp));
	return 0;
}

ELEMENT_DECIDE(gtpencap, gtpencap, encap_packet)

static const struct arg gtpencap_args[] = {
	ARG(gtpencap, teid, "TEID", ARG_MANDATORY,
		.help = "tunnel endpoint identifier; 0: the packet's AGGREGATE annotation"),
	ARGS_END,
};

static const char *const gtpencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class gtpencap_class = {
	.name = "GTPEncap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct gtpencap),
	.push = gtpencap_push,
	.pull = gtpencap_pull,
	.decide = gtpencap_decide,
	.args = gtpencap_args,
	.drops = gtpencap_drops,
	.group = "tunnel",
	.brief = "puts a GTP header in front of packets",
	.manual = "The header is the 8 bytes of a GTPv1-U data packet, without sequence number. A\n"
		  "UDPIPEncap behind it makes the tunnel's packet. With TEID 0 each packet brings\n"
		  "its own in the AGGREGATE annotation, where GTPDecap leaves it.",
	.example = "Idle -> GTPEncap(7) -> UDPIPEncap(10.0.0.1, 2152, 10.0.0.2, 2152) -> Discard;",
};
ELEMENT_CLASS(gtpencap_class)

// ---- GTPDecap

struct gtpdecap {
	struct element element;
};

enum { TOO_SHORT, NOT_GTP, NOT_DATA };

// Bytes of the header with its extensions; 0: the packet is shorter.
static __attribute__((noinline)) uint32_t
long_header_len(struct packet **pp, unsigned flags)
{
	uint32_t len = sizeof(struct gtp_header) + 4, size = packet_length(*pp);
	uint8_t next = 0, units;

	if (len > size)
		return 0;
	if ((flags & GTP_EXTENSION) != 0)
		packet_read(*pp, len - 1, &next, 1);
	// Each says its length in units of 4 bytes first, and what follows it last.
	while (next != 0) {
		if (!packet_read(*pp, len, &units, 1) || units == 0 || units * 4u > size - len)
			return 0;
		len += units * 4u;
		packet_read(*pp, len - 1, &next, 1);
	}
	return len;
}

static inline int
decap_packet(const struct gtpdecap *e, struct packet **pp)
{
	const struct gtp_header *gtp = (const void *)packet_peek(pp, 0, sizeof(*gtp));
	uint32_t len = sizeof(*gtp);
	uint32_t teid;

	(void)e;
	if (unlikely(gtp == NULL))
		return DROP(TOO_SHORT);
	if (unlikely((gtp->flags & GTP_KIND) != (GTP_VERSION_1 | GTP_PROTOCOL)))
		return DROP(NOT_GTP);
	if (unlikely(gtp->type != GTP_DATA))
		return DROP(NOT_DATA);
	teid = rte_be_to_cpu_32(gtp->teid);
	if ((gtp->flags & GTP_MORE) != 0)
		len = long_header_len(pp, gtp->flags);
	if (unlikely(len == 0))
		return DROP(TOO_SHORT);
	packet_pull(*pp, len);
	packet_set_anno_u32(*pp, ANNO_AGGREGATE, teid);
	return 0;
}

ELEMENT_DECIDE(gtpdecap, gtpdecap, decap_packet)

static const char *const gtpdecap_drops[] = {[TOO_SHORT] = "shorter than its header",
	[NOT_GTP] = "not GTP version 1",
	[NOT_DATA] = "carries no packet",
	NULL};

static const struct element_class gtpdecap_class = {
	.name = "GTPDecap",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct gtpdecap),
	.push = gtpdecap_push,
	.pull = gtpdecap_pull,
	.decide = gtpdecap_decide,
	.drops = gtpdecap_drops,
	.writes = "AGGREGATE",
	.group = "tunnel",
	.brief = "removes the GTP header in front of packets",
	.manual =
		"Packets must begin with a GTPv1-U header. Its tunnel endpoint identifier becomes the\n"
		"packet's AGGREGATE annotation. Extension headers are removed as well, which FastClick\n"
		"leaves in front of the packet; what carries no packet (echo requests) is dropped.",
	.example = "Idle -> CheckIPHeader -> StripIPHeader -> Strip(8) -> GTPDecap -> Discard;",
};
ELEMENT_CLASS(gtpdecap_class)
