// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the tests of lcores run on them: a task and a watched pipe that tell what happened to them.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "src/lcore.h"
#include "src/task.h"

struct probe {
	struct task task;
	_Atomic unsigned n_runs;
	_Atomic unsigned last_index; // lcore_index of the last run
	_Atomic bool again; // it reschedules itself
	_Atomic unsigned seen; // of value, at the last run
	_Atomic unsigned value;
};

void probe_init(struct probe *p, struct lcore *home);
void probe_fini(struct probe *p);

struct pipe_watch {
	struct fd_watch watch;
	_Atomic unsigned n_ready;
	_Atomic uint32_t events; // 0: the read failed
	_Atomic unsigned index; // lcore_index of who called
	bool unwatch; // it unwatches itself
};

// For watch.ready; takes one byte.
void pipe_ready(struct fd_watch *watch, uint32_t events);
