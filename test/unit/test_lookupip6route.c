// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elements/ip6/address.h"
#include "elements/ip6/ip6lookup.h"
#include "elements/ip6/ip6route.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/text.h"
#include "test/unit/ip6packet.h"
#include "test/unit/rig.h"

static struct packet *
packet_to(const struct ip6_addr *dst)
{
	struct packet *p = rig_hex("60");

	ip6_set_anno(p, dst->bytes);
	return p;
}

// Where a packet leaves and with which annotation, "2 ::1"; "-" if it is dropped.
static const char *
push_to(struct rig *r, const struct ip6_addr *dst)
{
	static char text[64];
	struct strbuf sb = STRBUF_INIT;
	uint64_t drops = rig_drops(r, 0);

	rig_clear(r);
	rig_push(r, 0, packet_to(dst));
	for (unsigned i = 0; i < RIG_OUTPUTS_MAX; i++) {
		struct packet *p = rig_packet(r, i, 0);
		struct ip6_addr a;

		if (p == NULL)
			continue;
		a = ip6_anno(p);
		strbuf_addf(&sb, "%s%u ", sb.len > 0 ? "and " : "", i);
		text_ip6(&sb, &a);
	}
	if (sb.len == 0 && rig_drops(r, 0) == drops + 1)
		strbuf_addc(&sb, '-');
	snprintf(text, sizeof(text), "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
	return text;
}

static const char *
push(struct rig *r, const char *dst)
{
	struct ip6_addr a;

	CU_ASSERT_EQUAL(text_read_ip6(dst, &a), 0);
	return push_to(r, &a);
}

static void
longest_prefix_wins(void)
{
	struct rig *r =
		rig_new("LookupIP6Route(::/0 fe80::9 3, 2001:db8::/32 0,"
			"2001:db8:1:2::3 4, 2001:db8:1:2::/64 2, 2001:db8:1::/48 fe80::1 1)",
			1, 5);

	ASSERT_TEXT(push(r, "2001:db8::"), "0 2001:db8::");
	ASSERT_TEXT(push(r, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
		"0 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
	ASSERT_TEXT(push(r, "2001:db8:1::"), "1 fe80::1");
	ASSERT_TEXT(push(r, "2001:db8:1:ffff::1"), "1 fe80::1");
	ASSERT_TEXT(push(r, "2001:db8:1:2::2"), "2 2001:db8:1:2::2");
	ASSERT_TEXT(push(r, "2001:db8:1:2::3"), "4 2001:db8:1:2::3");
	ASSERT_TEXT(push(r, "2001:db7:ffff::"), "3 fe80::9");
	ASSERT_TEXT(push(r, "::"), "3 fe80::9");
	ASSERT_TEXT(push(r, "ffff::ffff"), "3 fe80::9");
	ASSERT_READ(r, "table",
		"# Active routes\n"
		"::/0\tfe80::9\t3\n"
		"2001:db8::/32\t::\t0\n"
		"2001:db8:1:2::3/128\t::\t4\n"
		"2001:db8:1:2::/64\t::\t2\n"
		"2001:db8:1::/48\tfe80::1\t1\n");
	ASSERT_READ(r, "handlers",
		"table\tr\nctrl\tw\nremove\tw\nadd\tw\nhandlers\tr.\nports\tr.\nconfig\tr.\n"
		"class\tr.\nname\tr.\n");
	rig_free(r);
}

static void
no_route(void)
{
	struct rig *r = rig_new("LookupIP6Route(2001:db8::/32 0)", 1, 1);
	struct packet *p = rig_hex("60");

	ASSERT_TEXT(push(r, "2001:db9::"), "-");
	packet_reset_meta(p);
	rig_push(r, 0, p); // never had an annotation
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

static void
batches(void)
{
	struct rig *r = rig_new("LookupIP6Route(::/0 2, 1::/16 0, 2::/16 5::5 1)", 1, 3);
	struct packet *p[150];
	unsigned n = 0;

	for (unsigned i = 0; i < RTE_DIM(p); i++) {
		struct ip6_addr a = {{0, (uint8_t)(1 + i % 3)}};

		p[i] = packet_to(&a);
		packet_set_anno_u32(p[i], ANNO_AGGREGATE, i);
	}
	rig_push_batch(r, 0, p, RTE_DIM(p));
	for (unsigned out = 0; out < 3; out++) {
		CU_ASSERT_EQUAL(rig_count(r, out), RTE_DIM(p) / 3);
		for (unsigned i = 0; i < rig_count(r, out); i++) {
			const struct packet *q = rig_packet(r, out, i);
			struct ip6_addr a = ip6_anno(q);

			n += packet_anno_u32(q, ANNO_AGGREGATE) == 3 * i + out;
			n += (a.bytes[1] == 5) == (out == 1);
		}
	}
	CU_ASSERT_EQUAL(n, 2 * RTE_DIM(p));
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("LookupIP6Route", 1, 1, "warning: no routes\n");
	ASSERT_ERRORS(
		"LookupIP6Route(::/0 0, ::/0, 1.2.3.4/8 0, ::/0 x 0, ::/0 ::1 0 0, , ::/129 0)", 1,
		1,
		"argument 2 should be DADDR/MASK [GW] OUTPUT\n"
		"argument 3 should be DADDR/MASK [GW] OUTPUT\n"
		"argument 4 should be DADDR/MASK [GW] OUTPUT\n"
		"argument 5 should be DADDR/MASK [GW] OUTPUT\n"
		"argument 6 should be DADDR/MASK [GW] OUTPUT\n"
		"argument 7 should be DADDR/MASK [GW] OUTPUT\n");
	ASSERT_ERRORS(
		"LookupIP6Route(::/0 -1)", 1, 1, "argument 1 should be DADDR/MASK [GW] OUTPUT\n");
	ASSERT_ERRORS("LookupIP6Route(::/0 0, 1::/16 3)", 1, 2, "need 4 or more output ports\n");
}

static void
names(void)
{
	struct rig *r = rig_config("AddressInfo(host 2001:db8::5, net 2001:db9::1/32, hop fe80::1);"
				   "RigIn(0) -> e :: LookupIP6Route(host 0, net:ip6net hop 1);"
				   "e [0] -> RigOut(0); e [1] -> RigOut(1);");

	ASSERT_TEXT(push(r, "2001:db8::5"), "0 2001:db8::5");
	ASSERT_TEXT(push(r, "2001:db9:7::"), "1 fe80::1");
	rig_free(r);
}

static void
commands(void)
{
	struct rig *r = rig_new("LookupIP6Route(1::/16 0, 1::/16 9::9 1)", 1, 2);

	ASSERT_READ(r, "table", "# Active routes\n1::/16\t9::9\t1\n");
	ASSERT_TEXT(rig_write(r, "add", "2::7/16 1"), "");
	ASSERT_TEXT(push(r, "2::1"), "1 2::1");
	ASSERT_TEXT(rig_write(r, "add", "2::/16 7::7 0"), "");
	ASSERT_TEXT(push(r, "2::1"), "0 7::7");
	ASSERT_TEXT(rig_write(r, "add", "::/0 1"), "");
	ASSERT_TEXT(push(r, "3::1"), "1 3::1");
	ASSERT_TEXT(rig_write(r, "remove", "1:ff::/16"), "");
	ASSERT_TEXT(rig_write(r, "remove", "1::/16"), "");
	ASSERT_TEXT(push(r, "1::1"), "1 1::1");
	ASSERT_TEXT(rig_write(r, "add", "4::1 1"), "");
	ASSERT_READ(r, "table", "# Active routes\n4::1/128\t::\t1\n2::/16\t7::7\t0\n::/0\t::\t1\n");
	ASSERT_TEXT(rig_write(r, "ctrl", "remove ::/0"), "");
	ASSERT_TEXT(push(r, "3::1"), "-");
	ASSERT_TEXT(rig_write(r, "ctrl", "remove 2::/16\n\nadd 3::/16 0\r\nremove 4::1\n"), "");
	ASSERT_READ(r, "table", "# Active routes\n3::/16\t::\t0\n");
	ASSERT_TEXT(rig_write(r, "remove", "3::/16"), "");
	ASSERT_READ(r, "table", "# Active routes\n");
	rig_free(r);
	r = rig_config("RigIn -> e :: LookupIP6Route -> RigOut");
	ASSERT_READ(r, "table", "");
	rig_free(r);
}

static void
command_errors(void)
{
	struct rig *r = rig_new("LookupIP6Route(1::/16 0)", 1, 2);

	ASSERT_TEXT(rig_write(r, "add", ""),
		"PREFIX: required argument missing\nPORT: required argument missing\n");
	ASSERT_TEXT(rig_write(r, "add", "1::/16"), "PORT: required argument missing\n");
	ASSERT_TEXT(rig_write(r, "add", "x 0"), "PREFIX: parse error\n");
	ASSERT_TEXT(rig_write(r, "add", "1::/16 x 0"), "GATEWAY: parse error\n");
	ASSERT_TEXT(rig_write(r, "add", "1::/16 ::1 x"), "PORT: invalid number\n");
	ASSERT_TEXT(rig_write(r, "add", "1::/16 ::1 0 0"), "too many arguments\n");
	ASSERT_TEXT(rig_write(r, "add", "1::/16 2"), "output port out of range\n");
	ASSERT_TEXT(rig_write(r, "add", "1::/16 -1"), "output port out of range\n");
	ASSERT_TEXT(rig_write(r, "remove", ""), "PREFIX: required argument missing\n");
	ASSERT_TEXT(rig_write(r, "remove", "1::/16 0"), "too many arguments\n");
	ASSERT_TEXT(
		rig_write(r, "ctrl", "set 1::/16 0"), "bad command, should be `add' or `remove'\n");
	ASSERT_TEXT(rig_write(r, "ctrl", ""), "bad command, should be `add' or `remove'\n");
	// All or nothing.
	ASSERT_TEXT(rig_write(r, "ctrl", "remove 1::/16\nadd 2::/16 1\nadd 2::/16 0\nadd 3::/16 7"),
		"output port out of range\n");
	ASSERT_READ(r, "table", "# Active routes\n1::/16\t::\t0\n");
	ASSERT_TEXT(push(r, "1::1"), "0 1::1");
	ASSERT_TEXT(push(r, "2::1"), "-");
	rig_free(r);
}

// ---- against the plain way

enum { ROUTES = 300 };

struct plain { // a route of the model; port < 0: none
	struct ip6_prefix prefix;
	int port;
};

static uint32_t seed;

static uint32_t
random_below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (uint32_t)((uint64_t)seed * n >> 32);
}

// Few different bytes, so that prefixes meet.
static void
random_address(struct ip6_addr *a)
{
	for (unsigned i = 0; i < sizeof(a->bytes); i++)
		a->bytes[i] = (uint8_t)(random_below(4) == 0 ? 0x80 : 0);
}

static int
plain_find(const struct plain *v, const struct ip6_addr *dst)
{
	int best = -1, port = -1;

	for (unsigned i = 0; i < ROUTES; i++) {
		struct ip6_addr a = *dst;

		ip6_mask(&a, v[i].prefix.len);
		if (v[i].port >= 0 && v[i].prefix.len > best && ip6_equal(&a, &v[i].prefix.addr)) {
			best = v[i].prefix.len;
			port = v[i].port;
		}
	}
	return port;
}

// A random change, as text; the model follows.
static void
random_change(struct plain *v, struct strbuf *text)
{
	struct plain *at = &v[random_below(ROUTES)], change;

	random_address(&change.prefix.addr);
	change.prefix.len = (uint8_t)random_below(129);
	ip6_mask(&change.prefix.addr, change.prefix.len);
	change.port = (int)random_below(3);
	if (at->port >= 0 && random_below(2) == 0) {
		strbuf_adds(text, "remove ");
		text_ip6_prefix(text, &at->prefix);
		at->port = -1;
	} else {
		for (unsigned i = 0; i < ROUTES; i++) {
			if (v[i].port >= 0 && v[i].prefix.len == change.prefix.len &&
				ip6_equal(&v[i].prefix.addr, &change.prefix.addr))
				at = &v[i];
		}
		strbuf_adds(text, at->port >= 0 ? "remove " : "add ");
		text_ip6_prefix(text, at->port >= 0 ? &at->prefix : &change.prefix);
		if (at->port < 0)
			strbuf_addf(text, " %d", change.port);
		change.port = at->port >= 0 ? -1 : change.port;
		if (change.port < 0)
			at->port = -1;
		else
			*at = change;
	}
	strbuf_addc(text, '\n');
}

static void
compare(struct rig *r, const struct plain *v)
{
	unsigned n_wrong = 0;

	for (unsigned i = 0; i < 100; i++) {
		struct strbuf want = STRBUF_INIT;
		struct ip6_addr a;
		int port;

		random_address(&a);
		if (i % 2 == 0)
			a = v[random_below(ROUTES)].prefix.addr;
		port = plain_find(v, &a);
		if (port < 0) {
			strbuf_addc(&want, '-');
		} else {
			strbuf_addf(&want, "%d ", port);
			text_ip6(&want, &a);
		}
		n_wrong += strcmp(push_to(r, &a), strbuf_text(&want)) != 0;
		strbuf_fini(&want);
	}
	CU_ASSERT_EQUAL(n_wrong, 0);
}

// Between few and many routes, back and forth: both ways of searching, and changes in place.
static void
random_routes(void)
{
	struct rig *r = rig_new("LookupIP6Route(::/0 0)", 1, 3);
	struct plain *v = mem_zalloc(ROUTES * sizeof(*v));

	seed = 1;
	for (unsigned i = 1; i < ROUTES; i++)
		v[i].port = -1;
	for (unsigned round = 0; round < 60; round++) {
		struct strbuf text = STRBUF_INIT;
		unsigned n = round % 10 == 9 ? 300 : 1 + random_below(12);

		for (unsigned i = 0; i < n; i++)
			random_change(v, &text);
		if (round % 3 == 2) { // undone
			struct strbuf bad = STRBUF_INIT;

			strbuf_adds(
				&bad, "remove ::/0\nadd 8000::/1 2\nadd 8000::/3 1\nadd 1::/16 9");
			ASSERT_TEXT(rig_write(r, "ctrl", strbuf_text(&bad)),
				"output port out of range\n");
			strbuf_fini(&bad);
		}
		ASSERT_TEXT(rig_write(r, "ctrl", strbuf_text(&text)), "");
		compare(r, v);
		strbuf_fini(&text);
	}
	free(v);
	rig_free(r);
}

// Of both ways the one that is meant.
static void
engines(void)
{
	struct ip6_routes t = {0};
	struct ip6_lookup *l;

	for (unsigned i = 0; i <= IP6_LOOKUP_FEW; i++) {
		struct ip6_route route = {.prefix = {.addr = {{(uint8_t)i}}, .len = 128}};

		CU_ASSERT_EQUAL(ip6_lookup_bytes(&t), 0);
		l = ip6_lookup_create(&t);
		CU_ASSERT_PTR_NULL(l->lpm);
		CU_ASSERT_EQUAL(ip6_routes_set(&t, &route), 0);
		CU_ASSERT_EQUAL(ip6_lookup_apply(l, &t), -EAGAIN);
		ip6_lookup_destroy(l);
	}
	CU_ASSERT(ip6_lookup_bytes(&t) > 64 << 20);
	l = ip6_lookup_create(&t);
	CU_ASSERT_PTR_NOT_NULL(l->lpm);
	CU_ASSERT_FALSE(ip6_lookup_is_overloaded(l, &t));
	ip6_lookup_destroy(l);
	ip6_routes_fini(&t);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config("RigIn -> e :: LookupIP6Route(1::/16 0, 2::/16 0);"
				   "e [0] -> RigOut; e [1] -> RigOut(1); e [2] -> RigOut(2)");
	char *errors;

	rig_write(r, "add", "3::/16 1");
	rig_write(r, "add", "4::/16 2");
	rig_write(r, "add", "5::/16 1");
	rig_write(r, "add", "2::/16 9::9 1");
	errors = rig_swap(r, "RigIn -> e :: LookupIP6Route(5::/16 0, 6::/16 0);"
			     "e [0] -> RigOut; e [1] -> RigOut(1); Idle -> RigOut(2)");
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "table",
		"# Active routes\n5::/16\t::\t0\n6::/16\t::\t0\n2::/16\t9::9\t1\n3::/16\t::\t1\n");
	ASSERT_TEXT(push(r, "3::1"), "1 3::1");
	ASSERT_TEXT(push(r, "1::1"), "-");
	rig_free(r);
}

UNIT_SUITE(lookupip6route, UNIT_CASE(longest_prefix_wins), UNIT_CASE(no_route), UNIT_CASE(batches),
	UNIT_CASE(arguments), UNIT_CASE(names), UNIT_CASE(commands), UNIT_CASE(command_errors),
	UNIT_CASE(random_routes), UNIT_CASE(engines), UNIT_CASE(hot_swap))
