// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/flowset.h"

#include <stdlib.h>

#include "test/unit/unit.h"

struct counter {
	struct flow_owner owner;
	int n;
};

static void
count(struct flow_owner *owner, const struct flow *f, int change)
{
	(void)f;
	((struct counter *)owner)->n += change;
}

static struct flow_set *
make_set(struct counter *c, uint32_t capacity, int64_t guarantee_ms)
{
	struct flow_set *s = flow_set_create();

	*c = (struct counter){.owner.count = count};
	c->owner.times[0] =
		(struct flow_times){.timeout_ms = {1000, 5000, 100}, .guarantee_ms = guarantee_ms};
	c->owner.times[1] = c->owner.times[0];
	CU_ASSERT_EQUAL(flow_set_join(s, &c->owner), 0);
	s->capacity = capacity;
	s->has_capacity = true;
	CU_ASSERT_EQUAL_FATAL(flow_set_start(s), 0);
	return s;
}

static void
free_set(struct flow_set *s, struct counter *c)
{
	flow_set_leave(s, &c->owner);
	CU_ASSERT_EQUAL(c->n, 0);
	CU_ASSERT_EQUAL(s->size, 0);
	CU_ASSERT_EQUAL(s->table.n, 0);
	CU_ASSERT_EQUAL(s->heap[0].n + s->heap[1].n, 0);
	flow_set_put(s);
}

static struct flow_key
key_of(uint32_t i)
{
	return (struct flow_key){.src = i, .dst = 2, .sport = 3, .dport = 4};
}

static uint32_t
add(struct flow_set *s, uint32_t i, int64_t now_ms)
{
	struct flow f = {.key = {key_of(i), {.src = 2, .dst = i, .sport = 4, .dport = 9}}};

	return flow_set_add(s, &f, now_ms);
}

static bool
is_there(struct flow_set *s, uint32_t i)
{
	struct flow_key key = key_of(i);

	return flow_set_lookup(s, &key, 0) != 0;
}

static void
soonest_goes_first(void)
{
	struct counter c;
	struct flow_set *s = make_set(&c, 3, 0);
	struct flow *f;

	for (uint32_t i = 1; i <= 3; i++)
		CU_ASSERT_NOT_EQUAL(add(s, i, 10 * i), 0);
	// 1 is put off, 2 is now the soonest.
	f = flow_set_flow(s, 2 * 1);
	flow_set_refresh(s, f, &c.owner.times[0], 100);
	CU_ASSERT_NOT_EQUAL(add(s, 4, 100), 0);
	CU_ASSERT_TRUE(is_there(s, 1));
	CU_ASSERT_FALSE(is_there(s, 2));
	// 1 comes earlier than it was: its class has a shorter timeout.
	f->times_class = 2;
	flow_set_refresh(s, f, &c.owner.times[0], 110);
	CU_ASSERT_EQUAL(f->expiry_ms, 210);
	CU_ASSERT_NOT_EQUAL(add(s, 5, 120), 0);
	CU_ASSERT_FALSE(is_there(s, 1));
	CU_ASSERT_EQUAL(s->size, 3);
	CU_ASSERT_EQUAL(c.n, 3);
	// Of equal times, who came first.
	flow_set_clear(s);
	for (uint32_t i = 1; i <= 6; i++)
		CU_ASSERT_NOT_EQUAL(add(s, i, 500), 0);
	CU_ASSERT_FALSE(is_there(s, 3));
	CU_ASSERT_TRUE(is_there(s, 4));
	free_set(s, &c);
}

static void
guarantees(void)
{
	struct counter c;
	struct flow_set *s = make_set(&c, 2, 50);

	add(s, 1, 0);
	add(s, 2, 10);
	CU_ASSERT_EQUAL(add(s, 3, 49), 0);
	CU_ASSERT_FALSE(is_there(s, 3));
	CU_ASSERT_NOT_EQUAL(add(s, 3, 50), 0);
	CU_ASSERT_FALSE(is_there(s, 1));
	// Both 2 and 3 are looked at when their guarantees have ended; a packet gives a new one.
	CU_ASSERT_FALSE(flow_set_reap(s, 200));
	CU_ASSERT_EQUAL(s->heap[0].n, 2);
	CU_ASSERT_EQUAL(flow_best_effort_ms(s, flow_set_flow(s, 2 * 2)), 1010);
	flow_set_refresh(s, flow_set_flow(s, 2 * 2), &c.owner.times[0], 300);
	CU_ASSERT_EQUAL(s->heap[1].n, 1);
	CU_ASSERT_EQUAL(flow_best_effort_ms(s, flow_set_flow(s, 2 * 2)), 1300);
	CU_ASSERT_FALSE(flow_set_reap(s, 1060));
	CU_ASSERT_EQUAL(s->size, 1);
	CU_ASSERT_TRUE(is_there(s, 2));
	// Less room than there are guarantees.
	flow_set_clear(s);
	add(s, 7, flow_now_ms());
	add(s, 8, flow_now_ms() + 1);
	flow_set_set_capacity(s, 1);
	CU_ASSERT_TRUE(is_there(s, 8));
	CU_ASSERT_EQUAL(s->size, 1);
	free_set(s, &c);
}

// Random additions, refreshes and removals against a plain array.
static void
like_a_model(void)
{
	enum { KEYS = 300, CAPACITY = 100 };
	int64_t expiry[KEYS + 1] = {0};
	struct counter c;
	struct flow_set *s = make_set(&c, CAPACITY, 0);
	unsigned n_wrong = 0;

	srandom(3);
	for (int64_t now_ms = 1; now_ms < 20000; now_ms += 2) {
		uint32_t i = 1 + (uint32_t)random() % KEYS, victim = 0, n = 0;
		struct flow_key key = key_of(i);
		uint32_t ref = flow_set_lookup(s, &key, 0);

		n_wrong += (ref != 0) != (expiry[i] != 0);
		if (ref != 0) {
			struct flow *f = flow_set_flow(s, ref);

			f->times_class = (uint8_t)(random() % 3);
			flow_set_refresh(s, f, &c.owner.times[0], now_ms);
			expiry[i] = now_ms + c.owner.times[0].timeout_ms[f->times_class];
			continue;
		}
		expiry[i] = now_ms + 1000;
		for (uint32_t k = 1; k <= KEYS; k++) {
			n += expiry[k] != 0;
			if (expiry[k] != 0 && (victim == 0 || expiry[k] < expiry[victim]))
				victim = k;
		}
		add(s, i, now_ms);
		if (n > CAPACITY) {
			// Of equal times any may go.
			for (uint32_t k = 1; k <= KEYS; k++) {
				if (expiry[k] == expiry[victim] && !is_there(s, k))
					victim = k;
			}
			n_wrong += is_there(s, victim);
			expiry[victim] = 0;
		}
	}
	CU_ASSERT_EQUAL(n_wrong, 0);
	CU_ASSERT_EQUAL(s->size, CAPACITY);
	free_set(s, &c);
}

static void
reply_keys_are_taken_over(void)
{
	struct counter c;
	struct flow_set *s = make_set(&c, 10, 0);
	struct flow_key back = {.src = 2, .dst = 100, .sport = 4, .dport = 5};
	struct flow f = {.key = {key_of(1), back}};

	CU_ASSERT_NOT_EQUAL(flow_set_add(s, &f, 0), 0);
	f.key[FORWARD] = key_of(2);
	CU_ASSERT_NOT_EQUAL(flow_set_add(s, &f, 0), 0);
	CU_ASSERT_FALSE(is_there(s, 1));
	CU_ASSERT_EQUAL(s->size, 1);
	// In another table it is another key.
	f.table = 1;
	CU_ASSERT_NOT_EQUAL(flow_set_add(s, &f, 0), 0);
	CU_ASSERT_EQUAL(s->size, 2);
	CU_ASSERT_EQUAL(c.n, 2);
	free_set(s, &c);
}

UNIT_SUITE(flowset, UNIT_CASE(soonest_goes_first), UNIT_CASE(guarantees), UNIT_CASE(like_a_model),
	UNIT_CASE(reply_keys_are_taken_over))
