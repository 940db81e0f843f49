// SPDX-License-Identifier: BSD-3-Clause
#include "src/driver.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/errh.h"
#include "src/hotswap.h"
#include "src/lcore.h"
#include "src/router.h"

enum {
	SCRIPT_STEPS_MAX = 1001, // of one stop event
	DRAIN_MAX_MS = 2000,
	DRAIN_STUCK_MS = 200, // what is held no longer shrinks
	SAMPLE_EVERY_MS = 100,
	SECOND_SIGNAL_MS = 100, // one that comes sooner belongs to the first
};

static _Atomic int n_signals;
static _Atomic int wake_fd = -1; // the control lcore's

// From signal handlers.
static void
wake_control(void)
{
	uint64_t one = 1;
	int fd = atomic_load(&wake_fd), saved = errno;

	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0)
		errno = saved;
	errno = saved;
}

static int64_t
monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * CLOCK_S + t.tv_nsec;
}

static void
on_stop_signal(int signo)
{
	static _Atomic int64_t first_ns;
	int64_t now = monotonic_ns();

	// The second one has its default effect. Programs that end a child often signal it and its
	// process group, which makes two of one wish.
	if (atomic_fetch_add(&n_signals, 1) == 0) {
		atomic_store(&first_ns, now);
	} else if (now - atomic_load(&first_ns) > SECOND_SIGNAL_MS * CLOCK_MS) {
		signal(signo, SIG_DFL);
		raise(signo);
	}
	wake_control();
}

// ---- signals that elements watch

static struct {
	struct driver_signal *armed;
	struct driver_signal *raised; // to be called
	struct sigaction before; // what the signal did
	bool caught; // by us
} watched[DRIVER_SIGNALS];

static _Atomic uint32_t raised_signals; // bit by number; set by signal handlers

static void
on_watched_signal(int signo)
{
	atomic_fetch_or(&raised_signals, UINT32_C(1) << signo);
	wake_control();
}

int
driver_signal_arm(struct driver_signal *watch, int signo)
{
	// One that the program itself causes (SIGSEGV) would come again and again.
	struct sigaction action = {.sa_handler = on_watched_signal, .sa_flags = SA_RESTART};

	driver_signal_disarm(watch);
	if (signo <= 0 || signo >= DRIVER_SIGNALS || signo == SIGSEGV || signo == SIGBUS ||
		signo == SIGFPE || signo == SIGILL)
		return -EINVAL;
	sigemptyset(&action.sa_mask);
	if (!watched[signo].caught && sigaction(signo, &action, &watched[signo].before) != 0)
		return -errno;
	atomic_store(&wake_fd, lcores_control()->wake_fd);
	watched[signo].caught = true;
	watch->signo = signo;
	watch->next = watched[signo].armed;
	watched[signo].armed = watch;
	return 0;
}

static void
unlink_watch(struct driver_signal **list, struct driver_signal *watch)
{
	while (*list != NULL && *list != watch)
		list = &(*list)->next;
	if (*list != NULL)
		*list = watch->next;
}

// Nobody watches any more: the signal does again what it did.
static void
release_signal(int signo)
{
	if (watched[signo].armed != NULL || !watched[signo].caught)
		return;
	sigaction(signo, &watched[signo].before, NULL);
	watched[signo].caught = false;
	atomic_fetch_and(&raised_signals, ~(UINT32_C(1) << signo));
}

void
driver_signal_disarm(struct driver_signal *watch)
{
	int signo = watch->signo;

	if (signo == 0)
		return;
	unlink_watch(&watched[signo].armed, watch);
	unlink_watch(&watched[signo].raised, watch);
	watch->signo = 0;
	if (watched[signo].raised == NULL)
		release_signal(signo);
}

// What raised() does may arm and disarm any watch, so each is taken off the list first.
static void
call_watches(int signo)
{
	struct driver_signal *watch;

	watched[signo].raised = watched[signo].armed;
	watched[signo].armed = NULL;
	while ((watch = watched[signo].raised) != NULL) {
		watched[signo].raised = watch->next;
		watch->signo = 0;
		watch->raised(watch);
	}
	release_signal(signo);
}

void
driver_signals_run(void)
{
	uint32_t raised;

	if (atomic_load_explicit(&raised_signals, memory_order_relaxed) == 0)
		return;
	raised = atomic_exchange(&raised_signals, 0);
	for (int signo = 1; signo < DRIVER_SIGNALS; signo++) {
		if (raised & UINT32_C(1) << signo)
			call_watches(signo);
	}
}

// ---- the driver's own signals

static void
catch_signal(int signo)
{
	struct sigaction action = {.sa_handler = on_stop_signal};

	sigemptyset(&action.sa_mask);
	// A script that watches it comes first; we are what it did before.
	if (watched[signo].caught)
		watched[signo].before = action;
	else
		sigaction(signo, &action, NULL);
}

void
driver_catch_signals(void)
{
	catch_signal(SIGINT);
	catch_signal(SIGTERM);
	if (!watched[SIGPIPE].caught)
		signal(SIGPIPE, SIG_IGN);
	atomic_store(&wake_fd, lcores_control()->wake_fd);
}

// ---- one round of the control lcore

struct driver {
	struct router *r; // changes with hot swaps
	int64_t sample_at;
};

// Each stop event lets the script go on by one step, until the run count is above 0 again or the
// script has ended.
static void
step_script(struct router *r)
{
	if (r->driver_step == NULL)
		return;
	for (unsigned i = 0; i < SCRIPT_STEPS_MAX && atomic_load(&r->run_count) <= 0; i++) {
		if (!r->driver_step(r->driver_script))
			break;
	}
}

// Whether the router goes on.
static bool
driver_round(void *arg)
{
	struct driver *d = arg;
	int64_t now;

	driver_signals_run();
	if (d->r->successor != NULL)
		hotswap(&d->r);
	if (atomic_load_explicit(&n_signals, memory_order_relaxed) > 0) {
		// Far below 0, so that the script runs past all its pauses and waits.
		router_adjust_run_count(d->r, INT32_MIN);
		step_script(d->r);
		return false;
	}
	if (atomic_load_explicit(&d->r->run_count, memory_order_relaxed) <= 0) {
		step_script(d->r);
		if (atomic_load(&d->r->run_count) <= 0)
			return false;
	}
	if (lcores_n_workers() > 0 && !clock_is_simulated()) {
		now = clock_steady();
		if (now >= d->sample_at) {
			packet_pool_sample();
			d->sample_at = now + SAMPLE_EVERY_MS * CLOCK_MS;
		}
	}
	return true;
}

// ---- the end

static uint64_t
held(const struct router *r)
{
	struct router_balance b;

	lcores_pause();
	router_balance(r, &b);
	lcores_resume();
	return b.held;
}

// Input has stopped; lets Queues run empty into the devices as long as that makes progress.
static void
drain(const struct router *r)
{
	uint64_t least = UINT64_MAX, n;
	int64_t start = clock_steady(), progress = start, now = start;

	lcores_drain(true);
	while (now - start < DRAIN_MAX_MS * CLOCK_MS &&
		now - progress < DRAIN_STUCK_MS * CLOCK_MS) {
		n = held(r);
		if (n == 0)
			break;
		now = clock_steady();
		if (n < least) {
			least = n;
			progress = now;
		}
		lcores_serve();
		usleep(1000);
	}
	// What is on its way through the graph at this moment ends with the current tasks.
	lcores_pause();
	lcores_resume();
}

int
driver_run(struct router **r, struct errh *errh)
{
	struct driver d = {.r = *r};
	int err;

	router_start(*r);
	err = lcores_start();
	if (err != 0) {
		errh_error(errh, "worker lcores do not start: %s", strerror(-err));
		return err;
	}
	lcore_run(lcores_control(), driver_round, &d);
	*r = d.r;
	if (lcores_n_workers() > 0) {
		drain(*r);
		lcores_stop();
	}
	return 0;
}
