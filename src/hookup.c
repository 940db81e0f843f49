// SPDX-License-Identifier: BSD-3-Clause
#include "src/hookup.h"

#include <errno.h>
#include <stdlib.h>

#include "src/config.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/flow.h"
#include "src/mem.h"
#include "src/router.h"

#define PORT(e) element_name(e), (e)->class->name

// ---- port counts

static int
count_port(const struct element *e, const char *direction, unsigned port, uint16_t *n,
	struct errh *errh)
{
	if (port >= ELEMENT_PORTS_MAX)
		return errh_error_at(errh, e->info->landmark,
			"'" ELEMENT_FMT "' %s %u: no element has more than %u ports", PORT(e),
			direction, port, ELEMENT_PORTS_MAX);
	if (port >= *n)
		*n = (uint16_t)(port + 1);
	return 0;
}

static int
count_ports(struct router *r, struct errh *errh)
{
	int err = 0;

	for (size_t i = 0; i < r->config.n_connections; i++) {
		const struct config_connection *k = &r->config.connections[i];
		struct element *from = r->elements[k->from], *to = r->elements[k->to];

		if (count_port(from, "output", k->from_port, &from->n_outputs, errh) != 0 ||
			count_port(to, "input", k->to_port, &to->n_inputs, errh) != 0)
			err = -EINVAL;
	}
	return err;
}

static unsigned
clamp(unsigned n, unsigned min, unsigned max)
{
	return n < min ? min : n > max ? max : n;
}

static void
clamp_ports(struct element *e)
{
	unsigned used_in = e->n_inputs, used_out = e->n_outputs, min, max;
	const char *code = e->class->ports;

	flow_port_count(code, false, used_in, used_out, &min, &max);
	e->n_inputs = (uint16_t)clamp(used_in, min, max);
	flow_port_count(code, true, used_out, e->n_inputs, &min, &max);
	e->n_outputs = (uint16_t)clamp(used_out, min, max);
}

static int
check_range(const struct element *e, bool output, unsigned port, struct errh *errh)
{
	if (port < (output ? e->n_outputs : e->n_inputs))
		return 0;
	return errh_error_at(errh, e->info->landmark, "'" ELEMENT_FMT "' has no %s %u", PORT(e),
		output ? "output" : "input", port);
}

static int
check_ranges(struct router *r, struct errh *errh)
{
	int err = count_ports(r, errh);

	if (err != 0)
		return err;
	for (size_t i = 0; i < r->n_elements; i++)
		clamp_ports(r->elements[i]);
	for (size_t i = 0; i < r->config.n_connections; i++) {
		const struct config_connection *k = &r->config.connections[i];

		if (check_range(r->elements[k->to], false, k->to_port, errh) != 0)
			err = -EINVAL;
		if (check_range(r->elements[k->from], true, k->from_port, errh) != 0)
			err = -EINVAL;
	}
	return err;
}

static void
allocate_ports(struct router *r)
{
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];

		e->outputs = mem_zalloc(e->n_outputs * sizeof(*e->outputs));
		e->inputs = mem_zalloc(e->n_inputs * sizeof(*e->inputs));
		e->info->out_pull = mem_zalloc(e->n_outputs);
		e->info->in_pull = mem_zalloc(e->n_inputs);
		e->info->out_agnostic = mem_zalloc(e->n_outputs);
		e->info->in_agnostic = mem_zalloc(e->n_inputs);
	}
}

static void
index_connections(struct router *r)
{
	for (size_t i = 0; i < r->config.n_connections; i++) {
		const struct config_connection *k = &r->config.connections[i];

		r->elements[k->from]->info->n_outgoing++;
		r->elements[k->to]->info->n_incoming++;
	}
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element_info *info = r->elements[i]->info;

		info->outgoing = mem_zalloc(info->n_outgoing * sizeof(*info->outgoing));
		info->incoming = mem_zalloc(info->n_incoming * sizeof(*info->incoming));
		info->n_outgoing = info->n_incoming = 0;
	}
	for (size_t i = 0; i < r->config.n_connections; i++) {
		const struct config_connection *k = &r->config.connections[i];
		struct element_info *from = r->elements[k->from]->info;
		struct element_info *to = r->elements[k->to]->info;

		from->outgoing[from->n_outgoing++] = k;
		to->incoming[to->n_incoming++] = k;
	}
}

// ---- push and pull

// What is known of each port while agnostic ones are being resolved.
struct resolve {
	struct router *r;
	char **in, **out; // owned, by element and port: 'h', 'l', 'a'
	bool *bad; // owned, by connection: reported, not looked at again
	struct errh *errh;
	int err;
};

static void
resolve_init(struct resolve *s)
{
	s->in = mem_zalloc(s->r->n_elements * sizeof(*s->in));
	s->out = mem_zalloc(s->r->n_elements * sizeof(*s->out));
	s->bad = mem_zalloc(s->r->config.n_connections);
	for (size_t i = 0; i < s->r->n_elements; i++) {
		struct element *e = s->r->elements[i];

		s->in[i] = mem_zalloc(e->n_inputs);
		s->out[i] = mem_zalloc(e->n_outputs);
		for (unsigned p = 0; p < e->n_inputs; p++)
			s->in[i][p] = flow_processing(e->class->processing, false, p);
		for (unsigned p = 0; p < e->n_outputs; p++)
			s->out[i][p] = flow_processing(e->class->processing, true, p);
		for (unsigned p = 0; p < e->n_inputs; p++)
			e->info->in_agnostic[p] = s->in[i][p] == 'a';
		for (unsigned p = 0; p < e->n_outputs; p++)
			e->info->out_agnostic[p] = s->out[i][p] == 'a';
	}
}

static void
resolve_fini(struct resolve *s)
{
	for (size_t i = 0; i < s->r->n_elements; i++) {
		free(s->in[i]);
		free(s->out[i]);
	}
	free(s->in);
	free(s->out);
	free(s->bad);
}

static const char *
processing_name(char c)
{
	return c == 'l' ? "pull" : "push";
}

// Copies what one end knows to the other. Returns whether anything changed; *clash: both know and
// disagree.
static bool
agree(char *a, char *b, bool *clash)
{
	*clash = *a != 'a' && *b != 'a' && *a != *b;
	if (*clash || *a == *b)
		return false;
	*(*a == 'a' ? a : b) = *a == 'a' ? *b : *a;
	return true;
}

static bool
resolve_connection(struct resolve *s, size_t i)
{
	const struct config_connection *k = &s->r->config.connections[i];
	struct element *from = s->r->elements[k->from], *to = s->r->elements[k->to];
	char *out = &s->out[k->from][k->from_port], *in = &s->in[k->to][k->to_port];
	bool clash, changed;

	if (s->bad[i])
		return false;
	changed = agree(out, in, &clash);
	if (clash) {
		s->bad[i] = true;
		s->err = errh_error(s->errh,
			"'" ELEMENT_FMT "' %s output %u connected to '" ELEMENT_FMT "' %s input %u",
			PORT(from), processing_name(*out), k->from_port, PORT(to),
			processing_name(*in), k->to_port);
	}
	return changed;
}

// Through an element: its agnostic inputs and the agnostic outputs that they flow to.
static bool
resolve_inside(struct resolve *s, size_t index, bool *reported)
{
	struct element *e = s->r->elements[index];
	bool changed = false, clash;

	for (unsigned i = 0; i < e->n_inputs; i++) {
		for (unsigned o = 0; o < e->n_outputs; o++) {
			if (!e->info->in_agnostic[i] || !e->info->out_agnostic[o] ||
				!flow_linked(element_flow(e), i, o))
				continue;
			changed |= agree(&s->in[index][i], &s->out[index][o], &clash);
			if (clash && !*reported) {
				*reported = true;
				s->err = errh_error(s->errh,
					"agnostic '" ELEMENT_FMT
					"' in mixed context: %s input %u, %s output %u",
					PORT(e), processing_name(s->in[index][i]), i,
					processing_name(s->out[index][o]), o);
			}
		}
	}
	return changed;
}

static int
resolve(struct router *r, struct errh *errh)
{
	struct resolve s = {.r = r, .errh = errh};
	bool *reported = mem_zalloc(r->n_elements);
	bool changed = true;

	resolve_init(&s);
	while (changed) {
		changed = false;
		for (size_t i = 0; i < r->config.n_connections; i++)
			changed |= resolve_connection(&s, i);
		for (size_t i = 0; i < r->n_elements; i++)
			changed |= resolve_inside(&s, i, &reported[i]);
	}
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];

		for (unsigned p = 0; p < e->n_inputs; p++)
			e->info->in_pull[p] = s.in[i][p] == 'l';
		for (unsigned p = 0; p < e->n_outputs; p++)
			e->info->out_pull[p] = s.out[i][p] == 'l';
	}
	free(reported);
	resolve_fini(&s);
	return s.err;
}

// ---- completeness and wiring

const struct config_connection *
hookup_connection(const struct element *e, bool output, unsigned port)
{
	const struct element_info *info = e->info;
	size_t n = output ? info->n_outgoing : info->n_incoming;

	for (size_t i = 0; i < n; i++) {
		const struct config_connection *k = output ? info->outgoing[i] : info->incoming[i];

		if ((output ? k->from_port : k->to_port) == port)
			return k;
	}
	return NULL;
}

static int
check_reuse(
	const struct element *e, const struct config_connection *k, bool output, struct errh *errh)
{
	unsigned port = output ? k->from_port : k->to_port;
	bool active = output ? !e->info->out_pull[port] : e->info->in_pull[port];

	if (!active || hookup_connection(e, output, port) == k)
		return 0;
	return errh_error_at(errh, e->info->landmark, "illegal reuse of '" ELEMENT_FMT "' %s %u",
		PORT(e), output ? "push output" : "pull input", port);
}

static int
check_unused(const struct element *e, bool output, struct errh *errh)
{
	unsigned n = output ? e->n_outputs : e->n_inputs;
	int err = 0;

	for (unsigned port = 0; port < n; port++) {
		if (hookup_connection(e, output, port) == NULL)
			err = errh_error_at(errh, e->info->landmark,
				"'" ELEMENT_FMT "' %s %u unused", PORT(e),
				output ? "output" : "input", port);
	}
	return err;
}

// What is used twice, then all inputs that nobody uses, then outputs.
static int
check_complete(struct router *r, struct errh *errh)
{
	int err = 0;

	for (size_t i = 0; i < r->config.n_connections; i++) {
		const struct config_connection *k = &r->config.connections[i];

		if (check_reuse(r->elements[k->to], k, false, errh) != 0)
			err = -EINVAL;
		if (check_reuse(r->elements[k->from], k, true, errh) != 0)
			err = -EINVAL;
	}
	for (unsigned output = 0; output < 2; output++) {
		for (size_t i = 0; i < r->n_elements; i++) {
			if (check_unused(r->elements[i], output, errh) != 0)
				err = -EINVAL;
		}
	}
	return err;
}

static void
wire(struct router *r)
{
	for (size_t i = 0; i < r->config.n_connections; i++) {
		const struct config_connection *k = &r->config.connections[i];
		struct element *from = r->elements[k->from], *to = r->elements[k->to];

		if (!from->info->out_pull[k->from_port])
			from->outputs[k->from_port] =
				(struct element_output){to->class->push, to, k->to_port};
		else
			to->inputs[k->to_port] =
				(struct element_input){from->class->pull, from, k->from_port};
	}
}

int
hookup(struct router *r, struct errh *errh)
{
	int err;

	index_connections(r);
	err = check_ranges(r, errh);
	if (err != 0)
		return err;
	allocate_ports(r);
	err = resolve(r, errh);
	if (check_complete(r, errh) != 0)
		err = -EINVAL;
	if (err != 0)
		return err;
	wire(r);
	return 0;
}
