// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpsource.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_random.h>

#include "elements/dump/linktype.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/lcore.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"

enum { CERTAIN = 1 << DUMP_SAMPLE_BITS, SKIPS_MAX = 16 };

bool
dump_source_pushes(const struct dump_source *s)
{
	return element_output_is_push(&s->element, 0);
}

void
dump_source_set_active(struct dump_source *s, bool active)
{
	s->active = active;
	if (!s->element.info->initialized)
		return;
	if (!dump_source_pushes(s)) {
		if (active)
			notifier_wake(&s->empty);
		else
			notifier_sleep(&s->empty);
	} else if (active) {
		task_schedule(&s->task);
	} else {
		task_unschedule(&s->task);
	}
}

void
dump_source_end(struct dump_source *s)
{
	if (!s->stop)
		return;
	dump_source_set_active(s, false);
	router_adjust_run_count(s->element.router, -1);
}

bool
dump_source_samples(const struct dump_source *s)
{
	return s->sample >= CERTAIN || (rte_rand() & (CERTAIN - 1)) < s->sample;
}

struct packet *
dump_source_packet(uint32_t headroom, const void *bytes, uint32_t len, int64_t ns)
{
	struct packet *p =
		bytes != NULL ? packet_make(headroom, bytes, len) : packet_alloc(headroom, len);

	if (p == NULL)
		return NULL;
	packet_thread.n_replaced++; // it stands for one that the file gave
	lcore_count_received(1);
	packet_set_timestamp(p, ns);
	return p;
}

// ---- data path

// Makes sure that a packet is held, if there is one and it is found soon.
static enum dump_reading
read_packet(struct dump_source *s)
{
	enum dump_reading r = s->held != NULL ? DUMP_READ_PACKET : DUMP_READ_SKIPPED;

	for (unsigned n = 0; r == DUMP_READ_SKIPPED && s->active && n < SKIPS_MAX; n++)
		r = s->read(s);
	return s->active || r == DUMP_READ_PACKET ? r : DUMP_READ_END;
}

// Whether the packet held is due; else the timer is set.
static bool
is_due(struct dump_source *s)
{
	int64_t now, due;

	if (!s->timing)
		return true;
	now = clock_steady();
	if (!s->timing_fixed) {
		s->timing_fixed = true;
		s->timing_offset_ns =
			(int64_t)((uint64_t)now - (uint64_t)packet_timestamp(s->held));
	}
	if (__builtin_add_overflow(packet_timestamp(s->held), s->timing_offset_ns, &due) ||
		due <= now)
		return true;
	timer_schedule_at(&s->timer, due);
	return false;
}

static struct packet *
take_held(struct dump_source *s)
{
	struct packet *p = s->held;

	s->held = NULL;
	s->n_packets++;
	return p;
}

static bool
dump_source_run(struct task *task)
{
	struct dump_source *s = (struct dump_source *)task->element;
	enum dump_reading r;

	if (!s->active || !signal_is_active(&s->full))
		return false;
	r = read_packet(s);
	if (r == DUMP_READ_END || (r == DUMP_READ_PACKET && !is_due(s)))
		return false;
	task_reschedule(task);
	if (r == DUMP_READ_PACKET)
		element_push_one(&s->element, 0, take_held(s));
	return r != DUMP_READ_LATER;
}

void
dump_source_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	struct dump_source *s = (struct dump_source *)e;
	enum dump_reading r;

	(void)port;
	(void)max;
	b->n = 0;
	r = s->active ? read_packet(s) : DUMP_READ_END;
	if (r == DUMP_READ_END || (r == DUMP_READ_PACKET && !is_due(s)))
		notifier_sleep(&s->empty);
	else if (r == DUMP_READ_PACKET)
		batch_one(b, take_held(s));
}

static void
dump_source_due(struct timer *timer)
{
	struct dump_source *s = (struct dump_source *)timer->element;

	if (s->active)
		dump_source_set_active(s, true);
}

// ---- life

int
dump_source_configure(struct dump_source *s, struct errh *errh)
{
	s->link_type = LINK_IP;
	s->sample = s->want_sample.fixed28;
	if (s->sample > CERTAIN) {
		errh_warning(errh, "SAMPLE probability reduced to 1");
		s->sample = CERTAIN;
	} else if (s->sample == 0) {
		errh_warning(errh, "SAMPLE probability is 0; emitting no packets");
	}
	return 0;
}

void
dump_source_attach(struct dump_source *s)
{
	notifier_init(&s->empty, NOTIFIER_STOP, s->active);
	if (!dump_source_pushes(s))
		return;
	element_task_init(&s->element, &s->task, dump_source_run);
	s->task.is_input = true;
}

int
dump_source_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(plan, 0, 1, "%s holds 1", element_name(e));
	return 0;
}

void
dump_source_initialize(struct dump_source *s)
{
	struct element *e = &s->element;

	timer_init(&s->timer, e, dump_source_due,
		dump_source_pushes(s) ? s->task.home : element_home(e));
	if (!dump_source_pushes(s))
		return;
	signal_downstream_full(&s->full, e, 0, &s->task);
	if (s->active)
		task_schedule(&s->task);
}

void
dump_source_cleanup(struct dump_source *s)
{
	if (s->held != NULL)
		element_drop(&s->element, s->held_reason, s->held);
	s->held = NULL;
	timer_unschedule(&s->timer);
	task_fini(&s->task);
	signal_fini(&s->full);
	notifier_fini(&s->empty);
}

uint32_t
dump_source_held(struct element *e)
{
	return ((struct dump_source *)e)->held != NULL;
}

void
dump_source_take(struct dump_source *s, struct dump_source *old)
{
	s->held = old->held;
	old->held = NULL;
	s->n_packets = old->n_packets;
	s->timing_fixed = old->timing_fixed;
	s->timing_offset_ns = old->timing_offset_ns;
}

struct notifier *
dump_source_notifier(struct element *e, bool empty, unsigned port)
{
	struct dump_source *s = (struct dump_source *)e;

	return empty && port == 0 && !dump_source_pushes(s) ? &s->empty : NULL;
}

// ---- handlers

void
dump_source_add_handlers(struct element *e)
{
	struct dump_source *s = (struct dump_source *)e;

	if (dump_source_pushes(s))
		element_add_task_handlers(e, &s->task, 0);
}

void
dump_source_size_text(const struct dump_source *s, struct strbuf *out)
{
	int64_t size = dump_input_size(s->in);

	if (size < 0)
		strbuf_addc(out, '-');
	else
		strbuf_addf(out, "%" PRId64, size);
}

void
dump_source_sample_text(const struct dump_source *s, struct strbuf *out)
{
	text_fixed2(out, s->sample, DUMP_SAMPLE_BITS);
}

int
dump_source_write_active(struct dump_source *s, const char *text, struct errh *errh)
{
	char *word = confstr_uncomment(text);
	bool active;
	int err = text_read_bool(word, &active);

	free(word);
	if (err != 0)
		return errh_error(errh, "type mismatch");
	dump_source_set_active(s, active);
	return 0;
}

enum { FILENAME, FILESIZE, FILEPOS, ENCAP, SAMPLING_PROB };

static int
read_value(const struct handler_read *call)
{
	const struct dump_source *s = (struct dump_source *)call->element;
	struct strbuf *out = call->out;

	switch (call->row->number) {
	case FILENAME:
		strbuf_adds(out, strcmp(s->in->name, "-") == 0 ? "<stdin>" : s->in->name);
		break;
	case FILESIZE:
		dump_source_size_text(s, out);
		break;
	case FILEPOS:
		strbuf_addf(out, "%" PRIu64, s->in->position);
		break;
	case ENCAP:
		link_type_text(s->link_type, out);
		break;
	case SAMPLING_PROB:
		dump_source_sample_text(s, out);
		break;
	}
	return 0;
}

static int
write_active(const struct handler_write *call)
{
	return dump_source_write_active(
		(struct dump_source *)call->element, call->text, call->errh);
}

static int
write_stop(const struct handler_write *call)
{
	dump_source_set_active((struct dump_source *)call->element, false);
	router_adjust_run_count(call->router, -1);
	return 0;
}

const struct handler dump_source_handlers[] = {
	{.name = "sampling_prob",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = SAMPLING_PROB,
		.help = "probability with which a packet is given"},
	HANDLER_FIELD_R("active", dump_source, active, HANDLER_CHECKBOX, .write = write_active,
		.help = "whether packets are given"),
	{.name = "encap",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = ENCAP,
		.help = "link type of the packets"},
	{.name = "stop",
		.write = write_stop,
		.flags = HANDLER_BUTTON,
		.help = "ends, and stops the driver"},
	{.name = "filename",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = FILENAME,
		.help = "the file being read"},
	{.name = "filesize",
		.read = read_value,
		.number = FILESIZE,
		.help = "bytes of the file; - if unknown"},
	{.name = "filepos",
		.read = read_value,
		.number = FILEPOS,
		.help = "where in the file the next packet is"},
	HANDLERS_END,
};
