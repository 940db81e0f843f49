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
// *r is the router that ran last: hot swaps change it. 0, or -errno if worker lcores could not
// start.
int driver_run(struct router **r, struct errh *errh);

// ---- signals that elements want to know of. Control lcore only.

enum { DRIVER_SIGNALS = 32 }; // numbers below this

struct driver_signal {
	// Called by the driver soon after the signal came, which disarms the watch.
	void (*raised)(struct driver_signal *watch);
	struct driver_signal *next;
	int signo; // while armed; else 0
};

// Several may watch one signal. While none does, the signal has the effect that it had before.
// 0 or -errno.
int driver_signal_arm(struct driver_signal *watch, int signo);
void driver_signal_disarm(struct driver_signal *watch); // also if it is not armed
// Calls those whose signals have come. The driver does so in each round.
void driver_signals_run(void);
