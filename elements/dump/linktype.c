// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/linktype.h"

#include <stdlib.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "mbuf-bridge/packet.h"
#include "src/element.h"
#include "src/strbuf.h"
#include "src/text.h"

static const struct {
	const char *name;
	int32_t type;
} names[] = {
	{"NULL", LINK_NULL},
	{"ETHER", LINK_ETHER},
	{"PPP", LINK_PPP},
	{"FDDI", LINK_FDDI},
	{"PPP_HDLC", LINK_PPP_HDLC},
	{"ATM", LINK_ATM},
	{"RFC1483", LINK_ATM},
	{"ATM_RFC1483", LINK_ATM},
	{"IP", LINK_IP},
	{"HDLC", LINK_HDLC},
	{"802_11", LINK_802_11},
	{"802.11", LINK_802_11},
	{"SLL", LINK_SLL},
	{"PRISM", LINK_PRISM},
	{"AIRONET", LINK_AIRONET},
	{"SUNATM", LINK_SUNATM},
	{"802_11_RADIO", LINK_802_11_RADIO},
	{"802.11_RADIO", LINK_802_11_RADIO},
};

bool
link_type_find(const char *name, int32_t *type)
{
	uint64_t number;

	for (size_t i = 0; i < RTE_DIM(names); i++) {
		if (strcmp(names[i].name, name) == 0) {
			*type = names[i].type;
			return true;
		}
	}
	if (name[0] != '#' || text_read_uint64(name + 1, &number) != 0 || number > INT32_MAX)
		return false;
	*type = (int32_t)number;
	return true;
}

void
link_type_text(int32_t type, struct strbuf *out)
{
	for (size_t i = 0; i < RTE_DIM(names); i++) {
		if (names[i].type == type) {
			strbuf_adds(out, names[i].name);
			return;
		}
	}
	if (type < 0)
		strbuf_adds(out, "<none>");
	else
		strbuf_addf(out, "#%d", type);
}

int32_t
link_type_canonical(uint32_t type)
{
	enum { RAW = 12, RAW_OPENBSD = 14, TYPE_MASK = 0x03ffffff };

	// Above the type stand flags about the frame check sequence.
	type &= TYPE_MASK;
	return type == RAW || type == RAW_OPENBSD ? LINK_IP : (int32_t)type;
}

bool
link_type_has_ip(int32_t type)
{
	for (size_t i = 0; i < RTE_DIM(names); i++) {
		if (names[i].type == type)
			return type != LINK_AIRONET;
	}
	return false;
}

// ---- finding the header
//
// Each finder returns the place of what follows its header, NOT_IP if that is not IP or the packet
// is too short. off is at most some 10^5.

enum { NOT_IP = -1 };

static uint16_t
read_be16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static bool
is_ip_protocol(uint16_t ethertype)
{
	return ethertype == RTE_ETHER_TYPE_IPV4 || ethertype == RTE_ETHER_TYPE_IPV6;
}

// An Ethernet protocol number stands at off.
static int32_t
find_by_ethertype(struct packet **pp, int32_t off)
{
	const uint8_t *type = packet_peek(pp, off, 2);

	return type != NULL && is_ip_protocol(read_be16(type)) ? off + 2 : NOT_IP;
}

static int32_t
find_ethernet(struct packet **pp)
{
	const uint8_t *type = packet_peek(pp, 2 * RTE_ETHER_ADDR_LEN, 2);
	bool tagged = type != NULL && read_be16(type) == RTE_ETHER_TYPE_VLAN;

	return find_by_ethertype(pp, 2 * RTE_ETHER_ADDR_LEN + (tagged ? 4 : 0));
}

// LLC with SNAP: AA AA 03, three zeroes, the Ethernet protocol.
static int32_t
find_snap(struct packet **pp, int32_t off)
{
	static const uint8_t snap[] = {0xaa, 0xaa, 0x03, 0, 0, 0};
	const uint8_t *llc = packet_peek(pp, off, sizeof(snap));

	if (llc == NULL || memcmp(llc, snap, sizeof(snap)) != 0)
		return NOT_IP;
	return find_by_ethertype(pp, off + (int32_t)sizeof(snap));
}

static int32_t
find_802_11(struct packet **pp, int32_t off)
{
	enum { TYPE = 0x0c, DATA = 0x08, NO_DATA = 0x40, QOS = 0x80 }; // first byte
	enum { BOTH_DS = 0x03, ENCRYPTED = 0x40, ORDER = 0x80 }; // second byte
	const uint8_t *fc = packet_peek(pp, off, 2);
	int32_t len = 24;

	if (fc == NULL || (fc[0] & (TYPE | NO_DATA)) != DATA || (fc[1] & ENCRYPTED))
		return NOT_IP;
	if ((fc[1] & BOTH_DS) == BOTH_DS)
		len += RTE_ETHER_ADDR_LEN;
	if (fc[0] & QOS)
		len += fc[1] & ORDER ? 6 : 2;
	return find_snap(pp, off + len);
}

static int32_t
find_radiotap(struct packet **pp)
{
	const uint8_t *header = packet_peek(pp, 0, 4);

	return header == NULL ? NOT_IP : find_802_11(pp, header[2] | header[3] << 8);
}

// PPP (RFC 1661), with or without address and control byte, the protocol in one or two bytes.
static int32_t
find_ppp(struct packet **pp)
{
	enum { PPP_IP = 0x21, PPP_IP6 = 0x57 };
	const uint8_t *header = packet_peek(pp, 0, 2);
	int32_t off = header != NULL && header[0] == 0xff && header[1] == 0x03 ? 2 : 0;

	header = packet_peek(pp, off, 2);
	if (header == NULL)
		return NOT_IP;
	off += header[0] == 0 ? 2 : 1;
	header += header[0] == 0 ? 1 : 0;
	return *header == PPP_IP || *header == PPP_IP6 ? off : NOT_IP;
}

// Either PPP or Cisco's HDLC, by the address byte.
static int32_t
find_ppp_hdlc(struct packet **pp)
{
	const uint8_t *header = packet_peek(pp, 0, 1);
	bool cisco = header != NULL && (*header == 0x0f || *header == 0x8f);

	return cisco ? find_by_ethertype(pp, 2) : find_ppp(pp);
}

static int32_t
find_ip(struct packet **pp, int32_t type)
{
	enum { SLL_TYPE = 14, FDDI_LEN = 13, PRISM_LEN = 144, SUNATM_LEN = 4, NULL_LEN = 4 };

	switch (type) {
	case LINK_ETHER:
		return find_ethernet(pp);
	case LINK_SLL:
		return find_by_ethertype(pp, SLL_TYPE);
	case LINK_802_11:
		return find_802_11(pp, 0);
	case LINK_PRISM:
		return find_802_11(pp, PRISM_LEN);
	case LINK_802_11_RADIO:
		return find_radiotap(pp);
	case LINK_PPP:
		return find_ppp(pp);
	case LINK_PPP_HDLC:
		return find_ppp_hdlc(pp);
	case LINK_HDLC:
		return find_by_ethertype(pp, 2);
	case LINK_ATM:
		return find_snap(pp, 0);
	case LINK_SUNATM:
		return find_snap(pp, SUNATM_LEN);
	case LINK_FDDI:
		return find_snap(pp, FDDI_LEN);
	case LINK_NULL:
		return NULL_LEN;
	case LINK_IP:
		return 0;
	default:
		return NOT_IP;
	}
}

static bool
mark_ip4(struct packet **pp, int32_t off)
{
	const uint8_t *ip = packet_peek(pp, off, sizeof(struct rte_ipv4_hdr));
	uint32_t header_len, dst;

	if (ip == NULL)
		return false;
	header_len = (ip[0] & RTE_IPV4_HDR_IHL_MASK) * RTE_IPV4_IHL_MULTIPLIER;
	if (header_len < sizeof(struct rte_ipv4_hdr) || header_len > packet_length_from(*pp, off))
		return false;
	memcpy(&dst, ip + offsetof(struct rte_ipv4_hdr, dst_addr), sizeof(dst));
	packet_set_network(*pp, off, header_len);
	packet_set_anno_u32(*pp, ANNO_DST_IP, dst);
	return true;
}

bool
link_type_mark_ip(struct packet **pp, int32_t type)
{
	int32_t off = find_ip(pp, type);
	const uint8_t *ip = off == NOT_IP ? NULL : packet_peek(pp, off, 1);

	if (ip == NULL)
		return false;
	if (*ip >> 4 == 4)
		return mark_ip4(pp, off);
	if (*ip >> 4 != 6 || packet_length_from(*pp, off) < sizeof(struct rte_ipv6_hdr))
		return false;
	packet_set_network(*pp, off, sizeof(struct rte_ipv6_hdr));
	return true;
}

void
link_type_keep_ip(struct element *e, struct batch *b, int32_t type, unsigned reason)
{
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (likely(link_type_mark_ip(&p, type)))
			b->pkt[n++] = p;
		else
			element_push_checked(e, 1, p, reason);
	}
	b->n = (uint16_t)n;
}
