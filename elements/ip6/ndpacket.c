// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip6/ndpacket.h"

#include <netinet/in.h>

#include "elements/ip6/address.h"

enum { ND_LEN = sizeof(struct nd_frame) - offsetof(struct nd_frame, icmp) };

static uint64_t
nd_sum(const struct nd_frame *frame)
{
	return checksum_add(
		ip6_pseudo_sum(&frame->ip, IPPROTO_ICMPV6, ND_LEN), &frame->icmp, ND_LEN);
}

bool
nd_frame_read(const struct packet *p, uint8_t type, struct nd_frame *frame)
{
	return packet_read(p, 0, frame, sizeof(*frame)) &&
	       frame->eth.ether_type == RTE_BE16(RTE_ETHER_TYPE_IPV6) &&
	       *(const uint8_t *)&frame->ip >> 4 == IP6_VERSION &&
	       frame->ip.proto == IPPROTO_ICMPV6 && frame->ip.hop_limits == ND_HOP_LIMIT &&
	       frame->icmp.type == type && frame->icmp.code == 0;
}

bool
nd_checksum_is_right(const struct nd_frame *frame)
{
	return frame->ip.payload_len == RTE_BE16(ND_LEN) && checksum_fold(nd_sum(frame)) == 0xffff;
}

struct packet *
nd_packet_make(struct nd_frame *frame, uint8_t type)
{
	struct packet *p;

	frame->eth.ether_type = RTE_BE16(RTE_ETHER_TYPE_IPV6);
	frame->ip.vtc_flow = IP6_VTC_FLOW;
	frame->ip.payload_len = RTE_BE16(ND_LEN);
	frame->ip.proto = IPPROTO_ICMPV6;
	frame->ip.hop_limits = ND_HOP_LIMIT;
	frame->icmp.type = type;
	frame->icmp.code = 0;
	frame->icmp.checksum = 0;
	frame->option_len = 1;
	frame->icmp.checksum = checksum_finish(nd_sum(frame));
	p = packet_make(PACKET_CLICK_HEADROOM, frame, sizeof(*frame));
	if (p == NULL)
		return NULL;
	packet_set_mac(p, 0);
	packet_set_network(p, RTE_ETHER_HDR_LEN, IP6_HEADER_SIZE);
	return p;
}
