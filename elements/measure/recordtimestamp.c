// SPDX-License-Identifier: BSD-3-Clause
// RecordTimestamp: notes when packets pass.

#include "elements/measure/recordtimestamp.h"

#include <stdlib.h>

#include "src/clock.h"
#include "src/mem.h"

struct recordtimestamp_lcore {
	uint64_t n_missed; // packets that there was no slot for, or that have no number
};

static inline void
note(struct recordtimestamp *e, uint64_t number, int64_t now, uint64_t *missed)
{
	if (e->sample > 1) {
		if (number % e->sample != 0)
			return;
		number /= e->sample;
	}
	if (likely(number < e->n))
		atomic_store_explicit(&e->slots[number], now, memory_order_relaxed);
	else
		++*missed;
}

static void
note_batch(struct recordtimestamp *e, const struct batch *b)
{
	struct recordtimestamp_lcore *l = element_lcore(&e->element);
	int64_t now = clock_steady();
	struct number_place place = e->place;
	uint64_t number;

	if (b->n == 0)
		return;
	if (place.offset < 0) {
		number = atomic_fetch_add_explicit(&e->n_arrived, b->n, memory_order_relaxed);
		for (unsigned i = 0; i < b->n; i++)
			note(e, number + i, now, &l->n_missed);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		if (likely(packet_read(b->pkt[i], (uint32_t)place.offset, &number, sizeof(number))))
			note(e, number_swap(&place, number), now, &l->n_missed);
		else
			l->n_missed++;
	}
}

static void
recordtimestamp_push(struct element *base, unsigned port, struct batch *b)
{
	note_batch((struct recordtimestamp *)base, b);
	element_push(base, port, b);
}

static void
recordtimestamp_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	element_pull(base, port, b, max);
	note_batch((struct recordtimestamp *)base, b);
}

// ---- life

struct recordtimestamp *
recordtimestamp_of(struct element *e)
{
	return e != NULL && e->class->push == recordtimestamp_push ? (struct recordtimestamp *)e
								   : NULL;
}

static int
recordtimestamp_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct recordtimestamp *e = (struct recordtimestamp *)base;

	(void)args;
	if (e->txdev.text != NULL)
		return errh_error(errh, "TXDEV is not supported: put the element in the path");
	if (base->n_inputs == 0)
		return errh_error(
			errh, "You need to pass either TXDEV or use the element in path.");
	if (e->has_offset && e->place.offset >= 0)
		return number_place_check(&e->place, errh);
	return 0;
}

static int
recordtimestamp_initialize(struct element *base, struct errh *errh)
{
	struct recordtimestamp *e = (struct recordtimestamp *)base;

	if (e->counter != NULL) {
		const struct number_place *place = numberpacket_place(e->counter);

		if (place == NULL)
			return errh_error(errh, "COUNTER must be a valid NumberPacket element");
		number_place_follow(&e->place, place, e->has_offset, e->has_order);
	}
	if (e->dynamic)
		e->n = RECORDS_MAX;
	e->slots = mem_zalloc((size_t)e->n * sizeof(*e->slots));
	return 0;
}

static void
recordtimestamp_cleanup(struct element *base)
{
	free(((struct recordtimestamp *)base)->slots);
}

static int
recordtimestamp_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct recordtimestamp *e = (struct recordtimestamp *)base;
	struct recordtimestamp *old = (struct recordtimestamp *)old_base;
	struct recordtimestamp_lcore *l = element_lcore(base);
	_Atomic int64_t *mine = e->slots;

	(void)errh;
	l->n_missed += ELEMENT_SUM(old_base, recordtimestamp_lcore, n_missed);
	if (e->n != old->n || e->sample != old->sample)
		return 0;
	e->slots = old->slots;
	old->slots = mine;
	atomic_store(&e->n_arrived, atomic_load(&old->n_arrived));
	return 0;
}

// ---- tables

static int
read_missed(const struct handler_read *call)
{
	uint64_t n = ELEMENT_SUM(call->element, recordtimestamp_lcore, n_missed);

	arg_uint64.print(&n, call->out);
	return 0;
}

static const struct arg recordtimestamp_args[] = {
	ARG(recordtimestamp, counter, "COUNTER", ARG_KEYWORD,
		.help = "NumberPacket that numbers the packets; gives OFFSET and NET_ORDER that "
			"are not given"),
	ARG(recordtimestamp, n, "N", ARG_KEYWORD, .def = "65536", .min = 1, .max = RECORDS_MAX,
		.help = "packets that can be noted"),
	ARG(recordtimestamp, place.offset, "OFFSET", ARG_KEYWORD, .def = "-1",
		.given = ARG_GIVEN(recordtimestamp, has_offset),
		.help = "place of the packets' number; negative: they are numbered as they come"),
	ARG(recordtimestamp, dynamic, "DYNAMIC", ARG_KEYWORD, .def = "false",
		.help = "true: as many as 16777216 can be noted"),
	ARG(recordtimestamp, place.net_order, "NET_ORDER", ARG_KEYWORD, .def = "false",
		.given = ARG_GIVEN(recordtimestamp, has_order),
		.help = "whether it is in network byte order; if not, in this machine's"),
	ARG(recordtimestamp, sample, "SAMPLE", ARG_KEYWORD, .def = "1",
		.help = "notes only the numbers that it divides; 0 and 1: all"),
	ARG(recordtimestamp, txdev, "TXDEV", ARG_KEYWORD, .help = "not supported"),
	ARGS_END,
};

static const struct handler recordtimestamp_handlers[] = {
	{.name = "missed",
		.read = read_missed,
		.flags = HANDLER_LIVE,
		.help = "packets that were not noted: too short for a number, or it is too large"},
	HANDLERS_END,
};

static const struct element_class recordtimestamp_class = {
	.name = "RecordTimestamp",
	.ports = "0-1/=",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct recordtimestamp),
	.lcore_size = sizeof(struct recordtimestamp_lcore),
	.push = recordtimestamp_push,
	.pull = recordtimestamp_pull,
	.configure = recordtimestamp_configure,
	.initialize = recordtimestamp_initialize,
	.cleanup = recordtimestamp_cleanup,
	.take_state = recordtimestamp_take_state,
	.args = recordtimestamp_args,
	.handlers = recordtimestamp_handlers,
	.group = "measure",
	.brief = "notes when packets pass",
	.manual =
		"Packets are known by the number that NumberPacket wrote into them, and TimestampDiff\n"
		"at the other end of the path tells how long each was on its way. All packets of a\n"
		"batch pass at one time. Packets beyond N are not noted; they do not end the program.",
	.example = "Idle -> n :: NumberPacket(40) -> r :: RecordTimestamp(COUNTER n) -> Queue"
		   " -> Unqueue -> TimestampDiff(r) -> Discard;",
};
ELEMENT_CLASS(recordtimestamp_class)
