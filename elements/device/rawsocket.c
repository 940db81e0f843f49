// SPDX-License-Identifier: BSD-3-Clause
// RawSocket: sends and receives IP packets through a raw socket of the kernel.

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <rte_ip.h>

#include "elements/device/sockwatch.h"
#include "io/fdpacket.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/notifier.h"

enum { HEADROOM_MAX = 2048, SENDS_PER_RUN = 32, BACKOFF_MAX_US = 256 };

struct rawsocket {
	struct element element;
	int fd; // owned; -1: not open
	struct packet *held; // owned: the kernel had no room for it
	int64_t backoff_us;
	int last_error; // -errno of the send before; 0: it was sent
	struct fdpacket_room room;
	struct sockwatch watch;
	struct task reader, writer; // if there is an output, or an input
	struct timer retry;
	struct signal upstream;

	// Arguments.
	struct ip_proto proto;
	uint16_t port;
	uint32_t snaplen, headroom;
};

enum { NOT_IP, RUNT, SEND_FAILED, HELD_AT_END };

static const char *const rawsocket_drops[] = {
	[NOT_IP] = "received without a valid IP header",
	[RUNT] = "runt IP packet",
	[SEND_FAILED] = "send failed",
	[HELD_AT_END] = "not sent before the end",
	NULL,
};

// ---- receiving

static int64_t
time_of(struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c)) {
		struct timespec t;

		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&t, CMSG_DATA(c), sizeof(t));
			return t.tv_sec * CLOCK_S + t.tv_nsec;
		}
	}
	return clock_now();
}

static bool
mark_ip(struct packet **pp)
{
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, 0, sizeof(*ip));

	if (ip == NULL || ip->version_ihl >> 4 != 4 || rte_ipv4_hdr_len(ip) < sizeof(*ip) ||
		rte_ipv4_hdr_len(ip) > packet_length(*pp))
		return false;
	packet_set_network(*pp, 0, rte_ipv4_hdr_len(ip));
	packet_set_anno_u32(*pp, ANNO_DST_IP, ip->dst_addr);
	return true;
}

static void
push_received(struct rawsocket *e, uint32_t len, int64_t ns)
{
	uint32_t captured = RTE_MIN(len, e->room.size);
	struct packet *p = fdpacket_make(&e->room, e->headroom, captured);

	if (unlikely(p == NULL))
		return; // counted by the pool
	lcore_count_received(1);
	packet_set_timestamp(p, ns);
	if (len > captured)
		packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, len - captured);
	if (mark_ip(&p))
		element_push_one(&e->element, 0, p);
	else
		element_drop(&e->element, NOT_IP, p);
}

static bool
rawsocket_read(struct task *task)
{
	struct rawsocket *e = (struct rawsocket *)task->element;
	union {
		struct cmsghdr aligned;
		uint8_t bytes[CMSG_SPACE(sizeof(struct timespec))];
	} control;
	struct iovec room = {.iov_base = e->room.bytes, .iov_len = e->room.size};
	struct msghdr msg = {.msg_iov = &room,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(e->fd, &msg, MSG_DONTWAIT | MSG_TRUNC);

	if (n < 0 && errno == EAGAIN)
		return false;
	task_reschedule(task);
	if (n < 0)
		return false;
	push_received(e, (uint32_t)n, time_of(&msg));
	return true;
}

// ---- sending

static void
send_failed(struct rawsocket *e, struct packet *p, int err)
{
	// Once for each trouble, not for each packet.
	if (err != e->last_error)
		chatter(ELEMENT_FMT ": sendto: %s", ELEMENT_ARG(e), strerror(-err));
	e->last_error = err;
	element_drop(&e->element, SEND_FAILED, p);
}

// false: no room, the packet is held and a timer will try again.
static bool
send_one(struct rawsocket *e, struct packet *p)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	struct rte_ipv4_hdr ip;
	ssize_t n;

	if (!packet_read(p, 0, &ip, sizeof(ip))) {
		if (e->last_error != -EINVAL)
			chatter(ELEMENT_FMT ": runt IP packet (%u bytes)", ELEMENT_ARG(e),
				packet_length(p));
		e->last_error = -EINVAL;
		element_drop(&e->element, RUNT, p);
		return true;
	}
	to.sin_addr.s_addr = ip.dst_addr;
	n = fdpacket_send(e->fd, p, 0, (const struct sockaddr *)&to, sizeof(to));
	if (n == -EAGAIN || n == -ENOBUFS) {
		e->held = p;
		e->backoff_us = e->backoff_us == 0 ? 1 : RTE_MIN(2 * e->backoff_us, BACKOFF_MAX_US);
		timer_schedule_after(&e->retry, e->backoff_us * CLOCK_US);
		return false;
	}
	e->backoff_us = 0;
	if (n < 0) {
		send_failed(e, p, (int)n);
		return true;
	}
	e->last_error = 0;
	lcore_count_sent(1);
	packet_free(p);
	return true;
}

static bool
rawsocket_write(struct task *task)
{
	struct rawsocket *e = (struct rawsocket *)task->element;
	unsigned n = 0;

	while (n < SENDS_PER_RUN) {
		struct packet *p = e->held;

		e->held = NULL;
		if (p == NULL)
			p = element_pull_one(&e->element, 0);
		if (p == NULL)
			break;
		if (!send_one(e, p))
			return n > 0;
		n++;
	}
	if (n > 0 || signal_is_active(&e->upstream))
		task_reschedule(task);
	return n > 0;
}

static void
rawsocket_retry(struct timer *timer)
{
	task_schedule(&((struct rawsocket *)timer->element)->writer);
}

// ---- configuration

static int
rawsocket_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	((struct rawsocket *)base)->fd = -1;
	return 0;
}

static int
rawsocket_attach(struct element *base, struct errh *errh)
{
	struct rawsocket *e = (struct rawsocket *)base;

	(void)errh;
	if (base->n_outputs > 0) {
		element_task_init(base, &e->reader, rawsocket_read);
		e->reader.is_input = true;
		e->watch.reader = &e->reader;
	}
	if (base->n_inputs > 0)
		element_task_init(base, &e->writer, rawsocket_write);
	return 0;
}

static int
open_socket(struct rawsocket *e, struct errh *errh)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(e->port)};
	int one = 1;

	e->fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, e->proto.number);
	if (e->fd < 0) {
		int err = errno;

		errh_error(errh, "socket: %s", strerror(err));
		if (err == EPERM)
			errh_hint(errh, "raw sockets are for root or a process with CAP_NET_RAW");
		return -EINVAL;
	}
	if (e->port != 0 && (e->proto.number == IPPROTO_TCP || e->proto.number == IPPROTO_UDP) &&
		bind(e->fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0)
		return errh_error(errh, "bind: %s", strerror(errno));
	if (setsockopt(e->fd, IPPROTO_IP, IP_HDRINCL, &one, sizeof(one)) != 0)
		return errh_error(errh, "setsockopt(IP_HDRINCL): %s", strerror(errno));
	if (setsockopt(e->fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one)) != 0)
		return errh_error(errh, "setsockopt(SO_TIMESTAMPNS): %s", strerror(errno));
	return 0;
}

static int
rawsocket_initialize(struct element *base, struct errh *errh)
{
	struct rawsocket *e = (struct rawsocket *)base;

	fdpacket_room_init(&e->room, e->snaplen);
	if (open_socket(e, errh) != 0)
		return -EINVAL;
	if (base->n_inputs > 0) {
		timer_init(&e->retry, base, rawsocket_retry, e->writer.home);
		signal_upstream_empty(&e->upstream, base, 0, &e->writer);
		task_schedule(&e->writer);
	}
	return 0;
}

static void
rawsocket_start(struct element *base)
{
	struct rawsocket *e = (struct rawsocket *)base;
	int err = 0;

	if (base->n_outputs > 0)
		err = sockwatch_start(&e->watch, e->fd, e->reader.home);
	if (err != 0)
		chatter(ELEMENT_FMT ": cannot wait for packets: %s", ELEMENT_ARG(e),
			strerror(-err));
}

static void
rawsocket_retire(struct element *base)
{
	sockwatch_stop(&((struct rawsocket *)base)->watch);
}

static void
rawsocket_cleanup(struct element *base)
{
	struct rawsocket *e = (struct rawsocket *)base;

	rawsocket_retire(base);
	if (e->held != NULL)
		element_drop(base, HELD_AT_END, e->held);
	e->held = NULL;
	timer_unschedule(&e->retry);
	if (e->fd >= 0)
		close(e->fd);
	task_fini(&e->reader);
	task_fini(&e->writer);
	signal_fini(&e->upstream);
	fdpacket_room_fini(&e->room);
}

static uint32_t
rawsocket_held(struct element *base)
{
	return ((struct rawsocket *)base)->held != NULL;
}

static int
rawsocket_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct rawsocket *e = (struct rawsocket *)base, *old = (struct rawsocket *)old_base;
	int fd = e->fd;

	(void)errh;
	// The old socket goes on, so that no packet is missed or seen twice.
	if (e->proto.number == old->proto.number && e->port == old->port &&
		base->n_outputs == old_base->n_outputs) {
		e->fd = old->fd;
		old->fd = fd;
	}
	if (base->n_inputs == 0)
		return 0;
	e->held = old->held;
	old->held = NULL;
	return 0;
}

static void
rawsocket_add_handlers(struct element *base)
{
	struct rawsocket *e = (struct rawsocket *)base;

	if (base->n_inputs > 0)
		element_add_task_handlers(base, &e->writer, 0);
	else if (base->n_outputs > 0)
		element_add_task_handlers(base, &e->reader, 0);
}

static const struct arg rawsocket_args[] = {
	ARG(rawsocket, proto, "TYPE", ARG_MANDATORY,
		.help = "IP protocol of the packets that are received, number or name"),
	ARG(rawsocket, port, "PORT", ARG_OPTIONAL, .def = "0",
		.help = "TCP and UDP: port that the kernel keeps for us; 0: none"),
	ARG(rawsocket, snaplen, "SNAPLEN", ARG_KEYWORD, .def = "2048", .min = 1, .max = UINT16_MAX,
		.help = "bytes of the longest packet that is made"),
	ARG(rawsocket, headroom, "HEADROOM", ARG_KEYWORD, .def = "28", .min = 0,
		.max = HEADROOM_MAX, .help = "bytes in front of the data"),
	ARGS_END,
};

static const struct element_class rawsocket_class = {
	.name = "RawSocket",
	.aliases = "FromRawSocket ToRawSocket",
	.ports = "0-1/0-1",
	.processing = "l/h",
	.flow = "x/y",
	.flags = ELEMENT_SOURCE,
	.phase = PHASE_PRIVILEGED,
	.lcores = LCORES_ONE,
	.size = sizeof(struct rawsocket),
	.configure = rawsocket_configure,
	.attach = rawsocket_attach,
	.initialize = rawsocket_initialize,
	.start = rawsocket_start,
	.retire = rawsocket_retire,
	.cleanup = rawsocket_cleanup,
	.take_state = rawsocket_take_state,
	.held = rawsocket_held,
	.args = rawsocket_args,
	.add_handlers = rawsocket_add_handlers,
	.drops = rawsocket_drops,
	.writes = "DST_IP EXTRA_LENGTH",
	.group = "device",
	.brief = "sends and receives IP packets through a raw socket",
	.manual =
		"Copies of the IPv4 packets of one protocol that the kernel receives leave by the\n"
		"output, with their IP header marked and the kernel's timestamp. (The kernel itself\n"
		"handles them as well.) Packets that are pulled in are sent with the IP header that\n"
		"they begin with, by the kernel's routes; it fills in a source address, an identifier\n"
		"and checksum of 0. A packet that the kernel has no room for is kept and tried again\n"
		"after 1, 2, 4 ... 256 us. FromRawSocket and ToRawSocket are old names.",
	.example = "RawSocket(icmp) -> IPPrint -> Discard;"
		   "Idle -> Queue -> RawSocket(UDP, 4321);",
};
ELEMENT_CLASS(rawsocket_class)
