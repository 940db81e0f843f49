// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ipsec/sa.h"

#include <stdlib.h>
#include <string.h>

#include "elements/ipsec/radixipseclookup.h"
#include "mbuf-bridge/packet.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/router.h"

// ---- the store

void
sa_store_fini(struct sa_store *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
	free(s->generation);
	route_hash_fini(&s->by_spi);
	*s = (struct sa_store){0};
}

static uint16_t
free_number(struct sa_store *s)
{
	size_t i = RTE_MAX(s->lowest_free, (size_t)SA_NONE + 1);

	while (i < s->n && s->v[i] != NULL)
		i++;
	if (i > SA_MAX)
		return SA_NONE;
	while (s->n <= i) {
		s->v = mem_grow(s->v, s->n, &s->cap, sizeof(*s->v));
		s->generation =
			mem_grow(s->generation, s->n, &s->generation_cap, sizeof(*s->generation));
		s->v[s->n] = NULL;
		s->generation[s->n++] = 0;
	}
	s->lowest_free = i + 1;
	return (uint16_t)i;
}

uint16_t
sa_store_add(struct sa_store *s, const struct sa_parameters *parameters)
{
	uint16_t number = free_number(s);
	struct sa *sa;

	if (number == SA_NONE)
		return SA_NONE;
	sa = mem_zalloc(sizeof(*sa));
	sa->parameters = *parameters;
	sa->parameters.window = RTE_MIN(parameters->window, SA_WINDOW_MAX);
	sa->generation = ++s->generation[number];
	// 0 is no sequence number.
	sa->next_sequence = RTE_MAX(parameters->first_sequence, 1u);
	rte_spinlock_init(&sa->lock);
	s->v[number] = sa;
	return number;
}

void
sa_store_remove(struct sa_store *s, uint16_t number)
{
	if (route_hash_find(&s->by_spi, s->v[number]->parameters.spi) == number)
		route_hash_remove(&s->by_spi, number);
	free(s->v[number]);
	s->v[number] = NULL;
	s->lowest_free = RTE_MIN(s->lowest_free, (size_t)number);
}

void
sa_continue(struct sa *sa, const struct sa *old)
{
	sa->next_sequence = old->next_sequence;
	sa->last_sequence = old->last_sequence;
	sa->seen = old->seen;
}

bool
sa_is_same(const struct sa_parameters *a, const struct sa_parameters *b)
{
	return a->spi == b->spi && memcmp(a->cipher_key, b->cipher_key, SA_KEY_SIZE) == 0 &&
	       memcmp(a->auth_key, b->auth_key, SA_KEY_SIZE) == 0;
}

// ---- handles: the owner's number plus one, the generation, the number

uint64_t
sa_handle(const struct sa_store *s, const struct element *owner, uint16_t number)
{
	return (uint64_t)(owner->info->index + 1) << 32 | (uint64_t)s->v[number]->generation << 16 |
	       number;
}

struct sa *
sa_of_packet(const struct element *e, const struct packet *p)
{
	uint64_t handle = packet_anno_u64(p, ANNO_IPSEC_SA);
	const struct sa_store *store = NULL;
	struct sa *sa;

	if (handle >> 32 != 0)
		store = ipsec_store_of(router_element(e->router, (size_t)(handle >> 32) - 1));
	sa = store != NULL ? sa_store_get(store, (uint16_t)handle) : NULL;
	return sa != NULL && sa->generation == (uint16_t)(handle >> 16) ? sa : NULL;
}

// ---- sequence numbers

uint32_t
sa_next_sequence(struct sa *sa)
{
	uint32_t n = atomic_load_explicit(&sa->next_sequence, memory_order_relaxed);

	while (n != 0 && !atomic_compare_exchange_weak_explicit(&sa->next_sequence, &n, n + 1,
				 memory_order_relaxed, memory_order_relaxed))
		;
	return n;
}

static enum sa_replay
check_replay(struct sa *sa, uint32_t sequence)
{
	uint32_t window = sa->parameters.window, ahead, behind;

	if (sequence > sa->last_sequence) {
		ahead = sequence - sa->last_sequence;
		sa->seen = ahead < SA_WINDOW_MAX ? sa->seen << ahead | 1 : 1;
		sa->last_sequence = sequence;
		return SA_FRESH;
	}
	behind = sa->last_sequence - sequence;
	if (behind >= window && behind > 0)
		return SA_TOO_OLD;
	if (behind >= SA_WINDOW_MAX || (sa->seen & 1u << behind) != 0)
		return SA_SEEN;
	sa->seen |= 1u << behind;
	return SA_FRESH;
}

enum sa_replay
sa_check_replay(struct sa *sa, uint32_t sequence)
{
	enum sa_replay replay;

	if (sequence == 0)
		return SA_TOO_OLD;
	rte_spinlock_lock(&sa->lock);
	replay = check_replay(sa, sequence);
	rte_spinlock_unlock(&sa->lock);
	return replay;
}
