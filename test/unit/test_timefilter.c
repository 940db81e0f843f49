// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

static void
push_at(struct rig *r, int64_t seconds)
{
	struct packet *p = rig_hex("00");

	packet_set_timestamp(p, seconds * CLOCK_S);
	rig_push(r, 0, p);
}

// Which of the packets of seconds 10 to 19 pass.
static void
expect(const char *args, const char *want)
{
	char *element = mem_printf("TimeFilter(%s)", args);
	struct rig *r = rig_new(element, 1, 2);
	struct strbuf got = STRBUF_INIT;

	for (unsigned i = 10; i < 20; i++)
		push_at(r, i);
	for (unsigned i = 0; i < rig_count(r, 0); i++)
		strbuf_addf(&got, "%s%d", i ? " " : "",
			(int)(packet_timestamp(rig_packet(r, 0, i)) / CLOCK_S));
	ASSERT_TEXT(strbuf_text(&got), want);
	CU_ASSERT_EQUAL(rig_count(r, 0) + rig_count(r, 1), 10);
	strbuf_fini(&got);
	rig_free(r);
	free(element);
}

static void
intervals(void)
{
	expect("", "10 11 12 13 14 15 16 17 18 19");
	expect("12", "12 13 14 15 16 17 18 19");
	expect("12, 15", "12 13 14");
	expect("0, 0", "10 11 12 13 14 15 16 17 18 19");
	expect("END 11", "10");
	expect("START_AFTER 5", "15 16 17 18 19");
	expect("END_AFTER 2", "10 11");
	expect("INTERVAL 3", "10 11 12");
	expect("START 12, INTERVAL 3", "12 13 14");
	expect("START_AFTER 4, INTERVAL 3", "14 15 16");
	expect("START_DELAY 1", "");
	expect("END_DELAY 1", "10 11 12 13 14 15 16 17 18 19");
	expect("END 12, END_CALL e.extend_interval 3", "10 11 12 13 14 15 16 17 18 19");
	expect("END 12, END_CALL e.end $t", "10 11");
	expect("END 12, END_CALL e.extend_interval 0", "10 11");
}

static void
the_end_is_told(void)
{
	struct rig *r = rig_new("TimeFilter(END 12, STOP true)", 1, 1);

	push_at(r, 11);
	CU_ASSERT_FALSE(rig_stopped(r));
	push_at(r, 12);
	CU_ASSERT_TRUE(rig_stopped(r));
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	rig_free(r);
	// The time of the packet is in the call.
	r = rig_config("RigIn -> e :: TimeFilter(END 12, END_CALL f.end ${t}) -> RigOut;"
		       "Idle -> f :: TimeFilter -> Discard;");
	push_at(r, 14);
	ASSERT_READ(r, "f.end", "14.000000");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("TimeFilter(10, 20)", 1, 1);

	ASSERT_READ(r, "start", "10.000000");
	ASSERT_READ(r, "end", "20.000000");
	ASSERT_READ(r, "interval", "10.000000");
	ASSERT_TEXT(rig_write(r, "end", "30"), "");
	ASSERT_READ(r, "interval", "20.000000");
	ASSERT_TEXT(rig_write(r, "interval", "5"), "");
	ASSERT_READ(r, "end", "15.000000");
	ASSERT_TEXT(rig_write(r, "extend_interval", "1"), "");
	ASSERT_READ(r, "end", "16.000000");
	ASSERT_TEXT(rig_write(r, "start", "11"), "");
	ASSERT_READ(r, "start", "11.000000");
	ASSERT_TEXT(rig_write(r, "start", "x"), "expected time\n");
	ASSERT_TEXT(rig_write(r, "end", "x"), "expected time\n");
	rig_free(r);
	r = rig_new_pull("TimeFilter", 1, 1);
	ASSERT_READ(r, "start", "0.000000");
	ASSERT_READ(r, "end", "0.000000");
	push_at(r, 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("TimeFilter(1, START_AFTER 2)", 1, 1,
		"START, START_AFTER, and START_AFTER_INIT are mutually exclusive\n");
	ASSERT_ERRORS("TimeFilter(START_DELAY 1, START_AFTER 2)", 1, 1,
		"START, START_AFTER, and START_AFTER_INIT are mutually exclusive\n");
	ASSERT_ERRORS("TimeFilter(END 1, INTERVAL 2)", 1, 1,
		"END, END_AFTER, END_AFTER_INIT, and INTERVAL are mutually exclusive\n");
	ASSERT_ERRORS("TimeFilter(STOP true, END_CALL x.y)", 1, 1,
		"END_CALL and STOP are mutually exclusive\n");
	ASSERT_ERRORS("TimeFilter(END_CALL x.y)", 1, 1, "no element named 'x'\n");
	ASSERT_ERRORS("TimeFilter(x, y)", 1, 1, "START: parse error\nEND: parse error\n");
}

UNIT_SUITE(timefilter, UNIT_CASE(intervals), UNIT_CASE(the_end_is_told), UNIT_CASE(handlers),
	UNIT_CASE(arguments))
