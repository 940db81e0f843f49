// SPDX-License-Identifier: BSD-3-Clause
// AverageCounter: counts packets and bytes and their average rate since the first one.

#include <inttypes.h>
#include <stdatomic.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/strbuf.h"

// Of one lcore.
struct averagecounter_lcore {
	uint64_t n_packets, n_bytes;
	int64_t last_ms; // latest packet
};

struct averagecounter {
	struct element element;
	uint32_t ignore_s; // seconds at the start that do not count
	bool link_fcs;
	_Atomic int64_t first_ms; // first packet since the start or a reset; 0: none yet
	uint64_t n_packets_forgotten, n_bytes_forgotten; // by reset
};

// ---- data path

static int64_t
first_packet(struct averagecounter *e, int64_t now)
{
	int64_t first = atomic_load_explicit(&e->first_ms, memory_order_relaxed);

	if (unlikely(first == 0) && atomic_compare_exchange_strong(&e->first_ms, &first, now))
		first = now;
	return first;
}

static void
count_batch(struct averagecounter *e, const struct batch *b)
{
	struct averagecounter_lcore *l = element_lcore(&e->element);
	int64_t now = clock_steady() / CLOCK_MS;
	uint64_t bytes = 0;

	if (b->n == 0)
		return;
	l->last_ms = now;
	if (now - first_packet(e, now) < (int64_t)e->ignore_s * 1000)
		return;
	for (unsigned i = 0; i < b->n; i++)
		bytes += packet_length(b->pkt[i]);
	l->n_packets += b->n;
	l->n_bytes += bytes;
}

static void
averagecounter_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	count_batch((struct averagecounter *)e, b);
	element_push(e, 0, b);
}

static void
averagecounter_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	count_batch((struct averagecounter *)e, b);
}

// ---- handlers

static uint64_t
n_packets(const struct averagecounter *e)
{
	return ELEMENT_SUM(&e->element, averagecounter_lcore, n_packets) - e->n_packets_forgotten;
}

static uint64_t
n_bytes(const struct averagecounter *e)
{
	return ELEMENT_SUM(&e->element, averagecounter_lcore, n_bytes) - e->n_bytes_forgotten;
}

static int64_t
last_packet(const struct averagecounter *e)
{
	int64_t last = 0;

	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct averagecounter_lcore *l = element_lcore_at(&e->element, i);

		last = RTE_MAX(last, l->last_ms);
	}
	return last;
}

static int
averagecounter_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct averagecounter *e = (struct averagecounter *)base;
	const struct averagecounter *old = (struct averagecounter *)old_base;
	struct averagecounter_lcore *l = element_lcore(base);

	(void)errh;
	l->n_packets += n_packets(old);
	l->n_bytes += n_bytes(old);
	l->last_ms = last_packet(old);
	atomic_store(&e->first_ms, atomic_load(&old->first_ms));
	return 0;
}

enum { COUNT, BYTE_COUNT, RATE, BYTE_RATE, BIT_COUNT, LINK_COUNT, BIT_RATE, LINK_RATE };

enum { LINK_GAP = 20, LINK_FCS = 4 }; // preamble and gap, checksum: bytes of an Ethernet frame

static uint64_t
n_link_bits(const struct averagecounter *e)
{
	return (n_bytes(e) + n_packets(e) * (LINK_GAP + (e->link_fcs ? LINK_FCS : 0))) * 8;
}

static double
per_second(const struct averagecounter *e, uint64_t n)
{
	int64_t ms = last_packet(e) - atomic_load(&e->first_ms) - (int64_t)e->ignore_s * 1000;

	return (double)n * 1000 / (double)RTE_MAX(ms, INT64_C(1));
}

static int
read_value(const struct handler_read *call)
{
	const struct averagecounter *e = (struct averagecounter *)call->element;

	switch (call->row->number) {
	case COUNT:
		strbuf_addf(call->out, "%" PRIu64, n_packets(e));
		break;
	case BYTE_COUNT:
		strbuf_addf(call->out, "%" PRIu64, n_bytes(e));
		break;
	case RATE:
		text_double(call->out, per_second(e, n_packets(e)));
		break;
	case BYTE_RATE:
		text_double(call->out, per_second(e, n_bytes(e)));
		break;
	case BIT_COUNT:
		strbuf_addf(call->out, "%" PRIu64, n_bytes(e) * 8);
		break;
	case LINK_COUNT:
		strbuf_addf(call->out, "%" PRIu64, n_link_bits(e));
		break;
	case BIT_RATE:
		text_double(call->out, per_second(e, n_bytes(e) * 8));
		break;
	case LINK_RATE:
		text_double(call->out, per_second(e, n_link_bits(e)));
		break;
	}
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	struct averagecounter *e = (struct averagecounter *)call->element;

	e->n_packets_forgotten += n_packets(e);
	e->n_bytes_forgotten += n_bytes(e);
	atomic_store(&e->first_ms, 0);
	return 0;
}

static const struct arg averagecounter_args[] = {
	ARG(averagecounter, ignore_s, "IGNORE", ARG_OPTIONAL, .def = "0",
		.help = "seconds after the first packet that do not count"),
	ARG(averagecounter, link_fcs, "LINK_FCS", ARG_OPTIONAL, .def = "true",
		.help = "whether packets come without the 4 bytes of an Ethernet frame's checksum"),
	ARGS_END,
};

static const struct handler averagecounter_handlers[] = {
	{.name = "count",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = COUNT,
		.help = "packets since the last reset"},
	{.name = "byte_count",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = BYTE_COUNT,
		.help = "bytes since the last reset"},
	{.name = "rate",
		.read = read_value,
		.number = RATE,
		.help = "packets per second, from the first to the latest packet"},
	{.name = "byte_rate",
		.read = read_value,
		.number = BYTE_RATE,
		.help = "bytes per second, from the first to the latest packet"},
	{.name = "bit_count",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = BIT_COUNT,
		.help = "bits since the last reset"},
	{.name = "link_count",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = LINK_COUNT,
		.help = "the same on an Ethernet link: with preamble, checksum and gap"},
	{.name = "bit_rate", .read = read_value, .number = BIT_RATE, .help = "bits per second"},
	{.name = "link_rate",
		.read = read_value,
		.number = LINK_RATE,
		.help = "bits per second on an Ethernet link"},
	{.name = "reset",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "starts anew with the next packet"},
	HANDLERS_END,
};

static const struct element_class averagecounter_class = {
	.name = "AverageCounter",
	.aliases = "AverageCounterMP AverageCounterIMP",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct averagecounter),
	.lcore_size = sizeof(struct averagecounter_lcore),
	.push = averagecounter_push,
	.pull = averagecounter_pull,
	.take_state = averagecounter_take_state,
	.args = averagecounter_args,
	.handlers = averagecounter_handlers,
	.group = "standard",
	.brief = "counts packets and bytes and their average rate",
	.manual =
		"The rates are what was counted, divided by the time between the first and the latest\n"
		"packet (1 ms at least). With IGNORE the first seconds are left out of both, so that\n"
		"a measurement can wait until the flow is steady. Before they are over all values\n"
		"are 0.",
	.example = "InfiniteSource(LIMIT 5) -> AverageCounter(IGNORE 1) -> Discard;",
};
ELEMENT_CLASS(averagecounter_class)
