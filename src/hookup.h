// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Connects a router's elements: port counts, push and pull, completeness. Errors are those of
// Click, reported in its order: ranges first, then push and pull, then ports left open.

#include <stdbool.h>

struct config_connection;
struct element;
struct errh;
struct router;

// 0 or -EINVAL. Afterwards each element's inputs and outputs are wired.
int hookup(struct router *r, struct errh *errh);
// The first connection of a port, which is the only one of a port that pushes or pulls. NULL: none.
const struct config_connection *
hookup_connection(const struct element *e, bool output, unsigned port);
