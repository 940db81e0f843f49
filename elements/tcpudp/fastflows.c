// SPDX-License-Identifier: BSD-3-Clause
// FastUDPSource, FastUDPSourceIP6, FastUDPFlows, FastTCPFlows: make the packets of one flow or of
// many, as fast as they are pulled.

#include <stdlib.h>
#include <string.h>

#include <rte_ether.h>
#include <rte_random.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/ip/checksum.h"
#include "elements/ip6/address.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct fast_flow {
	rte_be16_t ports[2]; // source, destination
	uint32_t n; // packets so far
};

// A frame of which only the flow's numbers are missing.
struct fast_frame {
	uint8_t *bytes; // owned
	uint32_t len;
	uint32_t segment_at; // where UDP or TCP begins
	uint64_t sum; // of the segment with its pseudo header, without those numbers
};

struct fastflows {
	struct element element;
	bool is_tcp, is_ip6;
	bool keeps_ports; // FastUDPSource, FastUDPSourceIP6
	struct fast_frame data, bare; // bare: TCP, without data
	struct fast_flow *flows; // owned
	uint64_t count; // packets made; home lcore writes, control reads
	uint64_t paced; // those since started_ns, for the rate
	int64_t started_ns, first_ns, last_ns; // steady clock
	uint32_t closing; // TCP behind the limit: flows that have been looked at
	// As configured.
	uint32_t rate; // packets per second; 0: no limit
	int32_t limit;
	uint32_t length, n_flows, flow_size;
	struct mac_addr src_eth, dst_eth;
	struct ip_addr src_ip, dst_ip;
	struct ip6_addr src_ip6, dst_ip6; // FastUDPSourceIP6
	struct udp_port sport, dport; // FastUDPSource
	uint32_t interval;
	bool checksum, active;
};

enum { FRAME_MIN = 60, FLOW_SIZE_MIN = 3, FLOWS_MAX = 1 << 24, RATE_MAX = 1000000 };
enum { FLOW_TTL = 250, WINDOW = 8192 };
enum { IP_AT = RTE_ETHER_HDR_LEN, FRAME_MIN_IP6 = IP_AT + 40 + 8 };

// ---- packets

static void
new_ports(struct fast_flow *flow)
{
	uint32_t random = (uint32_t)rte_rand();

	memcpy(flow->ports, &random, sizeof(flow->ports));
	flow->n = 0;
}

// Of a flow that has had its packets: the numbers that are configured move on by one.
static void
next_ports(const struct fastflows *e, struct fast_flow *flow)
{
	if (!e->keeps_ports) {
		new_ports(flow);
		return;
	}
	for (unsigned i = 0; i < 2 && e->interval != 0; i++)
		flow->ports[i] = rte_cpu_to_be_16((uint16_t)(rte_be_to_cpu_16(flow->ports[i]) + 1));
	flow->n = 0;
}

static struct packet *
make_packet(const struct fast_frame *frame)
{
	struct packet *p = packet_make(PACKET_CLICK_HEADROOM, frame->bytes, frame->len);

	if (likely(p != NULL)) {
		packet_set_mac(p, 0);
		packet_set_network(p, IP_AT, frame->segment_at - IP_AT);
	}
	return p;
}

static struct packet *
make_udp(const struct fastflows *e, const struct fast_flow *flow)
{
	struct packet *p = make_packet(&e->data);
	struct rte_udp_hdr *udp;

	if (unlikely(p == NULL))
		return NULL;
	udp = (void *)(packet_data_rw(p) + e->data.segment_at);
	memcpy(udp, flow->ports, sizeof(flow->ports));
	if (e->checksum)
		udp->dgram_cksum = checksum_finish(e->data.sum + flow->ports[0] + flow->ports[1]);
	if (e->is_ip6 && e->checksum && udp->dgram_cksum == 0)
		udp->dgram_cksum = UINT16_MAX; // 0 means that there is none
	return p;
}

// seq counts data bytes, and SYN as one.
static struct packet *
make_tcp(const struct fast_flow *flow, const struct fast_frame *frame, uint8_t flags, uint32_t seq)
{
	struct packet *p = make_packet(frame);
	uint32_t seq_be = rte_cpu_to_be_32(seq);
	struct rte_tcp_hdr *tcp;

	if (unlikely(p == NULL))
		return NULL;
	tcp = (void *)(packet_data_rw(p) + frame->segment_at);
	memcpy(tcp, flow->ports, sizeof(flow->ports));
	tcp->sent_seq = seq_be;
	tcp->tcp_flags = flags;
	tcp->cksum = checksum_finish(
		frame->sum + flow->ports[0] + flow->ports[1] + seq_be + rte_cpu_to_be_16(flags));
	return p;
}

static uint32_t
sequence_number(const struct fastflows *e, const struct fast_flow *flow)
{
	uint32_t payload = e->data.len - e->data.segment_at - (uint32_t)sizeof(struct rte_tcp_hdr);

	return flow->n == 0 ? 0 : 1 + (flow->n - 1) * payload;
}

static struct packet *
next_tcp(const struct fastflows *e, const struct fast_flow *flow)
{
	uint32_t seq = sequence_number(e, flow);

	if (flow->n == 0)
		return make_tcp(flow, &e->bare, RTE_TCP_SYN_FLAG, seq);
	if (flow->n + 1 >= e->flow_size)
		return make_tcp(flow, &e->bare, RTE_TCP_FIN_FLAG | RTE_TCP_ACK_FLAG, seq);
	return make_tcp(flow, &e->data, RTE_TCP_PSH_FLAG | RTE_TCP_ACK_FLAG, seq);
}

static struct packet *
next_packet(struct fastflows *e)
{
	// The upper half of a product is a fair enough number below n_flows, without a division.
	uint64_t at = (uint64_t)(uint32_t)rte_rand() * e->n_flows >> 32;
	struct fast_flow *flow = &e->flows[at];
	struct packet *p = e->is_tcp ? next_tcp(e, flow) : make_udp(e, flow);

	if (likely(p != NULL) && ++flow->n == e->flow_size)
		next_ports(e, flow);
	return p;
}

// Behind the limit: the end of each flow that is open. NULL: no more.
static struct packet *
closing_packet(struct fastflows *e)
{
	while (e->is_tcp && e->closing < e->n_flows) {
		struct fast_flow *flow = &e->flows[e->closing++];
		struct packet *p;

		if (flow->n == 0)
			continue;
		p = make_tcp(flow, &e->bare, RTE_TCP_FIN_FLAG | RTE_TCP_ACK_FLAG,
			sequence_number(e, flow));
		new_ports(flow);
		if (likely(p != NULL))
			return p;
	}
	return NULL;
}

// ---- data path

// How many packets the rate allows now.
static uint64_t
due(struct fastflows *e, int64_t now)
{
	uint64_t us;

	if (e->rate == 0)
		return UINT64_MAX;
	us = (uint64_t)(now - e->started_ns) / CLOCK_US;
	// Whole seconds apart, or the product would overflow after some months.
	return us / 1000000 * e->rate + us % 1000000 * e->rate / 1000000 + 1 - e->paced;
}

static struct packet *
any_packet(struct fastflows *e)
{
	return e->limit >= 0 && e->count >= (uint64_t)e->limit ? closing_packet(e) : next_packet(e);
}

static void
fastflows_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct fastflows *e = (struct fastflows *)base;
	int64_t now = clock_steady();
	uint64_t most;
	struct packet *p;

	(void)port;
	b->n = 0;
	if (!e->active)
		return;
	if (e->started_ns == 0)
		e->started_ns = e->first_ns = now;
	most = RTE_MIN(due(e, now), (uint64_t)RTE_MIN(max, (unsigned)BATCH_MAX));
	while (b->n < most && (p = any_packet(e)) != NULL) {
		b->pkt[b->n++] = p;
		e->count++;
		e->paced++;
		e->last_ns = now;
	}
}

// ---- configuration

static uint32_t
segment_at(const struct fastflows *e)
{
	return IP_AT +
	       (uint32_t)(e->is_ip6 ? sizeof(struct rte_ipv6_hdr) : sizeof(struct rte_ipv4_hdr));
}

// Writes the IP header. The sum of the segment's pseudo header.
static uint64_t
build_ip(const struct fastflows *e, uint8_t *to, uint32_t segment_len, uint8_t proto)
{
	struct rte_ipv4_hdr *ip = (void *)to;

	*ip = (struct rte_ipv4_hdr){
		.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)(segment_len + sizeof(*ip))),
		.time_to_live = FLOW_TTL,
		.next_proto_id = proto,
		.src_addr = e->src_ip.be,
		.dst_addr = e->dst_ip.be,
	};
	checksum_set_ip(ip, sizeof(*ip));
	return checksum_add_pseudo(ip, sizeof(*ip), rte_cpu_to_be_16((uint16_t)segment_len));
}

static uint64_t
build_ip6(const struct fastflows *e, uint8_t *to, uint32_t segment_len, uint8_t proto)
{
	struct rte_ipv6_hdr *ip = (void *)to;

	*ip = (struct rte_ipv6_hdr){
		.vtc_flow = IP6_VTC_FLOW,
		.payload_len = rte_cpu_to_be_16((uint16_t)segment_len),
		.proto = proto,
		.hop_limits = FLOW_TTL,
	};
	memcpy(ip->src_addr, &e->src_ip6, sizeof(e->src_ip6));
	memcpy(ip->dst_addr, &e->dst_ip6, sizeof(e->dst_ip6));
	return ip6_pseudo_sum(ip, proto, segment_len);
}

static void
build_frame(const struct fastflows *e, struct fast_frame *frame, uint32_t segment_len)
{
	uint8_t proto = e->is_tcp ? IPPROTO_TCP : IPPROTO_UDP;
	struct rte_ether_hdr *eth;
	uint64_t sum;

	free(frame->bytes);
	frame->segment_at = segment_at(e);
	frame->len = frame->segment_at + segment_len;
	frame->bytes = mem_zalloc(frame->len);
	eth = (void *)frame->bytes;
	memcpy(&eth->dst_addr, e->dst_eth.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(&eth->src_addr, e->src_eth.bytes, RTE_ETHER_ADDR_LEN);
	eth->ether_type = rte_cpu_to_be_16(e->is_ip6 ? RTE_ETHER_TYPE_IPV6 : RTE_ETHER_TYPE_IPV4);
	sum = e->is_ip6 ? build_ip6(e, frame->bytes + IP_AT, segment_len, proto)
			: build_ip(e, frame->bytes + IP_AT, segment_len, proto);
	if (e->is_tcp) {
		struct rte_tcp_hdr *tcp = (void *)(frame->bytes + frame->segment_at);

		tcp->data_off = sizeof(*tcp) / 4 << 4;
		tcp->rx_win = RTE_BE16(WINDOW);
	} else {
		struct rte_udp_hdr *udp = (void *)(frame->bytes + frame->segment_at);

		udp->dgram_len = rte_cpu_to_be_16((uint16_t)segment_len);
	}
	frame->sum = checksum_add(sum, frame->bytes + frame->segment_at, segment_len);
}

static void
build_frames(struct fastflows *e)
{
	build_frame(e, &e->data, e->length - segment_at(e));
	if (e->is_tcp)
		build_frame(e, &e->bare, sizeof(struct rte_tcp_hdr));
}

static void
reset(struct fastflows *e)
{
	e->count = e->paced = 0;
	e->started_ns = e->first_ns = e->last_ns = 0;
	e->closing = 0;
}

static int
configure(struct fastflows *e, struct errh *errh)
{
	if (e->rate > RATE_MAX)
		return errh_error(errh, "rate too large; max is %d", RATE_MAX);
	if (e->length < FRAME_MIN) {
		errh_warning(errh, "packet length < %d, defaulting to %d", FRAME_MIN, FRAME_MIN);
		e->length = FRAME_MIN;
	}
	if (e->is_ip6)
		e->length = RTE_MAX(e->length, (uint32_t)FRAME_MIN_IP6);
	if (e->is_tcp && e->flow_size < FLOW_SIZE_MIN) {
		errh_warning(
			errh, "flow size < %d, defaulting to %d", FLOW_SIZE_MIN, FLOW_SIZE_MIN);
		e->flow_size = FLOW_SIZE_MIN;
	}
	e->flows = mem_zalloc(e->n_flows * sizeof(*e->flows));
	for (uint32_t i = 0; i < e->n_flows; i++)
		new_ports(&e->flows[i]);
	build_frames(e);
	return 0;
}

static int
fastudpflows_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return configure((struct fastflows *)base, errh);
}

static int
configure_source(struct fastflows *e, struct errh *errh)
{
	int err;

	e->keeps_ports = true;
	e->n_flows = 1;
	e->flow_size = e->interval; // 0: never
	err = configure(e, errh);
	if (err == 0) {
		e->flows[0].ports[0] = rte_cpu_to_be_16(e->sport.number);
		e->flows[0].ports[1] = rte_cpu_to_be_16(e->dport.number);
	}
	return err;
}

static int
fastudpsource_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return configure_source((struct fastflows *)base, errh);
}

static int
fastudpsourceip6_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	((struct fastflows *)base)->is_ip6 = true;
	return configure_source((struct fastflows *)base, errh);
}

static int
fasttcpflows_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fastflows *e = (struct fastflows *)base;

	(void)args;
	e->is_tcp = true;
	return configure(e, errh);
}

static void
fastflows_cleanup(struct element *base)
{
	struct fastflows *e = (struct fastflows *)base;

	free(e->flows);
	free(e->data.bytes);
	free(e->bare.bytes);
}

// ---- handlers

enum { COUNT, RATE, RESET, LIMIT, ACTIVE, LENGTH };

// Packets per second from the first to the last, once the limit is reached.
static uint64_t
measured_rate(const struct fastflows *e)
{
	int64_t us = (e->last_ns - e->first_ns) / CLOCK_US;

	if (e->limit < 0 || e->count < (uint64_t)e->limit || us == 0)
		return 0;
	return e->count * 1000000 / (uint64_t)us;
}

static int
read_number(const struct handler_read *call)
{
	const struct fastflows *e = (struct fastflows *)call->element;
	uint64_t v = call->row->number == COUNT  ? e->count
		     : call->row->number == RATE ? measured_rate(e)
						 : e->length;

	arg_uint64.print(&v, call->out);
	return 0;
}

static void
restart_pace(struct fastflows *e)
{
	// The rate holds from now on; what was missed is not made up for.
	e->started_ns = e->started_ns != 0 ? clock_steady() : 0;
	e->paced = 0;
}

static int
write_number(const struct handler_write *call)
{
	struct fastflows *e = (struct fastflows *)call->element;
	int64_t v;
	bool good = text_read_int64(call->text, &v) == 0 && v >= 0 && v <= INT32_MAX;

	switch (call->row->number) {
	case LIMIT:
		if (!good)
			return errh_error(call->errh, "limit parameter must be integer >= 0");
		e->limit = (int32_t)v;
		e->closing = 0;
		return 0;
	case RATE:
		if (!good)
			return errh_error(call->errh, "rate parameter must be integer >= 0");
		if (v > RATE_MAX)
			return errh_error(call->errh, "rate too large; max is %d", RATE_MAX);
		e->rate = (uint32_t)v;
		restart_pace(e);
		return 0;
	default:
		if (!good || v < FRAME_MIN || v > UINT16_MAX)
			return errh_error(
				call->errh, "length parameter must be integer >= %d", FRAME_MIN);
		e->length = (uint32_t)v;
		build_frames(e);
		return 0;
	}
}

static int
write_active(const struct handler_write *call)
{
	struct fastflows *e = (struct fastflows *)call->element;

	if (text_read_bool(call->text, &e->active) != 0)
		return errh_error(call->errh, "active parameter must be boolean");
	restart_pace(e);
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	reset((struct fastflows *)call->element);
	return 0;
}

#define FASTFLOWS_ARGS                                                                            \
	ARG(fastflows, rate, "RATE", ARG_MANDATORY, .help = "packets per second; 0: no limit"),   \
		ARG(fastflows, limit, "LIMIT", ARG_MANDATORY,                                     \
			.help = "packets in all; negative: no limit"),                            \
		ARG(fastflows, length, "LENGTH", ARG_MANDATORY, .min = 0, .max = UINT16_MAX,      \
			.help = "bytes of a frame, at least 60"),                                 \
		ARG(fastflows, src_eth, "SRCETH", ARG_MANDATORY, .help = "source address"),       \
		ARG(fastflows, src_ip, "SRCIP", ARG_MANDATORY, .help = "source IP address"),      \
		ARG(fastflows, dst_eth, "DSTETH", ARG_MANDATORY, .help = "destination address"),  \
		ARG(fastflows, dst_ip, "DSTIP", ARG_MANDATORY, .help = "destination IP address"), \
		ARG(fastflows, n_flows, "FLOWS", ARG_MANDATORY, .min = 1, .max = FLOWS_MAX,       \
			.help = "flows at a time"),                                               \
		ARG(fastflows, flow_size, "FLOWSIZE", ARG_MANDATORY,                              \
			.help = "packets of a flow; then its ports change")

// Of one flow; the arguments of its addresses differ.
#define FASTSOURCE_ARGS(src, src_name, dst, dst_name)                                            \
	ARG(fastflows, rate, "RATE", ARG_MANDATORY, .help = "packets per second; 0: no limit"),  \
		ARG(fastflows, limit, "LIMIT", ARG_MANDATORY,                                    \
			.help = "packets in all; negative: no limit"),                           \
		ARG(fastflows, length, "LENGTH", ARG_MANDATORY, .min = 0, .max = UINT16_MAX,     \
			.help = "bytes of a frame, at least 60"),                                \
		ARG(fastflows, src_eth, "SRCETH", ARG_MANDATORY, .help = "source address"),      \
		ARG(fastflows, src, src_name, ARG_MANDATORY, .help = "source IP address"),       \
		ARG(fastflows, sport, "SPORT", ARG_MANDATORY, .help = "source port"),            \
		ARG(fastflows, dst_eth, "DSTETH", ARG_MANDATORY, .help = "destination address"), \
		ARG(fastflows, dst, dst_name, ARG_MANDATORY, .help = "destination IP address"),  \
		ARG(fastflows, dport, "DPORT", ARG_MANDATORY, .help = "destination port"),       \
		ARG(fastflows, checksum, "CHECKSUM", ARG_OPTIONAL, .def = "true",                \
			.help = "false: no UDP checksum"),                                       \
		ARG(fastflows, interval, "INTERVAL", ARG_OPTIONAL, .def = "0",                   \
			.help = "packets after which both ports move on by one; 0: never"),      \
		ARG(fastflows, active, "ACTIVE", ARG_OPTIONAL, .def = "true",                    \
			.help = "false: makes no packets until the handler `active` is set"),    \
		ARGS_END

static const struct arg fastudpsource_args[] = {
	FASTSOURCE_ARGS(src_ip, "SRCIP", dst_ip, "DSTIP"),
};

static const struct arg fastudpsourceip6_args[] = {
	FASTSOURCE_ARGS(src_ip6, "SRCIP6", dst_ip6, "DSTIP6"),
};

static const struct arg fastudpflows_args[] = {
	FASTFLOWS_ARGS,
	ARG(fastflows, checksum, "CHECKSUM", ARG_OPTIONAL, .def = "true",
		.help = "false: no UDP checksum"),
	ARG(fastflows, active, "ACTIVE", ARG_OPTIONAL, .def = "true",
		.help = "false: makes no packets until the handler `active` is set"),
	ARGS_END,
};

static const struct arg fasttcpflows_args[] = {
	FASTFLOWS_ARGS,
	ARG(fastflows, active, "ACTIVE", ARG_OPTIONAL, .def = "true",
		.help = "false: makes no packets until the handler `active` is set"),
	ARGS_END,
};

#define NUMBER(handler_name, which, write_function, text)                           \
	{                                                                           \
		.name = handler_name, .read = read_number, .write = write_function, \
		.number = which, .help = text                                       \
	}
#define FASTFLOWS_HANDLERS                                                                         \
	NUMBER("count", COUNT, NULL, "packets made"),                                              \
		NUMBER("rate", RATE, write_number,                                                 \
			"reads packets per second, measured, once LIMIT is reached; writes RATE"), \
		{.name = "reset",                                                                  \
			.write = write_reset,                                                      \
			.flags = HANDLER_BUTTON,                                                   \
			.help = "begins anew"},                                                    \
		{.name = "limit",                                                                  \
			.write = write_number,                                                     \
			.number = LIMIT,                                                           \
			.help = "packets in all"},                                                 \
	{                                                                                          \
		.name = "active", .write = write_active, .flags = HANDLER_CHECKBOX,                \
		.help = "whether packets are made"                                                 \
	}

static const struct handler fastudpflows_handlers[] = {
	FASTFLOWS_HANDLERS,
	NUMBER("length", LENGTH, write_number, "bytes of a frame"),
	HANDLERS_END,
};

static const struct handler fasttcpflows_handlers[] = {
	FASTFLOWS_HANDLERS,
	HANDLERS_END,
};

#define FASTFLOWS_FIELDS                                                                        \
	.ports = "0/1", .processing = "l/l", .lcores = LCORES_ONE,                              \
	.size = sizeof(struct fastflows), .pull = fastflows_pull, .cleanup = fastflows_cleanup, \
	.group = "tcpudp"

static const struct element_class fastudpsource_class = {
	.name = "FastUDPSource",
	FASTFLOWS_FIELDS,
	.configure = fastudpsource_configure,
	.args = fastudpsource_args,
	.handlers = fasttcpflows_handlers,
	.brief = "makes UDP packets",
	.manual =
		"Each pull gives packets of one flow: Ethernet frames with zeroes for data and right\n"
		"checksums. RATE is kept on average.",
	.example =
		"FastUDPSource(0, 1000, 60, 2:0:0:0:0:1, 10.0.0.1, 1234, 2:0:0:0:0:2, 10.0.0.2,\n"
		"1234) -> Unqueue -> Discard;",
};
ELEMENT_CLASS(fastudpsource_class)

static const struct element_class fastudpsourceip6_class = {
	.name = "FastUDPSourceIP6",
	FASTFLOWS_FIELDS,
	.configure = fastudpsourceip6_configure,
	.args = fastudpsourceip6_args,
	.handlers = fasttcpflows_handlers,
	.brief = "makes UDP packets with IPv6",
	.manual =
		"As FastUDPSource, with IPv6. Frames are 62 bytes at least, which their headers take;\n"
		"Click makes shorter ones if it is told to.",
	.example = "FastUDPSourceIP6(0, 1000, 70, 2:0:0:0:0:1, 2001:db8::1, 1234, 2:0:0:0:0:2,\n"
		   "2001:db8::2, 1234) -> Unqueue -> Discard;",
};
ELEMENT_CLASS(fastudpsourceip6_class)

static const struct element_class fastudpflows_class = {
	.name = "FastUDPFlows",
	FASTFLOWS_FIELDS,
	.configure = fastudpflows_configure,
	.args = fastudpflows_args,
	.handlers = fastudpflows_handlers,
	.brief = "makes the UDP packets of many flows",
	.manual =
		"Each pull gives packets of flows that are chosen at random. A flow has random ports,\n"
		"and others after FLOWSIZE packets. The packets are Ethernet frames with zeroes for\n"
		"data and right checksums. RATE is kept on average.",
	.example =
		"FastUDPFlows(0, 1000, 60, 2:0:0:0:0:1, 10.0.0.1, 2:0:0:0:0:2, 10.0.0.2, 10, 5)\n"
		"-> Unqueue -> Discard;",
};
ELEMENT_CLASS(fastudpflows_class)

static const struct element_class fasttcpflows_class = {
	.name = "FastTCPFlows",
	FASTFLOWS_FIELDS,
	.configure = fasttcpflows_configure,
	.args = fasttcpflows_args,
	.handlers = fasttcpflows_handlers,
	.brief = "makes the TCP packets of many flows",
	.manual =
		"As FastUDPFlows, with TCP: the first packet of a flow is a SYN, the one numbered\n"
		"FLOWSIZE, at least 3, a FIN; those between are LENGTH bytes long. Sequence numbers\n"
		"go on as in a real flow. Behind LIMIT there is one more FIN for each flow that is\n"
		"open.",
	.example =
		"FastTCPFlows(0, 1000, 60, 2:0:0:0:0:1, 10.0.0.1, 2:0:0:0:0:2, 10.0.0.2, 10, 5)\n"
		"-> Unqueue -> Discard;",
};
ELEMENT_CLASS(fasttcpflows_class)
