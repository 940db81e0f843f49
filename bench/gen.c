// SPDX-License-Identifier: BSD-3-Clause
// clickd-gen: sends test frames through one DPDK port and counts them on the same or a second one.
// A process of its own, so that it shares nothing with the device under test but the link.

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_mbuf.h>

#include "bench/gen_options.h"
#include "bench/pace.h"
#include "bench/ports.h"
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
	const struct trial *trial;
	const struct ports *ports;
	struct rte_mempool *tx_pool;
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
		trial_prepare(w->trial, w->tx_pool);
		trial_run(w->trial, w->ports, w->tx_pool, &stopped, &w->result);
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
add_buckets(const struct histogram *h, double us, struct strbuf *out)
{
	const char *separator = "";

	strbuf_adds(out, ", \"buckets\": [");
	for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (h->buckets[i] == 0)
			continue;
		strbuf_addf(out, "%s[%.3f, %" PRIu64 "]", separator,
			(double)histogram_bucket_end(i) * us, h->buckets[i]);
		separator = ", ";
	}
	strbuf_addc(out, ']');
}

static void
add_latency(const struct trial *t, const struct histogram *h, struct strbuf *out)
{
	static const struct {
		const char *name;
		double share;
	} rows[] = {
		{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}};
	double us = 1e6 / t->tsc_hz;

	strbuf_addf(out, ", \"latency_us\": {\"n\": %" PRIu64, h->n);
	if (h->n > 0) {
		strbuf_addf(out, ", \"min\": %.3f, \"mean\": %.3f", (double)h->min * us,
			histogram_mean(h) * us);
		for (size_t i = 0; i < RTE_DIM(rows); i++)
			strbuf_addf(out, ", \"%s\": %.3f", rows[i].name,
				(double)histogram_quantile(h, rows[i].share) * us);
		strbuf_addf(out, ", \"max\": %.3f", (double)h->max * us);
	}
	if (t->buckets)
		add_buckets(h, us, out);
	strbuf_addc(out, '}');
}

static double
mpps(uint64_t n, double seconds)
{
	return seconds > 0 ? (double)n / seconds / 1e6 : 0;
}

static void
print_result(const struct trial *t, const struct trial_result *r)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "{\"size\": %u, \"flows\": %u, \"rate\": %.0f, \"seconds\": %.6f",
		t->frame.size, t->frame.n_flows, t->rate, r->send_seconds);
	strbuf_addf(&out,
		", \"offered\": %" PRIu64 ", \"sent\": %" PRIu64 ", \"refused\": %" PRIu64
		", \"skipped\": %" PRIu64,
		r->offered, r->sent, r->refused, r->skipped);
	strbuf_addf(&out, ", \"blocked\": %.4f",
		r->n_rounds > 0 ? (double)r->n_full / (double)r->n_rounds : 0);
	strbuf_addf(&out,
		", \"received\": %" PRIu64 ", \"reordered\": %" PRIu64 ", \"late\": %" PRIu64
		", \"foreign\": %" PRIu64 ", \"missed\": %" PRIu64,
		r->received, r->reordered, r->late, r->foreign, r->missed);
	strbuf_addf(&out, ", \"loss\": %.6f, \"tx_mpps\": %.6f, \"rx_mpps\": %.6f", trial_loss(r),
		mpps(r->offered, r->send_seconds), mpps(r->received_sending, r->receive_seconds));
	strbuf_addf(&out,
		", \"gaps\": %" PRIu64 ", \"gap_ms\": %.3f, \"gap_longest_ms\": %.3f, "
		"\"silence_ms\": %.3f, \"interrupted\": %s",
		r->n_gaps, r->gap_seconds * 1e3, r->gap_longest * 1e3, r->silence_seconds * 1e3,
		r->interrupted ? "true" : "false");
	if (t->latency)
		add_latency(t, &r->latency, &out);
	strbuf_addc(&out, '}');
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

// A trial for each line. The values of a line hold for the next ones, too.
static int
run_lines(struct worker *w, struct trial *t, struct errh *errh)
{
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	print_ready(w->ports, t->tsc_hz);
	while (err == 0 && !atomic_load(&stopped) && getline(&line, &size, stdin) > 0) {
		err = gen_options_parse_trial(t, line, errh);
		if (err == 0)
			run_trial(w, t);
	}
	free(line);
	return err;
}

static int
run_worker(struct gen_options *o, const struct ports *ports, struct rte_mempool *tx_pool,
	struct errh *errh)
{
	struct worker *w = mem_zalloc(sizeof(*w));
	int err = 0;

	w->ports = ports;
	w->tx_pool = tx_pool;
	sem_init(&w->start, 0, 0);
	sem_init(&w->done, 0, 0);
	rte_eal_remote_launch(worker_main, w, WORKER);
	if (o->from_stdin)
		err = run_lines(w, &o->trial, errh);
	else
		run_trial(w, &o->trial);
	w->quit = true;
	sem_post(&w->start);
	wait_for(&w->done);
	rte_eal_wait_lcore(WORKER);
	sem_destroy(&w->start);
	sem_destroy(&w->done);
	free(w);
	return err;
}

// ---- start

static int
start_eal(const struct gen_options *o, struct errh *errh)
{
	struct eal_options eal = {
		.devices = true,
		.no_huge = o->no_huge,
		.n_workers = 1,
		.cpus = &o->cpu,
		.bytes = (uint64_t)(TX_FRAMES + RX_FRAMES) * BUFFER_BYTES,
		.extra = (const char *const *)o->dpdk.v,
		.n_extra = o->dpdk.n,
	};

	for (unsigned i = 0; i < o->n_ports; i++)
		eal.shared_memory |= ports_spec_shares_memory(o->ports[i]);
	return eal_start(&eal, errh);
}

static int
run_ports(struct gen_options *o, struct errh *errh)
{
	struct rte_mempool *tx = rte_pktmbuf_pool_create(
		"tx", TX_FRAMES - 1, POOL_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	struct rte_mempool *rx = rte_pktmbuf_pool_create(
		"rx", RX_FRAMES - 1, POOL_CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	struct ports ports = {0};
	int err;

	if (tx == NULL || rx == NULL)
		err = errh_error(errh, "no memory for frames: %s", rte_strerror(rte_errno));
	else
		err = ports_open(&ports, o->ports, o->n_ports, o->n_desc, rx, errh);
	if (err == 0)
		err = ports_wait_link(&ports, LINK_WAIT_MS, errh);
	if (err == 0)
		err = run_worker(o, &ports, tx, errh);
	ports_close(&ports);
	rte_mempool_free(tx);
	rte_mempool_free(rx);
	return err;
}

static void
print_usage(const char *program)
{
	struct strbuf out = STRBUF_INIT;

	gen_options_usage(program, &out);
	fwrite(strbuf_text(&out), 1, out.len, stdout);
	strbuf_fini(&out);
}

int
main(int argc, char **argv)
{
	struct gen_options o;
	struct errh errh;
	int err;

	errh_init_stderr(&errh);
	err = gen_options_parse(&o, argc, argv, &errh);
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
	gen_options_fini(&o);
	return err != 0;
}
