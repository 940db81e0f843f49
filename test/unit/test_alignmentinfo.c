// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/alignmentinfo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
tells_of_each_input(void)
{
	struct rig *r =
		rig_config("AlignmentInfo(q 4 2 8 0, c/n 2 1); q :: Queue; Idle -> q -> Idle;"
			   "e :: AlignmentInfo(c 4 2, , q 4 2 8 0);"
			   "c :: { input -> n :: Null -> output }; Idle -> c -> Idle;");
	struct alignment a;

	CU_ASSERT_TRUE(alignmentinfo_find(rig_find(r, "q"), 0, &a));
	CU_ASSERT_EQUAL(a.modulus, 4);
	CU_ASSERT_EQUAL(a.offset, 2);
	CU_ASSERT_TRUE(alignmentinfo_find(rig_find(r, "q"), 1, &a));
	CU_ASSERT_EQUAL(a.modulus, 8);
	CU_ASSERT_EQUAL(a.offset, 0);
	CU_ASSERT_FALSE(alignmentinfo_find(rig_find(r, "q"), 2, &a));
	CU_ASSERT_TRUE(alignmentinfo_find(rig_find(r, "c/n"), 0, &a));
	CU_ASSERT_EQUAL(a.modulus, 2);
	CU_ASSERT_FALSE(alignmentinfo_find(rig_element(r), 0, &a));
	rig_free(r);
}

static void
classifier_goes_by_it(void)
{
	const char *const infos[] = {"e 4 0", "e 4 1", "e 4 2", "e 4 3", "e 8 7", "e 2 1"};
	const unsigned offsets[] = {0, 3, 2, 1, 1, 0};

	for (unsigned i = 0; i < RTE_DIM(infos); i++) {
		char config[256], line[64];
		struct rig *r;

		snprintf(config, sizeof(config),
			"RigIn(0) -> e :: Classifier(0/01 3/0405, 3/07, -); e [0] -> RigOut(0);"
			"e [1] -> RigOut(1); e [2] -> RigOut(2); AlignmentInfo(%s);",
			infos[i]);
		r = rig_config(config);
		snprintf(line, sizeof(line), "\nalignment offset %u\n", offsets[i]);
		CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "program"), line));
		rig_push_hex(r, 0, "0102030405");
		rig_push_hex(r, 0, "01020307");
		rig_push_hex(r, 0, "01020304");
		rig_push_hex(r, 0, "01");
		rig_push_hex(r, 0, "");
		rig_push(r, 0, rig_segments("0102030405", 1));
		// Without any room in front.
		rig_push(r, 0, packet_make(0, "\1\2\3\4\5", 5));
		rig_push(r, 0, packet_make(0, "\1\2\3\7\5", 5));
		CU_ASSERT_EQUAL(rig_count(r, 0), 3);
		CU_ASSERT_EQUAL(rig_count(r, 1), 2);
		CU_ASSERT_EQUAL(rig_count(r, 2), 3);
		rig_free(r);
	}
}

// They do not keep the router from running.
static void
mistakes_are_reported(void)
{
	const char *expected = "expected 'ELEMENT MODULUS OFFSET [MODULUS OFFSET...]'\n";

	ASSERT_ERRORS("AlignmentInfo(e 4)", 0, 0, expected);
	ASSERT_ERRORS("AlignmentInfo(e x 2)", 0, 0, expected);
	ASSERT_ERRORS("AlignmentInfo(e 4 4)", 0, 0, expected);
	ASSERT_ERRORS("AlignmentInfo(e 0 0)", 0, 0, expected);
	ASSERT_ERRORS("AlignmentInfo(e 4 -1)", 0, 0, expected);
	ASSERT_ERRORS("AlignmentInfo(x 4 2)", 0, 0, "'x' does not name an element\n");
	ASSERT_ERRORS("AlignmentInfo(e 4 2, e 4 0)", 0, 0, "conflicting AlignmentInfo for 'e'\n");
	ASSERT_ERRORS(
		"AlignmentInfo(e 4 2, e 4 2 4 2)", 0, 0, "conflicting AlignmentInfo for 'e'\n");
	ASSERT_ERRORS("AlignmentInfo(e 4 2, e 4 2)", 0, 0, "");
}

UNIT_SUITE(alignmentinfo, UNIT_CASE(tells_of_each_input), UNIT_CASE(classifier_goes_by_it),
	UNIT_CASE(mistakes_are_reported))
