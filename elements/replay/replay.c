// SPDX-License-Identifier: BSD-3-Clause
// Replay, ReplayUnqueue, MultiReplay, MultiReplayUnqueue: take packets once, then give copies of
// them loop by loop.

#include "elements/replay/replay.h"

#include <inttypes.h>
#include <stdlib.h>

#include "src/clock.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/task.h"

// Packets that are kept as buffers if LIMIT does not say how many there will be.
enum { SHARED_DEFAULT = 16384 };

// ---- life

static int
replay_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct replay *e = (struct replay *)base;
	uint64_t n = e->limit >= 0 ? (uint64_t)e->limit : SHARED_DEFAULT;

	(void)args;
	(void)errh;
	e->set.shared_max = e->quick_clone ? (uint32_t)RTE_MIN(n, UINT64_C(1) << 20) : 0;
	e->n_cursors = 1;
	notifier_init(&e->empty, NOTIFIER_STOP, true);
	return 0;
}

static int
multireplay_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	((struct replay *)base)->is_multi = true;
	return replay_configure(base, args, errh);
}

static int
replay_attach(struct element *base, struct errh *errh)
{
	struct replay *e = (struct replay *)base;

	(void)errh;
	if (replay_pushes(e)) {
		element_task_init(base, &e->task, replay_run);
		e->task.is_input = true;
	} else if (e->is_multi) {
		e->n_cursors = base->n_outputs;
	}
	return 0;
}

static int
replay_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	uint32_t n = ((struct replay *)base)->set.shared_max;

	(void)errh;
	if (n > 0)
		plan_add_packets(plan, 0, n, "%s keeps up to %u", element_name(base), n);
	return 0;
}

static int
replay_initialize(struct element *base, struct errh *errh)
{
	struct replay *e = (struct replay *)base;
	bool push = replay_pushes(e);

	(void)errh;
	e->heads = mem_zalloc(base->n_inputs * sizeof(struct packet *));
	e->cursors = mem_zalloc(e->n_cursors * sizeof(*e->cursors));
	e->signals = mem_zalloc(base->n_inputs * sizeof(*e->signals));
	for (unsigned i = 0; i < base->n_inputs; i++)
		signal_upstream_empty(&e->signals[i], base, i, push ? &e->task : NULL);
	if (push) {
		timer_init(&e->timer, base, replay_fire, e->task.home);
		task_schedule(&e->task);
	}
	return 0;
}

static void
replay_cleanup(struct element *base)
{
	struct replay *e = (struct replay *)base;

	if (e->signals != NULL) {
		replay_forget(e);
		for (unsigned i = 0; i < base->n_inputs; i++)
			signal_fini(&e->signals[i]);
	}
	timer_unschedule(&e->timer);
	task_fini(&e->task);
	notifier_fini(&e->empty);
	free(e->heads);
	free(e->cursors);
	free(e->signals);
}

static int
replay_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct replay *e = (struct replay *)base, *old = (struct replay *)old_base;
	struct replay_set mine = e->set;

	(void)errh;
	if (base->n_inputs != old_base->n_inputs || e->n_cursors != old->n_cursors)
		return 0;
	e->set = old->set;
	e->set.shared_max = mine.shared_max;
	old->set = mine;
	for (unsigned i = 0; i < base->n_inputs; i++) {
		e->heads[i] = old->heads[i];
		old->heads[i] = NULL;
	}
	for (unsigned i = 0; i < e->n_cursors; i++) {
		struct replay_cursor fresh = e->cursors[i];

		e->cursors[i] = old->cursors[i];
		old->cursors[i] = fresh;
	}
	e->loaded = old->loaded;
	e->ended = old->ended;
	e->started_ns = old->started_ns;
	e->loop_ns = old->loop_ns;
	e->n_sent = old->n_sent;
	return 0;
}

static uint32_t
replay_held(struct element *base)
{
	const struct replay *e = (struct replay *)base;
	uint32_t n = e->set.n_shared;

	for (unsigned i = 0; i < base->n_inputs; i++)
		n += e->heads[i] != NULL;
	return n;
}

static struct notifier *
replay_notifier(struct element *base, bool empty, unsigned port)
{
	struct replay *e = (struct replay *)base;

	(void)port;
	return empty && !replay_pushes(e) ? &e->empty : NULL;
}

// ---- handlers

static int
write_active(const struct handler_write *call)
{
	int err = handler_write_field(call);

	if (err == 0)
		replay_wake((struct replay *)call->element);
	return err;
}

static int
write_reset(const struct handler_write *call)
{
	struct replay *e = (struct replay *)call->element;

	replay_forget(e);
	replay_wake(e);
	return 0;
}

// Loops that are left; negative: no end.
static int
read_stop(const struct handler_read *call)
{
	const struct replay *e = (struct replay *)call->element;
	int64_t least = INT64_MAX;

	for (unsigned i = 0; i < e->n_cursors; i++)
		least = RTE_MIN(least, e->cursors[i].n_loops);
	strbuf_addf(call->out, "%" PRId64,
		e->stop < 0 ? -1
		: e->ended  ? 0
			    : RTE_MAX(e->stop - least, INT64_C(0)));
	return 0;
}

static int
write_stop(const struct handler_write *call)
{
	struct replay *e = (struct replay *)call->element;
	int64_t n;
	int err = handler_parse(call, &arg_int64, &n);

	if (err != 0)
		return err;
	for (unsigned i = 0; i < e->n_cursors; i++)
		e->cursors[i].n_loops = 0;
	e->stop = n;
	if (e->ended && n != 0) {
		// Another end will come.
		router_adjust_run_count(e->element.router, 1);
		e->ended = false;
		e->loaded = e->set.n > 0;
		e->started_ns = e->loop_ns = clock_steady();
	}
	replay_wake(e);
	return 0;
}

static int
write_timing(const struct handler_write *call)
{
	struct replay *e = (struct replay *)call->element;
	int err = handler_write_field(call);

	if (err == 0) {
		timer_unschedule(&e->timer);
		replay_wake(e);
	}
	return err;
}

static void
replay_add_handlers(struct element *base)
{
	struct replay *e = (struct replay *)base;

	if (replay_pushes(e))
		element_add_task_handlers(base, &e->task, 0);
}

#define REPLAY_ARGS                                                                                \
	ARG(replay, stop, "STOP", ARG_KEYWORD, .def = "-1",                                        \
		.help = "loops, behind which the driver is stopped; negative: no end"),            \
		ARG(replay, stop_time_s, "STOP_TIME", ARG_KEYWORD, .def = "0",                     \
			.help = "seconds behind which the driver is stopped; 0: no end"),          \
		ARG(replay, quick_clone, "QUICK_CLONE", ARG_KEYWORD, .def = "false",               \
			.help = "true: copies share the bytes of a packet that is kept whole"),    \
		ARG(replay, burst, "BURST", ARG_KEYWORD, .def = "64", .min = 1, .max = UINT32_MAX, \
			.help = "packets at a time"),                                              \
		ARG(replay, verbose, "VERBOSE", ARG_KEYWORD, .def = "false",                       \
			.help = "tells how many packets there are"),                               \
		ARG(replay, free_on_terminate, "FREEONTERMINATE", ARG_KEYWORD, .def = "true",      \
			.help = "false: the packets are kept behind the last loop, for more of "   \
				"them"),                                                           \
		ARG(replay, limit, "LIMIT", ARG_KEYWORD, .def = "-1",                              \
			.help = "packets to keep; negative: all, up to 16777216"),                 \
		ARG(replay, active, "ACTIVE", ARG_KEYWORD, .def = "true",                          \
			.help = "false: does nothing until the handler `active` is set"),          \
		ARG(replay, use_signal, "USE_SIGNAL", ARG_KEYWORD, .def = "false",                 \
			.help = "true: the set is complete when upstream sleeps, not with the "    \
				"first pull that gives nothing")

static const struct arg replay_args[] = {REPLAY_ARGS, ARGS_END};

static const struct arg replayunqueue_args[] = {
	REPLAY_ARGS,
	ARG(replay, timing, "TIMING", ARG_KEYWORD, .def = "0",
		.help = "speed in percent of that of the packets' timestamps; 0: as fast as "
			"possible"),
	ARGS_END,
};

#define REPLAY_HANDLERS                                                                      \
	HANDLER_FIELD_R("active", replay, active, HANDLER_CHECKBOX, .write = write_active,   \
		.help = "whether it gives packets"),                                         \
		{.name = "reset",                                                            \
			.write = write_reset,                                                \
			.flags = HANDLER_BUTTON,                                             \
			.help = "forgets the packets and takes others"},                     \
		HANDLER_FIELD_R(                                                             \
			"loaded", replay, loaded, 0, .help = "whether the set is complete"), \
		HANDLER_FIELD_R("count", replay, n_sent, 0, .help = "packets sent"),         \
	{                                                                                    \
		.name = "stop", .read = read_stop, .write = write_stop, .help = "loops left" \
	}

static const struct handler replay_handlers[] = {REPLAY_HANDLERS, HANDLERS_END};

static const struct handler replayunqueue_handlers[] = {
	REPLAY_HANDLERS,
	HANDLER_FIELD_R("timing", replay, timing, 0, .write = write_timing,
		.help = "speed in percent; 0: as fast as possible"),
	HANDLERS_END,
};

static const char *const replay_drops[] = {[REPLAY_KEPT] = "taken for replay",
	[REPLAY_LEFT_OVER] = "behind the end of another input",
	[REPLAY_END] = "kept until the end",
	NULL};

#define REPLAY_CLASS(configure_function)                                                         \
	.flags = ELEMENT_SOURCE | ELEMENT_NO_DATA, .lcores = LCORES_ONE,                         \
	.size = sizeof(struct replay), .configure = configure_function, .attach = replay_attach, \
	.reserve = replay_reserve, .initialize = replay_initialize, .cleanup = replay_cleanup,   \
	.take_state = replay_take_state, .held = replay_held, .notifier = replay_notifier,       \
	.add_handlers = replay_add_handlers, .drops = replay_drops, .group = "replay"

#define REPLAY_MANUAL                                                                               \
	"First takes all packets that can be pulled, up to LIMIT, and keeps their contents; then\n" \
	"gives copies of them in loops, each with the annotations and the timestamp that it\n"      \
	"came with. With several inputs the packets are merged by their timestamps until one\n"     \
	"input has none left, and PAINT says which input they came by.\n"                           \
	"\n"                                                                                        \
	"With QUICK_CLONE packets stay in their buffers and copies share them, which spares\n"      \
	"copying; without a LIMIT, those beyond the first 16384 are copied all the same.\n"         \
	"Unlike in FastClick there is no QUEUE in between, and no TIMING_FNT."

static const struct element_class replay_class = {
	.name = "Replay",
	.ports = "1-/1",
	.processing = "l/l",
	REPLAY_CLASS(replay_configure),
	.pull = replay_pull,
	.args = replay_args,
	.handlers = replay_handlers,
	.brief = "takes packets once and gives copies of them again and again",
	.manual = REPLAY_MANUAL,
	.example = "FromDump(trace.pcap) -> Replay(STOP 10) -> Unqueue -> Discard;",
};
ELEMENT_CLASS(replay_class)

static const struct element_class replayunqueue_class = {
	.name = "ReplayUnqueue",
	.ports = "1-/1",
	.processing = "l/h",
	REPLAY_CLASS(replay_configure),
	.args = replayunqueue_args,
	.handlers = replayunqueue_handlers,
	.brief = "takes packets once and pushes copies of them again and again",
	.manual = REPLAY_MANUAL
	"\n\nWith TIMING a packet leaves when as much time has passed since the loop began as\n"
	"lies between the timestamps of the first packet and this one; 200 is twice as fast.",
	.example = "FromDump(trace.pcap) -> ReplayUnqueue(STOP 10, TIMING 100) -> Discard;",
};
ELEMENT_CLASS(replayunqueue_class)

static const struct element_class multireplay_class = {
	.name = "MultiReplay",
	.ports = "1-/=",
	.processing = "l/l",
	.flow = "#/#",
	REPLAY_CLASS(multireplay_configure),
	.pull = replay_pull,
	.args = replay_args,
	.handlers = replay_handlers,
	.brief = "as Replay, each input with an output of its own",
	.manual = REPLAY_MANUAL "\n\nPackets leave by the output with the number of their input,\n"
				"and each output goes through its loops for itself.",
	.example = "r :: MultiReplay(STOP 10); FromDump(trace.pcap) -> r -> Unqueue -> Discard;"
		   "FromDump(other.pcap) -> [1] r [1] -> Unqueue -> Discard;",
};
ELEMENT_CLASS(multireplay_class)

static const struct element_class multireplayunqueue_class = {
	.name = "MultiReplayUnqueue",
	.ports = "1-/=",
	.processing = "l/h",
	.flow = "#/#",
	REPLAY_CLASS(multireplay_configure),
	.args = replayunqueue_args,
	.handlers = replayunqueue_handlers,
	.brief = "as ReplayUnqueue, each input with an output of its own",
	.manual = REPLAY_MANUAL "\n\nPackets leave by the output with the number of their input,\n"
				"in the order of their timestamps, with TIMING at that speed.",
	.example = "r :: MultiReplayUnqueue(STOP 10); FromDump(trace.pcap) -> r -> Discard;"
		   "FromDump(other.pcap) -> [1] r [1] -> Discard;",
};
ELEMENT_CLASS(multireplayunqueue_class)
