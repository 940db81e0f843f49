// SPDX-License-Identifier: BSD-3-Clause
#include "elements/flow/rewrite.h"

#include <rte_tcp.h>
#include <rte_udp.h>

static uint16_t
update(uint16_t checksum, const struct balancer_packet *bp, uint32_t src, uint32_t dst)
{
	return checksum_update32(checksum_update32(checksum, bp->src, src), bp->dst, dst);
}

bool
rewrite_packet(const struct balancer_packet *bp, struct packet **pp, struct rewrite_end source,
	struct rewrite_end destination)
{
	uint32_t n = bp->protocol == IPPROTO_TCP ? 18 : 8, ports;
	struct rte_ipv4_hdr *ip = (void *)packet_edit(
		pp, bp->s.off - (int32_t)bp->s.header_len, bp->s.header_len + n);
	uint16_t pair[2] = {source.port, destination.port}, *place;
	uint8_t *segment;

	if (unlikely(ip == NULL))
		return false;
	segment = (uint8_t *)ip + bp->s.header_len;
	memcpy(&ports, pair, sizeof(ports));
	ip->src_addr = source.addr;
	ip->dst_addr = destination.addr;
	ip->hdr_checksum = update(ip->hdr_checksum, bp, source.addr, destination.addr);
	memcpy(segment, &ports, sizeof(ports));
	place = bp->protocol == IPPROTO_TCP ? &((struct rte_tcp_hdr *)segment)->cksum
					    : &((struct rte_udp_hdr *)segment)->dgram_cksum;
	// A UDP packet without a checksum stays so, and one with it does not come to look so.
	if (bp->protocol == IPPROTO_UDP && *place == 0)
		return true;
	*place = checksum_update32(
		update(*place, bp, source.addr, destination.addr), bp->ports, ports);
	if (bp->protocol == IPPROTO_UDP && *place == 0)
		*place = UINT16_MAX;
	return true;
}
