// SPDX-License-Identifier: BSD-3-Clause
// Decides by a table of rules and the programs of those that it finds: see ruletable.h.

#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "elements/classify/filter.h"
#include "elements/classify/matcher_program.h"
#include "elements/classify/ruletable.h"
#include "src/element.h"
#include "src/mem.h"

enum {
	RULES_MIN = 8, // fewer are faster one after the other
	IP_LEN = 20, // of the IP header that keys are made of
	PORTS_LEN = 4,
};

#define MISS (-(1 << 20)) // link of a rule's program: it does not match
#define ASK (MISS - 1)
#define TABLE_BYTES_MAX (UINT64_C(512) << 20)

struct rule_matcher {
	struct matcher matcher;
	struct ruletable *table; // owned
	struct rule_box {
		uint32_t rule;
		int32_t link; // of a packet that lies in it; ASK: if the rule's program says so
	} * boxes; // owned
	struct program_matcher *programs; // owned; by rule
	size_t n_rules;
	bool needs_ip; // a rule looks at the IP header or behind it
};

// ---- data path

enum key_state { KEY_GOOD, KEY_SHORT, KEY_NO_IP };

// KEY_SHORT: not all that the table asks for is there.
static inline enum key_state
read_key(const struct packet *p, struct rule_key *k)
{
	int32_t network = packet_network_offset(p), transport;
	const uint8_t *ip;
	uint32_t word;

	if (unlikely(network == PACKET_NO_HEADER))
		return KEY_NO_IP;
	if (unlikely(!match_is_whole(p, network, IP_LEN)))
		return KEY_SHORT;
	ip = packet_data(p) + network;
	k->value[BOX_PROTO] = ip[9];
	memcpy(&word, ip + 12, sizeof(word));
	k->value[BOX_SRC] = rte_be_to_cpu_32(word);
	memcpy(&word, ip + 16, sizeof(word));
	k->value[BOX_DST] = rte_be_to_cpu_32(word);
	k->has_ports = ((ip[6] & 0x1f) | ip[7]) == 0; // the first fragment, or the only one
	k->value[BOX_SPORT] = k->value[BOX_DPORT] = 0;
	if (!k->has_ports)
		return KEY_GOOD;
	transport = packet_transport_offset(p);
	if (unlikely(transport == PACKET_NO_HEADER || !match_is_whole(p, transport, PORTS_LEN)))
		return KEY_SHORT;
	memcpy(&word, packet_data(p) + transport, sizeof(word));
	word = rte_be_to_cpu_32(word);
	k->value[BOX_SPORT] = word >> 16;
	k->value[BOX_DPORT] = word & UINT16_MAX;
	return KEY_GOOD;
}

static inline int16_t
to_decision(int32_t link)
{
	return (int16_t)(link == MATCH_DROP || link == MISS ? DROP(MATCHER_NO_MATCH) : -link);
}

// One rule after the other, for packets that the table is not for.
static int32_t
try_all(const struct rule_matcher *m, const struct packet *p)
{
	int32_t link = MISS;

	for (size_t i = 0; i < m->n_rules && link == MISS; i++)
		link = match_packet(&m->programs[i], p);
	return link;
}

static inline int32_t
try_found(const struct rule_matcher *m, const struct packet *p, const uint32_t *class)
{
	struct rule_walk walk;
	int32_t link;
	uint32_t box;

	rule_walk_start(&walk, m->table, class);
	while ((box = rule_walk_next(&walk)) != UINT32_MAX) {
		link = m->boxes[box].link;
		if (link == ASK)
			link = match_packet(&m->programs[m->boxes[box].rule], p);
		if (link != MISS)
			return link;
	}
	return MISS;
}

// In two rounds, so that the first one's loads of different packets do not wait for each other.
static void
decide_rules(const struct matcher *base, const struct batch *b, int16_t *decision)
{
	const struct rule_matcher *m = (const struct rule_matcher *)base;
	uint32_t class[BATCH_MAX][BOX_DIMS];
	enum key_state state[BATCH_MAX];
	struct rule_key key;

	for (unsigned i = 0; i < b->n; i++) {
		state[i] = read_key(b->pkt[i], &key);
		if (likely(state[i] == KEY_GOOD))
			rule_classes(m->table, &key, class[i]);
	}
	for (unsigned i = 0; i < b->n; i++) {
		if (likely(state[i] == KEY_GOOD))
			decision[i] = to_decision(try_found(m, b->pkt[i], class[i]));
		else if (state[i] == KEY_NO_IP && m->needs_ip)
			decision[i] = DROP(MATCHER_NO_HEADER);
		else
			decision[i] = to_decision(try_all(m, b->pkt[i]));
	}
}

// ---- life

static void
rule_matcher_destroy(struct matcher *base)
{
	struct rule_matcher *m = (struct rule_matcher *)base;

	for (size_t i = 0; i < m->n_rules; i++)
		match_fini(&m->programs[i]);
	free(m->programs);
	free(m->boxes);
	ruletable_destroy(m->table);
	free(m);
}

// In the order of the rules, so that the first box of a packet belongs to the first rule.
static struct ruletable *
make_table(struct rule_matcher *m, const struct filter_rules *rules)
{
	struct box *boxes = mem_zalloc((rules->n * BOXES_MAX + 1) * sizeof(*boxes));
	size_t n = 0;

	m->boxes = mem_zalloc((rules->n * BOXES_MAX + 1) * sizeof(*m->boxes));
	for (size_t i = 0; i < rules->n; i++) {
		const struct filter_rule *rule = &rules->v[i];

		for (unsigned k = 0; k < rule->boxes.n; k++) {
			m->boxes[n].rule = (uint32_t)i;
			m->boxes[n].link = rule->boxes.exact ? rule->action : ASK;
			boxes[n++] = rule->boxes.v[k];
		}
	}
	m->table = ruletable_create(boxes, n, TABLE_BYTES_MAX);
	free(boxes);
	return m->table;
}

static void
make_program(struct program_matcher *m, const struct filter_rule *rule)
{
	struct program p;

	program_copy(&p, &rule->program);
	p.care = PROGRAM_STRICT;
	program_finish(&p, 0, rule->action, MISS);
	program_optimise(&p);
	match_compile(m, &p);
	program_fini(&p);
}

struct matcher *
rule_matcher_create(const struct filter_rules *rules)
{
	struct rule_matcher *m;

	if (rules->n < RULES_MIN)
		return NULL;
	m = mem_zalloc(sizeof(*m));
	m->matcher.destroy = rule_matcher_destroy;
	m->matcher.decide = decide_rules;
	if (make_table(m, rules) == NULL) {
		rule_matcher_destroy(&m->matcher);
		return NULL;
	}
	m->n_rules = rules->n;
	m->programs = mem_zalloc(rules->n * sizeof(*m->programs));
	for (size_t i = 0; i < rules->n; i++) {
		make_program(&m->programs[i], &rules->v[i]);
		m->needs_ip |= m->programs[i].load_len[REGION_NETWORK] > 0 ||
			       m->programs[i].load_len[REGION_TRANSPORT] > 0;
	}
	return &m->matcher;
}
