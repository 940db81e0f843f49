// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
sends_to_the_chosen_output(void)
{
	struct rig *r = rig_new("Switch", 1, 3);
	struct packet *p[] = {rig_hex("01"), rig_hex("02")};

	rig_push_batch(r, 0, p, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	ASSERT_TEXT(rig_write(r, "switch", "2"), "");
	rig_push_hex(r, 0, "03");
	CU_ASSERT_EQUAL(rig_count(r, 2), 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 2);
	rig_free(r);
	r = rig_new("Switch(OUTPUT 1)", 1, 2);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
negative_drops(void)
{
	struct rig *r = rig_new("Switch(-1)", 1, 2);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 0);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_READ(r, "switch", "-1");
	ASSERT_READ(r, "drop_reasons", "1\tno output chosen\n");
	// An output that is not there is as good as none.
	ASSERT_TEXT(rig_write(r, "switch", "1"), "");
	ASSERT_TEXT(rig_write(r, "switch", "2"), "");
	ASSERT_READ(r, "switch", "-1");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	rig_free(r);
}

static void
config_tells_the_state(void)
{
	struct rig *r = rig_new("Switch(1)", 1, 2);

	ASSERT_READ(r, "config", "1");
	rig_write(r, "switch", "0");
	ASSERT_READ(r, "config", "0");
	ASSERT_TEXT(rig_write(r, "config", "OUTPUT 1"), "");
	ASSERT_READ(r, "config", "1");
	ASSERT_READ(r, "switch", "1");
	// A configuration that fails changes nothing.
	ASSERT_TEXT(rig_write(r, "config", "5"), "output must be < 2\n");
	ASSERT_READ(r, "switch", "1");
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("Switch", 1, 1);

	ASSERT_READ(r, "handlers",
		"switch\trw\nhandlers\tr.\nports\tr.\nconfig\trw\nclass\tr.\nname\tr.\n");
	ASSERT_TEXT(rig_write(r, "switch", "x"), "Switch output must be integer\n");
	ASSERT_TEXT(rig_write(r, "switch", "4294967296"), "Switch output must be integer\n");
	ASSERT_READ(r, "switch", "0");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Switch(2)", 1, 2, "output must be < 2\n");
	ASSERT_ERRORS("Switch(x)", 1, 2, "OUTPUT: invalid number\n");
	ASSERT_ERRORS("Switch(0, 1)", 1, 2, "too many arguments\n");
	ASSERT_ERRORS("Switch(-1)", 1, 0, "");
	ASSERT_ERRORS("Switch", 1, 0, "output must be < 0\n");
}

// From the worked examples: the handler is called before the packet moves on.
static void
a_counter_turns_it(void)
{
	struct rig *r = rig_config("e :: InfiniteSource(LIMIT 10, STOP true)"
				   " -> Counter(COUNT_CALL 4 sw.switch 1) -> sw :: Switch;"
				   "sw [0] -> c0 :: Counter -> Discard;"
				   "sw [1] -> c1 :: Counter -> Discard;");

	rig_run(r, 5);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_READ(r, "c0.count", "3");
	ASSERT_READ(r, "c1.count", "7");
	rig_free(r);
}

static void
static_switch(void)
{
	struct rig *r = rig_new("StaticSwitch(1)", 1, 2);

	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_count(r, 1), 1);
	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_new("StaticSwitch(2)", 1, 2);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	r = rig_new("StaticSwitch(-5)", 1, 2);
	rig_push_hex(r, 0, "01");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	ASSERT_ERRORS("StaticSwitch", 1, 1, "OUTPUT: required argument missing\n");
	ASSERT_ERRORS("StaticSwitch(x)", 1, 1, "OUTPUT: invalid number\n");
}

UNIT_SUITE(switch, UNIT_CASE(sends_to_the_chosen_output), UNIT_CASE(negative_drops),
	UNIT_CASE(config_tells_the_state), UNIT_CASE(handlers), UNIT_CASE(arguments),
	UNIT_CASE(a_counter_turns_it), UNIT_CASE(static_switch))
