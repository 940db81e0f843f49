// SPDX-License-Identifier: BSD-3-Clause
#include "src/parser.h"

#include <stdlib.h>

#include "src/mem.h"

struct endpoint {
	size_t declaration;
	unsigned port;
};

// The ports of one side of a connection.
struct side {
	const struct chain_list *list;
	bool outputs; // of the left side, else inputs of the right one
	size_t n; // written ones
	size_t n_expandable; // lists that may grow
	bool simple; // one element without a list: may grow as well
};

static void
add_port(struct parser *p, struct port_list *list, unsigned port, struct landmark at)
{
	if (p->n_ports > SYNTAX_MAX_PORTS)
		return;
	if (++p->n_ports > SYNTAX_MAX_PORTS)
		syntax_error(p->syntax, at, "too many ports in connections");
	list->ports = mem_grow(list->ports, list->n, &list->cap, sizeof(*list->ports));
	list->ports[list->n++] = port;
}

// Returns false after a syntax error. A number that is none counts as 0.
static bool
parse_port(struct parser *p, unsigned *port)
{
	struct token t = lexer_peek(p->lexer, 0);
	unsigned long long value;
	char *text, *end;

	*port = 0;
	if (t.kind != TOKEN_IDENTIFIER) {
		parser_syntax_error(p);
		return false;
	}
	parser_next(p);
	text = token_text(&t);
	value = strtoull(text, &end, 0);
	if (end == text || *end != '\0') {
		syntax_error(p->syntax, t.at, "syntax error: port number should be integer");
		p->scope->broken = true;
	} else if (value > SYNTAX_MAX_PORT) {
		syntax_error(p->syntax, t.at, "port number %s too large", text);
		p->scope->broken = true;
	} else {
		*port = (unsigned)value;
	}
	free(text);
	return true;
}

static bool
parse_range(struct parser *p, struct port_list *list)
{
	struct landmark at = parser_at(p);
	unsigned first, last;

	if (!parse_port(p, &first))
		return false;
	last = first;
	if (parser_accept(p, '-') && !parse_port(p, &last))
		return false;
	if (last < first) {
		syntax_error(p->syntax, at, "port range '%u-%u' is empty", first, last);
		p->scope->broken = true;
		last = first;
	}
	for (unsigned port = first; port <= last && p->n_ports <= SYNTAX_MAX_PORTS; port++)
		add_port(p, list, port, at);
	return true;
}

bool
parser_ports(struct parser *p, struct port_list *list)
{
	struct landmark at = parser_next(p).at;

	list->given = true;
	for (;;) {
		if (parser_accept(p, ']')) {
			list->expandable = true;
			if (list->n == 0)
				add_port(p, list, 0, at);
			return true;
		}
		if (!parse_range(p, list))
			return false;
		if (parser_accept(p, ']'))
			return true;
		if (!parser_accept(p, ',')) {
			parser_syntax_error(p);
			return false;
		}
	}
}

static bool
is_group(const struct compound *scope, const struct chain_end *end)
{
	return end->declaration != NAMEMAP_NONE &&
	       scope->declarations[end->declaration].kind == DECLARE_GROUP;
}

// Ports of one end as they count before anything grows. A group without brackets stands for all of
// its ports.
static size_t
count_end(const struct compound *scope, const struct chain_end *end, bool outputs)
{
	const struct port_list *list = outputs ? &end->out : &end->in;
	const struct declaration *d;
	unsigned n;

	if (list->given)
		return list->n;
	if (!is_group(scope, end))
		return 1;
	d = &scope->declarations[end->declaration];
	n = outputs ? d[GROUP_OUTPUT(0)].n_inputs : d[GROUP_INPUT(0)].n_outputs;
	return n ? n : 1;
}

static struct side
side_measure(const struct compound *scope, const struct chain_list *list, bool outputs)
{
	struct side side = {.list = list, .outputs = outputs};

	for (size_t i = 0; i < list->n; i++) {
		const struct chain_end *end = &list->ends[i];
		const struct port_list *ports = outputs ? &end->out : &end->in;

		side.n += count_end(scope, end, outputs);
		side.n_expandable += ports->expandable;
		side.simple = list->n == 1 && !ports->given && !is_group(scope, end);
	}
	return side;
}

// Writes out all ports of a side, n in all.
static struct endpoint *
side_write_out(struct parser *p, const struct side *side, size_t n, struct landmark at)
{
	struct endpoint *points = mem_zalloc((n + 1) * sizeof(*points));
	size_t extra = n > side->n ? n - side->n : 0, filled = 0;
	bool may_grow;

	for (size_t i = 0; i < side->list->n; i++) {
		const struct chain_end *end = &side->list->ends[i];
		const struct port_list *list = side->outputs ? &end->out : &end->in;
		size_t n_here = count_end(p->scope, end, side->outputs);
		unsigned next = 0;

		may_grow = list->expandable || side->simple;
		for (size_t j = 0; j < n_here + (may_grow ? extra : 0) && filled < n; j++) {
			unsigned port = j < list->n ? list->ports[j] : next;

			points[filled++] = (struct endpoint){end->declaration, port};
			next = port + 1;
		}
	}
	if (filled > 0 && points[filled - 1].port > SYNTAX_MAX_PORT)
		syntax_error(p->syntax, at, "too many ports in connections");
	return points;
}

static void
connect_points(struct parser *p, const struct endpoint *from, size_t n_from,
	const struct endpoint *to, size_t n_to, struct landmark at)
{
	size_t n = n_from == 1 ? n_to : n_to == 1 || n_from < n_to ? n_from : n_to;

	for (size_t i = 0; i < n; i++) {
		const struct endpoint *f = &from[n_from == 1 ? 0 : i];
		const struct endpoint *t = &to[n_to == 1 ? 0 : i];

		if (f->declaration == NAMEMAP_NONE || t->declaration == NAMEMAP_NONE ||
			f->port > SYNTAX_MAX_PORT || t->port > SYNTAX_MAX_PORT)
			p->scope->broken = true;
		else
			compound_connect(
				p->scope, f->declaration, f->port, t->declaration, t->port, at);
	}
}

// `->`: one to one, one to many, many to one.
static void
check_single(struct parser *p, const struct side *from, const struct side *to, struct landmark at)
{
	bool many_from = from->n > 1 || (from->n_expandable && to->n > 1);
	bool many_to = to->n > 1 || (to->n_expandable && from->n > 1);

	if (!many_from || !many_to)
		return;
	syntax_error(p->syntax, at, "syntax error: many-to-many connections require '=>'");
	p->scope->broken = true;
}

// `=>`: makes the side that may grow as long as the other one.
static void
match_pairs(struct parser *p, const struct side *from, const struct side *to, size_t *n_from,
	size_t *n_to, struct landmark at)
{
	if (*n_from < *n_to && (from->simple || from->n_expandable))
		*n_from = *n_to;
	else if (*n_to < *n_from && (to->simple || to->n_expandable))
		*n_to = *n_from;
	if (*n_from == *n_to)
		return;
	syntax_error(p->syntax, at, "connection mismatch: %zu %soutputs connected to %zu %sinputs",
		*n_from, from->n_expandable ? "or more " : "", *n_to,
		to->n_expandable ? "or more " : "");
	p->scope->broken = true;
}

void
parser_connect(struct parser *p, struct chain_list *from_list, struct chain_list *to_list,
	const struct token *connector)
{
	struct side from = side_measure(p->scope, from_list, true);
	struct side to = side_measure(p->scope, to_list, false);
	size_t n_from = from.n, n_to = to.n;
	struct endpoint *from_points, *to_points;

	if (from.n_expandable + to.n_expandable > 1) {
		syntax_error(p->syntax, connector->at,
			"at most one expandable port allowed per connection");
		p->scope->broken = true;
	} else if (connector->kind == TOKEN_ARROW) {
		check_single(p, &from, &to, connector->at);
	} else {
		match_pairs(p, &from, &to, &n_from, &n_to, connector->at);
	}
	from_points = side_write_out(p, &from, n_from, connector->at);
	to_points = side_write_out(p, &to, n_to, connector->at);
	connect_points(p, from_points, n_from, to_points, n_to, connector->at);
	free(from_points);
	free(to_points);
}
