// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/controlsocket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "src/chatter.h"
#include "src/clock.h"
#include "src/mem.h"

enum {
	READ_SIZE = 64 << 10, // bytes taken in one event
	STUCK_NS_S = 60, // seconds in which a client must read or finish what it began
	SWEEP_S = 10,
};

static const char greeting[] = "Click::ControlSocket/1.3\r\n";

// ---- buffers

static size_t
n_output(const struct control_client *c)
{
	return c->out.len - c->out_at;
}

static void
count_output(struct control_client *c)
{
	c->socket->n_out += n_output(c) - c->n_counted;
	c->n_counted = n_output(c);
}

static void
set_big(struct control_client *c, bool big)
{
	c->socket->n_big += big;
	c->socket->n_big -= c->is_big;
	c->is_big = big;
}

static void
fill(struct control_client *c)
{
	char buffer[READ_SIZE];
	ssize_t n = recv(c->watch.fd, buffer, sizeof(buffer), MSG_DONTWAIT);

	if (n > 0 && !c->closing) {
		strbuf_add(&c->in, buffer, (size_t)n);
		c->progress_ns = clock_steady();
	} else if (n == 0) {
		c->at_end = true;
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		c->failed = true;
	}
}

static void
flush(struct control_client *c)
{
	ssize_t n = 1;

	while (n > 0 && n_output(c) > 0 && !c->failed) {
		n = send(c->watch.fd, c->out.data + c->out_at, n_output(c),
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n > 0) {
			c->out_at += (size_t)n;
			c->progress_ns = clock_steady();
		} else if (errno != EAGAIN && errno != EINTR) {
			c->failed = true;
		}
	}
	control_buffer_compact(&c->out, &c->out_at);
}

// A client that has so much unsent output must read before it gets more.
static bool
may_execute(const struct control_client *c)
{
	if (n_output(c) == 0)
		return true;
	return n_output(c) <= CONTROL_OUTPUT_MAX && c->socket->n_out <= CONTROL_OUTPUTS_MAX;
}

// ---- taking turns
//
// A client executes one command when its socket has something new. If it has sent more than one,
// the others wait for later rounds of the loop, in which the driver can act on what they did.

static void
wait_for_turn(struct control_client *c)
{
	struct controlsocket *e = c->socket;
	struct control_client **at = &e->waiting;

	if (c->is_waiting)
		return;
	while (*at != NULL)
		at = &(*at)->next_waiting;
	*at = c;
	c->next_waiting = NULL;
	c->is_waiting = true;
	if (!timer_is_scheduled(&e->turn))
		timer_schedule_after(&e->turn, 0);
}

static void
stop_waiting(struct control_client *c)
{
	struct control_client **at = &c->socket->waiting;

	if (!c->is_waiting)
		return;
	while (*at != c)
		at = &(*at)->next_waiting;
	*at = c->next_waiting;
	c->is_waiting = false;
}

// ---- life

static void
unlink_client(struct control_client *c)
{
	struct controlsocket *e = c->socket;

	stop_waiting(c);
	*(c->prev ? &c->prev->next : &e->clients) = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	c->next = c->prev = NULL;
	e->n_clients--;
	e->n_big -= c->is_big;
	e->n_out -= c->n_counted;
	c->socket = NULL;
}

static void
link_client(struct control_client *c, struct controlsocket *e)
{
	c->socket = e;
	c->prev = NULL;
	c->next = e->clients;
	if (c->next != NULL)
		c->next->prev = c;
	e->clients = c;
	e->n_clients++;
	e->n_big += c->is_big;
	e->n_out += c->n_counted;
}

static void
client_free(struct control_client *c)
{
	char rest[4096];

	lcore_unwatch(&c->watch);
	// Unread input would make the kernel throw away the last reply as well.
	for (unsigned i = 0; i < 16 && recv(c->watch.fd, rest, sizeof(rest), MSG_DONTWAIT) > 0;)
		i++;
	close(c->watch.fd);
	control_command_fini(&c->command);
	strbuf_fini(&c->in);
	strbuf_fini(&c->out);
	free(c);
}

void
control_client_destroy(struct control_client *c)
{
	if (c->socket->verbose)
		chatter(ELEMENT_FMT ": closed connection %d", ELEMENT_ARG(c->socket), c->watch.fd);
	unlink_client(c);
	// A command that replaced its own router: the end of that command frees us.
	if (!c->executing)
		client_free(c);
}

// One command, if there is one. False: the client is gone.
static bool
step(struct control_client *c)
{
	if (!may_execute(c) || !control_client_prepare(c))
		return true;
	c->executing = true;
	control_execute(c);
	c->executing = false;
	if (c->socket == NULL) {
		flush(c);
		client_free(c);
		return false;
	}
	control_command_clear(&c->command);
	return true;
}

// Sends what there is and finds out what to wait for.
static void
settle(struct control_client *c)
{
	bool ready = control_client_prepare(c), too_many, done;
	uint32_t events;

	set_big(c, control_client_n_input(c) + c->command.data.len > CONTROL_BIG);
	too_many = c->is_big && c->socket->n_big > CONTROL_BIG_MAX;
	if (too_many)
		control_reply(&c->out, 500, "Too many large commands at once");
	flush(c);
	count_output(c);
	done = n_output(c) == 0 && !ready && (c->closing || c->at_end);
	if (c->failed || too_many || done) {
		control_client_destroy(c);
		return;
	}
	events = n_output(c) > 0 ? EPOLLOUT : 0;
	if (ready && may_execute(c))
		wait_for_turn(c);
	else if (!ready && !c->at_end && may_execute(c))
		events |= EPOLLIN;
	lcore_watch_change(&c->watch, events);
}

static void
client_ready(struct fd_watch *watch, uint32_t events)
{
	struct control_client *c =
		(struct control_client *)((uintptr_t)watch -
					  offsetof(struct control_client, watch));

	flush(c);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && !c->at_end && may_execute(c))
		fill(c);
	if (c->is_waiting || step(c))
		settle(c);
}

void
control_turn(struct timer *timer)
{
	struct controlsocket *e = (struct controlsocket *)timer->element;
	struct control_client *c = e->waiting;

	if (c == NULL)
		return;
	stop_waiting(c);
	// The command may be the end of the element.
	if (e->waiting != NULL)
		timer_schedule_after(timer, 0);
	if (step(c))
		settle(c);
}

int
control_client_add(struct controlsocket *e, int fd)
{
	struct control_client *c;
	int err;

	if (e->n_clients >= CONTROL_CLIENTS_MAX) {
		close(fd);
		return -EMFILE;
	}
	c = mem_zalloc(sizeof(*c));
	c->watch = (struct fd_watch){.fd = fd, .events = EPOLLIN, .ready = client_ready};
	c->progress_ns = clock_steady();
	err = lcore_watch(lcores_control(), &c->watch);
	if (err != 0) {
		close(fd);
		free(c);
		return err;
	}
	link_client(c, e);
	if (e->verbose)
		chatter(ELEMENT_FMT ": opened connection %d", ELEMENT_ARG(e), fd);
	strbuf_adds(&c->out, greeting);
	flush(c);
	count_output(c);
	if (n_output(c) > 0)
		lcore_watch_change(&c->watch, EPOLLIN | EPOLLOUT);
	// Simulated time would jump from one sweep to the next.
	if (!clock_jumps() && !timer_is_scheduled(&e->sweep))
		timer_schedule_after(&e->sweep, SWEEP_S * CLOCK_S);
	return 0;
}

void
control_clients_move(struct controlsocket *to, struct controlsocket *from)
{
	struct control_client *c;
	bool waiting;

	while ((c = from->clients) != NULL) {
		waiting = c->is_waiting;
		unlink_client(c);
		link_client(c, to);
		if (waiting)
			wait_for_turn(c);
	}
	timer_unschedule(&from->sweep);
	timer_unschedule(&from->turn);
	if (to->clients != NULL && !clock_jumps() && !timer_is_scheduled(&to->sweep))
		timer_schedule_after(&to->sweep, SWEEP_S * CLOCK_S);
}

void
control_sweep(struct timer *timer)
{
	struct controlsocket *e = (struct controlsocket *)timer->element;
	int64_t now = clock_steady();
	struct control_client *next;

	for (struct control_client *c = e->clients; c != NULL; c = next) {
		bool busy = control_client_n_input(c) > 0 || n_output(c) > 0 || c->n_discard > 0 ||
			    c->command.verb != CONTROL_NONE;

		next = c->next;
		if (busy && now - c->progress_ns > STUCK_NS_S * CLOCK_S)
			control_client_destroy(c);
	}
	if (e->clients != NULL)
		timer_schedule_after(timer, SWEEP_S * CLOCK_S);
}
