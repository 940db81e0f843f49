// SPDX-License-Identifier: BSD-3-Clause
// TCPIPSend: sends TCP packets that a handler asks for.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_tcp.h>

#include "elements/tcpudp/segment.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/router.h"

struct request {
	uint32_t src_be, dst_be;
	uint16_t sport, dport;
	uint32_t seq, ack;
	uint8_t flags;
	bool stop;
	uint32_t left; // packets to send
};

// Requests come while lcores are held; the task sends.
struct tcpipsend {
	struct element element;
	struct task task;
	struct request *requests; // owned
	size_t n, cap, first;
};

enum { TTL = 255, WINDOW = 32120, WORDS_MIN = 7, WORDS_MAX = 9 };

struct send_packet {
	struct rte_ipv4_hdr ip;
	struct rte_tcp_hdr tcp;
};

// ---- data path

static struct packet *
make_packet(const struct request *r)
{
	struct send_packet bytes = {
		.ip = {.version_ihl = RTE_IPV4_VHL_DEF,
			.total_length = RTE_BE16(sizeof(bytes)),
			.fragment_offset = RTE_BE16(RTE_IPV4_HDR_DF_FLAG),
			.time_to_live = TTL,
			.next_proto_id = IPPROTO_TCP,
			.src_addr = r->src_be,
			.dst_addr = r->dst_be},
		.tcp = {.src_port = rte_cpu_to_be_16(r->sport),
			.dst_port = rte_cpu_to_be_16(r->dport),
			.sent_seq = rte_cpu_to_be_32(r->seq),
			.recv_ack = rte_cpu_to_be_32(r->ack),
			.data_off = sizeof(struct rte_tcp_hdr) / 4 << 4,
			.tcp_flags = r->flags,
			.rx_win = RTE_BE16(WINDOW)},
	};
	uint64_t sum = checksum_add_pseudo(
		&bytes.ip, sizeof(bytes.ip), RTE_BE16(sizeof(struct rte_tcp_hdr)));
	struct packet *p;

	checksum_set_ip(&bytes.ip, sizeof(bytes.ip));
	bytes.tcp.cksum = checksum_finish(checksum_add(sum, &bytes.tcp, sizeof(bytes.tcp)));
	p = packet_make(PACKET_HEADROOM, &bytes, sizeof(bytes));
	if (likely(p != NULL))
		packet_set_network(p, 0, sizeof(bytes.ip));
	return p;
}

static bool
tcpipsend_run(struct task *task)
{
	struct tcpipsend *e = (struct tcpipsend *)task->element;
	struct request *r;
	struct packet *p;
	struct batch b;

	if (e->first == e->n)
		return false;
	r = &e->requests[e->first];
	for (b.n = 0; b.n < BATCH_MAX && r->left > 0; r->left--) {
		p = make_packet(r);
		if (unlikely(p == NULL))
			break; // later
		b.pkt[b.n++] = p;
	}
	if (r->left == 0) {
		e->first++;
		if (r->stop)
			router_adjust_run_count(e->element.router, -1);
	}
	element_push(&e->element, 0, &b);
	task_reschedule(task);
	return true;
}

// ---- configuration

static int
tcpipsend_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct tcpipsend *)base)->task, tcpipsend_run);
	return 0;
}

static void
tcpipsend_cleanup(struct element *base)
{
	struct tcpipsend *e = (struct tcpipsend *)base;

	task_fini(&e->task);
	free(e->requests);
}

// ---- handler

static int
read_number(const char *text, uint64_t max, uint64_t *v)
{
	return text_read_uint64(text, v) == 0 && *v <= max ? 0 : -EINVAL;
}

// An address, or its four bytes as a number of this machine.
static int
read_address(struct element *e, const char *text, uint32_t *addr_be)
{
	struct ip_addr addr;
	struct errh silent;
	uint64_t v;

	if (read_number(text, UINT32_MAX, &v) == 0) {
		*addr_be = (uint32_t)v;
		return 0;
	}
	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_addr, text, &addr, NULL, e, &silent) != 0)
		return -EINVAL;
	*addr_be = addr.be;
	return 0;
}

static int
read_request(struct element *e, const struct strvec *w, struct request *r)
{
	uint64_t sport, dport, seq, ack, flags, count = 1;

	if (w->n < WORDS_MIN || w->n > WORDS_MAX || read_address(e, w->v[0], &r->src_be) != 0 ||
		read_number(w->v[1], UINT16_MAX, &sport) != 0 ||
		read_address(e, w->v[2], &r->dst_be) != 0 ||
		read_number(w->v[3], UINT16_MAX, &dport) != 0 ||
		read_number(w->v[4], UINT32_MAX, &seq) != 0 ||
		read_number(w->v[5], UINT32_MAX, &ack) != 0 ||
		read_number(w->v[6], UINT8_MAX, &flags) != 0)
		return -EINVAL;
	if (w->n > WORDS_MIN && read_number(w->v[7], INT32_MAX, &count) != 0)
		return -EINVAL;
	if (w->n == WORDS_MAX && text_read_bool(w->v[8], &r->stop) != 0)
		return -EINVAL;
	r->sport = (uint16_t)sport;
	r->dport = (uint16_t)dport;
	r->seq = (uint32_t)seq;
	r->ack = (uint32_t)ack;
	r->flags = (uint8_t)flags;
	r->left = (uint32_t)count;
	return 0;
}

static void
add_request(struct tcpipsend *e, const struct request *r)
{
	if (e->first == e->n)
		e->first = e->n = 0;
	e->requests = mem_grow(e->requests, e->n, &e->cap, sizeof(*e->requests));
	e->requests[e->n++] = *r;
	task_schedule(&e->task);
}

static int
write_send(const struct handler_write *call)
{
	struct tcpipsend *e = (struct tcpipsend *)call->element;
	struct request r = {0};
	struct strvec words = {0};
	int err;

	confstr_split_words(call->text, &words);
	err = read_request(call->element, &words, &r);
	strvec_fini(&words);
	if (err != 0)
		return errh_error(
			call->errh, "expected 'SRC SPORT DST DPORT SEQ ACK FLAGS [COUNT] [STOP]'");
	add_request(e, &r);
	return 0;
}

static const struct handler tcpipsend_handlers[] = {
	{.name = "send",
		.write = write_send,
		.help = "`SRC SPORT DST DPORT SEQ ACK FLAGS [COUNT] [STOP]`: sends COUNT (1) packets, "
			"and stops the driver if STOP is true"},
	HANDLERS_END,
};

static const struct element_class tcpipsend_class = {
	.name = "TCPIPSend",
	.ports = "0/1",
	.processing = "h/h",
	.lcores = LCORES_ONE,
	.size = sizeof(struct tcpipsend),
	.attach = tcpipsend_attach,
	.cleanup = tcpipsend_cleanup,
	.handlers = tcpipsend_handlers,
	.group = "tcpudp",
	.brief = "sends TCP packets that a handler asks for",
	.manual =
		"The packets have no data, a window of 32120 and right checksums, and begin with the\n"
		"IP header. FLAGS is a number (2 is SYN, 16 is ACK). SRC and DST are addresses; a\n"
		"number is taken, as in Click, for the four bytes as they lie in memory. What\n"
		"was asked for is sent by a task, soon after.",
	.example = "s :: TCPIPSend -> Discard;\n"
		   "Script(write s.send 10.0.0.1 1000 10.0.0.2 80 1 0 2);",
};
ELEMENT_CLASS(tcpipsend_class)
