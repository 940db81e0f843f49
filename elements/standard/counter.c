// SPDX-License-Identifier: BSD-3-Clause
// Counter: counts packets and bytes and measures their rate.

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "elements/standard/tally.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/strbuf.h"

// A handler to call when a count is reached, once.
struct counter_call {
	struct any text; // "N handler [value]", as configured
	bool has_limit;
	uint64_t limit;
	struct handler_call call;
	_Atomic bool done; // set by the lcore that calls
};

struct counter {
	struct element element;
	struct counter_call count_call, byte_count_call;
	bool has_calls;
	bool batch_precise;
	uint64_t n_packets_forgotten, n_bytes_forgotten; // by reset
};

// ---- data path

static uint64_t
n_packets(const struct counter *e)
{
	return ELEMENT_SUM(&e->element, tally, n_packets) - e->n_packets_forgotten;
}

static uint64_t
n_bytes(const struct counter *e)
{
	return ELEMENT_SUM(&e->element, tally, n_bytes) - e->n_bytes_forgotten;
}

// Other lcores may have counted beyond the limit meanwhile, hence >=.
static void
run_call(struct counter *e, struct counter_call *c, uint64_t n)
{
	if (!c->has_limit || n < c->limit || atomic_exchange(&c->done, true))
		return;
	if (c->call.name != NULL)
		handler_call_run(&c->call, &e->element);
}

static void
run_calls(struct counter *e)
{
	if (e->count_call.limit > 0)
		run_call(e, &e->count_call, n_packets(e));
	run_call(e, &e->byte_count_call, n_bytes(e));
}

static void
counter_push(struct element *base, unsigned port, struct batch *b)
{
	struct counter *e = (struct counter *)base;

	(void)port;
	if (likely(!e->has_calls || !e->batch_precise)) {
		tally_batch(element_lcore(base), b);
		if (unlikely(e->has_calls && b->n > 0))
			run_calls(e);
		element_push(base, 0, b);
		return;
	}
	// What a call changes must hold for the packet that caused it: one at a time.
	for (unsigned i = 0; i < b->n; i++) {
		struct batch one;

		batch_one(&one, b->pkt[i]);
		tally_batch(element_lcore(base), &one);
		run_calls(e);
		element_push(base, 0, &one);
	}
}

static void
counter_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct counter *e = (struct counter *)base;

	(void)port;
	element_pull(base, 0, b, e->has_calls && e->batch_precise ? 1 : max);
	tally_batch(element_lcore(base), b);
	if (e->has_calls && b->n > 0)
		run_calls(e);
}

// ---- configuration

// Reads "N handler [value]" into c, which stays as it was if that fails. Without a handler nothing
// is called.
static int
read_call(struct counter_call *c, const char *text, const char *message, struct errh *errh)
{
	struct handler_call call = {0};
	const char *rest;
	char *first = confstr_first_word(text, &rest);
	uint64_t limit;
	int err = text_read_uint64(first, &limit);

	free(first);
	if (err != 0)
		return errh_error(errh, "%s", message);
	if (*rest != '\0')
		err = args_parse_value(&arg_handler_call, rest, &call, NULL, NULL, errh);
	if (err != 0)
		return err;
	arg_handler_call.fini(&c->call);
	c->call = call;
	c->limit = limit;
	c->has_limit = true;
	return 0;
}

static int
counter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct counter *e = (struct counter *)base;
	int err = 0;

	(void)args;
	if (e->count_call.text.text != NULL && read_call(&e->count_call, e->count_call.text.text,
						       "COUNT_CALL type mismatch", errh))
		err = -EINVAL;
	if (e->byte_count_call.text.text != NULL &&
		read_call(&e->byte_count_call, e->byte_count_call.text.text,
			"BYTE_COUNT_CALL type mismatch", errh))
		err = -EINVAL;
	return err;
}

// A limit that was passed before it was set is left alone until the next reset.
static void
arm_call(struct counter_call *c, uint64_t n)
{
	atomic_store(&c->done, n > 0 && n >= c->limit);
}

static int
resolve_call(struct counter *e, struct counter_call *c, struct errh *errh)
{
	int err = 0;

	if (c->call.name != NULL)
		err = handler_call_resolve(&c->call, &e->element, HANDLER_WRITABLE, errh);
	if (err != 0) {
		arg_handler_call.fini(&c->call);
		c->has_limit = false;
	}
	e->has_calls = e->count_call.has_limit || e->byte_count_call.has_limit;
	return err;
}

static int
counter_initialize(struct element *base, struct errh *errh)
{
	struct counter *e = (struct counter *)base;
	int err = resolve_call(e, &e->count_call, errh);

	return resolve_call(e, &e->byte_count_call, errh) != 0 ? -EINVAL : err;
}

static void
counter_cleanup(struct element *base)
{
	struct counter *e = (struct counter *)base;

	arg_handler_call.fini(&e->count_call.call);
	arg_handler_call.fini(&e->byte_count_call.call);
}

static int
counter_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct counter *e = (struct counter *)base, *old = (struct counter *)old_base;
	struct tally *l = element_lcore(base);

	(void)errh;
	l->n_packets += n_packets(old);
	l->n_bytes += n_bytes(old);
	arm_call(&e->count_call, n_packets(e));
	arm_call(&e->byte_count_call, n_bytes(e));
	return 0;
}

// ---- handlers

enum { COUNT, BYTE_COUNT, RATE, BIT_RATE, BYTE_RATE };

static uint64_t
sum_rates(const struct counter *e, bool bytes)
{
	int64_t ms = clock_steady() / CLOCK_MS;
	uint64_t sum = 0;

	for (unsigned i = 0; i < lcores_n(); i++)
		sum += tally_rate(element_lcore_at(&e->element, i), bytes, ms);
	return sum;
}

static int
read_value(const struct handler_read *call)
{
	const struct counter *e = (struct counter *)call->element;

	switch (call->row->number) {
	case COUNT:
		strbuf_addf(call->out, "%" PRIu64, n_packets(e));
		break;
	case BYTE_COUNT:
		strbuf_addf(call->out, "%" PRIu64, n_bytes(e));
		break;
	case RATE:
		text_fixed2(call->out, sum_rates(e, false), TALLY_COUNT_BITS);
		break;
	case BIT_RATE:
		// Eight bits a byte: three fraction bits fewer.
		text_fixed2(call->out, sum_rates(e, true), TALLY_BYTE_BITS - 3);
		break;
	case BYTE_RATE:
		text_fixed2(call->out, sum_rates(e, true), TALLY_BYTE_BITS);
		break;
	}
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	struct counter *e = (struct counter *)call->element;

	e->n_packets_forgotten += n_packets(e);
	e->n_bytes_forgotten += n_bytes(e);
	atomic_store(&e->count_call.done, false);
	atomic_store(&e->byte_count_call.done, false);
	return 0;
}

static int
read_count_call(const struct handler_read *call)
{
	const struct counter *e = (struct counter *)call->element;

	if (e->count_call.has_limit)
		strbuf_addf(call->out, "%" PRIu64, e->count_call.limit);
	return 0;
}

static int
write_call(const struct handler_write *call)
{
	struct counter *e = (struct counter *)call->element;
	struct counter_call *c = call->row->number ? &e->byte_count_call : &e->count_call;
	char message[80];

	snprintf(message, sizeof(message), "'%s' first word should be unsigned (count)",
		call->row->name);
	if (read_call(c, call->text, message, call->errh) != 0)
		return -EINVAL;
	// Bytes never meet a limit exactly: one that was passed already counts with the next
	// packet.
	arm_call(c, c == &e->count_call ? n_packets(e) : 0);
	return resolve_call(e, c, call->errh);
}

static const struct arg counter_args[] = {
	ARG(counter, count_call.text, "COUNT_CALL", ARG_KEYWORD,
		.help = "`N handler [value]`: write the handler when the N-th packet arrives"),
	ARG(counter, byte_count_call.text, "BYTE_COUNT_CALL", ARG_KEYWORD,
		.help = "`N handler [value]`: write the handler when N bytes have been counted"),
	ARG(counter, batch_precise, "BATCH_PRECISE", ARG_KEYWORD, .def = "true",
		.help = "false: calls are made once for a batch, and packets do not go one by one"),
	ARGS_END,
};

static const struct handler counter_handlers[] = {
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
		.help = "packets per second, recently"},
	{.name = "bit_rate", .read = read_value, .number = BIT_RATE, .help = "bits per second"},
	{.name = "byte_rate", .read = read_value, .number = BYTE_RATE, .help = "bytes per second"},
	{.name = "reset",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "sets the counts to 0 and arms the calls again"},
	{.name = "reset_counts",
		.write = write_reset,
		.flags = HANDLER_BUTTON | HANDLER_UNCOMMON,
		.help = "same as reset"},
	{.name = "count_call",
		.read = read_count_call,
		.write = write_call,
		.help = "reads N of COUNT_CALL; writes `N handler [value]`"},
	{.name = "byte_count_call",
		.write = write_call,
		.number = 1,
		.help = "writes `N handler [value]`"},
	HANDLERS_END,
};

static const struct element_class counter_class = {
	.name = "Counter",
	.aliases = "CounterMP CounterAtomic CounterLock CounterLockMP CounterPLockMP CounterRW "
		   "CounterRWMP CounterPRW CounterPRWMP CounterRCU CounterRxWMP CounterRxWMPPR "
		   "CounterRxWMPPW",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct counter),
	.lcore_size = sizeof(struct tally),
	.push = counter_push,
	.pull = counter_pull,
	.configure = counter_configure,
	.initialize = counter_initialize,
	.cleanup = counter_cleanup,
	.take_state = counter_take_state,
	.args = counter_args,
	.handlers = counter_handlers,
	.group = "standard",
	.brief = "counts packets and bytes and measures their rate",
	.manual =
		"Counts are kept by each lcore and summed when they are read. The rates are moving\n"
		"averages over some tens of milliseconds; a reset leaves them alone, which Click\n"
		"does but does not say.\n"
		"\n"
		"A handler that COUNT_CALL names is called before the packet that reaches the count\n"
		"moves on, and packets pass one at a time then, unless BATCH_PRECISE is false: the\n"
		"call is made for the batch that reaches the count. A write to `count_call` without a\n"
		"handler calls nothing; Click refuses that by mistake.",
	.example = "InfiniteSource(LIMIT 5) -> c :: Counter(COUNT_CALL 3 .stop) -> Discard;",
};
ELEMENT_CLASS(counter_class)
