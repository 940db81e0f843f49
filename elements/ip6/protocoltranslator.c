// SPDX-License-Identifier: BSD-3-Clause
// ProtocolTranslator64, ProtocolTranslator46: make IPv4 packets of IPv6 packets and the reverse,
// between addresses that are IPv4-mapped (after RFC 2765).

#include <netinet/in.h>

#include <rte_icmp.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip/payload.h"
#include "elements/ip6/address.h"
#include "elements/ip6/icmp6.h"
#include "src/element.h"

struct protocoltranslator {
	struct element element;
};

enum { BAD_HEADER, NOT_MAPPED, IS_FRAGMENT, UNSUPPORTED, TOO_SHORT, NO_MEMORY };

enum { ICMP_UNREACHABLE = 3, ICMP_TIME_EXCEEDED = 11, ICMP_PARAMETER_PROBLEM = 12 };
enum { ICMP_NET = 0, ICMP_HOST = 1, ICMP_PROTOCOL = 2, ICMP_PORT = 3, ICMP_NEEDFRAG = 4 };
enum { ICMP_SOURCE_ROUTE = 5, ICMP_NET_FORBIDDEN = 9, ICMP_HOST_FORBIDDEN = 10 };
enum { HEADER_DIFFERENCE = sizeof(struct rte_ipv6_hdr) - sizeof(struct rte_ipv4_hdr) };

// ---- what follows the header

// The bytes that must be there, and where the checksum is; 0: nothing that we know.
static uint32_t
transport_size(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return sizeof(struct rte_tcp_hdr);
	case IPPROTO_UDP:
		return sizeof(struct rte_udp_hdr);
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return sizeof(struct icmp6_header);
	default:
		return 0;
	}
}

static uint32_t
checksum_place(uint8_t proto)
{
	return proto == IPPROTO_TCP   ? offsetof(struct rte_tcp_hdr, cksum)
	       : proto == IPPROTO_UDP ? offsetof(struct rte_udp_hdr, dgram_cksum)
				      : offsetof(struct icmp6_header, checksum);
}

// Of len bytes at off, the first of which are contiguous and ours. pseudo: the header's part.
static void
set_checksum(struct packet *p, uint32_t off, uint32_t len, uint8_t proto, uint64_t pseudo)
{
	uint8_t *at = packet_data_rw(p) + off + checksum_place(proto);
	uint16_t checksum = 0;
	uint64_t sum = pseudo;

	memcpy(at, &checksum, sizeof(checksum));
	checksum_add_packet(&sum, p, (int32_t)off, len);
	checksum = checksum_finish(sum);
	if (proto == IPPROTO_UDP && checksum == 0)
		checksum = UINT16_MAX; // 0 means none
	memcpy(at, &checksum, sizeof(checksum));
}

// ---- ICMP

static void
set_icmp(struct icmp6_header *icmp, uint8_t type, uint8_t code, uint32_t word)
{
	rte_be32_t word_be = rte_cpu_to_be_32(word);

	icmp->type = type;
	icmp->code = code;
	memcpy(icmp->word, &word_be, sizeof(word_be));
}

static uint32_t
icmp_word(const struct icmp6_header *icmp)
{
	rte_be32_t word_be;

	memcpy(&word_be, icmp->word, sizeof(word_be));
	return rte_be_to_cpu_32(word_be);
}

struct field { // the same one in both headers, counted from their start
	uint8_t at4, at6;
};

// Version, length, TTL, protocol, source, destination.
static const struct field fields[] = {{0, 0}, {2, 4}, {8, 7}, {9, 6}, {12, 8}, {16, 24}};

static uint32_t
place_in_4(uint32_t at6)
{
	for (size_t i = 0; i < RTE_DIM(fields) - 1; i++) {
		if (fields[i].at6 == at6)
			return fields[i].at4;
	}
	return UINT8_MAX;
}

static uint32_t
place_in_6(uint8_t at4)
{
	for (size_t i = 0; i < RTE_DIM(fields); i++) {
		if (fields[i].at4 == at4)
			return fields[i].at6;
	}
	return UINT32_MAX;
}

static bool
unreachable_to_4(struct icmp6_header *icmp)
{
	static const uint8_t codes[] = {
		ICMP_NET, ICMP_HOST_FORBIDDEN, ICMP_SOURCE_ROUTE, ICMP_HOST, ICMP_PORT};

	if (icmp->code >= RTE_DIM(codes))
		return false;
	set_icmp(icmp, ICMP_UNREACHABLE, codes[icmp->code], 0);
	return true;
}

static bool
problem_to_4(struct icmp6_header *icmp)
{
	uint32_t at4 = icmp->code == 0 ? place_in_4(icmp_word(icmp)) : UINT8_MAX;

	if (icmp->code > 2)
		return false;
	if (icmp->code == 1)
		set_icmp(icmp, ICMP_UNREACHABLE, ICMP_PROTOCOL, 0);
	else
		set_icmp(icmp, ICMP_PARAMETER_PROBLEM, 0, at4 << 24);
	return true;
}

// false: there is nothing like it.
static bool
icmp_to_4(struct icmp6_header *icmp)
{
	uint32_t mtu = icmp_word(icmp);

	switch (icmp->type) {
	case ICMP6_ECHO_REQUEST:
		icmp->type = RTE_IP_ICMP_ECHO_REQUEST;
		return true;
	case ICMP6_ECHO_REPLY:
		icmp->type = RTE_IP_ICMP_ECHO_REPLY;
		return true;
	case ICMP6_UNREACHABLE:
		return unreachable_to_4(icmp);
	case ICMP6_TOO_BIG:
		mtu = mtu > HEADER_DIFFERENCE ? mtu - HEADER_DIFFERENCE : 0;
		set_icmp(icmp, ICMP_UNREACHABLE, ICMP_NEEDFRAG, RTE_MIN(mtu, (uint32_t)UINT16_MAX));
		return true;
	case ICMP6_TIME_EXCEEDED:
		set_icmp(icmp, ICMP_TIME_EXCEEDED, icmp->code, 0);
		return true;
	case ICMP6_PARAMETER_PROBLEM:
		return problem_to_4(icmp);
	default:
		return false;
	}
}

static void
unreachable_to_6(struct icmp6_header *icmp)
{
	uint32_t mtu = icmp_word(icmp) & UINT16_MAX;

	switch (icmp->code) {
	case ICMP_PROTOCOL:
		set_icmp(icmp, ICMP6_PARAMETER_PROBLEM, 1, offsetof(struct rte_ipv6_hdr, proto));
		break;
	case ICMP_NEEDFRAG:
		set_icmp(icmp, ICMP6_TOO_BIG, 0, mtu > 0 ? mtu + HEADER_DIFFERENCE : 0);
		break;
	case ICMP_PORT:
		set_icmp(icmp, ICMP6_UNREACHABLE, 4, 0);
		break;
	case ICMP_SOURCE_ROUTE:
		set_icmp(icmp, ICMP6_UNREACHABLE, 2, 0);
		break;
	case ICMP_NET_FORBIDDEN:
	case ICMP_HOST_FORBIDDEN:
		set_icmp(icmp, ICMP6_UNREACHABLE, 1, 0);
		break;
	default:
		set_icmp(icmp, ICMP6_UNREACHABLE, 0, 0);
	}
}

static bool
icmp_to_6(struct icmp6_header *icmp)
{
	switch (icmp->type) {
	case RTE_IP_ICMP_ECHO_REQUEST:
		icmp->type = ICMP6_ECHO_REQUEST;
		return true;
	case RTE_IP_ICMP_ECHO_REPLY:
		icmp->type = ICMP6_ECHO_REPLY;
		return true;
	case ICMP_UNREACHABLE:
		unreachable_to_6(icmp);
		return true;
	case ICMP_TIME_EXCEEDED:
		set_icmp(icmp, ICMP6_TIME_EXCEEDED, icmp->code, 0);
		return true;
	case ICMP_PARAMETER_PROBLEM:
		set_icmp(icmp, ICMP6_PARAMETER_PROBLEM, 0, place_in_6(icmp->word[0]));
		return true;
	default:
		return false;
	}
}

// ---- packets

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

// The address behind the prefix.
static bool
unmap(const uint8_t addr[16], rte_be32_t *addr_be)
{
	memcpy(addr_be, addr + sizeof(mapped), sizeof(*addr_be));
	return memcmp(addr, mapped, sizeof(mapped)) == 0;
}

static void
map(uint8_t addr[16], rte_be32_t addr_be)
{
	memcpy(addr, mapped, sizeof(mapped));
	memcpy(addr + sizeof(mapped), &addr_be, sizeof(addr_be));
}

// Makes what follows a header of header_len bytes translatable: len bytes of proto, of which the
// first are contiguous and ours. -1, or the reason why it is not.
static int
prepare(struct packet **pp, uint32_t header_len, uint32_t len, uint8_t proto)
{
	uint32_t size = transport_size(proto);

	if (size == 0)
		return UNSUPPORTED;
	if (len < size)
		return TOO_SHORT;
	packet_take(*pp, packet_length(*pp) - header_len - len);
	return packet_edit(pp, 0, header_len + size) != NULL ? -1 : NO_MEMORY;
}

static inline int
translate_to_4(const struct protocoltranslator *e, struct packet **pp)
{
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF, .fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG)};
	struct rte_ipv6_hdr old;
	uint64_t pseudo = 0;
	uint32_t len;
	int reason;

	(void)e;
	if (!packet_read(*pp, 0, &old, sizeof(old)) || *(const uint8_t *)&old >> 4 != IP6_VERSION)
		return DROP(BAD_HEADER);
	len = rte_be_to_cpu_16(old.payload_len);
	if (len > packet_length(*pp) - sizeof(old) || len > UINT16_MAX - sizeof(ip))
		return DROP(BAD_HEADER);
	if (!unmap(old.src_addr, &ip.src_addr) || !unmap(old.dst_addr, &ip.dst_addr))
		return DROP(NOT_MAPPED);
	if (old.proto == IPPROTO_ICMP)
		return DROP(UNSUPPORTED);
	reason = prepare(pp, sizeof(old), len, old.proto);
	if (reason >= 0)
		return DROP(reason);
	packet_pull(*pp, HEADER_DIFFERENCE);
	ip.next_proto_id = old.proto;
	ip.total_length = rte_cpu_to_be_16((uint16_t)(sizeof(ip) + len));
	ip.time_to_live = old.hop_limits;
	if (old.proto == IPPROTO_ICMPV6) {
		ip.next_proto_id = IPPROTO_ICMP;
		if (!icmp_to_4((void *)(packet_data_rw(*pp) + sizeof(ip))))
			return DROP(UNSUPPORTED);
	} else {
		pseudo = checksum_add_pseudo(&ip, sizeof(ip), rte_cpu_to_be_16((uint16_t)len));
	}
	set_checksum(*pp, sizeof(ip), len, ip.next_proto_id, pseudo);
	checksum_set_ip(&ip, sizeof(ip));
	memcpy(packet_data_rw(*pp), &ip, sizeof(ip));
	packet_clear_annos(*pp);
	packet_set_network(*pp, 0, sizeof(ip));
	return 0;
}

ELEMENT_DECIDE(to_4, protocoltranslator, translate_to_4)

enum { TTL_LEAST = 255 - 64 }; // becomes a hop limit of 0

static inline int
translate_to_6(const struct protocoltranslator *e, struct packet **pp)
{
	struct rte_ipv6_hdr ip = {.vtc_flow = IP6_VTC_FLOW};
	struct rte_ipv4_hdr old;
	uint32_t header_len, len;
	int reason;

	(void)e;
	if (!packet_read(*pp, 0, &old, sizeof(old)) || old.version_ihl >> 4 != IPVERSION)
		return DROP(BAD_HEADER);
	header_len = rte_ipv4_hdr_len(&old);
	len = rte_be_to_cpu_16(old.total_length);
	if (header_len < sizeof(old) || len < header_len || len > packet_length(*pp))
		return DROP(BAD_HEADER);
	if (old.fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK | RTE_IPV4_HDR_MF_FLAG))
		return DROP(IS_FRAGMENT);
	if (old.next_proto_id == IPPROTO_ICMPV6)
		return DROP(UNSUPPORTED);
	len -= header_len;
	reason = prepare(pp, header_len, len, old.next_proto_id);
	if (reason >= 0)
		return DROP(reason);
	ip.payload_len = rte_cpu_to_be_16((uint16_t)len);
	ip.proto = old.next_proto_id;
	ip.hop_limits = (uint8_t)(old.time_to_live - TTL_LEAST);
	map(ip.src_addr, old.src_addr);
	map(ip.dst_addr, old.dst_addr);
	packet_pull(*pp, header_len);
	if (old.next_proto_id == IPPROTO_ICMP) {
		ip.proto = IPPROTO_ICMPV6;
		if (!icmp_to_6((void *)packet_data_rw(*pp)))
			return DROP(UNSUPPORTED);
	}
	if (!packet_push(pp, sizeof(ip)))
		return DROP(NO_MEMORY);
	set_checksum(*pp, sizeof(ip), len, ip.proto, ip6_pseudo_sum(&ip, ip.proto, len));
	memcpy(packet_data_rw(*pp), &ip, sizeof(ip));
	packet_clear_annos(*pp);
	packet_set_network(*pp, 0, sizeof(ip));
	return 0;
}

ELEMENT_DECIDE(to_6, protocoltranslator, translate_to_6)

static const char *const protocoltranslator_drops[] = {[BAD_HEADER] = "bad IP header",
	[NOT_MAPPED] = "addresses are not IPv4-mapped",
	[IS_FRAGMENT] = "fragment",
	[UNSUPPORTED] = "no such protocol or ICMP type on the other side",
	[TOO_SHORT] = "cut off",
	[NO_MEMORY] = "no memory",
	NULL};

#define PROTOCOLTRANSLATOR_FIELDS                                  \
	.ports = "1/1", .processing = "a/a", .lcores = LCORES_ANY, \
	.size = sizeof(struct protocoltranslator), .group = "ip6", \
	.drops = protocoltranslator_drops

#define PROTOCOLTRANSLATOR_MANUAL                                                                \
	"Checksums of TCP, UDP and ICMP are computed anew; other protocols, and ICMP types\n"    \
	"without a counterpart, are dropped. Headers that ICMP errors quote stay as they are.\n" \
	"Annotations are cleared and the header places set."

static const struct element_class protocoltranslator64_class = {
	.name = "ProtocolTranslator64",
	PROTOCOLTRANSLATOR_FIELDS,
	.push = to_4_push,
	.pull = to_4_pull,
	.decide = to_4_decide,
	.brief = "makes IPv4 packets of IPv6 packets",
	.manual =
		"The IPv6 header begins the data, both of its addresses are IPv4-mapped\n"
		"(::ffff:1.2.3.4), and no extension headers follow; other packets are dropped. The\n"
		"IPv4 header has DF set, id 0, and the hop limit for a TTL.\n" PROTOCOLTRANSLATOR_MANUAL
		"\n\n`Packet too big` becomes `fragmentation needed` with the MTU, less 20.",
	.example = "Idle -> CheckIP6Header -> ProtocolTranslator64 -> CheckIPHeader -> Discard;",
};
ELEMENT_CLASS(protocoltranslator64_class)

static const struct element_class protocoltranslator46_class = {
	.name = "ProtocolTranslator46",
	PROTOCOLTRANSLATOR_FIELDS,
	.push = to_6_push,
	.pull = to_6_pull,
	.decide = to_6_decide,
	.brief = "makes IPv6 packets of IPv4 packets",
	.manual =
		"The IPv4 header begins the data; its options are left out, fragments are dropped. Both\n"
		"addresses become IPv4-mapped ones (::ffff:1.2.3.4). As in Click the hop limit is the\n"
		"TTL less 191, modulo 256: 255 becomes 64, but 64 becomes 129.\n" PROTOCOLTRANSLATOR_MANUAL
		"\n\n`Fragmentation needed` becomes `packet too big` with the MTU, if it states one,\n"
		"plus 20. Click crashes on ICMP types that it does not know.",
	.example = "Idle -> CheckIPHeader -> ProtocolTranslator46 -> CheckIP6Header -> Discard;",
};
ELEMENT_CLASS(protocoltranslator46_class)
