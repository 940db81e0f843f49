// SPDX-License-Identifier: BSD-3-Clause
// FixIPSrc: gives packets that ask for it the address of the interface they leave by.

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "src/element.h"

struct fixipsrc {
	struct element element;
	struct ip_addr ipaddr;
};

enum { NO_MEMORY };

static __attribute__((noinline)) int
fix_source(const struct fixipsrc *e, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	struct rte_ipv4_hdr *ip;
	const uint8_t *first;

	if (off == PACKET_NO_HEADER)
		return 0;
	packet_set_anno_u8(*pp, ANNO_FIX_IP_SRC, 0);
	first = packet_peek(pp, off, sizeof(*ip));
	if (first == NULL || (*first & 15) < RTE_IPV4_MIN_IHL ||
		(*first & 15u) * 4 > packet_length_from(*pp, off))
		return 0;
	ip = (void *)packet_edit(pp, off, (*first & 15u) * 4);
	if (ip == NULL)
		return DROP(NO_MEMORY);
	ip->src_addr = e->ipaddr.be;
	checksum_set_ip(ip, rte_ipv4_hdr_len(ip));
	return 0;
}

static inline int
fix_packet(const struct fixipsrc *e, struct packet **pp)
{
	if (likely(packet_anno_u8(*pp, ANNO_FIX_IP_SRC) == 0))
		return 0;
	return fix_source(e, pp);
}

ELEMENT_DECIDE(fixipsrc, fixipsrc, fix_packet)

static const struct arg fixipsrc_args[] = {
	ARG(fixipsrc, ipaddr, "IPADDR", ARG_MANDATORY, .help = "the interface's address"),
	ARGS_END,
};

static const char *const fixipsrc_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class fixipsrc_class = {
	.name = "FixIPSrc",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct fixipsrc),
	.push = fixipsrc_push,
	.pull = fixipsrc_pull,
	.decide = fixipsrc_decide,
	.args = fixipsrc_args,
	.drops = fixipsrc_drops,
	.reads = "FIX_IP_SRC",
	.group = "ip",
	.brief = "sets the source address of packets that ask for it",
	.manual =
		"Packets whose FIX_IP_SRC annotation is set, as ICMPError does, get IPADDR as source\n"
		"and a new header checksum, and lose the annotation. All others pass unchanged. Put\n"
		"one in front of each interface of a router.",
	.example = "Idle -> FixIPSrc(10.0.0.1) -> Discard;",
};
ELEMENT_CLASS(fixipsrc_class)
