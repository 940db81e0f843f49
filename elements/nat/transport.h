// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What becomes of TCP and UDP packets in a rewriter: ports, checksums, sequence numbers, and which
// timeout their flow has.

#include "elements/nat/header.h"
#include "elements/nat/tcpdeltas.h"

// ---- TCP

enum tcp_flow_state { // two bits each, by direction
	TCP_FLOW_DONE = 1 << 0,
	TCP_FLOW_DATA = 1 << 2,
};
enum { TCP_FLOW_BOTH = 3, TCP_TIMES_NODATA = 0, TCP_TIMES_DATA = 1, TCP_TIMES_DONE = 2 };

static inline void
tcp_flow_note(struct flow *f, unsigned direction, uint8_t flags, bool has_data)
{
	unsigned state = f->state;

	if (unlikely(flags & (RTE_TCP_RST_FLAG | RTE_TCP_FIN_FLAG)))
		state |= flags & RTE_TCP_RST_FLAG ? TCP_FLOW_BOTH * TCP_FLOW_DONE
						  : (unsigned)TCP_FLOW_DONE << direction;
	else if (has_data || (flags & RTE_TCP_SYN_FLAG))
		state &= ~((unsigned)TCP_FLOW_DONE << direction);
	if (has_data)
		state |= (unsigned)TCP_FLOW_DATA << direction;
	if (likely(state == f->state))
		return;
	f->state = (uint8_t)state;
	if ((state & TCP_FLOW_BOTH * TCP_FLOW_DONE) == TCP_FLOW_BOTH * TCP_FLOW_DONE)
		f->times_class = TCP_TIMES_DONE;
	else if ((state & TCP_FLOW_BOTH * TCP_FLOW_DATA) == TCP_FLOW_BOTH * TCP_FLOW_DATA)
		f->times_class = TCP_TIMES_DATA;
	else
		f->times_class = TCP_TIMES_NODATA;
}

// Ends, checksums, state. A short header keeps its ports, as in Click.
static inline bool
tcp_rewrite(const struct rewriter *r, struct flow *f, unsigned direction, struct packet **pp,
	const struct rewriter_packet *rp)
{
	struct flow_key to = flow_rewritten(f, direction);
	uint32_t n = RTE_MIN(rp->transport_len, (uint32_t)sizeof(struct rte_tcp_hdr)), tcp_len;
	struct rte_ipv4_hdr *ip = header_edit(pp, rp, n);
	struct rte_tcp_hdr *tcp;
	bool has_data;

	if (unlikely(ip == NULL))
		return false;
	header_set_addrs(ip, f, direction, &to);
	header_set_annos(r, f, direction, *pp, to.dst);
	if (unlikely(n < HEADER_TCP_SUM_LEAST))
		return true;
	tcp = (void *)((uint8_t *)ip + rp->header_len);
	tcp->src_port = to.sport;
	tcp->dst_port = to.dport;
	tcp->cksum = header_update(tcp->cksum, f->transport_delta, direction);
	tcp_len = (tcp->data_off >> 4) * 4u;
	// What is behind the end that IP tells is padding.
	has_data = rp->transport_len > tcp_len &&
		   rte_be_to_cpu_16(ip->total_length) > rp->header_len + tcp_len;
	tcp_flow_note(f, direction, tcp->tcp_flags, has_data);
	if (unlikely(f->deltas != NULL) && tcp_len >= sizeof(*tcp) &&
		tcp_len <= rp->transport_len) {
		ip = header_edit(pp, rp, tcp_len);
		if (ip == NULL)
			return false;
		tcp_deltas_rewrite(f->deltas, direction, (uint8_t *)ip + rp->header_len, tcp_len);
	}
	return true;
}

// ---- UDP, and others without connections

enum udp_flow_state { UDP_FLOW_COUNT = 3, UDP_FLOW_REPLIED = 4 };

// Streaming from the third packet on, if there were replies.
static inline void
udp_flow_note(struct flow *f, unsigned direction)
{
	unsigned state = f->state | (direction == REPLY ? UDP_FLOW_REPLIED : 0);

	if (likely(f->state == (UDP_FLOW_COUNT | UDP_FLOW_REPLIED)))
		return;
	if ((state & UDP_FLOW_COUNT) < UDP_FLOW_COUNT)
		state++;
	f->state = (uint8_t)state;
	f->times_class = state == (UDP_FLOW_COUNT | UDP_FLOW_REPLIED);
}

static inline bool
udp_rewrite(const struct rewriter *r, struct flow *f, unsigned direction, struct packet **pp,
	const struct rewriter_packet *rp)
{
	struct flow_key to = flow_rewritten(f, direction);
	uint32_t n = RTE_MIN(rp->transport_len, (uint32_t)sizeof(struct rte_tcp_hdr));
	struct rte_ipv4_hdr *ip = header_edit(pp, rp, n);

	if (unlikely(ip == NULL))
		return false;
	header_set_addrs(ip, f, direction, &to);
	header_set_annos(r, f, direction, *pp, to.dst);
	memcpy((uint8_t *)ip + rp->header_len, &to.sport, 2 * sizeof(to.sport));
	header_update_transport(ip, rp, f, direction);
	udp_flow_note(f, direction);
	return true;
}
