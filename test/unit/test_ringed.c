// SPDX-License-Identifier: BSD-3-Clause
// --ringed: one lcore polls the devices, others run the elements (FromDPDK, ToDPDK).
#include "elements/device/ringed.h"

#include <stdlib.h>
#include <string.h>

#include "io/io.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/plan.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/dumpfile.h"
#include "test/unit/lcores_rig.h"

// Devices are named once in the whole program, since DPDK does not forget them.

enum { LEN = 60 };

static void
save_packets(const char *name, unsigned n)
{
	struct dumpfile f = DUMPFILE_INIT;

	dumpfile_header(&f, 0xa1b2c3d4, 4, 1);
	for (unsigned i = 0; i < n; i++)
		dumpfile_record(&f, 1, 2, LEN, LEN, (uint8_t)i, LEN);
	dumpfile_save(&f, name);
}

static void
stop(struct router *r)
{
	lcores_rig_free(r);
	io_setup(IO_FULL, false);
}

static void
needs_two_workers(void)
{
	static const char want[] =
		"--ringed needs two worker lcores at least, one for the devices and one for the "
		"elements\n  use -j 2 or more\n";
	struct strbuf text = STRBUF_INIT;
	char *errors;

	for (unsigned n = 0; n <= 1; n++) {
		io_setup(IO_FULL, true);
		errors = lcores_rig_errors(n == 0 ? "e :: FromDPDK(net_null500,no-rx=1) -> Discard"
						  : "Idle -> e :: ToDPDK(net_null501,no-rx=1)",
			n);
		io_setup(IO_FULL, false);
		strbuf_clear(&text);
		strbuf_addf(&text, "config:1: While initializing 'e :: %s':\n  %s",
			n == 0 ? "FromDPDK" : "ToDPDK", want);
		ASSERT_TEXT(errors, strbuf_text(&text));
		free(errors);
	}
	strbuf_fini(&text);
}

// From the device on lcore 0 into the ring, from the ring on lcore 1 into the graph.
static void
receives_in_two_steps(void)
{
	struct router *r;
	struct element *e;

	save_packets("ringed.pcap", 50);
	io_setup(IO_FULL, true);
	r = lcores_rig(
		tempdir_text("e :: FromDPDK(net_pcap502,rx_pcap=@/ringed.pcap) -> c :: Counter"
			     "-> Discard"),
		2);
	e = router_find(r, "e");
	CU_ASSERT_EQUAL(e->info->own_lcores, 2);
	lcores_rig_run(1, 5);
	ASSERT_LCORES_READ(r, "c.count", "0");
	lcores_rig_run(0, 5);
	ASSERT_LCORES_READ(r, "c.count", "0");
	CU_ASSERT_EQUAL(e->class->held(e), 50);
	CU_ASSERT_EQUAL(lcores_at(0)->n_received, 50);
	lcores_rig_run(1, 5);
	ASSERT_LCORES_READ(r, "c.count", "50");
	CU_ASSERT_EQUAL(e->class->held(e), 0);
	ASSERT_LCORES_READ(r, "e.nb_rx_queues", "1");
	stop(r);
}

// What came in is counted in this form too.
static void
counts_what_it_received(void)
{
	struct router *r;

	save_packets("ringed2.pcap", 9);
	io_setup(IO_FULL, true);
	r = lcores_rig(
		tempdir_text("e :: FromDPDK(net_pcap503,rx_pcap=@/ringed2.pcap) -> Discard"), 2);
	lcores_rig_run(0, 5);
	lcores_rig_run(1, 5);
	ASSERT_LCORES_READ(r, "e.count", "9");
	ASSERT_TEXT(lcores_rig_write(r, "e.reset_count", ""), "");
	ASSERT_LCORES_READ(r, "e.count", "0");
	stop(r);
}

// ACTIVE is for this form too.
static void
waits_until_it_is_active(void)
{
	struct router *r;
	struct element *e;

	save_packets("ringed4.pcap", 50);
	io_setup(IO_FULL, true);
	r = lcores_rig(tempdir_text("e :: FromDPDK(net_pcap511,rx_pcap=@/ringed4.pcap,"
				    "ACTIVE false, BURST 7) -> Discard"),
		2);
	e = router_find(r, "e");
	lcores_rig_run(0, 5);
	CU_ASSERT_EQUAL(e->class->held(e), 0);
	ASSERT_TEXT(lcores_rig_write(r, "e.active", "true"), "");
	lcores_rig_run(0, 20);
	CU_ASSERT_EQUAL(e->class->held(e), 50);
	lcores_rig_run(1, 5);
	ASSERT_LCORES_READ(r, "e.count", "50");
	stop(r);
}

static void
drops_what_the_ring_cannot_hold(void)
{
	struct router *r;
	struct element *e;

	save_packets("ringed3.pcap", 1100);
	io_setup(IO_FULL, true);
	r = lcores_rig(
		tempdir_text("e :: FromDPDK(net_pcap504,rx_pcap=@/ringed3.pcap) -> Discard"), 2);
	e = router_find(r, "e");
	lcores_rig_run(0, 50);
	CU_ASSERT_EQUAL(e->class->held(e), RINGED_CAPACITY);
	CU_ASSERT_EQUAL(element_drops(e, 0), 1100 - RINGED_CAPACITY);
	ASSERT_LCORES_READ(r, "e.drop_reasons", "76\tring full\n");
	// The rest is dropped with the router.
	stop(r);
}

static void
sends_in_two_steps(void)
{
	struct strbuf bytes = STRBUF_INIT;
	struct element *e;
	struct router *r;

	io_setup(IO_FULL, true);
	r = lcores_rig(tempdir_text("s :: InfiniteSource(LIMIT 10, DATA \\<0102030405060708090a0b"
				    "0c0d0e0f10>) -> e :: ToDPDK(net_pcap505,tx_pcap=@/rtx.pcap);"
				    "StaticThreadSched(s 1)"),
		2);
	e = router_find(r, "e");
	lcores_rig_run(1, 20);
	CU_ASSERT_EQUAL(e->class->held(e), 10);
	ASSERT_LCORES_READ(r, "e.count", "0");
	lcores_rig_run(0, 20);
	CU_ASSERT_EQUAL(e->class->held(e), 0);
	ASSERT_LCORES_READ(r, "e.count", "10");
	CU_ASSERT_EQUAL(lcores_at(0)->n_sent, 10);
	stop(r);
	tempdir_read("rtx.pcap", &bytes);
	CU_ASSERT_EQUAL_FATAL(bytes.len, 24 + 10 * 32);
	for (unsigned i = 0; i < 10; i++)
		CU_ASSERT_EQUAL(memcmp(bytes.data + 24 + i * 32 + 16,
					"\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20", 16),
			0);
	strbuf_fini(&bytes);
}

static void
sends_what_it_pulls(void)
{
	struct router *r;

	io_setup(IO_FULL, true);
	r = lcores_rig("s :: InfiniteSource(LIMIT 100) -> q :: Queue -> e :: ToDPDK("
		       "net_null506,no-rx=1); StaticThreadSched(s 1)",
		2);
	ASSERT_LCORES_READ(r, "e.home_thread", "1");
	lcores_rig_run(1, 200);
	ASSERT_LCORES_READ(r, "q.length", "0");
	lcores_rig_run(0, 50);
	ASSERT_LCORES_READ(r, "e.count", "100");
	stop(r);
}

static void
a_full_ring_drops(void)
{
	struct element *e;
	struct router *r;

	io_setup(IO_FULL, true);
	r = lcores_rig("s :: InfiniteSource(LIMIT 1100, BURST 50) -> e :: ToDPDK("
		       "net_null507,no-rx=1); StaticThreadSched(s 1)",
		2);
	e = router_find(r, "e");
	lcores_rig_run(1, 100);
	CU_ASSERT_EQUAL(e->class->held(e), RINGED_CAPACITY);
	ASSERT_LCORES_READ(r, "e.dropped", "76");
	lcores_rig_run(0, 100);
	ASSERT_LCORES_READ(r, "e.count", "1024");
	stop(r);
}

// A device that takes part of a burst gets the rest next time.
static void
a_full_device_waits(void)
{
	struct element *e;
	struct router *r;

	io_setup(IO_FULL, true);
	r = lcores_rig("s :: InfiniteSource(LIMIT 1050, BURST 50) -> e :: ToDPDK(net_ring508);"
		       "f :: FromDPDK(net_ring508, N_QUEUES 1) -> c :: Counter -> Discard;"
		       "StaticThreadSched(s 1)",
		2);
	e = router_find(r, "e");
	lcores_rig_run(1, 50);
	lcores_rig_run(0, 200);
	lcores_rig_run(1, 200);
	lcores_rig_run(0, 200);
	lcores_rig_run(1, 200);
	CU_ASSERT_EQUAL(e->class->held(e), 0);
	ASSERT_LCORES_READ(r, "e.count", "1024");
	ASSERT_LCORES_READ(r, "e.dropped", "26");
	ASSERT_LCORES_READ(r, "c.count", "1024");
	stop(r);
}

static void
rings_are_planned(void)
{
	struct strbuf lines = STRBUF_INIT;
	struct router *r;

	io_setup(IO_FULL, true);
	r = lcores_rig_prepared("e :: FromDPDK(net_null509,no-rx=1, N_QUEUES 2) -> n :: Null"
				"-> t :: ToDPDK(net_null509)",
		2, &lines);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(strbuf_text(&lines), "    2048 packets, node 0: e, 2 rings of 1024\n"));
	CU_ASSERT_PTR_NOT_NULL(
		strstr(strbuf_text(&lines), "    1024 packets, node 0: t, a ring of 1024\n"));
	strbuf_fini(&lines);
	stop(r);
}

UNIT_SUITE(ringed, UNIT_CASE(needs_two_workers), UNIT_CASE(receives_in_two_steps),
	UNIT_CASE(counts_what_it_received), UNIT_CASE(waits_until_it_is_active),
	UNIT_CASE(drops_what_the_ring_cannot_hold), UNIT_CASE(sends_in_two_steps),
	UNIT_CASE(sends_what_it_pulls), UNIT_CASE(a_full_ring_drops),
	UNIT_CASE(a_full_device_waits), UNIT_CASE(rings_are_planned))
