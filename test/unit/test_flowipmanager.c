// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "test/unit/flowpacket.h"
#include "test/unit/ippacket.h"
#include "test/unit/lcores_rig.h"
#include "test/unit/rig.h"

// FlowIPManager, and the small elements behind it.

static struct packet *
of_flow(uint16_t port)
{
	return flowpacket_make(&(struct flowpacket){.sport = port, .dport = 53});
}

static void
push(struct rig *r, uint16_t port)
{
	rig_push(r, 0, of_flow(port));
}

// Ports of packets, in batches.
static void
runs(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: FlowIPManager -> s :: BatchStats"
				   "-> c :: FlowCounter -> RigOut(0);");
	struct packet *p[] = {of_flow(1), of_flow(1), of_flow(2), of_flow(1), of_flow(3),
		of_flow(3), of_flow(3), rig_hex("45")};

	rig_push_batch(r, 0, p, 8);
	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	CU_ASSERT_EQUAL(flowpacket_read(rig_packet(r, 0, 2)).sport, 2);
	CU_ASSERT_EQUAL(flowpacket_read(rig_packet(r, 0, 3)).sport, 1);
	CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
	ASSERT_READ(r, "s.dump", "1: 2\n2: 1\n3: 1\n");
	ASSERT_READ(r, "count", "3");
	ASSERT_READ(r, "count_fids", "3");
	ASSERT_READ(r, "capacity", "65536");
	ASSERT_READ(r, "total_capacity", "65536");
	ASSERT_READ(r, "c.count", "3");
	ASSERT_READ(r, "c.open", "3");
	rig_free(r);
}

static void
flows_end(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: FlowIPManager(TIMEOUT 10, CACHE false)"
				   "-> c :: FlowCounter -> RigOut(0);");

	for (unsigned i = 0; i < 5; i++)
		push(r, 1);
	push(r, 2);
	push(r, 3);
	rig_run_for(r, 8 * CLOCK_S);
	push(r, 3);
	ASSERT_READ(r, "c.open", "3");
	rig_run_for(r, 4 * CLOCK_S);
	ASSERT_READ(r, "count", "1");
	ASSERT_READ(r, "c.count", "3");
	ASSERT_READ(r, "c.open", "1");
	ASSERT_READ(r, "c.dump", "1: 1\n5: 1\n");
	ASSERT_READ(r, "c.average", "3");
	ASSERT_READ(r, "c.median", "5");
	rig_run_for(r, 20 * CLOCK_S);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "c.dump", "1: 1\n2: 1\n5: 1\n");
	push(r, 1);
	ASSERT_READ(r, "c.count", "4");
	rig_free(r);
}

static void
bounded(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: FlowIPManager(3, TIMEOUT 100,"
				   " RECYCLE_INTERVAL 3600) -> c :: FlowCounter -> RigOut(0);");

	ASSERT_READ(r, "capacity", "4");
	for (uint16_t i = 1; i <= 6; i++)
		push(r, i);
	CU_ASSERT_EQUAL(rig_count(r, 0), 4);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 2);
	ASSERT_TEXT(
		rig_chatter(r), "e :: FlowIPManager: Cannot add key: there are 4 flows already\n");
	rig_run_for(r, 60 * CLOCK_S);
	push(r, 2);
	rig_run_for(r, 60 * CLOCK_S);
	push(r, 7); // takes the place of an idle one, long before the sweep
	push(r, 2);
	CU_ASSERT_EQUAL(rig_count(r, 0), 7);
	ASSERT_READ(r, "c.open", "4");
	ASSERT_READ(r, "c.count", "5");
	rig_free(r);
	r = rig_config("RigIn(0) -> e :: FlowIPManager(1, TIMEOUT 0, VERBOSE false)"
		       "-> FlowCounter -> RigOut(0);");
	push(r, 1);
	rig_run_for(r, 1000 * CLOCK_S);
	push(r, 2);
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	ASSERT_TEXT(rig_chatter(r), "");
	rig_free(r);
}

// A million of them, and what each has is its own.
static void
many(void)
{
	enum { N = 1000000 };
	struct rig *r = rig_config("RigIn(0) -> e :: FlowIPManager(1000000, TIMEOUT 5)"
				   "-> f :: StoreFlowID(24) -> c :: FlowCounter -> RigOut(0);");
	uint32_t sum = 0, id;

	for (uint32_t i = 0; i < N; i++) {
		rig_push(r, 0,
			flowpacket_make(&(struct flowpacket){
				.src = 0x0a000000 + i, .sport = 7, .dport = 8}));
		packet_read(rig_packet(r, 0, 0), 24, &id, 4);
		sum += rte_be_to_cpu_32(id);
		rig_clear(r);
	}
	CU_ASSERT_EQUAL(sum, (uint32_t)((uint64_t)N * (N - 1) / 2));
	ASSERT_READ(r, "count", "1000000");
	ASSERT_READ(r, "c.open", "1000000");
	rig_push(r, 0,
		flowpacket_make(
			&(struct flowpacket){.src = 0x0a000000 + 77777, .sport = 7, .dport = 8}));
	packet_read(rig_packet(r, 0, 0), 24, &id, 4);
	CU_ASSERT_EQUAL(rte_be_to_cpu_32(id), 77777);
	rig_run_for(r, 10 * CLOCK_S);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "c.dump", "1: 999999\n2: 1\n");
	rig_free(r);
}

static void
paints_flows(void)
{
	struct rig *r = rig_config("RigIn(0) -> FlowIPManager -> e :: FlowPaint(3) -> RigOut(0);");

	push(r, 1);
	ASSERT_TEXT(rig_write(r, "color", "255"), "");
	push(r, 2);
	push(r, 1);
	push(r, 2);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 0), ANNO_PAINT), 3);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 1), ANNO_PAINT), 255);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 2), ANNO_PAINT), 3);
	CU_ASSERT_EQUAL(packet_anno_u8(rig_packet(r, 0, 3), ANNO_PAINT), 255);
	ASSERT_READ(r, "color", "255");
	rig_free(r);
}

static void
limits_flows(void)
{
	struct rig *r = rig_config("RigIn(0) -> FlowIPManager"
				   "-> e :: FlowRateLimiter(100, BURST_SIZE 2) -> RigOut(0);");
	struct packet *p[] = {of_flow(1), of_flow(1), of_flow(1), of_flow(2)};

	rig_push_batch(r, 0, p, 4);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "dropped", "1");
	push(r, 2);
	push(r, 2);
	ASSERT_READ(r, "dropped", "2");
	rig_run_for(r, 11 * CLOCK_MS);
	push(r, 1);
	push(r, 1);
	CU_ASSERT_EQUAL(rig_count(r, 0), 5);
	ASSERT_READ(r, "dropped", "3");
	rig_free(r);
}

static void
stores_numbers(void)
{
	struct rig *r = rig_config("RigIn(0) -> FlowIPManager"
				   "-> e :: StoreFlowID(28) -> RigOut(0);");
	const char *data = "abcdefgh";
	struct packet *p;

	for (uint16_t i = 0; i < 4; i++)
		rig_push(r, 0, flowpacket_make(&(struct flowpacket){.sport = i & 1, .data = data}));
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[31], 0);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 0))[32], 'e');
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 1))[31], 1);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 2))[31], 0);
	CU_ASSERT_EQUAL(packet_data(rig_packet(r, 0, 3))[31], 1);
	p = flowpacket_make(&(struct flowpacket){.sport = 1, .data = data});
	rig_push(r, 0, packet_clone(p));
	CU_ASSERT_EQUAL(memcmp(packet_data(p) + 28, data, 8), 0);
	rig_push(r, 0, p);
	push(r, 0); // no room
	CU_ASSERT_EQUAL(rig_drops(r, 1), 1);
	rig_free(r);
	r = rig_config("RigIn(0) -> FlowIPManager"
		       "-> e :: StoreFlowID(28, RANDOM true) -> RigOut(0);");
	for (uint16_t i = 0; i < 3; i++)
		rig_push(r, 0, flowpacket_make(&(struct flowpacket){.sport = i & 1, .data = data}));
	CU_ASSERT_EQUAL(memcmp(packet_data(rig_packet(r, 0, 0)) + 28,
				packet_data(rig_packet(r, 0, 2)) + 28, 4),
		0);
	CU_ASSERT_NOT_EQUAL(memcmp(packet_data(rig_packet(r, 0, 0)) + 28,
				    packet_data(rig_packet(r, 0, 1)) + 28, 4),
		0);
	rig_free(r);
}

static void
prints(void)
{
	struct rig *r = rig_config("RigIn(0) -> FlowIPManager -> FlowPrint(x)"
				   "-> e :: FlowPrint -> RigOut(0);");
	struct packet *p[] = {of_flow(1), of_flow(1), of_flow(2), of_flow(1)};

	rig_push_batch(r, 0, p, 4);
	ASSERT_TEXT(rig_chatter(r),
		"x: flow 0: 2 packets behind 0\ne: flow 0: 2 packets behind 0\n"
		"x: flow 1: 1 packets behind 0\ne: flow 1: 1 packets behind 0\n"
		"x: flow 0: 1 packets behind 2\ne: flow 0: 1 packets behind 2\n");
	rig_free(r);
}

// Packets that were stored in between belong to no flow any more.
static void
without_a_flow(void)
{
	static const char *const elements[] = {
		"FlowCounter", "FlowPaint(1)", "FlowRateLimiter(1)", "StoreFlowID(0)", "FlowPrint"};

	for (unsigned i = 0; i < 5; i++) {
		char conf[128];
		struct rig *r;

		snprintf(conf, sizeof(conf),
			"RigIn(0) -> FlowIPManager -> AggregateGroup(1) -> e :: %s -> RigOut(0);",
			elements[i]);
		r = rig_config(conf);
		push(r, 1);
		rig_run_for(r, 2 * CLOCK_MS);
		CU_ASSERT_EQUAL(rig_drops(r, 0), 1);
		rig_free(r);
		ASSERT_ERRORS(elements[i], 1, 1,
			"needs a FlowIPManager in front of it, without a Queue in between\n");
	}
}

// Behind the second manager its flows count.
static void
one_behind_the_other(void)
{
	struct rig *r = rig_config("RigIn(0) -> a :: FlowIPManager -> c :: FlowCounter"
				   "-> StoreIPAddress(1.0.0.9, 16) -> b :: FlowIPManager"
				   "-> d :: FlowCounter -> RigOut(0);");
	struct packet *p[] = {
		flowpacket_make(&(struct flowpacket){.dst = 0x05000001}),
		flowpacket_make(&(struct flowpacket){.dst = 0x05000002}),
		flowpacket_make(&(struct flowpacket){.dst = 0x05000001}),
	};

	rig_push_batch(r, 0, p, 3);
	ASSERT_READ(r, "c.count", "2");
	ASSERT_READ(r, "d.count", "1"); // all have the same address by then
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	rig_free(r);
}

static void
loops(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: FlowIPManager -> c :: FlowCounter"
				   "-> k :: CheckPaint(5); k [0] -> RigOut(0);"
				   "k [1] -> Paint(5) -> e;");
	struct packet *p[] = {of_flow(1), of_flow(1), of_flow(2)};

	rig_push_batch(r, 0, p, 3);
	CU_ASSERT_EQUAL(rig_count(r, 0), 3);
	ASSERT_READ(r, "c.count", "2");
	rig_free(r);
}

#define SWAP(more) "RigIn(0) -> e :: FlowIPManager(16) -> c :: FlowCounter" more " -> RigOut(0);"

static void
hot_swap(void)
{
	struct rig *r = rig_config(SWAP(""));
	char *errors;

	push(r, 1);
	push(r, 1);
	push(r, 2);
	errors = rig_swap(r, SWAP(" -> Null"));
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "count", "2");
	ASSERT_READ(r, "c.open", "2");
	push(r, 1);
	rig_run_for(r, 62 * CLOCK_S);
	ASSERT_READ(r, "c.dump", "1: 1\n3: 1\n");
	push(r, 3);
	// With other flow elements flows begin anew.
	errors = rig_swap(r, SWAP(" -> FlowPaint(1)"));
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "count", "0");
	ASSERT_READ(r, "c.count", "3");
	ASSERT_READ(r, "c.open", "0");
	push(r, 3);
	ASSERT_READ(r, "c.open", "1");
	rig_free(r);
}

static void
many_lcores(void)
{
	struct router *r = lcores_rig(
		"StaticThreadSched(a 0, b 1);"
		"a :: InfiniteSource(LIMIT 5) -> UDPIPEncap(1.0.0.1, 1, 2.0.0.2, 2)"
		"-> e :: FlowIPManager(TIMEOUT 2) -> c :: FlowCounter -> StoreFlowID(24)"
		"-> CheckPaint(0) -> Discard;"
		"b :: InfiniteSource(LIMIT 6) -> UDPIPEncap(1.0.0.1, 1, 2.0.0.2, 2) -> e;",
		2);

	lcores_rig_run(0, 8);
	ASSERT_LCORES_READ(r, "e.count", "1");
	lcores_rig_run(1, 8);
	// Each has its own, also of a flow that both see.
	ASSERT_LCORES_READ(r, "e.count", "2");
	ASSERT_LCORES_READ(r, "c.count", "2");
	ASSERT_LCORES_READ(r, "e.total_capacity", "131072");
	clock_jump(clock_steady() + 5 * CLOCK_S);
	lcores_rig_run(0, 2);
	ASSERT_LCORES_READ(r, "c.dump", "5: 1\n");
	lcores_rig_run(1, 2);
	ASSERT_LCORES_READ(r, "c.dump", "5: 1\n6: 1\n");
	ASSERT_LCORES_READ(r, "e.count", "0");
	lcores_rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("FlowIPManager(0)", 1, 1, "CAPACITY: out of range, bound 1\n");
	ASSERT_ERRORS("FlowIPManager(16777217)", 1, 1, "CAPACITY: out of range, bound 16777216\n");
	ASSERT_ERRORS("FlowIPManagerMP(1, 5000)", 1, 1, "RESERVE: out of range, bound 4096\n");
	ASSERT_ERRORS("FlowIPManager_DPDK(RECYCLE_INTERVAL 0)", 1, 1,
		"RECYCLE_INTERVAL: out of range, bound 1\n");
	ASSERT_ERRORS("FlowRateLimiter(1, BURST_SIZE 1, BURST_DURATION 1)", 1, 1,
		"cannot specify both BURST_DURATION and BURST_SIZE\n");
	ASSERT_ERRORS("FlowPaint", 1, 1, "COLOR: required argument missing\n");
	ASSERT_ERRORS("FlowPaint(256)", 1, 1, "COLOR: out of range, bound 255\n");
	ASSERT_ERRORS("StoreFlowID(65536)", 1, 1, "OFFSET: out of range, bound 65535\n");
	flowpacket_truncations("RigIn(0) -> FlowIPManager -> FlowCounter -> FlowRateLimiter(1000)"
			       "-> e :: StoreFlowID(40) -> RigOut(0);",
		1);
	rig_truncations("FlowIPManager", 1, 1, 0,
		"4600001c 00000000 40110000 01000001 01000002 00000000 0001 0035 0008 0000",
		ippacket_mark);
}

UNIT_SUITE(flowipmanager, UNIT_CASE(runs), UNIT_CASE(flows_end), UNIT_CASE(bounded),
	UNIT_CASE(many), UNIT_CASE(paints_flows), UNIT_CASE(limits_flows),
	UNIT_CASE(stores_numbers), UNIT_CASE(prints), UNIT_CASE(without_a_flow),
	UNIT_CASE(one_behind_the_other), UNIT_CASE(loops), UNIT_CASE(hot_swap),
	UNIT_CASE(many_lcores), UNIT_CASE(arguments))
