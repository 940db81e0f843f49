// SPDX-License-Identifier: BSD-3-Clause
// ChatterSocket: sends a copy of all messages to other programs.

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "elements/control/listener.h"
#include "src/chatter.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/task.h"

enum {
	BEHIND_MAX = 500000, // bytes that a client may leave unread
	CLIENTS_MAX = 1024,
};

struct chatter_client {
	struct fd_watch watch;
	struct chattersocket *socket;
	struct chatter_client *next;
	struct strbuf out;
	size_t out_at; // sent
	bool failed;
};

struct chattersocket {
	struct element element;
	struct listener listener;
	struct word channel;
	bool quiet_channel, greeting;
	struct chatter_client *clients; // owned list
	unsigned n_clients;
	struct task task; // hands out what came, on the control lcore
	struct chatter_listener chatter;
	bool listening;
	bool has_lock;
	pthread_mutex_t lock;
	// Under the lock: written by any thread that chatters, read by control.
	struct strbuf pending;
	bool overflowed;
};

static const char greeting_text[] = "Click::ChatterSocket/1.0\r\n";

// ---- clients

static void
client_destroy(struct chatter_client *c)
{
	struct chatter_client **at = &c->socket->clients;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->socket->n_clients--;
	lcore_unwatch(&c->watch);
	close(c->watch.fd);
	strbuf_fini(&c->out);
	free(c);
}

// Sends what can be sent. Destroys the client if that fails or it is too far behind.
static void
client_flush(struct chatter_client *c)
{
	ssize_t n = 1;

	while (n > 0 && c->out_at < c->out.len && !c->failed) {
		n = send(c->watch.fd, c->out.data + c->out_at, c->out.len - c->out_at,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0)
			c->out_at += (size_t)n;
		else if (errno != EAGAIN && errno != EINTR)
			c->failed = true;
	}
	if (c->failed || c->out.len - c->out_at > BEHIND_MAX) {
		client_destroy(c);
		return;
	}
	if (c->out_at > c->out.len / 2) {
		memmove(c->out.data, c->out.data + c->out_at, c->out.len - c->out_at);
		strbuf_truncate(&c->out, c->out.len - c->out_at);
		c->out_at = 0;
	}
	// Input is never read, so it must not wake us.
	lcore_watch_change(&c->watch, c->out.len > c->out_at ? EPOLLOUT : 0);
}

static void
client_ready(struct fd_watch *watch, uint32_t events)
{
	struct chatter_client *c =
		(struct chatter_client *)((uintptr_t)watch -
					  offsetof(struct chatter_client, watch));

	if (events & (EPOLLERR | EPOLLHUP))
		c->failed = true;
	client_flush(c);
}

static void
accepted(struct listener *l, int fd)
{
	struct chattersocket *e = (struct chattersocket *)l->element;
	struct chatter_client *c;

	if (e->n_clients >= CLIENTS_MAX) {
		close(fd);
		return;
	}
	c = mem_zalloc(sizeof(*c));
	c->watch = (struct fd_watch){.fd = fd, .ready = client_ready};
	c->socket = e;
	if (lcore_watch(lcores_control(), &c->watch) != 0) {
		close(fd);
		free(c);
		return;
	}
	c->next = e->clients;
	e->clients = c;
	e->n_clients++;
	if (e->greeting)
		strbuf_adds(&c->out, greeting_text);
	client_flush(c);
}

// ---- messages

// From any thread. What control does not fetch in time is more than any client may be behind.
static void
chatter_line(struct chatter_listener *listener, const char *line)
{
	struct chattersocket *e = (struct chattersocket *)((uintptr_t)listener -
							   offsetof(struct chattersocket, chatter));
	size_t len = strlen(line);

	pthread_mutex_lock(&e->lock);
	if (e->pending.len + len > BEHIND_MAX) {
		e->overflowed = true;
	} else {
		strbuf_add(&e->pending, line, len);
		strbuf_addc(&e->pending, '\n');
	}
	pthread_mutex_unlock(&e->lock);
	task_schedule(&e->task);
}

static bool
chattersocket_task(struct task *task)
{
	struct chattersocket *e = (struct chattersocket *)task->element;
	struct chatter_client *next;
	struct strbuf text;
	bool overflowed;

	pthread_mutex_lock(&e->lock);
	text = e->pending;
	e->pending = (struct strbuf)STRBUF_INIT;
	overflowed = e->overflowed;
	e->overflowed = false;
	pthread_mutex_unlock(&e->lock);
	for (struct chatter_client *c = e->clients; c != NULL; c = next) {
		next = c->next;
		strbuf_add(&c->out, strbuf_text(&text), text.len);
		c->failed |= overflowed;
		client_flush(c);
	}
	strbuf_fini(&text);
	return true;
}

// ---- configuration

static int
chattersocket_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct chattersocket *e = (struct chattersocket *)base;

	e->listener.accepted = accepted;
	pthread_mutex_init(&e->lock, NULL);
	e->has_lock = true;
	return listener_configure(&e->listener, base, args, "unknown socket type `%s'", errh);
}

static int
chattersocket_initialize(struct element *base, struct errh *errh)
{
	struct chattersocket *e = (struct chattersocket *)base;

	task_init(&e->task, base, chattersocket_task, lcores_control(), TASK_TICKETS);
	e->chatter = (struct chatter_listener){
		.line = chatter_line, .channel = e->channel.text, .echo = !e->quiet_channel};
	chatter_listen(&e->chatter);
	e->listening = true;
	return listener_open(&e->listener, errh);
}

static void
chattersocket_cleanup(struct element *base)
{
	struct chattersocket *e = (struct chattersocket *)base;

	if (e->listening) {
		chatter_unlisten(&e->chatter);
		// The last messages, behind which the task has not run any more.
		chattersocket_task(&e->task);
	}
	task_fini(&e->task);
	listener_close(&e->listener);
	while (e->clients != NULL)
		client_destroy(e->clients);
	strbuf_fini(&e->pending);
	if (e->has_lock)
		pthread_mutex_destroy(&e->lock);
}

static int
chattersocket_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct chattersocket *e = (struct chattersocket *)base, *from = (struct chattersocket *)old;

	if (e->clients != NULL)
		return errh_error(errh, "already initialized, can't take state");
	if (!listener_take(&e->listener, &from->listener))
		return errh_error(errh, "incompatible ChatterSockets");
	// What the old one has not handed out yet; we have heard the same.
	chattersocket_task(&from->task);
	pthread_mutex_lock(&e->lock);
	strbuf_clear(&e->pending);
	pthread_mutex_unlock(&e->lock);
	e->clients = from->clients;
	e->n_clients = from->n_clients;
	from->clients = NULL;
	from->n_clients = 0;
	for (struct chatter_client *c = e->clients; c != NULL; c = c->next)
		c->socket = e;
	return 0;
}

static int
read_address(const struct handler_read *call)
{
	const struct chattersocket *e = (struct chattersocket *)call->element;

	if (e->listener.kind == LISTENER_UNIX)
		strbuf_adds(call->out, e->listener.filename.text);
	else
		strbuf_addf(call->out, "%u", e->listener.port_number);
	return 0;
}

static void
chattersocket_add_handlers(struct element *base)
{
	static const struct handler port = {.read = read_address,
		.flags = HANDLER_LIVE | HANDLER_HIDDEN,
		.help = "TCP port at which it listens"};
	const struct chattersocket *e = (struct chattersocket *)base;

	if (e->listener.kind == LISTENER_TCP)
		element_add_handler(base, "port", &port, 0);
}

static const struct arg chattersocket_args[] = {
	LISTENER_ARGS(chattersocket),
	ARG(chattersocket, channel, "CHANNEL", ARG_KEYWORD, .def = "default",
		.help = "messages of this channel, such as IPPrint's CHANNEL names"),
	ARG(chattersocket, quiet_channel, "QUIET_CHANNEL", ARG_KEYWORD, .def = "true",
		.help = "whether messages of another channel are left out of stderr"),
	ARG(chattersocket, greeting, "GREETING", ARG_KEYWORD, .def = "true",
		.help = "whether a line with the protocol's name comes first"),
	ARGS_END,
};

static const struct element_class chattersocket_class = {
	.name = "ChatterSocket",
	.ports = "0/0",
	.processing = "a/a",
	.flags = ELEMENT_ANY_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct chattersocket),
	.configure = chattersocket_configure,
	.initialize = chattersocket_initialize,
	.cleanup = chattersocket_cleanup,
	.take_state = chattersocket_take_state,
	.args = chattersocket_args,
	.add_handlers = chattersocket_add_handlers,
	.group = "control",
	.brief = "sends a copy of all messages to other programs",
	.manual =
		"Whoever connects gets every message that appears on stderr from then on, a line\n"
		"each. What clients send is not read. A client that is more than 500000 bytes behind\n"
		"is closed. TCP is bound to 127.0.0.1 unless LOCALHOST is false (Click binds all\n"
		"addresses). For a hot swap see ControlSocket.",
	.example = "ChatterSocket(UNIX, /tmp/clickd-chatter.sock); Idle -> Print -> Discard;",
};
ELEMENT_CLASS(chattersocket_class)
