// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The routes of a table as handlers see them: by slot, in the order in which they are printed, and
// by prefix. Only the control side knows it; what lookups use is made from it (routeengine.h).
//
// Changes are collected in a transaction, which is always open: route_table_commit() makes them
// final, route_table_undo() takes them back, down to the slots. A next hop that a transaction gives
// up keeps its number until the commit, so that lookups which still use the number find no other
// pair behind it.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elements/iproute/route.h"
#include "elements/iproute/routehash.h"
#include "elements/iproute/routehop.h"

enum { ROUTE_TABLE_MAX = (1 << 24) - 1 }; // routes

// Which dead slot a new route takes.
enum route_reuse { ROUTE_REUSE_LAST_FREED, ROUTE_REUSE_LOWEST };

struct route_slot {
	uint32_t addr, mask; // host order
	uint32_t hop; // ROUTE_HOP_NONE: the slot is dead
	bool by_handler; // not from the configuration
};

struct route_change {
	uint32_t slot;
	uint32_t addr, mask;
	uint32_t old_hop, new_hop; // ROUTE_HOP_NONE: no route before, no route afterwards
	bool old_by_handler;
	bool appended; // the slot is new as well
};

struct route_table { // starts zeroed
	enum route_reuse reuse;
	bool specific_first; // order: masks with more bits first; else by slot
	struct route_slot *slot; // owned
	size_t n_slots, slot_cap;
	uint32_t *dead; // owned; dead slots, last freed last (ROUTE_REUSE_LAST_FREED)
	size_t n_dead, dead_cap;
	size_t lowest_dead; // no slot below is dead (ROUTE_REUSE_LOWEST)
	struct route_hash hash; // slot by prefix
	struct route_hops hops;
	struct route_change *change; // owned; of the open transaction, in order
	size_t n_changes, change_cap;
	size_t n_routes;
	size_t n_odd; // routes whose mask is not a prefix's
	size_t n_long; // prefixes longer than 24 bits
};

void route_table_fini(struct route_table *t);

// The slot with a prefix, ROUTE_HASH_NONE if there is none.
uint32_t route_table_find(const struct route_table *t, uint32_t addr, uint32_t mask);
// The live slots in the table's order: a new array of n_routes.
uint32_t *route_table_order(const struct route_table *t);
// The route of a live slot.
struct route route_table_route(const struct route_table *t, size_t slot);

// Adds a route with an output, or with replace gives an existing prefix the new gateway and output.
// 0; -EEXIST: there is one, see route_table_find(); -ENOMEM: too many.
int route_table_add(struct route_table *t, const struct route *r, bool replace, bool by_handler);
// Removes the route with the prefix of r and, if r has an output, its gateway and output. 0 or
// -ENOENT.
int route_table_remove(struct route_table *t, const struct route *r);
void route_table_clear(struct route_table *t); // and commits

// The newest route of the open transaction, even if it is gone again. false: it has none.
bool route_table_newest(const struct route_table *t, struct route *r);
void route_table_commit(struct route_table *t);
void route_table_undo(struct route_table *t);
