// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// ControlSocket, in parts: controlsocket.c the element, control_client.c connections,
// control_input.c bytes into lines and data, control_command.c lines into commands,
// control_reply.c commands into replies.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elements/control/listener.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/strbuf.h"
#include "src/timer.h"

enum {
	CONTROL_CLIENTS_MAX = 4096,
	CONTROL_DATA_MAX = 16 << 20, // bytes of a command with its data
	CONTROL_OUTPUT_MAX = 1 << 20, // unsent bytes of a client, above which it must read first
	CONTROL_OUTPUTS_MAX = 256 << 20, // of all clients of a socket
	CONTROL_BIG = 64 << 10, // bytes of input that are held: few clients may have more
	CONTROL_BIG_MAX = 16,
};

enum control_verb {
	CONTROL_NONE, // no command has been read
	CONTROL_READ,
	CONTROL_WRITE,
	CONTROL_CHECKREAD,
	CONTROL_CHECKWRITE,
	CONTROL_LLRPC,
	CONTROL_HELP,
	CONTROL_QUIT,
	CONTROL_BAD, // answered with code and text
};

enum control_data {
	CONTROL_NO_DATA, // the rest of the line, or nothing
	CONTROL_BYTES,
	CONTROL_UNTIL,
};

struct control_command {
	enum control_verb verb;
	struct strbuf name; // of the handler
	struct strbuf data; // parameter or value, once complete
	enum control_data data_kind;
	uint64_t n_bytes; // CONTROL_BYTES
	struct strbuf terminator; // CONTROL_UNTIL
	int code; // CONTROL_BAD
	struct strbuf text;
	bool close; // end the connection behind it
	bool has_extra_words; // QUIT
};

struct controlsocket;

struct control_client {
	struct fd_watch watch;
	struct controlsocket *socket; // NULL: the element is gone, while a command runs
	struct control_client *next, *prev;
	struct strbuf in, out;
	size_t in_at, out_at; // taken, sent
	size_t n_scanned; // bytes behind in_at in which there is no line end
	bool skip_lf; // the last line ended with CR: an LF belongs to it
	bool at_end; // of input
	bool closing; // input is not looked at any more
	bool failed; // cannot be written to
	bool is_big;
	bool executing;
	struct control_client *next_waiting; // for its turn
	bool is_waiting;
	uint64_t n_discard; // bytes of data that were too many
	struct control_command command;
	size_t n_counted; // of out, in socket->n_out
	int64_t progress_ns; // when something was last read or sent
};

struct controlsocket {
	struct element element;
	struct listener listener;
	bool read_only, verbose;
	struct element *proxy; // borrowed
	struct control_client *clients; // owned list
	unsigned n_clients, n_big;
	size_t n_out; // unsent bytes of all clients
	struct control_client *waiting; // list: they have commands for later rounds
	struct timer turn; // lets the first of them go on
	struct timer sweep; // looks for clients that neither read nor write
};

// ---- control_client.c

// Takes fd over. 0 or -errno (then fd is closed).
int control_client_add(struct controlsocket *e, int fd);
void control_client_destroy(struct control_client *c);
// Moves all clients of one element to another.
void control_clients_move(struct controlsocket *to, struct controlsocket *from);
void control_turn(struct timer *timer);
void control_sweep(struct timer *timer);

// ---- control_input.c

// Whether c->command is complete and can be executed; makes it out of the input if it is not yet.
bool control_client_prepare(struct control_client *c);
size_t control_client_n_input(const struct control_client *c); // bytes not looked at yet
// Forgets the first *at bytes when that is worth it, so that each byte moves only a few times.
void control_buffer_compact(struct strbuf *sb, size_t *at);

// ---- control_command.c

// Makes a command of a line.
void control_command_parse(struct control_command *command, const char *line, size_t len);
void control_command_bad(struct control_command *command, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void control_command_clear(struct control_command *command);
void control_command_fini(struct control_command *command);

// ---- control_reply.c

// Appends lines CODE-... and a last one CODE ...
void control_reply(struct strbuf *out, int code, const char *text);
// Executes c->command and appends the reply to c->out. The element may be gone afterwards.
void control_execute(struct control_client *c);
