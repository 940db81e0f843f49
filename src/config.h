// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A router configuration as pure data: elements and connections after all compound elements,
// groups and variables have been expanded. Made from text here, turned into a router by router.h.

#include <stdbool.h>
#include <stddef.h>

#include "src/strvec.h"

struct errh;
struct strbuf;

struct config_element {
	char *name; // owned; full name, "outer/inner" below compounds
	char *class_name; // owned
	char *args; // owned; the configuration string as written, variables substituted
	char *landmark; // owned; "file:line" of the declaration
};

struct config_connection {
	unsigned from, from_port; // index into elements, output port
	unsigned to, to_port; // index into elements, input port
	char *landmark; // owned
};

struct config {
	struct config_element *elements; // owned, in router order
	size_t n_elements;
	size_t elements_cap;
	// Owned; no duplicates; sorted by input element, input port, output element, output port.
	struct config_connection *connections;
	size_t n_connections;
	size_t connections_cap;
	struct strvec requirements; // pairs: kind ("package"), value
	bool compact; // require(compact_config) was seen
	char *text; // owned; the source as given
};

// How the parser finds out what lies outside the text.
struct config_env {
	// Whether a primitive element class of this name exists. Required.
	bool (*is_class)(const char *name);
	// A class whose name is much like this one; NULL: none. May itself be NULL.
	const char *(*suggest_class)(const char *name);
	// Whether a requirement can be met ("package X"); NULL: none can.
	bool (*has_package)(const char *name);
	const struct strvec *params; // NAME=VALUE from the command line; may be NULL
	const char *clickpath; // directories joined by ':'; may be NULL
};

// Parses and expands text. filename is the landmark ("config" for -e, "<stdin>"). All errors are
// reported before it gives up. Returns 0, or -EINVAL with c holding what could be understood (it
// must still be released). c is overwritten.
int config_parse(struct config *c, const char *text, const char *filename,
	const struct config_env *env, struct errh *errh);
// The same for a file ("-": standard input, landmark "<stdin>"). A file that cannot be read gives
// the error `FILENAME: reason`. A file may also be an ar archive with a member "config" (so may
// text above).
int config_parse_file(
	struct config *c, const char *filename, const struct config_env *env, struct errh *errh);
void config_fini(struct config *c);

// Appends the flat configuration: require line, declarations, blank line, connection chains.
void config_unparse(const struct config *c, struct strbuf *out);

// Adds one more element behind all others, not connected to anything; copies the texts.
void config_add_element(struct config *c, const char *name, const char *class_name,
	const char *args, const char *landmark);
