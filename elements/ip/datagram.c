// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/datagram.h"

#include <inttypes.h>

#include "elements/ip/checksum.h"
#include "elements/ip/payload.h"
#include "src/strbuf.h"
#include "src/text.h"

// ---- fragments

static bool
read_ends(struct fragment *f, const struct rte_ipv4_hdr *ip)
{
	uint16_t word = rte_be_to_cpu_16(ip->fragment_offset);
	uint32_t len = rte_be_to_cpu_16(ip->total_length);

	f->key = (struct datagram_key){.src = ip->src_addr,
		.dst = ip->dst_addr,
		.id = ip->packet_id,
		.proto = ip->next_proto_id};
	f->more = (word & RTE_IPV4_HDR_MF_FLAG) != 0;
	f->header_len = rte_ipv4_hdr_len(ip);
	f->start = (word & RTE_IPV4_HDR_OFFSET_MASK) * 8u;
	if (f->header_len < sizeof(*ip) || len <= f->header_len)
		return false;
	f->end = f->start + len - f->header_len;
	// With a header in front the datagram must not be longer than a packet can be.
	return f->end + sizeof(*ip) <= UINT16_MAX && !(f->more && f->end % 8 != 0);
}

enum fragment_kind
fragment_read(struct fragment *f, struct packet **pp)
{
	int32_t off = packet_network_offset(*pp);
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, off, sizeof(*ip));
	uint32_t len, have;

	if (unlikely(ip == NULL) ||
		likely(!(ip->fragment_offset &
			 rte_cpu_to_be_16(RTE_IPV4_HDR_MF_FLAG | RTE_IPV4_HDR_OFFSET_MASK))))
		return NOT_A_FRAGMENT;
	have = packet_length_from(*pp, off);
	if (!read_ends(f, ip))
		return FRAGMENT_BAD;
	len = f->header_len + f->end - f->start;
	if (len > have || packet_peek(pp, off, f->header_len) == NULL)
		return FRAGMENT_BAD;
	if (off < 0 && !packet_push(pp, (uint32_t)-off))
		return FRAGMENT_BAD;
	f->off = RTE_MAX(off, 0);
	packet_take(*pp, have - len);
	return FRAGMENT_GOOD;
}

// ---- units

static bool
has_unit(const struct datagram *d, uint32_t unit)
{
	return (d->units[unit / 64] >> unit % 64 & 1) != 0;
}

// The last unit may be short, if the datagram ends there.
static void
set_units(struct datagram *d, uint32_t start, uint32_t end)
{
	uint32_t last = d->has_last && end == d->len ? (end + 7) / 8 : end / 8;

	for (uint32_t unit = start / 8; unit < last; unit++) {
		if (has_unit(d, unit))
			continue;
		d->units[unit / 64] |= UINT64_C(1) << unit % 64;
		d->n_units++;
	}
}

// ---- growing

static uint32_t
data_place(const struct datagram *d)
{
	return (uint32_t)packet_network_offset(d->p) + d->header_len;
}

// The datagram begins with a fragment that is not its first: room for what is missing in front.
static bool
begin_later(struct datagram *d, const struct fragment *f, struct packet *p)
{
	const uint32_t header_len = sizeof(struct rte_ipv4_hdr);
	struct packet *base = packet_alloc(PACKET_HEADROOM, header_len + f->end);
	struct rte_ipv4_hdr ip;

	if (base == NULL)
		return false;
	packet_copy_annos(base, p);
	payload_read(p, f->off, &ip, sizeof(ip));
	ip.version_ihl = RTE_IPV4_VHL_DEF;
	packet_write(&base, 0, &ip, sizeof(ip));
	payload_zero(base, header_len, f->start);
	packet_set_network(base, 0, header_len);
	d->p = base;
	d->header_len = header_len;
	d->len = f->end;
	return true;
}

// Makes the data reach to a fragment's end; what is missing in between is zero.
static bool
extend(struct datagram *d, const struct fragment *f)
{
	if (!packet_make_writable(&d->p))
		return false;
	if (f->end <= d->len)
		return true;
	if (!packet_put(&d->p, f->end - d->len))
		return false;
	if (f->start > d->len)
		payload_zero(d->p, data_place(d) + d->len, f->start - d->len);
	d->len = f->end;
	return true;
}

// The first fragment becomes the packet that grows, with its header, options and annotations.
static enum datagram_add
take_first(
	struct datagram *d, const struct fragment *f, struct packet **pp, struct packet **replaced)
{
	uint32_t place = (uint32_t)f->off + f->header_len;

	if (!packet_make_writable(pp))
		return DATAGRAM_NO_MEMORY;
	if (d->p != NULL && d->len > f->end) {
		if (!packet_put(pp, d->len - f->end))
			return DATAGRAM_NO_MEMORY;
		payload_copy(*pp, place + f->end, d->p, (int32_t)(data_place(d) + f->end),
			d->len - f->end);
	}
	*replaced = d->p;
	d->p = *pp;
	d->header_len = f->header_len;
	d->len = RTE_MAX(d->len, f->end);
	d->has_first = true;
	return DATAGRAM_TOOK;
}

static enum datagram_add
copy_data(struct datagram *d, const struct fragment *f, struct packet *p)
{
	if (!(d->p == NULL ? begin_later(d, f, p) : extend(d, f)))
		return DATAGRAM_NO_MEMORY;
	payload_copy(d->p, data_place(d) + f->start, p, f->off + (int32_t)f->header_len,
		f->end - f->start);
	return DATAGRAM_COPIED;
}

enum datagram_add
datagram_add(
	struct datagram *d, const struct fragment *f, struct packet **pp, struct packet **replaced)
{
	enum datagram_add result;

	*replaced = NULL;
	if (d->p != NULL && (d->has_last ? f->end > d->len : !f->more && f->end < d->len))
		return DATAGRAM_REFUSED;
	if (f->start == 0 && !d->has_first)
		result = take_first(d, f, pp, replaced);
	else
		result = copy_data(d, f, *pp);
	if (result == DATAGRAM_NO_MEMORY)
		return result;
	d->has_last |= !f->more && f->end == d->len;
	d->max_len = (uint16_t)RTE_MAX(d->max_len, f->header_len + f->end - f->start);
	set_units(d, f->start, f->end);
	return result;
}

// ---- the whole

bool
datagram_finish(struct datagram *d)
{
	uint32_t len = d->header_len + d->len;
	struct rte_ipv4_hdr *ip;

	if (len > UINT16_MAX)
		return false;
	ip = (void *)packet_edit(&d->p, packet_network_offset(d->p), d->header_len);
	if (ip == NULL)
		return false;
	ip->total_length = rte_cpu_to_be_16((uint16_t)len);
	if (d->has_last)
		ip->fragment_offset &= rte_cpu_to_be_16((uint16_t)~RTE_IPV4_HDR_MF_FLAG);
	checksum_set_ip(ip, d->header_len);
	return true;
}

static void
add_ranges(const struct datagram *d, struct strbuf *out)
{
	uint32_t n = (d->len + 7) / 8, start = 0;

	for (uint32_t unit = 0; unit <= n; unit++) {
		bool has = unit < n && has_unit(d, unit);

		if (has && (unit == 0 || !has_unit(d, unit - 1)))
			start = unit * 8;
		if (!has && unit > 0 && has_unit(d, unit - 1))
			strbuf_addf(out, " (%" PRIu32 ",%" PRIu32 ")", start,
				RTE_MIN(unit * 8, d->len));
	}
}

void
datagram_text(const struct datagram *d, struct strbuf *out)
{
	uint16_t ports[2] = {0, 0};

	if (d->has_first)
		payload_read(d->p, (int32_t)data_place(d), ports, sizeof(ports));
	strbuf_adds(out, " (");
	text_ip(out, (struct ip_addr){d->key.src});
	strbuf_addf(out, ", %u, ", rte_be_to_cpu_16(ports[0]));
	text_ip(out, (struct ip_addr){d->key.dst});
	strbuf_addf(out, ", %u) %u", rte_be_to_cpu_16(ports[1]), rte_be_to_cpu_16(d->key.id));
	add_ranges(d, out);
}
