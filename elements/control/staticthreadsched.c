// SPDX-License-Identifier: BSD-3-Clause
// StaticThreadSched: says on which thread the tasks and timers of elements live.

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"

struct staticthreadsched {
	struct element element;
	struct strvec entries; // "ELEMENT THREAD"
	struct thread_sched sched;
	bool installed;
	int *threads; // owned: by element index; INT_MIN: no opinion
};

// One argument.
struct preference {
	char *element;
	int32_t thread;
};

static const struct arg preference_args[] = {
	ARG(preference, element, "ELEMENT", ARG_MANDATORY),
	ARG(preference, thread, "THREAD", ARG_MANDATORY),
	ARGS_END,
};

static int
sched_thread(struct thread_sched *sched, const struct element *asked)
{
	const struct staticthreadsched *e =
		(struct staticthreadsched *)((uintptr_t)sched -
					     offsetof(struct staticthreadsched, sched));

	return e->threads[asked->info->index];
}

// Everything inside the compound element of that name. False if there is none.
static bool
set_prefix(struct staticthreadsched *e, const char *prefix, int thread)
{
	const struct router *r = e->element.router;
	size_t len = strlen(prefix);
	bool found = false;

	for (size_t i = 0; i < r->n_elements; i++) {
		if (strncmp(element_name(r->elements[i]), prefix, len) != 0)
			continue;
		e->threads[i] = thread;
		found = true;
	}
	return found;
}

static void
set_thread(struct staticthreadsched *e, const struct preference *p, struct errh *errh)
{
	struct element *found = element_find(&e->element, p->element);
	char *scope = element_scope(&e->element), *prefix;
	int thread = p->thread;

	if (thread < -1 || thread >= (int)lcores_n_threads()) {
		errh_warning(errh, "thread preference %d out of range", thread);
		thread = thread < 0 ? -1 : 0;
	}
	prefix = mem_printf("%s%s/", scope, p->element);
	if (found != NULL)
		e->threads[found->info->index] = thread;
	else if (!set_prefix(e, prefix, thread))
		errh_error(errh, "'%s' does not name an element", prefix);
	free(prefix);
	free(scope);
}

static int
read_entry(struct staticthreadsched *e, const char *text, struct errh *errh)
{
	struct preference p = {0};
	struct strvec words = {0};
	int err;

	confstr_split_words(text, &words);
	err = args_parse(preference_args, &p, &words, &e->element, errh);
	if (err == 0)
		set_thread(e, &p, errh);
	args_fini(preference_args, &p);
	strvec_fini(&words);
	return err;
}

static int
staticthreadsched_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct staticthreadsched *e = (struct staticthreadsched *)base;
	int err = 0;

	(void)args;
	e->threads = mem_zalloc(base->router->n_elements * sizeof(*e->threads));
	for (size_t i = 0; i < base->router->n_elements; i++)
		e->threads[i] = INT_MIN;
	for (size_t i = 0; i < e->entries.n; i++) {
		if (read_entry(e, e->entries.v[i], errh) != 0)
			err = -EINVAL;
	}
	// In front of the earlier ones, which are asked for what this one does not mention.
	e->sched.thread = sched_thread;
	e->sched.next = base->router->thread_scheds;
	base->router->thread_scheds = &e->sched;
	e->installed = true;
	return err;
}

static void
staticthreadsched_cleanup(struct element *base)
{
	struct staticthreadsched *e = (struct staticthreadsched *)base;
	struct thread_sched **at = &base->router->thread_scheds;

	while (e->installed && *at != NULL && *at != &e->sched)
		at = &(*at)->next;
	if (e->installed && *at != NULL)
		*at = e->sched.next;
	free(e->threads);
}

static const struct arg staticthreadsched_args[] = {
	ARG(staticthreadsched, entries, "ELEMENT", ARG_REST,
		.help = "`ELEMENT THREAD`: the thread of an element or of all elements in a compound "
			"element; -1: never run"),
	ARGS_END,
};

static const struct element_class staticthreadsched_class = {
	.name = "StaticThreadSched",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct staticthreadsched),
	.configure = staticthreadsched_configure,
	.cleanup = staticthreadsched_cleanup,
	.args = staticthreadsched_args,
	.group = "control",
	.brief = "places elements on threads",
	.manual =
		"Threads are numbered from 0: they are the worker lcores. Later arguments override\n"
		"earlier ones, and a StaticThreadSched that is declared later overrides one that is\n"
		"declared earlier; so one inside a compound element refines one outside. Only where\n"
		"an element starts is decided here: the handler home_thread moves a task later. An\n"
		"element that does not exist is reported, but does not keep the router from running.",
	.example = "s :: InfiniteSource(LIMIT 1) -> Discard; StaticThreadSched(s 0);",
};
ELEMENT_CLASS(staticthreadsched_class)
