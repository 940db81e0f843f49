// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/listener.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/mem.h"
#include "src/router.h"

enum {
	MORE_PORTS = 11, // that N+ tries behind N
	ACCEPTS_PER_ROUND = 16,
	ROWS_MAX = 16,
	GROUPS_MAX = 256, // of a peer
};

// ---- arguments

static const char *const kind_names[] = {"TCP", "UNIX", "SOCKET"};
static const char *const kind_arguments[] = {"PORT", "FILENAME", "FD"};

// TYPE alone, whatever else is there.
struct type_only {
	struct any type;
	struct strvec rest;
};

static const struct arg type_only_args[] = {
	ARG(type_only, type, "TYPE", ARG_MANDATORY),
	ARG(type_only, rest, "REST", ARG_REST),
	ARGS_END,
};

static bool
has_row(const struct arg *rows, const char *name)
{
	while (rows->name != NULL && strcmp(rows->name, name) != 0)
		rows++;
	return rows->name != NULL;
}

static int
read_kind(struct listener *l, struct element *e, const struct strvec *args,
	const char *unknown_type, struct errh *errh)
{
	struct type_only t = {0};
	int err = args_parse(type_only_args, &t, args, e, errh);

	if (err == 0) {
		err = -EINVAL;
		for (char *c = t.type.text; *c != '\0'; c++)
			*c = (char)toupper((unsigned char)*c);
		for (unsigned kind = 0; kind < RTE_DIM(kind_names) && err != 0; kind++) {
			l->kind = (enum listener_kind)kind;
			if (strcmp(t.type.text, kind_names[kind]) == 0 &&
				has_row(e->class->args, kind_arguments[kind]))
				err = 0;
		}
		if (err != 0)
			err = errh_error(errh, unknown_type, t.type.text);
	}
	args_fini(type_only_args, &t);
	return err;
}

// Whether a row belongs to another type.
static bool
is_foreign(const struct listener *l, const char *name)
{
	for (unsigned kind = 0; kind < RTE_DIM(kind_arguments); kind++) {
		if (kind != l->kind && strcmp(kind_arguments[kind], name) == 0)
			return true;
	}
	return l->kind != LISTENER_TCP && strcmp(name, "LOCALHOST") == 0;
}

static int
read_args(struct listener *l, struct element *e, const struct strvec *args, struct errh *errh)
{
	struct arg rows[ROWS_MAX] = {0};
	size_t n = 0;

	for (const struct arg *row = e->class->args; row->name != NULL; row++) {
		if (is_foreign(l, row->name))
			continue;
		rows[n] = *row;
		if (strcmp(row->name, kind_arguments[l->kind]) == 0)
			rows[n].flags = ARG_MANDATORY;
		n++;
	}
	return args_parse(rows, e, args, e, errh);
}

static int
read_port(struct listener *l, struct element *e, struct errh *errh)
{
	char *text = mem_strdup(l->port.text);
	size_t len = strlen(text);
	struct tcp_port port = {0};
	struct errh silent;
	int err;

	l->any_port = len > 1 && text[len - 1] == '+';
	if (l->any_port)
		text[len - 1] = '\0';
	errh_init_silent(&silent);
	err = args_parse_value(&arg_tcp_port, text, &port, NULL, e, &silent);
	free(text);
	l->first_port = port.number;
	return err != 0 ? errh_error(errh, "PORT requires TCP port") : 0;
}

int
listener_configure(struct listener *l, struct element *e, const struct strvec *args,
	const char *unknown_type, struct errh *errh)
{
	l->element = e;
	l->watch.fd = -1;
	if (read_kind(l, e, args, unknown_type, errh) != 0 || read_args(l, e, args, errh) != 0)
		return -EINVAL;
	if (l->kind == LISTENER_TCP)
		return read_port(l, e, errh);
	if (l->kind == LISTENER_UNIX &&
		strlen(l->filename.text) >= sizeof(((struct sockaddr_un *)0)->sun_path))
		return errh_error(errh, "filename too long");
	return 0;
}

// ---- accepting

// Who may write into the socket's directory could also connect; so ask who it is.
static bool
peer_is_known(int fd)
{
	socklen_t len = sizeof(struct ucred);
	gid_t groups[GROUPS_MAX];
	struct ucred peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return false;
	if (peer.uid == 0 || peer.uid == geteuid() || peer.gid == getegid())
		return true;
	len = sizeof(groups);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0)
		return false;
	for (size_t i = 0; i < len / sizeof(groups[0]); i++) {
		if (groups[i] == getegid())
			return true;
	}
	return false;
}

static void
accept_ready(struct fd_watch *watch, uint32_t events)
{
	struct listener *l =
		(struct listener *)((uintptr_t)watch - offsetof(struct listener, watch));
	int fd;

	(void)events;
	for (unsigned i = 0; i < ACCEPTS_PER_ROUND && l->watch.fd >= 0; i++) {
		fd = accept4(l->watch.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0 && l->kind == LISTENER_UNIX && !peer_is_known(fd)) {
			close(fd);
		} else if (fd >= 0) {
			l->accepted(l, fd);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			   errno == ENOMEM) {
			// Not before something has become free; look again in a second.
			lcore_watch_change(&l->watch, 0);
			timer_schedule_after(&l->timer, CLOCK_S);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return;
		}
	}
}

// ---- opening

// A step of opening failed.
struct failure {
	const char *call;
	int error;
};

static int
fail(struct failure *f, const char *call, int fd)
{
	*f = (struct failure){call, errno};
	if (fd >= 0)
		close(fd);
	return -1;
}

// A file that a program left behind when it died: nobody answers there.
static bool
remove_stale(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;
	bool stale;

	if (fd < 0)
		return false;
	stale = lstat(addr->sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
		connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) != 0 &&
		errno == ECONNREFUSED;
	close(fd);
	return stale && unlink(addr->sun_path) == 0;
}

// The mode must be right from the beginning: not writable for others, 0660 at most.
static int
bind_unix(int fd, const struct sockaddr_un *addr)
{
	mode_t mask = umask(0117);
	int err = bind(fd, (const struct sockaddr *)addr, sizeof(*addr)), error = errno;

	if (err != 0 && error == EADDRINUSE && remove_stale(addr)) {
		err = bind(fd, (const struct sockaddr *)addr, sizeof(*addr));
		error = errno;
	}
	umask(mask);
	errno = error;
	return err;
}

static int
open_unix(struct listener *l, struct failure *f)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return fail(f, "socket", fd);
	memcpy(addr.sun_path, l->filename.text, strlen(l->filename.text));
	if (bind_unix(fd, &addr) != 0)
		return fail(f, "bind", fd);
	if (listen(fd, SOMAXCONN) != 0) {
		fail(f, "listen", fd);
		unlink(addr.sun_path);
		return -1;
	}
	return fd;
}

static int
open_port(struct listener *l, uint16_t port, struct failure *f)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(l->local ? INADDR_LOOPBACK : INADDR_ANY)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
	socklen_t len = sizeof(addr);

	if (fd < 0)
		return fail(f, "socket", fd);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0)
		return fail(f, "bind", fd);
	if (listen(fd, SOMAXCONN) != 0)
		return fail(f, "listen", fd);
	if (getsockname(fd, (struct sockaddr *)&addr, &len) == 0)
		l->port_number = ntohs(addr.sin_port);
	return fd;
}

static int
open_tcp(struct listener *l, struct failure *f)
{
	unsigned last = l->first_port + (l->any_port ? MORE_PORTS : 0);
	int fd = -1;

	for (unsigned port = l->first_port; port <= last && port <= UINT16_MAX; port++) {
		fd = open_port(l, (uint16_t)port, f);
		if (fd >= 0 || f->error != EADDRINUSE)
			break;
	}
	return fd;
}

static int
try_open(struct listener *l, struct failure *f)
{
	int fd = l->kind == LISTENER_TCP ? open_tcp(l, f) : open_unix(l, f), err;

	if (fd < 0)
		return -1;
	l->watch = (struct fd_watch){.fd = fd, .events = EPOLLIN, .ready = accept_ready};
	err = lcore_watch(lcores_control(), &l->watch);
	if (err == 0)
		return 0;
	errno = -err;
	l->watch.fd = -1;
	return fail(f, "epoll", fd);
}

static const char *
cure(const struct listener *l, int error)
{
	switch (error) {
	case EADDRINUSE:
		return l->kind == LISTENER_TCP
			       ? "another program listens there: end it, or take another port"
			       : "another program listens there, or it is no socket: take another "
				 "file";
	case EACCES:
	case EPERM:
		return l->kind == LISTENER_TCP ? "ports below 1024 are for root: take a higher one"
					       : "take a directory that this user may write to";
	case ENOENT:
	case ENOTDIR:
		return "there is no such directory: make it, or take another";
	}
	return NULL;
}

static int
report_failure(const struct listener *l, const struct failure *f, struct errh *errh)
{
	const char *hint = cure(l, f->error);

	errh_error(errh, "%s: %s", f->call, strerror(f->error));
	if (hint != NULL)
		errh_hint(errh, "%s", hint);
	return -EINVAL;
}

const struct element *
listener_predecessor(const struct listener *l)
{
	const struct element *e = l->element;
	const struct router *before = e->router->predecessor;
	const struct element *old = before != NULL ? router_find(before, element_name(e)) : NULL;

	return old != NULL && old->class == e->class ? old : NULL;
}

static int
open_or_retry(struct listener *l, struct errh *errh)
{
	struct failure f = {0};

	if (try_open(l, &f) == 0)
		return 0;
	// The one whose place the router takes will hand it over; if not, there is the timer.
	if (f.error == EADDRINUSE && listener_predecessor(l) != NULL) {
		timer_schedule_after(&l->timer, CLOCK_S);
		return 0;
	}
	if (l->retries <= 0)
		return report_failure(l, &f, errh);
	if (l->retry_warnings)
		errh_warning(errh, "%s: %s (%d %s left)", f.call, strerror(f.error), l->retries,
			l->retries == 1 ? "try" : "tries");
	l->retries--;
	timer_schedule_after(&l->timer, CLOCK_S);
	return 0;
}

static void
listener_timer(struct timer *timer)
{
	struct listener *l =
		(struct listener *)((uintptr_t)timer - offsetof(struct listener, timer));
	const struct element *e = l->element;
	struct errh_context ctx;
	struct errh errh;

	if (l->watch.fd >= 0) {
		lcore_watch_change(&l->watch, EPOLLIN);
		return;
	}
	errh_init_stderr(&errh);
	errh_push(&errh, &ctx, "%s: While initializing '" ELEMENT_FMT "':", e->info->landmark,
		element_name(e), e->class->name);
	if (open_or_retry(l, &errh) != 0)
		router_adjust_run_count(e->router, -1);
	errh_pop(&errh);
}

int
listener_open(struct listener *l, struct errh *errh)
{
	timer_init(&l->timer, l->element, listener_timer, lcores_control());
	return l->kind == LISTENER_FD ? 0 : open_or_retry(l, errh);
}

void
listener_close(struct listener *l)
{
	timer_unschedule(&l->timer);
	if (l->watch.fd < 0)
		return;
	lcore_unwatch(&l->watch);
	close(l->watch.fd);
	l->watch.fd = -1;
	if (l->kind == LISTENER_UNIX)
		unlink(l->filename.text);
}

bool
listener_is_same(const struct listener *a, const struct listener *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case LISTENER_TCP:
		return a->local == b->local &&
		       ((a->any_port && b->any_port) ||
			       (a->any_port == b->any_port && a->first_port == b->first_port));
	case LISTENER_UNIX:
		return strcmp(a->filename.text, b->filename.text) == 0;
	default:
		return a->descriptor == b->descriptor;
	}
}

bool
listener_take(struct listener *l, struct listener *old)
{
	if (!listener_is_same(l, old))
		return false;
	if (old->watch.fd < 0)
		return true;
	listener_close(l);
	timer_unschedule(&old->timer);
	l->port_number = old->port_number;
	l->watch = (struct fd_watch){.fd = old->watch.fd, .events = EPOLLIN, .ready = accept_ready};
	lcore_unwatch(&old->watch);
	old->watch.fd = -1;
	return lcore_watch(lcores_control(), &l->watch) == 0;
}

bool
listener_is_open(const struct listener *l)
{
	return l->watch.fd >= 0;
}
