// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/tcpdeltas.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_tcp.h>

#include "elements/ip/checksum.h"

enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_SACK = 5,
	EDGE_SIZE = 4,
	OLD = 1 << 30, // so far behind a trigger no packet can be
};

static bool
is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

// ---- transitions

static struct tcp_transition *
push_transition(struct tcp_deltas *d)
{
	struct tcp_transition newest = {0};

	if (d->n > 0)
		newest = d->v[d->n - 1];
	if (d->n == TCP_DELTAS_MAX) {
		d->n--;
		memmove(d->v, d->v + 1, d->n * sizeof(d->v[0]));
	}
	d->v[d->n] = newest;
	return &d->v[d->n++];
}

static bool
has_trigger(const struct tcp_transition *t, unsigned direction, uint32_t trigger)
{
	return t->has_trigger[direction] && t->trigger[direction] == trigger;
}

int
tcp_deltas_change(struct tcp_deltas **deltas, unsigned direction, uint32_t trigger, int32_t change)
{
	struct tcp_deltas *d = *deltas;
	struct tcp_transition *t;
	uint32_t first, before;

	if (d == NULL) {
		d = *deltas = calloc(1, sizeof(*d));
		if (d == NULL)
			return -ENOMEM;
	}
	t = d->n > 0 ? &d->v[d->n - 1] : NULL;
	if (t != NULL && t->has_trigger[direction] && is_before(trigger, t->trigger[direction]))
		return -EINVAL;
	if (t == NULL || !has_trigger(t, direction, trigger)) {
		t = push_transition(d);
		t->trigger[direction] = trigger;
		t->has_trigger[direction] = true;
	}
	// Changes of the other direction since then have copied the transition.
	for (first = d->n; first > 0 && has_trigger(&d->v[first - 1], direction, trigger);)
		first--;
	before = first > 0 ? (uint32_t)d->v[first - 1].delta[direction] : 0;
	for (; first < d->n; first++)
		d->v[first].delta[direction] = (int32_t)(before + (uint32_t)change);
	return 0;
}

static void
forget_trigger(struct tcp_deltas *d, unsigned direction, uint32_t seq)
{
	struct tcp_transition *t = &d->v[d->n - 1];

	if (!t->has_trigger[direction] || is_before(seq, t->trigger[direction] + OLD))
		return;
	t->has_trigger[direction] = false;
	if (!t->has_trigger[!direction]) {
		d->v[0] = *t;
		d->n = 1;
	}
}

uint32_t
tcp_deltas_seq(struct tcp_deltas *d, unsigned direction, uint32_t seq)
{
	uint32_t i = d->n;

	while (i > 0 && d->v[i - 1].has_trigger[direction] &&
		is_before(seq, d->v[i - 1].trigger[direction]))
		i--;
	if (i == 0)
		return seq;
	if (i == d->n)
		forget_trigger(d, direction, seq);
	return seq + (uint32_t)d->v[RTE_MIN(i, d->n) - 1].delta[direction];
}

uint32_t
tcp_deltas_ack(const struct tcp_deltas *d, unsigned direction, uint32_t ack)
{
	unsigned other = !direction;

	for (uint32_t i = d->n; i > 0; i--) {
		const struct tcp_transition *t = &d->v[i - 1];
		uint32_t acked = ack - (uint32_t)t->delta[other];

		if (!t->has_trigger[other] || !is_before(acked, t->trigger[other]))
			return acked;
	}
	return ack;
}

// ---- headers

// Like checksum_update32() for a word at any place.
static void
change_word(struct rte_tcp_hdr *tcp, uint8_t *at, bool odd, uint32_t new_be)
{
	uint32_t old_be = checksum_word(at), from = old_be, to = new_be;

	memcpy(at, &new_be, sizeof(new_be));
	// A word at an odd place adds to the sum with its bytes swapped in pairs.
	if (odd) {
		from = (from >> 8 & 0x00ff00ff) | (from << 8 & 0xff00ff00);
		to = (to >> 8 & 0x00ff00ff) | (to << 8 & 0xff00ff00);
	}
	tcp->cksum = checksum_update32(tcp->cksum, from, to);
}

static void
rewrite_sack(struct tcp_deltas *d, unsigned direction, struct rte_tcp_hdr *tcp, unsigned header_len)
{
	uint8_t *header = (uint8_t *)tcp;
	unsigned at = sizeof(*tcp), len;

	for (; at < header_len && header[at] != OPTION_END; at += len) {
		len = header[at] == OPTION_NOP ? 1 : at + 1 < header_len ? header[at + 1] : 0;
		if (len == 0 || (len == 1 && header[at] != OPTION_NOP) || len > header_len - at)
			return;
		if (header[at] != OPTION_SACK || len % 8 != 2)
			continue;
		for (unsigned edge = at + 2; edge < at + len; edge += EDGE_SIZE) {
			uint32_t ack = rte_be_to_cpu_32(checksum_word(header + edge));

			ack = tcp_deltas_ack(d, direction, ack);
			change_word(tcp, header + edge, (edge & 1) != 0, rte_cpu_to_be_32(ack));
		}
	}
}

// Most packets have nothing but a timestamp.
static bool
has_other_options(const uint8_t *header, unsigned header_len)
{
	static const uint8_t timestamp[] = {1, 1, 8, 10};

	if (header_len == sizeof(struct rte_tcp_hdr))
		return false;
	return header_len != sizeof(struct rte_tcp_hdr) + 12 ||
	       memcmp(header + sizeof(struct rte_tcp_hdr), timestamp, sizeof(timestamp)) != 0;
}

void
tcp_deltas_rewrite(struct tcp_deltas *d, unsigned direction, uint8_t *header, unsigned header_len)
{
	struct rte_tcp_hdr *tcp = (void *)header;
	uint32_t seq = tcp_deltas_seq(d, direction, rte_be_to_cpu_32(tcp->sent_seq));
	uint32_t ack = tcp_deltas_ack(d, direction, rte_be_to_cpu_32(tcp->recv_ack));

	change_word(tcp, (uint8_t *)&tcp->sent_seq, false, rte_cpu_to_be_32(seq));
	change_word(tcp, (uint8_t *)&tcp->recv_ack, false, rte_cpu_to_be_32(ack));
	if (has_other_options(header, header_len))
		rewrite_sack(d, direction, tcp, header_len);
}
