// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The system's compiler, for compile.c.

#include <stdbool.h>
#include <stdint.h>

struct errh;
struct strbuf;

// A directory for generated files, and what is being compiled there.
struct compile_cc {
	char *dir; // owned
	// Owned: path of what is linked. Each has its own, since dlopen() knows objects by name.
	char *object;
	char *sources; // owned: the root of clickd's own
	bool keep; // dir was named by the user
	unsigned n_jobs; // at once
	int64_t took_ns;
};

// Where dir is NULL, a new one of our own. 0, or a negative errno with the reason warned of.
int compile_cc_init(struct compile_cc *cc, const char *dir, uint64_t generation, unsigned n_jobs,
	struct errh *errh);
void compile_cc_fini(struct compile_cc *cc);

int compile_cc_write(
	struct compile_cc *cc, const char *file, const struct strbuf *text, struct errh *errh);
// Compiles class_0.c ... class_(n - 1).c and graph.c, and links them as cc->object.
int compile_cc_run(struct compile_cc *cc, unsigned n_classes, struct errh *errh);
