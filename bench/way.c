// SPDX-License-Identifier: BSD-3-Clause
#include "bench/way.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

// ---- send

struct writer {
	const struct way *way;
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
	frame_write(w->way->frame, w->n++ % w->way->frame->n_flows, w->way->tag,
		rte_pktmbuf_mtod(m, uint8_t *));
}

void
way_prepare(struct way *w)
{
	struct writer writer = {.way = w};

	rte_mempool_obj_iter(w->pool, write_one, &writer);
}

// Returns how many were made ready, in pkts.
static unsigned
make_frames(struct way *w, struct rte_mbuf **pkts, unsigned n, uint64_t now)
{
	bool mixed = w->frame->size == FRAME_SIZE_IMIX;
	unsigned len = frame_len(w->frame);

	if (n == 0 || rte_pktmbuf_alloc_bulk(w->pool, pkts, n) != 0)
		return 0; // all of them still wait in the link
	for (unsigned i = 0; i < n; i++) {
		struct rte_mbuf *m = pkts[i];
		uint8_t *bytes = rte_pktmbuf_mtod(m, uint8_t *);

		if (mixed) {
			len = frame_size_at(w->frame, w->sequence + i) - FRAME_FCS;
			frame_resize(bytes, len + FRAME_FCS);
		}
		m->data_len = (uint16_t)len;
		m->pkt_len = len;
		frame_stamp(bytes, w->sequence + i, now);
	}
	w->sequence += n;
	return n;
}

// What finds no room is lost.
static void
send_due(struct way *w, unsigned n, uint64_t now)
{
	struct rte_mbuf *pkts[WAY_BURST_MAX];
	unsigned made = make_frames(w, pkts, n, now), sent;

	sent = made > 0 ? rte_eth_tx_burst(w->tx_port, 0, pkts, (uint16_t)made) : 0;
	rte_pktmbuf_free_bulk(pkts + sent, made - sent);
	w->r->offered += n;
	w->r->sent += sent;
	w->r->refused += n - sent;
	w->r->n_rounds += n > 0;
	w->r->n_full += sent < n;
}

// What finds no room is tried again.
static void
send_more(struct way *w, unsigned n, uint64_t now)
{
	unsigned sent;

	if (w->n_pending == 0)
		w->n_pending = make_frames(w, w->pending, n, now);
	w->r->n_rounds++;
	if (w->n_pending == 0) {
		w->r->n_full++;
		return;
	}
	sent = rte_eth_tx_burst(w->tx_port, 0, w->pending, (uint16_t)w->n_pending);
	w->n_pending -= sent;
	w->r->n_full += w->n_pending > 0;
	memmove(w->pending, w->pending + sent, w->n_pending * sizeof(w->pending[0]));
	w->r->offered += sent;
	w->r->sent += sent;
}

static unsigned
frames_left(const struct way *w)
{
	if (w->n_frames == 0)
		return w->burst;
	return (unsigned)RTE_MIN(w->n_frames - w->r->offered, (uint64_t)w->burst);
}

bool
way_send(struct way *w, uint64_t now)
{
	unsigned left = frames_left(w);

	if (left == 0)
		return false;
	if (w->rate == 0)
		send_more(w, left, now);
	else
		send_due(w, pace_due(&w->pace, now, left), now);
	return true;
}

static void
drop_pending(struct way *w)
{
	rte_pktmbuf_free_bulk(w->pending, w->n_pending);
	w->n_pending = 0;
}

void
way_set_rate(struct way *w, double rate, uint64_t now)
{
	drop_pending(w);
	w->r->skipped += w->pace.n_skipped;
	w->pace = (struct pace){0};
	w->rate = rate;
	if (rate > 0)
		pace_start(&w->pace, w->tsc_hz, rate, w->burst, now);
}

void
way_step(struct way *w, uint64_t now)
{
	w->step_at = now;
	w->r->step_offered = w->r->offered; // so far; see way_end_sending()
}

// ---- receive

void
way_received(struct way *w, uint64_t now)
{
	if (w->first_rx == 0)
		w->first_rx = now;
	else if (now - w->last_rx > w->longest_silence)
		w->longest_silence = now - w->last_rx;
	w->last_rx = now;
}

// ---- the end

void
way_end_sending(struct way *w, uint64_t start, uint64_t now)
{
	uint64_t silence = now - (w->last_rx != 0 ? w->last_rx : start);

	way_set_rate(w, 0, now);
	if (silence > w->longest_silence)
		w->longest_silence = silence;
	if (w->step_at != 0)
		w->r->step_offered = w->r->offered - w->r->step_offered;
	w->r->received_sending = w->arrivals.n;
	w->r->silence_seconds = (double)w->longest_silence / w->tsc_hz;
	if (w->first_rx != 0)
		w->r->receive_seconds = (double)(now - w->first_rx) / w->tsc_hz;
}

// When the last frame that is missing was sent, at the latest: just before one that came, or at the
// end.
static double
last_loss(const struct way *w, uint64_t end)
{
	uint64_t at = w->arrivals.next != w->sequence ? end : w->arrivals.hole_stamp;

	return at > w->step_at ? (double)(at - w->step_at) / w->tsc_hz : 0;
}

void
way_finish(struct way *w, uint64_t end)
{
	w->r->received = w->arrivals.n;
	w->r->duplicates = w->arrivals.n_duplicates;
	w->r->reordered = w->arrivals.n_reordered;
	w->r->reorder_extent = w->arrivals.extent;
	if (w->step_at != 0 && w->r->step_offered > w->r->step_received)
		w->r->step_loss_seconds = last_loss(w, end);
}

double
way_loss(const struct way_result *r)
{
	if (r->offered == 0 || r->received >= r->offered)
		return 0;
	return (double)(r->offered - r->received) / (double)r->offered;
}
