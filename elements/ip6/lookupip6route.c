// SPDX-License-Identifier: BSD-3-Clause
// LookupIP6Route: finds the route of IPv6 packets by longest prefix.
//
// Worker lcores see nothing but the engine: one acquire load for each batch, no lock. Handlers
// change the table, which workers do not know, and publish the outcome at the end, all of it or
// nothing; workers are held for the whole of a handler.

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "elements/ip6/address.h"
#include "elements/ip6/ip6lookup.h"
#include "elements/ip6/ip6route.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/strbuf.h"

struct lookupip6route {
	struct element element;
	_Atomic(struct ip6_lookup *) engine; // owned; control writes, workers read
	// Control only.
	struct ip6_routes table;
	struct strvec routes; // arguments; empty once they are read
};

enum { NO_ROUTE };

// ---- data path

static void
lookupip6route_push(struct element *base, unsigned port, struct batch *b)
{
	struct lookupip6route *e = (struct lookupip6route *)base;
	const struct ip6_lookup *engine = atomic_load_explicit(&e->engine, memory_order_acquire);
	struct ip6_addr dst[BATCH_MAX];
	uint32_t found[BATCH_MAX];
	int16_t decision[BATCH_MAX];
	unsigned n = b->n;

	(void)port;
	for (unsigned i = 0; i < n; i++)
		dst[i] = ip6_anno(b->pkt[i]);
	ip6_lookup_find(engine, dst, found, n);
	for (unsigned i = 0; i < n; i++) {
		const struct ip6_target *target = &engine->target[found[i]];

		if (target->has_gw)
			ip6_set_anno(b->pkt[i], target->gw.bytes);
		decision[i] = target->decision;
	}
	// Handlers that elements downstream call may change the routes: no engine from here on.
	element_split(base, b, decision);
}

// ---- publishing

static void
replace_engine(struct lookupip6route *e, struct ip6_lookup *engine)
{
	// Freed at once: the workers are held, or do not run yet.
	ip6_lookup_destroy(atomic_exchange_explicit(&e->engine, engine, memory_order_acq_rel));
}

// Ends the table's open transaction. 0, or -ENOMEM and it was undone.
static int
publish(struct lookupip6route *e)
{
	struct ip6_lookup *engine = atomic_load_explicit(&e->engine, memory_order_relaxed);
	int err = engine != NULL ? ip6_lookup_apply(engine, &e->table) : 0;

	// Without an engine: initialize will make one of these routes too.
	if (err != 0) {
		engine = ip6_lookup_create(&e->table);
		if (ip6_lookup_is_overloaded(engine, &e->table)) {
			ip6_lookup_destroy(engine);
			ip6_routes_undo(&e->table);
			// What was changed in part serves nobody any more.
			if (err == -EIO)
				replace_engine(e, ip6_lookup_create(&e->table));
			return -ENOMEM;
		}
		replace_engine(e, engine);
	}
	ip6_routes_commit(&e->table);
	return 0;
}

// ---- configuration

struct written { // DST/LEN [GW] OUT
	struct ip6_prefix prefix;
	struct ip6_addr gw;
	int32_t port;
};

static const struct arg written_remove[] = {
	ARG_AS(written, prefix, arg_ip6_prefix_or_addr, "PREFIX", ARG_MANDATORY),
	ARGS_END,
};
static const struct arg written_direct[] = {
	ARG_AS(written, prefix, arg_ip6_prefix_or_addr, "PREFIX", ARG_MANDATORY),
	ARG(written, port, "PORT", ARG_MANDATORY),
	ARGS_END,
};
static const struct arg written_by_gateway[] = {
	ARG_AS(written, prefix, arg_ip6_prefix_or_addr, "PREFIX", ARG_MANDATORY),
	ARG(written, gw, "GATEWAY", ARG_MANDATORY),
	ARG(written, port, "PORT", ARG_MANDATORY),
	ARGS_END,
};

static int
read_route(struct lookupip6route *e, const char *text, bool remove, struct ip6_route *r,
	struct errh *errh)
{
	struct written w = {.port = -1};
	struct strvec words = {0};
	int err;

	confstr_split_words(text, &words);
	err = args_parse(remove        ? written_remove
			 : words.n > 2 ? written_by_gateway
				       : written_direct,
		&w, &words, &e->element, errh);
	strvec_fini(&words);
	ip6_mask(&w.prefix.addr, w.prefix.len);
	*r = (struct ip6_route){.prefix = w.prefix, .gw = w.gw, .port = w.port};
	return err;
}

static int
lookupip6route_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct lookupip6route *e = (struct lookupip6route *)base;
	int32_t n_ports = 0;
	struct errh silent;
	int err = 0;

	errh_init_silent(&silent);
	for (size_t i = 0; i < args->n; i++) {
		struct ip6_route r;

		if (read_route(e, args->v[i], false, &r, &silent) != 0 || r.port < 0 ||
			r.port >= INT16_MAX)
			err = errh_error(
				errh, "argument %zu should be DADDR/MASK [GW] OUTPUT", i + 1);
		else if (ip6_routes_set(&e->table, &r) != 0)
			err = errh_error(errh, "argument %zu: too many routes", i + 1);
		else
			n_ports = RTE_MAX(n_ports, r.port + 1);
	}
	ip6_routes_commit(&e->table);
	if (args->n == 0)
		errh_warning(errh, "no routes");
	if (n_ports > base->n_outputs)
		err = errh_error(errh, "need %d or more output ports", (int)n_ports);
	// They can be a million, and are of no use any more.
	strvec_fini(&e->routes);
	return err;
}

static int
lookupip6route_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_heap(plan, ip6_lookup_bytes(&((struct lookupip6route *)base)->table));
	return 0;
}

static int
lookupip6route_initialize(struct element *base, struct errh *errh)
{
	struct lookupip6route *e = (struct lookupip6route *)base;
	struct ip6_lookup *engine = ip6_lookup_create(&e->table);

	replace_engine(e, engine);
	if (ip6_lookup_is_overloaded(engine, &e->table))
		return errh_error(errh, "no memory for a table of %zu routes (%" PRIu64 " MiB)",
			e->table.n_routes, ip6_lookup_bytes(&e->table) >> 20);
	return 0;
}

static void
lookupip6route_cleanup(struct element *base)
{
	struct lookupip6route *e = (struct lookupip6route *)base;

	replace_engine(e, NULL);
	ip6_routes_fini(&e->table);
}

// The old table's routes that handlers added or changed, where this configuration says nothing of
// the prefix and has the output.
static int
lookupip6route_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct lookupip6route *e = (struct lookupip6route *)base;
	struct lookupip6route *old = (struct lookupip6route *)old_base;
	size_t n = 0;

	for (size_t i = 0; i < old->table.n_slots; i++) {
		const struct ip6_route *r = &old->table.slot[i].route;

		if (!r->by_handler || r->port < 0 || r->port >= base->n_outputs ||
			ip6_routes_find(&e->table, &r->prefix) != IP6_NO_SLOT)
			continue;
		n += ip6_routes_set(&e->table, r) == 0;
	}
	if (n > 0 && publish(e) != 0)
		return errh_error(errh, "no memory for %zu routes of the old table", n);
	return 0;
}

// ---- handlers

enum command { COMMAND_ADD, COMMAND_REMOVE };

// Into the open transaction.
static int
run_command(struct lookupip6route *e, enum command command, const char *text, struct errh *errh)
{
	struct ip6_route r;
	int err = read_route(e, text, command == COMMAND_REMOVE, &r, errh);

	if (err != 0)
		return err;
	if (command == COMMAND_REMOVE) {
		ip6_routes_remove(&e->table, &r.prefix);
		return 0;
	}
	if (r.port < 0 || r.port >= e->element.n_outputs)
		return errh_error(errh, "output port out of range");
	r.by_handler = true;
	if (ip6_routes_set(&e->table, &r) != 0)
		return errh_error(errh, "too many routes");
	return 0;
}

// Ends the transaction: all of it, or after an error nothing.
static int
finish(struct lookupip6route *e, int err, struct errh *errh)
{
	if (err != 0)
		ip6_routes_undo(&e->table);
	else if (publish(e) != 0)
		err = errh_error(errh, "no memory");
	return err;
}

static int
write_command(const struct handler_write *call)
{
	struct lookupip6route *e = (struct lookupip6route *)call->element;

	return finish(e, run_command(e, (enum command)call->row->number, call->text, call->errh),
		call->errh);
}

static int
run_line(struct lookupip6route *e, const char *line, struct errh *errh)
{
	const char *rest;
	char *word = confstr_first_word(line, &rest);
	int err = 0;

	if (strcmp(word, "add") == 0)
		err = run_command(e, COMMAND_ADD, rest, errh);
	else if (strcmp(word, "remove") == 0)
		err = run_command(e, COMMAND_REMOVE, rest, errh);
	else
		err = errh_error(errh, "bad command, should be `add' or `remove'");
	free(word);
	return err;
}

static bool
is_blank(const char *line)
{
	return line[strspn(line, " \t\r")] == '\0';
}

static int
write_ctrl(const struct handler_write *call)
{
	struct lookupip6route *e = (struct lookupip6route *)call->element;
	char *text = mem_strdup(call->text), *next = text, *line;
	size_t n = 0;
	int err = 0;

	while (err == 0 && (line = strsep(&next, "\n")) != NULL) {
		// A lone blank command is a bad one.
		if (is_blank(line) && (next != NULL || n > 0))
			continue;
		err = run_line(e, line, call->errh);
		n++;
	}
	free(text);
	return finish(e, err, call->errh);
}

static int
read_table(const struct handler_read *call)
{
	const struct ip6_routes *t = &((struct lookupip6route *)call->element)->table;

	if (t->n_slots > 0)
		strbuf_adds(call->out, "# Active routes\n");
	for (size_t i = 0; i < t->n_slots; i++) {
		const struct ip6_route *r = &t->slot[i].route;

		if (r->port < 0)
			continue;
		text_ip6_prefix(call->out, &r->prefix);
		strbuf_addc(call->out, '\t');
		text_ip6(call->out, &r->gw);
		strbuf_addf(call->out, "\t%d\n", r->port);
	}
	return 0;
}

static const struct arg lookupip6route_args[] = {
	ARG(lookupip6route, routes, "ROUTE", ARG_REST, .help = "any number of `DST/LEN [GW] OUT`"),
	ARGS_END,
};

static const struct handler lookupip6route_handlers[] = {
	{.name = "add",
		.write = write_command,
		.number = COMMAND_ADD,
		.help = "`DST/LEN [GW] OUT`: a route, in the place of the prefix's if it has one"},
	{.name = "remove",
		.write = write_command,
		.number = COMMAND_REMOVE,
		.help = "`DST/LEN`: removes the route of the prefix, if it has one"},
	{.name = "ctrl",
		.write = write_ctrl,
		.help = "lines that begin with add or remove: all of them are done, or none"},
	{.name = "table", .read = read_table, .help = "the routes, a line each"},
	HANDLERS_END,
};

static const char *const lookupip6route_drops[] = {[NO_ROUTE] = "no route", NULL};

static const struct element_class lookupip6route_class = {
	.name = "LookupIP6Route",
	.ports = "1/-",
	.processing = "h/h",
	.flags = ELEMENT_STABLE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct lookupip6route),
	.push = lookupip6route_push,
	.configure = lookupip6route_configure,
	.reserve = lookupip6route_reserve,
	.initialize = lookupip6route_initialize,
	.cleanup = lookupip6route_cleanup,
	.take_state = lookupip6route_take_state,
	.args = lookupip6route_args,
	.handlers = lookupip6route_handlers,
	.drops = lookupip6route_drops,
	.reads = "DST_IP6",
	.writes = "DST_IP6",
	.group = "ip6",
	.brief = "finds the route of IPv6 packets by longest prefix",
	.manual =
		"Looks up the destination annotation, which GetIP6Address sets. The route with the\n"
		"longest matching prefix decides: if it has a GW, that becomes the annotation, and the\n"
		"packet leaves by OUT. Packets without a route are dropped.\n"
		"\n"
		"Of routes for the same prefix the last one counts. Up to 16 routes are searched one\n"
		"by one; more are kept in DPDK's rte_lpm6, which takes 64 MiB. Routes may change while\n"
		"packets flow; Click goes on to use a removed route for the address that it looked up\n"
		"last. `ctrl` takes several lines, Click's only one.",
	.example = "Idle -> r :: LookupIP6Route(2001:db8::/32 0, ::/0 fe80::1 1);\n"
		   "r [0] -> Discard; r [1] -> Discard;",
};
ELEMENT_CLASS(lookupip6route_class)
