// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <sched.h>
#include <stdlib.h>

#include "src/lcore.h"
#include "src/mem.h"

// Something for the control lcore to do.
struct script_post {
	struct script_post *next;
	enum script_post_kind kind;
	char *name; // owned
	char *text; // owned
};

// Its address tells threads apart.
static __thread char this_thread;

bool
script_enter(struct script *s)
{
	const void *nobody = NULL;

	if (atomic_load_explicit(&s->owner, memory_order_relaxed) == &this_thread) {
		s->n_entered++;
		return true;
	}
	// Workers do not wait: two of them could wait for each other, and control for both. What
	// control waits for is short.
	while (!atomic_compare_exchange_weak(&s->owner, &nobody, &this_thread)) {
		if (nobody != NULL && lcore_self != lcores_control())
			return false;
		nobody = NULL;
		sched_yield();
	}
	s->n_entered = 1;
	return true;
}

void
script_leave(struct script *s)
{
	if (--s->n_entered == 0)
		atomic_store(&s->owner, NULL);
}

bool
script_must_post(const struct script *s)
{
	return s->type != SCRIPT_PACKET && lcore_self != lcores_control();
}

bool
script_post(struct script *s, enum script_post_kind kind, const char *name, const char *text)
{
	struct script_post *post;

	if (atomic_fetch_add(&s->n_posts, 1) >= SCRIPT_POSTS_MAX) {
		atomic_fetch_sub(&s->n_posts, 1);
		return false;
	}
	post = mem_zalloc(sizeof(*post));
	post->kind = kind;
	post->name = mem_strdup(name);
	post->text = mem_strdup(text);
	post->next = atomic_load(&s->posts);
	while (!atomic_compare_exchange_weak(&s->posts, &post->next, post))
		;
	task_schedule(&s->task);
	return true;
}

static void
post_free(struct script *s, struct script_post *post)
{
	atomic_fetch_sub(&s->n_posts, 1);
	free(post->name);
	free(post->text);
	free(post);
}

// The oldest first.
static struct script_post *
take_posts(struct script *s)
{
	struct script_post *post = atomic_exchange(&s->posts, NULL), *next, *oldest = NULL;

	for (; post != NULL; post = next) {
		next = post->next;
		post->next = oldest;
		oldest = post;
	}
	return oldest;
}

static void
do_post(struct script *s, const struct script_post *post, struct errh *errh)
{
	switch (post->kind) {
	case SCRIPT_POST_STEP:
		script_do_step(s, post->text, errh);
		break;
	case SCRIPT_POST_GOTO:
		script_do_goto(s, post->text, errh);
		break;
	case SCRIPT_POST_RUN:
		script_finish(s, script_call(s, post->name, post->text, true, errh));
		break;
	}
}

static bool
script_task(struct task *task)
{
	struct script *s = (struct script *)task->element;
	struct script_post *post, *next;
	struct errh_context ctx;
	struct errh errh;

	if (!script_enter(s))
		return false;
	errh_init_stderr(&errh);
	errh_push(&errh, &ctx, "While executing '" ELEMENT_FMT "':", ELEMENT_ARG(s));
	for (post = take_posts(s); post != NULL; post = next) {
		next = post->next;
		do_post(s, post, &errh);
		post_free(s, post);
	}
	if (s->wait_until_ns != 0)
		timer_schedule_at(&s->timer, s->wait_until_ns);
	else
		timer_unschedule(&s->timer);
	errh_pop(&errh);
	script_leave(s);
	return true;
}

// The timer is control's: from elsewhere it is set by the task.
void
script_wait_until(struct script *s, int64_t steady_ns)
{
	if (s->wait_until_ns == 0 && steady_ns == 0)
		return;
	s->wait_until_ns = steady_ns;
	if (lcore_self != lcores_control())
		task_schedule(&s->task);
	else if (steady_ns != 0)
		timer_schedule_at(&s->timer, steady_ns);
	else
		timer_unschedule(&s->timer);
}

void
script_thread_init(struct script *s)
{
	struct lcore *control = lcores_control();

	timer_init(&s->timer, &s->element, script_timer_fired, control);
	task_init(&s->task, &s->element, script_task, control, TASK_TICKETS);
}

void
script_thread_fini(struct script *s)
{
	struct script_post *post, *next;

	timer_unschedule(&s->timer);
	task_fini(&s->task);
	for (post = take_posts(s); post != NULL; post = next) {
		next = post->next;
		post_free(s, post);
	}
}
