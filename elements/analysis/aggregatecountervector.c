// SPDX-License-Identifier: BSD-3-Clause
// AggregateCounterVector: counts packets or bytes by the low bits of the aggregate annotation.

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "src/counter.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct aggregatecountervector_lcore {
	uint64_t *counts; // owned; by index
};

struct aggregatecountervector {
	struct element element;
	uint32_t mask;
	bool bytes, ip_bytes, multipacket, extra_length;
	_Atomic bool active;
	bool starts_active;
	uint64_t *forgotten; // owned; by clear or before a hot swap, by index; signed in truth
};

enum { MASK_MAX = (1 << 20) - 1 };

// ---- data path

static inline uint64_t
amount(const struct aggregatecountervector *e, const struct packet *p)
{
	uint32_t extra = e->multipacket ? packet_anno_u32(p, ANNO_EXTRA_PACKETS) : 0;
	int32_t network;
	uint64_t n;

	if (!e->bytes)
		return 1 + (uint64_t)extra;
	n = packet_length(p);
	if (e->ip_bytes && (network = packet_network_offset(p)) != PACKET_NO_HEADER)
		n = packet_length_from(p, network);
	if (e->extra_length)
		n += packet_anno_u32(p, ANNO_EXTRA_LENGTH);
	return n;
}

static void
count_batch(const struct aggregatecountervector *e, const struct batch *b)
{
	const struct aggregatecountervector_lcore *l = element_lcore(&e->element);
	uint64_t *counts = l->counts;
	uint32_t mask = e->mask;

	if (!atomic_load_explicit(&e->active, memory_order_relaxed))
		return;
	for (unsigned i = 0; i < b->n; i++)
		counts[packet_anno_u32(b->pkt[i], ANNO_AGGREGATE) & mask] += amount(e, b->pkt[i]);
}

static void
aggregatecountervector_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	count_batch((struct aggregatecountervector *)e, b);
	element_push(e, 0, b);
}

static void
aggregatecountervector_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	count_batch((struct aggregatecountervector *)e, b);
}

// ---- life

static struct aggregatecountervector_lcore *
lcore_state(const struct element *e, unsigned lcore)
{
	return (struct aggregatecountervector_lcore *)(uintptr_t)element_lcore_at(e, lcore);
}

static int
aggregatecountervector_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct aggregatecountervector *e = (struct aggregatecountervector *)base;

	(void)args;
	if ((e->mask & (e->mask + 1)) != 0)
		return errh_error(errh, "MASK must be a power of 2, minus 1");
	e->bytes |= e->ip_bytes;
	atomic_store(&e->active, e->starts_active);
	return 0;
}

static int
aggregatecountervector_initialize(struct element *base, struct errh *errh)
{
	struct aggregatecountervector *e = (struct aggregatecountervector *)base;
	size_t size = ((size_t)e->mask + 1) * sizeof(uint64_t);

	(void)errh;
	e->forgotten = mem_zalloc(size);
	for (unsigned i = 0; i < lcores_n(); i++)
		lcore_state(base, i)->counts = mem_zalloc_aligned(size, RTE_CACHE_LINE_SIZE);
	return 0;
}

static void
aggregatecountervector_cleanup(struct element *base)
{
	for (unsigned i = 0; base->lcore_data != NULL && i < lcores_n(); i++)
		free(lcore_state(base, i)->counts);
	free(((struct aggregatecountervector *)base)->forgotten);
}

static uint64_t
sum(const struct aggregatecountervector *e, uint32_t index)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < lcores_n(); i++)
		n += counter_read(&lcore_state(&e->element, i)->counts[index]);
	return n - e->forgotten[index];
}

static int
aggregatecountervector_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct aggregatecountervector *e = (struct aggregatecountervector *)base;
	const struct aggregatecountervector *old = (struct aggregatecountervector *)old_base;

	(void)errh;
	if (e->mask != old->mask || e->bytes != old->bytes)
		return 0;
	for (uint32_t i = 0; i <= e->mask; i++)
		e->forgotten[i] -= sum(old, i);
	return 0;
}

// ---- handlers

static int
read_dump(const struct handler_read *call)
{
	const struct aggregatecountervector *e = (struct aggregatecountervector *)call->element;

	for (uint32_t i = 0; i <= e->mask; i++) {
		uint64_t n = sum(e, i);

		if (n > 0)
			strbuf_addf(call->out, "%u %" PRIu64 "\n", i, n);
	}
	return 0;
}

static int
read_count(const struct handler_read *call)
{
	const struct aggregatecountervector *e = (struct aggregatecountervector *)call->element;
	uint64_t n = 0, index;

	if (*call->param == '\0') {
		for (uint32_t i = 0; i <= e->mask; i++)
			n += sum(e, i);
	} else if (text_read_uint64(call->param, &index) != 0 || index > e->mask) {
		return errh_error(call->errh, "expected an index, 0 to %u", e->mask);
	} else {
		n = sum(e, (uint32_t)index);
	}
	strbuf_addf(call->out, "%" PRIu64, n);
	return 0;
}

static int
read_active(const struct handler_read *call)
{
	strbuf_adds(call->out,
		((struct aggregatecountervector *)call->element)->active ? "true" : "false");
	return 0;
}

static int
write_active(const struct handler_write *call)
{
	struct aggregatecountervector *e = (struct aggregatecountervector *)call->element;
	bool active = false;

	if (call->row->number == 0 && handler_parse(call, &arg_bool, &active) != 0)
		return -EINVAL;
	atomic_store(&e->active, active);
	return 0;
}

static int
write_clear(const struct handler_write *call)
{
	struct aggregatecountervector *e = (struct aggregatecountervector *)call->element;

	for (uint32_t i = 0; i <= e->mask; i++)
		e->forgotten[i] += sum(e, i);
	return 0;
}

static const struct arg aggregatecountervector_args[] = {
	ARG(aggregatecountervector, mask, "MASK", ARG_MANDATORY, .min = 0, .max = MASK_MAX,
		.help = "bits of the annotation that count: a power of 2, minus 1"),
	ARG(aggregatecountervector, bytes, "BYTES", ARG_KEYWORD, .def = "false",
		.help = "true: counts bytes"),
	ARG(aggregatecountervector, ip_bytes, "IP_BYTES", ARG_KEYWORD, .def = "false",
		.help = "true: counts bytes from the IP header on"),
	ARG(aggregatecountervector, multipacket, "MULTIPACKET", ARG_KEYWORD, .def = "true",
		.help = "whether packets count as more than one if EXTRA_PACKETS says so"),
	ARG(aggregatecountervector, extra_length, "EXTRA_LENGTH", ARG_KEYWORD, .def = "true",
		.help = "whether the bytes of EXTRA_LENGTH count"),
	ARG(aggregatecountervector, starts_active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: counts nothing until the handler `active` is set"),
	ARGS_END,
};

static const struct handler aggregatecountervector_handlers[] = {
	{.name = "dump", .read = read_dump, .help = "lines `INDEX COUNT`, of those not 0"},
	{.name = "count",
		.read = read_count,
		.flags = HANDLER_PARAM,
		.help = "all counts together, or that of the index that the parameter gives"},
	{.name = "active",
		.read = read_active,
		.write = write_active,
		.flags = HANDLER_CHECKBOX | HANDLER_LIVE,
		.help = "whether packets are counted"},
	{.name = "stop",
		.write = write_active,
		.flags = HANDLER_BUTTON | HANDLER_LIVE,
		.number = 1,
		.help = "counts no more"},
	{.name = "clear",
		.write = write_clear,
		.flags = HANDLER_BUTTON,
		.help = "sets all counts to 0"},
	HANDLERS_END,
};

static const struct element_class aggregatecountervector_class = {
	.name = "AggregateCounterVector",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct aggregatecountervector),
	.lcore_size = sizeof(struct aggregatecountervector_lcore),
	.push = aggregatecountervector_push,
	.pull = aggregatecountervector_pull,
	.configure = aggregatecountervector_configure,
	.initialize = aggregatecountervector_initialize,
	.cleanup = aggregatecountervector_cleanup,
	.take_state = aggregatecountervector_take_state,
	.args = aggregatecountervector_args,
	.handlers = aggregatecountervector_handlers,
	.reads = "AGGREGATE",
	.group = "analysis",
	.brief = "counts packets or bytes by the low bits of the aggregate annotation",
	.manual =
		"An array of MASK + 1 counts that each lcore has for itself, hence much faster than\n"
		"AggregateCounter; aggregates that differ in higher bits only count as one. There is\n"
		"no MARK argument: nothing here reads marks.",
	.example = "Idle -> CheckIPHeader -> AggregateHash"
		   " -> AggregateCounterVector(255, BYTES true) -> Discard;",
};
ELEMENT_CLASS(aggregatecountervector_class)
