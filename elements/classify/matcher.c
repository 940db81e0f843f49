// SPDX-License-Identifier: BSD-3-Clause
// Runs decision programs on packets.

#include "elements/classify/matcher.h"

#include <stdlib.h>
#include <string.h>

#include <rte_ip.h>

#include "elements/classify/matcher_program.h"
#include "elements/classify/program.h"
#include "src/element.h"
#include "src/mem.h"

enum { HALVING_MIN = 9 };

// ---- one step

static inline int32_t
find_value(const struct match_value *v, uint32_t n, uint32_t word, int32_t otherwise)
{
	int32_t to = otherwise;

	while (n >= HALVING_MIN) {
		uint32_t half = n / 2;

		v += v[half].value <= word ? half : 0;
		n -= half;
	}
	for (uint32_t i = 0; i < n; i++)
		to = v[i].value == word ? v[i].next : to;
	return to;
}

static inline int32_t
table_next(const struct program_matcher *m, const struct match_step *s, uint32_t word)
{
	const struct match_table *t = &m->tables[s->value];

	return find_value(m->values + t->first, t->n, word, s->next[NO]);
}

static int32_t
step_next(const struct program_matcher *m, const struct match_step *s, uint32_t word)
{
	word &= s->mask;
	return s->is_table ? table_next(m, s, word) : s->next[word == s->value];
}

static int32_t
step_next_if_short(const struct program_matcher *m, const struct match_step *s)
{
	return s->is_table ? m->tables[s->value].short_next : s->next[s->short_yes];
}

// ---- all steps

// For a packet that has all bytes that steps load. Chains of NO do not wait for links to be loaded.
static inline int32_t
run(const struct program_matcher *m, const uint8_t *const *base)
{
	const struct match_step *s = m->steps;
	uint32_t word;
	int32_t to;

	for (;;) {
		memcpy(&word, base[s->region] + s->offset, sizeof(word));
		word &= s->mask;
		if (s->is_table) {
			to = table_next(m, s, word);
		} else if (word == s->value) {
			to = s->next[YES];
		} else if (s->no_is_next) {
			s++;
			continue;
		} else {
			to = s->next[NO];
		}
		if (to <= 0)
			return to;
		s = &m->steps[to];
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

// For any packet. base: where the regions begin in the packet, PACKET_NO_HEADER for none.
static int32_t
run_checked(const struct program_matcher *m, const struct packet *p, const int32_t *base)
{
	int32_t to = 0;

	do {
		const struct match_step *s = &m->steps[to];
		uint32_t word;

		if (base[s->region] != PACKET_NO_HEADER &&
			load_bytes(p, base[s->region] + s->offset, s->mask, &word))
			to = step_next(m, s, word);
		else
			to = step_next_if_short(m, s);
	} while (to > 0);
	return to;
}

// ---- batches

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

		if (likely(match_is_whole(p, off, load_len)))
			decision[i] = to_decision(run(m, &bytes));
		else
			decision[i] = to_decision(run_checked(m, p, &off));
	}
}

// The same, by code.
static void
decide_packet_jit(const struct matcher *base, const struct batch *b, int16_t *decision)
{
	const struct program_matcher *m = (const struct program_matcher *)base;
	uint64_t (*run_code)(void *bytes) = m->jit.run;
	int32_t off = -(int32_t)m->align;
	uint32_t len = m->jit.len;

	for (unsigned i = 0; i < b->n; i++) {
		const struct packet *p = b->pkt[i];

		if (likely(match_is_whole(p, off, len)))
			decision[i] = to_decision(
				(int32_t)run_code((void *)(uintptr_t)(packet_data(p) + off)));
		else
			decision[i] = to_decision(run_checked(m, p, &off));
	}
}

enum { MAC_LEN = 12, MAC_WINDOW = OFFSET_MAC + MAC_LEN + 2 };

// The MAC addresses at the place where their tests look for them.
static inline void
copy_macs(const struct packet *p, int32_t mac, uint8_t *window)
{
	memset(window, 0, MAC_WINDOW);
	memcpy(window + OFFSET_MAC, packet_data(p) + mac, MAC_LEN);
}

static int32_t
run_headers_checked(const struct program_matcher *m, const struct packet *p)
{
	int32_t base[REGIONS] = {
		[REGION_MAC] = packet_mac_offset(p),
		[REGION_NETWORK] = packet_network_offset(p),
		[REGION_TRANSPORT] = packet_transport_offset(p),
	};

	if (base[REGION_MAC] != PACKET_NO_HEADER)
		base[REGION_MAC] -= OFFSET_MAC;
	return run_checked(m, p, base);
}

static inline int32_t
run_headers(const struct program_matcher *m, const struct packet *p, int32_t network)
{
	uint8_t window[MAC_WINDOW];
	const uint8_t *base[REGIONS] = {window, window, window};

	if (m->load_len[REGION_NETWORK] > 0) {
		if (unlikely(!match_is_whole(p, network, m->load_len[REGION_NETWORK])))
			return run_headers_checked(m, p);
		base[REGION_NETWORK] = packet_data(p) + network;
	}
	if (m->load_len[REGION_TRANSPORT] > 0) {
		int32_t transport = packet_transport_offset(p);

		if (unlikely(!match_is_whole(p, transport, m->load_len[REGION_TRANSPORT])))
			return run_headers_checked(m, p);
		base[REGION_TRANSPORT] = packet_data(p) + transport;
	}
	if (m->load_len[REGION_MAC] > 0) {
		int32_t mac = packet_mac_offset(p);

		if (unlikely(!match_is_whole(p, mac, MAC_LEN)))
			return run_headers_checked(m, p);
		copy_macs(p, mac, window);
	}
	return run(m, base);
}

int32_t
match_packet(const struct program_matcher *m, const struct packet *p)
{
	int32_t network = packet_network_offset(p);

	if (m->n_steps == 0)
		return m->constant;
	if (unlikely(network == PACKET_NO_HEADER))
		return run_headers_checked(m, p);
	return run_headers(m, p, network);
}

static inline int16_t
decide_header(const struct program_matcher *m, const struct packet *p)
{
	bool needs_ip = m->load_len[REGION_NETWORK] > 0 || m->load_len[REGION_TRANSPORT] > 0;
	int32_t network = packet_network_offset(p);

	if (unlikely(network == PACKET_NO_HEADER && needs_ip))
		return DROP(MATCHER_NO_HEADER);
	return to_decision(run_headers(m, p, network));
}

static void
decide_headers(const struct matcher *base, const struct batch *b, int16_t *decision)
{
	const struct program_matcher *m = (const struct program_matcher *)base;

	for (unsigned i = 0; i < b->n; i++)
		decision[i] = decide_header(m, b->pkt[i]);
}

// The same, by code for packets whose headers are all in one place.
static void
decide_headers_jit(const struct matcher *base, const struct batch *b, int16_t *decision)
{
	const struct program_matcher *m = (const struct program_matcher *)base;
	uint64_t (*run_code)(void *bytes) = m->jit.run;
	uint32_t len = m->jit.len;
	bool transport = m->jit.transport;

	for (unsigned i = 0; i < b->n; i++) {
		const struct packet *p = b->pkt[i];
		const uint8_t *header = packet_network_header(p, len);

		if (unlikely(header == NULL || (transport && p->transport - p->network !=
								     sizeof(struct rte_ipv4_hdr))))
			decision[i] = decide_header(m, p);
		else
			decision[i] = to_decision((int32_t)run_code((void *)(uintptr_t)header));
	}
}

// ---- life

void
match_fini(struct program_matcher *m)
{
	free(m->steps);
	free(m->tables);
	free(m->values);
	match_jit_fini(&m->jit);
}

static void
program_matcher_destroy(struct matcher *base)
{
	struct program_matcher *m = (struct program_matcher *)base;

	match_fini(m);
	free(m);
}

struct matcher *
matcher_create(const struct program *p)
{
	struct program_matcher *m = mem_zalloc(sizeof(*m));

	match_compile(m, p);
	match_jit_init(&m->jit, m, p->space == SPACE_PACKET);
	m->matcher.destroy = program_matcher_destroy;
	if (p->n == 0)
		m->matcher.decide = decide_constant;
	else if (p->space == SPACE_PACKET)
		m->matcher.decide = m->jit.run != NULL ? decide_packet_jit : decide_packet;
	else
		m->matcher.decide = m->jit.run != NULL ? decide_headers_jit : decide_headers;
	return &m->matcher;
}

void
matcher_destroy(struct matcher *m)
{
	if (m != NULL)
		m->destroy(m);
}
