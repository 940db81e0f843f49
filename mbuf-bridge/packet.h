// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The packet handle. A struct packet begins with the rte_mbuf that the device filled, and our
// fields follow in the mbuf's private area: handle and mbuf are one address, nothing is copied.
//
//	+----------------+----------+----------+--------------------+----------+
//	| rte_mbuf (128) | ours (64)| headroom | data               | tailroom |
//	+----------------+----------+----------+--------------------+----------+
//
// Our cache line is not touched until somebody needs it: PACKET_META in ol_flags says whether it
// holds values. A device clears ol_flags with every packet that it receives, and a packet without
// PACKET_META is "as received": its MAC header stands behind the default headroom, and all else is
// zero. So a plain forwarding path costs the first cache line of the mbuf and nothing else.
//
// Ownership: whoever holds the pointer owns the packet. Functions that may have to replace the
// packet (copy on write, more headroom) take a struct packet ** and write the new one there; when
// they fail, the packet is unchanged and still the caller's.
//
// Lengths are untrusted. A packet may have several segments: ask packet_peek() or packet_edit() for
// contiguous bytes and take the NULL that a short packet gives.

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <rte_mbuf.h>
#include <rte_prefetch.h>

enum {
	PACKET_ANNO_SIZE = 48,
	PACKET_DATA_SIZE = 2048, // data room of a buffer behind the default headroom
	PACKET_HEADROOM = RTE_PKTMBUF_HEADROOM,
	PACKET_CLICK_HEADROOM = 28, // what Click's sources leave in front of a packet's data
};

// Places in the annotation area, as Click documents them; several share bytes on purpose.
enum packet_anno {
	ANNO_DST_IP = 0, // 4, network order
	ANNO_DST_IP6 = 0, // 16
	ANNO_PAINT = 16, // 1
	ANNO_WIFI_EXTRA = 16, // 24
	ANNO_ICMP_PARAMPROB = 17, // 1
	ANNO_FIX_IP_SRC = 19, // 1
	ANNO_VLAN_TCI = 20, // 2, network order
	ANNO_AGGREGATE = 20, // 4
	ANNO_FWD_RATE = 20, // 4, signed
	ANNO_MISC_IP = 20, // 4, network order
	ANNO_EXTRA_PACKETS = 24, // 4
	ANNO_REV_RATE = 24, // 4, signed
	ANNO_EXTRA_LENGTH = 28, // 4
	ANNO_IPREASSEMBLER = 28, // 4
	ANNO_FIRST_TIMESTAMP = 32, // 8
	ANNO_PACKET_NUMBER = 32, // 4
	ANNO_IPSEC_SPI = 32, // 4
	ANNO_SEQUENCE_NUMBER = 36, // 4
	ANNO_PERFCTR = 40, // 8
};

enum packet_type { // to whom the link layer addressed the packet
	PACKET_HOST = 0,
	PACKET_BROADCAST = 1,
	PACKET_MULTICAST = 2,
	PACKET_OTHERHOST = 3,
	PACKET_OUTGOING = 4,
	PACKET_LOOPBACK = 5,
	PACKET_FASTROUTE = 6,
};

struct packet {
	struct rte_mbuf mbuf;
	// Everything below is valid only with PACKET_META.
	uint8_t anno[PACKET_ANNO_SIZE];
	int64_t timestamp_ns; // since 1970; 0: none
	// Header places, counted from mbuf.buf_addr, plus one; 0: not set.
	uint16_t mac, network, transport;
	uint8_t type; // enum packet_type
	uint8_t reserved;
};

// The bit that rte_mbuf_dynflag_register_bitnum() reserves for us at start.
#define PACKET_META_BIT 39
#define PACKET_META (UINT64_C(1) << PACKET_META_BIT)
#define PACKET_META_SIZE (sizeof(struct packet) - sizeof(struct rte_mbuf))

static_assert(sizeof(struct rte_mbuf) == 2 * RTE_CACHE_LINE_SIZE, "mbuf is two cache lines");
static_assert(sizeof(struct packet) == 3 * RTE_CACHE_LINE_SIZE, "ours is one cache line");
static_assert(offsetof(struct packet, anno) == sizeof(struct rte_mbuf), "ours follows the mbuf");

static inline struct packet *
packet_from_mbuf(struct rte_mbuf *m)
{
	return (struct packet *)m;
}

// Where the MAC header of a packet as received is; see struct packet.
#define PACKET_MAC_RECEIVED (PACKET_HEADROOM + 1)

// Makes our cache line valid, as that of a packet just received if it was not.
static inline struct packet *
packet_meta(struct packet *p)
{
	if (!(p->mbuf.ol_flags & PACKET_META)) {
		memset(p->anno, 0, PACKET_META_SIZE);
		p->mac = PACKET_MAC_RECEIVED;
		p->mbuf.ol_flags |= PACKET_META;
	}
	return p;
}

static inline bool
packet_has_meta(const struct packet *p)
{
	return (p->mbuf.ol_flags & PACKET_META) != 0;
}

// Makes the packet one that was just received: for devices that pass on what others sent.
static inline void
packet_reset_meta(struct packet *p)
{
	p->mbuf.ol_flags &= ~PACKET_META;
}

// ---- length and data

static inline uint32_t
packet_length(const struct packet *p)
{
	return p->mbuf.pkt_len;
}

// Bytes in the first segment: what packet_data() points to.
static inline uint32_t
packet_data_len(const struct packet *p)
{
	return p->mbuf.data_len;
}

static inline bool
packet_is_linear(const struct packet *p)
{
	return p->mbuf.nb_segs == 1;
}

static inline const uint8_t *
packet_data(const struct packet *p)
{
	return (const uint8_t *)p->mbuf.buf_addr + p->mbuf.data_off;
}

// Whether somebody else can see the bytes, so that they must not be written.
static inline bool
packet_is_shared(const struct packet *p)
{
	const struct rte_mbuf *m = &p->mbuf;

	if (likely(m->nb_segs == 1 && RTE_MBUF_DIRECT(m)))
		return rte_mbuf_refcnt_read(m) > 1;
	for (; m != NULL; m = m->next) {
		if (RTE_MBUF_HAS_EXTBUF(m)) {
			if (rte_mbuf_ext_refcnt_read(m->shinfo) > 1)
				return true;
		} else if (RTE_MBUF_CLONED(m)) {
			return true;
		}
		if (rte_mbuf_refcnt_read(m) > 1)
			return true;
	}
	return false;
}

static inline uint8_t *
packet_data_rw(struct packet *p)
{
	assert(!packet_is_shared(p));
	return (uint8_t *)p->mbuf.buf_addr + p->mbuf.data_off;
}

static inline uint32_t
packet_headroom(const struct packet *p)
{
	return p->mbuf.data_off;
}

uint32_t packet_tailroom(const struct packet *p); // of the last segment

// Makes the packet's bytes its own, copying them if they are shared. false: no memory.
bool packet_make_writable_slow(struct packet **pp);

static inline bool
packet_make_writable(struct packet **pp)
{
	return likely(!packet_is_shared(*pp)) || packet_make_writable_slow(pp);
}

// Brings the first n bytes of data into the first segment. false: shorter, or no memory.
bool packet_pullup(struct packet **pp, uint32_t n);

// n contiguous bytes at off, counted from the start of the data; off may be negative, into a
// header that was stripped. NULL: the packet is shorter, or there is no memory to make it so.
static inline const uint8_t *
packet_peek(struct packet **pp, int32_t off, uint32_t n)
{
	struct packet *p = *pp;
	int64_t end = (int64_t)off + n;

	if (unlikely(end > (int64_t)p->mbuf.data_len)) {
		if (end > (int64_t)p->mbuf.pkt_len || !packet_pullup(pp, (uint32_t)end))
			return NULL;
		p = *pp;
	}
	if (unlikely(off < 0 && -(int64_t)off > (int64_t)p->mbuf.data_off))
		return NULL;
	return packet_data(p) + off;
}

// As packet_peek(), and the bytes may be written.
static inline uint8_t *
packet_edit(struct packet **pp, int32_t off, uint32_t n)
{
	const uint8_t *bytes;

	if (unlikely(!packet_make_writable(pp)))
		return NULL;
	bytes = packet_peek(pp, off, n);
	return bytes == NULL ? NULL : (uint8_t *)(*pp)->mbuf.buf_addr + (*pp)->mbuf.data_off + off;
}

// Copies n bytes at off out of the packet, whatever its segments. false: the packet is shorter.
bool packet_read(const struct packet *p, uint32_t off, void *bytes, uint32_t n);
// Overwrites n bytes at off. false: shorter, or no memory.
bool packet_write(struct packet **pp, uint32_t off, const void *bytes, uint32_t n);

// ---- head and tail

bool packet_push_slow(struct packet **pp, uint32_t n);
bool packet_pull_slow(struct packet *p, uint32_t n);

// Adds n bytes in front of the data; what they hold is undefined. The header places stay where
// they are in the packet. false: no memory.
static inline bool
packet_push(struct packet **pp, uint32_t n)
{
	struct packet *p = *pp;

	if (unlikely(n > p->mbuf.data_off || packet_is_shared(p)))
		return packet_push_slow(pp, n);
	p->mbuf.data_off = (uint16_t)(p->mbuf.data_off - n);
	p->mbuf.data_len = (uint16_t)(p->mbuf.data_len + n);
	p->mbuf.pkt_len += n;
	return true;
}

// Removes n bytes in front. false, and no change: the packet is shorter.
static inline bool
packet_pull(struct packet *p, uint32_t n)
{
	if (unlikely(n > p->mbuf.data_len))
		return packet_pull_slow(p, n);
	p->mbuf.data_off = (uint16_t)(p->mbuf.data_off + n);
	p->mbuf.data_len = (uint16_t)(p->mbuf.data_len - n);
	p->mbuf.pkt_len -= n;
	return true;
}

// Adds n undefined bytes at the end. false: no memory.
bool packet_put(struct packet **pp, uint32_t n);
// Removes n bytes at the end. false, and no change: the packet is shorter.
bool packet_take(struct packet *p, uint32_t n);

// ---- header places, counted from the start of the data (negative: in front of it)

#define PACKET_NO_HEADER INT32_MIN

static inline int32_t
packet_place(const struct packet *p, uint16_t place)
{
	return place == 0 ? PACKET_NO_HEADER : (int32_t)place - 1 - (int32_t)p->mbuf.data_off;
}

static inline int32_t
packet_mac_offset(const struct packet *p)
{
	return packet_place(p, packet_has_meta(p) ? p->mac : PACKET_MAC_RECEIVED);
}

static inline int32_t
packet_network_offset(const struct packet *p)
{
	return packet_has_meta(p) ? packet_place(p, p->network) : PACKET_NO_HEADER;
}

static inline int32_t
packet_transport_offset(const struct packet *p)
{
	return packet_has_meta(p) ? packet_place(p, p->transport) : PACKET_NO_HEADER;
}

// packet_peek() and packet_edit() of n > 0 bytes at the network header. NULL: it has no place, or
// the packet ends before, or there is no memory.
const uint8_t *packet_peek_network_slow(struct packet **pp, uint32_t n);
uint8_t *packet_edit_network_slow(struct packet **pp, uint32_t n);

// The network header, if it has a place and n > 0 bytes from there on are in the first segment;
// else NULL, which says nothing yet.
static inline const uint8_t *
packet_network_header(const struct packet *p, uint32_t n)
{
	if (likely(packet_has_meta(p) && p->network != 0 &&
		    p->network - 1 + n <= (uint32_t)p->mbuf.data_off + p->mbuf.data_len))
		return (const uint8_t *)p->mbuf.buf_addr + p->network - 1;
	return NULL;
}

static inline const uint8_t *
packet_peek_network(struct packet **pp, uint32_t n)
{
	const uint8_t *header = packet_network_header(*pp, n);

	return likely(header != NULL) ? header : packet_peek_network_slow(pp, n);
}

static inline uint8_t *
packet_edit_network(struct packet **pp, uint32_t n)
{
	const struct packet *p = *pp;
	const uint64_t ours = RTE_MBUF_F_INDIRECT | RTE_MBUF_F_EXTERNAL | PACKET_META;

	if (likely((p->mbuf.ol_flags & ours) == PACKET_META && p->mbuf.nb_segs == 1 &&
		    rte_mbuf_refcnt_read(&p->mbuf) == 1 && p->network != 0 &&
		    p->network - 1 + n <= (uint32_t)p->mbuf.data_off + p->mbuf.data_len))
		return (uint8_t *)p->mbuf.buf_addr + p->network - 1;
	return packet_edit_network_slow(pp, n);
}

static inline bool
packet_has_network(const struct packet *p)
{
	return packet_has_meta(p) && p->network != 0;
}

// Bytes from a place to the end of the packet; off as above, and not PACKET_NO_HEADER.
static inline uint32_t
packet_length_from(const struct packet *p, int32_t off)
{
	int64_t len = (int64_t)p->mbuf.pkt_len - off;

	return len < 0 ? 0 : (uint32_t)len;
}

static inline uint16_t
packet_place_at(const struct packet *p, int32_t off)
{
	uint32_t place =
		p->mbuf.data_off + (uint32_t)off + 1; // in front of the buffer: a large one

	return place > UINT16_MAX ? 0 : (uint16_t)place;
}

static inline void
packet_set_mac(struct packet *p, int32_t off)
{
	packet_meta(p)->mac = packet_place_at(p, off);
}

// The transport header is put header_len bytes behind the network header.
static inline void
packet_set_network(struct packet *p, int32_t off, uint32_t header_len)
{
	packet_meta(p);
	p->network = packet_place_at(p, off);
	p->transport = packet_place_at(p, off + (int32_t)header_len);
}

// The same for a header that was found by packet_peek().
static inline void
packet_mark_network(struct packet *p, const void *header, uint32_t header_len)
{
	uint32_t place =
		(uint32_t)((const uint8_t *)header - (const uint8_t *)p->mbuf.buf_addr) + 1;

	packet_meta(p);
	p->network = (uint16_t)place;
	p->transport = (uint16_t)(place + header_len);
}

static inline void
packet_clear_network(struct packet *p)
{
	if (packet_has_meta(p))
		p->network = p->transport = 0;
}

// ---- annotations, timestamp, type

static inline uint8_t
packet_anno_u8(const struct packet *p, unsigned off)
{
	return packet_has_meta(p) ? p->anno[off] : 0;
}

static inline uint16_t
packet_anno_u16(const struct packet *p, unsigned off)
{
	uint16_t v = 0;

	if (packet_has_meta(p))
		memcpy(&v, p->anno + off, sizeof(v));
	return v;
}

static inline uint32_t
packet_anno_u32(const struct packet *p, unsigned off)
{
	uint32_t v = 0;

	if (packet_has_meta(p))
		memcpy(&v, p->anno + off, sizeof(v));
	return v;
}

static inline uint64_t
packet_anno_u64(const struct packet *p, unsigned off)
{
	uint64_t v = 0;

	if (packet_has_meta(p))
		memcpy(&v, p->anno + off, sizeof(v));
	return v;
}

static inline void
packet_set_anno_u8(struct packet *p, unsigned off, uint8_t v)
{
	packet_meta(p)->anno[off] = v;
}

static inline void
packet_set_anno_u16(struct packet *p, unsigned off, uint16_t v)
{
	memcpy(packet_meta(p)->anno + off, &v, sizeof(v));
}

static inline void
packet_set_anno_u32(struct packet *p, unsigned off, uint32_t v)
{
	memcpy(packet_meta(p)->anno + off, &v, sizeof(v));
}

static inline void
packet_set_anno_u64(struct packet *p, unsigned off, uint64_t v)
{
	memcpy(packet_meta(p)->anno + off, &v, sizeof(v));
}

// Zeroes the annotation area; timestamp, type and header places stay.
static inline void
packet_clear_annos(struct packet *p)
{
	if (packet_has_meta(p))
		memset(p->anno, 0, sizeof(p->anno));
}

// Copies annotations, timestamp, type and receiving port, not the header places.
void packet_copy_annos(struct packet *to, const struct packet *from);

static inline int64_t
packet_timestamp(const struct packet *p)
{
	return packet_has_meta(p) ? p->timestamp_ns : 0;
}

static inline void
packet_set_timestamp(struct packet *p, int64_t ns)
{
	packet_meta(p)->timestamp_ns = ns;
}

static inline enum packet_type
packet_type(const struct packet *p)
{
	return packet_has_meta(p) ? (enum packet_type)p->type : PACKET_HOST;
}

static inline void
packet_set_type(struct packet *p, enum packet_type type)
{
	packet_meta(p)->type = (uint8_t)type;
}

// The device port that received the packet.
static inline uint16_t
packet_port(const struct packet *p)
{
	return p->mbuf.port;
}

// ---- life

// A new packet of len undefined bytes behind headroom (0 to 2048), from this thread's pool; longer
// than a buffer, it gets several segments. NULL: no memory (counted), or len over 65535.
struct packet *packet_alloc(uint32_t headroom, uint32_t len);
// The same, filled with len bytes.
struct packet *packet_make(uint32_t headroom, const void *bytes, uint32_t len);
// A second handle on the same bytes, with a copy of annotations and header places. NULL: no memory.
struct packet *packet_clone(struct packet *p);
// A copy of the bytes too, behind the headroom given. NULL: no memory.
struct packet *packet_copy(const struct packet *p, uint32_t headroom);

// Only for the run-time and devices: elements let packets go with element_drop().
void packet_free(struct packet *p);
void packet_free_bulk(struct packet **p, unsigned n);

// Fetches the descriptor's first cache line, and the first line of the data.
static inline void
packet_prefetch(const struct packet *p)
{
	rte_prefetch0(p);
}

static inline void
packet_prefetch_data(const struct packet *p)
{
	rte_prefetch0((const uint8_t *)p->mbuf.buf_addr + p->mbuf.data_off);
}
