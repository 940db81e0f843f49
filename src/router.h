// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A router: the elements of one configuration, connected. Two of them can live in one process.
//
//	router_create     classes, port counts, push and pull: everything the text alone tells
//	router_configure  every element's arguments
//	router_prepare    devices opened, tasks placed on lcores, what that needs added up
//	router_initialize packets may be made from here on
//	router_start      tasks run
//
// Each step reports all errors that it can find and returns 0 or -EINVAL; then router_destroy().

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/config.h"

struct compiled;
struct element;
struct errh;
struct io_devices;
struct lcore;
struct namedb;
struct plan;
struct strbuf;
struct task;
struct timer;

// Says on which thread an element lives (StaticThreadSched); asked last installed first.
struct thread_sched {
	// Thread number, -1 for never, or INT_MIN: no opinion.
	int (*thread)(struct thread_sched *sched, const struct element *e);
	struct thread_sched *next;
};

// Scales the tickets of tasks (ScheduleInfo).
struct ticket_info {
	uint32_t (*tickets)(struct ticket_info *info, const struct element *e, uint32_t tickets);
	struct ticket_info *next;
};

enum router_state {
	ROUTER_NEW,
	ROUTER_CONFIGURED,
	ROUTER_INITIALIZED,
	ROUTER_RUNNING,
	ROUTER_DEAD
};

struct router {
	struct config config; // owned
	struct element **elements; // owned, in configuration order
	size_t n_elements;
	unsigned *order; // owned: indexes by configure phase
	struct namedb *names; // owned
	struct thread_sched *thread_scheds;
	struct ticket_info *ticket_infos;
	enum router_state state;
	// Writable `hotconfig`: builds a router from text and hangs it in as successor. NULL: there
	// is no such handler.
	int (*hotconfig)(struct router *r, const char *text, struct errh *errh);
	void *hotconfig_arg; // borrowed; for its function
	struct router *predecessor; // borrowed; of a router built beside a running one
	struct router *successor; // owned; waits for the driver to swap
	bool beside; // not started while another one runs: its tasks and timers wait
	bool profiled; // --profile: counters stand between its elements
	struct compiled *compiled; // owned; --compile: code of its own. NULL: none
	bool retired; // nothing of it is on any lcore any more
	// Steps the driver script when the run count has dropped to 0 or below; returns whether the
	// script has blocked, which keeps the router running. NULL: the router stops.
	bool (*driver_step)(struct element *script);
	struct element *driver_script;
	_Atomic int32_t run_count; // the driver ends at 0 or below
	uint64_t generation; // how many routers there were before it
	int64_t swap_ns; // how long worker lcores were held when it took over
};

// Takes c over, also on failure. NULL: errors were reported.
struct router *router_create(struct config *c, struct errh *errh);
// The same for one that shall take the place of a running router: until router_start() its tasks
// and timers wait.
struct router *router_create_beside(struct router *running, struct config *c, struct errh *errh);
void router_destroy(struct router *r); // NULL is fine

int router_configure(struct router *r, struct errh *errh);
int router_prepare(struct router *r, struct plan *plan, struct errh *errh);
int router_initialize(struct router *r, struct errh *errh);
// Lcores paused or not started.
void router_start(struct router *r);
// Moves a task to another lcore (NULL: it does not run), together with all that follows from it. An
// unsafe graph is refused. Lcores paused. 0, or -EINVAL, reported.
int router_move_task(struct router *r, struct task *task, struct lcore *home, struct errh *errh);
// Takes all its tasks and timers off the lcores, for good. Lcores paused.
void router_retire(struct router *r);

// Whether any element stands for a device.
bool router_has_devices(const struct router *r);

struct element *router_element(const struct router *r, size_t i); // NULL behind the last
struct element *router_find(const struct router *r, const char *name);
// An element whose name is much like this one; NULL: none.
const char *router_suggest(const struct router *r, const char *name);
// Names may be of elements or, with a final '/', prefixes of compounds.
bool router_has_prefix(const struct router *r, const char *prefix);

// Adds n (may be negative) to the run count from any thread; the driver looks at it soon.
void router_adjust_run_count(struct router *r, int32_t n);

// The balance: received + generated = sent + dropped + held, over the life of the router.
struct router_balance {
	uint64_t received, generated, sent, dropped, held;
	uint64_t failed; // packets that were not made, since the pool was empty
};
void router_balance(const struct router *r, struct router_balance *balance);

// The flat configuration, with the elements' configuration strings as last written.
void router_unparse(const struct router *r, struct strbuf *out);

// The text of an element's `ports` handler.
void router_ports_text(const struct element *e, struct strbuf *out);
