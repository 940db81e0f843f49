// SPDX-License-Identifier: BSD-3-Clause
#include "src/expand.h"

#include <stdlib.h>

#include "src/mem.h"
#include "src/strbuf.h"

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b))

static int
wire_compare_to(const void *a, const void *b)
{
	const struct wire *x = a, *y = b;

	return x->to != y->to ? COMPARE(x->to, y->to) : COMPARE(x->to_port, y->to_port);
}

static int
wire_compare_from(const void *a, const void *b)
{
	const struct wire *x = a, *y = b;

	return x->from != y->from ? COMPARE(x->from, y->from) : COMPARE(x->from_port, y->from_port);
}

// A port of a place on one side.
struct port_use {
	size_t place;
	unsigned port;
};

static struct port_use
wire_end(const struct wire *w, bool output)
{
	return output ? (struct port_use){w->from, w->from_port}
		      : (struct port_use){w->to, w->to_port};
}

static void
report_unused(struct expansion *x, const struct place *place, const char *side, unsigned from,
	unsigned to)
{
	for (unsigned i = from; i < to && !syntax_gave_up(x->syntax); i++)
		syntax_error(x->syntax, place->declaration->at, "'%s' %s %u unused", place->name,
			side, i);
}

// The wires at i belong to the place at index on this side, if any do. Returns behind them.
static size_t
check_side(struct expansion *x, size_t index, size_t i, bool output)
{
	const struct place *place = &x->places[index];
	const char *side = output ? "output" : "input";
	unsigned offered = 0, expected = 0;

	if (place->checked && place->input != NAMEMAP_NONE)
		offered = output ? x->places[place->output].declaration->n_inputs
				 : x->places[place->input].declaration->n_outputs;
	for (; i < x->n_wires; i++) {
		struct port_use use = wire_end(&x->wires[i], output);

		if (use.place != index)
			break;
		if (!place->checked || use.port < expected)
			continue;
		report_unused(x, place, side, expected, use.port < offered ? use.port : offered);
		if (use.port >= offered)
			syntax_error(x->syntax, place->declaration->at, "'%s' has no %s %u",
				place->name, side, use.port);
		expected = use.port + 1;
	}
	if (place->checked)
		report_unused(x, place, side, expected, offered);
	return i;
}

static void
check_all(struct expansion *x, bool output)
{
	size_t i = 0;

	if (x->n_wires > 0)
		qsort(x->wires, x->n_wires, sizeof(*x->wires),
			output ? wire_compare_from : wire_compare_to);
	for (size_t place = 0; place < x->n_places; place++)
		i = check_side(x, place, i, output);
}

void
expand_check_ports(struct expansion *x)
{
	check_all(x, false);
	check_all(x, true);
}

// A connection between elements, while there may be several of the same.
struct link {
	unsigned from, from_port, to, to_port;
	const struct wire *start; // borrowed; where it leaves its element
};

// Walks from outputs of elements past compounds and groups to inputs of elements.
struct walk {
	struct expansion *x;
	size_t *first_wire; // owned; of each place, among the wires sorted by where they begin
	struct port_use *todo; // owned
	size_t n_todo, todo_cap;
	size_t number; // of the walk
	size_t n_steps; // of all walks
	struct link *links; // owned
	size_t n_links, links_cap;
};

static int
link_compare(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	if (x->to != y->to)
		return COMPARE(x->to, y->to);
	if (x->to_port != y->to_port)
		return COMPARE(x->to_port, y->to_port);
	if (x->from != y->from)
		return COMPARE(x->from, y->from);
	if (x->from_port != y->from_port)
		return COMPARE(x->from_port, y->from_port);
	return COMPARE(x->start, y->start);
}

static void
add_link(struct walk *w, const struct wire *start, size_t to, unsigned to_port)
{
	if (w->n_links >= EXPAND_MAX_CONNECTIONS) {
		expand_too_large(w->x, start->at);
		return;
	}
	w->links = mem_grow(w->links, w->n_links, &w->links_cap, sizeof(*w->links));
	w->links[w->n_links++] = (struct link){
		.from = (unsigned)w->x->places[start->from].element,
		.from_port = start->from_port,
		.to = (unsigned)w->x->places[to].element,
		.to_port = to_port,
		.start = start,
	};
}

static void
walk_later(struct walk *w, size_t place, unsigned port)
{
	if (place == NAMEMAP_NONE)
		return;
	w->todo = mem_grow(w->todo, w->n_todo, &w->todo_cap, sizeof(*w->todo));
	w->todo[w->n_todo++] = (struct port_use){place, port};
}

static void
walk_wire(struct walk *w, const struct wire *start, struct wire *wire)
{
	const struct place *to = &w->x->places[wire->to];

	if (wire->seen == w->number)
		return;
	wire->seen = w->number;
	if (++w->n_steps > EXPAND_MAX_STEPS)
		expand_too_large(w->x, start->at);
	else if (to->is_element)
		add_link(w, start, wire->to, wire->to_port);
	else if (to->declaration->kind == DECLARE_OUTPUT)
		walk_later(w, to->outside, wire->to_port);
	else
		walk_later(w, to->input, wire->to_port);
}

// The first wire that leaves the place at that port or a later one.
static size_t
find_wire(const struct walk *w, struct port_use use)
{
	size_t low = w->first_wire[use.place], high = w->first_wire[use.place + 1], middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (w->x->wires[middle].from_port < use.port)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
walk_from(struct walk *w, struct wire *start)
{
	struct expansion *x = w->x;

	w->number++;
	walk_wire(w, start, start);
	while (w->n_todo > 0 && !x->too_large) {
		struct port_use use = w->todo[--w->n_todo];

		for (size_t i = find_wire(w, use);
			i < w->first_wire[use.place + 1] && x->wires[i].from_port == use.port &&
			!x->too_large;
			i++)
			walk_wire(w, start, &x->wires[i]);
	}
}

static void
index_wires(struct walk *w)
{
	struct expansion *x = w->x;
	size_t i = 0;

	w->first_wire = mem_zalloc((x->n_places + 1) * sizeof(*w->first_wire));
	for (size_t place = 0; place <= x->n_places; place++) {
		while (i < x->n_wires && x->wires[i].from < place)
			i++;
		w->first_wire[place] = i;
	}
}

static void
take_links(const struct walk *w, struct config *c)
{
	for (size_t i = 0; i < w->n_links; i++) {
		const struct link *link = &w->links[i], *last = i ? link - 1 : NULL;
		struct strbuf landmark = STRBUF_INIT;

		if (last != NULL && last->to == link->to && last->to_port == link->to_port &&
			last->from == link->from && last->from_port == link->from_port)
			continue;
		landmark_text(link->start->at, &landmark);
		c->connections = mem_grow(c->connections, c->n_connections, &c->connections_cap,
			sizeof(*c->connections));
		c->connections[c->n_connections++] = (struct config_connection){
			.from = link->from,
			.from_port = link->from_port,
			.to = link->to,
			.to_port = link->to_port,
			.landmark = strbuf_steal(&landmark),
		};
	}
}

void
expand_connect(struct expansion *x, struct config *c)
{
	struct walk w = {.x = x};

	if (x->n_wires == 0)
		return;
	qsort(x->wires, x->n_wires, sizeof(*x->wires), wire_compare_from);
	index_wires(&w);
	for (size_t i = 0; i < x->n_wires && !x->too_large; i++)
		if (x->places[x->wires[i].from].is_element)
			walk_from(&w, &x->wires[i]);
	if (w.n_links > 0)
		qsort(w.links, w.n_links, sizeof(*w.links), link_compare);
	take_links(&w, c);
	free(w.links);
	free(w.todo);
	free(w.first_wire);
}
