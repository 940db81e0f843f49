// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Turns what the parser made into a flat configuration: every use of a compound element becomes
// the elements inside it, their variables replaced, and connections run past compounds and groups
// to the elements on both sides.

#include "src/config.h"
#include "src/syntax.h"

// Of a whole configuration; beyond, an error is reported and the rest is left out.
enum {
	EXPAND_MAX_ELEMENTS = 1000000,
	EXPAND_MAX_CONNECTIONS = 4000000,
	EXPAND_MAX_STEPS = 64000000, // of following connections through compounds
	EXPAND_MAX_ARGS = 4 << 20, // bytes that variables may add to one configuration string
	EXPAND_MAX_TEXT = 256 << 20, // bytes of names, configuration strings and landmarks
};

// Fills elements and connections of c. Errors go to s->errh.
void expand_syntax(struct syntax *s, const struct config_env *env, struct config *c);

// The rest is between expand.c and expand_connect.c.

// One declaration in one use of its scope.
struct place {
	const struct declaration *declaration;
	char *name; // owned; full name
	char *args; // owned; variables replaced
	const struct element_type *type; // what it is in the end, if it is an element
	bool is_element; // stands in the configuration
	bool checked; // its ports are to be checked against what its inside offers
	size_t element; // index in the configuration
	// Of a compound element or group: its pseudo-elements. Of a pseudo-element: what it is
	// the inside of. NAMEMAP_NONE if there is nothing.
	size_t input, output, outside;
};

struct wire {
	size_t from, to; // places
	unsigned from_port, to_port;
	struct landmark at;
	size_t seen; // by the walk with that number
};

struct expansion {
	struct syntax *syntax;
	struct place *places; // owned
	size_t n_places, places_cap;
	struct wire *wires; // owned
	size_t n_wires, wires_cap;
	size_t text_left; // of EXPAND_MAX_TEXT
	bool too_large; // was reported
};

void expand_too_large(struct expansion *x, struct landmark at);
// Checks the ports of compounds and groups.
void expand_check_ports(struct expansion *x);
// Makes the connections of c between elements.
void expand_connect(struct expansion *x, struct config *c);
