// SPDX-License-Identifier: BSD-3-Clause
// Runs decision programs on packets.

#include "elements/classify/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "elements/classify/program.h"
#include "src/element.h"
#include "src/mem.h"

enum {
	REGIONS = 3, // SPACE_HEADERS: from two bytes before the MAC header, network, transport
	SEARCH_MIN = 3, // values of one group from which on they are searched together
	BINARY_MIN = 24, // and from which on by halving
};

struct match_step {
	uint32_t mask, value; // as in memory
	int32_t next[2]; // > 0: step; <= 0: minus the output; MATCH_DROP
	uint16_t offset; // in its region
	uint8_t region;
	bool short_yes : 1;
	bool no_is_next : 1;
	uint32_t n_values; // > 1: one of these values, from number `value` on
};

#define MATCH_DROP INT32_MIN

struct sequence {
	struct match_step *steps; // owned
	uint32_t *values; // owned; sorted within a step
};

struct program_matcher {
	struct matcher matcher;
	struct sequence sequence; // for packets of which the first load_len bytes are there
	struct sequence plain; // for any packet
	uint32_t load_len[REGIONS]; // bytes that steps may load from each region; 0: none
	int32_t constant; // where all go if there are no steps
	uint8_t align;
};

// ---- running

static bool
search(const uint32_t *values, uint32_t n, uint32_t word)
{
	bool found = false;

	while (n >= BINARY_MIN) {
		uint32_t half = n / 2;

		values += values[half] <= word ? half : 0;
		n -= half;
	}
	for (uint32_t i = 0; i < n; i++)
		found |= values[i] == word;
	return found;
}

static inline bool
step_outcome(const struct sequence *q, const struct match_step *s, uint32_t word)
{
	word &= s->mask;
	if (s->n_values > 1)
		return search(q->values + s->value, s->n_values, word);
	return word == s->value;
}

// For a packet of which all that may be loaded is there.
static inline int32_t
run(const struct sequence *q, const uint8_t *const *base)
{
	const struct match_step *s = q->steps;
	uint32_t word;
	int32_t to;

	for (;;) {
		memcpy(&word, base[s->region] + s->offset, sizeof(word));
		if (step_outcome(q, s, word)) {
			to = s->next[YES];
		} else if (s->no_is_next) {
			s++;
			continue;
		} else {
			to = s->next[NO];
		}
		if (to <= 0)
			return to;
		s = &q->steps[to];
	}
}

// The masked ones of the four bytes at off, which may be in several segments or missing. Bytes in
// front of the data count as long as they are in the buffer.
static bool
load_bytes(const struct packet *p, int32_t off, uint32_t mask, uint32_t *word)
{
	uint8_t want[4], bytes[4] = {0};

	memcpy(want, &mask, sizeof(want));
	for (int32_t i = 0; i < 4; i++) {
		int32_t at = off + i;

		if (want[i] == 0)
			continue;
		if (at < 0) {
			if (-at > (int32_t)packet_headroom(p))
				return false;
			bytes[i] = packet_data(p)[at];
		} else if (!packet_read(p, (uint32_t)at, &bytes[i], 1)) {
			return false;
		}
	}
	memcpy(word, bytes, sizeof(*word));
	return true;
}

// Whether len bytes at off (also in front of the data) lie in the first segment.
static inline bool
is_whole(const struct packet *p, int32_t off, uint32_t len)
{
	return off >= -(int32_t)packet_headroom(p) &&
	       (int64_t)off + len <= (int64_t)packet_data_len(p);
}

// For any packet. base: where the regions begin in the packet, PACKET_NO_HEADER for none.
static int32_t
run_checked(const struct sequence *q, const struct packet *p, const int32_t *base)
{
	int32_t to = 0;

	do {
		const struct match_step *s = &q->steps[to];
		int32_t off = base[s->region] + s->offset;
		bool outcome = s->short_yes;
		uint32_t word;

		if (base[s->region] == PACKET_NO_HEADER)
			; // too short
		else if (is_whole(p, off, sizeof(word))) {
			memcpy(&word, packet_data(p) + off, sizeof(word));
			outcome = step_outcome(q, s, word);
		} else if (load_bytes(p, off, s->mask, &word)) {
			outcome = step_outcome(q, s, word);
		}
		to = s->next[outcome];
	} while (to > 0);
	return to;
}

static inline int16_t
to_decision(int32_t link)
{
	return (int16_t)(link == MATCH_DROP ? DROP(MATCHER_NO_MATCH) : -link);
}

static void
decide_constant(const struct matcher *base, const struct batch *b, int16_t *decision)
{
	const struct program_matcher *m = (const struct program_matcher *)base;

	for (unsigned i = 0; i < b->n; i++)
		decision[i] = to_decision(m->constant);
}

static void
decide_packet(const struct matcher *base, const struct batch *b, int16_t *decision)
{
	const struct program_matcher *m = (const struct program_matcher *)base;
	int32_t off = -(int32_t)m->align;
	uint32_t load_len = m->load_len[0];

	for (unsigned i = 0; i < b->n; i++) {
		const struct packet *p = b->pkt[i];
		const uint8_t *bytes = packet_data(p) + off;

		if (likely(is_whole(p, off, load_len)))
			decision[i] = to_decision(run(&m->sequence, &bytes));
		else
			decision[i] = to_decision(run_checked(&m->plain, p, &off));
	}
}

enum { MAC_WINDOW = 16, MAC_LEN = 12 };

static inline int32_t
run_headers(const struct program_matcher *m, const struct packet *p, int32_t network)
{
	int32_t mac = m->load_len[0] > 0 ? packet_mac_offset(p) : 0;
	int32_t transport = packet_transport_offset(p);
	uint8_t window[MAC_WINDOW] = {0};
	const uint8_t *base[REGIONS];

	if (unlikely((m->load_len[0] > 0 && !is_whole(p, mac, MAC_LEN)) ||
		     (m->load_len[1] > 0 && !is_whole(p, network, m->load_len[1])) ||
		     (m->load_len[2] > 0 && !is_whole(p, transport, m->load_len[2])))) {
		// Two bytes before the MAC header is nothing that is ever looked at.
		if (mac != PACKET_NO_HEADER)
			mac -= OFFSET_MAC;
		return run_checked(&m->plain, p, (const int32_t[]){mac, network, transport});
	}
	if (m->load_len[0] > 0)
		memcpy(window + OFFSET_MAC, packet_data(p) + mac, MAC_LEN);
	base[0] = window;
	base[1] = m->load_len[1] > 0 ? packet_data(p) + network : window;
	base[2] = m->load_len[2] > 0 ? packet_data(p) + transport : window;
	return run(&m->sequence, base);
}

static void
decide_headers(const struct matcher *base, const struct batch *b, int16_t *decision)
{
	const struct program_matcher *m = (const struct program_matcher *)base;
	bool needs_ip = m->load_len[1] > 0 || m->load_len[2] > 0;

	for (unsigned i = 0; i < b->n; i++) {
		const struct packet *p = b->pkt[i];
		int32_t network = packet_network_offset(p);

		if (unlikely(network == PACKET_NO_HEADER && needs_ip))
			decision[i] = DROP(MATCHER_NO_HEADER);
		else
			decision[i] = to_decision(run_headers(m, p, network));
	}
}

// ---- compiling

static int32_t
compile_link(int32_t link, const int32_t *place)
{
	if (link > 0)
		return place[link];
	return link == LINK_DROP ? MATCH_DROP : link;
}

static int
compare_words(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

// How many steps from i on look for values of the same bytes and lead to the same places.
static size_t
group_size(const struct program *p, const uint32_t *n_links, size_t i)
{
	const struct program_step *s = &p->steps[i];
	size_t n = 1;

	while (i + n < p->n && p->steps[i + n - 1].next[NO] == (int32_t)(i + n) &&
		n_links[i + n] == 1 && p->steps[i + n].next[YES] == s->next[YES] &&
		p->steps[i + n].offset == s->offset && p->steps[i + n].mask == s->mask)
		n++;
	return n >= SEARCH_MIN ? n : 1;
}

// Steps i to i + n of p as one; links are still those of p.
static struct match_step
compile_step(const struct program *p, size_t i, size_t n, uint32_t *values, uint32_t at)
{
	const struct program_step *s = &p->steps[i];
	uint32_t region = p->space == SPACE_PACKET        ? 0
			  : s->offset >= OFFSET_TRANSPORT ? 2
							  : s->offset / OFFSET_NETWORK;
	struct match_step m = {
		.mask = __builtin_bswap32(s->mask),
		.value = n > 1 ? at : __builtin_bswap32(s->value),
		.next = {[NO] = p->steps[i + n - 1].next[NO], [YES] = s->next[YES]},
		.offset = (uint16_t)(s->offset - region * OFFSET_NETWORK),
		.region = (uint8_t)region,
		.n_values = (uint32_t)n,
	};

	for (size_t j = 0; j < n; j++) {
		m.short_yes |= p->steps[i + j].short_yes;
		values[at + j] = __builtin_bswap32(p->steps[i + j].value);
	}
	qsort(values + at, n, sizeof(*values), compare_words);
	return m;
}

static void
compile(struct program_matcher *m, const struct program *p, struct sequence *q)
{
	uint32_t *n_links = program_count_links(p), *load_len;
	int32_t *place = mem_zalloc(p->n * sizeof(*place));
	size_t n_steps = 0, n;

	q->steps = mem_zalloc(p->n * sizeof(*q->steps));
	q->values = mem_zalloc(p->n * sizeof(*q->values));
	for (size_t i = 0; i < p->n; i += n) {
		struct match_step *s = &q->steps[n_steps];

		n = group_size(p, n_links, i);
		*s = compile_step(p, i, n, q->values, (uint32_t)i);
		place[i] = (int32_t)n_steps++;
		load_len = &m->load_len[s->region];
		*load_len = RTE_MAX(*load_len, s->offset + 4u);
	}
	for (size_t i = 0; i < n_steps; i++) {
		for (int k = NO; k <= YES; k++)
			q->steps[i].next[k] = compile_link(q->steps[i].next[k], place);
		q->steps[i].no_is_next = q->steps[i].next[NO] == (int32_t)i + 1;
	}
	free(place);
	free(n_links);
}

static void
compile_grouped(struct program_matcher *m, const struct program *p, struct sequence *q)
{
	struct program grouped;

	program_copy(&grouped, p);
	program_group(&grouped);
	compile(m, &grouped, q);
	program_fini(&grouped);
}

static void
program_matcher_destroy(struct matcher *base)
{
	struct program_matcher *m = (struct program_matcher *)base;

	free(m->sequence.steps);
	free(m->sequence.values);
	free(m->plain.steps);
	free(m->plain.values);
	free(m);
}

struct matcher *
matcher_create(const struct program *p, const struct program *plain)
{
	struct program_matcher *m = mem_zalloc(sizeof(*m));

	m->matcher.destroy = program_matcher_destroy;
	m->matcher.decide = plain->n == 0              ? decide_constant
			    : p->space == SPACE_PACKET ? decide_packet
						       : decide_headers;
	m->constant = compile_link(plain->constant, NULL);
	m->align = p->align;
	// A program that does not look at all may do so only because packets are long enough.
	compile_grouped(m, p->n > 0 ? p : plain, &m->sequence);
	compile_grouped(m, plain, &m->plain);
	return &m->matcher;
}

void
matcher_destroy(struct matcher *m)
{
	if (m != NULL)
		m->destroy(m);
}
