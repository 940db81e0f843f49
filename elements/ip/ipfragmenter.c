// SPDX-License-Identifier: BSD-3-Clause
// IPFragmenter: cuts packets that are longer than the MTU into fragments.

#include <inttypes.h>
#include <string.h>

#include <rte_ip.h>
#include <rte_random.h>

#include "elements/ip/checksum.h"
#include "elements/ip/option.h"
#include "elements/ip/payload.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

enum { HEADER_MAX = 60, TELL_MAX = 5 };

struct ipfragmenter_lcore {
	uint64_t n_refused;
	uint64_t n_fragments;
};

struct ipfragmenter {
	struct element element;
	uint32_t mtu;
	uint32_t headroom;
	bool honor_df;
	bool verbose;
	_Atomic uint32_t n_told; // refused packets that were printed
};

enum { REFUSED, FRAGMENTED, BAD_HEADER, NO_MEMORY };

// A packet that is being cut.
struct cut {
	struct packet *p;
	int32_t off; // of its IP header
	uint32_t header_len, data_len;
	uint16_t offset; // of the data in the original datagram
	bool more; // it is not the datagram's last fragment itself
	union {
		struct rte_ipv4_hdr ip;
		uint8_t bytes[HEADER_MAX];
	} header;
};

// ---- output, in the order of arrival

static void
flush(struct ipfragmenter *e, struct batch *out)
{
	element_push(&e->element, 0, out);
	out->n = 0;
}

static void
emit(struct ipfragmenter *e, struct batch *out, struct packet *p)
{
	if (out->n == BATCH_MAX)
		flush(e, out);
	out->pkt[out->n++] = p;
}

static void
emit_fragment(struct ipfragmenter *e, struct batch *out, struct packet *p)
{
	struct ipfragmenter_lcore *l = element_lcore(&e->element);

	l->n_fragments++;
	emit(e, out, p);
}

// ---- fragments

// Fills in what differs from fragment to fragment: its data is n bytes at `at` of the packet's.
static void
finish_header(
	const struct cut *c, struct rte_ipv4_hdr *ip, unsigned header_len, uint32_t at, uint32_t n)
{
	uint16_t word = (uint16_t)(c->offset + at / 8);

	if (c->more || at + n < c->data_len)
		word |= RTE_IPV4_HDR_MF_FLAG;
	ip->version_ihl = (uint8_t)(IPVERSION << 4 | header_len / 4);
	ip->total_length = rte_cpu_to_be_16((uint16_t)(header_len + n));
	ip->packet_id = c->header.ip.packet_id;
	ip->fragment_offset = rte_cpu_to_be_16(word);
	checksum_set_ip(ip, header_len);
}

// All options, and whatever stands in front of the IP header. NULL: no memory.
static struct packet *
make_first(const struct ipfragmenter *e, const struct cut *c, uint32_t n)
{
	struct packet *p = packet_copy(c->p, packet_headroom(c->p));
	struct rte_ipv4_hdr *ip;

	if (p == NULL)
		return NULL;
	packet_take(p, packet_length_from(p, c->off) - c->header_len - n);
	ip = (void *)packet_edit(&p, c->off, c->header_len);
	if (ip == NULL) {
		element_drop(&e->element, NO_MEMORY, p);
		return NULL;
	}
	finish_header(c, ip, c->header_len, 0, n);
	return p;
}

// The header of later fragments: with those options only that say so. Returns its length.
static uint32_t
copy_header(const struct cut *c, uint8_t to[HEADER_MAX])
{
	const uint8_t *from = c->header.bytes;
	uint32_t to_len = sizeof(struct rte_ipv4_hdr);
	int len;

	memset(to, 0, HEADER_MAX);
	memcpy(to, from, to_len);
	for (unsigned at = to_len; (len = ip_option_len(from, at, c->header_len)) > 0;
		at += (unsigned)len) {
		if (!(from[at] & IP_OPTION_COPIED))
			continue;
		memcpy(to + to_len, from + at, (size_t)len);
		to_len += (uint32_t)len;
	}
	return RTE_ALIGN_CEIL(to_len, 4);
}

static struct packet *
make_later(const struct cut *c, uint8_t *header, uint32_t header_len, uint32_t headroom,
	uint32_t at, uint32_t n)
{
	struct packet *p = packet_alloc(headroom, header_len + n);

	if (p == NULL)
		return NULL;
	packet_copy_annos(p, c->p);
	packet_set_network(p, 0, header_len);
	finish_header(c, (void *)header, header_len, at, n);
	packet_write(&p, 0, header, header_len);
	payload_copy(p, header_len, c->p, c->off + (int32_t)(c->header_len + at), n);
	return p;
}

static bool
make_fragments(struct ipfragmenter *e, struct batch *out, const struct cut *c, uint32_t first_len)
{
	struct packet *p = make_first(e, c, first_len);
	uint8_t header[HEADER_MAX];
	uint32_t header_len = copy_header(c, header);
	uint32_t len = (e->mtu - header_len) & ~7u, n;

	for (uint32_t at = first_len; p != NULL; at += n) {
		emit_fragment(e, out, p);
		if (at == c->data_len)
			return true;
		n = RTE_MIN(len, c->data_len - at);
		p = make_later(c, header, header_len, e->headroom, at, n);
	}
	return false;
}

// ---- packets

static void
refuse(struct ipfragmenter *e, struct batch *out, const struct cut *c)
{
	struct ipfragmenter_lcore *l = element_lcore(&e->element);
	struct ip_addr src = {c->header.ip.src_addr}, dst = {c->header.ip.dst_addr};
	struct strbuf sb = STRBUF_INIT;

	l->n_refused++;
	if (e->verbose ||
		atomic_fetch_add_explicit(&e->n_told, 1, memory_order_relaxed) < TELL_MAX) {
		strbuf_addf(&sb, "IPFragmenter(%" PRIu32 ") DF ", e->mtu);
		text_ip(&sb, src);
		strbuf_addc(&sb, ' ');
		text_ip(&sb, dst);
		chatter("%s len=%" PRIu32, strbuf_text(&sb), packet_length(c->p));
		strbuf_fini(&sb);
	}
	flush(e, out);
	element_push_checked(&e->element, 1, c->p, REFUSED);
}

static bool
read_header(struct cut *c)
{
	struct rte_ipv4_hdr *ip = &c->header.ip;
	uint32_t len;

	c->off = packet_network_offset(c->p);
	if (!payload_read(c->p, c->off, ip, sizeof(*ip)))
		return false;
	c->header_len = rte_ipv4_hdr_len(ip);
	len = rte_be_to_cpu_16(ip->total_length);
	if (c->header_len < sizeof(*ip) || len < c->header_len ||
		len > packet_length_from(c->p, c->off) ||
		!payload_read(c->p, c->off, c->header.bytes, c->header_len))
		return false;
	c->data_len = len - c->header_len;
	c->offset = rte_be_to_cpu_16(ip->fragment_offset) & RTE_IPV4_HDR_OFFSET_MASK;
	c->more = (ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_MF_FLAG)) != 0;
	return true;
}

static void
fragment(struct ipfragmenter *e, struct batch *out, struct cut *c)
{
	uint32_t room = e->mtu > c->header_len ? (e->mtu - c->header_len) & ~7u : 0;
	bool df = (c->header.ip.fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG)) != 0;
	bool done;

	if ((df && e->honor_df) || room < 8) {
		refuse(e, out, c);
		return;
	}
	// Its sender counted on DF and may have used one id for many packets.
	if (df)
		c->header.ip.packet_id = (uint16_t)rte_rand();
	done = make_fragments(e, out, c, room);
	element_drop(&e->element, done ? FRAGMENTED : NO_MEMORY, c->p);
}

static void
long_packet(struct ipfragmenter *e, struct batch *out, struct packet *p)
{
	struct cut c = {.p = p};

	if (!packet_has_network(p) && packet_length(p) <= e->mtu) {
		emit(e, out, p);
	} else if (!read_header(&c)) {
		element_drop(&e->element, BAD_HEADER, p);
	} else if (c.header_len + c.data_len <= e->mtu) {
		// Only what follows the datagram makes it too long.
		packet_take(p, packet_length_from(p, c.off) - c.header_len - c.data_len);
		emit(e, out, p);
	} else if (c.offset * 8u + c.data_len > UINT16_MAX) {
		// Of no datagram that there can be: the offsets of its pieces would begin anew.
		element_drop(&e->element, BAD_HEADER, p);
	} else {
		fragment(e, out, &c);
	}
}

// Also true without an IP header: such a packet has to be looked at.
static inline bool
is_long(const struct packet *p, uint32_t mtu)
{
	return !packet_has_network(p) || packet_length_from(p, packet_network_offset(p)) > mtu;
}

// From the first long packet on.
static __attribute__((noinline)) void
fragment_batch(struct ipfragmenter *e, struct batch *b, unsigned at)
{
	unsigned n = b->n;
	struct batch out;

	out.n = (uint16_t)at;
	memcpy(out.pkt, b->pkt, at * sizeof(b->pkt[0]));
	for (unsigned i = at; i < n; i++) {
		if (is_long(b->pkt[i], e->mtu))
			long_packet(e, &out, b->pkt[i]);
		else
			emit(e, &out, b->pkt[i]);
	}
	flush(e, &out);
}

static void
ipfragmenter_push(struct element *base, unsigned port, struct batch *b)
{
	struct ipfragmenter *e = (struct ipfragmenter *)base;
	uint32_t mtu = e->mtu;
	unsigned n = b->n;

	(void)port;
	for (unsigned i = 0; i < n; i++) {
		if (unlikely(is_long(b->pkt[i], mtu))) {
			fragment_batch(e, b, i);
			return;
		}
	}
	element_push(base, 0, b);
}

static int
ipfragmenter_decide(struct element *base, struct packet **pp)
{
	const struct ipfragmenter *e = (struct ipfragmenter *)base;

	return unlikely(is_long(*pp, e->mtu)) ? PACKET_PUSH : 0;
}

static int
ipfragmenter_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct ipfragmenter_lcore *l = element_lcore(base);

	(void)errh;
	l->n_refused += ELEMENT_SUM(old, ipfragmenter_lcore, n_refused);
	l->n_fragments += ELEMENT_SUM(old, ipfragmenter_lcore, n_fragments);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(
		call->out, "%" PRIu64, ELEMENT_SUM(call->element, ipfragmenter_lcore, n_refused));
	return 0;
}

static int
read_fragments(const struct handler_read *call)
{
	strbuf_addf(
		call->out, "%" PRIu64, ELEMENT_SUM(call->element, ipfragmenter_lcore, n_fragments));
	return 0;
}

static const struct arg ipfragmenter_args[] = {
	ARG(ipfragmenter, mtu, "MTU", ARG_MANDATORY, .min = 8, .max = UINT32_MAX,
		.range_error = "MTU must be at least 8",
		.help = "greatest length of a packet in bytes, IP header included"),
	ARG(ipfragmenter, honor_df, "HONOR_DF", ARG_OPTIONAL, .def = "true",
		.help = "false: packets are fragmented even if they say that they must not be"),
	ARG(ipfragmenter, verbose, "VERBOSE", ARG_OPTIONAL, .def = "false",
		.help = "prints a line for every refused packet, not only the first 5"),
	ARG(ipfragmenter, headroom, "HEADROOM", ARG_KEYWORD, .def = "28", .min = 0, .max = 2048,
		.help = "bytes left free in front of fragments but the first"),
	ARGS_END,
};

static const struct handler ipfragmenter_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets that may not be fragmented, those of output 1 included"},
	{.name = "fragments",
		.read = read_fragments,
		.flags = HANDLER_LIVE,
		.help = "fragments made"},
	HANDLERS_END,
};

static const char *const ipfragmenter_drops[] = {[REFUSED] = "may not be fragmented",
	[FRAGMENTED] = "replaced by its fragments",
	[BAD_HEADER] = "bad IP header",
	[NO_MEMORY] = "no memory",
	NULL};

static const struct element_class ipfragmenter_class = {
	.name = "IPFragmenter",
	.ports = "1/1-2",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipfragmenter),
	.lcore_size = sizeof(struct ipfragmenter_lcore),
	.push = ipfragmenter_push,
	.decide = ipfragmenter_decide,
	.take_state = ipfragmenter_take_state,
	.args = ipfragmenter_args,
	.handlers = ipfragmenter_handlers,
	.drops = ipfragmenter_drops,
	.group = "ip",
	.brief = "cuts packets that are longer than the MTU into fragments",
	.manual =
		"Packets that fit pass unchanged. Longer ones are replaced by fragments, in order;\n"
		"the first has all options, the others those with the copy bit. A packet that must\n"
		"not be fragmented (DF), or cannot since less than 8 bytes of data would fit, leaves\n"
		"by output 1, usually to an ICMPError, or is dropped if it is not there.",
	.example = "Idle -> CheckIPHeader -> f :: IPFragmenter(1500) -> Discard;\n"
		   "f [1] -> ICMPError(10.0.0.1, unreachable, needfrag) -> Discard;",
};
ELEMENT_CLASS(ipfragmenter_class)
