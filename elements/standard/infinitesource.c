// SPDX-License-Identifier: BSD-3-Clause
// InfiniteSource, RandomSource: make packets as fast as they are taken.

#include <rte_random.h>

#include "elements/standard/sourcedata.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/notifier.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/task.h"

struct infinitesource {
	struct element element;
	struct sourcedata load;
	int64_t limit; // packets in all; negative: no limit
	int32_t burst; // packets per run of the task
	bool active, timestamp, stop;
	bool random; // RandomSource: packets hold random bytes, not load's
	struct handler_call end_call;
	bool has_end_call;
	uint64_t count; // packets made; home lcore writes, control reads
	struct task task; // when pushing
	struct signal full; // downstream, when pushing
	struct notifier empty; // upstream for others, when pulled from
};

enum { RANDOM_HEADROOM = 36 };

static bool
at_limit(const struct infinitesource *e)
{
	return e->limit >= 0 && e->count >= (uint64_t)e->limit;
}

static void
count_packets(struct infinitesource *e, uint32_t n)
{
	e->count += n;
}

// NULL: no memory.
static struct packet *
random_packet(uint32_t length, int64_t stamp_ns)
{
	struct packet *p = packet_alloc(RANDOM_HEADROOM, length);
	uint64_t words[32];
	uint32_t len;

	if (unlikely(p == NULL))
		return NULL;
	for (uint32_t off = 0; off < length; off += len) {
		len = RTE_MIN((uint32_t)sizeof(words), length - off);
		for (uint32_t i = 0; i * sizeof(words[0]) < len; i++)
			words[i] = rte_rand();
		packet_write(&p, off, words, len);
	}
	if (stamp_ns != 0)
		packet_set_timestamp(p, stamp_ns);
	return p;
}

// At most n packets, made together; fewer if there is no memory.
static void
make_packets(const struct infinitesource *e, struct batch *b, uint32_t n)
{
	int64_t stamp_ns = e->timestamp && n > 0 ? clock_now() : 0;

	b->n = 0;
	while (b->n < n) {
		struct packet *p =
			e->random ? random_packet((uint32_t)e->load.length, stamp_ns)
				  : sourcedata_packet(&e->load, PACKET_CLICK_HEADROOM, stamp_ns);

		if (unlikely(p == NULL))
			return;
		b->pkt[b->n++] = p;
	}
}

// How many of n packets the limit allows.
static uint32_t
within_limit(const struct infinitesource *e, uint32_t n)
{
	if (e->limit < 0)
		return n;
	return at_limit(e) ? 0 : (uint32_t)RTE_MIN((uint64_t)n, (uint64_t)e->limit - e->count);
}

static void
run_end(struct infinitesource *e)
{
	if (e->stop)
		router_adjust_run_count(e->element.router, -1);
	else if (e->end_call.name != NULL)
		handler_call_run(&e->end_call, &e->element);
}

static bool
infinitesource_run(struct task *task)
{
	struct infinitesource *e = (struct infinitesource *)task->element;
	uint32_t n, want, made, left;
	struct batch b;

	if (!e->active || !signal_is_active(&e->full))
		return false;
	n = within_limit(e, (uint32_t)RTE_MIN(e->burst, TASK_PACKETS_MAX));
	if (n == 0) {
		run_end(e);
		return false;
	}
	for (left = n; left > 0; left -= made) {
		want = RTE_MIN(left, (uint32_t)BATCH_MAX);
		make_packets(e, &b, want);
		made = b.n;
		element_push(&e->element, 0, &b);
		if (unlikely(made < want)) {
			left -= made;
			break;
		}
	}
	count_packets(e, n - left);
	task_reschedule(task);
	return left < n;
}

static void
infinitesource_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct infinitesource *e = (struct infinitesource *)base;

	(void)port;
	b->n = 0;
	if (!e->active || at_limit(e)) {
		notifier_sleep(&e->empty);
		if (e->active)
			run_end(e);
		return;
	}
	make_packets(e, b, within_limit(e, RTE_MIN(max, (unsigned)BATCH_MAX)));
	count_packets(e, b->n);
}

// ---- configuration

static bool
pushes(const struct infinitesource *e)
{
	return element_output_is_push(&e->element, 0);
}

static void
wake(struct infinitesource *e)
{
	if (!e->element.info->initialized || !e->active || at_limit(e))
		return;
	if (pushes(e))
		task_schedule(&e->task);
	else
		notifier_wake(&e->empty);
}

static int
infinitesource_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct infinitesource *e = (struct infinitesource *)base;
	int err = 0;

	(void)args;
	// Not given in a new configuration: that of the old one ends.
	if (!e->has_end_call)
		arg_handler_call.fini(&e->end_call);
	if (e->stop && e->has_end_call)
		err = errh_error(errh, "END_CALL and STOP are mutually exclusive");
	if (!base->info->initialized)
		notifier_init(&e->empty, NOTIFIER_STOP, true);
	else if (err == 0 && e->has_end_call)
		err = handler_call_resolve(&e->end_call, base, HANDLER_WRITABLE, errh);
	if (err != 0)
		arg_handler_call.fini(&e->end_call);
	if (!e->random)
		sourcedata_build(&e->load);
	wake(e);
	return err;
}

static int
randomsource_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct infinitesource *e = (struct infinitesource *)base;

	e->random = true;
	if (e->load.length < 0 || e->load.length > UINT16_MAX)
		return errh_error(errh, "bad length %d", e->load.length);
	return infinitesource_configure(base, args, errh);
}

static int
infinitesource_attach(struct element *base, struct errh *errh)
{
	struct infinitesource *e = (struct infinitesource *)base;

	(void)errh;
	if (pushes(e)) {
		element_task_init(base, &e->task, infinitesource_run);
		e->task.is_input = true;
	}
	return 0;
}

static int
infinitesource_initialize(struct element *base, struct errh *errh)
{
	struct infinitesource *e = (struct infinitesource *)base;

	if (pushes(e)) {
		signal_downstream_full(&e->full, base, 0, &e->task);
		task_schedule(&e->task);
	}
	if (e->has_end_call)
		return handler_call_resolve(&e->end_call, base, HANDLER_WRITABLE, errh);
	return 0;
}

static void
infinitesource_cleanup(struct element *base)
{
	struct infinitesource *e = (struct infinitesource *)base;

	task_fini(&e->task);
	signal_fini(&e->full);
	notifier_fini(&e->empty);
	sourcedata_fini(&e->load);
}

static struct notifier *
infinitesource_notifier(struct element *base, bool empty, unsigned port)
{
	struct infinitesource *e = (struct infinitesource *)base;

	(void)port;
	return empty && !pushes(e) ? &e->empty : NULL;
}

// ---- handlers

enum { DATA, LIMIT, BURST, ACTIVE, RESET, LENGTH };

static int
read_data(const struct handler_read *call)
{
	const struct infinitesource *e = (struct infinitesource *)call->element;

	strbuf_add(call->out, e->load.data.bytes, e->load.data.len);
	return 0;
}

static int
write_number(const struct handler_write *call, struct infinitesource *e)
{
	int64_t n;
	bool good = text_read_int64(call->text, &n) == 0 && n >= INT32_MIN && n <= INT32_MAX;

	switch (call->row->number) {
	case LIMIT:
		if (!good)
			return errh_error(call->errh, "limit parameter must be integer");
		e->limit = n;
		return 0;
	case BURST:
		if (!good || n < 1)
			return errh_error(call->errh, "burstsize parameter must be integer >= 1");
		e->burst = (int32_t)n;
		return 0;
	default:
		if (!good || n > UINT16_MAX || (e->random && n < 0))
			return errh_error(call->errh, "length must be integer");
		e->load.length = (int32_t)n;
		if (!e->random)
			sourcedata_build(&e->load);
		return 0;
	}
}

static int
write_value(const struct handler_write *call)
{
	struct infinitesource *e = (struct infinitesource *)call->element;
	int err = 0;

	switch (call->row->number) {
	case DATA:
		sourcedata_write(&e->load, call->text);
		break;
	case ACTIVE:
		if (text_read_bool(call->text, &e->active) != 0)
			err = errh_error(call->errh, "active parameter must be boolean");
		break;
	case RESET:
		e->count = 0;
		break;
	default:
		err = write_number(call, e);
		break;
	}
	if (err == 0)
		wake(e);
	return err;
}

static void
infinitesource_add_handlers(struct element *base)
{
	if (pushes((struct infinitesource *)base))
		element_add_task_handlers(base, &((struct infinitesource *)base)->task, 0);
}

// What both classes have.
#define SOURCE_ARGS                                                                     \
	ARG(infinitesource, limit, "LIMIT", ARG_OPTIONAL, .def = "-1",                  \
		.help = "packets in all; negative: no limit"),                          \
		ARG(infinitesource, burst, "BURST", ARG_OPTIONAL, .def = "1", .min = 1, \
			.max = INT32_MAX, .range_error = "burst size must be >= 1",     \
			.help = "packets in one run of the task"),                      \
		ARG(infinitesource, active, "ACTIVE", ARG_OPTIONAL, .def = "true",      \
			.help = "false: makes no packets until the handler `active` is set")

#define SOURCE_KEYWORDS                                                                     \
	ARG(infinitesource, timestamp, "TIMESTAMP", ARG_KEYWORD, .def = "true",             \
		.help = "stamps each packet with the time"),                                \
		ARG(infinitesource, stop, "STOP", ARG_KEYWORD, .def = "false",              \
			.help = "stops the driver when LIMIT is reached"),                  \
		ARG_AS(infinitesource, end_call, arg_handler_call, "END_CALL", ARG_KEYWORD, \
			.given = ARG_GIVEN(infinitesource, has_end_call),                   \
			.help = "write handler to call when LIMIT is reached")

#define SOURCE_HANDLERS                                                                        \
	HANDLER_FIELD_R("limit", infinitesource, limit, HANDLER_CALM, .write = write_value,    \
		.number = LIMIT, .help = "packets in all"),                                    \
		HANDLER_FIELD_R("burst", infinitesource, burst, HANDLER_CALM,                  \
			.write = write_value, .number = BURST,                                 \
			.help = "packets in one run of the task"),                             \
		HANDLER_FIELD_R("active", infinitesource, active, HANDLER_CHECKBOX,            \
			.write = write_value, .number = ACTIVE,                                \
			.help = "whether packets are made"),                                   \
		HANDLER_FIELD_R(                                                               \
			"count", infinitesource, count, HANDLER_LIVE, .help = "packets made"), \
		{.name = "reset",                                                              \
			.write = write_value,                                                  \
			.flags = HANDLER_BUTTON,                                               \
			.number = RESET,                                                       \
			.help = "sets count to 0"},                                            \
		HANDLER_FIELD_R("length", infinitesource, load.length, HANDLER_CALM,           \
			.write = write_value, .number = LENGTH,                                \
			.help = "bytes of a packet, negative: those of data")

static const struct arg infinitesource_args[] = {
	ARG(infinitesource, load.data, "DATA", ARG_OPTIONAL, .def = SOURCEDATA_DEFAULT,
		.help = "what packets hold"),
	SOURCE_ARGS,
	ARG(infinitesource, load.length, "DATASIZE", ARG_KEYWORD, .def = "-1", .max = UINT16_MAX,
		.min = INT32_MIN, .help = "old name of LENGTH"),
	ARG(infinitesource, load.length, "LENGTH", ARG_KEYWORD, .max = UINT16_MAX, .min = INT32_MIN,
		.help = "bytes of a packet: DATA is repeated or cut; negative: that of DATA"),
	SOURCE_KEYWORDS,
	ARGS_END,
};

static const struct handler infinitesource_handlers[] = {
	{.name = "data",
		.read = read_data,
		.write = write_value,
		.flags = HANDLER_RAW | HANDLER_CALM,
		.number = DATA,
		.help = "what packets hold"},
	SOURCE_HANDLERS,
	HANDLER_FIELD_R("burstsize", infinitesource, burst, HANDLER_CALM | HANDLER_DEPRECATED,
		.write = write_value, .number = BURST, .help = "old name of burst"),
	HANDLER_FIELD_R("datasize", infinitesource, load.length, HANDLER_CALM | HANDLER_DEPRECATED,
		.write = write_value, .number = LENGTH, .help = "old name of length"),
	HANDLERS_END,
};

static const struct arg randomsource_args[] = {
	ARG(infinitesource, load.length, "LENGTH", ARG_MANDATORY, .help = "bytes of a packet"),
	SOURCE_ARGS,
	SOURCE_KEYWORDS,
	ARGS_END,
};

static const struct handler randomsource_handlers[] = {
	SOURCE_HANDLERS,
	HANDLERS_END,
};

static const struct element_class infinitesource_class = {
	.name = "InfiniteSource",
	.ports = "0/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ONE,
	.size = sizeof(struct infinitesource),
	.pull = infinitesource_pull,
	.configure = infinitesource_configure,
	.attach = infinitesource_attach,
	.initialize = infinitesource_initialize,
	.cleanup = infinitesource_cleanup,
	.notifier = infinitesource_notifier,
	.args = infinitesource_args,
	.handlers = infinitesource_handlers,
	.add_handlers = infinitesource_add_handlers,
	.group = "standard",
	.brief = "makes packets as fast as they are taken",
	.manual =
		"Pushes BURST packets in each run of its task, and stops while a Queue downstream is\n"
		"full; or gives a packet for each pull. The end (STOP, END_CALL) comes with the run\n"
		"behind the one that made the last packet.",
	.example = "InfiniteSource(\\<01020304>, LIMIT 2, STOP true) -> Print(X) -> Discard;",
};
ELEMENT_CLASS(infinitesource_class)

static const struct element_class randomsource_class = {
	.name = "RandomSource",
	.ports = "0/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ONE,
	.size = sizeof(struct infinitesource),
	.pull = infinitesource_pull,
	.configure = randomsource_configure,
	.attach = infinitesource_attach,
	.initialize = infinitesource_initialize,
	.cleanup = infinitesource_cleanup,
	.notifier = infinitesource_notifier,
	.args = randomsource_args,
	.handlers = randomsource_handlers,
	.add_handlers = infinitesource_add_handlers,
	.group = "standard",
	.brief = "makes packets of random bytes as fast as they are taken",
	.manual = "Like InfiniteSource, but each packet holds LENGTH random bytes of its own.\n"
		  "RandomSeed makes them the same in each run.",
	.example = "RandomSource(64, LIMIT 2, STOP true) -> Print -> Discard;",
};
ELEMENT_CLASS(randomsource_class)
