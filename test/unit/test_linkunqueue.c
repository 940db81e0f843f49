// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/storage.h"
#include "test/unit/sequence.h"

#define CONFIG(link) "RigIn -> q :: Queue -> e :: LinkUnqueue(" link ") -> RigOut;"

static void
push_n(struct rig *r, unsigned n, unsigned len)
{
	for (unsigned i = 0; i < n; i++)
		rig_push(r, 0, packet_alloc(PACKET_HEADROOM, len));
}

static unsigned
n_after(struct rig *r, int64_t ns)
{
	unsigned n;

	rig_run_for(r, ns);
	n = rig_count(r, 0);
	return n;
}

// 1000 bytes take 10 ms to be sent, and 30 to travel.
static void
latency_and_bandwidth(void)
{
	struct rig *r = rig_config(CONFIG("30ms, 100kBps"));
	int64_t start = clock_now(), arrival[3];

	push_n(r, 3, 1000);
	CU_ASSERT_EQUAL(n_after(r, 5 * CLOCK_MS), 0);
	ASSERT_READ(r, "size", "1");
	CU_ASSERT_EQUAL(n_after(r, 34 * CLOCK_MS), 0);
	ASSERT_READ(r, "size", "3");
	CU_ASSERT_EQUAL(n_after(r, 2 * CLOCK_MS), 1);
	CU_ASSERT_EQUAL(n_after(r, 8 * CLOCK_MS), 1);
	CU_ASSERT_EQUAL(n_after(r, 2 * CLOCK_MS), 2);
	CU_ASSERT_EQUAL(n_after(r, 10 * CLOCK_MS), 3);
	for (unsigned i = 0; i < 3; i++)
		arrival[i] = packet_timestamp(rig_packet(r, 0, i));
	CU_ASSERT_TRUE(arrival[0] >= start + 40 * CLOCK_MS);
	CU_ASSERT_TRUE(arrival[0] < start + 40 * CLOCK_MS + CLOCK_US);
	// Back to back.
	CU_ASSERT_EQUAL(arrival[1], arrival[0] + 10 * CLOCK_MS);
	CU_ASSERT_EQUAL(arrival[2], arrival[1] + 10 * CLOCK_MS);
	ASSERT_READ(r, "size", "0");
	ASSERT_READ(r, "scheduled", "false");
	rig_free(r);
}

static void
after_a_pause_it_is_free_at_once(void)
{
	struct rig *r = rig_config(CONFIG("1ms, 100kBps"));

	push_n(r, 1, 1000);
	CU_ASSERT_EQUAL(n_after(r, 100 * CLOCK_MS), 1);
	push_n(r, 1, 500);
	CU_ASSERT_EQUAL(n_after(r, 5900 * CLOCK_US), 1);
	CU_ASSERT_EQUAL(n_after(r, 200 * CLOCK_US), 2);
	rig_free(r);
}

// In one second, from a queue that never runs dry.
static void
steady_bandwidth(void)
{
	struct rig *r =
		rig_config("InfiniteSource(LENGTH 125) -> Queue -> e :: LinkUnqueue(0, 1Mbps)"
			   " -> RigOut;");

	CU_ASSERT_EQUAL(n_after(r, CLOCK_S + CLOCK_US), 1000);
	rig_free(r);
}

static void
extra_length_counts(void)
{
	struct rig *r = rig_config(CONFIG("0, 100kBps"));
	struct packet *p = packet_alloc(PACKET_HEADROOM, 100);

	packet_set_anno_u32(p, ANNO_EXTRA_LENGTH, 900);
	rig_push(r, 0, p);
	CU_ASSERT_EQUAL(n_after(r, 9900 * CLOCK_US), 0);
	CU_ASSERT_EQUAL(n_after(r, 200 * CLOCK_US), 1);
	rig_free(r);
}

static void
writes_empty_the_link(void)
{
	struct rig *r = rig_config(CONFIG("1s, 100kBps"));

	ASSERT_READ(r, "latency", "1.000000s");
	ASSERT_READ(r, "bandwidth", "800kbps");
	push_n(r, 2, 100);
	n_after(r, 10 * CLOCK_MS);
	ASSERT_READ(r, "size", "2");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_READ(r, "size", "0");
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	ASSERT_TEXT(rig_write(r, "latency", "5ms"), "");
	ASSERT_TEXT(rig_write(r, "bandwidth", "299Bps"), "");
	ASSERT_READ(r, "bandwidth", "1.6kbps");
	push_n(r, 1, 2);
	CU_ASSERT_EQUAL(n_after(r, 14 * CLOCK_MS), 0);
	CU_ASSERT_EQUAL(n_after(r, 2 * CLOCK_MS), 1);
	ASSERT_TEXT(rig_write(r, "bandwidth", "99Bps"), "bandwidth too small, minimum 100Bps\n");
	ASSERT_TEXT(rig_write(r, "latency", "x"), "expected time in seconds\n");
	ASSERT_TEXT(rig_write(r, "latency", "-1s"), "latency must be 0 to 1 h\n");
	ASSERT_TEXT(rig_write(r, "latency", "3601s"), "latency must be 0 to 1 h\n");
	ASSERT_TEXT(rig_write(r, "bandwidth", "x"), "expected bandwidth\n");
	ASSERT_TEXT(rig_write(r, "bandwidth", "9223372036854775Bps"), "");
	ASSERT_TEXT(rig_write(r, "bandwidth", "9223372036854776Bps"), "bandwidth too large\n");
	ASSERT_TEXT(rig_write(r, "bandwidth", "299Bps"), "");
	ASSERT_READ(r, "latency", "5ms");
	ASSERT_READ(r, "bandwidth", "1.6kbps");
	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\tr\nreset\twb\nsize\tr\nbandwidth\trw.\n"
		"latency\trw.\nhandlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
}

// When the link is full of short packets, the others wait.
static void
has_room_for_so_many(void)
{
	struct rig *r = rig_config(CONFIG("10s, 1GBps"));
	const struct element *e = rig_element(r);

	CU_ASSERT_EQUAL(e->class->storage->capacity(e), 65536);
	rig_free(r);
	r = rig_config(CONFIG("100ms, 100kBps"));
	e = rig_element(r);
	CU_ASSERT_EQUAL(e->class->storage->capacity(e), 156);
	push_n(r, 300, 1);
	n_after(r, 50 * CLOCK_MS);
	CU_ASSERT_EQUAL(e->class->storage->length(e), 156);
	CU_ASSERT_EQUAL(n_after(r, CLOCK_S), 300);
	// Another link has other room.
	ASSERT_TEXT(rig_write(r, "bandwidth", "200kBps"), "");
	CU_ASSERT_EQUAL(e->class->storage->capacity(e), 312);
	push_n(r, 400, 1);
	n_after(r, 50 * CLOCK_MS);
	CU_ASSERT_EQUAL(e->class->storage->length(e), 312);
	ASSERT_TEXT(rig_write(r, "latency", "0"), "");
	CU_ASSERT_EQUAL(e->class->storage->capacity(e), 64);
	rig_free(r);
}

static void
hot_swap(void)
{
	struct rig *r = rig_config(CONFIG("10ms, 1MBps"));
	char *errors;

	push_n(r, 2, 100);
	n_after(r, 5 * CLOCK_MS);
	errors = rig_swap(r, CONFIG("100ms, 1MBps"));
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "size", "2");
	CU_ASSERT_EQUAL(n_after(r, 6 * CLOCK_MS), 2);
	push_n(r, 1, 100); // in transit at the end
	n_after(r, CLOCK_MS);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("LinkUnqueue(1s)", 1, 1, "BANDWIDTH: required argument missing\n");
	ASSERT_ERRORS("LinkUnqueue(x, 1Mbps)", 1, 1, "LATENCY: parse error\n");
	ASSERT_ERRORS("LinkUnqueue(1s, 99Bps)", 1, 1, "bandwidth too small, minimum 100Bps\n");
}

UNIT_SUITE(linkunqueue, UNIT_CASE(latency_and_bandwidth),
	UNIT_CASE(after_a_pause_it_is_free_at_once), UNIT_CASE(steady_bandwidth),
	UNIT_CASE(extra_length_counts), UNIT_CASE(writes_empty_the_link),
	UNIT_CASE(has_room_for_so_many), UNIT_CASE(hot_swap), UNIT_CASE(arguments))
