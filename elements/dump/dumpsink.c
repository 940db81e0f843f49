// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/dumpsink.h"

#include <string.h>

#include "src/chatter.h"
#include "src/lcore.h"

const char *
dump_sink_file(const struct dump_sink *s)
{
	return strcmp(s->filename.text, "-") == 0 ? "<stdout>" : s->filename.text;
}

void
dump_sink_fail(struct dump_sink *s, int err)
{
	if (!s->failed)
		chatter("%s(%s): %s", s->element.class->name, dump_sink_file(s), strerror(-err));
	s->failed = true;
	// What was added and never got to the file.
	s->n_packets -= s->out->n_lost;
	s->out->n_lost = 0;
}

static bool
is_pull_sink(const struct dump_sink *s)
{
	return element_input_is_pull(&s->element, 0) && s->element.n_outputs == 0;
}

// ---- data path

// Returns how many, from the first on, are in the file or on their way.
static unsigned
write_batch(struct dump_sink *s, const struct batch *b)
{
	unsigned n = 0;
	int err = 0;

	for (; n < b->n && !s->failed; n++) {
		err = s->write(s, b->pkt[n]);
		if (err != 0)
			break;
	}
	s->n_packets += n;
	if (err == 0 && n > 0 && s->unbuffered) {
		err = dump_output_flush(s->out);
		n = err == 0 ? n : 0;
	}
	if (err != 0)
		dump_sink_fail(s, err);
	return n;
}

static void
end_batch(struct dump_sink *s, struct batch *b)
{
	unsigned n = write_batch(s, b);

	lcore_count_sent(n);
	packet_free_bulk(b->pkt, n);
	for (unsigned i = n; i < b->n; i++)
		element_drop(&s->element, DUMP_SINK_WRITE_ERROR, b->pkt[i]);
	b->n = 0;
}

void
dump_sink_push(struct element *e, unsigned port, struct batch *b)
{
	struct dump_sink *s = (struct dump_sink *)e;

	(void)port;
	if (e->n_outputs == 0) {
		end_batch(s, b);
		return;
	}
	write_batch(s, b);
	element_push(e, 0, b);
}

void
dump_sink_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
	write_batch((struct dump_sink *)e, b);
}

static bool
dump_sink_run(struct task *task)
{
	struct dump_sink *s = (struct dump_sink *)task->element;
	struct batch b;
	bool worked;

	element_pull(&s->element, 0, &b, 1);
	worked = b.n > 0;
	end_batch(s, &b);
	if (worked || signal_is_active(&s->signal))
		task_reschedule(task);
	return worked;
}

static void
dump_sink_begin(struct timer *timer)
{
	struct dump_sink *s = (struct dump_sink *)timer->element;
	int err = s->begin(s);

	if (err == 0)
		err = dump_output_flush(s->out);
	if (err != 0)
		dump_sink_fail(s, err);
}

// ---- life

int
dump_sink_attach(struct element *e, struct errh *errh)
{
	struct dump_sink *s = (struct dump_sink *)e;

	(void)errh;
	if (is_pull_sink(s))
		element_task_init(e, &s->task, dump_sink_run);
	return 0;
}

void
dump_sink_initialize(struct dump_sink *s)
{
	struct element *e = &s->element;

	timer_init(&s->begin_timer, e, dump_sink_begin, element_home(e));
	if (!s->out->begun)
		timer_schedule_after(&s->begin_timer, 0);
	if (!is_pull_sink(s))
		return;
	signal_upstream_empty(&s->signal, e, 0, &s->task);
	task_schedule(&s->task);
}

void
dump_sink_cleanup(struct dump_sink *s)
{
	int err;

	timer_unschedule(&s->begin_timer);
	task_fini(&s->task);
	signal_fini(&s->signal);
	err = s->out != NULL ? dump_output_close(s->out) : 0;
	if (err != 0)
		dump_sink_fail(s, err);
}

void
dump_sink_take(struct dump_sink *s, struct dump_sink *old)
{
	timer_unschedule(&s->begin_timer);
	dump_output_close(s->out);
	*s->out = *old->out;
	s->out->name = s->filename.text;
	*old->out = (struct dump_output)DUMP_OUTPUT_CLOSED;
	s->failed = old->failed;
	s->n_packets = old->n_packets;
	if (!s->out->begun)
		timer_schedule_after(&s->begin_timer, 0);
}

void
dump_sink_add_handlers(struct element *e)
{
	struct dump_sink *s = (struct dump_sink *)e;

	if (is_pull_sink(s))
		element_add_task_handlers(e, &s->task, 0);
}
