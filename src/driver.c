// SPDX-License-Identifier: BSD-3-Clause
#include "src/driver.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/errh.h"
#include "src/lcore.h"
#include "src/router.h"

enum {
	SCRIPT_STEPS_MAX = 1001, // of one stop event
	DRAIN_MAX_MS = 2000,
	DRAIN_STUCK_MS = 200, // what is held no longer shrinks
	SAMPLE_EVERY_MS = 100,
};

static _Atomic int n_signals;
static _Atomic int wake_fd = -1; // the control lcore's

static void
on_signal(int signo)
{
	uint64_t one = 1;
	int fd = atomic_load(&wake_fd), saved = errno;

	// The second one has its default effect.
	if (atomic_fetch_add(&n_signals, 1) > 0) {
		signal(signo, SIG_DFL);
		raise(signo);
	}
	if (fd >= 0 && write(fd, &one, sizeof(one)) < 0)
		errno = saved;
	errno = saved;
}

void
driver_catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	atomic_store(&wake_fd, lcores_control()->wake_fd);
}

// ---- one round of the control lcore

struct driver {
	struct router *r;
	int64_t sample_at;
};

static void
step_script(struct router *r, unsigned max)
{
	if (r->driver_step == NULL)
		return;
	for (unsigned i = 0; i < max && atomic_load(&r->run_count) <= 0; i++) {
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

	if (atomic_load_explicit(&n_signals, memory_order_relaxed) > 0) {
		router_adjust_run_count(d->r, INT32_MIN);
		step_script(d->r, 1);
		return false;
	}
	if (atomic_load_explicit(&d->r->run_count, memory_order_relaxed) <= 0) {
		step_script(d->r, SCRIPT_STEPS_MAX);
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

	router_balance(r, &b);
	return b.held;
}

// Input has stopped; lets Queues run empty into the devices as long as that makes progress.
static void
drain(const struct router *r)
{
	uint64_t least = UINT64_MAX, n;
	int64_t start = clock_steady(), progress = start, now = start;

	lcores_drain(true);
	while (now - start < DRAIN_MAX_MS * CLOCK_MS && now - progress < DRAIN_STUCK_MS * CLOCK_MS) {
		n = held(r);
		if (n == 0)
			break;
		now = clock_steady();
		if (n < least) {
			least = n;
			progress = now;
		}
		usleep(1000);
	}
	// What is on its way through the graph at this moment ends with the current tasks.
	lcores_pause();
	lcores_resume();
}

int
driver_run(struct router *r, struct errh *errh)
{
	struct driver d = {.r = r};
	int err;

	router_start(r);
	err = lcores_start();
	if (err != 0) {
		errh_error(errh, "worker lcores do not start: %s", strerror(-err));
		return err;
	}
	lcore_run(lcores_control(), driver_round, &d);
	if (lcores_n_workers() > 0) {
		drain(r);
		lcores_stop();
	}
	return 0;
}
