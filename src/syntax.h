// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the parser makes of a text, and what expand.h turns into a struct config: scopes with the
// elements that they declare and the connections between them. Names of elements and classes are
// resolved here; variables, compound elements and groups are still as written.

#include <stdbool.h>
#include <stddef.h>

#include "src/namemap.h"
#include "src/source.h"
#include "src/strvec.h"

struct errh;
struct strbuf;

// Limits that keep a hostile text from taking all memory or the stack.
enum {
	SYNTAX_MAX_DEPTH = 100, // compounds and groups inside each other, written or expanded
	SYNTAX_MAX_ERRORS = 1000, // then the rest is not read
	SYNTAX_MAX_PORT = 65535,
	SYNTAX_MAX_PORTS = 1000000, // in all port lists together, ranges written out
	SYNTAX_MAX_OVERLOADS = 1000, // of one class name
	SYNTAX_MAX_PARAMETERS = 200, // of one compound
};

struct landmark {
	const char *file; // borrowed from the syntax
	unsigned line;
	struct source_place place; // the same, without regard to line directives
};

struct compound;

// What stands behind an element class name in one place of the text.
enum element_type_kind {
	TYPE_PRIMITIVE,
	TYPE_COMPOUND,
	TYPE_UNKNOWN, // an error was reported; stands in so that it is reported once
};

struct element_type {
	enum element_type_kind kind;
	char *name; // owned; "" for an anonymous compound
	struct compound **bodies; // owned array; the overloads in order
	size_t n_bodies;
	size_t bodies_cap;
	const struct element_type *fallback; // `|| ...`: the meaning before; may be NULL
	size_t n_candidates; // bodies of its own and of the fallbacks
	struct element_type *next; // in syntax.types
};

enum declaration_kind {
	DECLARE_ELEMENT,
	DECLARE_GROUP, // ( ... ) seen from outside
	DECLARE_INPUT, // the pseudo-elements `input` and `output` of a group or compound, seen
	DECLARE_OUTPUT, // from inside
};

struct declaration {
	enum declaration_kind kind;
	char *name; // owned
	char *args; // owned; the configuration string as written
	struct landmark at;
	const struct element_type *type; // of DECLARE_ELEMENT
	size_t group; // of the pseudo-elements of a group: its declaration; else NAMEMAP_NONE
	unsigned n_inputs, n_outputs; // used by the connections of this scope (highest + 1)
};

// A group's pseudo-elements stand right behind it.
#define GROUP_INPUT(group) ((group) + 1)
#define GROUP_OUTPUT(group) ((group) + 2)
// A compound's are its first two declarations.
enum { COMPOUND_INPUT = 0, COMPOUND_OUTPUT = 1 };

struct connection {
	size_t from, to; // declarations of the same scope
	unsigned from_port, to_port;
	struct landmark at;
};

struct parameter {
	char *name; // owned; without $
	char *keyword; // owned; "" for a positional one, "__REST__" for the rest
	char *value; // owned; text of a `define`, NULL for a formal parameter
};

// A scope: the file, or one body of a compound class.
struct compound {
	char *name; // owned; of the class, "" where it has none
	const struct compound *outer; // the scope around it; NULL for the file
	struct landmark at;
	struct declaration *declarations; // owned
	size_t n_declarations;
	size_t declarations_cap;
	struct namemap declared; // name -> declaration
	struct connection *connections; // owned
	size_t n_connections;
	size_t connections_cap;
	struct parameter *parameters; // owned; the formal ones first
	size_t n_parameters;
	size_t parameters_cap;
	size_t n_formals;
	struct namemap parameter_names;
	struct namemap classes; // name -> struct element_type *
	struct namemap anonymous; // class -> where compound_anonymous_name() goes on
	struct strvec anonymous_classes; // names for it
	bool broken; // connections are missing because of an error that was reported
	struct compound *next; // in syntax.compounds
};

struct syntax {
	struct errh *errh; // borrowed
	unsigned max_errors; // errh->n_errors at which to give up
	struct strvec files; // names that landmarks borrow
	struct namemap file_names;
	struct strvec kept; // other texts that are borrowed: see syntax_keep()
	struct compound *file; // the outermost scope
	struct compound *compounds; // owned; all of them
	struct element_type *types; // owned; all of them
	struct namemap primitives; // name -> struct element_type *
	struct strvec requirements; // pairs: kind, value
	bool compact;
};

void syntax_init(struct syntax *s, struct errh *errh);
void syntax_fini(struct syntax *s);

// The one copy of a file name, for landmarks; control characters are replaced, and what is longer
// than a path can be is cut.
const char *syntax_file(struct syntax *s, const char *name);
// A copy of text that lives as long as s.
const char *syntax_keep(struct syntax *s, const char *text);
void landmark_text(struct landmark at, struct strbuf *out); // with its place, for errh

// Report at a landmark (with a NULL file: at none). Once too many errors were reported, that is
// said and nothing more. The first returns -EINVAL.
int syntax_error(struct syntax *s, struct landmark at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void syntax_warning(struct syntax *s, struct landmark at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool syntax_gave_up(const struct syntax *s);

struct compound *compound_create(
	struct syntax *s, const char *name, const struct compound *outer, struct landmark at);
// Returns the declaration's index. name is copied. The name must be free.
size_t compound_declare(struct compound *c, enum declaration_kind kind, const char *name,
	const struct element_type *type, const char *args, struct landmark at);
void compound_connect(struct compound *c, size_t from, unsigned from_port, size_t to,
	unsigned to_port, struct landmark at);
// Makes `CLASS@N` that is free; class_name may be "". Returns a new string.
char *compound_anonymous_name(struct compound *c, const char *class_name);
// Returns false if the name is taken. value NULL: a formal parameter.
bool compound_add_parameter(
	struct compound *c, const char *name, const char *keyword, const char *value);
// How a compound is called in messages.
const char *compound_title(const struct compound *c);

struct element_type *
syntax_add_type(struct syntax *s, enum element_type_kind kind, const char *name);
void element_type_add_body(struct element_type *type, struct compound *body);
