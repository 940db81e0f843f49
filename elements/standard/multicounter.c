// SPDX-License-Identifier: BSD-3-Clause
// MultiCounter: counts packets and bytes on several paths.

#include <inttypes.h>
#include <stdlib.h>

#include "elements/standard/tally.h"
#include "src/clock.h"
#include "src/counter.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct multicounter_lcore {
	struct tally *tallies; // owned; by port
};

// Before the start, forgotten by resets or taken over from another one: signed in truth.
struct base {
	uint64_t n_packets, n_bytes;
};

struct multicounter {
	struct element element;
	struct base *bases; // owned; by port
};

static void
multicounter_push(struct element *e, unsigned port, struct batch *b)
{
	const struct multicounter_lcore *l = element_lcore(e);

	tally_batch(&l->tallies[port], b);
	element_push(e, port, b);
}

// ---- life

static struct multicounter_lcore *
lcore_state(struct element *e, unsigned lcore)
{
	return (struct multicounter_lcore *)(uintptr_t)element_lcore_at(e, lcore);
}

static int
multicounter_initialize(struct element *base, struct errh *errh)
{
	struct multicounter *e = (struct multicounter *)base;

	(void)errh;
	e->bases = mem_zalloc(base->n_inputs * sizeof(*e->bases));
	for (unsigned i = 0; i < lcores_n(); i++)
		lcore_state(base, i)->tallies = mem_zalloc_aligned(
			base->n_inputs * sizeof(struct tally), RTE_CACHE_LINE_SIZE);
	return 0;
}

static void
multicounter_cleanup(struct element *base)
{
	struct multicounter *e = (struct multicounter *)base;

	for (unsigned i = 0; base->lcore_data != NULL && i < lcores_n(); i++)
		free(lcore_state(base, i)->tallies);
	free(e->bases);
}

static uint64_t
sum(const struct multicounter *e, unsigned port, bool bytes)
{
	uint64_t n = bytes ? e->bases[port].n_bytes : e->bases[port].n_packets;

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct multicounter_lcore *l = element_lcore_at(&e->element, i);
		const struct tally *t = &l->tallies[port];

		n += counter_read(bytes ? &t->n_bytes : &t->n_packets);
	}
	return n;
}

static int
multicounter_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct multicounter *e = (struct multicounter *)base;

	(void)errh;
	for (unsigned i = 0; i < (unsigned)RTE_MIN(base->n_inputs, old->n_inputs); i++) {
		e->bases[i].n_packets += sum((struct multicounter *)old, i, false);
		e->bases[i].n_bytes += sum((struct multicounter *)old, i, true);
	}
	return 0;
}

// ---- handlers

enum { COUNT, BYTE_COUNT, RATE, BYTE_RATE };

static uint64_t
sum_rates(const struct multicounter *e, unsigned port, bool bytes)
{
	int64_t ms = clock_steady() / CLOCK_MS;
	uint64_t n = 0;

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct multicounter_lcore *l = element_lcore_at(&e->element, i);

		n += tally_rate(&l->tallies[port], bytes, ms);
	}
	return n;
}

static int
read_values(const struct handler_read *call)
{
	const struct multicounter *e = (struct multicounter *)call->element;
	uintptr_t what = call->row->number;
	bool bytes = what == BYTE_COUNT || what == BYTE_RATE;

	for (unsigned i = 0; i < e->element.n_inputs; i++) {
		strbuf_adds(call->out, i > 0 ? "," : "");
		if (what == COUNT || what == BYTE_COUNT)
			strbuf_addf(call->out, "%" PRIu64, sum(e, i, bytes));
		else
			text_fixed2(call->out, sum_rates(e, i, bytes),
				bytes ? TALLY_BYTE_BITS : TALLY_COUNT_BITS);
	}
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	struct multicounter *e = (struct multicounter *)call->element;

	for (unsigned i = 0; i < e->element.n_inputs; i++) {
		e->bases[i].n_packets -= sum(e, i, false);
		e->bases[i].n_bytes -= sum(e, i, true);
	}
	return 0;
}

static const struct handler multicounter_handlers[] = {
	{.name = "count", .read = read_values, .number = COUNT, .help = "packets, by port"},
	{.name = "byte_count", .read = read_values, .number = BYTE_COUNT, .help = "bytes, by port"},
	{.name = "rate",
		.read = read_values,
		.number = RATE,
		.help = "packets per second, recently, by port"},
	{.name = "byte_rate",
		.read = read_values,
		.number = BYTE_RATE,
		.help = "bytes per second, recently, by port"},
	{.name = "reset_counts",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "sets the counts to 0"},
	HANDLERS_END,
};

static const struct element_class multicounter_class = {
	.name = "MultiCounter",
	.ports = "-/=",
	.processing = "h/h",
	.flow = "#/#",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct multicounter),
	.lcore_size = sizeof(struct multicounter_lcore),
	.push = multicounter_push,
	.initialize = multicounter_initialize,
	.cleanup = multicounter_cleanup,
	.take_state = multicounter_take_state,
	.handlers = multicounter_handlers,
	.group = "standard",
	.brief = "counts packets and bytes on several paths",
	.manual =
		"What comes in by input N leaves by output N. Each handler gives a value for each\n"
		"port, separated by commas. Counts and rates are those of Counter.",
	.example =
		"mc :: MultiCounter; Idle -> [0] mc [0] -> Discard; Idle -> [1] mc [1] -> Discard;",
};
ELEMENT_CLASS(multicounter_class)
