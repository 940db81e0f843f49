// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which lcores run which elements. An lcore starts where a task or timer of an element runs
// (element_task_carries, element_timer_carries), goes downstream along push outputs and upstream
// along pull inputs, and ends at elements where packets change lcores (Queues).

#include <stdbool.h>

struct element;
struct errh;
struct router;

// Fills info->push_lcores and pull_lcores of every element, and split_runs.
void reach_compute(struct router *r);

// Refuses graphs in which several lcores would run an element that cannot take it. The error names
// the element, the lcores, and who brings them there. 0 or -EINVAL.
int reach_check(struct router *r, struct errh *errh);

// Whether any element behind the outputs of e looks at packets' bytes.
bool reach_reads_data(const struct element *e);
