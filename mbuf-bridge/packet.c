// SPDX-License-Identifier: BSD-3-Clause
#include "mbuf-bridge/packet.h"

#include "mbuf-bridge/packet_pool.h"

// One buffer with this much headroom in front of len bytes, which must fit.
static struct rte_mbuf *
alloc_segment(uint32_t headroom, uint32_t len)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(packet_thread.pool);

	if (unlikely(m == NULL))
		return NULL;
	m->data_off = (uint16_t)headroom;
	m->data_len = (uint16_t)len;
	return m;
}

static uint32_t
buffer_size(void)
{
	return rte_pktmbuf_data_room_size(packet_thread.pool);
}

// A chain that holds len bytes; not counted as a packet yet.
static struct rte_mbuf *
alloc_chain(uint32_t headroom, uint32_t len)
{
	struct rte_mbuf *head, *last, *m;
	uint32_t room, left;

	if (unlikely(packet_thread.pool == NULL || len > UINT16_MAX || headroom > buffer_size()))
		return NULL;
	room = RTE_MIN(buffer_size() - headroom, len);
	head = alloc_segment(headroom, room);
	if (unlikely(head == NULL))
		return NULL;
	head->pkt_len = len;
	last = head;
	for (left = len - room; left > 0; left -= room) {
		room = RTE_MIN(buffer_size(), left);
		m = alloc_segment(0, room);
		if (m == NULL) {
			rte_pktmbuf_free(head);
			return NULL;
		}
		last->next = m;
		last = m;
		head->nb_segs++;
	}
	return head;
}

static struct packet *
count_alloc(struct rte_mbuf *m)
{
	if (unlikely(m == NULL)) {
		packet_thread.n_failed++;
		return NULL;
	}
	packet_thread.n_generated++;
	return packet_from_mbuf(m);
}

struct packet *
packet_alloc(uint32_t headroom, uint32_t len)
{
	struct packet *p = count_alloc(alloc_chain(headroom, len));

	if (likely(p != NULL))
		packet_meta(p)->mac = 0;
	return p;
}

struct packet *
packet_make(uint32_t headroom, const void *bytes, uint32_t len)
{
	struct packet *p = packet_alloc(headroom, len);
	const uint8_t *from = bytes;

	if (p == NULL)
		return NULL;
	for (struct rte_mbuf *m = &p->mbuf; m != NULL; m = m->next) {
		memcpy(rte_pktmbuf_mtod(m, void *), from, m->data_len);
		from += m->data_len;
	}
	return p;
}

void
packet_copy_annos(struct packet *to, const struct packet *from)
{
	to->mbuf.port = from->mbuf.port;
	if (!packet_has_meta(from)) {
		if (packet_has_meta(to)) {
			memset(to->anno, 0, sizeof(to->anno));
			to->timestamp_ns = 0;
			to->type = PACKET_HOST;
		}
		return;
	}
	packet_meta(to);
	memcpy(to->anno, from->anno, sizeof(to->anno));
	to->timestamp_ns = from->timestamp_ns;
	to->type = from->type;
}

static uint16_t
move_place(uint16_t place, int32_t by)
{
	int32_t moved = place + by;

	return place == 0 || moved < 1 || moved > UINT16_MAX ? 0 : (uint16_t)moved;
}

// The copy's meta, with the header places moved along with the data.
static void
copy_meta(struct packet *to, const struct packet *from)
{
	int32_t by = (int32_t)to->mbuf.data_off - (int32_t)from->mbuf.data_off;

	to->mbuf.port = from->mbuf.port;
	packet_reset_meta(to);
	if (!packet_has_meta(from)) {
		if (by != 0)
			packet_meta(to)->mac = move_place(PACKET_MAC_RECEIVED, by);
		return;
	}
	memcpy(to->anno, from->anno, PACKET_META_SIZE);
	to->mbuf.ol_flags |= PACKET_META;
	to->mac = move_place(from->mac, by);
	to->network = move_place(from->network, by);
	to->transport = move_place(from->transport, by);
}

struct packet *
packet_clone(struct packet *p)
{
	struct rte_mbuf *m;

	if (unlikely(packet_thread.pool == NULL))
		return NULL;
	m = rte_pktmbuf_clone(&p->mbuf, packet_thread.pool);
	if (m != NULL)
		copy_meta(packet_from_mbuf(m), p);
	return count_alloc(m);
}

// Bytes in front of the data must come along: a header that was stripped can be brought back, and
// header places may still point into it.
static uint32_t
lead(const struct packet *p, uint32_t headroom)
{
	return RTE_MIN((uint32_t)p->mbuf.data_off, headroom);
}

struct packet *
packet_copy(const struct packet *p, uint32_t headroom)
{
	struct rte_mbuf *m = alloc_chain(headroom, p->mbuf.pkt_len);
	const struct rte_mbuf *from = &p->mbuf;
	uint32_t n_lead = lead(p, headroom), at = 0, n;

	if (count_alloc(m) == NULL)
		return NULL;
	memcpy((uint8_t *)m->buf_addr + headroom - n_lead,
		(const uint8_t *)p->mbuf.buf_addr + p->mbuf.data_off - n_lead, n_lead);
	for (struct rte_mbuf *to = m; to != NULL; to = to->next) {
		for (uint32_t done = 0; done < to->data_len; done += n, at += n) {
			while (at == from->data_len) {
				from = from->next;
				at = 0;
			}
			n = RTE_MIN((uint32_t)to->data_len - done, from->data_len - at);
			memcpy(rte_pktmbuf_mtod_offset(to, void *, done),
				rte_pktmbuf_mtod_offset(from, const void *, at), n);
		}
	}
	copy_meta(packet_from_mbuf(m), p);
	return packet_from_mbuf(m);
}

// Puts a copy with this headroom in the packet's place.
static bool
replace(struct packet **pp, uint32_t headroom)
{
	struct packet *copy = packet_copy(*pp, headroom);

	if (copy == NULL)
		return false;
	packet_thread.n_replaced++;
	rte_pktmbuf_free(&(*pp)->mbuf);
	*pp = copy;
	return true;
}

bool
packet_make_writable_slow(struct packet **pp)
{
	uint32_t headroom = RTE_MIN((uint32_t)(*pp)->mbuf.data_off, buffer_size() / 2);

	return replace(pp, headroom);
}

const uint8_t *
packet_peek_network_slow(struct packet **pp, uint32_t n)
{
	return packet_peek(pp, packet_network_offset(*pp), n);
}

uint8_t *
packet_edit_network_slow(struct packet **pp, uint32_t n)
{
	return packet_edit(pp, packet_network_offset(*pp), n);
}

bool
packet_pullup(struct packet **pp, uint32_t n)
{
	struct packet *p = *pp;

	if (n <= p->mbuf.data_len)
		return true;
	if (n > p->mbuf.pkt_len || n > buffer_size())
		return false;
	// A copy packs the bytes: all that fits in one buffer becomes contiguous.
	return replace(pp, RTE_MIN((uint32_t)p->mbuf.data_off, buffer_size() - n));
}

bool
packet_push_slow(struct packet **pp, uint32_t n)
{
	struct packet *p = *pp;
	uint32_t spare;

	if (n > buffer_size() || p->mbuf.pkt_len + n > UINT16_MAX)
		return false;
	if (p->mbuf.pkt_len + n <= buffer_size()) {
		spare = RTE_MIN((uint32_t)PACKET_HEADROOM, buffer_size() - p->mbuf.pkt_len - n);
		if (!replace(pp, n + spare))
			return false;
	} else if (!replace(pp, n)) {
		return false;
	}
	p = *pp;
	p->mbuf.data_off = (uint16_t)(p->mbuf.data_off - n);
	p->mbuf.data_len = (uint16_t)(p->mbuf.data_len + n);
	p->mbuf.pkt_len += n;
	return true;
}

// Header places behind the first n bytes stay where they are in the packet; those in front of them
// are forgotten, since the bytes that they stood on are in no one place any more.
static void
move_places(struct packet *p, uint32_t n, int32_t old_off)
{
	uint16_t *places[] = {&p->mac, &p->network, &p->transport};
	int32_t off;

	packet_meta(p);
	for (size_t i = 0; i < RTE_DIM(places); i++) {
		off = (int32_t)*places[i] - 1 - old_off;
		if (*places[i] != 0)
			*places[i] = off >= (int32_t)n ? packet_place_at(p, off - (int32_t)n) : 0;
	}
}

// Across segments: the first one stays, since it holds our fields, and runs empty; what follows is
// released or shortened.
bool
packet_pull_slow(struct packet *p, uint32_t n)
{
	struct rte_mbuf *head = &p->mbuf, *m;
	int32_t old_off = head->data_off;
	uint32_t left = n;

	if (n > head->pkt_len)
		return false;
	left -= head->data_len;
	head->data_off = (uint16_t)(head->data_off + head->data_len);
	head->data_len = 0;
	while (left > 0 && (m = head->next) != NULL) {
		if (left < m->data_len) {
			m->data_off = (uint16_t)(m->data_off + left);
			m->data_len = (uint16_t)(m->data_len - left);
			break;
		}
		left -= m->data_len;
		head->next = m->next;
		head->nb_segs--;
		rte_pktmbuf_free_seg(m);
	}
	head->pkt_len -= n;
	move_places(p, n, old_off);
	return true;
}

uint32_t
packet_tailroom(const struct packet *p)
{
	const struct rte_mbuf *m = &p->mbuf;

	while (m->next != NULL)
		m = m->next;
	return rte_pktmbuf_tailroom(m);
}

bool
packet_put(struct packet **pp, uint32_t n)
{
	struct rte_mbuf *last, *more;

	if (!packet_make_writable(pp) || n > UINT16_MAX - RTE_MIN((*pp)->mbuf.pkt_len, UINT16_MAX))
		return false;
	last = rte_pktmbuf_lastseg(&(*pp)->mbuf);
	if (n > rte_pktmbuf_tailroom(last)) {
		more = alloc_chain(0, n);
		if (more == NULL) {
			packet_thread.n_failed++;
			return false;
		}
		last->next = more;
		(*pp)->mbuf.nb_segs = (uint16_t)((*pp)->mbuf.nb_segs + more->nb_segs);
	} else {
		last->data_len = (uint16_t)(last->data_len + n);
	}
	(*pp)->mbuf.pkt_len += n;
	return true;
}

bool
packet_take(struct packet *p, uint32_t n)
{
	struct rte_mbuf *m = &p->mbuf, *rest;
	uint32_t keep;

	if (n > m->pkt_len)
		return false;
	m->pkt_len -= n;
	for (keep = m->pkt_len; keep > m->data_len; m = m->next)
		keep -= m->data_len;
	m->data_len = (uint16_t)keep;
	rest = m->next;
	m->next = NULL;
	for (; rest != NULL; p->mbuf.nb_segs--) {
		struct rte_mbuf *next = rest->next;

		rte_pktmbuf_free_seg(rest);
		rest = next;
	}
	return true;
}

bool
packet_read(const struct packet *p, uint32_t off, void *bytes, uint32_t n)
{
	const struct rte_mbuf *m = &p->mbuf;
	uint8_t *to = bytes;

	if (off > m->pkt_len || n > m->pkt_len - off)
		return false;
	while (n > 0) {
		while (off >= m->data_len) {
			off -= m->data_len;
			m = m->next;
		}
		uint32_t some = RTE_MIN(n, m->data_len - off);

		memcpy(to, rte_pktmbuf_mtod_offset(m, const void *, off), some);
		to += some;
		off += some;
		n -= some;
	}
	return true;
}

bool
packet_write(struct packet **pp, uint32_t off, const void *bytes, uint32_t n)
{
	const uint8_t *from = bytes;
	struct rte_mbuf *m;

	if (off > (*pp)->mbuf.pkt_len || n > (*pp)->mbuf.pkt_len - off || !packet_make_writable(pp))
		return false;
	m = &(*pp)->mbuf;
	while (n > 0) {
		while (off >= m->data_len) {
			off -= m->data_len;
			m = m->next;
		}
		uint32_t some = RTE_MIN(n, m->data_len - off);

		memcpy(rte_pktmbuf_mtod_offset(m, void *, off), from, some);
		from += some;
		off += some;
		n -= some;
	}
	return true;
}

void
packet_free(struct packet *p)
{
	rte_pktmbuf_free(&p->mbuf);
}

void
packet_free_bulk(struct packet **p, unsigned n)
{
	rte_pktmbuf_free_bulk((struct rte_mbuf **)p, n);
}
