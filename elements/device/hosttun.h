// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A tun device of an element (FromHost, KernelTun): its descriptor, and the task that reads from it
// while there is something. The task's lcore sleeps as long as there is not.

#include <stdbool.h>
#include <stdint.h>

#include "io/fdpacket.h"
#include "io/tun.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/task.h"

struct hosttun {
	int fd; // owned; -1: not open
	char name[IFNAMSIZ]; // of the interface
	struct tun_options options; // as opened; borrows from the element
	struct fdpacket_room room; // for what is read; the task's lcore
	struct fd_watch watch;
	struct task task; // reads
};

// At configure, the first time.
void hosttun_init(struct hosttun *t);
// At attach. run() calls hosttun_read() and reschedules the task as long as that gives packets.
void hosttun_attach(struct hosttun *t, struct element *e, task_fn *run);
// At initialize, with the options set: opens it, unless the element whose place e takes in a hot
// swap has the same. That was at `at` in its struct. 0 or -EINVAL, reported.
int hosttun_open(struct hosttun *t, struct element *e, size_t at, struct errh *errh);
void hosttun_close(struct hosttun *t);
void hosttun_start(struct hosttun *t);
void hosttun_retire(struct hosttun *t);
// At take_state: the old one's descriptor, if hosttun_open() left it to this.
void hosttun_take(struct hosttun *t, struct hosttun *old);

// At most n packets into the empty batch, and false if there is nothing more to read.
bool hosttun_read(struct hosttun *t, uint32_t headroom, unsigned n, struct batch *b);
