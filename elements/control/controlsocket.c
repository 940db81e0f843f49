// SPDX-License-Identifier: BSD-3-Clause
// ControlSocket: lets other programs read and write handlers.

#include "elements/control/controlsocket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static void
accepted(struct listener *l, int fd)
{
	control_client_add((struct controlsocket *)l->element, fd);
}

static int
controlsocket_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct controlsocket *e = (struct controlsocket *)base;

	e->listener.accepted = accepted;
	return listener_configure(&e->listener, base, args, "unknown socket type '%s'", errh);
}

// TYPE SOCKET: the descriptor is a client at once, unless it is one of the element whose clients we
// shall take.
static int
add_descriptor(struct controlsocket *e, struct errh *errh)
{
	const struct element *old = listener_predecessor(&e->listener);
	int type, err;
	socklen_t len = sizeof(type);

	if (old != NULL &&
		listener_is_same(&e->listener, &((const struct controlsocket *)old)->listener))
		return 0;
	if (getsockopt(e->listener.descriptor, SOL_SOCKET, SO_TYPE, &type, &len) != 0)
		return errh_error(errh, "socket: %s", strerror(errno));
	err = control_client_add(e, e->listener.descriptor);
	return err != 0 ? errh_error(errh, "socket: %s", strerror(-err)) : 0;
}

static int
controlsocket_initialize(struct element *base, struct errh *errh)
{
	struct controlsocket *e = (struct controlsocket *)base;

	timer_init(&e->turn, base, control_turn, lcores_control());
	timer_init(&e->sweep, base, control_sweep, lcores_control());
	if (e->listener.kind == LISTENER_FD)
		return add_descriptor(e, errh);
	return listener_open(&e->listener, errh);
}

static void
controlsocket_cleanup(struct element *base)
{
	struct controlsocket *e = (struct controlsocket *)base;

	listener_close(&e->listener);
	timer_unschedule(&e->sweep);
	timer_unschedule(&e->turn);
	while (e->clients != NULL)
		control_client_destroy(e->clients);
}

static int
controlsocket_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct controlsocket *e = (struct controlsocket *)base, *from = (struct controlsocket *)old;

	(void)errh;
	if (listener_take(&e->listener, &from->listener))
		control_clients_move(e, from);
	return 0;
}

static int
read_address(const struct handler_read *call)
{
	const struct controlsocket *e = (struct controlsocket *)call->element;

	if (e->listener.kind == LISTENER_UNIX)
		strbuf_adds(call->out, e->listener.filename.text);
	else
		strbuf_addf(call->out, "%u", e->listener.port_number);
	return 0;
}

static void
controlsocket_add_handlers(struct element *base)
{
	static const struct handler port = {.read = read_address,
		.flags = HANDLER_LIVE,
		.help = "TCP port at which it listens"};
	static const struct handler filename = {
		.read = read_address, .flags = HANDLER_LIVE, .help = "name of the Unix socket"};
	const struct controlsocket *e = (struct controlsocket *)base;

	if (e->listener.kind == LISTENER_TCP)
		element_add_handler(base, "port", &port, 0);
	else if (e->listener.kind == LISTENER_UNIX)
		element_add_handler(base, "filename", &filename, 0);
}

static const struct arg controlsocket_args[] = {
	LISTENER_ARGS(controlsocket),
	LISTENER_ARG_FD(controlsocket),
	ARG(controlsocket, read_only, "READONLY", ARG_KEYWORD, .def = "false",
		.help = "refuses to write"),
	ARG(controlsocket, proxy, "PROXY", ARG_KEYWORD,
		.help = "element that is asked for every handler instead of the router"),
	ARG(controlsocket, verbose, "VERBOSE", ARG_KEYWORD, .def = "false",
		.help = "reports each connection"),
	ARGS_END,
};

static const struct element_class controlsocket_class = {
	.name = "ControlSocket",
	.ports = "0/0",
	.processing = "a/a",
	.flags = ELEMENT_ANY_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct controlsocket),
	.configure = controlsocket_configure,
	.initialize = controlsocket_initialize,
	.cleanup = controlsocket_cleanup,
	.take_state = controlsocket_take_state,
	.args = controlsocket_args,
	.add_handlers = controlsocket_add_handlers,
	.group = "control",
	.brief = "lets other programs read and write handlers",
	.manual =
		"ControlSocket(TCP, PORT), (UNIX, FILENAME) or (SOCKET, FD) talks the protocol\n"
		"Click::ControlSocket/1.3 with any number of clients: READ, WRITE and HELP, which\n"
		"lists all commands. A handler is ELEMENT.HANDLER, N.HANDLER with the element's\n"
		"number from 1 on, or HANDLER or .HANDLER for a global one.\n"
		"\n"
		"Who can connect can change everything. TCP is bound to 127.0.0.1 unless LOCALHOST is\n"
		"false (Click binds all addresses); a Unix socket has mode 0660 at most, and only\n"
		"root, the own user and members of the own group are served.\n"
		"\n"
		"A command takes at most 16 MiB, a client that does not read its replies gets no more\n"
		"of them, and one that stays for a minute in the middle of something is closed. At a\n"
		"hot swap the connections stay if the new ControlSocket has the same name and address;\n"
		"give it RETRIES then, since the address is still taken when it starts.",
	.example = "ControlSocket(UNIX, /tmp/clickd-example.sock); Idle -> Discard;",
};
ELEMENT_CLASS(controlsocket_class)
