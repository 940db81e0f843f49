// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A socket that tasks wait for: one is scheduled when there is something to read (or somebody to
// accept), one when there is room to write. Each goes on until nothing is left, so that one event
// each time that something changes is enough.

#include <stdbool.h>

#include "src/lcore.h"

struct sockwatch {
	struct fd_watch watch; // fd -1 or home NULL: waits for nothing
	struct task *reader, *writer; // borrowed; NULL: nobody
};

// On the lcore itself, or while it is paused or not started. 0 or -errno.
int sockwatch_start(struct sockwatch *w, int fd, struct lcore *home);
void sockwatch_stop(struct sockwatch *w);
