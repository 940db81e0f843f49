// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The C text of a graph, for compile.c: one file for each class, with a header of the calls that
// its elements make, and graph.c with the loops and the table of entries.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct batch;
struct element;
struct element_class;
struct element_class_link;
struct router;
struct strbuf;

struct compile_class {
	const struct element_class_link *link; // borrowed
	const char *file; // borrowed; from the root of the sources: "elements/standard/strip.c"
};

struct compile_graph {
	struct router *r; // borrowed
	int *class_of; // owned; by element: index in classes, -1: not compiled
	struct compile_class *classes; // owned; each once
	size_t n_classes, classes_cap;
};

// What the shared object brings, in its symbol `graph_table`. Ends with an entry without function.
struct compile_table {
	const char *version; // of the sources
	const struct compile_entry {
		unsigned element, port;
		void (*push)(struct element *e, unsigned port, struct batch *b);
		void (*pull)(struct element *e, unsigned port, struct batch *b, unsigned max);
	} * entries;
	// What the code takes for granted: the arguments of elements. Ends with size 0.
	const struct compile_fact {
		unsigned element;
		uint32_t offset; // in the element's struct
		uint32_t size;
		uint64_t value;
	} * facts;
	// Of the classes as they were compiled.
	size_t (*size)(unsigned class_no);
};

void compile_graph_init(struct compile_graph *g, struct router *r);
void compile_graph_fini(struct compile_graph *g);

void compile_code_header(const struct compile_graph *g, unsigned class_no, struct strbuf *out);
void compile_code_class(const struct compile_graph *g, unsigned class_no, struct strbuf *out);
void compile_code_graph(const struct compile_graph *g, struct strbuf *out);
