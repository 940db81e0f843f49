// SPDX-License-Identifier: BSD-3-Clause
// CheckIP6Header: checks the IPv6 header and marks its place.

#include <stdlib.h>

#include "elements/ip/headercheck.h"
#include "elements/ip6/address.h"
#include "src/chatter.h"
#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct addresses { // an argument: IPv6 addresses, separated by white space
	struct ip6_addr *v; // owned
	size_t n, cap;
};

struct checkip6header {
	struct element element;
	int32_t offset;
	uint64_t bad_hint; // see source_bit()
	struct addresses bad;
	struct headercheck check;
};

enum { TINY_PACKET, BAD_VERSION, BAD_LENGTH, BAD_SOURCE };

// ---- data path

static __attribute__((noinline, cold)) int
bad_packet(struct checkip6header *e, unsigned reason)
{
	if (headercheck_count(&e->element, &e->check, reason))
		chatter("IP6 header check failed");
	return element_output_or_drop(&e->element, 1, reason);
}

// Nearly all sources are good: one bit that depends on the last byte tells so without a search.
static inline uint64_t
source_bit(const uint8_t addr[16])
{
	return UINT64_C(1) << (addr[15] & 63);
}

static bool
is_bad_source(const struct checkip6header *e, const uint8_t addr[16])
{
	static const uint8_t ones[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	if (memcmp(addr, ones, sizeof(ones)) == 0)
		return true;
	for (size_t i = 0; i < e->bad.n; i++) {
		if (memcmp(addr, &e->bad.v[i], sizeof(e->bad.v[i])) == 0)
			return true;
	}
	return false;
}

static inline int
check_packet(struct checkip6header *e, struct packet **pp)
{
	const struct rte_ipv6_hdr *ip = (const void *)packet_peek(pp, e->offset, sizeof(*ip));
	uint32_t room, len;

	if (unlikely(ip == NULL))
		return bad_packet(e, TINY_PACKET);
	if (unlikely((*(const uint8_t *)ip >> 4) != IP6_VERSION))
		return bad_packet(e, BAD_VERSION);
	room = packet_length_from(*pp, e->offset) - (uint32_t)sizeof(*ip);
	len = rte_be_to_cpu_16(ip->payload_len);
	if (unlikely(len > room))
		return bad_packet(e, BAD_LENGTH);
	if (unlikely(e->bad_hint & source_bit(ip->src_addr)) && is_bad_source(e, ip->src_addr))
		return bad_packet(e, BAD_SOURCE);
	packet_set_network(*pp, e->offset, sizeof(*ip));
	if (unlikely(len < room))
		packet_take(*pp, room - len);
	return 0;
}

ELEMENT_DECIDE(checkip6header, checkip6header, check_packet)

// ---- configuration

static int
checkip6header_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct checkip6header *e = (struct checkip6header *)base;

	(void)args;
	(void)errh;
	e->bad_hint = UINT64_C(1) << 63; // ffff:...
	for (size_t i = 0; i < e->bad.n; i++)
		e->bad_hint |= source_bit(e->bad.v[i].bytes);
	return 0;
}

static int
addresses_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct addresses *list = field;
	struct strvec words = {0};
	struct errh silent;
	bool bad = false;

	errh_init_silent(&silent);
	confstr_split_words(text, &words);
	for (size_t i = 0; i < words.n && !bad; i++) {
		list->v = mem_grow(list->v, list->n, &list->cap, sizeof(*list->v));
		bad = args_parse_value(&arg_ip6_addr, words.v[i], &list->v[list->n++], NULL,
			      p->element, &silent) != 0;
	}
	strvec_fini(&words);
	return bad ? errh_error(p->errh, "expects IP6ADDRESS -a ") : 0;
}

static void
addresses_print(const void *field, struct strbuf *out)
{
	const struct addresses *list = field;

	for (size_t i = 0; i < list->n; i++) {
		strbuf_adds(out, i > 0 ? " " : "");
		text_ip6(out, &list->v[i]);
	}
}

static void
addresses_fini(void *field)
{
	struct addresses *list = field;

	free(list->v);
	*list = (struct addresses){0};
}

static const struct arg_type arg_addresses = {
	.name = "list of IPv6 addresses",
	.expected = "IPv6 addresses",
	.size = sizeof(struct addresses),
	.parse = addresses_parse,
	.print = addresses_print,
	.fini = addresses_fini,
};

static const struct arg checkip6header_args[] = {
	ARG_AS(checkip6header, bad, arg_addresses, "BADADDRS", ARG_OPTIONAL,
		.help = "source addresses that are refused, beside ffff:...:ffff"),
	ARG(checkip6header, offset, "OFFSET", ARG_OPTIONAL, .def = "0",
		.help = "bytes in front of the IPv6 header"),
	ARGS_END,
};

static const char *const checkip6header_drops[] = {[TINY_PACKET] = "tiny packet",
	[BAD_VERSION] = "bad IP version",
	[BAD_LENGTH] = "bad IP length",
	[BAD_SOURCE] = "bad source address",
	NULL};

static const struct element_class checkip6header_class = {
	.name = "CheckIP6Header",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkip6header),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkip6header_push,
	.pull = checkip6header_pull,
	.decide = checkip6header_decide,
	.configure = checkip6header_configure,
	.take_state = headercheck_take_state,
	.args = checkip6header_args,
	.handlers = headercheck_handlers,
	.drops = checkip6header_drops,
	.group = "ip6",
	.brief = "checks IPv6 headers",
	.manual =
		"Good packets get their network header place, the transport header place 40 bytes\n"
		"behind it (extension headers are not followed), and are cut to the length that their\n"
		"header states. Bad ones leave by output 1, or are dropped if it is not there; the\n"
		"first is spoken of.\n"
		"\n"
		"The destination annotation is not set: GetIP6Address(24) does that. Unlike in Click\n"
		"BADADDRS may hold names.",
	.example = "Idle -> CheckIP6Header(2001:db8::bad, OFFSET 14) -> Discard;",
};
ELEMENT_CLASS(checkip6header_class)
