// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "test/unit/ippacket.h"
#include "test/unit/rig.h"

// A UDP packet of a flow with a value behind its headers.
static struct packet *
make(const char *port, const char *value)
{
	char hex[96];

	snprintf(hex, sizeof(hex),
		"45000020 00000000 40110000 01000001 01000002 %s 0035 000c 0000 %s", port, value);
	return ippacket_marked(rig_hex(hex));
}

#define CONFIG(more) "RigIn(0) -> e :: ConsistencyCheck(28" more ") -> RigOut(0);"

static void
finds_broken_flows(void)
{
	struct rig *r = rig_config(CONFIG(", VERBOSE true"));
	char *errors;

	ASSERT_READ(r, "broken_packets_ratio", "0");
	ASSERT_READ(r, "avg_broken_per_connection", "0");
	rig_push(r, 0, make("0001", "00000001"));
	rig_push(r, 0, make("0002", "00000002"));
	rig_push(r, 0, make("0001", "00000001"));
	ASSERT_READ(r, "broken_connections", "0");
	rig_push(r, 0, make("0001", "00000003"));
	rig_push(r, 0, make("0001", "00000003"));
	rig_push(r, 0, make("0001", "00000001"));
	rig_push_hex(r, 0, "4500");
	rig_push_hex(
		r, 0, "000000000000000000000000 000000000000000000000000 00000000000000000000");
	CU_ASSERT_EQUAL(rig_count(r, 0), 8);
	ASSERT_READ(r, "broken_connections", "1");
	ASSERT_READ(r, "broken_packets", "2");
	ASSERT_READ(r, "broken_packets_ratio", "0.25");
	ASSERT_READ(r, "broken_connections_ratio", "0.5");
	ASSERT_READ(r, "avg_broken_per_connection", "2");
	ASSERT_READ(r, "too_short", "1");
	ASSERT_READ(r, "unchecked", "1");
	ASSERT_READ(r, "total_connections", "2");
	ASSERT_TEXT(rig_chatter(r),
		"e :: ConsistencyCheck: connection broken, value 00000003 was 00000001\n");
	errors = rig_swap(r, CONFIG(""));
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_push(r, 0, make("0002", "00000009"));
	ASSERT_READ(r, "broken_connections", "2");
	ASSERT_READ(r, "total_connections", "2");
	rig_free(r);
}

static void
full(void)
{
	struct rig *r = rig_new_pull("ConsistencyCheck(28, CAPACITY 1)", 1, 1);

	rig_push(r, 0, make("0001", "00000001"));
	rig_push(r, 0, make("0002", "00000001"));
	rig_push(r, 0, make("0001", "00000002"));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 8), 3);
	ASSERT_READ(r, "unchecked", "1");
	ASSERT_READ(r, "broken_packets", "1");
	rig_free(r);
	rig_truncations("ConsistencyCheck(28)", 1, 1, 0,
		"45000020 00000000 40110000 01000001 01000002 0001 0035 000c 0000 00000001",
		ippacket_mark);
	ASSERT_ERRORS("ConsistencyCheck(-1)", 1, 1, "OFFSET: invalid number\n");
	ASSERT_ERRORS("ConsistencyCheck(CAPACITY 0)", 1, 1, "CAPACITY: out of range, bound 1\n");
}

UNIT_SUITE(consistencycheck, UNIT_CASE(finds_broken_flows), UNIT_CASE(full))
