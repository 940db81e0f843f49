// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/rig.h"

// The annotation of a packet that went through, host order.
static uint32_t
address(struct rig *r)
{
	uint32_t addr;

	rig_push_hex(r, 0, "");
	addr = rte_be_to_cpu_32(packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP));
	rig_clear(r);
	return addr;
}

static void
stays_in_the_prefix(void)
{
	struct rig *r = rig_new("SetRandIPAddress(10.1.2.250/29)", 1, 1);
	unsigned seen[8] = {0};

	for (unsigned i = 0; i < 800; i++) {
		uint32_t addr = address(r);

		if (addr >> 3 != 0x0a0102f8 >> 3)
			CU_FAIL("outside the prefix");
		seen[addr & 7]++;
	}
	// 100 of each are expected; 50 less or more is beyond five standard deviations.
	for (unsigned i = 0; i < 8; i++)
		CU_ASSERT_TRUE(seen[i] > 50 && seen[i] < 150);
	rig_free(r);
	r = rig_new("SetRandIPAddress(10.1.2.3)", 1, 1);
	CU_ASSERT_EQUAL(address(r), 0x0a010203);
	rig_free(r);
}

// How many different addresses come in 1000 draws.
static unsigned
different(const char *config)
{
	struct rig *r = rig_new(config, 1, 1);
	uint32_t seen[1000];
	unsigned n = 0, at;

	for (unsigned i = 0; i < 1000; i++) {
		uint32_t addr = address(r);

		for (at = 0; at < n && seen[at] != addr; at++)
			;
		seen[at] = addr;
		n = RTE_MAX(n, at + 1);
	}
	rig_free(r);
	return n;
}

static void
limits(void)
{
	CU_ASSERT_EQUAL(different("SetRandIPAddress(0/0, 1)"), 1);
	CU_ASSERT_EQUAL(different("SetRandIPAddress(0/0, LIMIT 5)"), 5);
	CU_ASSERT_TRUE(different("SetRandIPAddress(0/0, 0)") > 990);
	CU_ASSERT_TRUE(different("SetRandIPAddress(0/0, -1)") > 990);
}

static void
pull_and_arguments(void)
{
	struct rig *r = rig_new_pull("SetRandIPAddress(10.1.2.3/32)", 1, 1);

	rig_push_hex(r, 0, "00");
	CU_ASSERT_EQUAL(rig_pull(r, 0, 4), 1);
	CU_ASSERT_EQUAL(
		packet_anno_u32(rig_packet(r, 0, 0), ANNO_DST_IP), rte_cpu_to_be_32(0x0a010203));
	rig_free(r);
	ASSERT_ERRORS("SetRandIPAddress", 1, 1, "PREFIX: required argument missing\n");
	ASSERT_ERRORS(
		"SetRandIPAddress(x, y)", 1, 1, "PREFIX: parse error\nLIMIT: invalid number\n");
	ASSERT_ERRORS("SetRandIPAddress(1.2.3.4, 16777217)", 1, 1,
		"LIMIT: out of range, bound 16777216\n");
	ASSERT_ERRORS("SetRandIPAddress(1.2.3.4, 1, 2)", 1, 1, "too many arguments\n");
}

UNIT_SUITE(setrandipaddress, UNIT_CASE(stays_in_the_prefix), UNIT_CASE(limits),
	UNIT_CASE(pull_and_arguments))
