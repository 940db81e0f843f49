// SPDX-License-Identifier: BSD-3-Clause
// SYNFlood: makes TCP SYNs of ever new flows.

#include <stdlib.h>

#include <rte_tcp.h>

#include "elements/ip/checksum.h"
#include "src/element.h"
#include "src/notifier.h"
#include "src/router.h"
#include "src/task.h"

struct syn {
	struct rte_ipv4_hdr ip;
	struct rte_tcp_hdr tcp;
} __attribute__((packed));

struct synflood {
	struct element element;
	struct ip_addr src, dst;
	uint16_t sport, dport;
	uint32_t burst, len;
	int64_t limit;
	bool stop, active;
	struct syn syn; // of the next packet, without checksums
	uint64_t ip_sum, tcp_sum; // of what never changes
	uint64_t count;
	struct task task;
	struct signal full; // downstream
};

enum { HEADROOM = 128 };

static struct packet *
make_packet(struct synflood *e)
{
	static const uint8_t zeros[64];
	struct packet *p = packet_alloc(HEADROOM, e->len);
	struct syn *syn = &e->syn;

	if (unlikely(p == NULL))
		return NULL;
	syn->ip.hdr_checksum = checksum_finish(e->ip_sum + syn->ip.src_addr);
	syn->tcp.cksum = checksum_finish(e->tcp_sum + syn->ip.src_addr + syn->tcp.src_port);
	packet_write(&p, 0, syn, sizeof(*syn));
	for (uint32_t off = sizeof(*syn); off < e->len; off += sizeof(zeros))
		packet_write(&p, off, zeros, RTE_MIN((uint32_t)sizeof(zeros), e->len - off));
	packet_set_network(p, 0, sizeof(syn->ip));
	return p;
}

// The next port, and behind the last one the next address.
static void
advance(struct synflood *e)
{
	if (++e->sport == 0) {
		e->sport = 1;
		e->src.be = rte_cpu_to_be_32(rte_be_to_cpu_32(e->src.be) + 1);
		e->syn.ip.src_addr = e->src.be;
	}
	e->syn.tcp.src_port = rte_cpu_to_be_16(e->sport);
}

static void
make_batch(struct synflood *e, struct batch *b, uint32_t n)
{
	struct packet *p;

	for (b->n = 0; b->n < n && (p = make_packet(e)) != NULL;) {
		b->pkt[b->n++] = p;
		advance(e);
	}
}

static bool
synflood_run(struct task *task)
{
	struct synflood *e = (struct synflood *)task->element;
	uint64_t left = RTE_MIN(e->burst, (uint32_t)TASK_PACKETS_MAX), start = e->count, n;
	struct batch b;

	if (!e->active || !signal_is_active(&e->full))
		return false;
	if (e->limit >= 0)
		left = RTE_MIN(left, (uint64_t)e->limit - RTE_MIN(e->count, (uint64_t)e->limit));
	if (left == 0) {
		if (e->stop)
			router_adjust_run_count(e->element.router, -1);
		return false;
	}
	for (; left > 0; left -= n) {
		make_batch(e, &b, (uint32_t)RTE_MIN(left, (uint64_t)BATCH_MAX));
		n = b.n; // whoever takes the batch may change it
		if (n == 0)
			break;
		e->count += n;
		element_push(&e->element, 0, &b);
	}
	task_reschedule(task);
	return e->count > start;
}

// ---- life

static int
synflood_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct synflood *e = (struct synflood *)base;
	struct rte_ipv4_hdr *ip = &e->syn.ip;

	(void)args;
	(void)errh;
	*ip = (struct rte_ipv4_hdr){.version_ihl = RTE_IPV4_VHL_DEF,
		.total_length = rte_cpu_to_be_16((uint16_t)e->len),
		.time_to_live = 64,
		.next_proto_id = IPPROTO_TCP,
		.dst_addr = e->dst.be};
	e->syn.tcp = (struct rte_tcp_hdr){.dst_port = rte_cpu_to_be_16(e->dport),
		.data_off = sizeof(struct rte_tcp_hdr) / 4 << 4,
		.tcp_flags = RTE_TCP_SYN_FLAG,
		.rx_win = rte_cpu_to_be_16(UINT16_MAX)};
	e->ip_sum = checksum_add_header(ip);
	e->tcp_sum = checksum_add_pseudo(
			     ip, sizeof(*ip), rte_cpu_to_be_16((uint16_t)(e->len - sizeof(*ip)))) +
		     checksum_add(0, &e->syn.tcp, sizeof(e->syn.tcp));
	ip->src_addr = e->src.be;
	e->syn.tcp.src_port = rte_cpu_to_be_16(e->sport);
	return 0;
}

static int
synflood_attach(struct element *base, struct errh *errh)
{
	struct synflood *e = (struct synflood *)base;

	(void)errh;
	element_task_init(base, &e->task, synflood_run);
	e->task.is_input = true;
	return 0;
}

static int
synflood_initialize(struct element *base, struct errh *errh)
{
	struct synflood *e = (struct synflood *)base;

	(void)errh;
	signal_downstream_full(&e->full, base, 0, &e->task);
	task_schedule(&e->task);
	return 0;
}

static void
synflood_cleanup(struct element *base)
{
	struct synflood *e = (struct synflood *)base;

	task_fini(&e->task);
	signal_fini(&e->full);
}

// ---- tables

static int
write_active(const struct handler_write *call)
{
	struct synflood *e = (struct synflood *)call->element;
	int err = handler_write_field(call);

	if (err == 0 && e->active)
		task_schedule(&e->task);
	return err;
}

static int
write_stop(const struct handler_write *call)
{
	struct synflood *e = (struct synflood *)call->element;

	e->active = false;
	router_adjust_run_count(e->element.router, -1);
	return 0;
}

static void
synflood_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct synflood *)base)->task, 0);
}

static const struct arg synflood_args[] = {
	ARG(synflood, src, "SRCIP", ARG_MANDATORY, .help = "first source address"),
	ARG(synflood, dst, "DSTIP", ARG_MANDATORY, .help = "destination address"),
	ARG(synflood, sport, "SPORT", ARG_OPTIONAL, .def = "1", .help = "first source port"),
	ARG(synflood, dport, "DPORT", ARG_OPTIONAL, .def = "80", .help = "destination port"),
	ARG(synflood, stop, "STOP", ARG_KEYWORD, .def = "true",
		.help = "whether the driver is stopped behind LIMIT"),
	ARG(synflood, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: makes no packets until the handler `active` is set"),
	ARG(synflood, burst, "BURST", ARG_KEYWORD, .def = "32", .min = 1, .max = UINT16_MAX,
		.help = "packets in one run of the task"),
	ARG(synflood, limit, "LIMIT", ARG_KEYWORD, .def = "-1",
		.help = "packets in all; negative: no limit"),
	ARG(synflood, len, "LEN", ARG_KEYWORD, .def = "60", .min = sizeof(struct syn), .max = 1500,
		.help = "bytes of a packet from the IP header on"),
	ARGS_END,
};

static const struct handler synflood_handlers[] = {
	HANDLER_FIELD_R("count", synflood, count, HANDLER_LIVE, .help = "packets made"),
	HANDLER_FIELD_R("active", synflood, active, HANDLER_CHECKBOX, .write = write_active,
		.help = "whether packets are made"),
	{.name = "stop",
		.write = write_stop,
		.flags = HANDLER_BUTTON,
		.help = "makes no more packets and stops the driver"},
	HANDLERS_END,
};

static const struct element_class synflood_class = {
	.name = "SYNFlood",
	.ports = "0/1",
	.processing = "h/h",
	.lcores = LCORES_ONE,
	.size = sizeof(struct synflood),
	.configure = synflood_configure,
	.attach = synflood_attach,
	.initialize = synflood_initialize,
	.cleanup = synflood_cleanup,
	.args = synflood_args,
	.handlers = synflood_handlers,
	.add_handlers = synflood_add_handlers,
	.group = "load",
	.brief = "makes TCP SYNs of ever new flows",
	.manual =
		"For tests of what stands in the way of a flood. Each IP packet has the next source\n"
		"port, and behind port 65535 the next source address with port 1. Bytes behind the\n"
		"TCP header are zero; checksums are right.",
	.example = "SYNFlood(10.0.0.1, 10.0.0.2, LIMIT 100)"
		   " -> EtherEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2) -> Discard;",
};
ELEMENT_CLASS(synflood_class)
