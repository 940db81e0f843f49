// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

#define IP(frag, proto) "45000028 0007" frag "40" proto "0000 0a000001 0a000002 "

static void
prepare(struct packet *p)
{
	packet_set_network(p, 0, 20);
}

static void
expect(const char *hex, const char *want)
{
	struct rig *r = rig_new("EraseIPPayload", 1, 1);
	struct packet *p[] = {rig_hex(hex), rig_segments(hex, 3)};

	for (unsigned i = 0; i < 2; i++) {
		prepare(p[i]);
		rig_push(r, 0, p[i]);
	}
	if (want == NULL) {
		CU_ASSERT_EQUAL(rig_drops(r, 0), 2);
	} else {
		CU_ASSERT_EQUAL_FATAL(rig_count(r, 0), 2);
		rig_expect_hex(r, 0, 0, want);
		rig_expect_hex(r, 0, 1, want);
	}
	rig_free(r);
}

static void
erases(void)
{
	expect(IP("0000", "11") "00010002 00080003 aabbcc",
		IP("0000", "11") "00010002 00080000 000000");
	expect(IP("0000", "06") "00010002 11111111 22222222 60123333 44445555 01010101 aabb",
		IP("0000", "06") "00010002 11111111 22222222 60123333 00005555 01010101 0000");
	expect(IP("0004", "06") "aabbcc", IP("0004", "06") "000000");
	expect(IP("0000", "01") "aabbcc", IP("0000", "01") "aabbcc");
	expect(IP("0000", "63") "aabbcc", NULL);
	expect("60000000 00000000 00000000 00000000 00000000", NULL);
	rig_truncations("EraseIPPayload", 1, 1, 0,
		IP("0000", "06") "00010002 11111111 22222222 f0123333 44445555 01010101 aabb",
		prepare);
	rig_truncations(
		"EraseIPPayload", 1, 1, 0, IP("0000", "11") "00010002 00080003 aa", prepare);
}

// A clone keeps its bytes.
static void
clones(void)
{
	struct rig *r = rig_config("RigIn -> t :: Tee -> e :: EraseIPPayload -> RigOut(0);"
				   "t [1] -> RigOut(1);");
	struct packet *p = rig_hex(IP("0000", "11") "00010002 00080003 aabbcc");

	prepare(p);
	rig_push(r, 0, p);
	rig_expect_hex(r, 0, 0, IP("0000", "11") "00010002 00080000 000000");
	rig_expect_hex(r, 1, 0, IP("0000", "11") "00010002 00080003 aabbcc");
	rig_free(r);
}

UNIT_SUITE(eraseippayload, UNIT_CASE(erases), UNIT_CASE(clones))
