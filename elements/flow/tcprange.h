// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which part of a TCP flow a packet carries.

#include <rte_tcp.h>

#include "elements/tcpudp/segment.h"

struct tcp_range {
	bool is_tcp; // with a whole header; all else is 0 if not
	uint8_t flags;
	uint32_t seq, len; // len: SYN and FIN count
	uint32_t ack;
};

static inline void
tcp_range_read(struct tcp_range *r, struct packet **pp)
{
	const struct rte_tcp_hdr *tcp;
	uint32_t header_len;
	struct segment s;

	*r = (struct tcp_range){0};
	if (!packet_has_network(*pp) || !segment_read(&s, pp, sizeof(*tcp)) ||
		s.ip->next_proto_id != IPPROTO_TCP || segment_is_fragment(&s))
		return;
	tcp = segment_header(&s);
	header_len = (tcp->data_off >> 4) * 4u;
	if (header_len < sizeof(*tcp) || header_len > s.len)
		return;
	r->is_tcp = true;
	r->flags = tcp->tcp_flags;
	r->seq = rte_be_to_cpu_32(tcp->sent_seq);
	r->ack = rte_be_to_cpu_32(tcp->recv_ack);
	r->len = s.len - header_len + ((tcp->tcp_flags & RTE_TCP_SYN_FLAG) != 0) +
		 ((tcp->tcp_flags & RTE_TCP_FIN_FLAG) != 0);
}
