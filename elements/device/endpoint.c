// SPDX-License-Identifier: BSD-3-Clause
#include "elements/device/endpoint.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

enum { ROWS_MAX = 32, BACKLOG = 2 };

static const char *const kind_names[] = {"TCP", "UDP", "UNIX", "UNIX_DGRAM"};

static bool
is_unix(const struct endpoint *ep)
{
	return ep->kind >= ENDPOINT_UNIX;
}

bool
endpoint_is_stream(const struct endpoint *ep)
{
	return ep->kind == ENDPOINT_TCP || ep->kind == ENDPOINT_UNIX;
}

// ---- arguments

struct type_only { // TYPE, whatever else is there
	struct word type;
	struct strvec rest;
};

static const struct arg type_only_args[] = {
	ARG(type_only, type, "TYPE", ARG_MANDATORY),
	ARG(type_only, rest, "REST", ARG_REST),
	ARGS_END,
};

static int
read_kind(struct endpoint *ep, struct element *e, const struct strvec *args, struct errh *errh)
{
	struct type_only t = {0};
	int err = args_parse(type_only_args, &t, args, e, errh);
	unsigned kind = 0;

	if (err == 0) {
		while (kind < RTE_DIM(kind_names) && strcasecmp(t.type.text, kind_names[kind]) != 0)
			kind++;
		if (kind == RTE_DIM(kind_names))
			err = errh_error(errh, "unknown socket type `%s'", t.type.text);
		else
			ep->kind = (enum endpoint_kind)kind;
	}
	args_fini(type_only_args, &t);
	return err;
}

static bool
is_one_of(const char *name, const char *const *names)
{
	while (*names != NULL && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

static int
read_args(struct endpoint *ep, struct element *e, const struct strvec *args, struct errh *errh)
{
	static const char *const inet[] = {"ADDR", "PORT", "LOCAL_ADDR", "LOCAL_PORT", NULL};
	static const char *const file[] = {"FILENAME", "LOCAL_FILENAME", NULL};
	static const char *const needed[] = {"ADDR", "PORT", "FILENAME", NULL};
	struct arg rows[ROWS_MAX] = {0};
	size_t n = 0;

	for (const struct arg *row = e->class->args; row->name != NULL && n < ROWS_MAX - 1; row++) {
		if (is_one_of(row->name, is_unix(ep) ? inet : file))
			continue;
		rows[n] = *row;
		if (is_one_of(row->name, needed))
			rows[n].flags = ARG_MANDATORY;
		n++;
	}
	return args_parse(rows, e, args, e, errh);
}

static int
set_inet(const struct endpoint *ep, struct ip_addr ip, const char *port, const char *name,
	struct endpoint_addr *addr, struct element *e, struct errh *errh)
{
	uint16_t number;
	int err;

	if (ep->kind == ENDPOINT_TCP) {
		struct tcp_port tcp = {0};

		err = args_parse_value(&arg_tcp_port, port, &tcp, name, e, errh);
		number = tcp.number;
	} else {
		struct udp_port udp = {0};

		err = args_parse_value(&arg_udp_port, port, &udp, name, e, errh);
		number = udp.number;
	}
	addr->in = (struct sockaddr_in){
		.sin_family = AF_INET, .sin_addr.s_addr = ip.be, .sin_port = htons(number)};
	addr->len = sizeof(addr->in);
	return err;
}

// An abstract name begins with a NUL, and has none at its end.
static int
set_unix(const struct data *filename, const char *what, struct endpoint_addr *addr,
	struct errh *errh)
{
	size_t len = filename->len;
	bool abstract = len > 0 && filename->bytes[0] == '\0';

	if (len == 0)
		return errh_error(errh, "%s filename is empty", what);
	if (len + !abstract > sizeof(addr->un.sun_path))
		return errh_error(errh, "%s filename '%.*s' too long", what, (int)len,
			(const char *)filename->bytes + abstract);
	memset(&addr->un, 0, sizeof(addr->un));
	addr->un.sun_family = AF_UNIX;
	memcpy(addr->un.sun_path, filename->bytes, len);
	addr->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + !abstract);
	return 0;
}

int
endpoint_configure(
	struct endpoint *ep, struct element *e, const struct strvec *args, struct errh *errh)
{
	int err;

	if (read_kind(ep, e, args, errh) != 0 || read_args(ep, e, args, errh) != 0)
		return -EINVAL;
	if (is_unix(ep)) {
		err = set_unix(&ep->filename, "remote", &ep->main, errh);
		if (ep->has_local_filename)
			err |= set_unix(&ep->local_filename, "local", &ep->local, errh);
	} else {
		err = set_inet(ep, ep->ip, ep->port.text, "PORT", &ep->main, e, errh);
		if (ep->has_local_port)
			err |= set_inet(ep, ep->local_ip, ep->local_port.text, "LOCAL_PORT",
				&ep->local, e, errh);
	}
	return err == 0 ? 0 : -EINVAL;
}

// ---- opening

static int
set_option(int fd, int level, int option, const char *name, int value, struct errh *errh)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)) == 0)
		return 0;
	return errh_error(errh, "setsockopt(%s): %s", name, strerror(errno));
}

static int
set_options(const struct endpoint *ep, int fd, bool client, struct errh *errh)
{
	int err = 0;

	if (ep->kind == ENDPOINT_TCP && !client)
		err = set_option(fd, SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR", 1, errh);
	if (err == 0 && ep->kind == ENDPOINT_TCP && ep->no_delay)
		err = set_option(fd, IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY", 1, errh);
	if (err == 0 && ep->has_receive_room)
		err = set_option(fd, SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF", ep->receive_room, errh);
	if (err == 0 && ep->has_send_room)
		err = set_option(fd, SOL_SOCKET, SO_SNDBUF, "SO_SNDBUF", ep->send_room, errh);
	return err;
}

static int
set_up(struct endpoint *ep, int fd, bool client, struct errh *errh)
{
	const struct endpoint_addr *own = client ? &ep->local : &ep->main;

	if (set_options(ep, fd, client, errh) != 0)
		return -EINVAL;
	if (own->len > 0) {
		if (bind(fd, &own->any, own->len) != 0)
			return errh_error(errh, "bind: %s", strerror(errno));
		ep->bound = own;
	}
	if (endpoint_is_stream(ep)) {
		if (client && connect(fd, &ep->main.any, ep->main.len) != 0)
			return errh_error(errh, "connect: %s", strerror(errno));
		if (!client && listen(fd, BACKLOG) != 0)
			return errh_error(errh, "listen: %s", strerror(errno));
	}
	if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		return errh_error(errh, "fcntl: %s", strerror(errno));
	return 0;
}

int
endpoint_open(struct endpoint *ep, bool client, struct errh *errh)
{
	int type = endpoint_is_stream(ep) ? SOCK_STREAM : SOCK_DGRAM;
	int fd = socket(is_unix(ep) ? AF_UNIX : AF_INET, type | SOCK_CLOEXEC, 0);

	if (fd < 0) {
		errh_error(errh, "socket: %s", strerror(errno));
		return -1;
	}
	if (set_up(ep, fd, client, errh) == 0)
		return fd;
	endpoint_close(ep, fd);
	return -1;
}

void
endpoint_accepted(const struct endpoint *ep, int fd)
{
	struct errh silent;

	errh_init_silent(&silent);
	set_options(ep, fd, true, &silent);
}

void
endpoint_close(struct endpoint *ep, int fd)
{
	if (fd >= 0)
		close(fd);
	if (ep->bound != NULL && is_unix(ep) && ep->bound->un.sun_path[0] != '\0')
		unlink(ep->bound->un.sun_path);
	ep->bound = NULL;
}

static bool
is_same_addr(const struct endpoint_addr *a, const struct endpoint_addr *b)
{
	return a->len == b->len && memcmp(&a->any, &b->any, a->len) == 0;
}

bool
endpoint_is_same(const struct endpoint *a, const struct endpoint *b)
{
	return a->kind == b->kind && is_same_addr(&a->main, &b->main) &&
	       is_same_addr(&a->local, &b->local);
}
