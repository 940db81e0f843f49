// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "io/driver.h"
#include "io/io.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/task.h"
#include "test/unit/dumpfile.h"
#include "test/unit/lcores_rig.h"

// Devices are named once in the whole program, since DPDK does not forget them. A net_ring gives
// back what was sent through it, and is full behind 1023 packets.

enum { RING = 1023 };

enum { DEVICE_FULL, NO_DEVICE, STILL_HELD }; // drop reasons

static struct rig *
start(const char *config)
{
	struct strbuf errors = STRBUF_INIT;
	struct rig *r = rig_config(config);
	struct errh errh;

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(io_start_all(&errh), 0);
	ASSERT_TEXT(strbuf_text(&errors), "");
	strbuf_fini(&errors);
	return r;
}

static void
stop(struct rig *r)
{
	rig_free(r);
	io_close_all();
	io_setup(IO_FULL, false);
}

static void
assert_says(const char *file, int line, const char *element, const char *want)
{
	char *errors = rig_errors(element, 1, 0);

	io_close_all();
	unit_assert_text(file, line, errors, want);
	free(errors);
}

#define ASSERT_SAYS(element, want) assert_says(__FILE__, __LINE__, element, want)

static void
push_many(struct rig *r, unsigned n)
{
	struct packet *p[BATCH_MAX];

	for (unsigned i = 0, now; i < n; i += now) {
		now = RTE_MIN(n - i, (unsigned)BATCH_MAX);
		for (unsigned k = 0; k < now; k++)
			p[k] = rig_hex("01020304");
		rig_push_batch(r, 0, p, now);
	}
}

static struct io_port *
port_of_element(const struct element *e)
{
	return *(struct io_port **)((char *)(uintptr_t)e + e->class->handlers[0].number);
}

// ---- what leaves

// The bytes of each packet, in order, in the file that a net_pcap writes.
static void
sends(const char *config, bool pull)
{
	struct strbuf bytes = STRBUF_INIT;
	struct rig *r = start(tempdir_text(config));
	const uint8_t *at;

	for (unsigned i = 0; i < 40; i++) {
		uint8_t frame[60];

		for (unsigned k = 0; k < sizeof(frame); k++)
			frame[k] = (uint8_t)(i + k);
		rig_push(r, 0, packet_make(PACKET_HEADROOM, frame, sizeof(frame)));
	}
	rig_push(r, 0, rig_segments("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf", 3));
	if (pull)
		rig_run(r, 10);
	ASSERT_READ(r, "count", "41");
	ASSERT_READ(r, "dropped", "0");
	ASSERT_READ(r, "hw_count", "41");
	ASSERT_READ(r, "hw_bytes", "2416");
	ASSERT_READ(r, "hw_errors", "0");
	CU_ASSERT_EQUAL(lcores_control()->n_sent, 41);
	stop(r);
	tempdir_read("tx.pcap", &bytes);
	CU_ASSERT_EQUAL_FATAL(bytes.len, 24 + 40 * (16 + 60) + 16 + 16);
	at = (const uint8_t *)bytes.data + 24;
	for (unsigned i = 0; i < 40; i++, at += 76) {
		CU_ASSERT_EQUAL(at[8], 60);
		for (unsigned k = 0; k < 60; k++)
			CU_ASSERT_EQUAL(at[16 + k], (uint8_t)(i + k));
	}
	CU_ASSERT_EQUAL(at[8], 16);
	CU_ASSERT_EQUAL(at[16], 0xa0);
	CU_ASSERT_EQUAL(at[31], 0xaf);
	strbuf_fini(&bytes);
}

static void
pushed(void)
{
	sends("RigIn -> e :: ToDPDK(net_pcap200,tx_pcap=@/tx.pcap)", false);
}

static void
pulled(void)
{
	sends("RigIn -> q :: Queue -> e :: ToDPDK(net_pcap201,tx_pcap=@/tx.pcap)", true);
}

static void
copied(void)
{
	io_setup(IO_POLL, false);
	sends("RigIn -> e :: ToDPDK(net_pcap202,tx_pcap=@/tx.pcap)", false);
}

// ---- bursts

// The rig's own push ends a task, so this one pushes by itself.
static bool
push_inside(struct task *task)
{
	struct element *in = rig_find(task->private, "i");
	struct batch b = {.n = 5};

	for (unsigned i = 0; i < 5; i++)
		b.pkt[i] = rig_hex("01");
	element_push(in, 0, &b);
	ASSERT_READ(task->private, "count", "0");
	CU_ASSERT_EQUAL(rig_element(task->private)->class->held(rig_element(task->private)), 5);
	return true;
}

static void
sends_at_the_end_of_a_task(void)
{
	struct rig *r = start("i :: RigIn -> e :: ToDPDK(net_null203,no-rx=1)");
	struct task task;

	task_init(&task, NULL, push_inside, lcores_control(), TASK_TICKETS);
	task.private = r;
	task_schedule(&task);
	rig_run(r, 1);
	ASSERT_READ(r, "count", "5");
	task_fini(&task);
	stop(r);
}

// A full burst does not wait for that.
static bool
push_bursts(struct task *task)
{
	struct element *in = rig_find(task->private, "i");
	struct batch b;

	for (unsigned i = 0; i < 3; i++) {
		b.n = 3;
		for (unsigned k = 0; k < 3; k++)
			b.pkt[k] = rig_hex("01");
		element_push(in, 0, &b);
		// 3 are held, 6 are more than a burst, 3 are held.
		ASSERT_READ(task->private, "count", i == 0 ? "0" : "6");
	}
	b.n = 5;
	for (unsigned k = 0; k < 5; k++)
		b.pkt[k] = rig_hex("01");
	element_push(in, 0, &b);
	ASSERT_READ(task->private, "count", "14");
	return true;
}

static void
sends_full_bursts_at_once(void)
{
	struct rig *r = start("i :: RigIn -> e :: ToDPDK(net_null204,no-rx=1, BURST 4)");
	struct task task;

	task_init(&task, NULL, push_bursts, lcores_control(), TASK_TICKETS);
	task.private = r;
	task_schedule(&task);
	rig_run(r, 1);
	ASSERT_READ(r, "count", "14");
	task_fini(&task);
	stop(r);
}

static void
timeout(void)
{
	struct rig *r = start("RigIn -> e :: ToDPDK(net_null205,no-rx=1, TIMEOUT 20, BURST 8)");

	push_many(r, 3);
	ASSERT_READ(r, "count", "0");
	rig_run_for(r, 10 * CLOCK_MS);
	ASSERT_READ(r, "count", "0");
	// The first packet's time counts.
	push_many(r, 1);
	rig_run_for(r, 11 * CLOCK_MS);
	ASSERT_READ(r, "count", "4");
	push_many(r, 8);
	ASSERT_READ(r, "count", "12");
	stop(r);
	r = start("RigIn -> e :: ToDPDK(net_null206,no-rx=1, TIMEOUT -1, BURST 8)");
	push_many(r, 7);
	rig_run_for(r, 3600 * CLOCK_S);
	ASSERT_READ(r, "count", "0");
	push_many(r, 1);
	ASSERT_READ(r, "count", "8");
	push_many(r, 2);
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 2);
	// What it holds at the end is dropped by name; rig_free() checks the balance.
	stop(r);
}

// ---- a full device

static void
holds_then_drops(void)
{
	struct rig *r = start("RigIn -> e :: ToDPDK(net_ring207, IQUEUE 40);"
			      "f :: FromDPDK(net_ring207, ACTIVE false) -> RigOut");

	push_many(r, RING);
	ASSERT_READ(r, "count", "1023");
	push_many(r, 40);
	ASSERT_READ(r, "count", "1023");
	ASSERT_READ(r, "dropped", "0");
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 40);
	push_many(r, 5);
	ASSERT_READ(r, "dropped", "5");
	CU_ASSERT_EQUAL(rig_drops(r, DEVICE_FULL), 5);
	ASSERT_READ(
		r, "drop_reasons", "5\tdevice full\n0\tno device\n0\tnot sent before the end\n");
	// The device has room again: what is held goes first, by itself.
	ASSERT_TEXT(rig_write(r, "f.active", "true"), "");
	rig_run(r, 100);
	ASSERT_READ(r, "count", "1063");
	CU_ASSERT_EQUAL(rig_count(r, 0), 1063);
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 0);
	ASSERT_TEXT(rig_write(r, "reset_counts", ""), "");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "dropped", "0");
	push_many(r, 2);
	ASSERT_READ(r, "count", "2");
	rig_run(r, 3);
	stop(r);
}

// Order is kept through the ring of what is held, wherever it begins.
static void
keeps_the_order(void)
{
	struct rig *r = start("RigIn -> e :: ToDPDK(net_ring208, IQUEUE 7, BURST 3);"
			      "f :: FromDPDK(net_ring208, ACTIVE false, BURST 4) -> RigOut");
	uint32_t next = 0, n = 0;

	push_many(r, RING);
	for (unsigned round = 0; round < 50; round++) {
		for (unsigned i = 0; i < 7; i++, n++)
			rig_push(r, 0, packet_make(PACKET_HEADROOM, &n, sizeof(n)));
		ASSERT_READ(r, "dropped", "0");
		ASSERT_TEXT(rig_write(r, "f.active", "true"), "");
		rig_run(r, round == 0 ? 400 : 10);
		ASSERT_TEXT(rig_write(r, "f.active", "false"), "");
		if (round == 0) {
			for (unsigned i = 0; i < RING; i++)
				packet_free(rig_take(r, 0));
		}
		rig_run(r, 1);
	}
	ASSERT_TEXT(rig_write(r, "f.active", "true"), "");
	rig_run(r, 50);
	CU_ASSERT_EQUAL(rig_count(r, 0), 350);
	for (struct packet *p; (p = rig_take(r, 0)) != NULL; next++) {
		uint32_t got = UINT32_MAX;

		CU_ASSERT_TRUE(packet_read(p, 0, &got, sizeof(got)));
		CU_ASSERT_EQUAL(got, next);
		packet_free(p);
	}
	stop(r);
}

// With a pull input packets wait in the Queue.
static void
pulls_only_what_fits(void)
{
	struct rig *r = start("RigIn -> q :: Queue(3000) -> e :: ToDPDK(net_ring209, IQUEUE 32);"
			      "f :: FromDPDK(net_ring209, ACTIVE false) -> RigOut");

	push_many(r, 2000);
	rig_run(r, 200);
	ASSERT_READ(r, "count", "1023");
	ASSERT_READ(r, "dropped", "0");
	// One burst of 32 was the last: 31 of it were taken.
	ASSERT_READ(r, "q.length", "976");
	CU_ASSERT_EQUAL(rig_element(r)->class->held(rig_element(r)), 1);
	ASSERT_TEXT(rig_write(r, "f.active", "true"), "");
	rig_run(r, 300);
	ASSERT_READ(r, "count", "2000");
	ASSERT_READ(r, "q.length", "0");
	CU_ASSERT_EQUAL(rig_count(r, 0), 2000);
	// An empty Queue lets it sleep, and wakes it.
	ASSERT_READ(r, "scheduled", "false");
	push_many(r, 1);
	ASSERT_READ(r, "scheduled", "true");
	rig_run(r, 5);
	ASSERT_READ(r, "count", "2001");
	stop(r);
}

static void
does_not_pull_while_inactive(void)
{
	struct rig *r = start("RigIn -> q :: Queue -> e :: ToDPDK(net_null210,no-rx=1, ACTIVE "
			      "false)");

	push_many(r, 3);
	rig_run(r, 10);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "q.length", "3");
	stop(r);
}

// BLOCKING waits as long as nobody wants the lcore.
static void
blocking_yields(void)
{
	struct rig *r = start("RigIn -> e :: ToDPDK(net_ring211, IQUEUE 32, BLOCKING true);"
			      "f :: FromDPDK(net_ring211, ACTIVE false) -> RigOut");

	push_many(r, RING + 32);
	ASSERT_READ(r, "dropped", "0");
	// Nobody will ever make room: it ends with the lcore.
	atomic_store(&lcores_control()->stop, true);
	push_many(r, 3);
	atomic_store(&lcores_control()->stop, false);
	ASSERT_READ(r, "dropped", "3");
	ASSERT_TEXT(rig_write(r, "f.active", "true"), "");
	rig_run(r, 100);
	CU_ASSERT_EQUAL(rig_count(r, 0), RING + 32);
	stop(r);
}

static void
drops_what_is_left_at_the_end(void)
{
	struct router *r = lcores_rig("InfiniteSource(LIMIT 9) -> e :: ToDPDK(net_null212,no-rx=1, "
				      "TIMEOUT -1)",
		0);

	lcores_rig_run(0, 20);
	CU_ASSERT_EQUAL(router_find(r, "e")->class->held(router_find(r, "e")), 9);
	CU_ASSERT_EQUAL(element_drops(router_find(r, "e"), STILL_HELD), 0);
	router_destroy(r);
	CU_ASSERT_EQUAL(lcores_past_drops(), 9);
	lcores_rig_free(NULL);
}

// ---- no device

static void
drops_all_without_a_port(void)
{
	struct rig *r = start("RigIn -> e :: ToDPDK(net_nonesuch0, ALLOW_NONEXISTENT true)");

	push_many(r, 4);
	CU_ASSERT_EQUAL(rig_drops(r, NO_DEVICE), 4);
	ASSERT_READ(r, "dropped", "4");
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "nb_tx_queues", "0");
	stop(r);
	r = start("RigIn -> Queue -> e :: ToDPDK(net_nonesuch0, ALLOW_NONEXISTENT true)");
	push_many(r, 4);
	rig_run(r, 10);
	ASSERT_READ(r, "dropped", "4");
	stop(r);
}

static void
errors_of_arguments(void)
{
	ASSERT_SAYS("ToDPDK", "PORT: required argument missing\n");
	ASSERT_SAYS("ToDPDK(net_null213, x)", "QUEUE: invalid number\n");
	ASSERT_SAYS("ToDPDK(net_null213, QUEUE 1024)", "QUEUE: out of range, bound 1023\n");
	ASSERT_SAYS("ToDPDK(net_null213, N_QUEUES -2)", "N_QUEUES: out of range, bound -1\n");
	ASSERT_SAYS("ToDPDK(net_null213, IQUEUE 0)", "IQUEUE: out of range, bound 1\n");
	ASSERT_SAYS("ToDPDK(net_null213, IQUEUE 65537)", "IQUEUE: out of range, bound 65536\n");
	ASSERT_SAYS("ToDPDK(net_null213, BURST 65)", "BURST: out of range, bound 64\n");
	ASSERT_SAYS("ToDPDK(net_null213, TIMEOUT -2)", "TIMEOUT: out of range, bound -1\n");
	ASSERT_SAYS("ToDPDK(net_null213, NDESC 40000)", "NDESC: out of range, bound 32768\n");
	ASSERT_SAYS("ToDPDK(net_null213, BLOCKING 7)", "BLOCKING: parse error\n");
	ASSERT_SAYS("ToDPDK(net_null213, MAC 1)", "MAC: unknown argument\n");
	ASSERT_SAYS("ToDPDK(net_null213,no-rx=1, IQUEUE 8, BURST 16)",
		"warning: IQUEUE raised to BURST (16)\n");
}

static void
errors_of_ports(void)
{
	ASSERT_SAYS("ToDPDK(eth7)", "unknown port 'eth7'\n"
				    "give a port number, a PCI address, or device arguments such "
				    "as net_af_packet0,iface=veth1\n");
	ASSERT_SAYS("ToDPDK(net_nonesuch1)", "no DPDK driver 'net_nonesuch' on this machine\n"
					     "look for it with: apt-cache search librte-net\n");
	// One that has too few queues.
	ASSERT_SAYS(tempdir_text("ToDPDK(net_pcap214,tx_pcap=@/q.pcap, QUEUE 2)"),
		"warning: port 'net_pcap214' has 1 transmit queue, not 3\n"
		"port has no transmit queue 2\n");
}

static void
wishes_reach_the_port(void)
{
	struct rig *r = start("RigIn -> e :: ToDPDK(net_null215,no-rx=1, QUEUE 2, N_QUEUES 3, "
			      "NDESC 256)");
	struct io_port *port = port_of_element(rig_element(r));

	CU_ASSERT_EQUAL(port->n_tx_queues, 5);
	CU_ASSERT_EQUAL(port->n_tx_desc, 256);
	ASSERT_READ(r, "nb_tx_queues", "5");
	ASSERT_READ(r, "device", "net_null215");
	ASSERT_READ(r, "driver", "net_null");
	ASSERT_READ(r, "carrier", "1");
	push_many(r, 3);
	ASSERT_TEXT(rig_read_param(r, "xstats", "tx_q2_packets"), "3");
	ASSERT_TEXT(rig_read_param(r, "xstats", "tx_q0_packets"), "0");
	stop(r);
}

// The receiver's descriptors are no matter for the sender's.
static void
both_directions_of_a_port(void)
{
	struct rig *r = start("f :: FromDPDK(net_ring216, NDESC 128) -> RigOut;"
			      "RigIn -> e :: ToDPDK(net_ring216, NDESC 512)");

	CU_ASSERT_EQUAL(port_of_element(rig_element(r))->n_rx_desc, 128);
	CU_ASSERT_EQUAL(port_of_element(rig_element(r))->n_tx_desc, 512);
	push_many(r, 10);
	rig_run(r, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 10);
	stop(r);
}

static void
takes_the_counts_over(void)
{
	struct rig *r = start("RigIn -> e :: ToDPDK(net_null217,no-rx=1);"
			      "RigIn(1) -> new :: ToDPDK(net_null217)");
	struct element *new = rig_find(r, "new");

	push_many(r, 6);
	rig_push_hex(r, 1, "01");
	CU_ASSERT_EQUAL(new->class->take_state(new, rig_element(r), NULL), 0);
	ASSERT_READ(r, "new.count", "7");
	ASSERT_READ(r, "new.dropped", "0");
	stop(r);
}

// ---- several lcores

static void
a_queue_for_each_lcore(void)
{
	struct router *r = lcores_rig(
		"StaticThreadSched(a 0, b 1); a :: InfiniteSource(LIMIT 5) -> e :: ToDPDK("
		"net_null218,no-rx=1); b :: InfiniteSource(LIMIT 7) -> e",
		2);

	ASSERT_LCORES_READ(r, "e.nb_tx_queues", "2");
	lcores_rig_run(0, 10);
	ASSERT_LCORES_READ(r, "e.count", "5");
	lcores_rig_run(1, 10);
	ASSERT_LCORES_READ(r, "e.count", "12");
	ASSERT_TEXT(lcores_rig_read(r, "e.xstats", "tx_q0_packets"), "5");
	ASSERT_TEXT(lcores_rig_read(r, "e.xstats", "tx_q1_packets"), "7");
	CU_ASSERT_EQUAL(lcores_at(1)->n_sent, 7);
	lcores_rig_free(r);
}

// A device of one queue is shared.
static void
lcores_share_a_queue(void)
{
	struct router *r = lcores_rig(
		"StaticThreadSched(a 0, b 1); a :: InfiniteSource(LIMIT 5) -> e :: ToDPDK("
		"net_null219,no-rx=1, N_QUEUES 1); b :: InfiniteSource(LIMIT 7) -> e",
		2);

	ASSERT_LCORES_READ(r, "e.nb_tx_queues", "1");
	lcores_rig_run(0, 10);
	lcores_rig_run(1, 10);
	ASSERT_TEXT(lcores_rig_read(r, "e.xstats", "tx_q0_packets"), "12");
	lcores_rig_free(r);
}

static void
pulls_on_its_own_lcore(void)
{
	struct router *r =
		lcores_rig("StaticThreadSched(a 0, e 1); a :: InfiniteSource(LIMIT 5) -> q :: Queue"
			   "-> e :: ToDPDK(net_null220,no-rx=1)",
			2);

	lcores_rig_run(0, 10);
	ASSERT_LCORES_READ(r, "q.length", "5");
	ASSERT_LCORES_READ(r, "e.home_thread", "1");
	lcores_rig_run(1, 10);
	ASSERT_LCORES_READ(r, "e.count", "5");
	CU_ASSERT_EQUAL(lcores_at(1)->n_sent, 5);
	lcores_rig_free(r);
}

UNIT_SUITE(todpdk, UNIT_CASE(pushed), UNIT_CASE(pulled), UNIT_CASE(copied),
	UNIT_CASE(sends_at_the_end_of_a_task), UNIT_CASE(sends_full_bursts_at_once),
	UNIT_CASE(timeout), UNIT_CASE(holds_then_drops), UNIT_CASE(keeps_the_order),
	UNIT_CASE(pulls_only_what_fits), UNIT_CASE(does_not_pull_while_inactive),
	UNIT_CASE(blocking_yields), UNIT_CASE(drops_what_is_left_at_the_end),
	UNIT_CASE(drops_all_without_a_port), UNIT_CASE(errors_of_arguments),
	UNIT_CASE(errors_of_ports), UNIT_CASE(wishes_reach_the_port),
	UNIT_CASE(both_directions_of_a_port), UNIT_CASE(takes_the_counts_over),
	UNIT_CASE(a_queue_for_each_lcore), UNIT_CASE(lcores_share_a_queue),
	UNIT_CASE(pulls_on_its_own_lcore))
