// SPDX-License-Identifier: BSD-3-Clause
// Socket: sends packets' data through a socket, and makes packets of what it receives.

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "elements/device/endpoint.h"
#include "elements/device/sockwatch.h"
#include "elements/iproute/iproutetable.h"
#include "io/fdpacket.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/lcore.h"
#include "src/notifier.h"
#include "src/router.h"
#include "src/strbuf.h"

enum {
	HEADROOM_MAX = 2048,
	SENDS_PER_RUN = 32,
	WAIT_MS = 10, // looks whether it should give up waiting
	WAIT_MAX_MS = 1000,
};

struct sock {
	struct element element;
	struct endpoint endpoint;
	// Home lcore only.
	int listener; // owned; of a stream server; -1: none
	int fd; // owned; the connection, or the datagram socket; -1: none
	struct endpoint_addr peer; // datagrams go there; len 0: nobody has sent one yet
	struct packet *held; // owned; being sent
	uint32_t n_sent; // of its bytes
	bool stuck; // the last wait for room was in vain
	int last_error; // -errno of the send before; 0: it was sent
	struct fdpacket_room room;
	struct sockwatch listening, connected;
	struct task reader, writer; // if there is an output; if the input pulls
	struct signal upstream;
	struct ip_route_table *allow, *deny; // borrowed

	// Arguments.
	bool client, has_client, verbose, proper, timestamp;
	uint32_t snaplen, headroom;
	struct any allow_name, deny_name;
};

enum { NOT_CONNECTED, REFUSED, NO_ROOM, SEND_FAILED, HELD_AT_END };

static const char *const sock_drops[] = {
	[NOT_CONNECTED] = "nobody connected",
	[REFUSED] = "sender refused by DENY",
	[NO_ROOM] = "other side does not read",
	[SEND_FAILED] = "send failed",
	[HELD_AT_END] = "not sent before the end",
	NULL,
};

static bool
pulls(const struct sock *e)
{
	return element_input_is_pull(&e->element, 0);
}

static bool
is_stream(const struct sock *e)
{
	return endpoint_is_stream(&e->endpoint);
}

// ---- connections

static void
tell_connection(const struct sock *e, const char *what, const struct endpoint_addr *from)
{
	if (!e->verbose)
		return;
	if (from != NULL && from->len > 0 && from->any.sa_family == AF_INET) {
		char ip[INET_ADDRSTRLEN];

		inet_ntop(AF_INET, &from->in.sin_addr, ip, sizeof(ip));
		chatter(ELEMENT_FMT ": %s %s.%u", ELEMENT_ARG(e), what, ip,
			ntohs(from->in.sin_port));
	} else {
		chatter(ELEMENT_FMT ": %s", ELEMENT_ARG(e), what);
	}
}

static bool
is_listed(const struct ip_route_table *table, uint32_t ip_be)
{
	return table != NULL && ip_route_lookup(table, (struct ip_addr){ip_be}).decision >= 0;
}

static bool
is_allowed(const struct sock *e, const struct endpoint_addr *from)
{
	uint32_t ip = from->in.sin_addr.s_addr;

	if (from->len == 0 || from->any.sa_family != AF_INET)
		return true;
	return is_listed(e->allow, ip) || !is_listed(e->deny, ip);
}

static void
close_connection(struct sock *e)
{
	if (e->held != NULL)
		element_drop(&e->element, SEND_FAILED, e->held);
	e->held = NULL;
	sockwatch_stop(&e->connected);
	tell_connection(e, "closed connection", NULL);
	close(e->fd);
	e->fd = -1;
}

// Of a stream server without a connection: takes the next who wants one. false: nobody does.
static bool
accept_next(struct sock *e)
{
	struct endpoint_addr from = {.len = sizeof(from.un)};
	int fd = accept4(e->listener, &from.any, &from.len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0)
		return errno == ECONNABORTED || errno == EINTR;
	if (!is_allowed(e, &from)) {
		tell_connection(e, "refused connection from", &from);
		close(fd);
		return true;
	}
	endpoint_accepted(&e->endpoint, fd);
	e->fd = fd;
	tell_connection(e, "opened connection from", &from);
	if (sockwatch_start(&e->connected, fd, e->reader.home) != 0)
		close_connection(e);
	else if (pulls(e))
		task_schedule(&e->writer);
	return true;
}

// ---- receiving

static void
push_received(struct sock *e, uint32_t len, const struct endpoint_addr *from)
{
	uint32_t captured = RTE_MIN(len, e->room.size);
	struct packet *p = fdpacket_make(&e->room, e->headroom, captured);

	if (unlikely(p == NULL))
		return; // counted by the pool
	lcore_count_received(1);
	if (e->timestamp)
		packet_set_timestamp(p, clock_now());
	if (len > captured)
		packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, len - captured);
	if (!is_allowed(e, from))
		element_drop(&e->element, REFUSED, p);
	else
		element_push_one(&e->element, 0, p);
}

// A server answers whoever sent last.
static void
note_peer(struct sock *e, const struct endpoint_addr *from)
{
	bool first = e->peer.len == 0;

	if (e->client || from->len == 0 || !is_allowed(e, from))
		return;
	e->peer = *from;
	if (first && pulls(e))
		task_schedule(&e->writer);
}

// false: nothing was there.
static bool
receive(struct sock *e)
{
	struct endpoint_addr from = {.len = sizeof(from.un)};
	ssize_t n = recvfrom(e->fd, e->room.bytes, e->room.size,
		MSG_DONTWAIT | (is_stream(e) ? 0 : MSG_TRUNC), &from.any, &from.len);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (is_stream(e) && n <= 0) {
		close_connection(e);
		return true;
	}
	if (n < 0)
		return true; // what a datagram sent before came to; the next may be better
	if (is_stream(e))
		from.len = 0; // it was looked at when it connected
	else
		note_peer(e, &from);
	push_received(e, (uint32_t)RTE_MIN(n, (ssize_t)UINT32_MAX), &from);
	return true;
}

static bool
sock_read(struct task *task)
{
	struct sock *e = (struct sock *)task->element;
	bool found = false;

	if (e->fd >= 0)
		found = receive(e);
	else if (e->listener >= 0)
		found = accept_next(e);
	if (found)
		task_reschedule(task);
	return found;
}

// ---- sending

// Where the packet goes that is held; NULL: where the socket is connected.
static const struct endpoint_addr *
address(struct sock *e, struct endpoint_addr *room)
{
	if (is_stream(e))
		return NULL;
	if (e->endpoint.kind != ENDPOINT_UDP || e->peer.in.sin_addr.s_addr != INADDR_ANY)
		return &e->peer;
	*room = e->peer;
	room->in.sin_addr.s_addr = packet_anno_u32(e->held, ANNO_DST_IP);
	return room;
}

static void
send_failed(struct sock *e, int err)
{
	// Once for each trouble, not for each packet.
	if (err != e->last_error)
		chatter(ELEMENT_FMT ": send: %s", ELEMENT_ARG(e), strerror(-err));
	e->last_error = err;
	element_drop(&e->element, SEND_FAILED, e->held);
	e->held = NULL;
	if (is_stream(e)) {
		close_connection(e);
		if (e->listener >= 0)
			task_schedule(&e->reader);
	}
}

// Sends what is left of the packet that is held. false: there is no room for it now.
static bool
send_held(struct sock *e)
{
	struct endpoint_addr room;

	while (e->held != NULL) {
		const struct endpoint_addr *to = address(e, &room);
		ssize_t n = fdpacket_send(e->fd, e->held, e->n_sent, to != NULL ? &to->any : NULL,
			to != NULL ? to->len : 0);

		if (n == -EAGAIN)
			return false;
		if (n < 0 && n != -EINTR) {
			send_failed(e, (int)n);
			return true;
		}
		e->n_sent += n > 0 ? (uint32_t)n : 0;
		if (n >= 0 && (!is_stream(e) || e->n_sent >= packet_length(e->held))) {
			e->last_error = 0;
			e->stuck = false;
			lcore_count_sent(1);
			packet_free(e->held);
			e->held = NULL;
		}
	}
	return true;
}

static bool
is_connected(const struct sock *e)
{
	return e->fd >= 0 && (is_stream(e) || e->peer.len > 0);
}

// Waits as Click does, but not for ever: whoever should read may be on this very lcore.
static bool
wait_for_room(struct sock *e)
{
	struct pollfd fd = {.fd = e->fd, .events = POLLOUT};

	for (int waited = 0; !e->stuck && waited < WAIT_MAX_MS; waited += WAIT_MS) {
		if (poll(&fd, 1, WAIT_MS) > 0)
			return true;
		if (lcores_must_yield())
			return false;
	}
	e->stuck = true;
	return false;
}

static void
send_waiting(struct sock *e, struct packet *p)
{
	while (!send_held(e)) {
		if (!wait_for_room(e)) {
			element_drop(&e->element, NO_ROOM, p);
			return;
		}
	}
	if (!is_connected(e)) {
		element_drop(&e->element, NOT_CONNECTED, p);
		return;
	}
	e->held = p;
	e->n_sent = 0;
	while (!send_held(e)) {
		if (wait_for_room(e))
			continue;
		// A stream goes on in the middle of it some time; else it has not begun.
		if (e->n_sent > 0)
			return;
		element_drop(&e->element, NO_ROOM, e->held);
		e->held = NULL;
	}
}

static void
sock_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		send_waiting((struct sock *)base, b->pkt[i]);
}

static bool
sock_write(struct task *task)
{
	struct sock *e = (struct sock *)task->element;
	unsigned n = 0;

	while (n < SENDS_PER_RUN && is_connected(e)) {
		if (!send_held(e)) // woken when there is room
			return n > 0;
		if (!is_connected(e))
			break;
		e->held = element_pull_one(&e->element, 0);
		if (e->held == NULL)
			break;
		e->n_sent = 0;
		n++;
	}
	if (is_connected(e) && (n > 0 || signal_is_active(&e->upstream)))
		task_reschedule(task);
	return n > 0;
}

// ---- configuration

static int
find_table(struct sock *e, const char *name, struct ip_route_table **table, struct errh *errh)
{
	struct element *found;

	if (name == NULL)
		return 0;
	found = element_find(&e->element, name);
	*table = found != NULL ? ip_route_table_cast(found) : NULL;
	return *table != NULL ? 0 : errh_error(errh, "%s is not an IPRouteTable", name);
}

static int
sock_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct sock *e = (struct sock *)base;
	int err;

	e->fd = e->listener = -1;
	if (endpoint_configure(&e->endpoint, base, args, errh) != 0)
		return -EINVAL;
	if (!e->has_client)
		e->client = base->n_outputs == 0;
	if (e->client)
		e->peer = e->endpoint.main;
	err = find_table(e, e->allow_name.text, &e->allow, errh);
	err |= find_table(e, e->deny_name.text, &e->deny, errh);
	if (!e->client && base->n_outputs == 0)
		err = errh_error(errh, "CLIENT false: a server needs an output");
	if (e->proper)
		err = errh_error(errh, "PROPER: not supported, it is a service of PlanetLab");
	return err == 0 ? 0 : -EINVAL;
}

static int
sock_attach(struct element *base, struct errh *errh)
{
	struct sock *e = (struct sock *)base;

	(void)errh;
	if (base->n_outputs > 0) {
		element_task_init(base, &e->reader, sock_read);
		e->reader.is_input = true;
		e->listening.reader = e->connected.reader = &e->reader;
	}
	if (pulls(e)) {
		element_task_init(base, &e->writer, sock_write);
		e->connected.writer = &e->writer;
	}
	return 0;
}

static bool
is_same(const struct sock *e, const struct element *other)
{
	const struct sock *old = (const struct sock *)other;

	return other->class == e->element.class && old->client == e->client &&
	       endpoint_is_same(&old->endpoint, &e->endpoint);
}

// Hot swap: the element whose place this one takes has the same socket, and will hand it over.
static bool
will_take(const struct sock *e)
{
	const struct router *before = e->element.router->predecessor;
	const struct element *old =
		before != NULL ? router_find(before, element_name(&e->element)) : NULL;

	return old != NULL && is_same(e, old);
}

static int
sock_initialize(struct element *base, struct errh *errh)
{
	struct sock *e = (struct sock *)base;
	int fd;

	fdpacket_room_init(&e->room, e->snaplen);
	if (pulls(e)) {
		signal_upstream_empty(&e->upstream, base, 0, &e->writer);
		task_schedule(&e->writer);
	}
	if (will_take(e))
		return 0;
	fd = endpoint_open(&e->endpoint, e->client, errh);
	if (is_stream(e) && !e->client)
		e->listener = fd;
	else
		e->fd = fd;
	return fd >= 0 ? 0 : -EINVAL;
}

static struct lcore *
home(const struct sock *e)
{
	return e->element.n_outputs > 0 ? e->reader.home : pulls(e) ? e->writer.home : NULL;
}

static void
sock_start(struct element *base)
{
	struct sock *e = (struct sock *)base;
	int err = sockwatch_start(&e->listening, e->listener, home(e));

	if (err == 0)
		err = sockwatch_start(&e->connected, e->fd, home(e));
	if (err != 0)
		chatter(ELEMENT_FMT ": cannot wait for packets: %s", ELEMENT_ARG(e),
			strerror(-err));
}

static void
sock_retire(struct element *base)
{
	struct sock *e = (struct sock *)base;

	sockwatch_stop(&e->listening);
	sockwatch_stop(&e->connected);
}

static int
sock_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct sock *e = (struct sock *)base, *old = (struct sock *)old_base;

	(void)errh;
	if (!is_same(e, old_base))
		return 0;
	e->listener = old->listener;
	e->fd = old->fd;
	e->peer = old->peer;
	e->held = old->held;
	e->n_sent = old->n_sent;
	if (old->endpoint.bound != NULL)
		e->endpoint.bound = old->client ? &e->endpoint.local : &e->endpoint.main;
	old->endpoint.bound = NULL;
	old->listener = old->fd = -1;
	old->held = NULL;
	return 0;
}

static void
sock_cleanup(struct element *base)
{
	struct sock *e = (struct sock *)base;

	sock_retire(base);
	if (e->held != NULL)
		element_drop(base, HELD_AT_END, e->held);
	e->held = NULL;
	if (e->fd >= 0)
		close(e->fd);
	endpoint_close(&e->endpoint, e->listener);
	task_fini(&e->reader);
	task_fini(&e->writer);
	signal_fini(&e->upstream);
	fdpacket_room_fini(&e->room);
}

static uint32_t
sock_held(struct element *base)
{
	return ((struct sock *)base)->held != NULL;
}

static void
sock_add_handlers(struct element *base)
{
	struct sock *e = (struct sock *)base;

	if (pulls(e))
		element_add_task_handlers(base, &e->writer, 0);
	else if (base->n_outputs > 0)
		element_add_task_handlers(base, &e->reader, 0);
}

static const struct arg sock_args[] = {
	ENDPOINT_ARGS(sock),
	ARG(sock, snaplen, "SNAPLEN", ARG_KEYWORD, .def = "2048", .min = 1, .max = UINT16_MAX,
		.help = "bytes of the longest packet that is made"),
	ARG(sock, headroom, "HEADROOM", ARG_KEYWORD, .def = "28", .min = 0, .max = HEADROOM_MAX,
		.help = "bytes in front of the data"),
	ARG(sock, timestamp, "TIMESTAMP", ARG_KEYWORD, .def = "true",
		.help = "whether packets get the time when they were read"),
	ARG(sock, client, "CLIENT", ARG_KEYWORD, .given = ARG_GIVEN(sock, has_client),
		.help = "true: talks to ADDR; false: is the server there. If not given, it is a "
			"server if it has an output"),
	ARG(sock, verbose, "VERBOSE", ARG_KEYWORD, .def = "false",
		.help = "true: tells of connections that open and close"),
	ARG(sock, proper, "PROPER", ARG_KEYWORD, .def = "false",
		.help = "only false: PlanetLab's Proper service is not supported"),
	ARG(sock, allow_name, "ALLOW", ARG_KEYWORD,
		.help = "a routing table: senders with a route there are served"),
	ARG(sock, deny_name, "DENY", ARG_KEYWORD,
		.help = "a routing table: other senders with a route there are not"),
	ARGS_END,
};

static const struct element_class sock_class = {
	.name = "Socket",
	.aliases = "FromSocket ToSocket",
	.ports = "0-1/0-1",
	.processing = "a/h",
	.flow = "x/y",
	.flags = ELEMENT_ANY_CONFIG | ELEMENT_SOURCE,
	.lcores = LCORES_ONE,
	.size = sizeof(struct sock),
	.push = sock_push,
	.configure = sock_configure,
	.attach = sock_attach,
	.initialize = sock_initialize,
	.start = sock_start,
	.retire = sock_retire,
	.take_state = sock_take_state,
	.cleanup = sock_cleanup,
	.held = sock_held,
	.args = sock_args,
	.add_handlers = sock_add_handlers,
	.drops = sock_drops,
	.writes = "EXTRA_LENGTH",
	.group = "device",
	.brief = "exchanges packets' data with other programs through a socket",
	.manual =
		"Socket(TCP, ADDR, PORT [, LOCAL_ADDR, LOCAL_PORT]), the same with UDP,\n"
		"Socket(UNIX, FILENAME) and Socket(UNIX_DGRAM, FILENAME [, LOCAL_FILENAME]). A name\n"
		"that begins with a NUL (\"\\<00>name\") is an abstract one. What comes in is the\n"
		"other side's to read; what the other side sends leaves by the output, without\n"
		"headers: a datagram as one packet, a stream in portions as they come.\n"
		"\n"
		"A client (CLIENT) connects when the router starts. A server binds ADDR and PORT; one\n"
		"for streams serves one connection after the other, one for datagrams answers whoever\n"
		"sent last. Packets for nobody are dropped. A UDP client whose ADDR is 0.0.0.0 sends\n"
		"each packet to its destination IP address annotation.\n"
		"\n"
		"A packet that is pushed waits up to a second for room in the kernel, and so does its\n"
		"lcore; with a Queue in front the element pulls instead, and does not wait. (Click\n"
		"waits for ever.) An empty datagram is an empty packet; Click ends there. FromSocket and\n"
		"ToSocket are old names.",
	.example = "Socket(UDP, 127.0.0.1, 4321) -> Queue -> Discard;"
		   "Idle -> Socket(UDP, 127.0.0.1, 4322);",
};
ELEMENT_CLASS(sock_class)
