// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

// BatchStats and BurstStats.

static void
push(struct rig *r, unsigned n)
{
	struct packet *p[64];

	for (unsigned i = 0; i < n; i++)
		p[i] = rig_hex("00");
	rig_push_batch(r, 0, p, n);
}

static void
sizes_of_batches(void)
{
	struct rig *r = rig_config("RigIn(0) -> e :: BatchStats -> RigOut(0);");
	char *errors;

	ASSERT_READ(r, "average", "0");
	ASSERT_READ(r, "median", "0");
	ASSERT_READ(r, "most_seen_freq", "0");
	push(r, 3);
	push(r, 5);
	push(r, 3);
	push(r, 64);
	CU_ASSERT_EQUAL(rig_count(r, 0), 75);
	ASSERT_READ(r, "average", "18.75");
	ASSERT_READ(r, "avg", "18.75");
	ASSERT_READ(r, "median", "5");
	ASSERT_READ(r, "most_seen", "3");
	ASSERT_READ(r, "most_seen_freq", "2");
	ASSERT_READ(r, "max", "64");
	ASSERT_READ(r, "count", "4");
	ASSERT_READ(r, "nval", "3");
	ASSERT_READ(r, "dump", "3: 2\n5: 1\n64: 1\n");
	errors = rig_swap(r, "RigIn(0) -> e :: BatchStats -> RigOut(0);");
	ASSERT_TEXT(errors, "");
	free(errors);
	push(r, 3);
	ASSERT_READ(r, "median", "3");
	ASSERT_READ(r, "dump", "3: 3\n5: 1\n64: 1\n");
	rig_free(r);
	r = rig_new_pull("BatchStats", 1, 1);
	push(r, 3);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 1);
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 0);
	ASSERT_READ(r, "dump", "1: 1\n2: 1\n");
	rig_free(r);
	ASSERT_ERRORS("BatchStats(1)", 1, 1, "too many arguments\n");
}

static struct packet *
of_flow(const char *port)
{
	char hex[96];

	snprintf(hex, sizeof(hex), "4500001c 00000000 40110000 01000001 01000002 %s 0035 0008 0000",
		port);
	return ippacket_marked(rig_hex(hex));
}

static void
runs(void)
{
	struct rig *r = rig_new("BurstStats", 1, 1);
	struct packet *p[] = {of_flow("0001"), of_flow("0001"), of_flow("0002")};

	rig_push_batch(r, 0, p, 3);
	rig_push(r, 0, of_flow("0002"));
	rig_push(r, 0, of_flow("0002"));
	ASSERT_READ(r, "dump", "2: 1\n"); // the other one goes on
	rig_push(r, 0, of_flow("0001"));
	rig_push_hex(r, 0, "00"); // not IP
	rig_push(r, 0, of_flow("0001"));
	CU_ASSERT_EQUAL(rig_count(r, 0), 8);
	ASSERT_READ(r, "dump", "1: 2\n2: 1\n3: 1\n");
	ASSERT_READ(r, "average", "1.75");
	rig_free(r);
	r = rig_new_pull("BurstStats", 1, 1);
	rig_push(r, 0, of_flow("0001"));
	rig_push(r, 0, of_flow("0002"));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 2), 2);
	ASSERT_READ(r, "count", "1");
	rig_free(r);
	rig_truncations("BurstStats", 1, 1, 0,
		"4500001c 00000000 40110000 01000001 01000002 0001 0035 0008 0000", ippacket_mark);
}

// Runs longer than the largest size that is told apart.
static void
long_runs(void)
{
	struct rig *r = rig_new("BurstStats", 1, 1);

	for (unsigned i = 0; i < 5000; i++) {
		rig_push(r, 0, of_flow("0001"));
		rig_clear(r);
	}
	rig_push(r, 0, of_flow("0002"));
	ASSERT_READ(r, "dump", "4096: 1\n");
	rig_free(r);
}

UNIT_SUITE(batchstats, UNIT_CASE(sizes_of_batches), UNIT_CASE(runs), UNIT_CASE(long_runs))
