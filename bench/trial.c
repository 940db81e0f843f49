// SPDX-License-Identifier: BSD-3-Clause
#include "bench/trial.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include "bench/pace.h"
#include "bench/ports.h"

enum {
	RX_BURSTS = 4, // received between two looks at the schedule
	GAP_US = 1000,
	FLUSH_BURSTS = 1024, // a link that gives more than this never ends
};

struct run {
	const struct trial *t;
	struct trial_result *r;
	struct rte_mempool *tx_pool;
	uint16_t tx_port, rx_port;
	unsigned len; // of frames
	uint32_t sequence; // next to send
	uint32_t expected; // next to receive, if nothing is lost or reordered
	uint64_t first_rx, last_rx; // TSC; 0: none
	uint64_t longest_silence;
	struct rte_mbuf *pending[TRIAL_BURST_MAX]; // flat out: what the link did not take
	unsigned n_pending;
};

// ---- frames are written once, into all buffers of the pool, and only stamped afterwards

struct writer {
	const struct trial *t;
	unsigned n;
};

static void
write_one(struct rte_mempool *pool, void *arg, void *object, unsigned index)
{
	struct writer *w = arg;
	struct rte_mbuf *m = object;

	(void)pool;
	(void)index;
	m->data_off = RTE_PKTMBUF_HEADROOM;
	frame_write(&w->t->frame, w->n++ % w->t->frame.n_flows, w->t->number,
		rte_pktmbuf_mtod(m, uint8_t *));
}

void
trial_prepare(const struct trial *t, struct rte_mempool *tx_pool)
{
	struct writer w = {.t = t};

	rte_mempool_obj_iter(tx_pool, write_one, &w);
}

// ---- receive

static void
take_frame(struct run *run, const struct rte_mbuf *m, uint64_t now)
{
	struct trial_result *r = run->r;
	struct frame_tag tag;

	if (!frame_read_tag(rte_pktmbuf_mtod(m, const uint8_t *), m->data_len, &tag)) {
		r->foreign++;
		return;
	}
	if (tag.trial != run->t->number) {
		r->late++;
		return;
	}
	r->received++;
	if ((int32_t)(tag.sequence - run->expected) < 0)
		r->reordered++;
	else
		run->expected = tag.sequence + 1;
	if (run->t->latency)
		histogram_add(&r->latency, now - tag.stamp);
}

static unsigned
receive_burst(struct run *run, uint64_t now)
{
	struct rte_mbuf *pkts[TRIAL_BURST_MAX];
	unsigned n = rte_eth_rx_burst(run->rx_port, 0, pkts, TRIAL_BURST_MAX);

	for (unsigned i = 0; i < n; i++)
		rte_prefetch0(rte_pktmbuf_mtod(pkts[i], void *));
	for (unsigned i = 0; i < n; i++)
		take_frame(run, pkts[i], now);
	rte_pktmbuf_free_bulk(pkts, n);
	return n;
}

static void
receive(struct run *run)
{
	uint64_t now = rte_rdtsc(), before = run->r->received;
	unsigned n = TRIAL_BURST_MAX;

	for (unsigned i = 0; i < RX_BURSTS && n == TRIAL_BURST_MAX; i++) {
		n = receive_burst(run, now);
		if (run->t->latency)
			now = rte_rdtsc();
	}
	if (run->r->received == before)
		return;
	if (run->first_rx == 0)
		run->first_rx = now;
	else if (now - run->last_rx > run->longest_silence)
		run->longest_silence = now - run->last_rx;
	run->last_rx = now;
}

// ---- send

// Returns how many were made ready, in pkts.
static unsigned
make_frames(struct run *run, struct rte_mbuf **pkts, unsigned n, uint64_t now)
{
	if (n == 0 || rte_pktmbuf_alloc_bulk(run->tx_pool, pkts, n) != 0)
		return 0; // all of them still wait in the link
	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];

		m->data_len = (uint16_t)run->len;
		m->pkt_len = run->len;
		frame_stamp(rte_pktmbuf_mtod(m, uint8_t *), run->sequence + i, now);
	}
	run->sequence += n;
	return n;
}

// What finds no room is lost.
static void
send_due(struct run *run, unsigned n, uint64_t now)
{
	struct rte_mbuf *pkts[TRIAL_BURST_MAX];
	unsigned made = make_frames(run, pkts, n, now), sent;

	sent = made > 0 ? rte_eth_tx_burst(run->tx_port, 0, pkts, (uint16_t)made) : 0;
	rte_pktmbuf_free_bulk(pkts + sent, made - sent);
	run->r->offered += n;
	run->r->sent += sent;
	run->r->refused += n - sent;
	run->r->n_rounds += n > 0;
	run->r->n_full += sent < n;
}

// What finds no room is tried again.
static void
send_more(struct run *run, uint64_t now)
{
	unsigned sent;

	if (run->n_pending == 0)
		run->n_pending = make_frames(run, run->pending, run->t->burst, now);
	run->r->n_rounds++;
	if (run->n_pending == 0) {
		run->r->n_full++;
		return;
	}
	sent = rte_eth_tx_burst(run->tx_port, 0, run->pending, (uint16_t)run->n_pending);
	run->n_pending -= sent;
	run->r->n_full += run->n_pending > 0;
	memmove(run->pending, run->pending + sent, run->n_pending * sizeof(run->pending[0]));
	run->r->offered += sent;
	run->r->sent += sent;
}

// ---- the trial

static bool
is_stopped(const atomic_bool *stop)
{
	return atomic_load_explicit(stop, memory_order_relaxed);
}

static uint64_t
cycles(const struct trial *t, double seconds)
{
	return (uint64_t)(seconds * t->tsc_hz);
}

static void
send_phase(struct run *run, struct gaps *gaps, const atomic_bool *stop)
{
	const struct trial *t = run->t;
	uint64_t start = rte_rdtsc(), now = start, end = start + cycles(t, t->seconds);
	struct pace pace = {0};

	if (t->rate > 0)
		pace_start(&pace, t->tsc_hz, t->rate, t->burst, start);
	gaps_look(gaps, start);
	while (now < end && !is_stopped(stop)) {
		receive(run);
		now = rte_rdtsc();
		gaps_look(gaps, now);
		if (t->rate == 0)
			send_more(run, now);
		else
			send_due(run, pace_due(&pace, now, t->burst), now);
	}
	run->r->skipped = pace.n_skipped;
	run->r->send_seconds = (double)(now - start) / t->tsc_hz;
	run->r->received_sending = run->r->received;
	if (run->first_rx != 0)
		run->r->receive_seconds = (double)(now - run->first_rx) / t->tsc_hz;
	if (now - run->last_rx > run->longest_silence)
		run->longest_silence = now - (run->last_rx != 0 ? run->last_rx : start);
	run->r->silence_seconds = (double)run->longest_silence / t->tsc_hz;
}

static void
drain_phase(struct run *run, struct gaps *gaps, const atomic_bool *stop)
{
	uint64_t start = rte_rdtsc(), now = start, last = start, before;
	uint64_t end = start + cycles(run->t, run->t->drain_ms / 1e3);
	uint64_t silence = cycles(run->t, run->t->silence_ms / 1e3);

	while (now < end && now - last < silence && run->r->received < run->r->sent &&
		!is_stopped(stop)) {
		before = run->r->received;
		receive(run);
		now = rte_rdtsc();
		gaps_look(gaps, now);
		if (run->r->received > before)
			last = now;
	}
}

// What an earlier trial left in the link.
static void
flush(struct run *run)
{
	for (unsigned i = 0; i < FLUSH_BURSTS; i++) {
		if (receive_burst(run, 0) == 0)
			return;
	}
}

void
trial_run(const struct trial *t, const struct ports *ports, struct rte_mempool *tx_pool,
	const atomic_bool *stop, struct trial_result *r)
{
	struct run run = {.t = t, .r = r, .tx_pool = tx_pool, .len = frame_len(&t->frame)};
	uint64_t missed = ports_missed(ports);
	struct gaps gaps;

	*r = (struct trial_result){0};
	histogram_clear(&r->latency);
	run.tx_port = ports->number[0];
	run.rx_port = ports->number[ports->n - 1];
	flush(&run);
	gaps_start(&gaps, cycles(t, GAP_US / 1e6), rte_rdtsc());
	send_phase(&run, &gaps, stop);
	rte_pktmbuf_free_bulk(run.pending, run.n_pending);
	drain_phase(&run, &gaps, stop);
	r->missed = ports_missed(ports) - missed;
	r->n_gaps = gaps.n;
	r->gap_seconds = (double)gaps.total / t->tsc_hz;
	r->gap_longest = (double)gaps.longest / t->tsc_hz;
	r->interrupted = is_stopped(stop);
}

double
trial_loss(const struct trial_result *r)
{
	if (r->offered == 0 || r->received >= r->offered)
		return 0;
	return (double)(r->offered - r->received) / (double)r->offered;
}
