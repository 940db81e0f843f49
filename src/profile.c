// SPDX-License-Identifier: BSD-3-Clause
#include "src/profile.h"

#include <inttypes.h>
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
	struct element stub;
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
	// What `cycles` and `reset_cycles` subtract. Control thread.
	struct profile_lcore base;
	uint64_t base_task_runs;
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

bool
profile_is_enabled(void)
{
	return enabled;
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
profiled_push(struct element *stub, unsigned port, struct batch *b)
{
	struct profile_port *p = (struct profile_port *)stub;
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
profiled_pull(struct element *stub, unsigned port, struct batch *b, unsigned max)
{
	struct profile_port *p = (struct profile_port *)stub;
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
		o->element = &profile->outputs[i]->stub;
	}
	for (unsigned i = 0; i < e->n_inputs; i++) {
		struct element_input *in = &e->inputs[i];

		if (in->pull == NULL)
			continue;
		profile->inputs[i] = port_create(in->element);
		profile->inputs[i]->pull = in->pull;
		in->pull = profiled_pull;
		in->element = &profile->inputs[i]->stub;
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

static bool
is_active(const struct element *e, bool output, unsigned port)
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
	if (is_active(e, output, port)) {
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
static struct profile_lcore
total(const struct element *e)
{
	const struct profile *p = e->info->profile;
	struct profile_lcore sum = {0};

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

struct profile_sum {
	uint64_t n_calls, n_packets, n_timers, n_tasks;
	uint64_t cycles[3];
};

// Since the last reset.
static struct profile_sum
since_reset(const struct element *e)
{
	const struct profile *p = e->info->profile;
	struct profile_lcore all = total(e);
	struct profile_sum s = {
		.n_calls = all.n_calls - p->base.n_calls,
		.n_packets = all.n_packets - p->base.n_packets,
		.n_timers = all.n_timers - p->base.n_timers,
		.n_tasks = task_runs(e) - p->base_task_runs,
	};

	for (unsigned k = 0; k < RTE_DIM(s.cycles); k++)
		s.cycles[k] = all.cycles[k] - p->base.cycles[k];
	return s;
}

static void
reset(const struct element *e)
{
	struct profile *p = e->info->profile;

	p->base = total(e);
	p->base_task_runs = task_runs(e);
}

static uint64_t
all_cycles(const struct profile_sum *s)
{
	return s->cycles[PROFILE_CALL] + s->cycles[PROFILE_TASK] + s->cycles[PROFILE_TIMER];
}

// Of a source, those that it sent.
static uint64_t
packets_of(const struct element *e, const struct profile_sum *s)
{
	uint64_t sum = s->n_packets, n;

	for (unsigned i = 0; sum == 0 && i < e->n_outputs; i++) {
		profile_port_packets(e, true, i, &n);
		sum += n;
	}
	for (unsigned i = 0; sum == 0 && i < e->n_inputs; i++) {
		profile_port_packets(e, false, i, &n);
		sum += n;
	}
	return sum;
}

static double
ratio(uint64_t a, uint64_t b)
{
	return b == 0 ? 0 : (double)a / (double)b;
}

// ---- tables

struct profile_row {
	const struct element *e;
	struct profile_sum sum;
	uint64_t n_packets, cycles;
};

static int
compare_rows(const void *pa, const void *pb)
{
	const struct profile_row *a = pa, *b = pb;

	return a->cycles != b->cycles ? (a->cycles < b->cycles ? 1 : -1)
				      : (int)a->e->info->index - (int)b->e->info->index;
}

void
profile_table(const struct router *r, struct strbuf *out)
{
	struct profile_row *rows = mem_zalloc(r->n_elements * sizeof(*rows));
	uint64_t all = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->n_elements; i++) {
		struct profile_row row = {.e = r->elements[i], .sum = since_reset(r->elements[i])};

		row.n_packets = packets_of(row.e, &row.sum);
		row.cycles = all_cycles(&row.sum);
		all += row.cycles;
		if (row.n_packets > 0 || row.cycles > 0)
			rows[n++] = row;
	}
	qsort(rows, n, sizeof(*rows), compare_rows);
	strbuf_addf(out, "%14s %14s %8s %12s %6s  element\n", "packets", "batches", "batch",
		"cycles/pkt", "share");
	for (size_t i = 0; i < n; i++) {
		const struct profile_row *row = &rows[i];

		strbuf_addf(out,
			"%14" PRIu64 " %14" PRIu64 " %8.1f %12.1f %5.1f%%  " ELEMENT_FMT "\n",
			row->n_packets, row->sum.n_calls,
			ratio(row->sum.n_packets, row->sum.n_calls),
			ratio(row->cycles, row->n_packets), 100 * ratio(row->cycles, all),
			element_name(row->e), row->e->class->name);
	}
	free(rows);
}

// ---- handlers of an element

static void
counts_text(const struct element *e, bool output, struct strbuf *out)
{
	unsigned n_ports = output ? e->n_outputs : e->n_inputs;
	uint64_t n;

	for (unsigned i = 0; i < n_ports; i++) {
		profile_port_packets(e, output, i, &n);
		strbuf_addf(out, "%" PRIu64 "\n", n);
	}
}

static int
read_icounts(const struct handler_read *call)
{
	counts_text(call->element, false, call->out);
	return 0;
}

static int
read_ocounts(const struct handler_read *call)
{
	counts_text(call->element, true, call->out);
	return 0;
}

static int
read_cycles(const struct handler_read *call)
{
	struct profile_sum s = since_reset(call->element);

	if (s.n_tasks > 0)
		strbuf_addf(call->out, "tasks %" PRIu64 " %" PRIu64 "\n", s.n_tasks,
			s.cycles[PROFILE_TASK]);
	if (s.n_timers > 0)
		strbuf_addf(call->out, "timers %" PRIu64 " %" PRIu64 "\n", s.n_timers,
			s.cycles[PROFILE_TIMER]);
	if (s.n_calls > 0)
		strbuf_addf(call->out, "xfer %" PRIu64 " %" PRIu64 "\n", s.n_calls,
			s.cycles[PROFILE_CALL]);
	return 0;
}

static int
write_cycles(const struct handler_write *call)
{
	reset(call->element);
	return 0;
}

static int
read_profile(const struct handler_read *call)
{
	struct profile_sum s = since_reset(call->element);
	uint64_t n = packets_of(call->element, &s);

	strbuf_addf(call->out,
		"packets %" PRIu64 "\nbatches %" PRIu64 "\nbatch %.1f\ncycles_per_packet %.1f\n", n,
		s.n_calls, ratio(s.n_packets, s.n_calls), ratio(all_cycles(&s), n));
	return 0;
}

void
profile_add_handlers(struct element *e)
{
	static const struct handler rows[] = {
		{.name = "icounts",
			.read = read_icounts,
			.flags = HANDLER_LIVE,
			.help = "packets into each input"},
		{.name = "ocounts",
			.read = read_ocounts,
			.flags = HANDLER_LIVE,
			.help = "packets out of each output"},
		{.name = "cycles",
			.read = read_cycles,
			.write = write_cycles,
			.flags = HANDLER_LIVE | HANDLER_BUTTON,
			.help = "runs of tasks and timers, calls by other elements, and the cycles "
				"that they took; writing sets them to zero"},
		{.name = "profile",
			.read = read_profile,
			.flags = HANDLER_LIVE,
			.help = "packets, batches, packets in a batch, cycles for each packet"},
	};

	if (e->info->profile == NULL)
		return;
	for (size_t i = 0; i < RTE_DIM(rows); i++)
		element_add_handler(e, rows[i].name, &rows[i], 0);
}

// ---- global handlers

static void
add_active_ports(const struct element *e, bool counts, struct strbuf *out)
{
	uint64_t n;

	for (unsigned output = 0; output < 2; output++) {
		unsigned n_ports = output ? e->n_outputs : e->n_inputs;

		for (unsigned i = 0; i < n_ports; i++) {
			if (!is_active(e, output, i))
				continue;
			profile_port_packets(e, output, i, &n);
			if (counts)
				strbuf_addf(out, "%" PRIu64 "\n", n);
			else
				strbuf_addf(
					out, "%s\t%c%u\n", element_name(e), output ? 'o' : 'i', i);
		}
	}
}

static int
read_active_ports(const struct handler_read *call)
{
	for (size_t i = 0; i < call->router->n_elements; i++)
		add_active_ports(call->router->elements[i], call->row->number != 0, call->out);
	return 0;
}

static void
add_csv(const struct profile_sum *s, struct strbuf *out)
{
	uint64_t n[3] = {[PROFILE_CALL] = s->n_calls,
		[PROFILE_TASK] = s->n_tasks,
		[PROFILE_TIMER] = s->n_timers};
	static const enum profile_kind order[] = {PROFILE_TASK, PROFILE_TIMER, PROFILE_CALL};

	for (size_t i = 0; i < RTE_DIM(order); i++)
		strbuf_addf(out, ",%" PRIu64 ",%" PRIu64 ",%.1f", n[order[i]], s->cycles[order[i]],
			ratio(s->cycles[order[i]], n[order[i]]));
	strbuf_addc(out, '\n');
}

#define CSV_COLUMNS                                  \
	"task_calls,task_cycles,cycles_per_task,"    \
	"timer_calls,timer_cycles,cycles_per_timer," \
	"xfer_calls,xfer_cycles,cycles_per_xfer\n"

static int
read_element_cycles(const struct handler_read *call)
{
	strbuf_adds(call->out, "name,class," CSV_COLUMNS);
	for (size_t i = 0; i < call->router->n_elements; i++) {
		const struct element *e = call->router->elements[i];
		struct profile_sum s = since_reset(e);

		strbuf_addf(call->out, "%s,%s", element_name(e), e->class->name);
		add_csv(&s, call->out);
	}
	return 0;
}

static void
add_sum(struct profile_sum *to, const struct profile_sum *s)
{
	to->n_calls += s->n_calls;
	to->n_packets += s->n_packets;
	to->n_timers += s->n_timers;
	to->n_tasks += s->n_tasks;
	for (unsigned k = 0; k < RTE_DIM(to->cycles); k++)
		to->cycles[k] += s->cycles[k];
}

static int
read_class_cycles(const struct handler_read *call)
{
	const struct element_class *class;

	strbuf_adds(call->out, "class,elements," CSV_COLUMNS);
	for (size_t c = 0; (class = element_class_at(c)) != NULL; c++) {
		struct profile_sum sum = {0}, s;
		size_t n = 0;

		for (size_t i = 0; i < call->router->n_elements; i++) {
			if (call->router->elements[i]->class != class)
				continue;
			s = since_reset(call->router->elements[i]);
			add_sum(&sum, &s);
			n++;
		}
		if (n > 0) {
			strbuf_addf(call->out, "%s,%zu", class->name, n);
			add_csv(&sum, call->out);
		}
	}
	return 0;
}

static int
write_reset_cycles(const struct handler_write *call)
{
	for (size_t i = 0; i < call->router->n_elements; i++)
		reset(call->router->elements[i]);
	return 0;
}

static int
read_table(const struct handler_read *call)
{
	profile_table(call->router, call->out);
	return 0;
}

const struct handler *
profile_global_handler_at(size_t i)
{
	static const struct handler rows[] = {
		{.name = "active_ports", .read = read_active_ports, .flags = HANDLER_LIVE},
		{.name = "active_port_stats",
			.read = read_active_ports,
			.flags = HANDLER_LIVE,
			.number = 1},
		{.name = "element_cycles.csv", .read = read_element_cycles, .flags = HANDLER_LIVE},
		{.name = "class_cycles.csv", .read = read_class_cycles, .flags = HANDLER_LIVE},
		{.name = "reset_cycles",
			.write = write_reset_cycles,
			.flags = HANDLER_LIVE | HANDLER_BUTTON},
		{.name = "profile", .read = read_table, .flags = HANDLER_LIVE | HANDLER_HIDDEN},
	};

	return i < RTE_DIM(rows) ? &rows[i] : NULL;
}
