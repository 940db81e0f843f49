// SPDX-License-Identifier: BSD-3-Clause
#include "src/flow.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "src/router.h"

// ---- codes

// The letters of one port of one side: a set over the 128 characters, or # for its own number.
struct port_code {
	uint64_t letters[2];
	bool by_number;
};

static void
port_code_add(struct port_code *pc, char c)
{
	if (c == '#')
		pc->by_number = true;
	else
		pc->letters[(c >> 6) & 1] |= UINT64_C(1) << (c & 63);
}

// Reads the code at s into pc; returns what follows it.
static const char *
port_code_read(const char *s, struct port_code *pc)
{
	bool invert;

	*pc = (struct port_code){0};
	if (*s != '[') {
		port_code_add(pc, *s);
		return s + 1;
	}
	s++;
	invert = *s == '^';
	s += invert;
	// [^#] is "all but its own number": kept as inverted letters with by_number.
	for (; *s != '\0' && *s != ']'; s++)
		port_code_add(pc, *s);
	if (invert) {
		pc->letters[0] = ~pc->letters[0];
		pc->letters[1] = ~pc->letters[1];
	}
	return *s == ']' ? s + 1 : s;
}

static const char *
side(const char *code, bool output)
{
	const char *slash = strchr(code, '/');

	return output && slash != NULL ? slash + 1 : code;
}

// The code of one port, the last one repeating. *inverted_number: [^#].
static struct port_code
port_code_of(const char *code, bool output, unsigned port, bool *inverted_number)
{
	const char *s = side(code, output), *at = s;
	struct port_code pc = {0};

	for (unsigned i = 0; *s != '\0' && *s != '/'; i++) {
		at = s;
		s = port_code_read(s, &pc);
		if (i == port)
			break;
	}
	*inverted_number = pc.by_number && at[0] == '[' && at[1] == '^';
	return pc;
}

// The end of what stands for one port; NULL: nothing does.
static const char *
port_code_end(const char *s)
{
	bool any = false;

	if (isalpha((unsigned char)*s) || *s == '#')
		return s + 1;
	if (*s++ != '[')
		return NULL;
	s += *s == '^';
	for (; isalpha((unsigned char)*s) || *s == '#'; s++)
		any = true;
	return any && *s == ']' ? s + 1 : NULL;
}

bool
flow_code_is_valid(const char *code)
{
	unsigned n_sides = 0;

	do {
		code += n_sides++ > 0;
		do
			code = port_code_end(code);
		while (code != NULL && *code != '\0' && *code != '/');
	} while (code != NULL && *code == '/');
	return code != NULL && n_sides <= 2;
}

bool
flow_linked(const char *code, unsigned input, unsigned output)
{
	bool in_not = false, out_not = false;
	struct port_code in, out;

	if (code == NULL)
		return true;
	in = port_code_of(code, false, input, &in_not);
	out = port_code_of(code, true, output, &out_not);
	if (in.by_number || out.by_number) {
		if (in_not || out_not)
			return input != output;
		if (in.by_number && out.by_number)
			return input == output;
		return false;
	}
	return (in.letters[0] & out.letters[0]) != 0 || (in.letters[1] & out.letters[1]) != 0;
}

char
flow_processing(const char *code, bool output, unsigned port)
{
	const char *s = side(code, output);

	while (port-- > 0 && s[1] != '\0' && s[1] != '/')
		s++;
	return *s == '\0' || *s == '/' ? 'a' : *s;
}

static unsigned
read_number(const char **s, unsigned none)
{
	unsigned n = 0;

	if (!isdigit((unsigned char)**s))
		return none;
	for (; isdigit((unsigned char)**s); (*s)++)
		n = n * 10 + (unsigned)(**s - '0');
	return n;
}

bool
flow_port_count(
	const char *code, bool output, unsigned n, unsigned n_other, unsigned *min, unsigned *max)
{
	const char *s = side(code, output);

	if (*s == '=') {
		*min = n_other;
		for (s++; *s == '+'; s++)
			++*min;
		*max = *min;
	} else {
		*min = read_number(&s, 0);
		*max = *min;
		if (*s == '-')
			s++, *max = read_number(&s, UINT32_MAX);
	}
	return n >= *min && n <= *max;
}

// ---- walks

struct walk_state {
	struct flow_walk *walk;
	uint8_t **seen; // by element index: a byte for each port of the side that we enter by
	struct element **todo;
	unsigned *todo_port;
	size_t n_todo, cap_e, cap_p;
};

static void
walk_enter(struct walk_state *ws, struct element *e, unsigned port, unsigned n_ports)
{
	unsigned index = e->info->index;

	if (ws->seen[index] == NULL)
		ws->seen[index] = mem_zalloc(n_ports);
	if (ws->seen[index][port]++ > 0)
		return;
	if (!ws->walk->visit(ws->walk, e, port))
		return;
	ws->todo = mem_grow(ws->todo, ws->n_todo, &ws->cap_e, sizeof(*ws->todo));
	ws->todo_port = mem_grow(ws->todo_port, ws->n_todo, &ws->cap_p, sizeof(*ws->todo_port));
	ws->todo[ws->n_todo] = e;
	ws->todo_port[ws->n_todo++] = port;
}

// Goes over one connection, away from e's port.
static void
walk_cross(struct walk_state *ws, struct element *e, unsigned port, bool down)
{
	size_t n = down ? e->info->n_outgoing : e->info->n_incoming;

	for (size_t i = 0; i < n; i++) {
		const struct config_connection *k =
			down ? e->info->outgoing[i] : e->info->incoming[i];
		struct element *other = e->router->elements[down ? k->to : k->from];

		if ((down ? k->from_port : k->to_port) != port)
			continue;
		if (down)
			walk_enter(ws, other, k->to_port, other->n_inputs);
		else
			walk_enter(ws, other, k->from_port, other->n_outputs);
	}
}

static void
walk(struct flow_walk *how, struct element *start, unsigned port, bool down)
{
	struct walk_state ws = {.walk = how};
	size_t n = start->router->n_elements;

	ws.seen = mem_zalloc(n * sizeof(*ws.seen));
	walk_cross(&ws, start, port, down);
	// Breadth first.
	for (size_t i = 0; i < ws.n_todo; i++) {
		struct element *e = ws.todo[i];
		unsigned in = ws.todo_port[i], n_out = down ? e->n_outputs : e->n_inputs;

		for (unsigned out = 0; out < n_out; out++) {
			if (how->ignore_codes ||
				flow_linked(element_flow(e), down ? in : out, down ? out : in))
				walk_cross(&ws, e, out, down);
		}
	}
	for (size_t i = 0; i < n; i++)
		free(ws.seen[i]);
	free(ws.seen);
	free(ws.todo);
	free(ws.todo_port);
}

void
flow_downstream(struct flow_walk *how, struct element *e, unsigned output)
{
	walk(how, e, output, true);
}

void
flow_upstream(struct flow_walk *how, struct element *e, unsigned input)
{
	walk(how, e, input, false);
}
