// SPDX-License-Identifier: BSD-3-Clause
// TCPClientAck: acknowledges TCP segments in the name of their receiver.

#include "elements/flow/flowmanager.h"
#include "elements/flow/tcprange.h"

struct ack_flow {
	uint32_t expected; // sequence number of what comes next
	bool begun;
};

struct tcpclientack {
	struct element element;
	struct flow_slot slot; // struct ack_flow
};

struct ack {
	struct rte_ipv4_hdr ip;
	struct rte_tcp_hdr tcp;
} __attribute__((packed));

enum { NO_FLOW };

enum { HEADROOM = 128 };

// Takes note of a segment. Whether it is to be acknowledged.
static bool
note(struct ack_flow *flow, const struct tcp_range *r)
{
	if (r->len == 0 || (r->flags & RTE_TCP_RST_FLAG))
		return false;
	if (!flow->begun || (r->flags & RTE_TCP_SYN_FLAG)) {
		flow->begun = true;
		flow->expected = r->seq;
	}
	// In order, or with something new at its end; else what is expected is said again.
	if ((int32_t)(r->seq - flow->expected) <= 0 &&
		(int32_t)(r->seq + r->len - flow->expected) > 0)
		flow->expected = r->seq + r->len;
	return true;
}

// An acknowledgement that answers a packet. NULL: no memory.
static struct packet *
make_ack(const struct ack_flow *flow, struct packet **pp)
{
	struct rte_tcp_hdr asked;
	struct segment s;
	struct packet *p;
	struct ack ack;
	uint64_t sum;

	if (!segment_read(&s, pp, sizeof(asked)))
		return NULL;
	memcpy(&asked, segment_header(&s), sizeof(asked));
	ack.ip = (struct rte_ipv4_hdr){.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = RTE_BE16(sizeof(ack)),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_TCP,
		.src_addr = s.ip->dst_addr,
		.dst_addr = s.ip->src_addr};
	checksum_set_ip(&ack.ip, sizeof(ack.ip));
	ack.tcp = (struct rte_tcp_hdr){.src_port = asked.dst_port,
		.dst_port = asked.src_port,
		.sent_seq = asked.recv_ack,
		.recv_ack = rte_cpu_to_be_32(flow->expected),
		.data_off = sizeof(ack.tcp) / 4 << 4,
		.tcp_flags = RTE_TCP_ACK_FLAG,
		.rx_win = RTE_BE16(UINT16_MAX)};
	sum = checksum_add_pseudo(&ack.ip, sizeof(ack.ip), RTE_BE16(sizeof(ack.tcp)));
	ack.tcp.cksum = checksum_finish(checksum_add(sum, &ack.tcp, sizeof(ack.tcp)));
	p = packet_make(HEADROOM, &ack, sizeof(ack));
	if (p == NULL)
		return NULL;
	packet_set_network(p, 0, sizeof(ack.ip));
	packet_set_anno_u32(p, ANNO_DST_IP, ack.ip.dst_addr);
	return p;
}

static void
tcpclientack_push(struct element *base, unsigned port, struct batch *b)
{
	const struct tcpclientack *e = (struct tcpclientack *)base;
	struct ack_flow *flow = flow_slot_here(&e->slot);
	struct packet *ack = NULL;
	int last = -1;

	(void)port;
	if (unlikely(flow == NULL)) {
		element_drop_batch(base, NO_FLOW, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		struct tcp_range r;

		tcp_range_read(&r, &b->pkt[i]);
		if (r.is_tcp && note(flow, &r))
			last = (int)i;
	}
	if (last >= 0)
		ack = make_ack(flow, &b->pkt[last]);
	element_push(base, 0, b);
	if (ack != NULL)
		element_push_one(base, 1, ack);
}

static int
tcpclientack_attach(struct element *base, struct errh *errh)
{
	return flow_slot_attach(
		&((struct tcpclientack *)base)->slot, base, sizeof(struct ack_flow), NULL, errh);
}

static const char *const tcpclientack_drops[] = {[NO_FLOW] = "no flow", NULL};

static const struct element_class tcpclientack_class = {
	.name = "TCPClientAck",
	.ports = "1/2",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct tcpclientack),
	.push = tcpclientack_push,
	.attach = tcpclientack_attach,
	.drops = tcpclientack_drops,
	.writes = "DST_IP",
	.group = "flow",
	.brief = "acknowledges TCP segments in the name of their receiver",
	.manual =
		"Segments leave by output 0; by output 1 go acknowledgements to their sender, IP\n"
		"packets without Ethernet header. Segments of a flow that follow each other in a batch\n"
		"get one together, as those of a receiver that delays them. What comes out of order is\n"
		"not remembered. Needs a FlowIPManager in front.",
	.example = "Idle -> CheckIPHeader -> FlowIPManager -> a :: TCPClientAck -> Discard;"
		   "a [1] -> Discard;",
};
ELEMENT_CLASS(tcpclientack_class)
