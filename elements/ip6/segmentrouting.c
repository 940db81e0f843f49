// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip6/segmentrouting.h"

#include <netinet/in.h>
#include <stddef.h>

#include "elements/ip6/address.h"
#include "mbuf-bridge/packet.h"

enum { FRONT_MAX = 512 }; // bytes up to the end of what stands in front of a routing header

static bool
is_consistent(const struct segment_header *h)
{
	return h->type == ROUTING_SEGMENT && h->len >= 2 * (h->last + 1u) && h->left <= h->last;
}

bool
segment_route_place(const struct packet *p, struct segment_route *r)
{
	uint8_t options[2];

	r->ip = packet_network_offset(p);
	if (r->ip < 0 || !packet_read(p, (uint32_t)r->ip + 6, &r->next, 1))
		return false;
	r->before = r->ip + 6;
	r->header = r->ip + IP6_HEADER_SIZE;
	if (r->next == IPPROTO_HOPOPTS) {
		if (!packet_read(p, (uint32_t)r->header, options, sizeof(options)))
			return false;
		r->before = r->header;
		r->header += 8 * (options[1] + 1);
		r->next = options[0];
	}
	return packet_length(p) >= (uint32_t)r->header;
}

bool
segment_route_find(const struct packet *p, struct segment_route *r)
{
	if (!segment_route_place(p, r) || r->next != IPPROTO_ROUTING ||
		!packet_read(p, (uint32_t)r->header, &r->fixed, sizeof(r->fixed)) ||
		!is_consistent(&r->fixed))
		return false;
	r->len = 8 * (r->fixed.len + 1u);
	return packet_length_from(p, r->header) >= r->len;
}

void
segment_route_read(
	const struct packet *p, const struct segment_route *r, unsigned number, uint8_t *addr)
{
	packet_read(p, (uint32_t)r->header + (uint32_t)sizeof(r->fixed) + number * SEGMENT_SIZE,
		addr, SEGMENT_SIZE);
}

// What stands in front of a place moves by n bytes, the headroom's way or back. front: as it was.
static void
put_front(struct packet **pp, const uint8_t *front, uint32_t len, int32_t ip, uint32_t payload_len)
{
	rte_be16_t len_be = rte_cpu_to_be_16((uint16_t)payload_len);
	int32_t mac = packet_mac_offset(*pp), by = packet_network_offset(*pp) - ip;

	packet_write(pp, 0, front, len);
	packet_write(pp, (uint32_t)ip + offsetof(struct rte_ipv6_hdr, payload_len), &len_be,
		sizeof(len_be));
	packet_set_network(*pp, ip, IP6_HEADER_SIZE);
	if (mac != PACKET_NO_HEADER)
		packet_set_mac(*pp, mac - by);
}

static bool
read_payload_len(const struct packet *p, int32_t ip, uint32_t *len)
{
	rte_be16_t len_be;

	if (!packet_read(p, (uint32_t)ip + offsetof(struct rte_ipv6_hdr, payload_len), &len_be,
		    sizeof(len_be)))
		return false;
	*len = rte_be_to_cpu_16(len_be);
	return true;
}

bool
segment_route_insert(struct packet **pp, int32_t ip, int32_t off, uint32_t n)
{
	uint32_t len = (uint32_t)off, payload_len;
	uint8_t front[FRONT_MAX];

	if (ip < 0 || len > FRONT_MAX || !packet_read(*pp, 0, front, len) ||
		!read_payload_len(*pp, ip, &payload_len) || payload_len + n > UINT16_MAX ||
		!packet_make_writable(pp) || !packet_push(pp, n))
		return false;
	put_front(pp, front, len, ip, payload_len + n);
	return true;
}

bool
segment_route_remove(struct packet **pp, int32_t ip, int32_t off, uint32_t n)
{
	uint32_t len = (uint32_t)off, payload_len;
	uint8_t front[FRONT_MAX];

	if (ip < 0 || len > FRONT_MAX || !packet_read(*pp, 0, front, len) ||
		!read_payload_len(*pp, ip, &payload_len) || payload_len < n ||
		!packet_make_writable(pp) || !packet_pull(*pp, n))
		return false;
	put_front(pp, front, len, ip, payload_len - n);
	return true;
}
