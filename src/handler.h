// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Named values of elements that people and scripts read and write while the router runs.
//
// A class lists its handlers in a table; arguments flagged ARG_READ or ARG_WRITE add theirs in
// front of it. The order of the table is the order of registration, and "handlers" lists the
// newest first.
//
// Handlers run on the control thread. Unless a row says HANDLER_LIVE, worker lcores are held
// between two tasks meanwhile, so that the handler may touch all of the element's state. A worker
// that calls one (COUNT_CALL) waits until control has made the call, except for elements that no
// other lcore enters, whose handlers it calls itself.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/argtype.h"

struct element;
struct errh;
struct handler;
struct router;
struct strbuf;

enum handler_flags {
	HANDLER_PARAM = 1 << 0, // '+' reading takes a parameter
	HANDLER_RAW = 1 << 1, // '%' the value is bytes: no line end is added to it
	HANDLER_CALM = 1 << 2, // '.' changes only by writes
	HANDLER_EXPENSIVE = 1 << 3, // '$'
	HANDLER_UNCOMMON = 1 << 4, // 'U'
	HANDLER_DEPRECATED = 1 << 5, // 'D'
	HANDLER_BUTTON = 1 << 6, // 'b' writing takes no value
	HANDLER_CHECKBOX = 1 << 7, // 'c' a bool
	HANDLER_PRIVATE = 1 << 8, // seen inside the router only, not by control sockets
	HANDLER_HIDDEN = 1 << 9, // works, but "handlers" does not list it
	HANDLER_LIVE = 1 << 10, // safe while worker lcores run: reads per-lcore or atomic state
};

struct handler_read {
	struct element *element; // NULL for a global handler
	struct router *router;
	const struct handler *row;
	const char *param; // "" if none
	struct strbuf *out;
	struct errh *errh;
};

struct handler_write {
	struct element *element;
	struct router *router;
	const struct handler *row;
	const char *text;
	struct errh *errh;
};

struct handler {
	const char *name;
	// Both return 0, or a negative errno with the error reported. A positive value of write is
	// passed to Script's `$?`.
	int (*read)(const struct handler_read *call);
	int (*write)(const struct handler_write *call);
	uint32_t flags; // enum handler_flags
	// A data handler: the field's type and place. read and write are handler_read_field() and
	// handler_write_field().
	const struct arg_type *type;
	uint32_t offset;
	const char *argument; // reconfigure: the argument that a write replaces
	uintptr_t number; // for the functions: which of several alike
	const char *help;
};

// Rows.
#define HANDLER_FIELD_R(handler_name, struct_name, field, ...)                      \
	{                                                                           \
		.name = handler_name, .read = handler_read_field,                   \
		.type = ARG_TYPE_OF(((struct struct_name *)0)->field),              \
		.offset = offsetof(struct struct_name, field), .flags = __VA_ARGS__ \
	}
#define HANDLER_FIELD_RW(handler_name, struct_name, field, ...)                                 \
	{                                                                                       \
		.name = handler_name, .read = handler_read_field, .write = handler_write_field, \
		.type = ARG_TYPE_OF(((struct struct_name *)0)->field),                          \
		.offset = offsetof(struct struct_name, field), .flags = __VA_ARGS__             \
	}
// Reads the field, writes by configuring the element again with the argument replaced.
#define HANDLER_RECONFIGURE(handler_name, struct_name, field, argument_name, ...)                  \
	{                                                                                          \
		.name = handler_name, .read = handler_read_field, .write = handler_write_argument, \
		.argument = argument_name, .type = ARG_TYPE_OF(((struct struct_name *)0)->field),  \
		.offset = offsetof(struct struct_name, field), .flags = __VA_ARGS__                \
	}
#define HANDLERS_END         \
	{                    \
		.name = NULL \
	}

int handler_read_field(const struct handler_read *call);
int handler_write_field(const struct handler_write *call);
int handler_write_argument(const struct handler_write *call);

// Reads text of a write as the type; reports `expected integer` and the like. 0, or -EINVAL and the
// value stays as it was.
int handler_parse(const struct handler_write *call, const struct arg_type *type, void *value);

// ---- calling

// A handler named by text, "element.handler", ".handler", "handler".
struct handler_target {
	struct element *element; // NULL: global
	const struct handler *row;
};

enum handler_need { HANDLER_ANY, HANDLER_READABLE, HANDLER_WRITABLE };

// Finds a handler as seen from an element (NULL: from outside). Errors:
//	no element named 'x'	no 'x.h' read handler	no 'x.h' write handler	no 'x.h' handler
int handler_find(struct router *router, struct element *from, const char *name,
	enum handler_need need, struct handler_target *target, struct errh *errh);

// `read handler 'x.h' does not take parameters` and whatever the handler reports. 0 or negative.
int handler_call_read(struct router *router, const struct handler_target *target, const char *param,
	struct strbuf *out, struct errh *errh);
int handler_call_write(struct router *router, const struct handler_target *target, const char *text,
	struct errh *errh);

// "x.h", or "h" for a global one.
void handler_target_name(const struct handler_target *target, struct strbuf *out);
// The flags text, "r+." and so on.
void handler_flags_text(const struct handler *row, struct strbuf *out);

// A call that an argument describes, `[element.]handler [value...]`, kept until it is used.
struct handler_call {
	char *name; // owned; NULL: no call
	char *value; // owned; raw text behind the name
	struct handler_target target; // after handler_call_resolve()
};

extern const struct arg_type arg_handler_call; // for ARG_AS

// At initialize. Reports what handler_find() reports.
int handler_call_resolve(
	struct handler_call *call, struct element *from, enum handler_need need, struct errh *errh);
// Messages go to stderr in the context of the call. Out of a packet path
// the handler sees the element in the middle of a batch, as Click's does.
int handler_call_run(struct handler_call *call, struct element *from);
