// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "elements/ethernet/mactable.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/mem.h"
#include "test/unit/rig.h"

#define A "020000000001"
#define B "020000000002"
#define C "020000000003"
#define ALL "ffffffffffff"

enum { TOO_SHORT, SAME_PORT, NO_OTHER_PORT };

static void
expect_order(struct rig *r, const char *want)
{
	char *order = rig_order(r);

	ASSERT_TEXT(order, want);
	free(order);
	rig_clear(r);
}

static void
push_at(struct rig *r, unsigned port, const char *hex, int64_t ns)
{
	struct packet *p = rig_hex(hex);

	packet_set_timestamp(p, ns);
	rig_push(r, port, p);
}

static void
learns(void)
{
	struct rig *r = rig_new("EtherSwitch", 4, 4);

	rig_push_hex(r, 1, B A "0800 01");
	rig_expect_hex(r, 0, 0, B A "0800 01");
	rig_expect_hex(r, 2, 0, B A "0800 01");
	rig_expect_hex(r, 3, 0, B A "0800 01");
	expect_order(r, "3 2 0");
	rig_push_hex(r, 0, ALL B "0800");
	expect_order(r, "3 2 1");
	rig_push_hex(r, 2, A C "0800");
	expect_order(r, "1");
	rig_push_hex(r, 1, C A "0800");
	expect_order(r, "2");
	// It is where it came from.
	rig_push_hex(r, 2, C A "0800");
	CU_ASSERT_EQUAL(rig_drops(r, SAME_PORT), 1);
	// A moved: it was just seen at port 2.
	rig_push_hex(r, 3, A B "0800");
	expect_order(r, "2");
	rig_free(r);
}

static void
batches_keep_their_order(void)
{
	struct rig *r = rig_new("EtherSwitch", 3, 3);
	struct packet *pkts[7];

	rig_push_hex(r, 0, ALL A "0800");
	rig_push_hex(r, 1, ALL B "0800");
	rig_clear(r);
	pkts[0] = rig_hex(A C "0800");
	pkts[1] = rig_hex(A C "0800");
	pkts[2] = rig_hex(ALL C "0800");
	pkts[3] = rig_hex(B C "0800");
	pkts[4] = rig_hex("00");
	pkts[5] = rig_hex(C C "0800");
	pkts[6] = rig_hex(A C "0800");
	rig_push_batch(r, 2, pkts, 7);
	expect_order(r, "0 0 1 0 1 0");
	CU_ASSERT_EQUAL(rig_drops(r, TOO_SHORT), 1);
	CU_ASSERT_EQUAL(rig_drops(r, SAME_PORT), 1);
	rig_free(r);
}

static void
two_ports_need_no_copies(void)
{
	struct rig *r = rig_new("EtherSwitch", 2, 2);
	struct packet *pkts[3] = {rig_hex(ALL A "0800"), rig_hex(A B "0800"), rig_hex(C A "0800")};

	rig_push_batch(r, 0, pkts, 3);
	expect_order(r, "1 1");
	CU_ASSERT_EQUAL(rig_drops(r, SAME_PORT), 1);
	rig_push_hex(r, 1, A C "0800");
	expect_order(r, "0");
	rig_free(r);
	r = rig_new("EtherSwitch", 1, 1);
	rig_push_hex(r, 0, ALL A "0800");
	CU_ASSERT_EQUAL(rig_drops(r, NO_OTHER_PORT), 1);
	rig_free(r);
}

static void
copies_are_independent(void)
{
	struct rig *r = rig_config("e :: EtherSwitch; RigIn(0) -> e; RigIn(1) -> [1] e;"
				   "RigIn(2) -> [2] e; e [0] -> RigOut(0);"
				   "e [1] -> EtherMirror -> RigOut(1); e [2] -> RigOut(2);");

	rig_push_hex(r, 0, ALL A "0800");
	rig_expect_hex(r, 1, 0, A ALL "0800");
	rig_expect_hex(r, 2, 0, ALL A "0800");
	rig_free(r);
}

static void
stations_are_forgotten(void)
{
	struct rig *r = rig_new("EtherSwitch(TIMEOUT 10)", 3, 3);

	push_at(r, 0, ALL A "0800", 1000 * CLOCK_S);
	push_at(r, 1, A B "0800", 1010 * CLOCK_S - CLOCK_MS);
	expect_order(r, "2 1 0");
	ASSERT_READ(r, "timeout", "10");
	push_at(r, 1, A B "0800", 1010 * CLOCK_S);
	expect_order(r, "2 0");
	push_at(r, 0, ALL A "0800", 1011 * CLOCK_S);
	push_at(r, 0, ALL A "0800", 1014 * CLOCK_S);
	rig_clear(r);
	push_at(r, 1, A B "0800", 1023 * CLOCK_S);
	expect_order(r, "0");
	rig_free(r);
	// Packets without a timestamp go by the clock.
	r = rig_new("EtherSwitch(TIMEOUT 10)", 3, 3);
	rig_push_hex(r, 0, ALL A "0800");
	rig_clear(r);
	rig_run_for(r, 9 * CLOCK_S);
	rig_push_hex(r, 1, A B "0800");
	expect_order(r, "0");
	rig_run_for(r, 2 * CLOCK_S);
	rig_push_hex(r, 1, A B "0800");
	expect_order(r, "2 0");
	rig_free(r);
}

static void
a_hub_learns_nothing(void)
{
	struct rig *r = rig_new("EtherSwitch(TIMEOUT 0)", 3, 3);

	rig_push_hex(r, 0, ALL A "0800");
	rig_push_hex(r, 1, A B "0800");
	expect_order(r, "2 1 2 0");
	ASSERT_READ(r, "table", "");
	ASSERT_TEXT(rig_write(r, "timeout", "60"), "");
	rig_push_hex(r, 0, ALL A "0800");
	ASSERT_READ(r, "table", "02-00-00-00-00-01 0\n");
	rig_free(r);
}

static void
handlers(void)
{
	struct rig *r = rig_new("EtherSwitch(TIMEOUT 1.6s)", 2, 2);

	ASSERT_READ(r, "timeout", "2");
	ASSERT_TEXT(rig_write(r, "timeout", "1.5"), "expected timeout (integer)\n");
	ASSERT_TEXT(rig_write(r, "timeout", "-1"), "expected timeout (integer)\n");
	ASSERT_TEXT(rig_write(r, "timeout", "4294967295"), "");
	ASSERT_READ(r, "timeout", "4294967295");
	rig_push_hex(r, 1, ALL C "0800");
	// A group address is no station.
	rig_push_hex(r, 1,
		ALL "010000000001"
		    "0800");
	ASSERT_READ(r, "table", "02-00-00-00-00-03 1\n");
	ASSERT_READ(r, "handlers",
		"timeout\trw\ntable\tr\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

static void
short_frames_are_dropped(void)
{
	rig_truncations("EtherSwitch", 3, 3, 1, ALL A "0800 01", NULL);
}

// What is learnt is found until it is forgotten; what is full stays as it is.
static void
the_table_is_bounded(void)
{
	struct mac_table t;
	uint8_t mac[6] = {2};
	unsigned n_known = 0;

	mac_table_init(&t);
	for (unsigned pass = 0; pass < 2; pass++) {
		for (uint32_t i = 0; i < MAC_TABLE_MAX + 1000; i++) {
			memcpy(mac + 2, &i, sizeof(i));
			if (pass == 0)
				mac_table_learn(&t, mac, i % 7, CLOCK_S, 10 * CLOCK_S);
			else if (mac_table_find(&t, mac, 2 * CLOCK_S, 10 * CLOCK_S) == (int)(i % 7))
				n_known++;
			else
				CU_ASSERT_TRUE(i >= MAC_TABLE_MAX);
		}
	}
	CU_ASSERT_EQUAL(n_known, MAC_TABLE_MAX);
	CU_ASSERT_EQUAL(t.n, MAC_TABLE_MAX);
	// After their time others get in.
	mac[1] = 1;
	for (uint32_t i = 0; i < 1000; i++) {
		memcpy(mac + 2, &i, sizeof(i));
		mac_table_learn(&t, mac, 3, 20 * CLOCK_S, 10 * CLOCK_S);
		CU_ASSERT_EQUAL(mac_table_find(&t, mac, 20 * CLOCK_S, 10 * CLOCK_S), 3);
	}
	mac[1] = 0;
	for (uint32_t i = 0; i < MAC_TABLE_MAX; i++) {
		memcpy(mac + 2, &i, sizeof(i));
		CU_ASSERT_EQUAL(mac_table_find(&t, mac, 20 * CLOCK_S, 10 * CLOCK_S), -1);
	}
	CU_ASSERT_EQUAL(t.n, 1000);
	mac_table_fini(&t);
}

static void
state_moves_to_a_new_router(void)
{
	struct rig *r = rig_config("e :: EtherSwitch; f :: EtherSwitch; g :: EtherSwitch;"
				   "RigIn(0) -> e -> RigOut(0); RigIn(1) -> [1] e [1] -> RigOut(1);"
				   "RigIn(2) -> f -> RigOut(2); RigIn(3) -> [1] f [1] -> RigOut(3);"
				   "RigIn(4) -> g -> RigOut(4);");
	struct element *e = rig_element(r), *f = rig_find(r, "f"), *g = rig_find(r, "g");
	struct errh errh;

	errh_init_silent(&errh);
	rig_push_hex(r, 1, ALL A "0800");
	CU_ASSERT_EQUAL(g->class->take_state(g, e, &errh), 0);
	ASSERT_READ(r, "g.table", "");
	CU_ASSERT_EQUAL(f->class->take_state(f, e, &errh), 0);
	ASSERT_READ(r, "f.table", "02-00-00-00-00-01 1\n");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("EtherSwitch(10)", 2, 2, "too many arguments\n");
	ASSERT_ERRORS("EtherSwitch(TIMEOUT x)", 2, 2, "TIMEOUT: parse error\n");
}

static void
listens(void)
{
	struct rig *r = rig_new("ListenEtherSwitch", 3, 4);
	struct packet *pkts[6];

	rig_push_hex(r, 0, ALL A "0800");
	expect_order(r, "3 2 1");
	rig_push_hex(r, 1, A B "0800 01");
	rig_expect_hex(r, 3, 0, A B "0800 01");
	rig_expect_hex(r, 0, 0, A B "0800 01");
	expect_order(r, "3 0");
	rig_push_hex(r, 1, B B "0800");
	expect_order(r, "3");
	CU_ASSERT_EQUAL(rig_drops(r, SAME_PORT), 0);
	// What the listener hears keeps its order, floods included.
	pkts[0] = rig_hex(A C "0800 00");
	pkts[1] = rig_hex(A C "0800 01");
	pkts[2] = rig_hex(C C "0800 02");
	pkts[3] = rig_hex(ALL C "0800 03");
	pkts[4] = rig_hex("00");
	pkts[5] = rig_hex(B C "0800 05");
	rig_push_batch(r, 2, pkts, 6);
	CU_ASSERT_EQUAL(rig_count(r, 3), 5);
	for (unsigned i = 0; i < 4; i++)
		CU_ASSERT_EQUAL(packet_data(rig_packet(r, 3, i))[14], i);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 3, 4))[14], 5);
	expect_order(r, "3 3 3 0 0 3 1 0 3 1");
	CU_ASSERT_EQUAL(rig_drops(r, TOO_SHORT), 1);
	rig_free(r);
	r = rig_new("ListenEtherSwitch", 1, 2);
	rig_push_hex(r, 0, ALL A "0800");
	rig_push_hex(r, 0, A A "0800");
	rig_push_hex(r, 0, B A "0800");
	expect_order(r, "1 1 1");
	rig_free(r);
	r = rig_new("ListenEtherSwitch(TIMEOUT 0)", 2, 3);
	rig_push_hex(r, 1, B A "0800");
	expect_order(r, "2 0");
	ASSERT_READ(r, "table", "");
	rig_free(r);
	ASSERT_ERRORS(
		"ListenEtherSwitch", 2, 2, "config:1: 'e :: ListenEtherSwitch' output 2 unused\n");
}

UNIT_SUITE(etherswitch, UNIT_CASE(learns), UNIT_CASE(listens), UNIT_CASE(batches_keep_their_order),
	UNIT_CASE(two_ports_need_no_copies), UNIT_CASE(copies_are_independent),
	UNIT_CASE(stations_are_forgotten), UNIT_CASE(a_hub_learns_nothing), UNIT_CASE(handlers),
	UNIT_CASE(short_frames_are_dropped), UNIT_CASE(the_table_is_bounded),
	UNIT_CASE(state_moves_to_a_new_router), UNIT_CASE(arguments))
