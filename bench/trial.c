// SPDX-License-Identifier: BSD-3-Clause
#include "bench/trial.h"

#include <stdlib.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "bench/neighbor.h"
#include "bench/pace.h"
#include "bench/ports.h"
#include "src/mem.h"

enum {
	RX_BURSTS = 4, // received between two looks at the schedule
	FLUSH_BURSTS = 1024, // a link that gives more than this never ends
	QUIET_ROUNDS = 32, // between two looks at a port that no test frames come from
	ANNOUNCEMENTS = 3,
};

struct run {
	const struct trial *t;
	const struct ports *ports;
	const atomic_bool *stop;
	struct trial_result *r;
	unsigned n_ways;
	unsigned n_quiet; // rounds
	uint64_t gap_cycles;
	struct frame_spec frame[TRIAL_WAYS]; // of both sides, also where only one sends
	struct way way[TRIAL_WAYS];
};

unsigned
trial_n_ways(const struct trial *t)
{
	return t->both_ways ? 2 : 1;
}

struct frame_spec
trial_frame(const struct trial *t, unsigned way)
{
	struct frame_spec f = t->frame;

	if (way == 0)
		return f;
	f.src_ip = t->frame.dst_ip;
	f.dst_ip = t->frame.src_ip;
	memcpy(f.src_mac, t->peer_given ? t->peer_mac : t->frame.dst_mac, sizeof(f.src_mac));
	memcpy(f.dst_mac, t->peer_dst_given ? t->peer_dst_mac : t->frame.src_mac,
		sizeof(f.dst_mac));
	return f;
}

// ---- receive

// The host that the tester plays behind a port.
static const struct frame_spec *
host_at(const struct run *run, uint16_t port)
{
	return &run->frame[port != run->ports->number[0]];
}

// Returns whether the mbuf is still ours.
static bool
take_foreign(struct run *run, uint16_t port, struct rte_mbuf *m)
{
	if (!neighbor_answer(
		    host_at(run, port)->src_mac, rte_pktmbuf_mtod(m, uint8_t *), m->data_len)) {
		run->r->foreign++;
		return true;
	}
	run->r->arp_answers++;
	return rte_eth_tx_burst(port, 0, &m, 1) == 0;
}

static void
take_tagged(struct run *run, uint16_t port, const struct frame_tag *tag, uint64_t now)
{
	struct way *w = &run->way[tag->trial & 1];

	if (tag->trial != w->tag) {
		run->r->late++;
	} else if (w->rx_port != port) {
		run->r->strayed++;
	} else if (arrivals_add(&w->arrivals, tag->sequence, tag->stamp)) {
		if (w->step_at != 0 && tag->stamp >= w->step_at)
			w->r->step_received++;
		if (run->t->latency)
			histogram_add(&run->r->latency, now - tag->stamp);
	}
}

static unsigned
receive_burst(struct run *run, uint16_t port)
{
	struct rte_mbuf *pkts[WAY_BURST_MAX];
	unsigned n = rte_eth_rx_burst(port, 0, pkts, WAY_BURST_MAX), n_free = 0;
	struct frame_tag tag;
	uint64_t now = 0;

	// Not before: a frame that came while this thread stood still would seem too young.
	if (run->t->latency && n > 0)
		now = rte_rdtsc();

	for (unsigned i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkts[i], void *));
	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];

		if (likely(frame_read_tag(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len, &tag)))
			take_tagged(run, port, &tag, now);
		else if (!take_foreign(run, port, m))
			continue;
		pkts[n_free++] = m;
	}
	rte_pktmbuf_free_bulk(pkts, n_free);
	return n;
}

static void
receive_way(struct run *run, struct way *w)
{
	uint64_t before = w->arrivals.n;
	unsigned n = WAY_BURST_MAX;

	for (unsigned i = 0; i < RX_BURSTS && n == WAY_BURST_MAX; i++)
		n = receive_burst(run, w->rx_port);
	if (w->arrivals.n != before)
		way_received(w, rte_rdtsc());
}

static void
receive(struct run *run)
{
	for (unsigned i = 0; i < run->n_ways; i++)
		receive_way(run, &run->way[i]);
	// Whoever sends there asks for an address, or errs.
	if (run->n_ways < run->ports->n && run->n_quiet++ % QUIET_ROUNDS == 0)
		receive_burst(run, run->way[0].tx_port);
}

static uint64_t
n_received(const struct run *run)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < run->n_ways; i++)
		n += run->way[i].arrivals.n;
	return n;
}

// ---- before the trial

static bool
is_stopped(const struct run *run)
{
	return atomic_load_explicit(run->stop, memory_order_relaxed);
}

static uint64_t
cycles(const struct trial *t, double seconds)
{
	return (uint64_t)(seconds * t->tsc_hz);
}

static void
announce(struct run *run, uint16_t port)
{
	const struct frame_spec *host = host_at(run, port);
	struct rte_mbuf *m = rte_pktmbuf_alloc(run->ports->pool);

	if (m == NULL)
		return;
	m->data_len = NEIGHBOR_LEN;
	m->pkt_len = NEIGHBOR_LEN;
	neighbor_write_announcement(host->src_mac, host->src_ip, rte_pktmbuf_mtod(m, uint8_t *));
	if (rte_eth_tx_burst(port, 0, &m, 1) == 1)
		run->r->announced++;
	else
		rte_pktmbuf_free(m);
}

static void
learn(struct run *run)
{
	uint64_t end = rte_rdtsc() + cycles(run->t, run->t->learn_ms / 1e3);

	for (unsigned i = 0; run->t->learn_ms > 0 && i < ANNOUNCEMENTS * run->ports->n; i++)
		announce(run, run->ports->number[i % run->ports->n]);
	while (rte_rdtsc() < end && !is_stopped(run)) {
		for (unsigned i = 0; i < run->ports->n; i++)
			run->r->before += receive_burst(run, run->ports->number[i]);
	}
}

// What an earlier trial left in the link.
static void
flush(struct run *run)
{
	for (unsigned i = 0; i < run->ports->n; i++) {
		unsigned n = 1;

		for (unsigned k = 0; k < FLUSH_BURSTS && n > 0; k++) {
			n = receive_burst(run, run->ports->number[i]);
			run->r->before += n;
		}
	}
	run->r->announced += run->r->arp_answers;
	run->r->arp_answers = run->r->late = run->r->strayed = run->r->foreign = 0;
}

// ---- the trial

static void
look(struct run *run, uint64_t now)
{
	gaps_look(&run->r->gaps, now, run->gap_cycles);
}

// Returns the TSC at its end.
static uint64_t
send_phase(struct run *run, double rate, double seconds)
{
	uint64_t now = rte_rdtsc(), end = now + cycles(run->t, seconds);
	bool more = true;

	for (unsigned i = 0; i < run->n_ways; i++)
		way_set_rate(&run->way[i], rate, now);
	while (more && now < end && !is_stopped(run)) {
		receive(run);
		now = rte_rdtsc();
		look(run, now);
		more = false;
		for (unsigned i = 0; i < run->n_ways; i++)
			more |= way_send(&run->way[i], now);
	}
	return now;
}

static uint64_t
step_phase(struct run *run)
{
	uint64_t now = rte_rdtsc();

	for (unsigned i = 0; i < run->n_ways; i++)
		way_step(&run->way[i], now);
	return send_phase(run, run->t->step_rate, run->t->step_seconds);
}

// Whether nothing more can come: a device that makes duplicates may have some left.
static bool
is_complete(const struct run *run)
{
	bool complete = true;

	for (unsigned i = 0; i < run->n_ways; i++) {
		const struct arrivals *a = &run->way[i].arrivals;

		complete &= a->n == run->r->way[i].sent && a->n_duplicates == 0;
	}
	return complete;
}

static void
drain_phase(struct run *run)
{
	uint64_t start = rte_rdtsc(), now = start, last = start, before;
	uint64_t end = start + cycles(run->t, run->t->drain_ms / 1e3);
	uint64_t silence = cycles(run->t, run->t->silence_ms / 1e3);

	while (now < end && now - last < silence && !is_complete(run) && !is_stopped(run)) {
		before = n_received(run);
		receive(run);
		now = rte_rdtsc();
		look(run, now);
		if (n_received(run) > before)
			last = now;
	}
}

static void
run_phases(struct run *run)
{
	uint64_t clock_start = pace_clock_ns(), start = rte_rdtsc(), end;
	struct trial_result *r = run->r;

	gaps_start(&r->gaps, start);
	end = send_phase(run, run->t->rate, run->t->seconds);
	if (run->t->step_seconds > 0)
		end = step_phase(run);
	r->clock_seconds = (double)(pace_clock_ns() - clock_start) / 1e9;
	r->send_seconds = (double)(end - start) / run->t->tsc_hz;
	for (unsigned i = 0; i < run->n_ways; i++)
		way_end_sending(&run->way[i], start, end);
	drain_phase(run);
	for (unsigned i = 0; i < run->n_ways; i++)
		way_finish(&run->way[i], end);
	r->interrupted = is_stopped(run);
}

static void
prepare_way(struct run *run, unsigned i, struct rte_mempool *pool)
{
	const struct ports *p = run->ports;
	struct way *w = &run->way[i];

	w->r = &run->r->way[i];
	w->pool = pool;
	w->frame = &run->frame[i];
	w->tsc_hz = run->t->tsc_hz;
	w->burst = run->t->burst;
	w->n_frames = run->t->n_frames;
	w->tag = (uint16_t)(run->t->number << 1 | i);
	w->tx_port = p->number[i == 0 ? 0 : p->n - 1];
	w->rx_port = p->number[i == 0 ? p->n - 1 : 0];
	arrivals_clear(&w->arrivals); // its pages are there now
}

void
trial_run(const struct trial *t, const struct ports *ports, struct rte_mempool *const *tx_pools,
	const atomic_bool *stop, struct trial_result *r)
{
	struct run *run = mem_zalloc(sizeof(*run));
	uint64_t missed;

	*r = (struct trial_result){.n_ways = trial_n_ways(t)};
	histogram_clear(&r->latency);
	run->t = t;
	run->ports = ports;
	run->stop = stop;
	run->r = r;
	run->gap_cycles = cycles(t, TRIAL_GAP_US / 1e6);
	for (unsigned i = 0; i < TRIAL_WAYS; i++) {
		run->frame[i] = trial_frame(t, i);
		prepare_way(run, i, tx_pools[i]);
	}
	learn(run);
	flush(run);
	run->n_ways = r->n_ways;
	for (unsigned i = 0; i < run->n_ways; i++)
		way_prepare(&run->way[i]);
	missed = ports_missed(ports);
	run_phases(run);
	r->missed = ports_missed(ports) - missed;
	free(run);
}

static double
longer(double a, double b)
{
	return a > b ? a : b;
}

void
trial_sum(const struct trial_result *r, struct way_result *sum)
{
	*sum = (struct way_result){0};
	for (unsigned i = 0; i < r->n_ways; i++) {
		const struct way_result *w = &r->way[i];

		sum->offered += w->offered;
		sum->sent += w->sent;
		sum->refused += w->refused;
		sum->n_rounds += w->n_rounds;
		sum->n_full += w->n_full;
		sum->skipped += w->skipped;
		sum->received += w->received;
		sum->received_sending += w->received_sending;
		sum->duplicates += w->duplicates;
		sum->reordered += w->reordered;
		sum->step_offered += w->step_offered;
		sum->step_received += w->step_received;
		sum->reorder_extent = RTE_MAX(sum->reorder_extent, w->reorder_extent);
		sum->receive_seconds = longer(sum->receive_seconds, w->receive_seconds);
		sum->silence_seconds = longer(sum->silence_seconds, w->silence_seconds);
		sum->step_loss_seconds = longer(sum->step_loss_seconds, w->step_loss_seconds);
	}
}
