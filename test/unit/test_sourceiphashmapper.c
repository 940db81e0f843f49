// SPDX-License-Identifier: BSD-3-Clause
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "test/unit/nat_rig.h"

#define THREE(a, b, c) \
	"m :: SourceIPHashMapper(5 0xbeef, - - 0 0 " a ", - - 1 0 " b ", - - 2 0 " c ");"
#define PORTS \
	"e :: IPRewriter(m); RigIn(0) -> e -> RigOut(0); e [1] -> RigOut(1); e [2] -> RigOut(2);"

enum { NODES = 5, MAX_ID = 4 };

// The id that a source address belongs to, drawn and searched in the plainest way.
static unsigned
id_of(uint32_t src, unsigned ids)
{
	uint32_t k = src * ((src & 0xff) << 24 | 1) % 0x7fffffff, best = UINT32_MAX, id_best = 0;
	uint32_t lowest = UINT32_MAX, id_lowest = 0;

	srandom(0xbeef);
	for (unsigned id = 0; id <= MAX_ID; id++) {
		for (unsigned i = 0; i < NODES; i++) {
			uint32_t at = (uint32_t)random();

			if (!(ids >> id & 1))
				continue;
			if (at >= k && at < best) {
				best = at;
				id_best = id;
			}
			if (at < lowest) {
				lowest = at;
				id_lowest = id;
			}
		}
	}
	return best == UINT32_MAX ? id_lowest : id_best;
}

static void
check(const char *config, const char *output_of_id, unsigned ids)
{
	struct rig *r = rig_config(config);
	unsigned n[3] = {0};
	char ends[64], want[80];

	for (unsigned i = 0; i < 300; i++) {
		uint32_t src = rte_cpu_to_be_32(0x0a000000 + i * 77777);
		const uint8_t *b = (const uint8_t *)&src;
		char output = output_of_id[id_of(src, ids)];

		snprintf(ends, sizeof(ends), "%u.%u.%u.%u:%u > 20.0.0.2:20", b[0], b[1], b[2], b[3],
			i);
		snprintf(want, sizeof(want), "%c %s", output, ends);
		nat_push_udp(r, 0, ends);
		ASSERT_OUT(r, want);
		n[output - '0']++;
	}
	CU_ASSERT_TRUE(n[0] > 0 && n[1] > 0 && n[2] > 0);
	rig_free(r);
}

static void
by_source(void)
{
	check(THREE("0", "1", "4") PORTS, "01..2", 0x13);
	check(THREE("4", "0", "1") PORTS, "12..0", 0x13);
}

static void
errors(void)
{
	ASSERT_ERRORS("SourceIPHashMapper", 0, 0, "no hash seed given\n");
	ASSERT_ERRORS("SourceIPHashMapper(5 1)", 0, 0, "no patterns given\n");
	ASSERT_ERRORS("SourceIPHashMapper(5, - - 0 0 0, - - 0 0 1)", 0, 0,
		"requires 2 config params: numnodes seed\n");
	ASSERT_ERRORS("SourceIPHashMapper(x 1, - - 0 0 0, - - 0 0 1)", 0, 0,
		"number of nodes must be an integer\n");
	ASSERT_ERRORS("SourceIPHashMapper(0 1, - - 0 0 0, - - 0 0 1)", 0, 0,
		"number of nodes must be an integer\n");
	ASSERT_ERRORS("SourceIPHashMapper(5 x, - - 0 0 0, - - 0 0 1)", 0, 0,
		"hash seed must be an integer\n");
	ASSERT_ERRORS("SourceIPHashMapper(5 1, - - 0 0 0, - - 0 0 -1, - - 0 0 x, - - 0 0 0)", 0, 0,
		"bad server ID in pattern spec\nbad server ID in pattern spec\n"
		"bad server ID in pattern spec\n");
	ASSERT_ERRORS(
		"SourceIPHashMapper(5 1, - x 0 0 0, - - 0 0 1)", 0, 0, "bad destination address\n");
	ASSERT_ERRORS("SourceIPHashMapper(1000000 1, - - 0 0 0, - - 0 0 1000000)", 0, 0,
		"more than 1048576 points for all server IDs\n");
	ASSERT_ERRORS(
		"SourceIPHashMapper(5 1, - - 0 0 0)", 0, 0, "warning: only one pattern given\n");
}

UNIT_SUITE(sourceiphashmapper, UNIT_CASE(by_source), UNIT_CASE(errors))
