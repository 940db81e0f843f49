// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The check of an IP header that CheckIPHeader and IPInputCombo make.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "mbuf-bridge/packet.h"
#include "src/args.h"

enum ipcheck_reason {
	IPCHECK_TINY_PACKET,
	IPCHECK_BAD_VERSION,
	IPCHECK_BAD_HEADER_LENGTH,
	IPCHECK_BAD_LENGTH,
	IPCHECK_BAD_CHECKSUM,
	IPCHECK_BAD_SOURCE,
};

enum { IPCHECK_GOOD = -1 };

extern const char *const ipcheck_reasons[]; // texts, for .drops

struct ipcheck_addresses { // sorted
	uint32_t *v; // owned; network order
	size_t n;
};

struct ipcheck {
	uint64_t bad_hint; // see ipcheck_source_bit()
	struct ipcheck_addresses bad_sources, good_destinations;
	// As configured.
	struct prefix_list interfaces;
	struct ip_list bad_src, good_dst;
};

// From what was configured. old_bad: bad sources in the older form of arguments, NULL if none.
void ipcheck_build(struct ipcheck *c, const struct ip_list *old_bad);
void ipcheck_fini(struct ipcheck *c); // what ipcheck_build() made

// Rows of the argument table of a class whose struct has a field `ip`.
#define IPCHECK_ARGS(struct_name)                                                        \
	ARG(struct_name, ip.interfaces, "INTERFACES", ARG_KEYWORD,                       \
		.help = "the router's addresses with masks: their directed broadcasts, " \
			"0.0.0.0 and 255.255.255.255 become bad sources, the addresses " \
			"good destinations"),                                            \
		ARG(struct_name, ip.bad_src, "BADSRC", ARG_KEYWORD,                      \
			.help = "source addresses that are refused"),                    \
		ARG(struct_name, ip.good_dst, "GOODDST", ARG_KEYWORD,                    \
			.help = "destinations for which any source will do")

// Nearly all sources are good: one bit that depends on the last byte of the address (255 and 0 for
// the usual broadcasts) tells so without a search.
static inline uint64_t
ipcheck_source_bit(uint32_t addr_be)
{
	uint8_t last;

	memcpy(&last, (const uint8_t *)&addr_be + 3, 1);
	return UINT64_C(1) << (last & 63);
}

// Of a source with a bit in the hint.
bool ipcheck_source_is_bad(const struct ipcheck *c, const struct rte_ipv4_hdr *ip);
// Of a header with options, or one that is wrong from its first byte on.
int ipcheck_long_header(const struct ipcheck *c, struct packet **pp, const struct rte_ipv4_hdr *ip,
	uint32_t offset, bool checksum);

static inline int
ipcheck_pass(struct packet *p, const struct rte_ipv4_hdr *ip, uint32_t header_len, uint32_t extra)
{
	packet_mark_network(p, ip, header_len);
	packet_set_anno_u32(p, ANNO_DST_IP, ip->dst_addr);
	if (unlikely(extra > 0))
		packet_take(p, extra);
	return IPCHECK_GOOD;
}

// Checks the IP header offset bytes (at most UINT16_MAX) into the data. A good packet gets header
// places and destination annotation and is cut to its length. IPCHECK_GOOD or what is wrong.
static inline int
ipcheck_packet(const struct ipcheck *c, struct packet **pp, uint32_t offset, bool checksum)
{
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, (int32_t)offset, sizeof(*ip));
	uint32_t room, len;

	if (unlikely(ip == NULL))
		return IPCHECK_TINY_PACKET;
	if (unlikely(ip->version_ihl != RTE_IPV4_VHL_DEF))
		return ipcheck_long_header(c, pp, ip, offset, checksum);
	room = packet_length(*pp) - offset;
	len = rte_be_to_cpu_16(ip->total_length);
	if (unlikely(len > room || len < sizeof(*ip)))
		return IPCHECK_BAD_LENGTH;
	if (checksum && unlikely(checksum_fold(checksum_add_header(ip)) != 0xffff))
		return IPCHECK_BAD_CHECKSUM;
	if (unlikely(c->bad_hint & ipcheck_source_bit(ip->src_addr)) &&
		ipcheck_source_is_bad(c, ip))
		return IPCHECK_BAD_SOURCE;
	return ipcheck_pass(*pp, ip, sizeof(*ip), room - len);
}
