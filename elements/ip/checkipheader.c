// SPDX-License-Identifier: BSD-3-Clause
// CheckIPHeader, CheckIPHeader2: check the IP header and mark its place.

#include <stdlib.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "elements/ip/headercheck.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/mem.h"

enum {
	TINY_PACKET,
	BAD_VERSION,
	BAD_HEADER_LENGTH,
	BAD_LENGTH,
	BAD_CHECKSUM,
	BAD_SOURCE,
};

// Sorted.
struct addresses {
	uint32_t *v; // owned; network order
	size_t n;
};

struct checkipheader {
	struct element element;
	uint32_t offset; // at most UINT16_MAX
	bool checksum;
	struct headercheck check;
	uint64_t bad_hint; // see source_bit()
	struct addresses bad_sources, good_destinations;
	struct prefix_list interfaces; // as configured
	struct ip_list bad_src, good_dst;
};

static const char *const reason_texts[] = {
	[TINY_PACKET] = "tiny packet",
	[BAD_VERSION] = "bad IP version",
	[BAD_HEADER_LENGTH] = "bad IP header length",
	[BAD_LENGTH] = "bad IP length",
	[BAD_CHECKSUM] = "bad IP checksum",
	[BAD_SOURCE] = "bad source address",
	NULL,
};

// ---- addresses

// Nearly all sources are good: one bit that depends on the last byte of the address (255 and 0 for
// the usual broadcasts) tells so without a search.
static inline uint64_t
source_bit(uint32_t addr_be)
{
	uint8_t last;

	memcpy(&last, (const uint8_t *)&addr_be + 3, 1);
	return UINT64_C(1) << (last & 63);
}

static int
address_compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool
addresses_have(const struct addresses *a, uint32_t addr_be)
{
	return a->n > 0 && bsearch(&addr_be, a->v, a->n, sizeof(*a->v), address_compare) != NULL;
}

// ---- data path

static __attribute__((noinline, cold)) int
bad_packet(struct checkipheader *e, unsigned reason)
{
	if (headercheck_count(&e->element, &e->check, reason))
		chatter("%s: IP header check failed: %s", element_name(&e->element),
			reason_texts[reason]);
	return element_output_or_drop(&e->element, 1, reason);
}

static inline int
good_packet(const struct checkipheader *e, struct packet *p, const struct rte_ipv4_hdr *ip,
	uint32_t header_len, uint32_t extra)
{
	packet_set_network(p, (int32_t)e->offset, header_len);
	packet_set_anno_u32(p, ANNO_DST_IP, ip->dst_addr);
	if (unlikely(extra > 0))
		packet_take(p, extra);
	return 0;
}

static __attribute__((noinline)) bool
source_is_bad(const struct checkipheader *e, const struct rte_ipv4_hdr *ip)
{
	return addresses_have(&e->bad_sources, ip->src_addr) &&
	       !addresses_have(&e->good_destinations, ip->dst_addr);
}

// A header with options, or one that is wrong from its first byte on.
static __attribute__((noinline)) int
check_long_header(struct checkipheader *e, struct packet **pp, const struct rte_ipv4_hdr *ip)
{
	uint32_t header_len = rte_ipv4_hdr_len(ip), len = rte_be_to_cpu_16(ip->total_length);
	uint32_t room = packet_length(*pp) - e->offset;
	const void *header;

	if (ip->version_ihl >> 4 != IPVERSION)
		return bad_packet(e, BAD_VERSION);
	if (header_len < sizeof(*ip))
		return bad_packet(e, BAD_HEADER_LENGTH);
	if (len > room || len < header_len)
		return bad_packet(e, BAD_LENGTH);
	header = packet_peek(pp, (int32_t)e->offset, header_len);
	if (header == NULL)
		return bad_packet(e, TINY_PACKET);
	ip = header;
	if (e->checksum && checksum_fold(checksum_add(0, ip, header_len)) != 0xffff)
		return bad_packet(e, BAD_CHECKSUM);
	if ((e->bad_hint & source_bit(ip->src_addr)) && source_is_bad(e, ip))
		return bad_packet(e, BAD_SOURCE);
	return good_packet(e, *pp, ip, header_len, room - len);
}

static inline int
check_packet(struct checkipheader *e, struct packet **pp)
{
	const struct rte_ipv4_hdr *ip =
		(const void *)packet_peek(pp, (int32_t)e->offset, sizeof(*ip));
	uint32_t room, len;

	if (unlikely(ip == NULL))
		return bad_packet(e, TINY_PACKET);
	if (unlikely(ip->version_ihl != RTE_IPV4_VHL_DEF))
		return check_long_header(e, pp, ip);
	room = packet_length(*pp) - e->offset;
	len = rte_be_to_cpu_16(ip->total_length);
	if (unlikely(len > room || len < sizeof(*ip)))
		return bad_packet(e, BAD_LENGTH);
	if (e->checksum && unlikely(checksum_fold(checksum_add_header(ip)) != 0xffff))
		return bad_packet(e, BAD_CHECKSUM);
	if (unlikely(e->bad_hint & source_bit(ip->src_addr)) && source_is_bad(e, ip))
		return bad_packet(e, BAD_SOURCE);
	return good_packet(e, *pp, ip, sizeof(*ip), room - len);
}

ELEMENT_DECIDE(checkipheader, checkipheader, check_packet)

// ---- configuration

static void
sort(struct addresses *a)
{
	qsort(a->v, a->n, sizeof(*a->v), address_compare);
}

static void
build_addresses(struct checkipheader *e)
{
	struct addresses *bad = &e->bad_sources, *good = &e->good_destinations;

	bad->v = mem_zalloc((e->bad_src.n + e->interfaces.n + 2) * sizeof(*bad->v));
	good->v = mem_zalloc((e->good_dst.n + e->interfaces.n) * sizeof(*good->v));
	for (size_t i = 0; i < e->bad_src.n; i++)
		bad->v[bad->n++] = e->bad_src.v[i].be;
	for (size_t i = 0; i < e->good_dst.n; i++)
		good->v[good->n++] = e->good_dst.v[i].be;
	for (size_t i = 0; i < e->interfaces.n; i++) {
		const struct ip_prefix *p = &e->interfaces.v[i];

		bad->v[bad->n++] = p->addr.be | ~p->mask.be;
		good->v[good->n++] = p->addr.be;
	}
	if (e->interfaces.n > 0) {
		bad->v[bad->n++] = 0;
		bad->v[bad->n++] = UINT32_MAX;
	}
	sort(bad);
	sort(good);
	for (size_t i = 0; i < bad->n; i++)
		e->bad_hint |= source_bit(bad->v[i]);
}

static int
checkipheader_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct checkipheader *e = (struct checkipheader *)base;

	(void)args;
	(void)errh;
	// No packet is longer, so that all are too short for any greater offset.
	e->offset = RTE_MIN(e->offset, (uint32_t)UINT16_MAX);
	build_addresses(e);
	return 0;
}

static void
checkipheader_cleanup(struct element *base)
{
	struct checkipheader *e = (struct checkipheader *)base;

	free(e->bad_sources.v);
	free(e->good_destinations.v);
}

static void
checkipheader_add_handlers(struct element *base)
{
	headercheck_add_details(base, &((struct checkipheader *)base)->check);
}

#define CHECKIPHEADER_ARGS(checksum_default)                                                             \
	{                                                                                                \
		ARG(checkipheader, offset, "OFFSET", ARG_OPTIONAL, .def = "0",                           \
			.help = "bytes in front of the IP header"),                                      \
			ARG(checkipheader, interfaces, "INTERFACES", ARG_KEYWORD,                        \
				.help = "the router's addresses with masks: their directed broadcasts, " \
					"0.0.0.0 and 255.255.255.255 become bad sources, the addresses " \
					"good destinations"),                                            \
			ARG(checkipheader, bad_src, "BADSRC", ARG_KEYWORD,                               \
				.help = "source addresses that are refused"),                            \
			ARG(checkipheader, good_dst, "GOODDST", ARG_KEYWORD,                             \
				.help = "destinations for which any source will do"),                    \
			ARG(checkipheader, checksum, "CHECKSUM", ARG_KEYWORD,                            \
				.def = checksum_default,                                                 \
				.help = "whether the header checksum is checked"),                       \
			HEADERCHECK_ARGS(checkipheader), ARGS_END,                                       \
	}

static const struct arg checkipheader_args[] = CHECKIPHEADER_ARGS("true");
static const struct arg checkipheader2_args[] = CHECKIPHEADER_ARGS("false");

#define CHECKIPHEADER_MANUAL                                                                      \
	"Good packets get network and transport header places, the destination annotation, and\n" \
	"are cut to the length that their header states. Bad ones leave by output 1, or are\n"    \
	"dropped if it is not there. With DETAILS the handler `drop_details` counts them by\n"    \
	"reason."

static const struct element_class checkipheader_class = {
	.name = "CheckIPHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkipheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkipheader_push,
	.pull = checkipheader_pull,
	.configure = checkipheader_configure,
	.cleanup = checkipheader_cleanup,
	.take_state = headercheck_take_state,
	.args = checkipheader_args,
	.handlers = headercheck_handlers,
	.add_handlers = checkipheader_add_handlers,
	.drops = reason_texts,
	.group = "ip",
	.brief = "checks IP headers",
	.manual = CHECKIPHEADER_MANUAL,
	.example = "Idle -> CheckIPHeader(14, INTERFACES 10.0.0.1/24 10.0.1.1/24) -> Discard;",
};
ELEMENT_CLASS(checkipheader_class)

static const struct element_class checkipheader2_class = {
	.name = "CheckIPHeader2",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkipheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkipheader_push,
	.pull = checkipheader_pull,
	.configure = checkipheader_configure,
	.cleanup = checkipheader_cleanup,
	.take_state = headercheck_take_state,
	.args = checkipheader2_args,
	.handlers = headercheck_handlers,
	.add_handlers = checkipheader_add_handlers,
	.drops = reason_texts,
	.group = "ip",
	.brief = "checks IP headers, but not their checksum",
	.manual = CHECKIPHEADER_MANUAL "\n\nThe same as CheckIPHeader with CHECKSUM false.",
	.example = "Idle -> CheckIPHeader2(14) -> Discard;",
};
ELEMENT_CLASS(checkipheader2_class)
