// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What every route table element must do, run on each class by its own suite.

#include <stdbool.h>

struct rig;

struct iproute_facts {
	const char *class;
	const char *warning; // of every configuration; "" or a line
	const char *no_route; // what is said of a packet to 1.2.3.4; NULL: nothing
	const char *handlers; // the class's own part of the `handlers` listing
	bool any_mask;
	bool changes; // has handlers that change routes
	bool flush;
};

void iproute_cases(const struct iproute_facts *facts);
void iproute_random_cases(const struct iproute_facts *facts); // part of them

// A rig around the class with these routes and outputs.
struct rig *iproute_rig(const struct iproute_facts *facts, const char *routes, unsigned n_out);
// Where a packet to dst leaves and with which annotation: "2 1.2.3.4"; "-" if it is dropped. Valid
// until the next call.
const char *iproute_push(struct rig *r, const char *dst);
