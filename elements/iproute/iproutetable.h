// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What all route table elements share. They differ in the order of their `table`, in the masks that
// they take, in what they say of packets without a route, and in their handlers.
//
// Worker lcores see nothing but the engine: one acquire load for each batch, no lock. Handlers
// change the table, which workers do not know, and publish the outcome at the end, all of it or
// nothing. Only that last step needs the workers held (they are for the whole of a handler that is
// not HANDLER_LIVE): it changes a fib in place, which is not safe under lookups, or puts a new
// engine in the place of the old one and frees that.

#include <stdatomic.h>

#include "elements/iproute/routeengine.h"
#include "elements/iproute/routetable.h"
#include "src/element.h"

struct ip_route_table;

struct ip_route_kind {
	enum route_reuse reuse;
	bool any_mask; // not only those of prefixes
	bool fixed; // routes come from the configuration alone
	bool specific_first; // `table` begins with the longest masks
	// Said of the first packets without a route, with their destination. NULL: nothing.
	const char *no_route;
	bool no_route_hex; // the destination as a number, as it lies in memory
	// For routes that have more behind OUTPUT, which becomes their label. All may be NULL.
	// Reads a route; see route_parse().
	int (*parse)(struct ip_route_table *e, const char *text, bool partial, struct route *r,
		struct errh *errh);
	// Routes have come or gone, or did not after all: labels that no route has are free.
	void (*settle)(struct ip_route_table *e);
	// Hot swap, of another table of this kind; then, of a route of it, what the label is here.
	void (*take)(struct ip_route_table *e, struct ip_route_table *old);
	uint16_t (*take_label)(
		struct ip_route_table *e, struct ip_route_table *old, uint16_t label);
};

enum ip_route_drop { IP_ROUTE_NONE };

struct ip_route_table {
	struct element element;
	_Atomic(struct route_engine *) engine; // owned; control writes, workers read
	_Atomic uint32_t n_told; // packets without a route that were spoken of
	// Control only.
	const struct ip_route_kind *kind;
	struct route_table table;
	struct strvec routes; // arguments; empty once they are read
};

// For the classes' tables and functions.
extern const struct arg ip_route_args[];
extern const struct handler ip_route_handlers[]; // add set remove ctrl table lookup
extern const struct handler ip_route_flush_handlers[]; // and flush
extern const struct handler ip_route_static_handlers[]; // table lookup
extern const char *const ip_route_drops[];

void ip_route_push(struct element *e, unsigned port, struct batch *b);
// Reads a route as the kind does.
int ip_route_parse(struct ip_route_table *e, const char *text, bool partial, struct route *r,
	struct errh *errh);
void ip_route_settle(struct ip_route_table *e);
int ip_route_configure(struct ip_route_table *e, const struct ip_route_kind *kind,
	const struct strvec *args, struct errh *errh);
int ip_route_reserve(struct element *e, struct plan *plan, struct errh *errh);
int ip_route_initialize(struct element *e, struct errh *errh);
void ip_route_cleanup(struct element *e);
int ip_route_take_state(struct element *e, struct element *old, struct errh *errh);

// For the handlers. Publishes the table's open transaction; 0, or -ENOMEM and it was undone.
int ip_route_publish(struct ip_route_table *e);
void ip_route_flush(struct ip_route_table *e);

// For anybody, on any lcore. The decision is negative if there is no route.
struct route_target ip_route_lookup(const struct ip_route_table *e, struct ip_addr dst);
// The element as a routing table; NULL: it is none.
struct ip_route_table *ip_route_table_cast(struct element *e);

// What the classes have alike.
#define IP_ROUTE_FIELDS                                                                            \
	.ports = "1/-", .processing = "h/h", .flags = ELEMENT_STABLE, .lcores = LCORES_ANY,        \
	.size = sizeof(struct ip_route_table), .push = ip_route_push, .reserve = ip_route_reserve, \
	.initialize = ip_route_initialize, .cleanup = ip_route_cleanup,                            \
	.take_state = ip_route_take_state, .args = ip_route_args, .drops = ip_route_drops,         \
	.group = "ip"

#define IP_ROUTE_MANUAL                                                                           \
	"Looks up the destination IP address annotation of packets. The route with the longest\n" \
	"matching prefix decides: if it has a GATEWAY, that becomes the annotation, and the\n"    \
	"packet leaves by OUTPUT. Packets without a route are dropped.\n"                         \
	"\n"                                                                                      \
	"Routes are `ADDR/MASK [GATEWAY] OUTPUT`; a GATEWAY of `-` is none. Of routes for the\n"  \
	"same prefix the first stays, as in Click, although the warning says otherwise.\n"        \
	"\n"
