// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What a socket of an element stands for, as its arguments say: TCP or UDP with addresses and
// ports, or a Unix socket with file names.

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "src/args.h"
#include "src/argtype.h"
#include "src/element.h"

enum endpoint_kind { ENDPOINT_TCP, ENDPOINT_UDP, ENDPOINT_UNIX, ENDPOINT_UNIX_DGRAM };

struct endpoint_addr {
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_un un;
	};
	socklen_t len; // 0: none
};

struct endpoint {
	// Arguments.
	struct word type;
	struct ip_addr ip, local_ip;
	struct any port, local_port;
	struct data filename, local_filename;
	bool has_local_port, has_local_filename, has_receive_room, has_send_room, no_delay;
	int32_t receive_room, send_room; // bytes

	enum endpoint_kind kind;
	struct endpoint_addr main; // where a server listens, or a client sends to
	struct endpoint_addr local; // of a client
	const struct endpoint_addr *bound; // of these, the one that endpoint_open() has bound
};

// The rows of arguments, of a class whose struct has the field `endpoint`.
#define ENDPOINT_ARGS(struct_name)                                                                 \
	ARG(struct_name, endpoint.type, "TYPE", ARG_MANDATORY,                                     \
		.help = "TCP, UDP, UNIX or UNIX_DGRAM"),                                           \
		ARG(struct_name, endpoint.ip, "ADDR", ARG_OPTIONAL,                                \
			.help = "TCP, UDP: the server's address; required"),                       \
		ARG(struct_name, endpoint.port, "PORT", ARG_OPTIONAL,                              \
			.help = "TCP, UDP: the server's port; required"),                          \
		ARG(struct_name, endpoint.local_ip, "LOCAL_ADDR", ARG_OPTIONAL,                    \
			.help = "TCP, UDP: a client's own address, of use with LOCAL_PORT"),       \
		ARG(struct_name, endpoint.local_port, "LOCAL_PORT", ARG_OPTIONAL,                  \
			.given = ARG_GIVEN(struct_name, endpoint.has_local_port),                  \
			.help = "TCP, UDP: a client's own port"),                                  \
		ARG(struct_name, endpoint.filename, "FILENAME", ARG_OPTIONAL,                      \
			.help = "UNIX, UNIX_DGRAM: the server's name; required"),                  \
		ARG(struct_name, endpoint.local_filename, "LOCAL_FILENAME", ARG_OPTIONAL,          \
			.given = ARG_GIVEN(struct_name, endpoint.has_local_filename),              \
			.help = "UNIX, UNIX_DGRAM: a client's own name"),                          \
		ARG(struct_name, endpoint.receive_room, "RCVBUF", ARG_KEYWORD, .min = 0,           \
			.max = INT32_MAX,                                                          \
			.given = ARG_GIVEN(struct_name, endpoint.has_receive_room),                \
			.help = "bytes that the kernel holds for us to read"),                     \
		ARG(struct_name, endpoint.send_room, "SNDBUF", ARG_KEYWORD, .min = 0,              \
			.max = INT32_MAX, .given = ARG_GIVEN(struct_name, endpoint.has_send_room), \
			.help = "bytes that the kernel holds for the other side"),                 \
		ARG(struct_name, endpoint.no_delay, "NODELAY", ARG_KEYWORD, .def = "true",         \
			.help = "TCP: false lets the kernel wait in order to send less often")

// At configure, for a class with ELEMENT_ANY_CONFIG: reads args by the class's rows, those of other
// types left out. 0 or -EINVAL.
int endpoint_configure(
	struct endpoint *ep, struct element *e, const struct strvec *args, struct errh *errh);
bool endpoint_is_stream(const struct endpoint *ep);
// A socket that does not block: of a client, connected if it is a stream; of a server, bound, and
// listening if it is a stream. -1: it failed, reported.
int endpoint_open(struct endpoint *ep, bool client, struct errh *errh);
// A connection that a stream server has accepted gets what the listening socket has.
void endpoint_accepted(const struct endpoint *ep, int fd);
// Closes it and removes the file that it was bound to.
void endpoint_close(struct endpoint *ep, int fd);
bool endpoint_is_same(const struct endpoint *a, const struct endpoint *b);
