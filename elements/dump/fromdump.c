// SPDX-License-Identifier: BSD-3-Clause
// FromDump: reads packets from a dump file.

#include "elements/dump/fromdump.h"

#include <errno.h>

#include <rte_random.h>

#include "elements/dump/linktype.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/lcore.h"
#include "src/plan.h"
#include "src/router.h"

enum { NOT_IP, HELD_AT_END };
enum { CERTAIN = 1 << FROMDUMP_SAMPLE_BITS };
enum { SKIPS_MAX = 16, END_CALLS_MAX = 1000 };

static bool
pushes(const struct fromdump *e)
{
	return element_output_is_push(&e->element, 0);
}

void
fromdump_set_active(struct fromdump *e, bool active)
{
	e->active = active;
	if (!e->element.info->initialized)
		return;
	if (!pushes(e)) {
		if (active)
			notifier_wake(&e->empty);
		else
			notifier_sleep(&e->empty);
	} else if (active) {
		task_schedule(&e->task);
	} else {
		task_unschedule(&e->task);
	}
}

// What END_CALL, STOP or an end time ask for.
static void
call_end(struct fromdump *e)
{
	if (e->end_call.name != NULL) {
		handler_call_run(&e->end_call, &e->element);
	} else if (e->stop) {
		fromdump_set_active(e, false);
		router_adjust_run_count(e->element.router, -1);
	} else if (e->has_end || e->has_end_after || e->has_interval) {
		fromdump_set_active(e, false);
	}
}

// ---- times

static int64_t
add_times(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return a < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

// The first packet fixes the relative times.
static void
fix_times(struct fromdump *e, int64_t first_ns)
{
	e->times_fixed = true;
	if (e->has_start_after)
		e->start_ns = add_times(e->start_ns, first_ns);
	if (e->has_end_after)
		e->end_ns = add_times(e->end_ns, first_ns);
	else if (e->has_interval)
		e->end_ns = add_times(
			e->end_ns, e->has_start || e->has_start_after ? e->start_ns : first_ns);
}

enum reading { READ_PACKET, READ_SKIPPED, READ_LATER, READ_END };

// Whether a packet of this time is wanted. The end call may move the end.
static enum reading
check_times(struct fromdump *e, int64_t ns)
{
	if (!e->times_fixed)
		fix_times(e, ns);
	if (e->check_start && ns < e->start_ns)
		return READ_SKIPPED;
	e->check_start = false;
	for (unsigned n = 0; e->check_end && ns >= e->end_ns; n++) {
		e->check_end = false;
		call_end(e);
		if (n == END_CALLS_MAX)
			fromdump_set_active(e, false);
		if (!e->active)
			return READ_END;
	}
	return READ_PACKET;
}

// ---- data path

// Counted as received, and not as made here.
static struct packet *
make_packet(const struct dump_record *record)
{
	struct packet *p = packet_make(PACKET_HEADROOM, record->bytes, record->captured);

	if (p == NULL)
		return NULL;
	packet_thread.n_replaced++;
	lcore_count_received(1);
	packet_set_timestamp(p, record->timestamp_ns);
	packet_set_mac(p, 0);
	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, record->length - record->captured);
	return p;
}

static enum reading
take_record(struct fromdump *e, const struct dump_record *record)
{
	enum reading r = check_times(e, record->timestamp_ns);
	struct packet *p;

	if (r != READ_PACKET)
		return r;
	if (e->sample < CERTAIN && (rte_rand() & (CERTAIN - 1)) >= e->sample)
		return READ_SKIPPED;
	p = make_packet(record);
	if (p == NULL) {
		dump_reader_again(&e->reader, record);
		return READ_LATER;
	}
	e->packet_position = record->position;
	if (e->force_ip && !link_type_mark_ip(&p, e->reader.link_type)) {
		element_push_checked(&e->element, 1, p, NOT_IP);
		return READ_SKIPPED;
	}
	e->held = p;
	return READ_PACKET;
}

static enum reading
read_record(struct fromdump *e)
{
	struct dump_record record;
	const char *error;

	switch (dump_reader_next(&e->reader, &record, &error)) {
	case DUMP_RECORD:
		return take_record(e, &record);
	case DUMP_ERROR:
		chatter("%s: %s", e->filename.text, error);
		break;
	case DUMP_END:
		break;
	}
	call_end(e);
	return READ_END;
}

// Makes sure that a packet is held, if there is one and it is found soon.
static enum reading
read_packet(struct fromdump *e)
{
	enum reading r = e->held != NULL ? READ_PACKET : READ_SKIPPED;

	for (unsigned n = 0; r == READ_SKIPPED && e->active && n < SKIPS_MAX; n++)
		r = read_record(e);
	return e->active || r == READ_PACKET ? r : READ_END;
}

// Whether the packet held is due; else the timer is set.
static bool
is_due(struct fromdump *e)
{
	int64_t now, due;

	if (!e->timing)
		return true;
	now = clock_steady();
	if (!e->timing_fixed) {
		e->timing_fixed = true;
		e->timing_offset_ns = now - packet_timestamp(e->held);
	}
	due = packet_timestamp(e->held) + e->timing_offset_ns;
	if (due <= now)
		return true;
	timer_schedule_at(&e->timer, due);
	return false;
}

static struct packet *
take_held(struct fromdump *e)
{
	struct packet *p = e->held;

	e->held = NULL;
	e->n_packets++;
	return p;
}

static bool
fromdump_run(struct task *task)
{
	struct fromdump *e = (struct fromdump *)task->element;
	enum reading r;

	if (!e->active || !signal_is_active(&e->full))
		return false;
	r = read_packet(e);
	if (r == READ_END || (r == READ_PACKET && !is_due(e)))
		return false;
	task_reschedule(task);
	if (r == READ_PACKET)
		element_push_one(&e->element, 0, take_held(e));
	return r != READ_LATER;
}

static void
fromdump_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct fromdump *e = (struct fromdump *)base;
	enum reading r;

	(void)port;
	(void)max;
	b->n = 0;
	r = e->active ? read_packet(e) : READ_END;
	if (r == READ_END || (r == READ_PACKET && !is_due(e)))
		notifier_sleep(&e->empty);
	else if (r == READ_PACKET)
		batch_one(b, take_held(e));
}

static void
fromdump_due(struct timer *timer)
{
	struct fromdump *e = (struct fromdump *)timer->element;

	if (e->active)
		fromdump_set_active(e, true);
}

// ---- configuration

static int
check_exclusive(const struct fromdump *e, struct errh *errh)
{
	int err = 0;

	if (e->has_start && e->has_start_after)
		err = errh_error(errh, "START and START_AFTER are mutually exclusive");
	if (e->has_end + e->has_end_after + e->has_interval > 1)
		err = errh_error(errh, "END, END_AFTER, and INTERVAL are mutually exclusive");
	if (e->stop && e->end_call.name != NULL)
		err = errh_error(errh, "END_CALL and STOP are mutually exclusive");
	return err;
}

static int
fromdump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromdump *e = (struct fromdump *)base;

	(void)args;
	if (check_exclusive(e, errh) != 0)
		return -EINVAL;
	e->sample = e->want_sample.fixed28;
	if (e->sample > CERTAIN) {
		errh_warning(errh, "SAMPLE probability reduced to 1");
		e->sample = CERTAIN;
	} else if (e->sample == 0) {
		errh_warning(errh, "SAMPLE probability is 0; emitting no packets");
	}
	e->check_start = e->has_start || e->has_start_after;
	e->start_ns = e->has_start ? e->start.ns : e->start_after.ns;
	e->check_end = e->has_end || e->has_end_after || e->has_interval;
	e->end_ns = e->has_end ? e->end.ns : e->has_end_after ? e->end_after.ns : e->interval.ns;
	return 0;
}

static int
fromdump_attach(struct element *base, struct errh *errh)
{
	struct fromdump *e = (struct fromdump *)base;
	int err;

	notifier_init(&e->empty, NOTIFIER_STOP, e->active);
	if (pushes(e)) {
		element_task_init(base, &e->task, fromdump_run);
		e->task.is_input = true;
	}
	if (dump_reader_open(&e->reader, e->filename.text, errh) != 0)
		return -EINVAL;
	if (e->mmap)
		dump_reader_read_ahead(&e->reader);
	e->force_ip = e->want_force_ip || e->reader.link_type == LINK_IP;
	if (e->force_ip && !link_type_has_ip(e->reader.link_type))
		return errh_error(errh, "%s: unknown linktype %d; can't force IP packets",
			e->filename.text, e->reader.link_type);
	err = e->position != 0 ? dump_reader_seek(&e->reader, e->position) : 0;
	return err == 0 ? 0 : errh_error(errh, "%s: %s", e->filename.text, strerror(-err));
}

static int
fromdump_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(plan, 0, 1, "%s holds 1", element_name(e));
	return 0;
}

static int
fromdump_initialize(struct element *base, struct errh *errh)
{
	struct fromdump *e = (struct fromdump *)base;

	timer_init(&e->timer, base, fromdump_due, pushes(e) ? e->task.home : element_home(base));
	if (pushes(e)) {
		signal_downstream_full(&e->full, base, 0, &e->task);
		if (e->active)
			task_schedule(&e->task);
	}
	if (e->end_call.name != NULL)
		return handler_call_resolve(&e->end_call, base, HANDLER_WRITABLE, errh);
	return 0;
}

static void
fromdump_cleanup(struct element *base)
{
	struct fromdump *e = (struct fromdump *)base;

	if (e->held != NULL)
		element_drop(base, HELD_AT_END, e->held);
	e->held = NULL;
	dump_reader_close(&e->reader);
	timer_unschedule(&e->timer);
	task_fini(&e->task);
	signal_fini(&e->full);
	notifier_fini(&e->empty);
}

static uint32_t
fromdump_held(struct element *base)
{
	return ((struct fromdump *)base)->held != NULL;
}

static int
fromdump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct fromdump *e = (struct fromdump *)base, *old = (struct fromdump *)old_base;

	(void)errh;
	if (old_base->class != base->class || strcmp(e->filename.text, old->filename.text) != 0)
		return 0;
	dump_reader_close(&e->reader);
	e->reader = old->reader;
	e->reader.name = e->filename.text;
	old->reader = (struct dump_reader){.fd = -1, .file_fd = -1};
	e->held = old->held;
	old->held = NULL;
	e->packet_position = old->packet_position;
	e->n_packets = old->n_packets;
	e->timing_fixed = old->timing_fixed;
	e->timing_offset_ns = old->timing_offset_ns;
	if (old->times_fixed && !e->times_fixed) {
		e->times_fixed = true;
		e->check_start = old->check_start;
		e->check_end = old->check_end;
		e->start_ns = old->start_ns;
		e->end_ns = old->end_ns;
	}
	return 0;
}

static struct notifier *
fromdump_notifier(struct element *base, bool empty, unsigned port)
{
	struct fromdump *e = (struct fromdump *)base;

	return empty && port == 0 && !pushes(e) ? &e->empty : NULL;
}

static void
fromdump_add_handlers(struct element *base)
{
	if (pushes((struct fromdump *)base))
		element_add_task_handlers(base, &((struct fromdump *)base)->task, 0);
}

static const struct arg fromdump_args[] = {
	ARG(fromdump, filename, "FILENAME", ARG_MANDATORY,
		.help = "the file; -: standard input. gzip and bzip2 are recognized"),
	ARG(fromdump, timing, "TIMING", ARG_OPTIONAL, .def = "false",
		.help = "true: packets come with the gaps that the file says"),
	ARG(fromdump, stop, "STOP", ARG_KEYWORD, .def = "false",
		.help = "true: stops the driver at the end"),
	ARG(fromdump, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: gives no packets until the handler `active` is set"),
	ARG(fromdump, want_sample, "SAMPLE", ARG_KEYWORD, .def = "1",
		.help = "probability with which a packet of the file is given"),
	ARG(fromdump, want_force_ip, "FORCE_IP", ARG_KEYWORD, .def = "false",
		.help = "true: gives only IP packets, with the IP header marked"),
	ARG(fromdump, start, "START", ARG_KEYWORD, .given = ARG_GIVEN(fromdump, has_start),
		.help = "skips packets with earlier timestamps"),
	ARG(fromdump, start_after, "START_AFTER", ARG_KEYWORD,
		.given = ARG_GIVEN(fromdump, has_start_after),
		.help = "skips so much time behind the first packet"),
	ARG(fromdump, end, "END", ARG_KEYWORD, .given = ARG_GIVEN(fromdump, has_end),
		.help = "ends in front of a packet with this timestamp or a later one"),
	ARG(fromdump, end_after, "END_AFTER", ARG_KEYWORD,
		.given = ARG_GIVEN(fromdump, has_end_after),
		.help = "ends so much time behind the first packet of the file"),
	ARG(fromdump, interval, "INTERVAL", ARG_KEYWORD, .given = ARG_GIVEN(fromdump, has_interval),
		.help = "ends so much time behind START or START_AFTER"),
	ARG_AS(fromdump, end_call, arg_handler_call, "END_CALL", ARG_KEYWORD,
		.help = "write handler to call at the end"),
	ARG(fromdump, position, "FILEPOS", ARG_KEYWORD, .def = "0",
		.help = "where in the file to begin: the place of a packet, bytes"),
	ARG(fromdump, mmap, "MMAP", ARG_KEYWORD, .def = "true",
		.help = "whether the kernel reads the file ahead. It is never mapped into memory: "
			"cutting it would end the daemon"),
	ARGS_END,
};

static const char *const fromdump_drops[] = {
	[NOT_IP] = "no IP packet",
	[HELD_AT_END] = "read but not due at the end",
	NULL,
};

static const struct element_class fromdump_class = {
	.name = "FromDump",
	.ports = "0/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ONE,
	.size = sizeof(struct fromdump),
	.pull = fromdump_pull,
	.configure = fromdump_configure,
	.attach = fromdump_attach,
	.reserve = fromdump_reserve,
	.initialize = fromdump_initialize,
	.cleanup = fromdump_cleanup,
	.take_state = fromdump_take_state,
	.notifier = fromdump_notifier,
	.held = fromdump_held,
	.args = fromdump_args,
	.handlers = fromdump_handlers,
	.add_handlers = fromdump_add_handlers,
	.drops = fromdump_drops,
	.writes = "EXTRA_LENGTH",
	.group = "dump",
	.brief = "reads packets from a dump file",
	.manual =
		"Gives the packets of a file that tcpdump, Wireshark or ToDump wrote, one in each run\n"
		"of its task or for each pull, with their timestamps. EXTRA_LENGTH holds the bytes that\n"
		"the capture cut off. Both byte orders, microseconds and nanoseconds are read.\n"
		"Files of raw IP, and all files with FORCE_IP, give IP packets with the header marked;\n"
		"other packets leave by output 1 if it is connected.\n"
		"When the end of the file or of the chosen time is reached, END_CALL is made, or the\n"
		"driver stopped (STOP). A Queue that is full downstream makes it wait.\n"
		"A file that is damaged ends at the damage, with a message.",
	.example = "FromDump(trace.pcap, STOP true, FORCE_IP true) -> Discard;",
};
ELEMENT_CLASS(fromdump_class)
