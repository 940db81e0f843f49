// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Elements and their classes. Every element is one .c file, always in this order: one sentence of
// purpose; the private struct with struct element first; the data path; configure, initialize,
// cleanup, take_state; handlers; the argument table; the handler table; drop reasons; the class;
// its registration.

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/args.h"
#include "src/batch.h"
#include "src/errh.h"
#include "src/handler.h"
#include "src/task.h"

struct element;
struct config_connection;
struct element_info;
struct lcore;
struct namedb;
struct notifier;
struct plan;
struct profile;
struct router;
struct storage;
struct strbuf;
struct strvec;
struct timer;

extern __thread unsigned lcore_index;

// ---- classes

enum configure_phase { // order of configure and initialize; within a phase, of declaration
	PHASE_FIRST = -100,
	PHASE_INFO = -80,
	PHASE_PRIVILEGED = -10,
	PHASE_DEFAULT = 0,
	PHASE_LAST = 1900,
};

// Whether several lcores may be in one instance at once.
enum lcore_safety {
	LCORES_ONE, // no: it has plain state
	LCORES_ANY, // yes: no state, per-lcore state, or atomic tables
	LCORES_CROSSING, // packets change lcores here: pushers on one side, pullers on the other
	LCORES_HANDOVER, // the same, but its own task pushes them on: who pushes ends here
};

enum element_flags {
	ELEMENT_NO_SOURCE = 1 << 0, // never makes or destroys packets (Click's flag S0)
	ELEMENT_LIVE_CONFIG = 1 << 1, // may be configured again while it runs: `config` is writable
	ELEMENT_ANSWERS = 1 << 2, // what it emits is not what it took (ICMPError): no order to keep
	ELEMENT_STABLE = 1 << 3, // packets of one flow leave by one output: splits need no order
	ELEMENT_DEVICE = 1 << 4, // stands for a device: the router needs EAL and worker lcores
	ELEMENT_KERNEL_DEVICE = 1 << 6, // of these, one that stands on the kernel: no hugepages
	ELEMENT_ANY_CONFIG = 1 << 5, // arguments are not checked (Suppressor, information elements)
	ELEMENT_NO_DATA = 1 << 7, // never looks at packets' bytes: no need to fetch them for it
	ELEMENT_SOURCE =
		1 << 8, // makes packets of its own accord, whether its inputs get some or not
};

struct element_class {
	const char *name;
	const char *aliases; // other names, separated by blanks
	const char *ports; // "1/1-2": inputs/outputs, see facts in hookup.h
	const char *processing; // "a/ah": push h, pull l, agnostic a
	const char *flow; // "x/x" unless given
	uint32_t flags; // enum element_flags
	enum configure_phase phase;
	enum lcore_safety lcores;
	size_t size; // of the private struct
	size_t lcore_size; // of per-lcore state, zeroed; see element_lcore()

	// The data path. push: the element owns the batch's packets from the call on; the batch
	// itself is the caller's and may be used as room. pull: fills the empty batch with at most
	// max packets, which the caller owns.
	void (*push)(struct element *e, unsigned port, struct batch *b);
	void (*pull)(struct element *e, unsigned port, struct batch *b, unsigned max);
	// What push does with each packet, as ELEMENT_DECIDE and ELEMENT_CHANGE make it, so that a
	// compiled graph can take one packet through several elements. It may leave what is rare to
	// push (PACKET_PUSH). NULL: push is all there is.
	int (*decide)(struct element *e, struct packet **pp);

	// Puts arguments together again that the comma split cut apart. NULL: none are.
	void (*join_args)(struct strvec *args);
	// In this order. Each returns 0 or a negative errno with the error reported; all may be
	// NULL.
	// configure: checks across arguments; args have been stored. No packets, no EAL memory yet.
	// Called again on a running element if ELEMENT_LIVE_CONFIG.
	int (*configure)(struct element *e, const struct strvec *args, struct errh *errh);
	// attach: open devices and set up tasks and timers, so that the router learns which lcores
	// run what. No packets yet.
	int (*attach)(struct element *e, struct errh *errh);
	// reserve: tell the plan what is needed (packets held, device queues); e->info->lcores...
	// are known now.
	int (*reserve)(struct element *e, struct plan *plan, struct errh *errh);
	int (*initialize)(struct element *e, struct errh *errh);
	// Reverse order, for every element whose arguments were read, even if configure failed.
	void (*cleanup)(struct element *e);
	// The router starts: begin to watch descriptors. Lcores are paused or not started.
	void (*start)(struct element *e);
	// Other lcores come here than before, since a task has moved. Lcores are paused.
	void (*lcores_changed)(struct element *e);
	// Hot swap: take what old, of the same name and with the same take_state, holds. Lcores are
	// paused. Drop counters have been taken already.
	int (*take_state)(struct element *e, struct element *old, struct errh *errh);
	// Let go of what lcores use (descriptors): a hot swap has ended the router, and cleanup
	// will run beside its successor; or a task moves, and start follows. Lcores are paused.
	void (*retire)(struct element *e);

	const struct arg *args;
	const struct handler *handlers;
	// Handlers that depend on the instance; calls element_add_handler().
	void (*add_handlers)(struct element *e);
	// The handler for a name that no table has (Script TYPE PROXY); NULL: none.
	const struct handler *(*find_handler)(struct element *e, const char *name);
	// What `config` reads if not the text that was given. NULL: that text.
	int (*config_text)(struct element *e, struct strbuf *out);
	// For notifier.h: the notifier of a port (full: of an input, empty: of an output).
	struct notifier *(*notifier)(struct element *e, bool empty, unsigned port);
	// Packets held, for those that store packets. NULL: none. For draining and the balance; no
	// other lcore runs meanwhile.
	uint32_t (*held)(struct element *e);
	// For storage.h: queues whose length others may ask for. NULL: not one of those.
	const struct storage *storage;

	// For the plan: what its work on an lcore stands on ("net_tap0 queue 0"). NULL: nothing.
	void (*describe)(struct element *e, unsigned lcore, struct strbuf *out);

	const char *const *drops; // reason names by number, ends with NULL
	// Annotations that packets must bring, and that they leave with; names separated by blanks,
	// or of arguments that name one ("ANNO"). For the check that none are in each other's way.
	const char *reads, *writes;
	const char *group; // for the manual: "ip"
	const char *brief; // one line
	const char *manual; // paragraphs
	const char *example; // a configuration that parses; a test does so
};

// Links the class into the registry when the program or shared object is loaded. Not in a compiled
// graph, which has the class's code once more.
#ifdef CLICKD_GRAPH
#define ELEMENT_CLASS(class_object)
#else
#define ELEMENT_CLASS(class_object)                                            \
	__attribute__((constructor)) static void class_object##_register(void) \
	{                                                                      \
		static struct element_class_link link = {                      \
			.class = &(class_object),                              \
			.file = __FILE__,                                      \
			.object = #class_object,                               \
		};                                                             \
		element_class_register(&link);                                 \
	}
#endif

struct element_class_link {
	const struct element_class *class;
	const char *file, *object; // its source, as the compiler was told, and its name there
	struct element_class_link *next;
};

void element_class_register(struct element_class_link *link);
const struct element_class_link *element_class_link(const struct element_class *class);
const struct element_class *element_class_find(const char *name); // or alias; NULL
// Sorted by name. i from 0; NULL at the end.
const struct element_class *element_class_at(size_t i);
// The registered class name nearest to a misspelt one, NULL if none is near.
const char *element_class_suggest(const char *name);

// ---- elements

enum { ELEMENT_PORTS_MAX = INT16_MAX }; // in each direction: decisions are int16_t

// What a port leads to. Never NULL on a connected active port; packets that reach an output that is
// not connected are dropped by who would have pushed them, see element_push_checked().
struct element_output {
	void (*push)(struct element *e, unsigned port, struct batch *b);
	struct element *element;
	unsigned port;
};

struct element_input {
	void (*pull)(struct element *e, unsigned port, struct batch *b, unsigned max);
	struct element *element;
	unsigned port;
};

struct element {
	const struct element_class *class;
	struct element_output *outputs; // owned
	uint8_t *lcore_data; // owned; lcores_n() blocks of lcore_stride bytes
	uint32_t lcore_stride;
	uint32_t lcore_state; // offset of the class's state behind the drop counters
	uint16_t n_outputs;
	uint16_t n_inputs;
	bool split_runs; // see element_split()
	struct element_input *inputs; // owned
	struct router *router; // borrowed
	struct element_info *info; // owned; all that the data path does not need
};

// The calling lcore's block of the class's per-lcore state.
static inline void *
element_lcore(const struct element *e)
{
	return e->lcore_data + (size_t)lcore_index * e->lcore_stride + e->lcore_state;
}

// That of another lcore, to sum counters up. index < lcores_n().
static inline const void *
element_lcore_at(const struct element *e, unsigned index)
{
	return e->lcore_data + (size_t)index * e->lcore_stride + e->lcore_state;
}

// Sums a uint64_t field of the per-lcore state over all lcores.
uint64_t element_lcore_sum(const struct element *e, size_t offset);
#define ELEMENT_SUM(e, lcore_struct, field) \
	element_lcore_sum(e, offsetof(struct lcore_struct, field))

static inline uint64_t *
element_drop_counter(const struct element *e, unsigned reason)
{
	return (uint64_t *)(e->lcore_data + (size_t)lcore_index * e->lcore_stride) + reason;
}

unsigned element_n_drop_reasons(const struct element_class *class);

// A packet ends here, counted under a reason of the class's drops.
static inline void
element_drop(const struct element *e, unsigned reason, struct packet *p)
{
	assert(reason < element_n_drop_reasons(e->class)); // each has a name in .drops
	++*element_drop_counter(e, reason);
	packet_free(p);
}

static inline void
element_drop_batch(const struct element *e, unsigned reason, struct batch *b)
{
	*element_drop_counter(e, reason) += b->n;
	packet_free_bulk(b->pkt, b->n);
	b->n = 0;
}

// Counts a packet that could not even be made (no memory): nothing is freed and it is not part of
// the balance.
uint64_t element_drops(const struct element *e, unsigned reason); // sum over lcores

// ---- moving packets

// A compiled graph has, in this header, direct calls for the ports of its elements: whether it made
// one. They are used where the compiler knows element and port.
#ifdef CLICKD_GRAPH
#include CLICKD_GRAPH
#else
#define graph_push(e, port, b) false
#define graph_pull(e, port, b, max) false
#endif

// Output i must be connected (ports of a class's minimum are). An empty batch goes nowhere.
static inline void
element_push(struct element *e, unsigned port, struct batch *b)
{
	const struct element_output *o = &e->outputs[port];

	if (likely(b->n > 0) && !graph_push(e, port, b))
		o->push(o->element, o->port, b);
}

static inline void
element_push_one(struct element *e, unsigned port, struct packet *p)
{
	struct batch b;

	batch_one(&b, p);
	element_push(e, port, &b);
}

// To an output that may not exist (E1 rule: error output, else dropped with the reason).
static inline void
element_push_checked(struct element *e, unsigned port, struct packet *p, unsigned reason)
{
	if (port < e->n_outputs)
		element_push_one(e, port, p);
	else
		element_drop(e, reason, p);
}

static inline void
element_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	const struct element_input *i = &e->inputs[port];

	b->n = 0;
	if (!graph_pull(e, port, b, max))
		i->pull(i->element, i->port, b, max);
}

// NULL: nothing there.
static inline struct packet *
element_pull_one(struct element *e, unsigned port)
{
	struct batch b;

	element_pull(e, port, &b, 1);
	return b.n > 0 ? b.pkt[0] : NULL;
}

// ---- the usual kinds of element
//
// A decision on one packet: "modify, then which output", written as
//	static inline int ttl_packet(struct decipttl *e, struct packet **pp)
// which returns an output (0 ...), DROP(reason), or PACKET_TAKEN if it kept or gave away the
// packet.
// DECIDE_OR_DROP(e, port, reason) is the E1 rule. The macro makes the loops for push and pull.

#define DROP(reason) (-1 - (int)(reason))
#define PACKET_TAKEN INT32_MIN
// Only from a class's own `decide`: its push has to take this packet, which may become several.
#define PACKET_PUSH (INT32_MIN + 1)

static inline int
element_output_or_drop(const struct element *e, unsigned port, unsigned reason)
{
	return port < e->n_outputs ? (int)port : DROP(reason);
}

// From the packet at `at` on, whose decision is not "output 0": decides the rest, one run of equal
// outputs after the other, so that the order of packets stays what it was.
void element_decide_rest(struct element *e, struct batch *b, unsigned at, int decision,
	int (*decide)(struct element *e, struct packet **pp));
// In a pull: what does not go to output 0 is dropped or pushed to the other outputs at once.
void element_decide_pulled(
	struct element *e, struct batch *b, int (*decide)(struct element *e, struct packet **pp));

#define ELEMENT_DECIDE(prefix, struct_name, decide)                                                \
	static int prefix##_decide(struct element *e, struct packet **pp)                          \
	{                                                                                          \
		return decide((struct struct_name *)e, pp);                                        \
	}                                                                                          \
	static void prefix##_push(struct element *e, unsigned port, struct batch *b)               \
	{                                                                                          \
		struct struct_name *self = (struct struct_name *)e;                                \
		unsigned n = b->n;                                                                 \
                                                                                                   \
		(void)port;                                                                        \
		for (unsigned i = 0; i < n; i++) {                                                 \
			int decision = decide(self, &b->pkt[i]);                                   \
                                                                                                   \
			if (unlikely(decision != 0)) {                                             \
				element_decide_rest(e, b, i, decision, prefix##_decide);           \
				return;                                                            \
			}                                                                          \
		}                                                                                  \
		element_push(e, 0, b);                                                             \
	}                                                                                          \
	static void prefix##_pull(struct element *e, unsigned port, struct batch *b, unsigned max) \
	{                                                                                          \
		(void)port;                                                                        \
		element_pull(e, 0, b, max);                                                        \
		element_decide_pulled(e, b, prefix##_decide);                                      \
	}

// A change that every packet survives:
//	static inline void paint_packet(struct paint *e, struct packet *p)
#define ELEMENT_CHANGE(prefix, struct_name, change)                                                \
	static __rte_unused int prefix##_decide(struct element *e, struct packet **pp)             \
	{                                                                                          \
		change((struct struct_name *)e, *pp);                                              \
		return 0;                                                                          \
	}                                                                                          \
	static void prefix##_push(struct element *e, unsigned port, struct batch *b)               \
	{                                                                                          \
		struct struct_name *self = (struct struct_name *)e;                                \
                                                                                                   \
		(void)port;                                                                        \
		for (unsigned i = 0; i < b->n; i++)                                                \
			change(self, b->pkt[i]);                                                   \
		element_push(e, 0, b);                                                             \
	}                                                                                          \
	static void prefix##_pull(struct element *e, unsigned port, struct batch *b, unsigned max) \
	{                                                                                          \
		struct struct_name *self = (struct struct_name *)e;                                \
                                                                                                   \
		(void)port;                                                                        \
		element_pull(e, 0, b, max);                                                        \
		for (unsigned i = 0; i < b->n; i++)                                                \
			change(self, b->pkt[i]);                                                   \
	}

// Schedulers, shapers and whoever else decides anew for each packet that is pulled: the function
//	static inline struct packet *shaper_packet(struct shaper *e, unsigned port)
// gives one packet or NULL. The macro calls it until it has as many as are wanted, which is what a
// puller of single packets would do.
#define ELEMENT_PULL_EACH(prefix, struct_name, next)                                               \
	static void prefix##_pull(struct element *e, unsigned port, struct batch *b, unsigned max) \
	{                                                                                          \
		unsigned most = RTE_MIN(max, (unsigned)BATCH_MAX), n = 0;                          \
		struct packet *p;                                                                  \
                                                                                                   \
		while (n < most && (p = next((struct struct_name *)e, port)) != NULL)              \
			b->pkt[n++] = p;                                                           \
		b->n = (uint16_t)n;                                                                \
	}

// The same for those whose decision depends on the time, which is read once for all packets of a
// pull: next(e, port, now), now being clock_now().
#define ELEMENT_PULL_EACH_NOW(prefix, struct_name, next)                                           \
	static void prefix##_pull(struct element *e, unsigned port, struct batch *b, unsigned max) \
	{                                                                                          \
		unsigned most = RTE_MIN(max, (unsigned)BATCH_MAX), n = 0;                          \
		int64_t now = clock_now();                                                         \
		struct packet *p;                                                                  \
                                                                                                   \
		while (n < most && (p = next((struct struct_name *)e, port, now)) != NULL)         \
			b->pkt[n++] = p;                                                           \
		b->n = (uint16_t)n;                                                                \
	}

// For elements that choose among many outputs: decision[i] belongs to b->pkt[i]. Packets of one
// output keep their order. Where branches meet again downstream (e->split_runs), batches are runs
// of neighbours, so that the order between outputs is kept as well; elsewhere one batch an output.
void element_split(struct element *e, struct batch *b, const int16_t *decision);

// ---- about an element

struct element_info {
	char *name; // owned; full, "outer/inner"
	char *landmark; // owned; "file:line"
	char *config; // owned; the configuration string as it stands
	unsigned index; // in the router
	char *flow; // owned; its flow code if not the class's (FlowInfo); NULL: that one
	// Connections from its outputs and to its inputs, in the configuration's order.
	const struct config_connection **outgoing, **incoming; // owned arrays, borrowed entries
	size_t n_outgoing, n_incoming;
	uint8_t *in_pull; // owned, by port: input pulls (else is pushed into)
	uint8_t *out_pull; // owned, by port: output is pulled from
	uint8_t *in_agnostic, *out_agnostic; // owned, by port: declared agnostic
	uint64_t timer_lcores; // bit i: timers of it that push or pull run on lcore i
	uint64_t own_lcores; // bit i: those, and its tasks, run on lcore i
	uint64_t push_lcores; // bit i: lcore i can push into it
	uint64_t pull_lcores; // bit i: lcore i can pull through it
	struct task *tasks; // borrowed list, by sibling; from task_init() to task_fini()
	struct timer *timers; // borrowed list, by sibling; for as long as the element lives
	struct handler_entry *handlers; // owned
	size_t n_handlers, handlers_cap;
	struct profile *profile; // owned; NULL: not profiled
	uint64_t n_drops_moved; // of its drops, those that a hot swap's successor counts on
	bool configured;
	bool initialized;
};

struct handler_entry {
	const struct handler *row;
	struct handler *own; // owned, with its name: made for this instance; NULL: a row of a table
};

const char *element_name(const struct element *e);
// Its flow code; NULL: as "x/x".
static inline const char *
element_flow(const struct element *e)
{
	return e->info->flow != NULL ? e->info->flow : e->class->flow;
}

// The part of the name in front of the last '/', with it; "" at top level. New string.
char *element_scope(const struct element *e);
struct namedb *element_names(const struct element *e);
// Relative to from's compound: a/b/X, a/X, X.
struct element *element_find(const struct element *from, const char *name);

static inline bool
element_output_is_push(const struct element *e, unsigned port)
{
	return port < e->n_outputs && !e->info->out_pull[port];
}

static inline bool
element_input_is_pull(const struct element *e, unsigned port)
{
	return port < e->n_inputs && e->info->in_pull[port];
}

// The worker (or control) lcore that the element's tasks and timers live on. NULL: it never runs.
struct lcore *element_home(const struct element *e);
// The home that StaticThreadSched demands; NULL: nobody does (or thread -1).
struct lcore *element_home_fixed(const struct element *e);
// Whether its tasks are never to run: thread -1, or no tickets.
bool element_is_parked(const struct element *e);
// The tickets of its task (ScheduleInfo); 0: it is never scheduled.
uint32_t element_tickets(const struct element *e);

// At attach: says that a task of the element, or a timer on that lcore, pushes or pulls, so that
// the router knows who reaches what.
void element_task_carries(struct task *task);
void element_timer_carries(struct element *e, const struct lcore *lcore);

// At attach: a task on the element's home.
void element_task_init(struct element *e, struct task *task, task_fn *run);
// The handlers scheduled, tickets and home_thread of a task.
enum { TASK_HANDLERS_WRITABLE = 1 }; // `scheduled` may be written
void element_add_task_handlers(struct element *e, struct task *task, unsigned flags);

// The row is copied with this name; number is stored in it.
void element_add_handler(
	struct element *e, const char *name, const struct handler *row, uintptr_t number);

// Configures a running element again. On failure it stays as it was.
int element_reconfigure(struct element *e, const char *config, struct errh *errh);
// The same with one argument replaced: keyword occurrences are removed; if there were none and the
// position is there it is replaced in place; else `NAME value` is appended.
int element_replace_argument(
	struct element *e, const char *argument, const char *value, struct errh *errh);

// "name :: Class", as messages show it.
#define ELEMENT_FMT "%s :: %s"
#define ELEMENT_ARG(e) element_name(&(e)->element), (e)->element.class->name

// ---- for router.c

struct config_element;
// Hot swap: the drops that old, of the same class, has counted are counted on here.
void element_take_drops(struct element *e, struct element *old);
struct element *element_create(struct router *r, const struct element_class *class, unsigned index,
	const struct config_element *c);
void element_cleanup(struct element *e); // the class's cleanup, once
void element_destroy(struct element *e);
// Splits info->config and stores the arguments. 0 or negative, reported.
int element_configure(struct element *e, struct errh *errh);
void element_register_handlers(struct element *e);
