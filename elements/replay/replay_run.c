// SPDX-License-Identifier: BSD-3-Clause
#include "elements/replay/replay.h"

#include "src/chatter.h"
#include "src/clock.h"
#include "src/router.h"
#include "src/task.h"

// ---- loading

static void
keep(struct replay *e, unsigned input)
{
	struct packet *p = e->heads[input];

	e->heads[input] = NULL;
	if (e->element.n_inputs > 1)
		packet_set_anno_u8(p, ANNO_PAINT, (uint8_t)input);
	if (!replay_set_add(&e->set, p, (uint16_t)input))
		element_drop(&e->element, REPLAY_KEPT, p);
}

static void
drop_heads(struct replay *e)
{
	for (unsigned i = 0; e->heads != NULL && i < e->element.n_inputs; i++) {
		if (e->heads[i] != NULL)
			element_drop(&e->element, REPLAY_LEFT_OVER, e->heads[i]);
		e->heads[i] = NULL;
	}
}

enum loading { LOAD_DONE, LOAD_MORE, LOAD_LATER };

// Of all inputs the earliest packet, until one runs dry.
static enum loading
load_some(struct replay *e, unsigned budget)
{
	while (budget-- > 0) {
		unsigned best = 0;

		if ((e->limit >= 0 && e->set.n >= (uint64_t)e->limit) ||
			replay_set_is_full(&e->set))
			return LOAD_DONE;
		for (unsigned i = 0; i < e->element.n_inputs; i++) {
			if (e->heads[i] == NULL)
				e->heads[i] = element_pull_one(&e->element, i);
			if (e->heads[i] == NULL)
				return e->use_signal && signal_is_active(&e->signals[i])
					       ? LOAD_LATER
					       : LOAD_DONE;
			if (packet_timestamp(e->heads[i]) < packet_timestamp(e->heads[best]))
				best = i;
		}
		keep(e, best);
	}
	return LOAD_MORE;
}

// Whether there is something to send.
static bool
load(struct replay *e, enum loading *how)
{
	*how = load_some(e, TASK_PACKETS_MAX);
	if (*how != LOAD_DONE)
		return false;
	drop_heads(e);
	if (e->set.n == 0)
		return false;
	e->loaded = true;
	e->started_ns = e->loop_ns = clock_steady();
	if (e->verbose)
		chatter(ELEMENT_FMT ": loaded %zu packets", ELEMENT_ARG(e), e->set.n);
	return true;
}

void
replay_forget(struct replay *e)
{
	struct packet *p;

	drop_heads(e);
	while ((p = replay_set_take_shared(&e->set)) != NULL)
		element_drop(&e->element, REPLAY_END, p);
	replay_set_clear(&e->set);
	for (unsigned i = 0; i < e->n_cursors; i++)
		e->cursors[i] = (struct replay_cursor){0};
	e->loaded = e->ended = false;
}

// ---- sending

static bool
cursor_is_done(const struct replay *e, const struct replay_cursor *c)
{
	return e->stop >= 0 && c->n_loops >= e->stop;
}

static bool
is_for(const struct replay *e, const struct replay_cursor *c, unsigned port)
{
	return e->n_cursors == 1 || e->set.v[c->at].input == port;
}

// On to the next packet of this output, if there is one in this loop.
static void
seek(const struct replay *e, struct replay_cursor *c, unsigned port)
{
	while (c->at < e->set.n && !is_for(e, c, port))
		c->at++;
}

static void
begin_loop(struct replay *e, struct replay_cursor *c, unsigned port, int64_t now)
{
	c->at = 0;
	c->n_loops++;
	e->loop_ns = now;
	seek(e, c, port);
}

// The packet that c's output gives next. NULL: none any more.
static const struct replay_packet *
next_packet(struct replay *e, struct replay_cursor *c, unsigned port, int64_t now)
{
	seek(e, c, port);
	if (unlikely(c->at == e->set.n))
		begin_loop(e, c, port, now); // this output has no packets
	return c->at < e->set.n && !cursor_is_done(e, c) ? &e->set.v[c->at] : NULL;
}

static void
advance(struct replay *e, struct replay_cursor *c, unsigned port, int64_t now)
{
	c->at++;
	seek(e, c, port);
	if (c->at == e->set.n)
		begin_loop(e, c, port, now);
}

static bool
all_done(const struct replay *e, int64_t now)
{
	if (e->stop_time_s > 0 && now - e->started_ns >= e->stop_time_s * CLOCK_S)
		return true;
	for (unsigned i = 0; i < e->n_cursors; i++) {
		if (!cursor_is_done(e, &e->cursors[i]))
			return false;
	}
	return true;
}

static void
end(struct replay *e)
{
	if (e->ended)
		return;
	if (e->free_on_terminate)
		replay_forget(e);
	e->loaded = e->ended = true;
	router_adjust_run_count(e->element.router, -1);
}

void
replay_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct replay *e = (struct replay *)base;
	struct replay_cursor *c = &e->cursors[e->n_cursors > 1 ? port : 0];
	unsigned most = RTE_MIN(max, RTE_MIN(e->burst, (uint32_t)BATCH_MAX));
	const struct replay_packet *r;
	enum loading how;
	struct packet *p;
	int64_t now;

	b->n = 0;
	if (!e->active || e->ended) {
		notifier_sleep(&e->empty);
		return;
	}
	if (!e->loaded && !load(e, &how))
		return;
	now = clock_steady();
	if (!all_done(e, now)) {
		while (b->n < most && (r = next_packet(e, c, port, now)) != NULL &&
			(p = replay_set_make(r)) != NULL) {
			b->pkt[b->n++] = p;
			advance(e, c, port, now);
		}
		e->n_sent += b->n;
	}
	if (b->n == 0 && all_done(e, now))
		end(e);
}

static void
send_batch(struct replay *e, struct batch *b, const int16_t *outputs)
{
	e->n_sent += b->n;
	if (e->is_multi)
		element_split(&e->element, b, outputs);
	else
		element_push(&e->element, 0, b);
	b->n = 0;
}

enum sending { SEND_MORE, SEND_DONE, SEND_WAIT };

// Up to BURST packets. SEND_WAIT: the next one is due in *wait_ns.
static enum sending
send_burst(struct replay *e, int64_t *wait_ns, bool *worked)
{
	uint32_t left = RTE_MIN(e->burst, (uint32_t)TASK_PACKETS_MAX);
	int16_t outputs[BATCH_MAX] = {0};
	enum sending how = SEND_MORE;
	int64_t now = clock_steady();
	struct replay_cursor *c = e->cursors;
	struct batch b;

	for (b.n = 0; left > 0; left--) {
		const struct replay_packet *r = next_packet(e, c, 0, now);
		struct packet *p;

		if (r == NULL) {
			how = SEND_DONE;
			break;
		}
		if (e->timing > 0) {
			int64_t due =
				(int64_t)((double)(r->timestamp_ns - e->set.v[0].timestamp_ns) *
					  100 / e->timing);

			*wait_ns = e->loop_ns + due - now;
			if (*wait_ns > 0) {
				how = SEND_WAIT;
				break;
			}
		}
		p = replay_set_make(r);
		if (unlikely(p == NULL))
			break;
		*worked = true;
		outputs[b.n] = (int16_t)r->input;
		b.pkt[b.n++] = p;
		advance(e, c, 0, now);
		if (b.n == BATCH_MAX)
			send_batch(e, &b, outputs);
	}
	if (b.n > 0)
		send_batch(e, &b, outputs);
	return how;
}

enum { POLL_NS = 10000 }; // shorter waits are not worth a timer

bool
replay_run(struct task *task)
{
	struct replay *e = (struct replay *)task->element;
	bool worked = false;
	enum loading how;
	int64_t wait_ns = 0;

	if (!e->active || e->ended)
		return false;
	if (!e->loaded && !load(e, &how)) {
		if (how != LOAD_DONE)
			task_reschedule(task);
		return how == LOAD_MORE;
	}
	if (all_done(e, clock_steady())) {
		end(e);
		return false;
	}
	if (send_burst(e, &wait_ns, &worked) == SEND_WAIT && wait_ns >= POLL_NS) {
		// The task may have moved since the timer was last used.
		e->timer.home = e->task.home;
		timer_schedule_after(&e->timer, wait_ns);
		return worked;
	}
	task_reschedule(task);
	return worked;
}

void
replay_fire(struct timer *timer)
{
	task_schedule(&((struct replay *)timer->element)->task);
}

void
replay_wake(struct replay *e)
{
	if (!e->active || e->ended)
		return;
	if (replay_pushes(e))
		task_schedule(&e->task);
	else
		notifier_wake(&e->empty);
}
