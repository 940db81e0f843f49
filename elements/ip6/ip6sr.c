// SPDX-License-Identifier: BSD-3-Clause
// IP6SREncap, IP6SRDecap, IP6SRProcess: give IPv6 packets a route of segments, take it away, lead
// them on to the next one.

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "elements/ip6/address.h"
#include "elements/ip6/segmentrouting.h"
#include "src/element.h"
#include "src/mem.h"

struct ip6sr {
	struct element element;
	struct ip6_addr *segments; // owned; in the order of travel
	uint32_t n_segments;
	// As configured.
	struct strvec names;
	bool encap_dst; // IP6SREncap
	bool force_decap; // IP6SRDecap
};

enum { NO_HEADER, NO_ROOM };

static const char *const ip6sr_drops[] = {
	[NO_HEADER] = "no IPv6 header", [NO_ROOM] = "too long, or no memory", NULL};

static void
set_destination(struct packet **pp, int32_t ip, const uint8_t *addr)
{
	packet_write(
		pp, (uint32_t)ip + offsetof(struct rte_ipv6_hdr, dst_addr), addr, SEGMENT_SIZE);
	ip6_set_anno(*pp, addr);
}

// ---- IP6SREncap

// The list has the last segment first.
static void
write_segments(const struct ip6sr *e, struct packet **pp, uint32_t at, const uint8_t *dst)
{
	if (e->encap_dst) {
		packet_write(pp, at, dst, SEGMENT_SIZE);
		at += SEGMENT_SIZE;
	}
	for (uint32_t i = e->n_segments; i-- > 0; at += SEGMENT_SIZE)
		packet_write(pp, at, e->segments[i].bytes, SEGMENT_SIZE);
}

static inline int
encap_packet(const struct ip6sr *e, struct packet **pp)
{
	uint32_t n = e->n_segments + e->encap_dst;
	uint32_t len = (uint32_t)sizeof(struct segment_header) + n * SEGMENT_SIZE;
	struct segment_header h = {
		.type = ROUTING_SEGMENT,
		.len = (uint8_t)(2 * n),
		.left = (uint8_t)(n - 1),
		.last = (uint8_t)(n - 1),
	};
	uint8_t routing = IPPROTO_ROUTING, dst[SEGMENT_SIZE];
	struct segment_route r;

	if (unlikely(!segment_route_place(*pp, &r)))
		return DROP(NO_HEADER);
	if (unlikely(!segment_route_insert(pp, r.ip, r.header, len)))
		return DROP(NO_ROOM);
	h.next_header = r.next;
	packet_read(
		*pp, (uint32_t)r.ip + offsetof(struct rte_ipv6_hdr, dst_addr), dst, sizeof(dst));
	packet_write(pp, (uint32_t)r.header, &h, sizeof(h));
	write_segments(e, pp, (uint32_t)r.header + (uint32_t)sizeof(h), dst);
	packet_write(pp, (uint32_t)r.before, &routing, 1);
	set_destination(pp, r.ip, e->segments[0].bytes);
	return 0;
}

ELEMENT_DECIDE(ip6srencap, ip6sr, encap_packet)

// ---- IP6SRDecap

static inline int
decap_packet(const struct ip6sr *e, struct packet **pp)
{
	struct segment_route r;
	uint8_t last[SEGMENT_SIZE];

	if (!segment_route_find(*pp, &r) || (r.fixed.left > 0 && !e->force_decap))
		return 0;
	segment_route_read(*pp, &r, 0, last);
	if (unlikely(!packet_make_writable(pp)))
		return DROP(NO_ROOM);
	packet_write(pp, (uint32_t)r.before, &r.fixed.next_header, 1);
	if (unlikely(!segment_route_remove(pp, r.ip, r.header, r.len)))
		return DROP(NO_ROOM);
	if (r.fixed.left > 0)
		set_destination(pp, r.ip, last);
	return 0;
}

ELEMENT_DECIDE(ip6srdecap, ip6sr, decap_packet)

// ---- IP6SRProcess

static bool
is_ours(const struct ip6sr *e, const uint8_t *addr)
{
	for (uint32_t i = 0; i < e->n_segments; i++) {
		if (memcmp(e->segments[i].bytes, addr, SEGMENT_SIZE) == 0)
			return true;
	}
	return false;
}

static inline int
process_packet(const struct ip6sr *e, struct packet **pp)
{
	uint8_t addr[SEGMENT_SIZE], left;
	struct segment_route r;

	if (!segment_route_find(*pp, &r) || r.fixed.left == 0)
		return 0;
	packet_read(
		*pp, (uint32_t)r.ip + offsetof(struct rte_ipv6_hdr, dst_addr), addr, SEGMENT_SIZE);
	if (!is_ours(e, addr))
		return 0;
	if (unlikely(!packet_make_writable(pp)))
		return DROP(NO_ROOM);
	left = (uint8_t)(r.fixed.left - 1);
	segment_route_read(*pp, &r, left, addr);
	packet_write(pp, (uint32_t)r.header + offsetof(struct segment_header, left), &left, 1);
	set_destination(pp, r.ip, addr);
	return 0;
}

ELEMENT_DECIDE(ip6srprocess, ip6sr, process_packet)

// ---- configuration

static int
ip6sr_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ip6sr *e = (struct ip6sr *)base;

	(void)args;
	if (e->names.n == 0)
		return errh_error(errh, "ADDR: required argument missing");
	if (e->names.n + e->encap_dst > SEGMENTS_MAX)
		return errh_error(errh, "more than %d segments", SEGMENTS_MAX);
	e->n_segments = (uint32_t)e->names.n;
	e->segments = mem_zalloc(e->n_segments * sizeof(*e->segments));
	for (size_t i = 0; i < e->names.n; i++) {
		if (args_parse_value(
			    &arg_ip6_addr, e->names.v[i], &e->segments[i], "ADDR", base, errh) != 0)
			return -EINVAL;
	}
	return 0;
}

static void
ip6sr_cleanup(struct element *base)
{
	free(((struct ip6sr *)base)->segments);
}

static const struct arg ip6srencap_args[] = {
	ARG(ip6sr, encap_dst, "ENCAP_DST", ARG_KEYWORD, .def = "true",
		.help = "false: the last ADDR is where packets end, not their own destination"),
	ARG(ip6sr, names, "ADDR", ARG_REST, .help = "addresses to visit, in this order"),
	ARGS_END,
};

static const struct arg ip6srdecap_args[] = {
	ARG(ip6sr, force_decap, "FORCE_DECAP", ARG_OPTIONAL, .def = "false",
		.help = "true: also where segments are left, which are left out"),
	ARGS_END,
};

static const struct arg ip6srprocess_args[] = {
	ARG(ip6sr, names, "ADDR", ARG_REST, .help = "addresses of this node"),
	ARGS_END,
};

#define IP6SR_FIELDS                                                                             \
	.ports = "1/1", .processing = "a/a", .lcores = LCORES_ANY, .size = sizeof(struct ip6sr), \
	.drops = ip6sr_drops, .writes = "DST_IP6", .group = "ip6"

static const struct element_class ip6srencap_class = {
	.name = "IP6SREncap",
	IP6SR_FIELDS,
	.push = ip6srencap_push,
	.pull = ip6srencap_pull,
	.decide = ip6srencap_decide,
	.configure = ip6sr_configure,
	.cleanup = ip6sr_cleanup,
	.args = ip6srencap_args,
	.brief = "gives IPv6 packets a route of segments",
	.manual =
		"Behind the IPv6 header of each packet, and behind its options for every hop, comes a\n"
		"segment routing header (RFC 8754) with the addresses to visit, the last one being the\n"
		"packet's own destination. The first one becomes the destination, also as annotation.\n"
		"Checksums stay right as long as the last segment is where the packet was going. Put\n"
		"it behind a CheckIP6Header.",
	.example = "Idle -> CheckIP6Header -> IP6SREncap(2001:db8::1, 2001:db8::2) -> Discard;",
};
ELEMENT_CLASS(ip6srencap_class)

static const struct element_class ip6srdecap_class = {
	.name = "IP6SRDecap",
	IP6SR_FIELDS,
	.push = ip6srdecap_push,
	.pull = ip6srdecap_pull,
	.decide = ip6srdecap_decide,
	.args = ip6srdecap_args,
	.brief = "removes the segment routing header of IPv6 packets",
	.manual =
		"Removes the header of packets that are on the last segment; with FORCE_DECAP that of\n"
		"all, and the last segment becomes the destination. Others, those without such a\n"
		"header and those with a damaged one pass as they are.",
	.example = "Idle -> CheckIP6Header -> IP6SRDecap -> Discard;",
};
ELEMENT_CLASS(ip6srdecap_class)

static const struct element_class ip6srprocess_class = {
	.name = "IP6SRProcess",
	IP6SR_FIELDS,
	.push = ip6srprocess_push,
	.pull = ip6srprocess_pull,
	.decide = ip6srprocess_decide,
	.configure = ip6sr_configure,
	.cleanup = ip6sr_cleanup,
	.args = ip6srprocess_args,
	.brief = "leads IPv6 packets on to their next segment",
	.manual =
		"A packet that has come to one of the ADDRs, and whose segment routing header has\n"
		"segments left, gets the next one as destination, also as annotation. Others pass as\n"
		"they are.",
	.example = "Idle -> CheckIP6Header -> IP6SRProcess(2001:db8::1) -> Discard;",
};
ELEMENT_CLASS(ip6srprocess_class)
