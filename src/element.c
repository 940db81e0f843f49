// SPDX-License-Identifier: BSD-3-Clause
#include "src/element.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/counter.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/profile.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/strvec.h"

// ---- counters

unsigned
element_n_drop_reasons(const struct element_class *class)
{
	unsigned n = 0;

	while (class->drops != NULL && class->drops[n] != NULL)
		n++;
	return n;
}

static uint64_t
sum_words(const struct element *e, size_t offset)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < lcores_n(); i++)
		sum += counter_read(
			(const uint64_t *)(e->lcore_data + (size_t)i * e->lcore_stride + offset));
	return sum;
}

uint64_t
element_drops(const struct element *e, unsigned reason)
{
	return sum_words(e, reason * sizeof(uint64_t));
}

uint64_t
element_lcore_sum(const struct element *e, size_t offset)
{
	return sum_words(e, e->lcore_state + offset);
}

// ---- moving packets

static void
push_run(struct element *e, unsigned port, struct batch *run)
{
	element_push(e, port, run);
	run->n = 0;
}

void
element_decide_rest(struct element *e, struct batch *b, unsigned at, int decision,
	int (*decide)(struct element *e, struct packet **pp))
{
	unsigned n = b->n, port = 0;
	struct batch run;

	run.n = (uint16_t)at;
	memcpy(run.pkt, b->pkt, at * sizeof(b->pkt[0]));
	for (unsigned i = at;;) {
		if (decision >= 0) {
			if ((unsigned)decision != port)
				push_run(e, port, &run);
			port = (unsigned)decision;
			run.pkt[run.n++] = b->pkt[i];
		} else if (decision != PACKET_TAKEN) {
			element_drop(e, (unsigned)(-1 - decision), b->pkt[i]);
		}
		if (++i >= n)
			break;
		decision = decide(e, &b->pkt[i]);
	}
	push_run(e, port, &run);
}

void
element_decide_pulled(
	struct element *e, struct batch *b, int (*decide)(struct element *e, struct packet **pp))
{
	uint16_t n_kept = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		int decision = decide(e, &p);

		if (decision == 0)
			b->pkt[n_kept++] = p;
		else if (decision > 0)
			element_push_one(e, (unsigned)decision, p);
		else if (decision != PACKET_TAKEN)
			element_drop(e, (unsigned)(-1 - decision), p);
	}
	b->n = n_kept;
}

static void
finish_decision(struct element *e, int16_t decision, struct packet *p)
{
	if (decision < 0 && decision != INT16_MIN)
		element_drop(e, (unsigned)(-1 - decision), p);
}

static void
split_runs(struct element *e, struct batch *b, const int16_t *decision)
{
	struct batch run;
	int16_t port = 0;

	run.n = 0;
	for (unsigned i = 0; i < b->n; i++) {
		if (decision[i] < 0) {
			finish_decision(e, decision[i], b->pkt[i]);
			continue;
		}
		if (decision[i] != port)
			push_run(e, (unsigned)port, &run);
		port = decision[i];
		run.pkt[run.n++] = b->pkt[i];
	}
	push_run(e, (unsigned)port, &run);
}

// One pass for each output that occurs.
static void
split_outputs(struct element *e, struct batch *b, const int16_t *decision)
{
	uint64_t left = b->n == 64 ? UINT64_MAX : (UINT64_C(1) << b->n) - 1;
	struct batch part;

	while (left != 0) {
		unsigned first = (unsigned)__builtin_ctzll(left);
		int16_t port = decision[first];

		part.n = 0;
		for (unsigned i = first; i < b->n; i++) {
			if (decision[i] != port)
				continue;
			left &= ~(UINT64_C(1) << i);
			if (port < 0)
				finish_decision(e, port, b->pkt[i]);
			else
				part.pkt[part.n++] = b->pkt[i];
		}
		if (port >= 0)
			element_push(e, (unsigned)port, &part);
	}
}

void
element_split(struct element *e, struct batch *b, const int16_t *decision)
{
	unsigned i = 1;

	if (b->n == 0)
		return;
	while (i < b->n && decision[i] == decision[0])
		i++;
	if (likely(i == b->n && decision[0] >= 0))
		element_push(e, (unsigned)decision[0], b);
	else if (e->split_runs)
		split_runs(e, b, decision);
	else
		split_outputs(e, b, decision);
}

// ---- about an element

const char *
element_name(const struct element *e)
{
	return e->info->name;
}

char *
element_scope(const struct element *e)
{
	const char *slash = strrchr(e->info->name, '/');

	return mem_strndup(e->info->name, slash ? (size_t)(slash + 1 - e->info->name) : 0);
}

struct namedb *
element_names(const struct element *e)
{
	return e->router->names;
}

struct element *
element_find(const struct element *from, const char *name)
{
	struct element *found = NULL;
	struct strbuf path = STRBUF_INIT;
	char *scope = element_scope(from), *slash;

	for (;;) {
		strbuf_clear(&path);
		strbuf_addf(&path, "%s%s", scope, name);
		found = router_find(from->router, strbuf_text(&path));
		if (found != NULL || *scope == '\0')
			break;
		// The next outer scope: "a/b/" becomes "a/".
		scope[strlen(scope) - 1] = '\0';
		slash = strrchr(scope, '/');
		*(slash ? slash + 1 : scope) = '\0';
	}
	strbuf_fini(&path);
	free(scope);
	return found;
}

// INT_MIN: nobody has an opinion.
static int
fixed_thread(const struct element *e)
{
	int thread = INT_MIN;

	for (struct thread_sched *s = e->router->thread_scheds; s != NULL && thread == INT_MIN;
		s = s->next)
		thread = s->thread(s, e);
	return thread;
}

struct lcore *
element_home_fixed(const struct element *e)
{
	int thread = fixed_thread(e);

	return thread < 0 ? NULL : lcores_thread((unsigned)thread);
}

struct lcore *
element_home(const struct element *e)
{
	uint64_t lcores = e->info->push_lcores | e->info->pull_lcores;
	int thread = fixed_thread(e);

	if (thread != INT_MIN)
		return thread < 0 ? NULL : lcores_thread((unsigned)thread);
	if (lcores != 0)
		return lcores_at((unsigned)__builtin_ctzll(lcores));
	return lcores_thread(0);
}

uint32_t
element_tickets(const struct element *e)
{
	uint32_t tickets = TASK_TICKETS;

	for (struct ticket_info *i = e->router->ticket_infos; i != NULL; i = i->next)
		tickets = i->tickets(i, e, tickets);
	return tickets;
}

bool
element_is_parked(const struct element *e)
{
	int thread = fixed_thread(e);

	return (thread != INT_MIN && thread < 0) || element_tickets(e) == 0;
}

static void
runs_on(struct element *e, const struct lcore *lcore)
{
	if (lcore != NULL)
		e->info->own_lcores |= UINT64_C(1) << lcore->index;
}

void
element_timer_carries(struct element *e, const struct lcore *lcore)
{
	runs_on(e, lcore);
	if (lcore != NULL)
		e->info->timer_lcores |= UINT64_C(1) << lcore->index;
}

void
element_task_carries(struct task *task)
{
	task->carries = true;
	runs_on(task->element, task->home);
}

void
element_task_init(struct element *e, struct task *task, task_fn *run)
{
	struct lcore *home = element_is_parked(e) ? NULL : element_home(e);

	task_init(task, e, run, home, element_tickets(e));
	element_task_carries(task);
}

// ---- configuring again

static int
configure_with(struct element *e, const struct strvec *args, struct errh *errh)
{
	int err = 0;

	if (!(e->class->flags & ELEMENT_ANY_CONFIG))
		err = args_parse(e->class->args, e, args, e, errh);
	if (err != 0)
		return err;
	// From here on there may be something for cleanup() to end.
	e->info->configured = true;
	return e->class->configure != NULL ? e->class->configure(e, args, errh) : 0;
}

int
element_configure(struct element *e, struct errh *errh)
{
	struct strvec args = {0};
	unsigned n_errors = errh->n_errors;
	int err;

	confstr_split_args(e->info->config, &args);
	if (e->class->join_args != NULL)
		e->class->join_args(&args);
	err = configure_with(e, &args, errh);
	if (err != 0 && errh->n_errors == n_errors)
		errh_error(errh, "unspecified error");
	strvec_fini(&args);
	return err;
}

static void
set_config(struct element *e, const char *config)
{
	char *copy = mem_strdup(config);

	free(e->info->config);
	e->info->config = copy;
}

// The arguments may have been stored before configure() refused them: those that were good are put
// in place again.
static void
restore_config(struct element *e)
{
	struct strvec args = {0};
	struct errh silent;

	errh_init_silent(&silent);
	confstr_split_args(e->info->config, &args);
	configure_with(e, &args, &silent);
	strvec_fini(&args);
}

int
element_reconfigure(struct element *e, const char *config, struct errh *errh)
{
	struct strvec args = {0};
	int err;

	if (!(e->class->flags & ELEMENT_LIVE_CONFIG))
		return errh_error(
			errh, "cannot reconfigure %s :: %s live", element_name(e), e->class->name);
	confstr_split_args(config, &args);
	err = configure_with(e, &args, errh);
	strvec_fini(&args);
	if (err == 0)
		set_config(e, config);
	else
		restore_config(e);
	return err;
}

// The place of a positional argument among the class's rows, -1 if it is none.
static int
argument_slot(const struct element_class *class, const char *argument)
{
	int slot = 0;

	for (const struct arg *row = class->args; row != NULL && row->name != NULL; row++) {
		bool positional = !(row->flags & (ARG_KEYWORD | ARG_DEPRECATED | ARG_REST));

		if (strcmp(row->name, argument) == 0)
			return positional ? slot : -1;
		slot += positional;
	}
	return -1;
}

static bool
has_keyword(const char *arg, const char *keyword)
{
	const char *value;
	size_t len = confstr_keyword(arg, &value);

	return len == strlen(keyword) && strncmp(arg, keyword, len) == 0;
}

int
element_replace_argument(
	struct element *e, const char *argument, const char *value, struct errh *errh)
{
	int slot = argument_slot(e->class, argument), err;
	struct strvec args = {0};
	bool had_keyword = false;
	const char *ignored;
	char *text;

	confstr_split_args(e->info->config, &args);
	for (size_t i = args.n; i-- > 0;) {
		if (!has_keyword(args.v[i], argument))
			continue;
		strvec_remove(&args, i);
		had_keyword = true;
	}
	if (!had_keyword && slot >= 0 && (size_t)slot < args.n &&
		confstr_keyword(args.v[slot], &ignored) == 0) {
		free(args.v[slot]);
		args.v[slot] = mem_strdup(value);
	} else {
		strvec_take(&args, mem_printf("%s %s", argument, value));
	}
	text = confstr_join_args(&args);
	err = element_reconfigure(e, text, errh);
	free(text);
	strvec_fini(&args);
	return err;
}

// ---- life, for router.c

void
element_take_drops(struct element *e, struct element *old)
{
	for (unsigned d = 0; d < element_n_drop_reasons(e->class); d++) {
		uint64_t n = element_drops(old, d);

		*element_drop_counter(e, d) += n;
		old->info->n_drops_moved += n;
	}
}

struct element *
element_create(struct router *r, const struct element_class *class, unsigned index,
	const struct config_element *c)
{
	struct element *e = mem_zalloc_aligned(class->size, RTE_CACHE_LINE_SIZE);
	size_t counters = element_n_drop_reasons(class) * sizeof(uint64_t);

	e->class = class;
	e->router = r;
	e->info = mem_zalloc(sizeof(*e->info));
	e->info->name = mem_strdup(c->name);
	e->info->landmark = mem_strdup(c->landmark);
	e->info->config = mem_strdup(c->args);
	e->info->index = index;
	e->lcore_state = (uint32_t)counters;
	e->lcore_stride =
		(uint32_t)RTE_ALIGN_CEIL(counters + class->lcore_size, RTE_CACHE_LINE_SIZE);
	e->lcore_data =
		mem_zalloc_aligned((size_t)e->lcore_stride * lcores_n(), RTE_CACHE_LINE_SIZE);
	return e;
}

void
element_cleanup(struct element *e)
{
	if (e->info->configured && e->class->cleanup != NULL)
		e->class->cleanup(e);
	e->info->configured = false;
}

void
element_destroy(struct element *e)
{
	struct element_info *info;

	if (e == NULL)
		return;
	info = e->info;
	args_fini(e->class->args, e);
	profile_detach(e);
	for (size_t i = 0; i < info->n_handlers; i++) {
		if (info->handlers[i].own != NULL)
			free((void *)(uintptr_t)info->handlers[i].own->name);
		free(info->handlers[i].own);
	}
	free(info->handlers);
	free(info->outgoing);
	free(info->incoming);
	free(info->in_pull);
	free(info->out_pull);
	free(info->in_agnostic);
	free(info->out_agnostic);
	free(info->name);
	free(info->landmark);
	free(info->config);
	free(info->flow);
	free(info);
	free(e->inputs);
	free(e->outputs);
	free(e->lcore_data);
	free(e);
}
