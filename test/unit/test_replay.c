// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

// Replay, ReplayUnqueue and the Multi ones.

// A packet of one byte, stamped so many ms behind the first.
static void
feed(struct rig *r, unsigned input, uint8_t byte, int64_t ms)
{
	struct packet *p = packet_make(64, &byte, 1);

	packet_set_timestamp(p, 5 * CLOCK_S + ms * CLOCK_MS);
	rig_push(r, input, p);
}

static void
expect(struct rig *r, unsigned output, const char *want)
{
	struct strbuf text = STRBUF_INIT;

	for (unsigned i = 0; i < rig_count(r, output); i++)
		strbuf_addc(&text, (char)packet_data(rig_packet(r, output, i))[0]);
	ASSERT_TEXT(strbuf_text(&text), want);
	strbuf_fini(&text);
}

static void
pulled(void)
{
	struct rig *r = rig_new_pull("Replay(STOP 2, VERBOSE true)", 1, 1);

	ASSERT_READ(r, "loaded", "false");
	ASSERT_READ(r, "stop", "2");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	for (uint8_t i = 0; i < 3; i++)
		feed(r, 0, (uint8_t)('a' + i), i);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 4);
	ASSERT_READ(r, "loaded", "true");
	ASSERT_READ(r, "stop", "1");
	expect(r, 0, "abca");
	CU_ASSERT_EQUAL(packet_timestamp(rig_packet(r, 0, 1)), 5 * CLOCK_S + CLOCK_MS);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 2);
	CU_ASSERT_FALSE(rig_stopped(r));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	expect(r, 0, "abcabc");
	ASSERT_READ(r, "stop", "0");
	ASSERT_READ(r, "count", "6");
	CU_ASSERT_EQUAL(rig_drops(r, 0), 3);
	ASSERT_TEXT(rig_chatter(r), "e :: Replay: loaded 3 packets\n");
	rig_free(r);
}

static void
keeps_everything(void)
{
	static const char *const modes[] = {"false", "true"};

	for (unsigned i = 0; i < 2; i++) {
		char conf[64];
		struct rig *r;
		struct packet *p, *got;

		snprintf(conf, sizeof(conf), "Replay(QUICK_CLONE %s, STOP 2)", modes[i]);
		r = rig_new_pull(conf, 1, 1);
		p = rig_segments("0102030405060708", 3);
		packet_set_anno_u32(p, ANNO_AGGREGATE, 77);
		packet_set_type(p, PACKET_MULTICAST);
		packet_set_mac(p, 1);
		packet_set_network(p, 2, 4);
		packet_set_timestamp(p, 42);
		rig_push(r, 0, p);
		rig_push_hex(r, 0, "ff"); // as received
		CU_ASSERT_EQUAL(rig_pull(r, 0, 3), 3);
		for (unsigned k = 0; k < 3; k += 2) {
			got = rig_packet(r, 0, k);
			rig_expect_hex(r, 0, k, "0102030405060708");
			CU_ASSERT_EQUAL(packet_anno_u32(got, ANNO_AGGREGATE), 77);
			CU_ASSERT_EQUAL(packet_type(got), PACKET_MULTICAST);
			CU_ASSERT_EQUAL(packet_mac_offset(got), 1);
			CU_ASSERT_EQUAL(packet_network_offset(got), 2);
			CU_ASSERT_EQUAL(packet_transport_offset(got), 6);
			CU_ASSERT_EQUAL(packet_timestamp(got), 42);
			CU_ASSERT_EQUAL(packet_is_shared(got), i == 1);
		}
		rig_expect_hex(r, 0, 1, "ff");
		CU_ASSERT_EQUAL(rig_drops(r, 0), i == 0 ? 2 : 0);
		rig_free(r);
	}
}

static void
merges_inputs(void)
{
	struct rig *r = rig_new_pull("Replay(STOP 1)", 3, 1);

	feed(r, 0, 'a', 1);
	feed(r, 0, 'd', 4);
	feed(r, 0, 'f', 6);
	feed(r, 1, 'b', 2);
	feed(r, 1, 'e', 5);
	feed(r, 2, 'c', 3);
	feed(r, 2, 'g', 7);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 5);
	expect(r, 0, "abcde"); // then input 1 is dry
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 1), ANNO_PAINT), 1);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 2), ANNO_PAINT), 2);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2); // f and g
	rig_free(r);
}

static void
bounds(void)
{
	struct rig *r = rig_new_pull("Replay(LIMIT 2, BURST 3)", 1, 1);

	for (uint8_t i = 0; i < 3; i++)
		feed(r, 0, (uint8_t)('a' + i), i);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 3);
	expect(r, 0, "ababab");
	ASSERT_READ(r, "stop", "-1");
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_clear(r);
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "loaded", "false");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 3);
	expect(r, 0, "ccc");
	ASSERT_TEXT(rig_write(r, "stop", "1"), "");
	ASSERT_READ(r, "stop", "1");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "stop", "x"), "expected integer\n");
	rig_free(r);
	// Time ends it as well.
	r = rig_new_pull("Replay(STOP_TIME 5)", 1, 1);
	feed(r, 0, 'a', 0);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 64);
	rig_run_for(r, 6 * CLOCK_S);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
goes_on_behind_the_end(void)
{
	struct rig *r = rig_new_pull("Replay(STOP 1, FREEONTERMINATE false)", 1, 1);

	feed(r, 0, 'a', 0);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	ASSERT_TEXT(rig_write(r, "stop", "2"), "");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 2);
	rig_free(r);
}

static void
pushed(void)
{
	struct rig *r = rig_new_unqueue("ReplayUnqueue(STOP 3, BURST 2)", 1, 1);

	for (uint8_t i = 0; i < 2; i++)
		feed(r, 0, (uint8_t)('a' + i), i);
	rig_run(r, 10);
	expect(r, 0, "ababab");
	CU_ASSERT_TRUE(rig_stopped(r));
	rig_free(r);
}

static void
timing(void)
{
	struct rig *r = rig_new_unqueue("ReplayUnqueue(STOP 2, TIMING 50)", 1, 1);

	feed(r, 0, 'a', 0);
	feed(r, 0, 'b', 10);
	feed(r, 0, 'c', 15);
	ASSERT_READ(r, "timing", "50");
	rig_run_for(r, CLOCK_MS / 2);
	expect(r, 0, "a");
	rig_run_for(r, 19 * CLOCK_MS);
	expect(r, 0, "a");
	rig_run_for(r, 2 * CLOCK_MS);
	expect(r, 0, "ab");
	rig_run_for(r, 8 * CLOCK_MS);
	expect(r, 0, "ab");
	rig_run_for(r, 2 * CLOCK_MS);
	expect(r, 0, "abca");
	ASSERT_TEXT(rig_write(r, "timing", "0"), "");
	rig_run(r, 5);
	expect(r, 0, "abcabc");
	ASSERT_TEXT(rig_write(r, "timing", "x"), "expected integer\n");
	rig_free(r);
}

static void
many_outputs(void)
{
	struct rig *r = rig_config("e :: MultiReplay(STOP 1);"
				   "RigIn(0) -> [0] e [0] -> RigOut(0);"
				   "RigIn(1) -> [1] e [1] -> RigOut(1);");

	feed(r, 0, 'a', 1);
	feed(r, 1, 'b', 2);
	feed(r, 1, 'c', 3);
	feed(r, 0, 'd', 4);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 2);
	CU_ASSERT_EQUAL(rig_pull(r, 1, 64), 0);
	CU_ASSERT_FALSE(rig_stopped(r));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	CU_ASSERT_TRUE(rig_stopped(r));
	expect(r, 0, "a"); // with c, input 1 is dry
	expect(r, 1, "bc");
	rig_free(r);
	r = rig_new_unqueue("MultiReplayUnqueue(STOP 2)", 2, 2);
	feed(r, 0, 'a', 1);
	feed(r, 1, 'b', 2);
	feed(r, 0, 'c', 4);
	rig_run(r, 10);
	expect(r, 0, "aa");
	expect(r, 1, "bb");
	rig_free(r);
}

static void
hot_swap(void)
{
	static const char config[] = "RigIn(0) -> e :: Replay(STOP 2) -> RigOut(0);";
	struct rig *r = rig_config(config);
	char *errors;

	feed(r, 0, 'a', 1);
	feed(r, 0, 'b', 2);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_clear(r);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 3);
	expect(r, 0, "bab");
	rig_free(r);
}

// In the middle of loading as well: the packets that were compared are not lost.
static void
hot_swap_while_loading(void)
{
	static const char config[] = "e :: Replay(LIMIT 2, USE_SIGNAL true, STOP 1) -> RigOut(0);"
				     "RigIn(0) -> [0] e; RigIn(1) -> [1] e;";
	struct rig *r = rig_config(config);

	feed(r, 0, 'a', 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 0);
	free(rig_swap(r, config));
	feed(r, 0, 'c', 3);
	feed(r, 1, 'b', 2);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 64), 2);
	expect(r, 0, "ab");
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("Replay(1)", 1, 1, "too many arguments\n");
	ASSERT_ERRORS("ReplayUnqueue(BURST 0)", 1, 1, "BURST: out of range, bound 1\n");
	ASSERT_ERRORS("Replay(TIMING 1)", 1, 1, "TIMING: unknown argument\n");
}

UNIT_SUITE(replay, UNIT_CASE(pulled), UNIT_CASE(keeps_everything), UNIT_CASE(merges_inputs),
	UNIT_CASE(bounds), UNIT_CASE(goes_on_behind_the_end), UNIT_CASE(pushed), UNIT_CASE(timing),
	UNIT_CASE(many_outputs), UNIT_CASE(hot_swap), UNIT_CASE(hot_swap_while_loading),
	UNIT_CASE(arguments))
