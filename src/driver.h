// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Runs a router until it stops: the control lcore's loop, signals, the driver script, and the
// orderly end.

#include <stdbool.h>

struct errh;
struct router;

// Catches SIGINT and SIGTERM, ignores SIGPIPE. Before the router is initialized, so that an early
// signal has its default effect only until here.
void driver_catch_signals(void);

// Runs r on the lcores. Returns when the run count has dropped to zero and no driver script wants
// to go on, or after a signal. With worker lcores the end is orderly: input stops, Queues drain
// into the devices, workers end. A second signal ends the process at once.
// 0, or -errno if worker lcores could not start.
int driver_run(struct router *r, struct errh *errh);
