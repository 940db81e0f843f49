// SPDX-License-Identifier: BSD-3-Clause
#include "src/notifier.h"

#include <stdlib.h>

#include "src/element.h"
#include "src/flow.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/task.h"

void
notifier_init(struct notifier *notifier, enum notifier_op op, bool active)
{
	*notifier = (struct notifier){.op = op};
	atomic_init(&notifier->active, active);
}

void
notifier_fini(struct notifier *notifier)
{
	free(notifier->listeners);
	free(notifier->followers);
	*notifier = (struct notifier){0};
}

void
notifier_wake_listeners(struct notifier *notifier)
{
	for (size_t i = 0; i < notifier->n_listeners; i++)
		task_schedule(notifier->listeners[i]);
	// Each goes on only if it was asleep, so that this ends even where followers form a ring.
	for (size_t i = 0; i < notifier->n_followers; i++)
		notifier_wake(notifier->followers[i]);
}

static void
notifier_follow(struct notifier *notifier, struct notifier *follower)
{
	if (follower == NULL || follower == notifier)
		return;
	for (size_t i = 0; i < notifier->n_followers; i++) {
		if (notifier->followers[i] == follower)
			return;
	}
	notifier->followers = mem_grow(notifier->followers, notifier->n_followers,
		&notifier->followers_cap, sizeof(struct notifier *));
	notifier->followers[notifier->n_followers++] = follower;
}

static void
notifier_listen(struct notifier *notifier, struct task *task)
{
	if (task == NULL)
		return;
	for (size_t i = 0; i < notifier->n_listeners; i++) {
		if (notifier->listeners[i] == task)
			return;
	}
	notifier->listeners = mem_grow(
		notifier->listeners, notifier->n_listeners, &notifier->cap, sizeof(struct task *));
	notifier->listeners[notifier->n_listeners++] = task;
}

// ---- search

struct search {
	struct flow_walk walk;
	struct signal *signal;
	struct task *task; // may be NULL
	struct notifier *follower; // may be NULL
	bool empty; // upstream for empty signals, else downstream for full ones
	bool wake_pass; // second pass: only registers wake-ups, through CONTINUE_WAKE
};

static void
signal_add(struct signal *signal, const struct notifier *notifier)
{
	for (size_t i = 0; i < signal->n; i++) {
		if (signal->v[i] == notifier)
			return;
	}
	signal->v = mem_grow(signal->v, signal->n, &signal->cap, sizeof(*signal->v));
	signal->v[signal->n++] = notifier;
}

// Whether any port on the far side is linked to this one.
static bool
has_way_through(const struct element *e, unsigned port, bool empty)
{
	unsigned n = empty ? e->n_inputs : e->n_outputs;

	for (unsigned i = 0; i < n; i++) {
		if (flow_linked(element_flow(e), empty ? i : port, empty ? port : i))
			return true;
	}
	return false;
}

static bool
search_notifier(struct search *s, struct notifier *notifier)
{
	if (!s->wake_pass) {
		signal_add(s->signal, notifier);
	} else {
		notifier_listen(notifier, s->task);
		notifier_follow(notifier, s->follower);
	}
	if (notifier->op == NOTIFIER_CONTINUE_WAKE)
		return s->wake_pass;
	return notifier->op == NOTIFIER_CONTINUE;
}

static bool
search_visit(struct flow_walk *walk, struct element *e, unsigned port)
{
	struct search *s = walk->arg;
	struct notifier *notifier = NULL;
	// Against the direction: a push output met from a puller, a pull input met from a pusher.
	bool crossed = s->empty ? !e->info->out_pull[port] : e->info->in_pull[port];

	if (e->class->notifier != NULL)
		notifier = e->class->notifier(e, s->empty, port);
	if (notifier != NULL)
		return search_notifier(s, notifier);
	if (crossed) {
		s->signal->busy |= !s->wake_pass;
		return false;
	}
	if (!has_way_through(e, port, s->empty)) {
		if (!(e->class->flags & ELEMENT_NO_SOURCE) && !s->wake_pass)
			s->signal->busy = true;
		return false;
	}
	return true;
}

static void
search(struct search *s, struct signal *signal, struct element *e, unsigned port)
{
	s->walk = (struct flow_walk){.visit = search_visit, .arg = s};
	s->signal = signal;
	*signal = (struct signal){0};
	for (int pass = 0; pass < 2; pass++) {
		s->wake_pass = pass == 1;
		if (s->empty)
			flow_upstream(&s->walk, e, port);
		else
			flow_downstream(&s->walk, e, port);
		// A signal that is always active wakes nobody.
		if (signal->busy)
			break;
	}
}

void
signal_upstream_empty(struct signal *signal, struct element *e, unsigned input, struct task *task)
{
	struct search s = {.empty = true, .task = task};

	search(&s, signal, e, input);
}

void
signal_upstream_empty_follow(
	struct signal *signal, struct element *e, unsigned input, struct notifier *follower)
{
	struct search s = {.empty = true, .follower = follower};

	search(&s, signal, e, input);
}

void
signal_downstream_full(struct signal *signal, struct element *e, unsigned output, struct task *task)
{
	struct search s = {.task = task};

	search(&s, signal, e, output);
}

void
signal_fini(struct signal *signal)
{
	free(signal->v);
	*signal = (struct signal){0};
}

void
signal_text(const struct signal *signal, const char *kind, struct strbuf *out)
{
	if (signal->busy)
		strbuf_adds(out, "busy*");
	else if (signal->n == 0)
		strbuf_adds(out, "idle");
	for (size_t i = 0; !signal->busy && i < signal->n; i++)
		strbuf_addf(out, "%s%s%s", i > 0 ? "+" : "", kind,
			notifier_is_active(signal->v[i]) ? "*" : "");
}
