// SPDX-License-Identifier: BSD-3-Clause
#include "src/profile.h"

#include <stdlib.h>
#include <string.h>

#include "src/counter.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

__thread struct profile_clock profile_clock;

// Stands where the neighbour would: only its address is an element's.
struct profile_port {
	struct element stand_in;
	void (*push)(struct element *e, unsigned port, struct batch *b);
	void (*pull)(struct element *e, unsigned port, struct batch *b, unsigned max);
	struct element *to; // borrowed; whose function it is
	struct profile_lcore *counts; // borrowed; of it, by lcore
	uint64_t *n_packets; // owned; by lcore, a cache line each
};

struct profile {
	struct profile_lcore *lcores; // owned; by lcore
	struct profile_port **outputs,
		**inputs; // owned, by port; NULL: passive, counted by its user
	struct profile_sum base; // what was there at the last reset; control thread
};

enum { PORT_STRIDE = RTE_CACHE_LINE_SIZE / sizeof(uint64_t) };

static bool enabled; // control thread

void
profile_enable(void)
{
	enabled = true;
}

void
profile_disable(void)
{
	enabled = false;
}

// ---- packet path

static inline void
count(struct profile_port *p, struct profile_lcore *l, unsigned n)
{
	l->n_calls++;
	l->n_packets += n;
	p->n_packets[lcore_index * PORT_STRIDE] += n;
}

static void
profiled_push(struct element *stand_in, unsigned port, struct batch *b)
{
	struct profile_port *p = (struct profile_port *)stand_in;
	struct profile_lcore *l = &p->counts[lcore_index];
	uint64_t *before;

	count(p, l, b->n);
	if (likely(profile_clock.slot == NULL)) {
		p->push(p->to, port, b);
		return;
	}
	before = profile_enter(&l->cycles[PROFILE_CALL]);
	p->push(p->to, port, b);
	profile_leave(before);
}

static void
profiled_pull(struct element *stand_in, unsigned port, struct batch *b, unsigned max)
{
	struct profile_port *p = (struct profile_port *)stand_in;
	struct profile_lcore *l = &p->counts[lcore_index];
	uint64_t *before;

	if (likely(profile_clock.slot == NULL)) {
		p->pull(p->to, port, b, max);
	} else {
		before = profile_enter(&l->cycles[PROFILE_CALL]);
		p->pull(p->to, port, b, max);
		profile_leave(before);
	}
	if (b->n > 0)
		count(p, l, b->n);
}

uint64_t *
profile_slot(const struct element *e, enum profile_kind kind)
{
	if (e == NULL || e->info->profile == NULL)
		return NULL;
	return &e->info->profile->lcores[lcore_index].cycles[kind];
}

bool
profile_timer_runs(const struct element *e)
{
	if (e == NULL || e->info->profile == NULL)
		return false;
	return e->info->profile->lcores[lcore_index].n_timers++ % PROFILE_EVERY == 0;
}

// ---- the router

static struct profile_port *
port_create(struct element *to)
{
	struct profile_port *p = mem_zalloc(sizeof(*p));

	p->to = to;
	p->counts = to->info->profile->lcores;
	p->n_packets = mem_zalloc_aligned(
		lcores_n() * PORT_STRIDE * sizeof(*p->n_packets), RTE_CACHE_LINE_SIZE);
	return p;
}

static void
port_destroy(struct profile_port *p)
{
	if (p != NULL)
		free(p->n_packets);
	free(p);
}

static struct profile *
profile_create(const struct element *e)
{
	struct profile *p = mem_zalloc(sizeof(*p));

	p->lcores = mem_zalloc_aligned(lcores_n() * sizeof(*p->lcores), RTE_CACHE_LINE_SIZE);
	p->outputs = mem_zalloc(e->n_outputs * sizeof(struct profile_port *));
	p->inputs = mem_zalloc(e->n_inputs * sizeof(struct profile_port *));
	return p;
}

static void
attach_ports(struct element *e)
{
	struct profile *profile = e->info->profile;

	for (unsigned i = 0; i < e->n_outputs; i++) {
		struct element_output *o = &e->outputs[i];

		if (o->push == NULL)
			continue;
		profile->outputs[i] = port_create(o->element);
		profile->outputs[i]->push = o->push;
		o->push = profiled_push;
		o->element = &profile->outputs[i]->stand_in;
	}
	for (unsigned i = 0; i < e->n_inputs; i++) {
		struct element_input *in = &e->inputs[i];

		if (in->pull == NULL)
			continue;
		profile->inputs[i] = port_create(in->element);
		profile->inputs[i]->pull = in->pull;
		in->pull = profiled_pull;
		in->element = &profile->inputs[i]->stand_in;
	}
}

void
profile_attach(struct router *r)
{
	if (!enabled)
		return;
	for (size_t i = 0; i < r->n_elements; i++)
		r->elements[i]->info->profile = profile_create(r->elements[i]);
	for (size_t i = 0; i < r->n_elements; i++)
		attach_ports(r->elements[i]);
	r->profiled = true;
}

void
profile_detach(struct element *e)
{
	struct profile *p = e->info->profile;

	if (p == NULL)
		return;
	for (unsigned i = 0; i < e->n_outputs; i++)
		port_destroy(p->outputs[i]);
	for (unsigned i = 0; i < e->n_inputs; i++)
		port_destroy(p->inputs[i]);
	free(p->lcores);
	free(p->outputs);
	free(p->inputs);
	free(p);
	e->info->profile = NULL;
}

// ---- reading

static uint64_t
port_sum(const struct profile_port *p)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < lcores_n(); i++)
		sum += counter_read(&p->n_packets[i * PORT_STRIDE]);
	return sum;
}

bool
profile_port_is_active(const struct element *e, bool output, unsigned port)
{
	const struct profile *p = e->info->profile;

	return (output ? p->outputs[port] : p->inputs[port]) != NULL;
}

bool
profile_port_packets(const struct element *e, bool output, unsigned port, uint64_t *n)
{
	const struct element_info *info = e->info;
	const struct profile *p = info->profile;
	size_t n_links = output ? info->n_outgoing : info->n_incoming;

	*n = 0;
	if (p == NULL)
		return false;
	if (profile_port_is_active(e, output, port)) {
		*n = port_sum(output ? p->outputs[port] : p->inputs[port]);
		return true;
	}
	// A passive port's packets are those of the ports that use it.
	for (size_t i = 0; i < n_links; i++) {
		const struct config_connection *k = output ? info->outgoing[i] : info->incoming[i];
		const struct profile *user =
			e->router->elements[output ? k->to : k->from]->info->profile;

		if ((output ? k->from_port : k->to_port) == port)
			*n += port_sum(
				output ? user->inputs[k->to_port] : user->outputs[k->from_port]);
	}
	return true;
}

static uint64_t
task_runs(const struct element *e)
{
	uint64_t n = 0;

	for (const struct task *t = e->info->tasks; t != NULL; t = t->sibling)
		n += counter_read(&t->n_runs);
	return n;
}

// All lcores together.
static struct profile_sum
total(const struct element *e)
{
	const struct profile *p = e->info->profile;
	struct profile_sum sum = {.n_tasks = task_runs(e)};

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct profile_lcore *l = &p->lcores[i];

		sum.n_calls += counter_read(&l->n_calls);
		sum.n_packets += counter_read(&l->n_packets);
		sum.n_timers += counter_read(&l->n_timers);
		for (unsigned k = 0; k < RTE_DIM(sum.cycles); k++)
			sum.cycles[k] += counter_read(&l->cycles[k]) * PROFILE_EVERY;
	}
	return sum;
}

struct profile_sum
profile_since_reset(const struct element *e)
{
	const struct profile_sum *base = &e->info->profile->base;
	struct profile_sum s = total(e);

	s.n_calls -= base->n_calls;
	s.n_packets -= base->n_packets;
	s.n_timers -= base->n_timers;
	s.n_tasks -= base->n_tasks;
	for (unsigned k = 0; k < RTE_DIM(s.cycles); k++)
		s.cycles[k] -= base->cycles[k];
	return s;
}

void
profile_reset(const struct element *e)
{
	e->info->profile->base = total(e);
}
