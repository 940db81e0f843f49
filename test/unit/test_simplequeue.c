// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "src/errh.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

// n packets with the bytes first, first + 1 ..., in batches.
static void
push_n(struct rig *r, unsigned input, unsigned first, unsigned n)
{
	struct packet *p[256];

	for (unsigned i = 0; i < n; i++) {
		uint8_t byte = (uint8_t)(first + i);

		p[i] = packet_make(PACKET_HEADROOM, &byte, 1);
	}
	rig_push_batch(r, input, p, n);
}

static void
first_in_first_out(void)
{
	struct rig *r = rig_new_queue("SimpleQueue(5)", 1, 1);

	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	ASSERT_READ(r, "length", "0");
	push_n(r, 0, 1, 3);
	push_n(r, 0, 4, 1);
	ASSERT_READ(r, "length", "4");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 2);
	for (unsigned i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, i))[0], 1 + i);
	ASSERT_READ(r, "length", "0");
	ASSERT_READ(r, "highwater_length", "4");
	ASSERT_READ(r, "drops", "0");
	rig_free(r);
}

static void
drops_what_does_not_fit(void)
{
	struct rig *r = rig_new_queue("SimpleQueue(3)", 1, 1);

	push_n(r, 0, 1, 2);
	ASSERT_TEXT(rig_chatter(r), "");
	push_n(r, 0, 3, 3);
	ASSERT_READ(r, "length", "3");
	ASSERT_READ(r, "drops", "2");
	ASSERT_READ(r, "highwater_length", "3");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	// Said once, until the count begins anew.
	ASSERT_TEXT(rig_chatter(r), "e :: SimpleQueue: overflow\n");
	push_n(r, 0, 9, 1);
	ASSERT_TEXT(rig_chatter(r), "");
	ASSERT_READ(r, "drops", "3");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "drops", "0");
	ASSERT_READ(r, "highwater_length", "2");
	push_n(r, 0, 6, 2);
	ASSERT_TEXT(rig_chatter(r), "e :: SimpleQueue: overflow\n");
	ASSERT_READ(r, "drops", "1");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 3);
	rig_expect_hex(r, 0, 3, "06");
	rig_free(r);
}

static void
sends_it_to_output_1(void)
{
	struct rig *r = rig_new_queue("SimpleQueue(2)", 1, 2);

	push_n(r, 0, 1, 4);
	CU_ASSERT_EQUAL(rig_count(r, 1), 2);
	rig_expect_hex(r, 1, 0, "03");
	rig_expect_hex(r, 1, 1, "04");
	ASSERT_READ(r, "drops", "2");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 0);
	rig_free(r);
}

static void
capacity_0_drops_everything(void)
{
	struct rig *r = rig_new_queue("SimpleQueue(0)", 1, 1);

	push_n(r, 0, 1, 2);
	ASSERT_READ(r, "length", "0");
	ASSERT_READ(r, "drops", "2");
	ASSERT_TEXT(rig_chatter(r), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 0);
	ASSERT_TEXT(rig_write(r, "capacity", "1"), "");
	push_n(r, 0, 3, 1);
	ASSERT_READ(r, "length", "1");
	ASSERT_TEXT(rig_write(r, "capacity", "0"), "");
	ASSERT_READ(r, "length", "0");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
}

static void
capacity_can_change(void)
{
	struct rig *r = rig_new_queue("SimpleQueue(5)", 1, 1);

	push_n(r, 0, 1, 5);
	ASSERT_READ(r, "capacity", "5");
	ASSERT_TEXT(rig_write(r, "capacity", "3"), "");
	ASSERT_READ(r, "capacity", "3");
	ASSERT_READ(r, "config", "3");
	// The oldest stay. Those that go were not drops of the queue.
	ASSERT_READ(r, "length", "3");
	ASSERT_READ(r, "drops", "0");
	ASSERT_READ(r, "drop_reasons",
		"0\tqueue full\n2\tcapacity reduced\n0\tqueue reset\n0\tstill queued at the end\n");
	ASSERT_TEXT(rig_write(r, "capacity", "100"), "");
	push_n(r, 0, 10, 97);
	ASSERT_READ(r, "length", "100");
	ASSERT_READ(r, "highwater_length", "100");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 4);
	rig_expect_hex(r, 0, 2, "03");
	rig_expect_hex(r, 0, 3, "0a");
	ASSERT_TEXT(rig_write(r, "capacity", "x"), "CAPACITY: invalid number\n");
	ASSERT_READ(r, "capacity", "100");
	rig_free(r);
	r = rig_new_queue("SimpleQueue", 1, 1);
	ASSERT_READ(r, "capacity", "1000");
	ASSERT_TEXT(rig_write(r, "capacity", "20"), "");
	ASSERT_READ(r, "config", "CAPACITY 20");
	rig_free(r);
}

static void
reset_lets_all_go(void)
{
	struct rig *r = rig_new_queue("SimpleQueue(100)", 1, 1);

	push_n(r, 0, 1, 70);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "length", "0");
	ASSERT_READ(r, "drops", "0");
	CU_ASSERT_EQUAL(rig_drops(r, 2), 70);
	rig_free(r);
	r = rig_new_queue("SimpleQueue(100)", 1, 2);
	push_n(r, 0, 1, 70);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	CU_ASSERT_EQUAL(rig_count(r, 1), 70);
	rig_expect_hex(r, 1, 69, "46");
	rig_free(r);
}

static void
packets_move_to_a_new_one(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: SimpleQueue(10) -> PullNull -> RigOut(0);"
				   "RigIn(1) -> new :: Queue(4) -> PullNull -> RigOut(1);");
	struct element *new = rig_find(r, "new");
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	push_n(r, 0, 1, 3);
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), &errh), 0);
	ASSERT_TEXT(strbuf_text(&errors), "");
	ASSERT_READ(r, "length", "0");
	ASSERT_READ(r, "new.length", "3");
	ASSERT_READ(r, "new.highwater_length", "3");
	push_n(r, 0, 4, 5);
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), &errh), 0);
	ASSERT_TEXT(strbuf_text(&errors),
		"warning: some packets lost (old length 5, new capacity 4)\n");
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 4);
	rig_expect_hex(r, 1, 0, "01");
	rig_expect_hex(r, 1, 3, "04");
	// Other classes have nothing to give.
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_find(r, "PullNull@3"), &errh), 0);
	strbuf_fini(&errors);
	rig_free(r);
}

static void
pullers_do_not_sleep(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: SimpleQueue -> u :: Unqueue -> RigOut(0);");

	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "true");
	push_n(r, 0, 1, 1);
	rig_run(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_free(r);
	// But they do if what feeds it says that nothing will come.
	r = rig_config("Idle -> e :: SimpleQueue -> u :: Unqueue -> RigOut(0);");
	rig_run(r, 30);
	ASSERT_READ(r, "u.scheduled", "false");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new_queue("SimpleQueue", 1, 1);

	ASSERT_READ(r, "handlers",
		"reset\twb\nreset_counts\twb\ndrops\tr\ncapacity\trw.\nhighwater_length\tr\n"
		"length\tr\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("SimpleQueue(x)", 1, 0, "config:1: 'e :: SimpleQueue' output 0 unused\n");
	char *errors = rig_config_errors("Idle -> e :: SimpleQueue(x) -> Idle;");

	ASSERT_TEXT(errors, "config:1: While configuring 'e :: SimpleQueue':\n"
			    "  CAPACITY: invalid number\n");
	free(errors);
	errors = rig_config_errors("Idle -> e :: SimpleQueue(-1, 2) -> Idle;");
	ASSERT_TEXT(errors, "config:1: While configuring 'e :: SimpleQueue':\n"
			    "  CAPACITY: invalid number\n  too many arguments\n");
	free(errors);
}

UNIT_SUITE(simplequeue, UNIT_CASE(first_in_first_out), UNIT_CASE(drops_what_does_not_fit),
	UNIT_CASE(sends_it_to_output_1), UNIT_CASE(capacity_0_drops_everything),
	UNIT_CASE(capacity_can_change), UNIT_CASE(reset_lets_all_go),
	UNIT_CASE(packets_move_to_a_new_one), UNIT_CASE(pullers_do_not_sleep), UNIT_CASE(handlers),
	UNIT_CASE(arguments))
