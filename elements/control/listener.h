// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A listening socket of the control lcore, with the arguments that ControlSocket and ChatterSocket
// share: TYPE and address, RETRIES. Control lcore only.

#include <stdbool.h>
#include <stdint.h>

#include "src/args.h"
#include "src/argtype.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/timer.h"

enum listener_kind {
	LISTENER_TCP,
	LISTENER_UNIX,
	LISTENER_FD, // nothing to listen at: one connected descriptor
};

struct listener {
	// Arguments.
	struct any type, port; // as given
	struct filename filename;
	int32_t descriptor;
	bool local; // TCP: on 127.0.0.1 only
	int32_t retries; // left
	bool retry_warnings;

	enum listener_kind kind;
	uint16_t first_port;
	bool any_port; // "N+"
	// A new connection, non-blocking; the callee owns fd.
	void (*accepted)(struct listener *l, int fd);
	struct element *element;
	struct fd_watch watch; // fd -1: not open
	uint16_t port_number; // TCP, once open
	struct timer timer; // opens it again, or accepts again
};

// The rows of arguments, of a class whose struct has the field `listener`. FD says whether SOCKET
// is a type.
#define LISTENER_ARGS(struct_name)                                                               \
	ARG(struct_name, listener.type, "TYPE", ARG_MANDATORY,                                   \
		.help = "TCP, UNIX, or for ControlSocket also SOCKET"),                          \
		ARG(struct_name, listener.port, "PORT", ARG_OPTIONAL,                            \
			.help = "TCP: port number or name; `N+`: the first free one from N on"), \
		ARG(struct_name, listener.filename, "FILENAME", ARG_OPTIONAL,                    \
			.help = "UNIX: name of the socket"),                                     \
		ARG(struct_name, listener.local, "LOCALHOST", ARG_KEYWORD, .def = "true",        \
			.help = "TCP: only on 127.0.0.1; false: on all addresses"),              \
		ARG(struct_name, listener.retries, "RETRIES", ARG_KEYWORD, .def = "0",           \
			.help = "tries, one a second, if the address is not free at the start"), \
		ARG(struct_name, listener.retry_warnings, "RETRY_WARNINGS", ARG_KEYWORD,         \
			.def = "true", .help = "whether tries that fail are reported")
#define LISTENER_ARG_FD(struct_name)                              \
	ARG(struct_name, listener.descriptor, "FD", ARG_OPTIONAL, \
		.help = "SOCKET: number of a connected descriptor")

// At configure, for a class with ELEMENT_ANY_CONFIG: reads args by the class's rows, those of other
// types left out. unknown_type: message for a type that does not exist, with one %s.
int listener_configure(struct listener *l, struct element *e, const struct strvec *args,
	const char *unknown_type, struct errh *errh);
// At initialize. A failure is an error, or a warning if there are retries. 0 or -EINVAL.
int listener_open(struct listener *l, struct errh *errh);
// Also removes the file of a Unix socket.
void listener_close(struct listener *l);
// Hot swap: the element that the listener's takes the place of; NULL: none.
const struct element *listener_predecessor(const struct listener *l);
// Whether they have the same address.
bool listener_is_same(const struct listener *a, const struct listener *b);
// Hot swap: takes the old one's socket if it has the same address.
bool listener_take(struct listener *l, struct listener *old);
bool listener_is_open(const struct listener *l);
