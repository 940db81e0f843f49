// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/pattern.h"

#include <stdlib.h>

#include <rte_byteorder.h>
#include <rte_common.h>

#include "src/strbuf.h"
#include "src/text.h"

// More values than there are ports are not searched through while packets wait.
enum { TRIES_MAX = 1 << 16 };

// 0 to top, each as likely as any other, as Click draws them.
static uint32_t
draw(uint32_t top)
{
	const uint64_t range = UINT64_C(1) << 31;
	uint64_t n = (uint64_t)top + 1, step, r;

	if (top == 1)
		return (uint32_t)(random() >> 14) & 1;
	if (n > range)
		return (uint32_t)(((uint64_t)random() << 31 | (uint64_t)random()) % n);
	step = range / n;
	do {
		r = (uint64_t)random();
	} while (r >= step * n);
	return (uint32_t)(r / step);
}

static void
set_value(const struct pattern *p, const struct pattern_query *q, struct flow_key *key, uint32_t v)
{
	if (p->is_port)
		key->sport = rte_cpu_to_be_16((uint16_t)(rte_be_to_cpu_16(p->sport) + v));
	else
		key->src = rte_cpu_to_be_32(rte_be_to_cpu_32(p->saddr) + v);
	if (q->dport_follows)
		key->dport = (uint16_t)(key->sport + 1);
}

static bool
is_free(const struct pattern_query *q, const struct flow_key *key)
{
	struct flow_key reply = flow_key_reverse(*key);

	return flow_set_lookup(q->set, &reply, q->table) == 0;
}

static uint32_t
start_value(struct pattern *p)
{
	uint32_t next;

	if (p->choice != PATTERN_SEQUENTIAL)
		return draw(p->top);
	next = atomic_load_explicit(&p->next, memory_order_relaxed);
	return next > p->top ? 0 : next;
}

static bool
take(struct pattern *p, uint32_t v)
{
	atomic_store_explicit(&p->next, v + 1, memory_order_relaxed);
	return true;
}

// Tries all values from a start on.
static bool
search(struct pattern *p, const struct pattern_query *q, struct flow_key *key)
{
	uint64_t n = RTE_MIN((uint64_t)p->top + 1, (uint64_t)TRIES_MAX);
	uint32_t v = start_value(p);

	for (; n > 0; n--) {
		set_value(p, q, key, v);
		if (is_free(q, key))
			return take(p, v);
		v = v == p->top ? 0 : v + 1;
	}
	return false;
}

// Where it would be remembered that nothing is free for this key.
static struct pattern_full *
full_slot(const struct pattern *p, const struct pattern_query *q, struct flow_key *key)
{
	if (q->full == NULL)
		return NULL;
	set_value(p, q, key, 0);
	return &q->full[flow_set_hash(q->set, key, q->table) % PATTERN_FULL_SLOTS];
}

static bool
is_full(const struct pattern_full *full, const struct pattern_query *q, const struct flow_key *key)
{
	return full->known && full->n_removed == q->set->n_removed && full->table == q->table &&
	       flow_key_equal(&full->key, key);
}

// The packet's own port. Addresses are compared with it too, as in Click: it is none of theirs.
static bool
take_own(struct pattern *p, const struct pattern_query *q, struct flow_key *key)
{
	uint32_t base = p->is_port ? rte_be_to_cpu_16(p->sport) : rte_be_to_cpu_32(p->saddr);
	uint32_t v = rte_be_to_cpu_16(q->key.sport) - base;

	if (p->choice != PATTERN_OWN || v > p->top)
		return false;
	set_value(p, q, key, v);
	return is_free(q, key) && take(p, v);
}

bool
pattern_apply(struct pattern *p, const struct pattern_query *q, struct flow_key *key)
{
	struct pattern_full *full;
	struct flow_key at_zero;

	*key = q->key;
	key->src = p->saddr != 0 ? p->saddr : key->src;
	key->dst = p->daddr != 0 ? p->daddr : key->dst;
	key->sport = p->sport != 0 ? p->sport : key->sport;
	key->dport = p->dport != 0 ? p->dport : key->dport;
	if (p->top == 0)
		return true;
	if (take_own(p, q, key))
		return true;
	full = full_slot(p, q, key);
	if (full == NULL)
		return search(p, q, key);
	at_zero = *key;
	if (is_full(full, q, &at_zero))
		return false;
	if (search(p, q, key))
		return true;
	*full = (struct pattern_full){
		.key = at_zero, .table = q->table, .known = true, .n_removed = q->set->n_removed};
	return false;
}

// ---- text

static void
add_addr(struct strbuf *out, uint32_t addr, uint32_t top)
{
	if (addr == 0) {
		strbuf_addc(out, '-');
		return;
	}
	text_ip(out, (struct ip_addr){addr});
	if (top > 0) {
		strbuf_addc(out, '-');
		text_ip(out, (struct ip_addr){rte_cpu_to_be_32(rte_be_to_cpu_32(addr) + top)});
	}
}

static void
add_port(struct strbuf *out, uint16_t port_be, uint32_t top)
{
	uint32_t port = rte_be_to_cpu_16(port_be);

	if (top > 0)
		strbuf_addf(out, " %u-%u", port, port + top);
	else if (port > 0)
		strbuf_addf(out, " %u", port);
	else
		strbuf_adds(out, " -");
}

void
pattern_text(const struct pattern *p, struct strbuf *out)
{
	add_addr(out, p->saddr, p->is_port ? 0 : p->top);
	if (p->is_port)
		add_port(out, p->sport, p->top);
	strbuf_addc(out, ' ');
	add_addr(out, p->daddr, 0);
	if (p->is_port)
		add_port(out, p->dport, 0);
}

bool
pattern_equal(const struct pattern *a, const struct pattern *b)
{
	return a->saddr == b->saddr && a->daddr == b->daddr && a->sport == b->sport &&
	       a->dport == b->dport && a->top == b->top && a->is_port == b->is_port &&
	       a->choice == b->choice;
}
