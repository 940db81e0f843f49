// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/iproute_cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/text.h"
#include "test/unit/rig.h"

static const struct iproute_facts *facts;

static struct packet *
packet_to(const char *dst)
{
	struct packet *p = rig_hex("45");
	struct ip_addr a;

	CU_ASSERT_EQUAL(text_read_ip(dst, &a), 0);
	packet_set_anno_u32(p, ANNO_DST_IP, a.be);
	return p;
}

struct rig *
iproute_rig(const struct iproute_facts *of_class, const char *routes, unsigned n_out)
{
	char *element = mem_printf("%s(%s)", of_class->class, routes);
	struct rig *r = rig_new(element, 1, n_out);

	free(element);
	return r;
}

const char *
iproute_push(struct rig *r, const char *dst)
{
	static char text[64];
	struct strbuf sb = STRBUF_INIT;
	uint64_t drops = rig_drops(r, 0);

	rig_clear(r);
	rig_push(r, 0, packet_to(dst));
	for (unsigned i = 0; i < RIG_OUTPUTS_MAX; i++) {
		struct packet *p = rig_packet(r, i, 0);

		if (p == NULL)
			continue;
		strbuf_addf(&sb, "%s%u ", sb.len > 0 ? "and " : "", i);
		text_ip(&sb, (struct ip_addr){.be = packet_anno_u32(p, ANNO_DST_IP)});
	}
	if (sb.len == 0 && rig_drops(r, 0) == drops + 1)
		strbuf_addc(&sb, '-');
	snprintf(text, sizeof(text), "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
	return text;
}

static void
longest_prefix_wins(void)
{
	struct rig *r = iproute_rig(facts,
		"0/0 99.99.99.99 3, 10/8 0, 10.1.2.3 4, 10.1.2/24 - 2, 10.1/16 1.2.3.4 1", 5);

	ASSERT_TEXT(iproute_push(r, "10.0.0.1"), "0 10.0.0.1");
	ASSERT_TEXT(iproute_push(r, "10.255.255.255"), "0 10.255.255.255");
	ASSERT_TEXT(iproute_push(r, "10.1.0.0"), "1 1.2.3.4");
	ASSERT_TEXT(iproute_push(r, "10.1.255.255"), "1 1.2.3.4");
	ASSERT_TEXT(iproute_push(r, "10.2.0.0"), "0 10.2.0.0");
	ASSERT_TEXT(iproute_push(r, "10.1.2.2"), "2 10.1.2.2");
	ASSERT_TEXT(iproute_push(r, "10.1.2.3"), "4 10.1.2.3");
	ASSERT_TEXT(iproute_push(r, "10.1.2.4"), "2 10.1.2.4");
	ASSERT_TEXT(iproute_push(r, "9.255.255.255"), "3 99.99.99.99");
	ASSERT_TEXT(iproute_push(r, "11.0.0.0"), "3 99.99.99.99");
	ASSERT_TEXT(iproute_push(r, "255.255.255.255"), "3 99.99.99.99");
	ASSERT_TEXT(iproute_push(r, "0.0.0.0"), "3 99.99.99.99");
	rig_free(r);
}

// A packet that nobody gave an annotation has 0.0.0.0, and no gateway leaves it untouched.
static void
no_annotation(void)
{
	struct rig *r = iproute_rig(facts, "0.0.0.0/32 1, 0/0 0", 2);
	struct packet *p = rig_hex("45");

	packet_reset_meta(p);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	CU_ASSERT_FALSE(packet_has_meta(rig_packet(r, 1, 0)));
	rig_free(r);
}

static void
no_route(void)
{
	struct rig *r = iproute_rig(facts, "10/8 0", 1);
	struct strbuf want = STRBUF_INIT;

	for (unsigned i = 0; i < 8; i++) {
		ASSERT_TEXT(iproute_push(r, "1.2.3.4"), "-");
		if (facts->no_route != NULL && i < 5)
			strbuf_addf(&want, "%s\n", facts->no_route);
	}
	ASSERT_TEXT(iproute_push(r, "10.0.0.1"), "0 10.0.0.1");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 8);
	ASSERT_TEXT(rig_chatter(r), strbuf_text(&want));
	strbuf_fini(&want);
	rig_free(r);
}

// One packet of a batch.
static void
no_route_among_others(void)
{
	struct rig *r = iproute_rig(facts, "10/8 0", 1);
	struct packet *p[] = {packet_to("10.0.0.1"), packet_to("1.2.3.4"), packet_to("10.0.0.2")};
	struct strbuf want = STRBUF_INIT;

	rig_push_batch(r, 0, p, RTE_DIM(p));
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	if (facts->no_route != NULL)
		strbuf_addf(&want, "%s\n", facts->no_route);
	ASSERT_TEXT(rig_chatter(r), strbuf_text(&want));
	strbuf_fini(&want);
	rig_free(r);
}

static void
empty_table(void)
{
	struct rig *r = iproute_rig(facts, "", 1);

	ASSERT_READ(r, "table", "");
	ASSERT_TEXT(rig_read_param(r, "lookup", "1.2.3.4"), "-1");
	ASSERT_TEXT(iproute_push(r, "1.2.3.4"), "-");
	rig_free(r);
}

// Batches are split by output, in which packets keep their order.
static void
batches(void)
{
	struct rig *r = iproute_rig(facts, "0/0 2, 10/8 0, 11/8 5.5.5.5 1", 3);
	struct packet *p[150];
	unsigned n = 0;

	for (unsigned i = 0; i < RTE_DIM(p); i++) {
		char dst[32];

		snprintf(dst, sizeof(dst), "%u.0.0.%u", 10 + i % 3, i);
		p[i] = packet_to(dst);
		packet_set_anno_u32(p[i], ANNO_AGGREGATE, i);
	}
	rig_push_batch(r, 0, p, RTE_DIM(p));
	for (unsigned out = 0; out < 3; out++) {
		CU_ASSERT_EQUAL(rig_count(r, out), RTE_DIM(p) / 3);
		for (unsigned i = 0; i < rig_count(r, out); i++) {
			const struct packet *q = rig_packet(r, out, i);

			n += packet_anno_u32(q, ANNO_AGGREGATE) == 3 * i + out;
			n += (packet_anno_u32(q, ANNO_DST_IP) == 0x05050505) == (out == 1);
		}
	}
	CU_ASSERT_EQUAL(n, 2 * RTE_DIM(p));
	rig_free(r);
}

// ---- configuration

static void
expect_errors(const char *routes, unsigned n_out, const char *want)
{
	char *element = mem_printf("%s(%s)", facts->class, routes);
	char *all = mem_printf("%s%s", facts->warning, want);

	ASSERT_ERRORS(element, 1, n_out, all);
	free(all);
	free(element);
}

static void
arguments(void)
{
	expect_errors("", 1, "");
	expect_errors("10/8 0, 10", 1, "argument 2 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	expect_errors("10/8, 10/8 1.2.3.4, , 10/8 - 0 0", 1,
		"argument 1 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n"
		"argument 2 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n"
		"argument 3 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n"
		"argument 4 should be 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	expect_errors("10/8 2, 10/8 -1, 11/8 1, 10/8 1.2.3.4 99999999999", 2,
		"argument 1 bad OUTPUT\n"
		"argument 2 bad OUTPUT\n"
		"argument 4 bad OUTPUT\n");
	expect_errors(
		"10/8 0, 11/8 0, 10.1/8 1", 2, "warning: 1 route replaced by later versions\n");
	expect_errors("10/8 0, 10/8 0, 11/8 0, 10/8 1", 2,
		"warning: 2 routes replaced by later versions\n");
	expect_errors("1.2.3.4/255.0.0.255 0", 1,
		facts->any_mask ? ""
				: "argument 1 bad MASK: not a prefix (LinearIPLookup takes any)\n");
}

static void
first_of_equals_stays(void)
{
	struct rig *r = iproute_rig(facts, "10/8 0, 10.5.5.5/8 1.1.1.1 1", 2);

	ASSERT_READ(r, "table", "10.0.0.0/8\t\t-\t\t0\n");
	ASSERT_TEXT(iproute_push(r, "10.0.0.1"), "0 10.0.0.1");
	rig_free(r);
}

static void
names(void)
{
	struct strbuf sb = STRBUF_INIT;
	struct rig *r;

	strbuf_addf(&sb,
		"AddressInfo(host 10.0.0.5, net 20.0.0.0/8, hop 1.1.1.1);\n"
		"RigIn(0) -> e :: %s(host 0, net:ipnet hop 1);\n"
		"e [0] -> RigOut(0); e [1] -> RigOut(1);",
		facts->class);
	if (element_class_find("AddressInfo") != NULL) {
		r = rig_config(strbuf_text(&sb));
		ASSERT_TEXT(iproute_push(r, "10.0.0.5"), "0 10.0.0.5");
		ASSERT_TEXT(iproute_push(r, "20.1.0.5"), "1 1.1.1.1");
		ASSERT_TEXT(rig_read_param(r, "lookup", "host"), "0");
		rig_free(r);
	}
	strbuf_fini(&sb);
}

// ---- reading

static void
reads(void)
{
	struct rig *r =
		iproute_rig(facts, "10/8 0, 100.200.100.0/24 1.2.3.4 1, 10.1.1.1 0.0.0.0 1", 2);
	char *handlers = mem_printf(
		"%shandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n", facts->handlers);

	ASSERT_READ(r, "handlers", handlers);
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.1.2.3"), "0");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.1.1.1"), "1");
	ASSERT_TEXT(rig_read_param(r, "lookup", "100.200.100.7"), "1 1.2.3.4");
	ASSERT_TEXT(rig_read_param(r, "lookup", "11.1.1.1"), "-1");
	ASSERT_TEXT(rig_read_error(r, "lookup", "10.1"), "expected IP address\n");
	ASSERT_TEXT(rig_read_error(r, "lookup", ""), "expected IP address\n");
	ASSERT_TEXT(rig_read_error(r, "lookup", "10.1.1.1 2"), "expected IP address\n");
	free(handlers);
	rig_free(r);
}

// ---- changing

static void
commands(void)
{
	struct rig *r = iproute_rig(facts, "", 3);

	ASSERT_TEXT(rig_write(r, "add", "10/8 0"), "");
	ASSERT_TEXT(rig_write(r, "add", "0/0 99.99.99.99 2"), "");
	ASSERT_TEXT(rig_write(r, "add", "10.9.9.9/8 1.1.1.1 1"),
		"conflict with existing route '10.0.0.0/8 - 0'\n");
	ASSERT_TEXT(rig_write(r, "add", "0/0 0"),
		"conflict with existing route '0.0.0.0/0 99.99.99.99 2'\n");
	ASSERT_TEXT(iproute_push(r, "10.1.1.1"), "0 10.1.1.1");
	ASSERT_TEXT(rig_write(r, "set", "10/8 1.1.1.1 1"), "");
	ASSERT_TEXT(iproute_push(r, "10.1.1.1"), "1 1.1.1.1");
	ASSERT_TEXT(rig_write(r, "set", "11/8 - 1"), "");
	ASSERT_TEXT(iproute_push(r, "11.1.1.1"), "1 11.1.1.1");
	ASSERT_TEXT(rig_write(r, "remove", "10/8 1"), "route '10.0.0.0/8 - 1' not found\n");
	ASSERT_TEXT(rig_write(r, "remove", "10/8 1.1.1.1 0"),
		"route '10.0.0.0/8 1.1.1.1 0' not found\n");
	ASSERT_TEXT(rig_write(r, "remove", "10/9"), "expected 'ADDR/MASK [GATEWAY OUTPUT]'\n");
	ASSERT_TEXT(rig_write(r, "remove", "10.0/9"), "route '10.0.0.0/9 - -1' not found\n");
	ASSERT_TEXT(rig_write(r, "remove", "12/8 3.3.3.3"),
		"route '12.0.0.0/8 3.3.3.3 -1' not found\n");
	ASSERT_TEXT(rig_write(r, "remove", "10/8 1.1.1.1 1"), "");
	ASSERT_TEXT(iproute_push(r, "10.1.1.1"), "2 99.99.99.99");
	ASSERT_TEXT(rig_write(r, "remove", "0/0"), "");
	ASSERT_TEXT(iproute_push(r, "10.1.1.1"), "-");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.1.1.1"), "-1");
	ASSERT_READ(r, "table", "11.0.0.0/8\t\t-\t\t1\n");
	rig_free(r);
}

static void
command_errors(void)
{
	struct rig *r = iproute_rig(facts, "10/8 0", 2);
	static const char *const bad[] = {"", "10/8", "10/8 -", "10/8 1.1.1.1", "10/8 x 1",
		"10/8 1 1 1", "x 1", "10/8 1.1.1.1 y", "10/40 1"};

	for (size_t i = 0; i < RTE_DIM(bad); i++) {
		ASSERT_TEXT(rig_write(r, "add", bad[i]), "expected 'ADDR/MASK [GATEWAY] OUTPUT'\n");
		ASSERT_TEXT(rig_write(r, "set", bad[i]), "expected 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	}
	ASSERT_TEXT(rig_write(r, "remove", ""), "expected 'ADDR/MASK [GATEWAY OUTPUT]'\n");
	ASSERT_TEXT(
		rig_write(r, "remove", "10/8 1 1 1"), "expected 'ADDR/MASK [GATEWAY OUTPUT]'\n");
	ASSERT_TEXT(rig_write(r, "add", "11/8 2"), "bad OUTPUT\n");
	ASSERT_TEXT(rig_write(r, "set", "10/8 -1"), "bad OUTPUT\n");
	ASSERT_TEXT(rig_write(r, "remove", "10/8 2"), "bad OUTPUT\n");
	if (!facts->any_mask) {
		ASSERT_TEXT(rig_write(r, "add", "10/255.0.0.255 0"),
			"expected 'ADDR/MASK [GATEWAY] OUTPUT'\n");
		ASSERT_TEXT(
			rig_write(r, "add", "10.0.0.1/255.0.0.255 0"), "bad MASK: not a prefix\n");
	}
	ASSERT_READ(r, "table", "10.0.0.0/8\t\t-\t\t0\n");
	rig_free(r);
}

static void
ctrl(void)
{
	struct rig *r = iproute_rig(facts, "10/8 0, 11/8 1", 3);
	char *before = mem_strdup(rig_read(r, "table")), *after;

	// All or nothing, whatever fails.
	ASSERT_TEXT(rig_write(r, "ctrl", "add 12/8 2\nremove 10/8\nset 11/8 2\nadd 13/8\nfoo"),
		"expected 'ADDR/MASK [GATEWAY] OUTPUT'\n");
	ASSERT_READ(r, "table", before);
	ASSERT_TEXT(rig_write(r, "ctrl", "remove 10/8\nremove 11/8 1\nadd 12/8 7"), "bad OUTPUT\n");
	ASSERT_READ(r, "table", before);
	ASSERT_TEXT(rig_write(r, "ctrl", "set 10/8 2\nset 10/8 1\nremove 10/8\nremove 10/8"),
		"route '10.0.0.0/8 - -1' not found\n");
	ASSERT_READ(r, "table", before);
	ASSERT_TEXT(rig_write(r, "ctrl", "add 12/8 2\n  jump high"), "bad command 'jump'\n");
	ASSERT_READ(r, "table", before);
	ASSERT_TEXT(rig_write(r, "ctrl", "set 12/8 2\nadd 12/8 0"),
		"conflict with existing route '12.0.0.0/8 - 2'\n");
	ASSERT_READ(r, "table", before);
	ASSERT_TEXT(iproute_push(r, "10.1.1.1"), "0 10.1.1.1");
	ASSERT_TEXT(iproute_push(r, "12.1.1.1"), "-");
	// Blank lines and comments are nothing.
	ASSERT_TEXT(rig_write(r, "ctrl",
			    "\n\n// add 1/8 0\n  add 12/8 /* from\n here */ 2.2.2.2 2 // there\n"
			    "\t\r\nremove 10/8 // gone\nset 11/8 0\n\n"),
		"");
	ASSERT_TEXT(iproute_push(r, "12.1.1.1"), "2 2.2.2.2");
	ASSERT_TEXT(iproute_push(r, "10.1.1.1"), "-");
	ASSERT_TEXT(iproute_push(r, "11.1.1.1"), "0 11.1.1.1");
	after = mem_strdup(rig_read(r, "table"));
	ASSERT_TEXT(rig_write(r, "ctrl", ""), "");
	ASSERT_TEXT(rig_write(r, "ctrl", "// only this"), "");
	ASSERT_READ(r, "table", after);
	free(after);
	free(before);
	rig_free(r);
}

// Hundreds of routes at once, which go to the other engine, and back.
static void
large_ctrl(void)
{
	struct rig *r = iproute_rig(facts, "0/0 0", 3);
	struct strbuf add = STRBUF_INIT, del = STRBUF_INIT;
	char *before = mem_strdup(rig_read(r, "table"));

	for (unsigned round = 0; round < 2; round++) {
		strbuf_clear(&add);
		strbuf_clear(&del);
		for (unsigned i = 0; i < 500; i++) {
			unsigned len = 24 + i % 4;

			strbuf_addf(&add, "add 10.%u.%u.%u/%u %u\n", i / 200, i % 200, i % 8 << 5,
				len, 1 + i % 2);
			strbuf_addf(
				&del, "remove 10.%u.%u.%u/%u\n", i / 200, i % 200, i % 8 << 5, len);
		}
		ASSERT_TEXT(rig_write(r, "ctrl", strbuf_text(&add)), "");
		ASSERT_TEXT(iproute_push(r, "10.0.1.32"), "2 10.0.1.32");
		ASSERT_TEXT(iproute_push(r, "10.0.4.255"), "1 10.0.4.255");
		ASSERT_TEXT(iproute_push(r, "10.0.5.1"), "0 10.0.5.1");
		// One more removal than there are routes: nothing happens.
		strbuf_adds(&del, "remove 10.0.0.0/24\n");
		ASSERT_TEXT(rig_write(r, "ctrl", strbuf_text(&del)),
			"route '10.0.0.0/24 - -1' not found\n");
		ASSERT_TEXT(iproute_push(r, "10.0.4.255"), "1 10.0.4.255");
		strbuf_truncate(&del, del.len - strlen("remove 10.0.0.0/24\n"));
		ASSERT_TEXT(rig_write(r, "ctrl", strbuf_text(&del)), "");
		ASSERT_TEXT(iproute_push(r, "10.0.4.255"), "0 10.0.4.255");
		ASSERT_READ(r, "table", before);
	}
	strbuf_fini(&add);
	strbuf_fini(&del);
	free(before);
	rig_free(r);
}

static void
flush(void)
{
	struct rig *r = iproute_rig(facts, "0/0 0, 10/8 1", 2);

	ASSERT_TEXT(rig_write(r, "flush", ""), "");
	ASSERT_READ(r, "table", "");
	ASSERT_TEXT(iproute_push(r, "10.1.1.1"), "-");
	ASSERT_TEXT(rig_write(r, "add", "11/8 1"), "");
	ASSERT_TEXT(iproute_push(r, "11.1.1.1"), "1 11.1.1.1");
	ASSERT_READ(r, "table", "11.0.0.0/8\t\t-\t\t1\n");
	for (unsigned i = 20; i < 60; i++) {
		char route[32];

		snprintf(route, sizeof(route), "%u/8 0", i);
		ASSERT_TEXT(rig_write(r, "add", route), "");
	}
	ASSERT_TEXT(rig_write(r, "flush", "x"), "");
	ASSERT_TEXT(iproute_push(r, "30.1.1.1"), "-");
	rig_free(r);
}

// ---- hot swap

static char *
take_state(struct rig *r)
{
	struct element *e = rig_element(r);
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(e->class->take_state(e, rig_find(r, "old"), &errh), 0);
	return strbuf_steal(&errors);
}

// The new table with fewer outputs than the old one.
static struct rig *
two_tables(const char *old_class, const char *old_routes, const char *routes)
{
	char *config = mem_printf("RigIn(0) -> e :: %s(%s); e[0] -> RigOut(0); e[1] -> RigOut(1);"
				  "Idle -> old :: %s(%s); old[0] -> Discard; old[1] -> Discard;"
				  "old[2] -> Discard;",
		facts->class, routes, old_class, old_routes);
	struct rig *r = rig_config(config);

	free(config);
	return r;
}

static void
hot_swap(void)
{
	struct rig *r =
		two_tables("RadixIPLookup", "1/8 1, 2/8 1, 3/8 0, 8/8 1", "1/8 0, 4/8 0, 7/8 0");
	char *errors;

	rig_write(r, "old.add", "4/8 1");
	rig_write(r, "old.add", "5/8 9.9.9.9 1");
	rig_write(r, "old.add", "6/8 2"); // no such output here
	rig_write(r, "old.set", "2/8 8.8.8.8 1");
	rig_write(r, "old.remove", "3/8");
	errors = take_state(r);
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_TEXT(iproute_push(r, "1.1.1.1"), "0 1.1.1.1");
	ASSERT_TEXT(iproute_push(r, "2.1.1.1"), facts->changes ? "1 8.8.8.8" : "-");
	ASSERT_TEXT(iproute_push(r, "3.1.1.1"), "-");
	ASSERT_TEXT(iproute_push(r, "4.1.1.1"), "0 4.1.1.1");
	ASSERT_TEXT(iproute_push(r, "5.1.1.1"), facts->changes ? "1 9.9.9.9" : "-");
	ASSERT_TEXT(iproute_push(r, "6.1.1.1"), "-");
	ASSERT_TEXT(iproute_push(r, "7.1.1.1"), "0 7.1.1.1");
	ASSERT_TEXT(iproute_push(r, "8.1.1.1"), "-"); // only in the old configuration
	rig_free(r);
}

static void
hot_swap_of_masks(void)
{
	struct rig *r = two_tables("LinearIPLookup", "", "");

	rig_write(r, "old.add", "1.0.0.1/255.0.0.255 1");
	rig_write(r, "old.add", "2/8 1");
	free(take_state(r));
	ASSERT_TEXT(
		iproute_push(r, "1.1.1.1"), facts->changes && facts->any_mask ? "1 1.1.1.1" : "-");
	ASSERT_TEXT(iproute_push(r, "2.1.1.1"), facts->changes ? "1 2.1.1.1" : "-");
	rig_free(r);
}

static void
hot_swap_of_others(void)
{
	char *config = mem_printf("RigIn(0) -> e :: %s(0/0 0); e[0] -> RigOut(0);"
				  "Idle -> old :: Null -> Discard;",
		facts->class);
	struct rig *r = rig_config(config);

	free(take_state(r));
	ASSERT_TEXT(iproute_push(r, "2.1.1.1"), "0 2.1.1.1");
	free(config);
	rig_free(r);
}

void
iproute_cases(const struct iproute_facts *of_class)
{
	facts = of_class;
	longest_prefix_wins();
	no_annotation();
	no_route();
	no_route_among_others();
	empty_table();
	batches();
	arguments();
	first_of_equals_stays();
	names();
	reads();
	hot_swap();
	hot_swap_of_masks();
	hot_swap_of_others();
	if (facts->changes) {
		commands();
		command_errors();
		ctrl();
		large_ctrl();
	}
	if (facts->flush)
		flush();
	iproute_random_cases(facts);
}
