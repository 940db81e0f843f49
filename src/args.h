// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Arguments of element classes. One row per argument drives parsing, range check, error text,
// default, --help, the manual page and, where flagged, the handler of the same name.
//
//	struct strip {
//		struct element element;
//		uint32_t length;
//	};
//	static const struct arg strip_args[] = {
//		ARG(strip, length, "LENGTH", ARG_MANDATORY, .help = "bytes to remove"),
//		ARGS_END,
//	};
//
// The row names the struct's field and its type is derived from that field's type, so that row
// and struct cannot disagree.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/argtype.h"

struct element;
struct errh;
struct strbuf;
struct strvec;

enum arg_flags {
	ARG_OPTIONAL = 0, // positional, may be left out; `NAME value` works as well
	ARG_MANDATORY = 1 << 0, // positional, must be given
	ARG_KEYWORD = 1 << 1, // only as `NAME value`
	ARG_DEPRECATED = 1 << 2, // as ARG_KEYWORD; warns `NAME: warning: argument deprecated`
	// Takes all arguments that are left when all other rows have had theirs, even those that
	// look like a keyword; field: struct strvec, emptied if there are none.
	ARG_REST = 1 << 3,
	ARG_READ = 1 << 4, // adds a read handler: the name in lower case, prints the field
	ARG_WRITE = 1 << 5, // adds a write handler that stores the field (a data handler)
	ARG_RECONFIGURE = 1 << 6, // with ARG_WRITE: the write replaces the argument and configures
	// the element again instead
	ARG_CHECKBOX = 1 << 7, // the handler is a checkbox (bool)
	ARG_CALM = 1 << 8, // the handler's value changes only by writes
	ARG_FIRST = 1 << 9, // the first use of a repeated keyword wins, not the last
	// With ARG_KEYWORD: all uses of the keyword, in order; field: struct strvec, emptied if
	// there are none.
	ARG_EACH = 1 << 10,
};

struct arg {
	const char *name; // as in the configuration, upper case
	const struct arg_type *type;
	uint32_t offset; // of the field in the element's struct
	uint32_t flags; // enum arg_flags
	const char *def; // default, parsed like user text; NULL: the field stays as it is
	// Bounds of numbers, checked when min < max (of times in ns, of bandwidths in bytes/s). The
	// message is `NAME: out of range, bound N`, or exactly range_error if that is given.
	int64_t min, max;
	const char *range_error;
	uint32_t given; // offset of a bool that is set to whether the user gave it; 0: none
	const char *help; // for --help and the manual: meaning and unit
};

#define ARG(struct_name, field, keyword, ...)                                           \
	{                                                                               \
		.name = keyword, .type = ARG_TYPE_OF(((struct struct_name *)0)->field), \
		.offset = offsetof(struct struct_name, field), .flags = __VA_ARGS__     \
	}
// A field whose C type does not tell how to read it (a word out of a list, a special form).
#define ARG_AS(struct_name, field, arg_type, keyword, ...)                          \
	{                                                                           \
		.name = keyword, .type = &(arg_type),                               \
		.offset = offsetof(struct struct_name, field), .flags = __VA_ARGS__ \
	}
// For .given
#define ARG_GIVEN(struct_name, field) offsetof(struct struct_name, field)
#define ARGS_END             \
	{                    \
		.name = NULL \
	}

// Matches the arguments conf (already split by confstr_split_args()) against the rows, in the
// order of the rows, and stores the values in the struct at base. All arguments are looked at even
// after an error; nothing is stored unless all are right. A field's old value is released with its
// type's fini() when a new one is stored. rows may be NULL: then every argument is refused.
//
// scope is the element whose names (addresses, annotations, elements) are in view; may be NULL.
// Returns 0, or -EINVAL with the errors reported:
//	NAME: required argument missing	  NAME: parse error (and others of the type)
//	NAME: unknown argument		  too many arguments
int args_parse(const struct arg *rows, void *base, const struct strvec *conf, struct element *scope,
	struct errh *errh);

// Releases what the fields own (through their type's fini()).
void args_fini(const struct arg *rows, void *base);

// One argument of a list, as elements with ARG_REST need it: parses text as the type into field.
// Messages are prefixed `name: ` unless name is NULL. The field's old value is not looked at, and
// stays on failure.
int args_parse_value(const struct arg_type *type, const char *text, void *field, const char *name,
	struct element *scope, struct errh *errh);

// The synopsis of a class: "Strip(LENGTH)", optional arguments in brackets, keywords last.
void args_synopsis(const char *class_name, const struct arg *rows, struct strbuf *out);
