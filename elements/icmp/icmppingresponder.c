// SPDX-License-Identifier: BSD-3-Clause
// ICMPPingResponder: turns echo requests into echo replies.

#include <rte_icmp.h>
#include <rte_ip.h>

#include "elements/icmp/icmp_name.h"
#include "elements/ip/batchclock.h"
#include "elements/ip/checksum.h"
#include "src/element.h"

struct icmppingresponder {
	struct element element;
};

enum { NOT_A_REQUEST, NO_MEMORY };

enum { REPLY_TTL = 255 };

// The place of the ICMP header of an echo request, PACKET_NO_HEADER if it is none.
static inline int32_t
find_request(struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, off, sizeof(*ip));
	const uint8_t *type;
	unsigned header_len;

	if (ip == NULL || ip->next_proto_id != IPPROTO_ICMP ||
		(ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK)))
		return PACKET_NO_HEADER;
	header_len = rte_ipv4_hdr_len(ip);
	if (header_len < sizeof(*ip))
		return PACKET_NO_HEADER;
	off += (int32_t)header_len;
	type = packet_peek(pp, off, sizeof(struct rte_icmp_hdr));
	return type != NULL && *type == ICMP_TYPE_ECHO ? off : PACKET_NO_HEADER;
}

static void
reply_ip(struct rte_ipv4_hdr *ip)
{
	uint16_t new, old;
	uint8_t *ttl = (uint8_t *)ip + offsetof(struct rte_ipv4_hdr, time_to_live);
	uint32_t src = ip->src_addr;

	ip->src_addr = ip->dst_addr;
	ip->dst_addr = src;
	ip->hdr_checksum = checksum_update(ip->hdr_checksum, ip->fragment_offset, 0);
	ip->fragment_offset = 0;
	memcpy(&old, ttl, sizeof(old));
	*ttl = REPLY_TTL;
	memcpy(&new, ttl, sizeof(new));
	ip->hdr_checksum = checksum_update(ip->hdr_checksum, old, new);
}

static void
reply_icmp(struct packet *p, int32_t off, struct rte_icmp_hdr *icmp)
{
	uint16_t type_code;

	memcpy(&type_code, icmp, sizeof(type_code));
	icmp->icmp_type = ICMP_TYPE_ECHO_REPLY;
	icmp->icmp_code = 0;
	icmp->icmp_cksum = checksum_update(icmp->icmp_cksum, type_code, 0);
	icmp->icmp_cksum = checksum_fix_zero(icmp->icmp_cksum, p, off, packet_length_from(p, off));
}

static inline int
respond_packet(struct icmppingresponder *e, struct packet **pp)
{
	int32_t icmp_off = find_request(pp), off;
	struct rte_ipv4_hdr *ip;
	uint8_t *header;

	if (icmp_off == PACKET_NO_HEADER)
		return element_output_or_drop(&e->element, 1, NOT_A_REQUEST);
	off = packet_network_offset(*pp);
	header = packet_edit(
		pp, off, (uint32_t)(icmp_off - off) + (uint32_t)sizeof(struct rte_icmp_hdr));
	if (header == NULL)
		return DROP(NO_MEMORY);
	ip = (void *)header;
	reply_ip(ip);
	reply_icmp(*pp, icmp_off, (void *)(header + (icmp_off - off)));
	packet_set_anno_u32(*pp, ANNO_DST_IP, ip->dst_addr);
	packet_set_anno_u8(*pp, ANNO_PAINT, 0);
	packet_set_timestamp(*pp, batch_clock_now(element_lcore(&e->element)));
	return 0;
}

ELEMENT_DECIDE(respond, icmppingresponder, respond_packet)

static void
icmppingresponder_push(struct element *e, unsigned port, struct batch *b)
{
	batch_clock_begin(element_lcore(e));
	respond_push(e, port, b);
}

static void
icmppingresponder_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	batch_clock_begin(element_lcore(e));
	respond_pull(e, port, b, max);
}

static const char *const icmppingresponder_drops[] = {
	[NOT_A_REQUEST] = "not an echo request", [NO_MEMORY] = "no memory", NULL};

static const struct element_class icmppingresponder_class = {
	.name = "ICMPPingResponder",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_ANSWERS,
	.lcores = LCORES_ANY,
	.size = sizeof(struct icmppingresponder),
	.lcore_size = sizeof(struct batch_clock),
	.push = icmppingresponder_push,
	.pull = icmppingresponder_pull,
	.drops = icmppingresponder_drops,
	.group = "icmp",
	.brief = "turns echo requests into echo replies",
	.manual =
		"Echo requests get their addresses swapped, their type changed and a fresh time to\n"
		"live; the destination annotation is set, so that they can go to a routing table.\n"
		"All other packets leave by output 1, or are dropped if it is not there. Fragments\n"
		"but the first hold no ICMP header: put an IPReassembler in front.",
	.example = "Idle -> CheckIPHeader -> ICMPPingResponder -> Discard;",
};
ELEMENT_CLASS(icmppingresponder_class)
