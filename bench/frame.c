// SPDX-License-Identifier: BSD-3-Clause
#include "bench/frame.h"

#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_udp.h>

enum { PORT_FIRST = 1024, PORTS = 50000, UDP_DISCARD = 9, TTL = 64 };

static_assert(FRAME_TAG_OFFSET + sizeof(struct frame_tag) == FRAME_SIZE_MIN - FRAME_FCS,
	"the tag just fits the smallest frame");

static const unsigned imix[] = {64, 570, 64, 64, 570, 64, 64, 570, 64, 64, 570, 1518};

unsigned
frame_size_at(const struct frame_spec *s, uint32_t i)
{
	return s->size == FRAME_SIZE_IMIX ? imix[i % RTE_DIM(imix)] : s->size;
}

double
frame_mean_size(const struct frame_spec *s)
{
	double sum = 0;

	for (uint32_t i = 0; i < RTE_DIM(imix); i++)
		sum += frame_size_at(s, i);
	return sum / RTE_DIM(imix);
}

void
frame_resize(uint8_t *bytes, unsigned size)
{
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(bytes + RTE_ETHER_HDR_LEN);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	uint16_t len = rte_cpu_to_be_16((uint16_t)(size - FRAME_FCS - RTE_ETHER_HDR_LEN));
	uint32_t sum;

	if (ip->total_length == len)
		return;
	// RFC 1624: what was added to the sum is taken out, and the new length put in.
	sum = (uint16_t)~ip->hdr_checksum + (uint16_t)~ip->total_length + len;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	ip->hdr_checksum = (uint16_t)~sum;
	ip->total_length = len;
	udp->dgram_len =
		rte_cpu_to_be_16((uint16_t)(size - FRAME_FCS - RTE_ETHER_HDR_LEN - sizeof(*ip)));
}

static void
write_ip(const struct frame_spec *s, unsigned flow, struct rte_ipv4_hdr *ip)
{
	unsigned len = frame_len(s) - RTE_ETHER_HDR_LEN;

	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)len),
		.packet_id = rte_cpu_to_be_16((uint16_t)flow),
		.time_to_live = TTL,
		.next_proto_id = IPPROTO_UDP,
		.src_addr = rte_cpu_to_be_32(s->src_ip + flow / PORTS),
		.dst_addr = rte_cpu_to_be_32(s->dst_ip),
	};
	ip->hdr_checksum = rte_ipv4_cksum(ip);
}

void
frame_write(const struct frame_spec *s, unsigned flow, uint16_t trial, uint8_t *bytes)
{
	struct rte_ether_hdr *eth = (struct rte_ether_hdr *)bytes;
	struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(eth + 1);
	struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
	struct frame_tag tag = {.magic = FRAME_MAGIC, .trial = trial};

	memset(bytes, 0, frame_len(s));
	memcpy(eth->src_addr.addr_bytes, s->src_mac, RTE_ETHER_ADDR_LEN);
	memcpy(eth->dst_addr.addr_bytes, s->dst_mac, RTE_ETHER_ADDR_LEN);
	eth->ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
	write_ip(s, flow, ip);
	// Without a checksum, which UDP allows on IPv4: the tag changes with every frame.
	udp->src_port = rte_cpu_to_be_16((uint16_t)(PORT_FIRST + flow % PORTS));
	udp->dst_port = rte_cpu_to_be_16(UDP_DISCARD);
	udp->dgram_len =
		rte_cpu_to_be_16((uint16_t)(frame_len(s) - RTE_ETHER_HDR_LEN - sizeof(*ip)));
	memcpy(bytes + FRAME_TAG_OFFSET, &tag, sizeof(tag));
}
