// SPDX-License-Identifier: BSD-3-Clause
// CheckNumberPacket: counts how often each number of NumberPacket comes.

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "elements/standard/numberpacket.h"
#include "src/chatter.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct checknumberpacket {
	struct element element;
	struct number_place place;
	uint32_t count; // numbers that are known
	_Atomic uint64_t *seen; // owned; by number; any lcore
	_Atomic bool told;
};

enum { TOO_SHORT, OUT_OF_SCOPE };

enum { NUMBERS_MAX = 1 << 26 };

static __attribute__((noinline, cold)) int
out_of_scope(struct checknumberpacket *e, uint64_t number)
{
	if (!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter(ELEMENT_FMT ": %" PRIu64 " out of scope (count is %u)", ELEMENT_ARG(e),
			number, e->count);
	return element_output_or_drop(&e->element, 1, OUT_OF_SCOPE);
}

static inline int
check_packet(struct checknumberpacket *e, struct packet **pp)
{
	uint64_t number;

	if (unlikely(!packet_read(*pp, (uint32_t)e->place.offset, &number, sizeof(number))))
		return element_output_or_drop(&e->element, 1, TOO_SHORT);
	number = number_swap(&e->place, number);
	if (unlikely(number >= e->count))
		return out_of_scope(e, number);
	atomic_fetch_add_explicit(&e->seen[number], 1, memory_order_relaxed);
	return 0;
}

ELEMENT_DECIDE(checknumberpacket, checknumberpacket, check_packet)

static int
checknumberpacket_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct checknumberpacket *e = (struct checknumberpacket *)base;

	(void)args;
	e->seen = mem_zalloc(e->count * sizeof(*e->seen));
	return number_place_check(&e->place, errh);
}

static void
checknumberpacket_cleanup(struct element *base)
{
	free(((struct checknumberpacket *)base)->seen);
}

static int
checknumberpacket_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct checknumberpacket *e = (struct checknumberpacket *)base;
	struct checknumberpacket *old = (struct checknumberpacket *)old_base;

	(void)errh;
	for (uint32_t i = 0; i < RTE_MIN(e->count, old->count); i++)
		atomic_store(&e->seen[i], atomic_load(&old->seen[i]));
	return 0;
}

// ---- handlers

enum { MAX, MIN };

static int
read_extreme(const struct handler_read *call)
{
	const struct checknumberpacket *e = (struct checknumberpacket *)call->element;
	int64_t found = -1;
	uint64_t best = 0;

	for (uint32_t i = 0; i < e->count; i++) {
		uint64_t n = atomic_load(&e->seen[i]);

		if (found < 0 || (call->row->number == MAX ? n > best : n < best)) {
			found = i;
			best = n;
		}
	}
	strbuf_addf(call->out, "[%" PRId64 "] : %" PRIu64, found, best);
	return 0;
}

static int
read_dump(const struct handler_read *call)
{
	const struct checknumberpacket *e = (struct checknumberpacket *)call->element;

	for (uint32_t i = 0; i < e->count; i++)
		strbuf_addf(call->out, "%u: %" PRIu64 "\n", i, atomic_load(&e->seen[i]));
	return 0;
}

static int
write_count(const struct handler_write *call)
{
	struct checknumberpacket *e = (struct checknumberpacket *)call->element;
	int64_t n;

	if (text_read_int64(call->text, &n) != 0 || n < 0 || n > NUMBERS_MAX)
		return errh_error(call->errh, "count must be 0 to %d", NUMBERS_MAX);
	e->seen = mem_realloc(e->seen, (size_t)n * sizeof(*e->seen));
	for (uint32_t i = e->count; i < n; i++)
		atomic_init(&e->seen[i], 0);
	e->count = (uint32_t)n;
	return 0;
}

static const struct arg checknumberpacket_args[] = {
	NUMBER_OFFSET_ARG(checknumberpacket),
	ARG(checknumberpacket, count, "COUNT", ARG_OPTIONAL, .def = "0", .min = 0,
		.max = NUMBERS_MAX, .help = "numbers that packets may have: 0 to COUNT - 1"),
	NUMBER_ORDER_ARG(checknumberpacket),
	ARGS_END,
};

static const struct handler checknumberpacket_handlers[] = {
	{.name = "max",
		.read = read_extreme,
		.number = MAX,
		.help = "number that came most often, and how often"},
	{.name = "min",
		.read = read_extreme,
		.number = MIN,
		.help = "number that came least often, and how often"},
	{.name = "dump", .read = read_dump, .flags = HANDLER_EXPENSIVE, .help = "all numbers"},
	HANDLER_FIELD_R("count", checknumberpacket, count, 0, .write = write_count,
		.help = "numbers that packets may have"),
	HANDLERS_END,
};

static const char *const checknumberpacket_drops[] = {
	[TOO_SHORT] = "too short", [OUT_OF_SCOPE] = "number out of scope", NULL};

static const struct element_class checknumberpacket_class = {
	.name = "CheckNumberPacket",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checknumberpacket),
	.push = checknumberpacket_push,
	.pull = checknumberpacket_pull,
	.decide = checknumberpacket_decide,
	.configure = checknumberpacket_configure,
	.cleanup = checknumberpacket_cleanup,
	.take_state = checknumberpacket_take_state,
	.args = checknumberpacket_args,
	.handlers = checknumberpacket_handlers,
	.drops = checknumberpacket_drops,
	.group = "standard",
	.brief = "counts how often each number of NumberPacket comes",
	.manual =
		"Packets without a number, or of COUNT and more, leave by output 1, or are dropped\n"
		"if it is not there. What was lost or came twice is seen in `min` and `max`.",
	.example = "Idle -> CheckNumberPacket(40, 1000) -> Discard;",
};
ELEMENT_CLASS(checknumberpacket_class)
