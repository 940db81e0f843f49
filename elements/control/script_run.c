// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/chatter.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/text.h"

// Runs that are going on in this thread, each inside a handler call of the one before, and the
// jumps of all of them.
static __thread unsigned n_nested, n_nested_jumps;

// ---- moving

void
script_jump(struct script *s, int place)
{
	size_t here = s->pos < 0 ? s->n_insns : (size_t)s->pos + 1;

	for (size_t i = place < 0 ? here : (size_t)place; i < here && i < s->n_insns; i++)
		s->insns[i].n_steps = 0;
	s->pos = place;
	s->moved = true;
	s->waiting = false;
	s->n_jumps++;
	n_nested_jumps++;
}

static enum script_result
give_up(struct script *s)
{
	chatter(ELEMENT_FMT ": too many jumps, giving up", ELEMENT_ARG(s));
	s->pos = SCRIPT_DEAD;
	s->waiting = false;
	return SCRIPT_GAVE_UP;
}

// ---- instructions

static enum script_result
set_variable(struct script *s, struct script_insn *insn, struct errh *errh)
{
	struct strbuf value = STRBUF_INIT;

	script_expand_value(s, insn->text, insn->unquote, &value, errh);
	script_set(s, insn->name, strbuf_text(&value), value.len, errh);
	strbuf_fini(&value);
	return SCRIPT_GOES_ON;
}

static enum script_result
do_nothing(struct script *s, struct script_insn *insn, struct errh *errh)
{
	(void)s;
	(void)insn;
	(void)errh;
	return SCRIPT_GOES_ON;
}

// Starts to wait. A time that cannot be read leaves a pause.
static void
begin_wait(struct script *s, const struct script_insn *insn, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT;
	char *plain;
	int64_t ns;

	script_expand(s, insn->text, SCRIPT_INSERT_PLAIN, &text, errh);
	plain = confstr_uncomment(strbuf_text(&text));
	// A handler that the time was computed with may have moved us.
	s->waiting = !s->moved;
	if (text_read_timespan(plain, &ns) != 0 || ns < 0 || ns > INT64_MAX / 2)
		errh_error(errh, "syntax error at 'wait'");
	else if (s->waiting)
		script_wait_until(s, clock_steady() + ns);
	free(plain);
	strbuf_fini(&text);
}

static enum script_result
wait_time(struct script *s, struct script_insn *insn, struct errh *errh)
{
	if (s->budget > 0) {
		s->budget--;
		s->waiting = false;
		script_wait_until(s, 0);
		return SCRIPT_GOES_ON;
	}
	// A packet cannot wait.
	if (s->type == SCRIPT_PACKET)
		return SCRIPT_BLOCKED;
	if (!s->waiting)
		begin_wait(s, insn, errh);
	// A step that came meanwhile ends the wait at once: stay here to take it.
	s->moved |= s->budget > 0;
	return s->moved ? SCRIPT_GOES_ON : SCRIPT_BLOCKED;
}

static enum script_result
wait_steps(struct script *s, struct script_insn *insn, struct errh *errh)
{
	int64_t n = insn->n_wanted - insn->n_steps;

	(void)errh;
	if (n > s->budget)
		n = s->budget;
	s->budget -= n;
	insn->n_steps += (uint32_t)n;
	return insn->n_steps == insn->n_wanted ? SCRIPT_GOES_ON : SCRIPT_BLOCKED;
}

static enum script_result
jump(struct script *s, struct script_insn *insn, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT;
	bool yes = true;
	char *plain;

	script_expand(s, insn->text, SCRIPT_INSERT_PLAIN, &text, errh);
	plain = confstr_uncomment(strbuf_text(&text));
	if (*plain != '\0' && text_read_bool(plain, &yes) != 0) {
		errh_error(errh, "bad condition '%s'", plain);
		yes = false;
	}
	if (yes)
		script_jump(s, insn->target);
	free(plain);
	strbuf_fini(&text);
	return SCRIPT_GOES_ON;
}

static enum script_result
jump_to_begin(struct script *s, struct script_insn *insn, struct errh *errh)
{
	(void)insn;
	(void)errh;
	script_jump(s, 0);
	return SCRIPT_GOES_ON;
}

static enum script_result
stop(struct script *s)
{
	if (!s->stepped_by_driver)
		router_adjust_run_count(s->element.router, -1);
	return SCRIPT_STOPPED;
}

static enum script_result
finish(struct script *s, struct script_insn *insn, struct errh *errh)
{
	(void)errh;
	switch (insn->op) {
	case SCRIPT_STOP:
		return stop(s);
	case SCRIPT_EXIT:
		return SCRIPT_EXITED;
	default:
		return SCRIPT_ENDED;
	}
}

static enum script_result
finish_with_value(struct script *s, struct script_insn *insn, struct errh *errh)
{
	struct strbuf value = STRBUF_INIT;

	script_expand_value(s, insn->text, insn->unquote, &value, errh);
	script_set(s, "_", strbuf_text(&value), value.len, errh);
	strbuf_fini(&value);
	return SCRIPT_RETURNED;
}

static enum script_result
finish_with_error(struct script *s, struct script_insn *insn, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT;

	script_expand_value(s, insn->text, insn->unquote, &text, errh);
	if (text.len > 0)
		errh_error(errh, "%s", strbuf_text(&text));
	strbuf_fini(&text);
	return SCRIPT_FAILED;
}

static enum script_result (*const operations[SCRIPT_OPS])(
	struct script *s, struct script_insn *insn, struct errh *errh) = {
	[SCRIPT_SET] = set_variable,
	[SCRIPT_INIT] = do_nothing,
	[SCRIPT_EXPORT] = do_nothing,
	[SCRIPT_PRINT] = script_print,
	[SCRIPT_SAVE] = script_save,
	[SCRIPT_READ] = script_read,
	[SCRIPT_WRITE] = script_write,
	[SCRIPT_WAIT] = wait_time,
	[SCRIPT_PAUSE] = wait_steps,
	[SCRIPT_LABEL] = do_nothing,
	[SCRIPT_GOTO] = jump,
	[SCRIPT_LOOP] = jump_to_begin,
	[SCRIPT_END] = finish,
	[SCRIPT_EXIT] = finish,
	[SCRIPT_STOP] = finish,
	[SCRIPT_RETURN] = finish_with_value,
	[SCRIPT_ERROR] = finish_with_error,
};

// ---- runs

// The script has been moved behind its last instruction.
static enum script_result
finish_at_place(struct script *s)
{
	switch (s->pos) {
	case SCRIPT_AT_END:
		return SCRIPT_ENDED;
	case SCRIPT_AT_EXIT:
		return SCRIPT_EXITED;
	case SCRIPT_AT_STOP:
		return stop(s);
	case SCRIPT_AT_ERROR:
		return SCRIPT_FAILED;
	default:
		return SCRIPT_GAVE_UP;
	}
}

static enum script_result
execute(struct script *s, struct errh *errh)
{
	struct script_insn *insn;
	enum script_result result;

	if (s->n_jumps >= SCRIPT_JUMPS_MAX || n_nested_jumps >= SCRIPT_JUMPS_NESTED_MAX)
		return give_up(s);
	if (s->pos < 0)
		return finish_at_place(s);
	insn = &s->insns[s->pos];
	s->moved = false;
	result = operations[insn->op](s, insn, errh);
	if (result == SCRIPT_GOES_ON && !s->moved)
		s->pos++;
	return result;
}

enum script_result
script_run(struct script *s, int64_t steps, struct errh *errh)
{
	enum script_result result = SCRIPT_GOES_ON;

	if (s->running) {
		s->budget += steps;
		return SCRIPT_BLOCKED;
	}
	if (n_nested >= SCRIPT_NESTING_MAX) {
		errh_error(errh, "more than %d scripts call each other", SCRIPT_NESTING_MAX);
		return SCRIPT_FAILED;
	}
	if (n_nested++ == 0)
		n_nested_jumps = 0;
	s->running = s->started = true;
	s->budget = steps;
	s->n_jumps = 0;
	while (result == SCRIPT_GOES_ON)
		result = execute(s, errh);
	s->running = false;
	n_nested--;
	if (!s->waiting)
		script_wait_until(s, 0);
	return result;
}

void
script_finish(struct script *s, enum script_result result)
{
	if (s->type == SCRIPT_SIGNAL && !s->running && result == SCRIPT_ENDED)
		script_signals_arm(s, NULL);
}

enum script_result
script_run_at(struct script *s, int place, struct errh *errh)
{
	script_jump(s, place);
	return script_run(s, 0, errh);
}

enum script_result
script_call(struct script *s, const char *name, const char *args, bool is_write, struct errh *errh)
{
	free(s->run_name);
	s->run_name = mem_strdup(name);
	strbuf_clear(&s->args);
	strbuf_adds(&s->args, args);
	s->is_write = is_write;
	return script_run_at(s, 0, errh);
}

void
script_initialize_variables(struct script *s, struct errh *errh)
{
	struct errh_context ctx;

	errh_push(errh, &ctx, "While executing '" ELEMENT_FMT "':", ELEMENT_ARG(s));
	for (size_t i = 0; i < s->n_insns; i++) {
		if (s->insns[i].op == SCRIPT_INIT || s->insns[i].op == SCRIPT_EXPORT)
			set_variable(s, &s->insns[i], errh);
	}
	errh_pop(errh);
}

// ---- who starts runs

void
script_timer_fired(struct timer *timer)
{
	struct script *s = (struct script *)timer->element;
	struct errh_context ctx;
	struct errh errh;

	if (!script_enter(s))
		return;
	errh_init_stderr(&errh);
	errh_push(&errh, &ctx, "While executing '" ELEMENT_FMT "':", ELEMENT_ARG(s));
	if (s->waiting)
		script_finish(s, script_run(s, 1, &errh));
	else if (!s->started)
		script_finish(s, script_run_at(s, 0, &errh));
	errh_pop(&errh);
	script_leave(s);
}

bool
script_driver_step(struct element *e)
{
	struct script *s = (struct script *)e;
	enum script_result result;
	struct errh_context ctx;
	struct errh errh;
	bool goes_on;

	if (!script_enter(s))
		return false;
	errh_init_stderr(&errh);
	errh_push(&errh, &ctx, "While executing '" ELEMENT_FMT "':", ELEMENT_ARG(s));
	s->stepped_by_driver = true;
	result = s->started ? script_run(s, 1, &errh) : script_run_at(s, 0, &errh);
	s->stepped_by_driver = false;
	errh_pop(&errh);
	goes_on = result == SCRIPT_BLOCKED || result == SCRIPT_RETURNED || result == SCRIPT_GAVE_UP;
	if (goes_on)
		router_adjust_run_count(e->router, 1);
	script_leave(s);
	return goes_on;
}
