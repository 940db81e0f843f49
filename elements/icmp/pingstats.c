// SPDX-License-Identifier: BSD-3-Clause
#include "elements/icmp/pingstats.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "src/mem.h"
#include "src/strbuf.h"

enum { SEQUENCES = 1 << 16 };

void
pingstats_init(struct pingstats *s)
{
	*s = (struct pingstats){.sent_ns = mem_zalloc(SEQUENCES * sizeof(int64_t))};
}

void
pingstats_fini(struct pingstats *s)
{
	free(s->sent_ns);
	s->sent_ns = NULL;
}

void
pingstats_reset(struct pingstats *s)
{
	int64_t *sent_ns = s->sent_ns;

	memset(sent_ns, 0, SEQUENCES * sizeof(int64_t));
	*s = (struct pingstats){.sent_ns = sent_ns};
}

void
pingstats_sent(struct pingstats *s, uint16_t seq, int64_t now_ns)
{
	s->sent_ns[seq] = now_ns;
}

static void
add_rtt(struct pingstats *s, uint64_t us)
{
	if (s->n_received == 0 || us < s->rtt_min)
		s->rtt_min = us;
	if (us > s->rtt_max)
		s->rtt_max = us;
	s->rtt_sum += us;
	s->rtt_square_sum += (double)us * (double)us;
	s->n_received++;
}

enum ping_reply
pingstats_received(struct pingstats *s, uint16_t seq, int64_t now_ns, uint64_t *rtt_us)
{
	int64_t sent_ns = s->sent_ns[seq], rtt_ns;

	if (sent_ns == 0)
		return PING_UNKNOWN;
	rtt_ns = now_ns - llabs(sent_ns);
	*rtt_us = rtt_ns < 0 ? 0 : (uint64_t)(rtt_ns / CLOCK_US);
	if (sent_ns < 0) {
		s->n_duplicates++;
		return PING_DUPLICATE;
	}
	s->sent_ns[seq] = -sent_ns;
	add_rtt(s, *rtt_us);
	return PING_FIRST;
}

uint64_t
pingstats_rtt_avg(const struct pingstats *s)
{
	return s->n_received == 0 ? 0 : s->rtt_sum / s->n_received;
}

static void
add_ms(struct strbuf *out, uint64_t us)
{
	strbuf_addf(out, "%" PRIu64 ".%03" PRIu64, us / 1000, us % 1000);
}

static uint64_t
rtt_deviation(const struct pingstats *s)
{
	double n = (double)s->n_received, mean = (double)s->rtt_sum / n;
	double variance = s->rtt_square_sum / n - mean * mean;

	return variance > 0 ? (uint64_t)sqrt(variance) : 0;
}

void
pingstats_summary(const struct pingstats *s, uint64_t n_sent, struct strbuf *out)
{
	uint64_t n_lost = n_sent > s->n_received ? n_sent - s->n_received : 0;

	strbuf_addf(out, "%" PRIu64 " packets transmitted, %" PRIu64 " received", n_sent,
		s->n_received);
	if (s->n_duplicates > 0)
		strbuf_addf(out, ", +%" PRIu64 " duplicates", s->n_duplicates);
	if (n_sent > 0)
		strbuf_addf(out, ", %" PRIu64 "%% packet loss\n", n_lost * 100 / n_sent);
	if (s->n_received == 0)
		return;
	strbuf_adds(out, "rtt min/avg/max/mdev = ");
	add_ms(out, s->rtt_min);
	strbuf_addc(out, '/');
	add_ms(out, pingstats_rtt_avg(s));
	strbuf_addc(out, '/');
	add_ms(out, s->rtt_max);
	strbuf_addc(out, '/');
	add_ms(out, rtt_deviation(s));
	strbuf_addc(out, '\n');
}
