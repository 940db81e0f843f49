// SPDX-License-Identifier: BSD-3-Clause
// rfc2544: the tester. Sends numbered test frames through one DPDK port at an exact rate and checks
// them on the same or a second one; scripts/rfc2544 makes tests of its trials. A process of its
// own, so that it shares nothing with the device under test but the link.

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_mbuf.h>

#include "bench/loop.h"
#include "bench/options.h"
#include "bench/pace.h"
#include "bench/ports.h"
#include "bench/result.h"
#include "bench/trial.h"
#include "io/eal.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"

enum {
	TX_FRAMES = 8192, // more than a link holds, else sending waits for it
	RX_FRAMES = 16384,
	POOL_CACHE = 256,
	BUFFER_BYTES = 2432, // of a frame in a pool, all told
	LINK_WAIT_MS = 5000,
	WORKER = 1, // EAL's number of the lcore that works
};

static atomic_bool stopped; // by a signal

// Between the main lcore, which sleeps, and the worker. Whoever was posted to owns the rest.
struct worker {
	sem_t start, done;
	bool quit;
	const struct trial *trial; // NULL: --loop
	const struct ports *ports;
	struct rte_mempool *tx_pools[TRIAL_WAYS];
	struct trial_result result;
};

static void
wait_for(sem_t *sem)
{
	while (sem_wait(sem) != 0 && errno == EINTR)
		;
}

static int
worker_main(void *arg)
{
	struct worker *w = arg;

	for (wait_for(&w->start); !w->quit; wait_for(&w->start)) {
		if (w->trial == NULL)
			loop_run(w->ports, &stopped);
		else
			trial_run(w->trial, w->ports, w->tx_pools, &stopped, &w->result);
		sem_post(&w->done);
	}
	sem_post(&w->done);
	return 0;
}

static void
on_signal(int signo)
{
	(void)signo;
	atomic_store(&stopped, true);
}

// Signals go to the main thread alone, whose getline() they interrupt. The second one has its
// default effect.
static void
catch_signals(bool now)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	sigset_t both;

	sigemptyset(&both);
	sigaddset(&both, SIGINT);
	sigaddset(&both, SIGTERM);
	if (now) {
		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
	}
	pthread_sigmask(now ? SIG_UNBLOCK : SIG_BLOCK, &both, NULL);
}

// ---- output

static void
print(struct strbuf *sb)
{
	strbuf_addc(sb, '\n');
	fwrite(strbuf_text(sb), 1, sb->len, stdout);
	fflush(stdout);
	strbuf_fini(sb);
}

static void
print_result(const struct trial *t, const struct trial_result *r)
{
	struct strbuf out = STRBUF_INIT;

	result_add(t, r, &out);
	print(&out);
}

static void
print_ready(const struct ports *ports, double tsc_hz)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "{\"ready\": true, \"ports\": %u, \"tsc_hz\": %.0f, \"hugepages\": %s}",
		ports->n, tsc_hz, eal_has_hugepages() ? "true" : "false");
	print(&out);
}

// ---- trials

static void
run_trial(struct worker *w, struct trial *t)
{
	t->number++;
	w->trial = t;
	sem_post(&w->start);
	wait_for(&w->done);
	print_result(t, &w->result);
}

static int
check_ports(const struct tester_options *o, struct errh *errh)
{
	return o->trial.both_ways && o->n_ports < 2
		       ? errh_error(errh, "--both-ways needs two ports")
		       : 0;
}

// A trial for each line. The values of a line hold for the next ones, too.
static int
run_lines(struct worker *w, struct tester_options *o, struct errh *errh)
{
	struct trial *t = &o->trial;
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	print_ready(w->ports, t->tsc_hz);
	while (err == 0 && !atomic_load(&stopped) && getline(&line, &size, stdin) > 0) {
		err = tester_options_parse_trial(t, line, errh);
		if (err == 0)
			err = check_ports(o, errh);
		if (err == 0)
			run_trial(w, t);
	}
	free(line);
	return err;
}

// Until standard input ends.
static void
run_loop(struct worker *w, double tsc_hz)
{
	char byte;

	w->trial = NULL;
	sem_post(&w->start);
	print_ready(w->ports, tsc_hz);
	while (!atomic_load(&stopped) && read(STDIN_FILENO, &byte, 1) > 0)
		;
	atomic_store(&stopped, true);
	wait_for(&w->done);
}

static int
run_worker(struct tester_options *o, struct worker *w, struct errh *errh)
{
	int err = 0;

	sem_init(&w->start, 0, 0);
	sem_init(&w->done, 0, 0);
	rte_eal_remote_launch(worker_main, w, WORKER);
	if (o->loop)
		run_loop(w, o->trial.tsc_hz);
	else if (o->from_stdin)
		err = run_lines(w, o, errh);
	else
		run_trial(w, &o->trial);
	w->quit = true;
	sem_post(&w->start);
	wait_for(&w->done);
	rte_eal_wait_lcore(WORKER);
	sem_destroy(&w->start);
	sem_destroy(&w->done);
	return err;
}

// ---- start

static int
start_eal(const struct tester_options *o, struct errh *errh)
{
	struct eal_options eal = {
		.devices = true,
		.no_huge = o->no_huge,
		.n_workers = 1,
		.cpus = &o->cpu,
		.bytes = (uint64_t)(TRIAL_WAYS * TX_FRAMES + RX_FRAMES) * BUFFER_BYTES,
		.extra = (const char *const *)o->dpdk.v,
		.n_extra = o->dpdk.n,
	};

	for (unsigned i = 0; i < o->n_ports; i++)
		eal.shared_memory |= ports_spec_shares_memory(o->ports[i]);
	return eal_start(&eal, errh);
}

static struct rte_mempool *
make_pool(const char *name, unsigned n, struct errh *errh)
{
	struct rte_mempool *pool = rte_pktmbuf_pool_create(
		name, n - 1, POOL_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);

	if (pool == NULL)
		errh_error(errh, "no memory for frames: %s", rte_strerror(rte_errno));
	return pool;
}

static int
run_ports(struct tester_options *o, struct errh *errh)
{
	static const char *const names[] = {"tx", "back"};
	struct worker *w = mem_zalloc(sizeof(*w));
	struct rte_mempool *rx = make_pool("rx", RX_FRAMES, errh);
	struct ports ports = {0};
	int err = rx == NULL ? -ENOMEM : check_ports(o, errh);

	for (unsigned i = 0; err == 0 && i < RTE_DIM(w->tx_pools); i++) {
		w->tx_pools[i] = make_pool(names[i], TX_FRAMES, errh);
		err = w->tx_pools[i] == NULL ? -ENOMEM : 0;
	}
	if (err == 0)
		err = ports_open(&ports, o->ports, o->n_ports, o->n_desc, rx, errh);
	// What stands in for a device under test is there first, as that would be.
	if (err == 0 && !o->loop)
		err = ports_wait_link(&ports, LINK_WAIT_MS, errh);
	w->ports = &ports;
	if (err == 0)
		err = run_worker(o, w, errh);
	ports_close(&ports);
	for (unsigned i = 0; i < RTE_DIM(w->tx_pools); i++)
		rte_mempool_free(w->tx_pools[i]);
	rte_mempool_free(rx);
	free(w);
	return err;
}

static void
print_usage(const char *program)
{
	struct strbuf out = STRBUF_INIT;

	tester_options_usage(program, &out);
	fwrite(strbuf_text(&out), 1, out.len, stdout);
	strbuf_fini(&out);
}

int
main(int argc, char **argv)
{
	struct tester_options o;
	struct errh errh;
	int err;

	errh_init_stderr(&errh);
	err = tester_options_parse(&o, argc, argv, &errh);
	if (err == 0 && o.show_help) {
		print_usage(argv[0]);
	} else if (err == 0) {
		o.trial.tsc_hz = pace_measure_tsc_hz();
		catch_signals(false); // EAL's threads keep them blocked
		err = start_eal(&o, &errh);
		if (err == 0) {
			catch_signals(true);
			err = run_ports(&o, &errh);
		}
		eal_stop();
	}
	tester_options_fini(&o);
	return err != 0;
}
