// SPDX-License-Identifier: BSD-3-Clause
#include "elements/iproute/routehop.h"

#include <stdlib.h>

#include "src/mem.h"

static uint64_t
key_of(struct ip_addr gw, int32_t port, uint16_t label)
{
	return (uint64_t)gw.be << 32 | (uint32_t)label << 16 | (uint16_t)port;
}

void
route_hops_fini(struct route_hops *h)
{
	route_hash_fini(&h->hash);
	free(h->v);
	free(h->free);
	*h = (struct route_hops){0};
}

static uint32_t
new_number(struct route_hops *h)
{
	if (h->n_free > 0)
		return h->free[--h->n_free];
	if (h->n == 0)
		h->n = 1;
	if (h->n > ROUTE_HOP_MAX)
		return ROUTE_HOP_NONE;
	h->v = mem_grow(h->v, h->n, &h->cap, sizeof(*h->v));
	return (uint32_t)h->n++;
}

uint32_t
route_hops_get(struct route_hops *h, struct ip_addr gw, int32_t port, uint16_t label)
{
	uint32_t number = route_hash_find(&h->hash, key_of(gw, port, label));

	if (number == ROUTE_HASH_NONE) {
		number = new_number(h);
		if (number == ROUTE_HOP_NONE)
			return ROUTE_HOP_NONE;
		h->v[number] = (struct route_hop){.gw = gw, .port = port, .label = label};
		route_hash_insert(&h->hash, key_of(gw, port, label), number);
	}
	h->v[number].n_refs++;
	return number;
}

void
route_hops_put(struct route_hops *h, uint32_t number)
{
	if (--h->v[number].n_refs > 0)
		return;
	route_hash_remove(&h->hash, number);
	h->free = mem_grow(h->free, h->n_free, &h->free_cap, sizeof(*h->free));
	h->free[h->n_free++] = number;
}
