// SPDX-License-Identifier: BSD-3-Clause
// What the route table elements share: packets, configuration, life. Their handlers are in
// iproutehandler.c.

#include "elements/iproute/iproutetable.h"

#include <errno.h>
#include <inttypes.h>

#include <rte_byteorder.h>

#include "src/chatter.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "src/text.h"

enum { TOLD_MOST = 5 };

// ---- data path

static void
tell(struct ip_route_table *e, uint32_t dst)
{
	struct ip_addr a = {.be = rte_cpu_to_be_32(dst)};
	struct strbuf sb = STRBUF_INIT;

	if (atomic_fetch_add_explicit(&e->n_told, 1, memory_order_relaxed) >= TOLD_MOST)
		return;
	if (e->kind->no_route_hex)
		strbuf_addf(&sb, "%x", a.be);
	else
		text_ip(&sb, a);
	chatter("%s %s", e->kind->no_route, strbuf_text(&sb));
	strbuf_fini(&sb);
}

static void
tell_of_missing(struct ip_route_table *e, const uint32_t *dst, const int16_t *decision, unsigned n)
{
	for (unsigned i = 0; i < n && e->kind->no_route != NULL; i++) {
		if (atomic_load_explicit(&e->n_told, memory_order_relaxed) >= TOLD_MOST)
			return;
		if (decision[i] < 0)
			tell(e, dst[i]);
	}
}

void
ip_route_push(struct element *base, unsigned port, struct batch *b)
{
	struct ip_route_table *e = (struct ip_route_table *)base;
	const struct route_engine *engine = atomic_load_explicit(&e->engine, memory_order_acquire);
	uint32_t dst[BATCH_MAX], found[BATCH_MAX];
	int16_t decision[BATCH_MAX], all = 0;
	unsigned n = b->n;

	(void)port;
	for (unsigned i = 0; i < n; i++)
		dst[i] = rte_be_to_cpu_32(packet_anno_u32(b->pkt[i], ANNO_DST_IP));
	route_engine_lookup(engine, dst, found, n);
	for (unsigned i = 0; i < n; i++) {
		struct route_target target = engine->target[found[i]];

		if (target.gw.be != 0)
			packet_set_anno_u32(b->pkt[i], ANNO_DST_IP, target.gw.be);
		decision[i] = target.decision;
		all |= target.decision;
	}
	if (unlikely(all < 0))
		tell_of_missing(e, dst, decision, n);
	// Handlers that elements downstream call may change the routes: no engine from here on.
	element_split(base, b, decision);
}

// ---- configuration

int
ip_route_parse(struct ip_route_table *e, const char *text, bool partial, struct route *r,
	struct errh *errh)
{
	if (e->kind->parse != NULL)
		return e->kind->parse(e, text, partial, r, errh);
	return route_parse(text, partial, &e->element, r);
}

void
ip_route_settle(struct ip_route_table *e)
{
	if (e->kind->settle != NULL)
		e->kind->settle(e);
}

static int
add_argument(struct ip_route_table *e, size_t i, const char *text, struct errh *errh)
{
	struct route r;

	if (ip_route_parse(e, text, false, &r, errh) != 0)
		return errh_error(
			errh, "argument %zu should be 'ADDR/MASK [GATEWAY] OUTPUT'", i + 1);
	if (r.port < 0 || r.port >= e->element.n_outputs || r.port > INT16_MAX)
		return errh_error(errh, "argument %zu bad OUTPUT", i + 1);
	if (!e->kind->any_mask && !route_mask_is_prefix(r.mask))
		return errh_error(errh,
			"argument %zu bad MASK: not a prefix (LinearIPLookup takes any)", i + 1);
	return route_table_add(&e->table, &r, false, false);
}

int
ip_route_configure(struct ip_route_table *e, const struct ip_route_kind *kind,
	const struct strvec *args, struct errh *errh)
{
	unsigned n_same = 0;
	int err = 0;

	e->kind = kind;
	e->table.reuse = kind->reuse;
	e->table.specific_first = kind->specific_first;
	for (size_t i = 0; i < args->n; i++) {
		int added = add_argument(e, i, args->v[i], errh);

		if (added == -ENOMEM)
			added = errh_error(errh, "argument %zu: too many routes", i + 1);
		if (added == -EEXIST)
			n_same++;
		else if (added != 0)
			err = added;
	}
	if (n_same > 0)
		errh_warning(errh, "%u %s replaced by later versions", n_same,
			n_same > 1 ? "routes" : "route");
	route_table_commit(&e->table);
	ip_route_settle(e);
	// They can be a million, and are of no use any more.
	strvec_fini(&e->routes);
	return err;
}

int
ip_route_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	struct ip_route_table *e = (struct ip_route_table *)base;

	(void)errh;
	plan_add_heap(plan, route_engine_bytes(&e->table));
	return 0;
}

static void
replace_engine(struct ip_route_table *e, struct route_engine *engine)
{
	struct route_engine *old =
		atomic_exchange_explicit(&e->engine, engine, memory_order_acq_rel);

	// Freed at once: the workers are held, or do not run yet. Without that, first wait until
	// each has been between two tasks.
	route_engine_destroy(old);
}

int
ip_route_initialize(struct element *base, struct errh *errh)
{
	struct ip_route_table *e = (struct ip_route_table *)base;
	struct route_engine *engine = route_engine_create(&e->table, NULL);

	replace_engine(e, engine);
	if (route_engine_is_overloaded(engine, &e->table))
		return errh_error(errh, "no memory for a table of %zu routes (%" PRIu64 " MiB)",
			e->table.n_routes, route_engine_bytes(&e->table) >> 20);
	return 0;
}

void
ip_route_cleanup(struct element *base)
{
	struct ip_route_table *e = (struct ip_route_table *)base;

	route_engine_destroy(atomic_load_explicit(&e->engine, memory_order_relaxed));
	atomic_store_explicit(&e->engine, NULL, memory_order_relaxed);
	route_table_fini(&e->table);
}

// ---- for the handlers

struct route_target
ip_route_lookup(const struct ip_route_table *e, struct ip_addr dst)
{
	const struct route_engine *engine = atomic_load_explicit(&e->engine, memory_order_acquire);
	uint32_t host_order = rte_be_to_cpu_32(dst.be), found;

	if (engine == NULL)
		return (struct route_target){.decision = DROP(IP_ROUTE_NONE)};
	route_engine_lookup(engine, &host_order, &found, 1);
	return engine->target[found];
}

struct ip_route_table *
ip_route_table_cast(struct element *e)
{
	return e->class->push == ip_route_push ? (struct ip_route_table *)e : NULL;
}

int
ip_route_publish(struct ip_route_table *e)
{
	struct route_engine *engine = atomic_load_explicit(&e->engine, memory_order_relaxed);
	int err = engine != NULL ? route_engine_apply(engine, &e->table) : 0;

	// Without an engine: initialize will make one of these routes too.
	if (err != 0) {
		engine = route_engine_create(&e->table, engine);
		// The old one is still good, unless it was changed in part.
		if (err == -EAGAIN && route_engine_is_overloaded(engine, &e->table)) {
			route_engine_destroy(engine);
			route_table_undo(&e->table);
			return -ENOMEM;
		}
		replace_engine(e, engine);
	}
	route_table_commit(&e->table);
	return 0;
}

void
ip_route_flush(struct ip_route_table *e)
{
	route_table_clear(&e->table);
	replace_engine(e, route_engine_create(&e->table, NULL));
	ip_route_settle(e);
}

// ---- hot swap

// The old table's routes that handlers added or changed, where this configuration says nothing of
// the prefix and has the output. What the old configuration said is the new one's business.
int
ip_route_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct ip_route_table *e = (struct ip_route_table *)base, *old;
	size_t n_taken = 0;
	bool same_kind;

	if (old_base->class->take_state != ip_route_take_state || e->kind->fixed)
		return 0;
	old = (struct ip_route_table *)old_base;
	same_kind = old->kind == e->kind;
	if (same_kind && e->kind->take != NULL)
		e->kind->take(e, old);
	for (size_t i = 0; i < old->table.n_slots; i++) {
		const struct route_slot *s = &old->table.slot[i];
		struct route r;

		if (s->hop == ROUTE_HOP_NONE || !s->by_handler)
			continue;
		r = route_table_route(&old->table, i);
		if (r.port >= base->n_outputs ||
			(!e->kind->any_mask && !route_mask_is_prefix(r.mask)))
			continue;
		r.label = same_kind && e->kind->take_label != NULL
				  ? e->kind->take_label(e, old, r.label)
				  : 0;
		n_taken += route_table_add(&e->table, &r, false, true) == 0;
	}
	if (n_taken > 0 && ip_route_publish(e) != 0)
		return errh_error(errh, "no memory for %zu routes of the old table", n_taken);
	ip_route_settle(e);
	return 0;
}

const struct arg ip_route_args[] = {
	ARG(ip_route_table, routes, "ROUTE", ARG_REST,
		.help = "any number of `ADDR/MASK [GATEWAY] OUTPUT`"),
	ARGS_END,
};

const char *const ip_route_drops[] = {[IP_ROUTE_NONE] = "no route", NULL};
