// SPDX-License-Identifier: BSD-3-Clause
#include "elements/replay/replayset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "src/mem.h"

bool
replay_set_add(struct replay_set *s, struct packet *p, uint16_t input)
{
	struct replay_packet *r;

	s->v = mem_grow(s->v, s->n, &s->cap, sizeof(*s->v));
	r = &s->v[s->n++];
	*r = (struct replay_packet){
		.len = packet_length(p),
		.input = input,
		.type = (uint8_t)packet_type(p),
		.has_annos = packet_has_meta(p),
		.mac = packet_mac_offset(p),
		.network = packet_network_offset(p),
		.transport = packet_transport_offset(p),
		.timestamp_ns = packet_timestamp(p),
	};
	if (s->n_shared < s->shared_max) {
		s->n_shared++;
		r->shared = p;
		return true;
	}
	if (r->has_annos)
		memcpy(r->anno, p->anno, sizeof(r->anno));
	r->bytes = mem_zalloc(r->len);
	packet_read(p, 0, r->bytes, r->len);
	s->n_bytes += r->len + sizeof(*r);
	return false;
}

struct packet *
replay_set_make(const struct replay_packet *r)
{
	struct packet *p;

	if (r->shared != NULL)
		return packet_clone(r->shared);
	p = packet_make(PACKET_HEADROOM, r->bytes, r->len);
	if (unlikely(p == NULL) || !r->has_annos)
		return p;
	memcpy(packet_meta(p)->anno, r->anno, sizeof(r->anno));
	packet_set_timestamp(p, r->timestamp_ns);
	packet_set_type(p, (enum packet_type)r->type);
	if (r->mac != PACKET_NO_HEADER)
		packet_set_mac(p, r->mac);
	if (r->network != PACKET_NO_HEADER)
		packet_set_network(p, r->network,
			r->transport == PACKET_NO_HEADER ? 0
							 : (uint32_t)(r->transport - r->network));
	return p;
}

struct packet *
replay_set_take_shared(struct replay_set *s)
{
	// The first ones are.
	if (s->n_shared == 0)
		return NULL;
	return s->v[--s->n_shared].shared;
}

void
replay_set_clear(struct replay_set *s)
{
	assert(s->n_shared == 0);
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i].bytes);
	free(s->v);
	*s = (struct replay_set){.shared_max = s->shared_max};
}
