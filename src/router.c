// SPDX-License-Identifier: BSD-3-Clause
#include "src/router.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/compile.h"
#include "src/counter.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/hookup.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/namedb.h"
#include "src/nearest.h"
#include "src/plan.h"
#include "src/profile.h"
#include "src/reach.h"
#include "src/strbuf.h"
#include "src/task.h"
#include "src/timer.h"

// ---- creation

static int
create_elements(struct router *r, struct errh *errh)
{
	int err = 0;

	r->elements = mem_zalloc(r->config.n_elements * sizeof(*r->elements));
	for (size_t i = 0; i < r->config.n_elements; i++) {
		const struct config_element *c = &r->config.elements[i];
		const struct element_class *class = element_class_find(c->class_name);

		if (class == NULL) {
			err = errh_error_at(
				errh, c->landmark, "unknown element class '%s'", c->class_name);
			errh_suggest(errh, element_class_suggest(c->class_name));
			continue;
		}
		r->elements[r->n_elements] = element_create(r, class, (unsigned)i, c);
		r->n_elements++;
	}
	return err;
}

// Indexes by phase, stable. Classes may stand between the named phases, so no list has them all.
static void
order_elements(struct router *r)
{
	int phase = INT_MIN;
	size_t n = 0;

	r->order = mem_zalloc(r->n_elements * sizeof(*r->order));
	while (n < r->n_elements) {
		int next = INT_MAX;

		for (size_t i = 0; i < r->n_elements; i++) {
			int own = r->elements[i]->class->phase;

			next = own > phase && own < next ? own : next;
		}
		phase = next;
		for (size_t i = 0; i < r->n_elements; i++) {
			if ((int)r->elements[i]->class->phase == phase)
				r->order[n++] = (unsigned)i;
		}
	}
}

struct router *
router_create(struct config *c, struct errh *errh)
{
	struct router *r = mem_zalloc(sizeof(*r));

	r->config = *c;
	*c = (struct config){0};
	r->names = namedb_create();
	atomic_store(&r->run_count, 1);
	if (create_elements(r, errh) != 0 || hookup(r, errh) != 0) {
		router_destroy(r);
		return NULL;
	}
	order_elements(r);
	profile_attach(r);
	return r;
}

struct router *
router_create_beside(struct router *running, struct config *c, struct errh *errh)
{
	struct router *r = router_create(c, errh);

	if (r == NULL)
		return NULL;
	r->beside = true;
	r->predecessor = running;
	r->generation = running->generation + 1;
	r->hotconfig = running->hotconfig;
	r->hotconfig_arg = running->hotconfig_arg;
	return r;
}

static void
forget_drops(const struct element *e)
{
	uint64_t n = 0;

	for (unsigned d = 0; d < element_n_drop_reasons(e->class); d++)
		n += element_drops(e, d);
	lcores_add_past_drops(n - e->info->n_drops_moved);
}

void
router_destroy(struct router *r)
{
	if (r == NULL)
		return;
	router_destroy(r->successor);
	r->state = ROUTER_DEAD;
	if (!r->retired)
		lcores_pause();
	// Cleanup in reverse configure order, then the memory.
	for (size_t i = r->order != NULL ? r->n_elements : 0; i-- > 0;)
		element_cleanup(r->elements[r->order[i]]);
	for (size_t i = 0; i < r->n_elements; i++) {
		forget_drops(r->elements[i]);
		element_destroy(r->elements[i]);
	}
	if (!r->retired)
		lcores_resume();
	compile_release(r);
	free(r->elements);
	free(r->order);
	namedb_destroy(r->names);
	config_fini(&r->config);
	free(r);
}

// ---- the steps

int
router_configure(struct router *r, struct errh *errh)
{
	struct errh_context ctx;
	int err = 0;

	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[r->order[i]];

		errh_push(errh, &ctx, "%s: While configuring '" ELEMENT_FMT "':", e->info->landmark,
			element_name(e), e->class->name);
		if (element_configure(e, errh) < 0)
			err = -EINVAL;
		errh_pop(errh);
	}
	r->state = ROUTER_CONFIGURED;
	return err;
}

// Runs one step of an element in its context. A silent failure gets a text.
static int
run_step(struct element *e, struct errh *errh, const char *what,
	int (*step)(struct element *e, struct plan *plan, struct errh *errh), struct plan *plan)
{
	unsigned n_errors = errh->n_errors;
	struct errh_context ctx;
	int err;

	errh_push(errh, &ctx, "%s: While %s '" ELEMENT_FMT "':", e->info->landmark, what,
		element_name(e), e->class->name);
	err = step(e, plan, errh);
	if (err < 0 && errh->n_errors == n_errors)
		errh_error(errh, err == -ENOMEM ? "out of memory" : "unspecified error");
	errh_pop(errh);
	return err;
}

static int
step_attach(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)plan;
	return e->class->attach != NULL ? e->class->attach(e, errh) : 0;
}

static int
step_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	return e->class->reserve != NULL ? e->class->reserve(e, plan, errh) : 0;
}

static int
step_initialize(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)plan;
	return e->class->initialize != NULL ? e->class->initialize(e, errh) : 0;
}

int
router_prepare(struct router *r, struct plan *plan, struct errh *errh)
{
	int err = 0;

	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[r->order[i]];

		if (run_step(e, errh, "initializing", step_attach, plan) < 0)
			err = -EINVAL;
		// Some are of tasks, which are there now.
		element_register_handlers(e);
	}
	if (err != 0)
		return err;
	reach_compute(r);
	if (reach_check(r, errh) != 0)
		return -EINVAL;
	for (size_t i = 0; i < r->n_elements; i++) {
		if (run_step(r->elements[r->order[i]], errh, "initializing", step_reserve, plan) <
			0)
			err = -EINVAL;
	}
	plan_finish(plan);
	return err;
}

int
router_initialize(struct router *r, struct errh *errh)
{
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[r->order[i]];

		if (run_step(e, errh, "initializing", step_initialize, NULL) < 0)
			return -EINVAL;
		e->info->initialized = true;
	}
	r->state = ROUTER_INITIALIZED;
	return 0;
}

// Oldest first, as they would have been scheduled.
static void
release_tasks(struct task *task)
{
	if (task == NULL)
		return;
	release_tasks(task->sibling);
	task_release(task);
}

void
router_start(struct router *r)
{
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[r->order[i]];

		if (r->beside) {
			release_tasks(e->info->tasks);
			for (struct timer *t = e->info->timers; t != NULL; t = t->sibling)
				timer_release(t);
		}
		if (e->class->start != NULL)
			e->class->start(e);
	}
	r->beside = false;
	r->state = ROUTER_RUNNING;
}

// Timers run where their element's work is done; those of control stay there.
static void
move_timers(struct element *e, uint64_t lcores)
{
	for (struct timer *t = e->info->timers; t != NULL; t = t->sibling) {
		if (t->home != NULL && !t->home->is_control && !t->fixed && lcores != 0 &&
			!(lcores >> t->home->index & 1))
			timer_move(t, lcores_at((unsigned)__builtin_ctzll(lcores)));
	}
}

static void
place_again(struct router *r)
{
	reach_compute(r);
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];
		const struct element_info *info = e->info;

		move_timers(e, info->push_lcores | info->pull_lcores | info->own_lcores);
		if (e->class->lcores_changed != NULL && info->initialized)
			e->class->lcores_changed(e);
	}
}

int
router_move_task(struct router *r, struct task *task, struct lcore *home, struct errh *errh)
{
	struct lcore *before = task->home;
	struct element *e = task->element;
	int err = 0;

	if (before == home)
		return 0;
	// Descriptors are watched by the lcore of the task.
	if (e->class->retire != NULL && r->state == ROUTER_RUNNING)
		e->class->retire(e);
	task_move(task, home);
	reach_compute(r);
	if (reach_check(r, errh) != 0) {
		task_move(task, before);
		err = -EINVAL;
	}
	place_again(r);
	if (e->class->start != NULL && r->state == ROUTER_RUNNING)
		e->class->start(e);
	return err;
}

void
router_retire(struct router *r)
{
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];

		for (struct task *t = e->info->tasks; t != NULL; t = t->sibling)
			task_halt(t);
		for (struct timer *t = e->info->timers; t != NULL; t = t->sibling)
			timer_halt(t);
		if (e->class->retire != NULL)
			e->class->retire(e);
	}
	r->retired = true;
}

// ---- questions

bool
router_has_devices(const struct router *r)
{
	for (size_t i = 0; i < r->n_elements; i++) {
		if (r->elements[i]->class->flags & ELEMENT_DEVICE)
			return true;
	}
	return false;
}

struct element *
router_element(const struct router *r, size_t i)
{
	return i < r->n_elements ? r->elements[i] : NULL;
}

struct element *
router_find(const struct router *r, const char *name)
{
	for (size_t i = 0; i < r->n_elements; i++) {
		if (strcmp(element_name(r->elements[i]), name) == 0)
			return r->elements[i];
	}
	return NULL;
}

const char *
router_suggest(const struct router *r, const char *name)
{
	struct nearest nearest = {.name = name};

	for (size_t i = 0; i < r->n_elements; i++)
		nearest_try(&nearest, element_name(r->elements[i]));
	return nearest.found;
}

bool
router_has_prefix(const struct router *r, const char *prefix)
{
	size_t len = strlen(prefix);

	for (size_t i = 0; i < r->n_elements; i++) {
		if (strncmp(element_name(r->elements[i]), prefix, len) == 0)
			return true;
	}
	return false;
}

void
router_adjust_run_count(struct router *r, int32_t n)
{
	int32_t old = atomic_load(&r->run_count);

	// Saturates, so that many stops cannot wrap around to "running".
	while (!atomic_compare_exchange_weak(&r->run_count, &old,
		(int32_t)RTE_MIN(
			RTE_MAX((int64_t)old + n, (int64_t)INT32_MIN), (int64_t)INT32_MAX)))
		;
	lcore_wake(lcores_control());
}

void
router_balance(const struct router *r, struct router_balance *balance)
{
	*balance = (struct router_balance){.dropped = lcores_past_drops()};
	for (unsigned i = 0; i < lcores_n(); i++) {
		const struct lcore *lcore = lcores_at(i);

		balance->received += counter_read(&lcore->n_received);
		balance->sent += counter_read(&lcore->n_sent);
		if (lcore->packets == NULL)
			continue;
		balance->generated += counter_read(&lcore->packets->n_generated) -
				      counter_read(&lcore->packets->n_replaced);
		balance->failed += counter_read(&lcore->packets->n_failed);
	}
	for (size_t i = 0; i < r->n_elements; i++) {
		struct element *e = r->elements[i];

		for (unsigned d = 0; d < element_n_drop_reasons(e->class); d++)
			balance->dropped += element_drops(e, d);
		balance->dropped -= e->info->n_drops_moved;
		if (e->class->held != NULL)
			balance->held += e->class->held(e);
	}
}

// ---- text

static void
port_line(const struct element *e, bool output, unsigned port, struct strbuf *out)
{
	const struct element_info *info = e->info;
	bool pull = output ? info->out_pull[port] : info->in_pull[port];
	bool agnostic = output ? info->out_agnostic[port] : info->in_agnostic[port];
	size_t n = output ? info->n_outgoing : info->n_incoming;
	const char *separator = "";
	uint64_t n_packets;

	strbuf_addf(out, "%s%s\t", pull ? "pull" : "push", agnostic ? "~" : "");
	if (profile_port_packets(e, output, port, &n_packets))
		strbuf_addf(out, "%" PRIu64 "\t", n_packets);
	else
		strbuf_adds(out, "-\t");
	for (size_t i = 0; i < n; i++) {
		const struct config_connection *k = output ? info->outgoing[i] : info->incoming[i];

		if ((output ? k->from_port : k->to_port) != port)
			continue;
		if (output)
			strbuf_addf(out, "%s[%u] %s", separator, k->to_port,
				element_name(e->router->elements[k->to]));
		else
			strbuf_addf(out, "%s%s [%u]", separator,
				element_name(e->router->elements[k->from]), k->from_port);
		separator = ", ";
	}
	strbuf_addc(out, '\n');
}

void
router_ports_text(const struct element *e, struct strbuf *out)
{
	strbuf_addf(out, "%u input%s\n", e->n_inputs, e->n_inputs == 1 ? "" : "s");
	for (unsigned p = 0; p < e->n_inputs; p++)
		port_line(e, false, p, out);
	strbuf_addf(out, "%u output%s\n", e->n_outputs, e->n_outputs == 1 ? "" : "s");
	for (unsigned p = 0; p < e->n_outputs; p++)
		port_line(e, true, p, out);
}

void
router_unparse(const struct router *r, struct strbuf *out)
{
	struct config c = r->config;

	c.elements = mem_zalloc(r->n_elements * sizeof(*c.elements));
	for (size_t i = 0; i < r->n_elements; i++) {
		c.elements[i] = r->config.elements[i];
		c.elements[i].args = r->elements[i]->info->config;
	}
	config_unparse(&c, out);
	free(c.elements);
}
