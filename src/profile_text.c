// SPDX-License-Identifier: BSD-3-Clause
// What profile.c has counted, as tables and handlers.

#include <inttypes.h>
#include <stdlib.h>

#include "src/element.h"
#include "src/mem.h"
#include "src/profile.h"
#include "src/router.h"
#include "src/strbuf.h"

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
		struct profile_row row = {
			.e = r->elements[i], .sum = profile_since_reset(r->elements[i])};

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
	struct profile_sum s = profile_since_reset(call->element);

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
	profile_reset(call->element);
	return 0;
}

static int
read_profile(const struct handler_read *call)
{
	struct profile_sum s = profile_since_reset(call->element);
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
			if (!profile_port_is_active(e, output, i))
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
		struct profile_sum s = profile_since_reset(e);

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
			s = profile_since_reset(call->router->elements[i]);
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
		profile_reset(call->router->elements[i]);
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
