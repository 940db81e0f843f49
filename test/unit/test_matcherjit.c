// SPDX-License-Identifier: BSD-3-Clause
// Decision programs as machine code: the same answers as step by step.

#include <stdlib.h>
#include <string.h>

#include "elements/classify/matcher_program.h"
#include "elements/classify/program.h"
#include "src/batch.h"
#include "src/element.h"
#include "src/mem.h"
#include "test/unit/rig.h"

// The answer of a matcher for a packet, and that of the code alone.
static int16_t
decide(const struct matcher *m, struct packet *p)
{
	struct batch b;
	int16_t decision;

	batch_one(&b, p);
	m->decide(m, &b, &decision);
	return decision;
}

static const struct match_jit *
code_of(const struct matcher *m)
{
	return &((const struct program_matcher *)m)->jit;
}

static int32_t
run_code(const struct matcher *m, const struct packet *p)
{
	uint8_t bytes[12];

	packet_read(p, 0, bytes, sizeof(bytes));
	return (int32_t)code_of(m)->run(bytes);
}

// Values above 2^31, masks, a table, outputs and the drop.
static struct matcher *
make(enum program_space space, unsigned base)
{
	static const uint32_t values[] = {0xffffffff, 0x80000001, 0x7fffffff, 0, 0x08004500};
	struct program p, all;
	struct matcher *m;

	program_init(&all, space);
	for (unsigned i = 0; i < RTE_DIM(values); i++) {
		program_init(&p, space);
		program_add(&p, base + 4, values[i], UINT32_MAX);
		program_finish(&p, 0, -(int32_t)i, LINK_FAILURE);
		if (i == 0)
			program_copy(&all, &p);
		else
			program_append(&all, &p);
		program_fini(&p);
	}
	program_init(&p, space);
	program_add(&p, base + 8, 0x80120000, 0xf0ff0000);
	program_finish(&p, 0, -7, LINK_FAILURE);
	program_append(&all, &p);
	program_finish(&all, 0, LINK_DROP, LINK_DROP);
	all.care = PROGRAM_STRICT;
	m = matcher_create(&all);
	program_fini(&p);
	program_fini(&all);
	return m;
}

static const struct {
	const char *hex; // of bytes 4 to 11
	int32_t link;
} cases[] = {
	{"ffffffff 00000000", 0},
	{"80000001 00000000", -1},
	{"7fffffff 00000000", -2},
	{"00000000 ffffffff", -3},
	{"08004500 00000000", -4},
	{"08004501 8f12ffff", -7},
	{"08004501 8f13ffff", MATCH_DROP},
	{"fffffffe 7012ffff", MATCH_DROP},
};

// The code, and the matcher for packets of one segment, cut (step by step) and whole (by the code).
static void
answers(void)
{
	struct rig *r = rig_new("Null", 1, 1); // for its packets
	struct matcher *m = make(SPACE_PACKET, 0);

	CU_ASSERT_EQUAL(code_of(m)->len, 12);
#ifdef RTE_ARCH_X86_64
	CU_ASSERT_PTR_NOT_NULL_FATAL(code_of(m)->run);
#endif
	for (unsigned i = 0; i < RTE_DIM(cases); i++) {
		int16_t want = cases[i].link == MATCH_DROP ? DROP(MATCHER_NO_MATCH)
							   : (int16_t)-cases[i].link;
		char *hex = mem_printf("00000000 %s", cases[i].hex);
		struct packet *whole = rig_hex(hex), *cut = rig_segments(hex, 5);

		if (code_of(m)->run != NULL)
			CU_ASSERT_EQUAL(run_code(m, whole), cases[i].link);
		CU_ASSERT_EQUAL(decide(m, whole), want);
		CU_ASSERT_EQUAL(decide(m, cut), want);
		rig_push(r, 0, whole);
		rig_push(r, 0, cut);
		free(hex);
	}
	matcher_destroy(m);
	rig_free(r);
}

UNIT_SUITE(matcherjit, UNIT_CASE(answers))
