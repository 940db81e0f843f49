// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// From options and a configuration to a router that is ready to run: lcores, EAL, devices, pools.
// And to its successors, which are built beside it.

#include <stdbool.h>

#include "src/plan.h"
#include "src/strbuf.h"

struct config;
struct errh;
struct options;
struct router;

struct startup {
	const struct options *options; // borrowed
	struct plan plan; // of the first router
	bool devices; // the first router had some
};

// The configuration that the options name, with the ControlSockets that they ask for. 0, or -EINVAL
// with the errors reported; config must be released either way.
int startup_read(const struct options *o, struct config *config, struct errh *errh);

// Decides on lcores and modes. s lives as long as the routers.
void startup_init(struct startup *s, const struct options *o, const struct config *config);
// Takes the configuration's content. With --check the router is configured and no more. NULL:
// reported.
struct router *startup_router(struct startup *s, struct config *config, struct errh *errh);
// Everything undone, after the router is gone.
void startup_undo(struct startup *s, struct errh *errh);

// The router's `hotconfig`: builds a successor from text beside it. 0, or -EINVAL, reported, and
// the running one goes on.
int startup_hotconfig(struct router *running, const char *text, struct errh *errh);
