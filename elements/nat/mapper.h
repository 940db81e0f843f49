// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Elements that choose mappings for rewriters. Their classes share mapper_cleanup(), by which they
// are known.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elements/nat/pattern.h"
#include "src/element.h"

struct mapper;

typedef const struct pattern_route *
mapper_choose(struct mapper *m, const struct pattern_query *q, struct flow_key *key);

struct mapper {
	struct element element;
	struct pattern_route *routes; // owned
	size_t n_routes, routes_cap;
	// The route for a new flow, with its new ends in *key. Any lcore. NULL: there is none.
	mapper_choose *choose;
	void (*fini)(struct mapper *m); // what the class has of its own; NULL: nothing
};

// NULL: it is none.
struct mapper *mapper_of(struct element *e);
// Reads `PATTERN FOUT ROUT` out of n words and adds it. 0, or -EINVAL, reported.
int mapper_add_route(struct mapper *m, char *const *words, size_t n, struct errh *errh);
// Whether a rewriter has the outputs that the routes name. 0, or -EINVAL, reported.
int mapper_check(const struct mapper *m, const struct element *rewriter, struct errh *errh);
// Says what is wrong with the number of routes. 0, or -EINVAL, reported.
int mapper_check_number(size_t n, struct errh *errh);
void mapper_cleanup(struct element *e);
