// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Connects a router's elements: port counts, push and pull, completeness. Errors are those of
// Click, reported in its order: ranges first, then push and pull, then ports left open.

struct errh;
struct router;

// 0 or -EINVAL. Afterwards each element's inputs and outputs are wired.
int hookup(struct router *r, struct errh *errh);
