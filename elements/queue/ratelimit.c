// SPDX-License-Identifier: BSD-3-Clause
#include "elements/queue/ratelimit.h"

#include "src/strbuf.h"

static uint32_t
rate_of(const struct ratelimit *l)
{
	return l->in_bytes ? (uint32_t)l->bandwidth.bytes_per_s : l->rate;
}

static uint32_t
saturate(uint64_t n)
{
	return (uint32_t)RTE_MIN(n, (uint64_t)UINT32_MAX);
}

static uint32_t
capacity_of(const struct ratelimit *l)
{
	int64_t ms = clock_add(l->burst_duration.ns, CLOCK_MS / 2) / CLOCK_MS;
	uint64_t n = l->burst_size;

	if (!l->has_burst_size) {
		ms = RTE_MIN(RTE_MAX(ms, INT64_C(0)), (int64_t)UINT32_MAX);
		n = (uint64_t)rate_of(l) * (uint64_t)ms / 1000;
	}
	n = RTE_MAX(saturate(n), 1u);
	return saturate(l->in_bytes ? n + RATELIMIT_BYTES : n);
}

// What came in so far came in at the old rate.
static void
change(struct ratelimit *l)
{
	if (l->bucket.refilled_ms != 0)
		ratelimit_refill(l);
	tokenbucket_change(&l->bucket, rate_of(l), capacity_of(l));
}

int
ratelimit_configure(struct ratelimit *l, bool in_bytes, struct errh *errh)
{
	if (l->has_burst_duration && l->has_burst_size)
		return errh_error(errh, "cannot specify both BURST_DURATION and BURST_SIZE");
	l->in_bytes = in_bytes;
	if (l->is_set)
		change(l);
	else
		tokenbucket_init(&l->bucket, rate_of(l), capacity_of(l));
	l->is_set = true;
	return 0;
}

void
ratelimit_take(struct ratelimit *l, const struct ratelimit *old)
{
	l->bucket = old->bucket;
	change(l);
}

void
ratelimit_text(const struct ratelimit *l, struct strbuf *out)
{
	if (l->in_bytes)
		text_bandwidth(out, l->bandwidth.bytes_per_s);
	else
		strbuf_addf(out, "%u", l->rate);
}
