// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/summarybuild.h"

#include <netinet/in.h>
#include <string.h>

#include <rte_icmp.h>
#include <rte_ip.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/dump/dumpsource.h"
#include "elements/ip/checksum.h"
#include "elements/ip/payload.h"

enum { HEADROOM = 16, TTL = 100, IP_HEADER = sizeof(struct rte_ipv4_hdr) };

void
summary_build_init(struct summary_build *b, uint8_t proto)
{
	*b = (struct summary_build){.ip_header_len = IP_HEADER};
	b->ip[0] = 0x45;
	b->ip[8] = TTL;
	b->ip[9] = proto;
}

void
summary_build_set_flow(struct summary_build *b, const struct summary_flow *flow)
{
	b->flow = *flow;
	if (b->paint & 1)
		b->flow = (struct summary_flow){.src = flow->dst,
			.dst = flow->src,
			.sport = flow->dport,
			.dport = flow->sport};
	summary_put32(b->ip + 12, b->flow.src);
	summary_put32(b->ip + 16, b->flow.dst);
}

// ---- transport headers

static uint32_t
header_len(uint8_t proto)
{
	switch (proto) {
	case IPPROTO_TCP:
		return sizeof(struct rte_tcp_hdr);
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
		return sizeof(struct rte_udp_hdr);
	case IPPROTO_DCCP:
		return 12;
	case IPPROTO_ICMP:
		return 8;
	default:
		return 0;
	}
}

static bool
has_ports(uint8_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_DCCP;
}

static bool
is_fragment(const struct summary_build *b)
{
	return (b->ip[6] & 0x1f) != 0 || b->ip[7] != 0;
}

static void
make_transport(struct summary_build *b)
{
	uint8_t proto = b->ip[9];

	if (b->transport_len != 0 || is_fragment(b))
		return;
	b->transport_len = header_len(proto);
	if (proto == IPPROTO_TCP)
		b->transport[12] = sizeof(struct rte_tcp_hdr) / 4 << 4;
	if (!has_ports(proto))
		return;
	summary_put16(b->transport, b->flow.sport);
	summary_put16(b->transport + 2, b->flow.dport);
}

uint8_t *
summary_build_transport(struct summary_build *b, uint8_t proto)
{
	if (b->ip[9] == 0)
		b->ip[9] = proto;
	if (b->ip[9] != proto)
		return NULL;
	make_transport(b);
	return b->transport_len != 0 ? b->transport : NULL;
}

uint8_t *
summary_build_ports(struct summary_build *b)
{
	return has_ports(b->ip[9]) ? summary_build_transport(b, b->ip[9]) : NULL;
}

// ---- options

static uint32_t
set_options(uint8_t *header, uint32_t fixed, const uint8_t *bytes, uint32_t n)
{
	uint32_t len = RTE_MIN((n + 3) & ~3u, SUMMARY_BUILD_HEADER_MAX - fixed);

	memset(header + fixed, 0, len);
	memcpy(header + fixed, bytes, RTE_MIN(n, len));
	return fixed + len;
}

void
summary_build_ip_options(struct summary_build *b, const uint8_t *bytes, uint32_t n)
{
	b->ip_header_len = set_options(b->ip, IP_HEADER, bytes, n);
	b->ip[0] = (uint8_t)(0x40 | b->ip_header_len / 4);
}

void
summary_build_tcp_options(struct summary_build *b, const uint8_t *bytes, uint32_t n)
{
	b->transport_len = set_options(b->transport, sizeof(struct rte_tcp_hdr), bytes, n);
	b->transport[12] = (uint8_t)(b->transport_len / 4 << 4 | (b->transport[12] & 0xf));
}

// ---- the packet

uint32_t
summary_build_length(struct summary_build *b)
{
	uint64_t len;

	make_transport(b);
	b->n_payload = RTE_MIN(b->n_payload, UINT16_MAX - b->ip_header_len - b->transport_len);
	len = b->ip_header_len + b->transport_len + b->n_payload;
	if (b->has_ip_len)
		len = b->ip_len;
	else if (b->has_payload_len)
		len = (uint64_t)b->ip_header_len + b->transport_len + b->payload_len;
	else if (b->has_wire_len)
		len = b->wire_len;
	return (uint32_t)RTE_MIN(RTE_MAX(len, (uint64_t)b->ip_header_len), (uint64_t)UINT32_MAX);
}

static void
set_transport_checksum(struct packet *p, struct summary_build *b)
{
	static const uint8_t places[] = {
		[IPPROTO_ICMP] = 2 + 1, [IPPROTO_TCP] = 16 + 1, [IPPROTO_UDP] = 6 + 1};
	const struct rte_ipv4_hdr *ip = (const void *)b->ip;
	uint8_t proto = ip->next_proto_id;
	uint32_t off = b->ip_header_len, len = packet_length(p) - off;
	uint32_t place = proto < sizeof(places) ? places[proto] : 0;
	uint64_t sum = 0;
	uint16_t checksum = 0;

	if (place == 0 || is_fragment(b) || len < place + 1)
		return;
	packet_write(&p, off + place - 1, &checksum, sizeof(checksum));
	if (proto != IPPROTO_ICMP)
		sum = checksum_add_pseudo(ip, b->ip_header_len, rte_cpu_to_be_16((uint16_t)len));
	checksum_add_packet(&sum, p, (int32_t)off, len);
	checksum = checksum_finish(sum);
	if (checksum == 0 && proto == IPPROTO_UDP)
		checksum = 0xffff;
	packet_write(&p, off + place - 1, &checksum, sizeof(checksum));
}

// The lengths in the headers. wanted: of the IP packet.
static void
finish_headers(struct summary_build *b, uint32_t wanted, bool checksum)
{
	uint32_t ip_len = RTE_MIN(wanted, (uint32_t)UINT16_MAX);

	summary_put16(b->ip + 2, ip_len);
	if (b->transport_len != 0 && b->ip[9] == IPPROTO_UDP && !b->has_udp_len)
		summary_put16(b->transport + 4, ip_len - b->ip_header_len);
	if (checksum)
		checksum_set_ip((struct rte_ipv4_hdr *)b->ip, b->ip_header_len);
}

static void
annotate(struct packet *p, const struct summary_build *b, uint32_t extra)
{
	struct ip_addr dst;

	packet_set_network(p, 0, b->ip_header_len);
	memcpy(&dst.be, b->ip + 16, sizeof(dst.be));
	packet_set_anno_u32(p, ANNO_DST_IP, dst.be);
	packet_set_anno_u8(p, ANNO_PAINT, b->paint);
	packet_set_anno_u32(p, ANNO_AGGREGATE, b->aggregate);
	packet_set_anno_u32(p, ANNO_EXTRA_PACKETS, b->count > 0 ? b->count - 1 : 0);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, extra);
	packet_set_anno_u64(p, ANNO_FIRST_TIMESTAMP, (uint64_t)b->first_timestamp_ns);
}

// Headers and payload as far as len bytes reach; zeroes behind them.
static bool
fill_packet(struct packet **pp, const struct summary_build *b, uint32_t len)
{
	const struct {
		const uint8_t *bytes;
		uint32_t n;
	} parts[] = {{b->ip, b->ip_header_len}, {b->transport, b->transport_len},
		{b->payload, b->n_payload}};
	uint32_t at = 0;

	for (unsigned i = 0; i < RTE_DIM(parts); i++) {
		uint32_t n = RTE_MIN(parts[i].n, len - at);

		if (n > 0 && !packet_write(pp, at, parts[i].bytes, n))
			return false;
		at += n;
	}
	payload_zero(*pp, at, len - at);
	return true;
}

// The Ethernet header stands in the headroom: the data begins with the IP header.
static void
set_ether(struct packet *p, const struct summary_build *b)
{
	if (!b->has_ether || !packet_push(&p, sizeof(b->ether)))
		return;
	packet_write(&p, 0, b->ether, sizeof(b->ether));
	packet_set_mac(p, 0);
	packet_pull(p, sizeof(b->ether));
}

struct packet *
summary_build_packet(struct summary_build *b, bool checksum)
{
	uint32_t built, wanted, len;
	struct packet *p;

	wanted = summary_build_length(b);
	built = b->ip_header_len + b->transport_len + b->n_payload;
	len = RTE_MIN(checksum ? wanted : RTE_MIN(wanted, built), (uint32_t)UINT16_MAX);
	p = dump_source_packet(HEADROOM, NULL, len, b->timestamp_ns);
	if (p == NULL)
		return NULL;
	finish_headers(b, wanted, checksum);
	if (!fill_packet(&p, b, len)) // never: the packet is ours alone
		return p;
	set_ether(p, b);
	if (checksum)
		set_transport_checksum(p, b);
	annotate(p, b, wanted - len);
	return p;
}
