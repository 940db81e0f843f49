// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>

#include "src/strbuf.h"
#include "test/unit/iproute_cases.h"
#include "test/unit/rig.h"

static const struct iproute_facts facts = {
	.class = "RadixIPLookup",
	.warning = "",
	.no_route = "IPRouteTable: no route for 1.2.3.4",
	.handlers = "flush\tw\nlookup\tr+\ntable\tr\nctrl\tw\nremove\tw\nset\tw\nadd\tw\n",
	.changes = true,
	.flush = true,
};

static void
common(void)
{
	iproute_cases(&facts);
}

static void
table_text(void)
{
	struct rig *r = rig_new(
		"RadixIPLookup(10/8 0, 100.200.100.0/24 1.2.3.4 1, 0/0 99.99.99.99 1)", 1, 2);

	ASSERT_READ(r, "table",
		"10.0.0.0/8\t\t-\t\t0\n"
		"100.200.100.0/24\t1.2.3.4\t\t1\n"
		"0.0.0.0/0\t\t99.99.99.99\t1\n");
	rig_free(r);
}

// The slot freed last is used first, also after an undone transaction.
static void
slot_order(void)
{
	struct rig *r = rig_new("RadixIPLookup(1/8 0, 2/8 0, 3/8 0, 4/8 0)", 1, 2);

	rig_write(r, "remove", "1/8");
	rig_write(r, "remove", "3/8");
	rig_write(r, "ctrl", "add 9/8 1\nremove 4/8\nadd 9/8 1");
	rig_write(r, "set", "2/8 1");
	rig_write(r, "add", "5/8 0");
	rig_write(r, "add", "6/8 0");
	rig_write(r, "add", "7/8 0");
	ASSERT_READ(r, "table",
		"6.0.0.0/8\t\t-\t\t0\n"
		"2.0.0.0/8\t\t-\t\t1\n"
		"5.0.0.0/8\t\t-\t\t0\n"
		"4.0.0.0/8\t\t-\t\t0\n"
		"7.0.0.0/8\t\t-\t\t0\n");
	rig_free(r);
}

// Click ends at 255 pairs of gateway and output.
static void
many_next_hops(void)
{
	struct rig *r = rig_new("RadixIPLookup", 1, 1);
	char text[64];

	for (unsigned i = 0; i < 700; i++) {
		snprintf(text, sizeof(text), "10.0.%u.%u 1.1.%u.%u 0", i >> 8, i & 255, i >> 8,
			i & 255);
		ASSERT_TEXT(rig_write(r, "add", text), "");
	}
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.0.2.100"), "0 1.1.2.100");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.0.0.1"), "0 1.1.0.1");
	rig_free(r);
}

// More networks with hosts than the rig has memory for: none of them is stored.
static void
no_memory(void)
{
	struct rig *r = rig_new("RadixIPLookup(0/0 0, 10/8 1)", 1, 2);
	struct strbuf text = STRBUF_INIT;

	for (unsigned i = 0; i < 300000; i++)
		strbuf_addf(&text, "add 1%u.%u.%u.1 0\n", i >> 16, i >> 8 & 255, i & 255);
	ASSERT_TEXT(rig_write(r, "ctrl", strbuf_text(&text)),
		"no memory to store route '14.147.223.1/32 - 0'\n");
	ASSERT_READ(r, "table", "0.0.0.0/0\t\t-\t\t0\n10.0.0.0/8\t\t-\t\t1\n");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.0.0.1"), "1");
	ASSERT_TEXT(rig_write(r, "add", "10.0.0.1 0"), "");
	ASSERT_TEXT(rig_read_param(r, "lookup", "10.0.0.1"), "0");
	strbuf_fini(&text);
	rig_free(r);
}

UNIT_SUITE(radixiplookup, UNIT_CASE(common), UNIT_CASE(table_text), UNIT_CASE(slot_order),
	UNIT_CASE(many_next_hops), UNIT_CASE(no_memory))
