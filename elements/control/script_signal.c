// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "src/mem.h"
#include "src/text.h"

int
script_signal_number(const char *text)
{
	static const struct {
		const char *name;
		int number;
	} names[] = {{"ABRT", SIGABRT}, {"ALRM", SIGALRM}, {"HUP", SIGHUP}, {"INT", SIGINT},
		{"IO", SIGIO}, {"PIPE", SIGPIPE}, {"QUIT", SIGQUIT}, {"TERM", SIGTERM},
		{"TSTP", SIGTSTP}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}};
	uint64_t n;

	for (size_t i = 0; i < RTE_DIM(names); i++) {
		if (strcmp(names[i].name, text) == 0)
			return names[i].number;
	}
	return text_read_uint64(text, &n) == 0 && n < DRIVER_SIGNALS ? (int)n : -1;
}

static void
signal_raised(struct driver_signal *watch)
{
	struct script_signal *signal =
		(struct script_signal *)((uintptr_t)watch - offsetof(struct script_signal, watch));
	struct script *s = signal->script;
	enum script_result result;
	struct errh_context ctx;
	struct errh errh;

	if (!script_enter(s))
		return;
	errh_init_stderr(&errh);
	errh_push(&errh, &ctx, "While executing '" ELEMENT_FMT "':", ELEMENT_ARG(s));
	result = script_call(s, "run", "", false, &errh);
	script_finish(s, result);
	errh_pop(&errh);
	script_leave(s);
}

int
script_signals_configure(struct script *s, const struct strvec *words, struct errh *errh)
{
	int err = 0, signo;

	s->signals = mem_zalloc(words->n * sizeof(*s->signals));
	// The first word is the type.
	for (size_t i = 1; i < words->n; i++) {
		signo = script_signal_number(words->v[i]);
		if (signo < 0) {
			err = errh_error(errh, "bad signal number");
			continue;
		}
		s->signals[s->n_signals++] = (struct script_signal){
			.watch.raised = signal_raised, .script = s, .signo = signo};
	}
	return err;
}

int
script_signals_arm(struct script *s, struct errh *errh)
{
	struct errh to_stderr;
	int err = 0, failed;

	errh_init_stderr(&to_stderr);
	for (size_t i = 0; i < s->n_signals; i++) {
		failed = driver_signal_arm(&s->signals[i].watch, s->signals[i].signo);
		if (failed != 0)
			err = errh_error(errh ? errh : &to_stderr, "cannot catch signal %d: %s",
				s->signals[i].signo, strerror(-failed));
	}
	return err;
}

void
script_signals_fini(struct script *s)
{
	for (size_t i = 0; i < s->n_signals; i++)
		driver_signal_disarm(&s->signals[i].watch);
	free(s->signals);
	s->signals = NULL;
	s->n_signals = 0;
}
