// SPDX-License-Identifier: BSD-3-Clause
#include "bench/result.h"

#include <inttypes.h>

#include <rte_common.h>

#include "bench/trial.h"
#include "src/strbuf.h"

static double
mpps(uint64_t n, double seconds)
{
	return seconds > 0 ? (double)n / seconds / 1e6 : 0;
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

static void
add_way(const struct trial_result *r, const struct way_result *w, struct strbuf *out)
{
	strbuf_addf(out,
		"\"offered\": %" PRIu64 ", \"sent\": %" PRIu64 ", \"refused\": %" PRIu64
		", \"skipped\": %" PRIu64 ", \"blocked\": %.4f",
		w->offered, w->sent, w->refused, w->skipped,
		w->n_rounds > 0 ? (double)w->n_full / (double)w->n_rounds : 0);
	strbuf_addf(out,
		", \"received\": %" PRIu64 ", \"duplicates\": %" PRIu64 ", \"reordered\": %" PRIu64
		", \"reorder_extent\": %" PRIu64,
		w->received, w->duplicates, w->reordered, w->reorder_extent);
	strbuf_addf(out,
		", \"loss\": %.9f, \"tx_mpps\": %.6f, \"rx_mpps\": %.6f, \"silence_ms\": %.3f",
		way_loss(w), mpps(w->offered, r->send_seconds),
		mpps(w->received_sending, w->receive_seconds), w->silence_seconds * 1e3);
}

static void
add_ways(const struct trial_result *r, struct strbuf *out)
{
	strbuf_adds(out, ", \"ways\": [");
	for (unsigned i = 0; i < r->n_ways; i++) {
		strbuf_adds(out, i > 0 ? ", {" : "{");
		add_way(r, &r->way[i], out);
		strbuf_addc(out, '}');
	}
	strbuf_addc(out, ']');
}

static void
add_step(const struct way_result *w, struct strbuf *out)
{
	strbuf_addf(out,
		", \"step\": {\"offered\": %" PRIu64 ", \"received\": %" PRIu64
		", \"last_loss_ms\": %.3f}",
		w->step_offered, w->step_received, w->step_loss_seconds * 1e3);
}

// How far the achieved rate is from the wanted one, by the system's clock; of each direction.
static double
drift(const struct trial *t, const struct trial_result *r, const struct way_result *sum)
{
	double offered = (double)sum->offered / r->n_ways;

	if (t->rate == 0 || t->step_seconds > 0 || t->n_frames > 0 || r->clock_seconds == 0)
		return 0;
	return offered / r->clock_seconds / t->rate - 1;
}

void
result_add(const struct trial *t, const struct trial_result *r, struct strbuf *out)
{
	struct way_result sum;

	trial_sum(r, &sum);
	strbuf_addf(out, "{\"size\": %u, \"mean_size\": %.2f, \"flows\": %u, \"rate\": %.3f",
		t->frame.size, frame_mean_size(&t->frame), t->frame.n_flows, t->rate);
	strbuf_addf(out, ", \"n_ways\": %u, \"seconds\": %.6f, \"drift\": %.6f, ", r->n_ways,
		r->send_seconds, drift(t, r, &sum));
	add_way(r, &sum, out);
	strbuf_addf(out,
		", \"announced\": %" PRIu64 ", \"before\": %" PRIu64 ", \"late\": %" PRIu64
		", \"strayed\": %" PRIu64 ", \"foreign\": %" PRIu64 ", \"arp_answers\": %" PRIu64
		", \"missed\": %" PRIu64,
		r->announced, r->before, r->late, r->strayed, r->foreign, r->arp_answers,
		r->missed);
	strbuf_addf(out,
		", \"gaps\": %" PRIu64 ", \"gap_ms\": %.3f, \"gap_longest_ms\": %.3f, "
		"\"interrupted\": %s",
		r->gaps.n, (double)r->gaps.total / t->tsc_hz * 1e3,
		(double)r->gaps.longest / t->tsc_hz * 1e3, r->interrupted ? "true" : "false");
	if (r->n_ways > 1)
		add_ways(r, out);
	if (t->step_seconds > 0)
		add_step(&sum, out);
	if (t->latency)
		add_latency(t, &r->latency, out);
	strbuf_addc(out, '}');
}
