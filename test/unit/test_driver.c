// SPDX-License-Identifier: BSD-3-Clause
#include "src/driver.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/element.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/lcores_rig.h"

// ---- signals that elements watch

struct watch {
	struct driver_signal signal;
	unsigned n_raised;
	struct watch *disarms; // what its call disarms
	int rearm; // the signal that it arms itself for again
};

static void
raised(struct driver_signal *signal)
{
	struct watch *w = (struct watch *)signal;

	w->n_raised++;
	CU_ASSERT_EQUAL(signal->signo, 0);
	if (w->disarms != NULL)
		driver_signal_disarm(&w->disarms->signal);
	if (w->rearm != 0)
		CU_ASSERT_EQUAL(driver_signal_arm(signal, w->rearm), 0);
}

static _Atomic unsigned n_own; // calls of the handler that the program had before

static void
own_handler(int signo)
{
	(void)signo;
	n_own++;
}

static void
a_signal_is_called_once(void)
{
	struct watch w = {.signal.raised = raised};

	lcores_init(0, NULL, false);
	signal(SIGUSR1, own_handler);
	CU_ASSERT_EQUAL(driver_signal_arm(&w.signal, SIGUSR1), 0);
	CU_ASSERT_EQUAL(w.signal.signo, SIGUSR1);
	driver_signals_run();
	CU_ASSERT_EQUAL(w.n_raised, 0);
	raise(SIGUSR1);
	raise(SIGUSR1);
	// Not in the handler: the driver does it.
	CU_ASSERT_EQUAL(w.n_raised, 0);
	driver_signals_run();
	CU_ASSERT_EQUAL(w.n_raised, 1);
	driver_signals_run();
	CU_ASSERT_EQUAL(w.n_raised, 1);
	// Disarmed, so the signal has its former effect.
	raise(SIGUSR1);
	CU_ASSERT_EQUAL(n_own, 1);
	driver_signals_run();
	CU_ASSERT_EQUAL(w.n_raised, 1);
	signal(SIGUSR1, SIG_DFL);
	lcores_fini();
}

static void
several_watch_one_signal(void)
{
	struct watch a = {.signal.raised = raised}, b = {.signal.raised = raised},
		     c = {.signal.raised = raised, .rearm = SIGUSR2};

	lcores_init(0, NULL, false);
	signal(SIGUSR2, own_handler);
	n_own = 0;
	CU_ASSERT_EQUAL(driver_signal_arm(&a.signal, SIGUSR2), 0);
	CU_ASSERT_EQUAL(driver_signal_arm(&b.signal, SIGUSR2), 0);
	CU_ASSERT_EQUAL(driver_signal_arm(&c.signal, SIGUSR2), 0);
	driver_signal_disarm(&b.signal);
	driver_signal_disarm(&b.signal);
	raise(SIGUSR2);
	driver_signals_run();
	CU_ASSERT_EQUAL(a.n_raised, 1);
	CU_ASSERT_EQUAL(b.n_raised, 0);
	CU_ASSERT_EQUAL(c.n_raised, 1);
	// c has armed itself again, for the next one.
	CU_ASSERT_EQUAL(c.signal.signo, SIGUSR2);
	raise(SIGUSR2);
	driver_signals_run();
	CU_ASSERT_EQUAL(c.n_raised, 2);
	CU_ASSERT_EQUAL(n_own, 0);
	driver_signal_disarm(&c.signal);
	raise(SIGUSR2);
	CU_ASSERT_EQUAL(n_own, 1);
	signal(SIGUSR2, SIG_DFL);
	lcores_fini();
}

// One that is called may disarm another whose turn would come.
static void
a_call_disarms_another(void)
{
	struct watch a = {.signal.raised = raised}, b = {.signal.raised = raised};

	lcores_init(0, NULL, false);
	signal(SIGUSR1, own_handler);
	CU_ASSERT_EQUAL(driver_signal_arm(&a.signal, SIGUSR1), 0);
	CU_ASSERT_EQUAL(driver_signal_arm(&b.signal, SIGUSR1), 0);
	a.disarms = &b;
	b.disarms = &a;
	raise(SIGUSR1);
	driver_signals_run();
	CU_ASSERT_EQUAL(a.n_raised + b.n_raised, 1);
	n_own = 0;
	raise(SIGUSR1);
	CU_ASSERT_EQUAL(n_own, 1);
	signal(SIGUSR1, SIG_DFL);
	lcores_fini();
}

// Armed for another signal, the first one is let go.
static void
changes_its_signal(void)
{
	struct watch w = {.signal.raised = raised};

	lcores_init(0, NULL, false);
	signal(SIGUSR1, own_handler);
	signal(SIGUSR2, own_handler);
	n_own = 0;
	CU_ASSERT_EQUAL(driver_signal_arm(&w.signal, SIGUSR1), 0);
	CU_ASSERT_EQUAL(driver_signal_arm(&w.signal, SIGUSR2), 0);
	raise(SIGUSR1);
	CU_ASSERT_EQUAL(n_own, 1);
	raise(SIGUSR2);
	CU_ASSERT_EQUAL(n_own, 1);
	driver_signals_run();
	CU_ASSERT_EQUAL(w.n_raised, 1);
	signal(SIGUSR1, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
	lcores_fini();
}

static void
signals_that_cannot_be_watched(void)
{
	static const int bad[] = {
		-1, 0, DRIVER_SIGNALS, 1000, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGKILL, SIGSTOP};
	struct watch w = {.signal.raised = raised};

	lcores_init(0, NULL, false);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CU_ASSERT_EQUAL(driver_signal_arm(&w.signal, bad[i]), -EINVAL);
		CU_ASSERT_EQUAL(w.signal.signo, 0);
	}
	lcores_fini();
}

// ---- the run. Each in a process of its own, as it leaves signals caught.

static int
in_child(int (*run)(void))
{
	int status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		// Nothing may outlive the test.
		alarm(60);
		_exit(run());
	}
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	return status;
}

static int
run_router(const char *config, void (*prepare)(struct router *r))
{
	struct router *r = lcores_rig(config, 0);
	struct errh errh;

	errh_init_stderr(&errh);
	driver_catch_signals();
	if (prepare != NULL)
		prepare(r);
	if (driver_run(&r, &errh) != 0)
		return 50;
	return 0;
}

static int
stopped_by_an_element(void)
{
	return run_router("InfiniteSource(LIMIT 3, STOP true) -> Discard", NULL);
}

static void
raise_now(struct router *r)
{
	(void)r;
	raise(SIGTERM);
}

static int
stopped_by_a_signal(void)
{
	return run_router("InfiniteSource -> Discard", raise_now);
}

static void
ignore_and_stop(struct router *r)
{
	// SIGPIPE is nothing.
	raise(SIGPIPE);
	atomic_store(&r->run_count, 0);
}

static int
pipes_may_break(void)
{
	return run_router("Idle -> Discard", ignore_and_stop);
}

static unsigned n_steps;

static bool
three_steps(struct element *script)
{
	struct router *r = script->router;

	n_steps++;
	if (n_steps == 3)
		return false;
	// The script wants to go on, but the count stays at 0: the next step follows at once.
	CU_ASSERT_EQUAL(atomic_load(&r->run_count), 0);
	return true;
}

static void
set_steps(struct router *r)
{
	r->driver_step = three_steps;
	r->driver_script = router_element(r, 0);
	atomic_store(&r->run_count, 0);
}

static int
scripts_step_on(void)
{
	int status = run_router("Idle -> Discard", set_steps);

	return status != 0 ? status : n_steps == 3 ? 0 : 60;
}

static void
runs_end(void)
{
	CU_ASSERT_EQUAL(in_child(stopped_by_an_element), 0);
	CU_ASSERT_EQUAL(in_child(stopped_by_a_signal), 0);
	CU_ASSERT_EQUAL(in_child(pipes_may_break), 0);
	CU_ASSERT_EQUAL(in_child(scripts_step_on), 0);
}

UNIT_SUITE(driver, UNIT_CASE(a_signal_is_called_once), UNIT_CASE(several_watch_one_signal),
	UNIT_CASE(a_call_disarms_another), UNIT_CASE(changes_its_signal),
	UNIT_CASE(signals_that_cannot_be_watched), UNIT_CASE(runs_end))
