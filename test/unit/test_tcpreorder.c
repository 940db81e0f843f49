// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/strbuf.h"
#include "test/unit/flowpacket.h"
#include "test/unit/rig.h"

// TCPReorder and SFMaker.

#define REORDER(args)                                                         \
	"RigIn(0) -> m :: FlowIPManager(TIMEOUT 10) -> e :: TCPReorder(" args \
	"); e [0] -> c :: FlowCounter -> RigOut(0); e [1] -> RigOut(1);"

// A segment with these bytes of data at seq.
static struct packet *
segment(uint16_t port, uint32_t seq, uint8_t flags, const char *data)
{
	return flowpacket_make(&(struct flowpacket){
		.sport = port, .dport = 80, .seq = seq, .flags = flags | FLOW_ACK, .data = data});
}

static void
send_segment(struct rig *r, uint32_t seq, const char *data)
{
	rig_push(r, 0, segment(1, seq, 0, data));
}

// The data of what came out.
static void
expect(struct rig *r, unsigned output, const char *want)
{
	struct strbuf text = STRBUF_INIT;

	for (unsigned i = 0; i < rig_count(r, output); i++) {
		const struct packet *p = rig_packet(r, output, i);
		char data[64] = "";

		packet_read(p, 40, data, packet_length(p) - 40);
		strbuf_adds(&text, *data != '\0' ? data : "-");
	}
	ASSERT_TEXT(strbuf_text(&text), want);
	strbuf_fini(&text);
}

static void
in_order(void)
{
	struct rig *r = rig_config(REORDER(""));

	rig_push(r, 0, segment(1, 1000, FLOW_SYN, NULL));
	send_segment(r, 1001, "ab");
	send_segment(r, 1005, "ef"); // early
	send_segment(r, 1009, "ij");
	send_segment(r, 1007, "gh");
	expect(r, 0, "-ab");
	ASSERT_READ(r, "length", "3");
	send_segment(r, 1003, "cd");
	expect(r, 0, "-abcdefghij");
	ASSERT_READ(r, "length", "0");
	ASSERT_READ(r, "reordered", "3");
	ASSERT_READ(r, "gaps", "0");
	// Again, all or in part, and acknowledgements without data.
	send_segment(r, 1003, "CD");
	send_segment(r, 1009, "ijkl");
	send_segment(r, 1013, NULL);
	send_segment(r, 1012, NULL);
	rig_push(r, 0, segment(1, 1013, FLOW_FIN, "mn"));
	rig_push(r, 0, segment(1, 1016, 0, NULL));
	expect(r, 0, "-abcdefghijijkl--mn-");
	expect(r, 1, "CD");
	ASSERT_READ(r, "c.count", "1");
	rig_free(r);
}

static void
wraps_around(void)
{
	struct rig *r = rig_config(REORDER(""));

	send_segment(r, 0xfffffffe, "ab");
	send_segment(r, 2, "ef");
	send_segment(r, 4, "gh");
	send_segment(r, 0, "cd");
	expect(r, 0, "abcdefgh");
	rig_free(r);
}

// What is held may come again before the gap is filled.
static void
duplicates(void)
{
	struct rig *r = rig_config(REORDER(""));

	send_segment(r, 1, "a");
	send_segment(r, 3, "c");
	send_segment(r, 3, "C");
	send_segment(r, 3, "cd");
	send_segment(r, 2, "b");
	expect(r, 0, "abccd");
	expect(r, 1, "C");
	rig_free(r);
}

static void
gives_up(void)
{
	struct rig *r = rig_config(REORDER("TIMEOUT 50ms, VERBOSE true"));

	send_segment(r, 1, "a");
	send_segment(r, 5, "e");
	send_segment(r, 8, "h");
	rig_run_for(r, 49 * CLOCK_MS);
	expect(r, 0, "a");
	rig_run_for(r, 2 * CLOCK_MS);
	expect(r, 0, "aeh");
	ASSERT_READ(r, "gaps", "2");
	ASSERT_TEXT(rig_chatter(r), "e :: TCPReorder: gap of 3 bytes was not filled\n"
				    "e :: TCPReorder: gap of 2 bytes was not filled\n");
	send_segment(r, 9, "i");
	send_segment(r, 2, "b");
	expect(r, 0, "aehi");
	expect(r, 1, "b");
	// The flow is known behind it, when the timer pushes too.
	ASSERT_READ(r, "c.count", "1");
	rig_free(r);
	r = rig_config(REORDER("NOTIMEOUT true"));
	send_segment(r, 1, "a");
	send_segment(r, 5, "e");
	rig_run_for(r, 5 * CLOCK_S);
	expect(r, 0, "a");
	rig_run_for(r, 10 * CLOCK_S);
	ASSERT_READ(r, "m.count", "0");
	ASSERT_READ(r, "length", "0");
	CU_ASSERT_EQUAL(rig_drops(r, 2), 1);
	rig_free(r);
}

// A gap is waited for from the moment on when the one in front of it was filled.
static void
each_gap_has_its_time(void)
{
	struct rig *r = rig_config(REORDER("TIMEOUT 50ms"));

	send_segment(r, 1, "a");
	send_segment(r, 3, "c");
	rig_run_for(r, 40 * CLOCK_MS);
	send_segment(r, 5, "e");
	send_segment(r, 2, "b");
	expect(r, 0, "abc");
	rig_run_for(r, 45 * CLOCK_MS);
	expect(r, 0, "abc");
	ASSERT_READ(r, "gaps", "0");
	rig_run_for(r, 10 * CLOCK_MS);
	expect(r, 0, "abce");
	ASSERT_READ(r, "gaps", "1");
	// One that is filled in part is still the same.
	send_segment(r, 9, "i");
	rig_run_for(r, 40 * CLOCK_MS);
	send_segment(r, 6, "f");
	expect(r, 0, "abcef");
	rig_run_for(r, 11 * CLOCK_MS);
	expect(r, 0, "abcefi");
	rig_free(r);
}

static void
bounded(void)
{
	struct rig *r = rig_config(REORDER("CAPACITY 2"));

	send_segment(r, 1, "a");
	rig_push(r, 0, segment(2, 1, 0, "A"));
	send_segment(r, 3, "c");
	send_segment(r, 5, "e");
	send_segment(r, 7, "g"); // the first gap is given up
	expect(r, 0, "aAc");
	ASSERT_READ(r, "gaps", "1");
	ASSERT_READ(r, "length", "2");
	rig_free(r);
	r = rig_config(REORDER("CAPACITY 1"));
	send_segment(r, 1, "a");
	send_segment(r, 3, "c");
	rig_push(r, 0, segment(2, 1, 0, "A"));
	rig_push(r, 0, segment(2, 3, 0, "C")); // no room, and nothing to give up
	expect(r, 0, "aAC");
	rig_free(r);
	// A flow's own bound.
	r = rig_config(REORDER("NOTIMEOUT true"));
	send_segment(r, 0, "x");
	for (uint32_t i = 0; i < 257; i++)
		send_segment(r, 2 + i, "y");
	CU_ASSERT_EQUAL(rig_count(r, 0), 257);
	ASSERT_READ(r, "length", "1");
	rig_free(r);
}

static void
others_pass(void)
{
	struct rig *r = rig_config(REORDER(""));
	struct packet *p = segment(1, 1, 0, "a");

	send_segment(r, 1, "a");
	rig_push(r, 0, segment(1, 99, FLOW_RST, NULL));
	rig_push(r, 0, flowpacket_make(&(struct flowpacket){.sport = 1}));
	packet_data_rw(p)[32] = 0xf0; // a header that is longer than the segment
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	for (unsigned n = 20; n < 40; n++) {
		p = segment(1, 1, 0, NULL);
		packet_take(p, 40 - n);
		rig_push(r, 0, p);
	}
	rig_free(r);
	flowpacket_truncations("RigIn(0) -> FlowIPManager -> e :: TCPReorder -> RigOut(0);", 1);
	flowpacket_truncations("RigIn(0) -> FlowIPManager -> e :: SFMaker -> RigOut(0);", 1);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config(REORDER(""));
	char *errors;

	send_segment(r, 1, "a");
	send_segment(r, 3, "c");
	errors = rig_swap(r, REORDER("CAPACITY 10"));
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "length", "1");
	send_segment(r, 2, "b");
	expect(r, 0, "abc");
	send_segment(r, 6, "f");
	errors = rig_swap(r, REORDER("CAPACITY 10"));
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run_for(r, 200 * CLOCK_MS);
	expect(r, 0, "abcf");
	ASSERT_READ(r, "reordered", "2");
	ASSERT_READ(r, "gaps", "1");
	rig_free(r);
}

// The new CAPACITY counts, unless what is held already needs more.
static void
room_after_a_swap(void)
{
	struct rig *r = rig_config(REORDER("CAPACITY 3"));

	send_segment(r, 1, "a");
	send_segment(r, 3, "c");
	send_segment(r, 5, "e");
	free(rig_swap(r, REORDER("CAPACITY 1")));
	ASSERT_READ(r, "length", "2");
	send_segment(r, 7, "g");
	expect(r, 0, "a");
	send_segment(r, 2, "b");
	send_segment(r, 4, "d");
	send_segment(r, 6, "f");
	expect(r, 0, "abcdefg");
	rig_free(r);
	r = rig_config(REORDER(""));
	send_segment(r, 1, "a");
	send_segment(r, 3, "c");
	free(rig_swap(r, REORDER("CAPACITY 1")));
	ASSERT_READ(r, "length", "1");
	send_segment(r, 5, "e");
	expect(r, 0, "ac");
	ASSERT_READ(r, "gaps", "1");
	ASSERT_READ(r, "length", "1");
	rig_free(r);
}

// ---- SFMaker

#define MAKER(args)                                                        \
	"RigIn(0) -> m :: FlowIPManager(TIMEOUT 10) -> e :: SFMaker(" args \
	") -> s :: BatchStats -> c :: FlowCounter -> RigOut(0);"

static void
of_flow(struct rig *r, uint16_t port, uint32_t seq, const char *data)
{
	rig_push(r, 0, segment(port, seq, 0, data));
}

static void
together(void)
{
	struct rig *r = rig_config(MAKER("100"));

	of_flow(r, 1, 1, "a");
	of_flow(r, 2, 1, "A");
	of_flow(r, 1, 2, "b");
	of_flow(r, 2, 3, "C");
	of_flow(r, 2, 2, "B");
	ASSERT_READ(r, "queued", "5");
	rig_run_for(r, 95 * CLOCK_US);
	expect(r, 0, "");
	rig_run_for(r, 10 * CLOCK_US);
	expect(r, 0, "abABC");
	ASSERT_READ(r, "s.dump", "2: 1\n3: 1\n");
	ASSERT_READ(r, "c.count", "2");
	ASSERT_READ(r, "count", "5");
	ASSERT_READ(r, "sent", "5");
	ASSERT_READ(r, "dropped", "0");
	ASSERT_READ(r, "queued", "0");
	ASSERT_READ(r, "superframes", "2");
	ASSERT_READ(r, "reordered", "1");
	ASSERT_READ(r, "superframe_size_avg", "2.5");
	rig_free(r);
	r = rig_config(MAKER("100, REORDER false"));
	of_flow(r, 1, 1, "a");
	of_flow(r, 1, 3, "c");
	of_flow(r, 1, 2, "b");
	rig_push(r, 0, flowpacket_make(&(struct flowpacket){.sport = 7, .dport = 80}));
	rig_push(r, 0, flowpacket_make(&(struct flowpacket){.sport = 7, .dport = 80}));
	rig_run_for(r, 200 * CLOCK_US);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 1))[40], 'c');
	ASSERT_READ(r, "reordered", "0");
	rig_free(r);
}

static void
without_waiting(void)
{
	struct rig *r = rig_config(MAKER("1000, MAX_BURST 2, BYPASS_SYN true, MAX_CAP 3"));

	of_flow(r, 1, 1, "a");
	of_flow(r, 1, 2, "b");
	expect(r, 0, "ab");
	rig_push(r, 0, segment(2, 1, FLOW_SYN, NULL));
	expect(r, 0, "ab-");
	of_flow(r, 3, 1, "c");
	of_flow(r, 4, 1, "d");
	of_flow(r, 5, 1, "e");
	of_flow(r, 6, 1, "f"); // no room: the oldest leaves
	expect(r, 0, "ab-c");
	ASSERT_TEXT(rig_write(r, "flush", ""), "");
	rig_run(r, 2);
	expect(r, 0, "ab-cdef");
	ASSERT_READ(r, "c.count", "6");
	of_flow(r, 1, 3, "g");
	rig_free(r); // it is a drop
	r = rig_config(MAKER("1000, DELAY_LAST 100"));
	of_flow(r, 1, 1, "a");
	rig_run_for(r, 90 * CLOCK_US);
	of_flow(r, 1, 2, "b");
	rig_run_for(r, 90 * CLOCK_US);
	expect(r, 0, "");
	rig_run_for(r, 20 * CLOCK_US);
	expect(r, 0, "ab");
	rig_free(r);
}

static void
maker_swap(void)
{
	struct rig *r = rig_config(MAKER("100"));
	char *errors;

	of_flow(r, 1, 1, "a");
	errors = rig_swap(r, MAKER("100, MAX_CAP 10"));
	ASSERT_TEXT(errors, "");
	free(errors);
	of_flow(r, 1, 2, "b");
	rig_run_for(r, 200 * CLOCK_US);
	expect(r, 0, "ab");
	of_flow(r, 1, 3, "c");
	// Other flow elements: flows do not move, nor does what they hold.
	errors = rig_swap(r, "RigIn(0) -> FlowIPManager -> e :: SFMaker -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run_for(r, 200 * CLOCK_US);
	expect(r, 0, "ab");
	ASSERT_READ(r, "queued", "0");
	rig_free(r);
}

static void
arguments(void)
{
	static const char nobody[] =
		"needs a FlowIPManager in front of it, without a Queue in between\n";

	ASSERT_ERRORS("TCPReorder", 1, 1, nobody);
	ASSERT_ERRORS("TCPReorder(TIMEOUT 0)", 1, 1, "TIMEOUT: out of range, bound 1ns\n");
	ASSERT_ERRORS("TCPReorder(CAPACITY 0)", 1, 1, "CAPACITY: out of range, bound 1\n");
	ASSERT_ERRORS("TCPReorder(MERGESORT true)", 1, 1, "MERGESORT: unknown argument\n");
	ASSERT_ERRORS("SFMaker", 1, 1, nobody);
	ASSERT_ERRORS("SFMaker(0)", 1, 1, "DELAY: out of range, bound 1\n");
	ASSERT_ERRORS("SFMaker(MAX_CAP 0)", 1, 1, "MAX_CAP must not be 0\n");
	ASSERT_ERRORS("SFMaker(MAX_BURST 0)", 1, 1, "MAX_BURST: out of range, bound 1\n");
}

UNIT_SUITE(tcpreorder, UNIT_CASE(in_order), UNIT_CASE(wraps_around), UNIT_CASE(duplicates),
	UNIT_CASE(gives_up), UNIT_CASE(each_gap_has_its_time), UNIT_CASE(bounded),
	UNIT_CASE(others_pass), UNIT_CASE(hot_swap), UNIT_CASE(room_after_a_swap),
	UNIT_CASE(together), UNIT_CASE(without_waiting), UNIT_CASE(maker_swap),
	UNIT_CASE(arguments))
