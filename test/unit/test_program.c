// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "elements/classify/matcher.h"
#include "elements/classify/program.h"
#include "src/element.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

static void
expect_text(const struct program *p, const char *want)
{
	struct strbuf sb = STRBUF_INIT;

	program_print(p, &sb);
	ASSERT_TEXT(strbuf_text(&sb), want);
	strbuf_fini(&sb);
}

// ---- building

static void
adds_tests(void)
{
	struct program p;

	program_init(&p, SPACE_PACKET);
	program_add(&p, 12, 0x08061234, 0xffff0000);
	CU_ASSERT_EQUAL(p.steps[0].value, 0x08060000);
	CU_ASSERT_EQUAL(program_step_need(&p.steps[0]), 14);
	program_add(&p, 4, 1, 1);
	CU_ASSERT_EQUAL(program_step_need(&p.steps[1]), 8);
	program_add(&p, 4, 0x40000000, 0x40000000);
	CU_ASSERT_EQUAL(program_step_need(&p.steps[2]), 5);
	program_add(&p, 400, 0, 0);
	CU_ASSERT_EQUAL(program_step_need(&p.steps[3]), 0);
	CU_ASSERT_EQUAL(program_safe_length(&p), 14);
	program_fini(&p);
}

// Three tests joined by each combiner, finished to output 1 or the drop.
static void
expect_combined(enum program_combiner combiner, const char *want)
{
	struct program_parts parts = {0};
	struct program p;

	program_init(&p, SPACE_PACKET);
	program_part(&p, &parts); // without steps: does not count
	for (unsigned i = 0; i < 3; i++) {
		program_part(&p, &parts);
		program_add(&p, 4 * i, i << 24, 0xff000000);
	}
	program_part(&p, &parts);
	program_combine(&p, &parts, combiner);
	program_finish(&p, 0, -1, LINK_DROP);
	expect_text(&p, want);
	program_fini(&p);
}

static void
combines(void)
{
	expect_combined(COMBINE_AND, " 0   0/00000000%ff000000  yes->step 1  no->[X]\n"
				     " 1   4/01000000%ff000000  yes->step 2  no->[X]\n"
				     " 2   8/02000000%ff000000  yes->[1]  no->[X]\n"
				     "safe length 9\n"
				     "alignment offset 0\n");
	expect_combined(COMBINE_OR, " 0   0/00000000%ff000000  yes->[1]  no->step 1\n"
				    " 1   4/01000000%ff000000  yes->[1]  no->step 2\n"
				    " 2   8/02000000%ff000000  yes->[1]  no->[X]\n"
				    "safe length 9\n"
				    "alignment offset 0\n");
	expect_combined(COMBINE_CHOOSE, " 0   0/00000000%ff000000  yes->step 1  no->step 2\n"
					" 1   4/01000000%ff000000  yes->[1]  no->[X]\n"
					" 2   8/02000000%ff000000  yes->[1]  no->[X]\n"
					"safe length 9\n"
					"alignment offset 0\n");
}

static void
negates(void)
{
	struct program p;

	program_init(&p, SPACE_PACKET);
	program_add(&p, 0, 0, 0xff000000);
	program_negate(&p, 0, false);
	program_add(&p, 0, 0, 0xff000000);
	program_negate(&p, 1, true);
	program_finish(&p, 0, -3, LINK_DROP);
	expect_text(&p, " 0   0/00000000%ff000000  yes->[X]  no->[3]\n"
			" 1   0/00000000%ff000000  yes->[X]  no->[3]  short->yes\n"
			"safe length 1\n"
			"alignment offset 0\n");
	program_fini(&p);
}

static void
one_test(struct program *p, uint32_t offset, int32_t output)
{
	program_init(p, SPACE_PACKET);
	program_add(p, offset, 0, 0xff000000);
	program_finish(p, 0, output, LINK_FAILURE);
}

static void
appends(void)
{
	struct program a, b, constant;

	one_test(&a, 4, 0);
	one_test(&b, 8, -1);
	program_append(&a, &b);
	CU_ASSERT_EQUAL(b.n, 0);
	program_init(&constant, SPACE_PACKET);
	constant.constant = -2;
	program_append(&a, &constant);
	expect_text(&a, " 0   4/00000000%ff000000  yes->[0]  no->step 1\n"
			" 1   8/00000000%ff000000  yes->[1]  no->[2]\n"
			"safe length 9\n"
			"alignment offset 0\n");
	// What takes all packets leaves none for others; what fails them all leaves them all.
	program_init(&constant, SPACE_PACKET);
	constant.constant = -2;
	one_test(&b, 8, -1);
	program_append(&constant, &b);
	CU_ASSERT_EQUAL(constant.n, 0);
	CU_ASSERT_EQUAL(constant.constant, -2);
	program_init(&b, SPACE_PACKET);
	program_append(&b, &a);
	CU_ASSERT_EQUAL(b.n, 2);
	program_fini(&b);
}

static void
stops_at_the_limit(void)
{
	struct program p;

	program_init(&p, SPACE_PACKET);
	for (unsigned i = 0; i <= PROGRAM_STEPS_MAX; i++)
		program_add(&p, 0, i, UINT32_MAX);
	CU_ASSERT_EQUAL(p.n, PROGRAM_STEPS_MAX);
	CU_ASSERT_TRUE(p.too_large);
	program_fini(&p);
}

// ---- passes

// An AND of tests of offset, value, mask; success is output 0.
static void
make_and(struct program *p, const uint32_t (*tests)[3], size_t n)
{
	struct program_parts parts = {0};

	program_init(p, SPACE_HEADERS);
	for (size_t i = 0; i < n; i++) {
		program_part(p, &parts);
		program_add(p, tests[i][0], tests[i][1], tests[i][2]);
	}
	program_combine(p, &parts, COMBINE_AND);
	program_finish(p, 0, 0, LINK_DROP);
}

// By offset, mask, value; the protocol comes before the fragment offset. Click does not move step
// 0.
static void
sorts(void)
{
	static const uint32_t tests[][3] = {
		{272, 1, 1},
		{268, 3, 3},
		{268, 1, 3},
		{268, 2, 2},
		{260, 0, 0x1fff},
		{264, 0x60000, 0xff0000},
	};
	struct program p;

	make_and(&p, tests, 6);
	program_sort(&p);
	expect_text(&p, " 0 272/00000001%00000001  yes->step 1  no->[X]\n"
			" 1 264/00060000%00ff0000  yes->step 2  no->[X]\n"
			" 2 260/00000000%00001fff  yes->step 3  no->[X]\n"
			" 3 268/00000002%00000002  yes->step 4  no->[X]\n"
			" 4 268/00000001%00000003  yes->step 5  no->[X]\n"
			" 5 268/00000003%00000003  yes->[0]  no->[X]\n"
			"safe length 276\n"
			"alignment offset 0\n");
	p.care = PROGRAM_STRICT;
	program_sort(&p);
	CU_ASSERT_EQUAL(p.steps[0].offset, 264);
	CU_ASSERT_EQUAL(p.steps[5].offset, 272);
	program_fini(&p);
	// Offsets of packets have no such exception.
	make_and(&p, tests, 6);
	p.space = SPACE_PACKET;
	program_sort(&p);
	CU_ASSERT_EQUAL(p.steps[1].offset, 260);
	CU_ASSERT_EQUAL(p.steps[2].offset, 264);
	program_fini(&p);
}

static void
passes_over_known_tests(void)
{
	static const uint32_t tests[][3] = {
		{4, 0x0a000000, 0xff000000},
		{8, 1, 1},
		{4, 0x0a000000, 0xff000000}, // again: known
		{4, 0x0b000000, 0xff000000}, // cannot hold
		{0, 0, 0xff000000},
	};
	struct program p;

	make_and(&p, tests, 5);
	program_dominate(&p);
	program_compact(&p);
	CU_ASSERT_EQUAL(p.n, 0);
	CU_ASSERT_EQUAL(p.constant, LINK_DROP);
	program_fini(&p);
	make_and(&p, tests, 3);
	program_dominate(&p);
	program_compact(&p);
	expect_text(&p, " 0   4/0a000000%ff000000  yes->step 1  no->[X]\n"
			" 1   8/00000001%00000001  yes->[0]  no->[X]\n"
			"safe length 12\n"
			"alignment offset 0\n");
	program_fini(&p);
}

static void
merges_neighbours(void)
{
	static const uint32_t tests[][3] = {
		{512, 0x00050000, 0xffff0000},
		{512, 0x00000006, 0x0000ffff},
	};
	struct program p;

	make_and(&p, tests, 2);
	program_merge(&p);
	program_compact(&p);
	expect_text(&p, " 0 512/00050006%ffffffff  yes->[0]  no->[X]\n"
			"safe length 516\n"
			"alignment offset 0\n");
	program_fini(&p);
}

// Values that differ in one bit become one test, but not at offset 0, as in Click.
static void
drops_a_bit(void)
{
	for (uint32_t offset = 0; offset <= 4; offset += 4) {
		struct program_parts parts = {0};
		struct program p;

		program_init(&p, SPACE_PACKET);
		program_part(&p, &parts);
		program_add(&p, offset, 0x0a000002, UINT32_MAX);
		program_part(&p, &parts);
		program_add(&p, offset, 0x0a010002, UINT32_MAX);
		program_combine(&p, &parts, COMBINE_OR);
		program_finish(&p, 0, 0, LINK_DROP);
		program_merge(&p);
		program_compact(&p);
		CU_ASSERT_EQUAL(p.n, offset == 0 ? 2 : 1);
		CU_ASSERT_EQUAL(p.steps[0].mask, offset == 0 ? 0xffffffff : 0xfffeffff);
		program_fini(&p);
	}
}

// The case that shows why packets do not go through Click's program.
static void
strict_keeps_short_packets(void)
{
	struct program_parts parts = {0};
	struct program p, click;

	program_init(&p, SPACE_PACKET);
	program_part(&p, &parts);
	program_add(&p, 12, 0x00020000, 0x00020000);
	program_negate(&p, 0, false);
	program_part(&p, &parts);
	program_add(&p, 12, 0x00100000, 0x00100000);
	program_combine(&p, &parts, COMBINE_AND);
	program_finish(&p, 0, 0, LINK_DROP);
	program_copy(&click, &p);
	program_optimise(&click);
	expect_text(&click, " 0  12/00100000%00120000  yes->[0]  no->[X]  short->yes\n"
			    "safe length 14\n"
			    "alignment offset 0\n");
	p.care = PROGRAM_STRICT;
	program_optimise(&p);
	expect_text(&p, " 0  12/00100000%00120000  yes->[0]  no->[X]\n"
			"safe length 14\n"
			"alignment offset 0\n");
	program_fini(&p);
	program_fini(&click);
}

static void
compacts(void)
{
	struct program_parts parts = {0};
	struct program p;

	// not true ? a : true ? b : c
	program_init(&p, SPACE_PACKET);
	for (unsigned i = 0; i < 5; i++) {
		size_t mark = p.n;

		program_part(&p, &parts);
		program_add(&p, 4 * i, 1, i == 0 || i == 2 ? 0 : 1);
		if (i == 0)
			program_negate(&p, mark, false);
	}
	program_combine(&p, &parts, COMBINE_CHOOSE);
	program_finish(&p, 0, 0, LINK_DROP);
	program_compact(&p);
	CU_ASSERT_EQUAL(p.n, 1);
	CU_ASSERT_EQUAL(p.steps[0].offset, 12);
	program_fini(&p);
}

static void
groups_values(void)
{
	// In host memory the last byte counts most.
	static const uint32_t values[] = {0x07000000, 0x06000001, 5, 4, 3, 2, 0x01000002};
	struct program p;

	program_init(&p, SPACE_PACKET);
	for (unsigned n = 6; n <= 7; n++) {
		struct program_parts parts = {0};

		program_init(&p, SPACE_PACKET);
		for (unsigned i = 0; i < n; i++) {
			program_part(&p, &parts);
			program_add(&p, 8, values[i], UINT32_MAX);
		}
		program_part(&p, &parts);
		program_add(&p, 4, 1, UINT32_MAX);
		program_combine(&p, &parts, COMBINE_OR);
		program_finish(&p, 0, 0, LINK_DROP);
		program_group(&p);
		if (n == 6) {
			CU_ASSERT_EQUAL(p.steps[0].value, 0x07000000);
			program_fini(&p);
		}
	}
	expect_text(&p, " 0   8/07000000%ffffffff  yes->[0]  no->step 1\n"
			" 1   8/06000001%ffffffff  yes->[0]  no->step 2\n"
			" 2   8/00000002%ffffffff  yes->[0]  no->step 3\n"
			" 3   8/01000002%ffffffff  yes->[0]  no->step 4\n"
			" 4   8/00000003%ffffffff  yes->[0]  no->step 5\n"
			" 5   8/00000004%ffffffff  yes->[0]  no->step 6\n"
			" 6   8/00000005%ffffffff  yes->[0]  no->step 7\n"
			" 7   4/00000001%ffffffff  yes->[0]  no->[X]\n"
			"safe length 12\n"
			"alignment offset 0\n");
	program_fini(&p);
}

static void
prints_constants(void)
{
	struct program p;

	program_init(&p, SPACE_PACKET);
	program_add(&p, 0, 0, 0);
	program_finish(&p, 0, -4, LINK_DROP);
	program_optimise(&p);
	expect_text(&p, "all->[4]\nsafe length 0\nalignment offset 0\n");
	CU_ASSERT_TRUE(program_uses_output(&p, 4));
	CU_ASSERT_FALSE(program_uses_output(&p, 0));
	program_fini(&p);
	program_init(&p, SPACE_PACKET);
	program_finish(&p, 0, 0, LINK_DROP);
	p.align = 2;
	expect_text(&p, "all->[2147483647]\nsafe length 0\nalignment offset 2\n");
	program_fini(&p);
}

// ---- random programs against the trees that they were made of

static uint64_t seed;

static uint32_t
rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % n;
}

enum { WORDS = 4, PACKET_MAX = 4 * WORDS };

static uint32_t
random_offset(const struct program *p)
{
	static const uint32_t headers[] = {0, 256, 268, 512};
	uint32_t n = rnd(WORDS);

	return p->space == SPACE_PACKET ? 4 * n : headers[n];
}

static void
add_random_test(struct program *p)
{
	static const uint32_t masks[] = {0xff000000, 0xffff0000, 0x0000ffff, 0x00ff0000, 0x01000000,
		0xffffffff, 0x00000100, 0x02000000, 0xfc000000, 0x000000c0};
	static const uint32_t values[] = {0, 0x01000000, 0x02000000, 0x01000100, 0x03000000,
		0xffffffff, 0x00010000, 0x01020304, 0x00400000};
	uint32_t mask = rnd(40) == 0 ? 0 : masks[rnd(10)], offset = random_offset(p);

	// Two bytes in front of the MAC header are never looked at.
	if (p->space == SPACE_HEADERS && offset == 0)
		mask &= 0xffff;
	program_add(p, offset, values[rnd(9)], mask);
}

static void
add_random_tree(struct program *p, unsigned depth)
{
	uint32_t kind = depth > 0 ? rnd(6) : 0, negate = rnd(6);
	size_t mark = p->n;

	if (kind < 2) {
		add_random_test(p);
	} else {
		struct program_parts parts = {0};
		unsigned n = kind == 5 ? 3 + 2 * rnd(2) : 2 + rnd(2);

		for (unsigned i = 0; i < n; i++) {
			program_part(p, &parts);
			add_random_tree(p, depth - 1);
		}
		program_combine(p, &parts,
			kind == 5       ? COMBINE_CHOOSE
			: kind % 2 != 0 ? COMBINE_AND
					: COMBINE_OR);
	}
	if (negate < 2)
		program_negate(p, mark, negate == 1);
}

static void
make_random(struct program *p, enum program_space space)
{
	struct program_parts parts = {0};
	unsigned n = 1 + rnd(3);

	program_init(p, space);
	for (unsigned i = 0; i < n; i++) {
		size_t mark = p->n;

		program_part(p, &parts);
		if (rnd(8) == 0) { // many values of the same bytes
			struct program_parts values = {0};
			uint32_t offset = space == SPACE_PACKET ? 4 : 268;

			for (unsigned v = rnd(30); v > 0; v--) {
				program_part(p, &values);
				program_add(p, offset, rnd(5) << 24 | rnd(4) << 8, 0xff00ff00);
			}
			program_combine(p, &values, COMBINE_OR);
		}
		if (p->n == mark)
			add_random_tree(p, 3);
		program_finish(p, mark, -(int32_t)i, LINK_FAILURE);
	}
	program_combine(p, &parts, COMBINE_OR);
	program_finish(p, 0, LINK_DROP, LINK_DROP);
}

// The straightforward evaluation. Regions begin at 256 * i; len[i] bytes of them are there.
static int32_t
evaluate(const struct program *p, const uint8_t *const *bytes, const uint32_t *len)
{
	int32_t at = 0;

	if (p->n == 0)
		return p->constant;
	do {
		const struct program_step *s = &p->steps[at];
		uint32_t region = p->space == SPACE_PACKET ? 0 : s->offset / 256;
		uint32_t off = s->offset - 256 * region, word = 0;
		bool outcome = s->short_yes;

		if (s->mask == 0 || program_step_need(s) - 256 * region <= len[region]) {
			for (uint32_t i = 0; i < 4; i++) {
				uint8_t b = off + i < len[region] ? bytes[region][off + i] : 0;

				word = word << 8 | b;
			}
			outcome = (word & s->mask) == s->value;
		}
		at = s->next[outcome];
	} while (at > 0);
	return at;
}

static void
random_bytes(uint8_t *bytes, uint32_t n)
{
	static const uint8_t some[] = {0, 1, 2, 3, 255, 0x40, 4};

	for (uint32_t i = 0; i < n; i++)
		bytes[i] = some[rnd(7)];
}

// The packet goes through the rig's element, so that it is accounted for.
static int32_t
decide_one(struct rig *r, const struct matcher *m, struct packet *p)
{
	int16_t decision = 0;
	struct batch b;

	batch_one(&b, p);
	m->decide(m, &b, &decision);
	rig_push(r, 0, p);
	rig_clear(r);
	if (decision == DROP(MATCHER_NO_MATCH))
		return LINK_DROP;
	return decision < 0 ? 1 : -decision;
}

// As one buffer, or cut into segments of size bytes.
static struct packet *
make_packet(const uint8_t *bytes, uint32_t len, unsigned size)
{
	struct strbuf hex = STRBUF_INIT;
	struct packet *p;

	strbuf_addhex(&hex, bytes, len);
	p = size == 0 ? rig_hex(strbuf_text(&hex)) : rig_segments(strbuf_text(&hex), size);
	strbuf_fini(&hex);
	return p;
}

static void
random_packets(void)
{
	struct rig *r = rig_new("Null", 1, 1); // for its packet pool
	unsigned wrong_strict = 0, wrong_click = 0, wrong_matcher = 0;

	seed = 20240229;
	for (unsigned round = 0; round < 1000; round++) {
		struct program tree, strict, click;
		struct matcher *m;

		make_random(&tree, SPACE_PACKET);
		program_copy(&strict, &tree);
		program_copy(&click, &tree);
		strict.care = PROGRAM_STRICT;
		program_optimise(&strict);
		program_optimise(&click);
		program_group(&click);
		m = matcher_create(&strict);
		for (unsigned i = 0; i < 40; i++) {
			uint8_t bytes[PACKET_MAX];
			const uint8_t *base = bytes;
			uint32_t len = rnd(PACKET_MAX + 1);
			struct packet *p;
			int32_t want;

			random_bytes(bytes, len);
			want = evaluate(&tree, &base, &len);
			wrong_strict += evaluate(&strict, &base, &len) != want;
			if (len >= program_safe_length(&tree))
				wrong_click += evaluate(&click, &base, &len) != want;
			p = make_packet(bytes, len, rnd(3) * rnd(8));
			wrong_matcher += decide_one(r, m, p) != want;
		}
		matcher_destroy(m);
		program_fini(&tree);
		program_fini(&strict);
		program_fini(&click);
	}
	CU_ASSERT_EQUAL(wrong_strict, 0);
	CU_ASSERT_EQUAL(wrong_click, 0);
	CU_ASSERT_EQUAL(wrong_matcher, 0);
	rig_free(r);
}

// MAC header, IP header and transport header at odd places; the MAC header may be stripped.
static void
random_headers(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	unsigned wrong_strict = 0, wrong_matcher = 0;

	seed = 424242;
	for (unsigned round = 0; round < 1000; round++) {
		struct program tree, strict;
		struct matcher *m;

		make_random(&tree, SPACE_HEADERS);
		program_copy(&strict, &tree);
		strict.care = PROGRAM_STRICT;
		program_optimise(&strict);
		m = matcher_create(&strict);
		for (unsigned i = 0; i < 40; i++) {
			uint8_t buffer[66], *bytes = buffer + 2;
			uint32_t network = 12 + rnd(6), hl = 16 + rnd(3), len = rnd(64);
			const uint8_t *base[3] = {buffer, bytes + network, bytes + network + hl};
			uint32_t have[3] = {len + 2, len > network ? len - network : 0,
				len > network + hl ? len - network - hl : 0};
			struct packet *p;
			int32_t want;

			random_bytes(buffer, len + 2);
			want = evaluate(&tree, base, have);
			wrong_strict += evaluate(&strict, base, have) != want;
			p = make_packet(bytes, len, rnd(3) * rnd(8));
			packet_set_mac(p, 0);
			packet_set_network(p, (int32_t)network, hl);
			if (packet_data_len(p) > network && rnd(2) == 0)
				packet_pull(p, network);
			wrong_matcher += decide_one(r, m, p) != want;
		}
		matcher_destroy(m);
		program_fini(&tree);
		program_fini(&strict);
	}
	CU_ASSERT_EQUAL(wrong_strict, 0);
	CU_ASSERT_EQUAL(wrong_matcher, 0);
	rig_free(r);
}

// With an alignment offset the first word begins in front of the packet.
static void
alignment(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	struct matcher *m;
	struct program p;

	program_init(&p, SPACE_PACKET);
	p.align = 2;
	p.care = PROGRAM_STRICT;
	program_add(&p, 0, 0x00000102, 0x0000ffff);
	program_finish(&p, 0, -1, LINK_DROP);
	expect_text(&p, " 0   0/00000102%0000ffff  yes->[1]  no->[X]\n"
			"safe length 4\n"
			"alignment offset 2\n");
	m = matcher_create(&p);
	for (uint32_t headroom = 0; headroom <= 2; headroom++) {
		struct packet *q = packet_make(headroom, "\1\2\3\4", 4);

		CU_ASSERT_EQUAL(decide_one(r, m, q), -1);
		q = packet_make(headroom, "\1", 1);
		CU_ASSERT_EQUAL(decide_one(r, m, q), LINK_DROP);
	}
	matcher_destroy(m);
	program_fini(&p);
	rig_free(r);
}

// A chain of values of the same bytes runs as a table: of equal ones the first counts, and the
// first that says so takes packets that are too short.
static void
tables(void)
{
	static const uint32_t values[] = {7, 3, 7, 5, 3};
	static const struct {
		const char *bytes;
		uint32_t len;
		int32_t want;
	} cases[] = {
		{"\0\0\0\7", 4, 0},
		{"\0\0\0\3", 4, -1},
		{"\0\0\0\5", 4, -3},
		{"\0\0\0\4", 4, LINK_DROP},
		{"\0\0\0", 3, -2},
	};
	struct rig *r = rig_new("Null", 1, 1);
	struct program_parts parts = {0};
	struct matcher *m;
	struct program p;

	program_init(&p, SPACE_PACKET);
	for (size_t i = 0; i < 5; i++) {
		program_part(&p, &parts);
		program_add(&p, 0, values[i], UINT32_MAX);
		program_finish(&p, i, -(int32_t)i, LINK_FAILURE);
		p.steps[i].short_yes = i == 2 || i == 4;
	}
	program_combine(&p, &parts, COMBINE_OR);
	program_finish(&p, 0, LINK_DROP, LINK_DROP);
	m = matcher_create(&p);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct packet *q = packet_make(0, cases[i].bytes, cases[i].len);

		CU_ASSERT_EQUAL(decide_one(r, m, q), cases[i].want);
	}
	matcher_destroy(m);
	program_fini(&p);
	rig_free(r);
}

// Many rules of one shape, as firewalls have them, and more steps than are optimised at once.
static void
large_programs(void)
{
	struct rig *r = rig_new("Null", 1, 1);
	enum { RULES = PROGRAM_OPTIMISE_MAX / 2 + 100 };
	struct program_parts rules = {0};
	struct matcher *m;
	struct program p;

	program_init(&p, SPACE_PACKET);
	p.care = PROGRAM_STRICT;
	for (uint32_t i = 0; i < RULES; i++) {
		struct program_parts tests = {0};
		size_t mark = p.n;

		program_part(&p, &rules);
		program_part(&p, &tests);
		program_add(&p, 0, i * 3, UINT32_MAX);
		program_part(&p, &tests);
		program_add(&p, 4, i, UINT32_MAX);
		program_combine(&p, &tests, COMBINE_AND);
		program_finish(&p, mark, -(int32_t)(i % 7), LINK_FAILURE);
	}
	program_combine(&p, &rules, COMBINE_OR);
	program_finish(&p, 0, LINK_DROP, LINK_DROP);
	CU_ASSERT_TRUE(p.n > PROGRAM_OPTIMISE_MAX);
	for (unsigned optimise = 0; optimise <= 1; optimise++) {
		if (optimise) {
			p.n = PROGRAM_OPTIMISE_MAX;
			p.steps[p.n - 2].next[NO] = p.steps[p.n - 1].next[NO] = LINK_DROP;
		}
		program_optimise(&p);
		m = matcher_create(&p);
		for (uint32_t i = 0; i < 1000; i++) {
			uint32_t words[2] = {__builtin_bswap32(i * 3), __builtin_bswap32(i)};
			struct packet *q = packet_make(0, words, sizeof(words));

			CU_ASSERT_EQUAL(decide_one(r, m, q), -(int32_t)(i % 7));
			words[0] = __builtin_bswap32(i * 3 + 1);
			q = packet_make(0, words, sizeof(words));
			CU_ASSERT_EQUAL(decide_one(r, m, q), LINK_DROP);
		}
		matcher_destroy(m);
	}
	program_fini(&p);
	rig_free(r);
}

UNIT_SUITE(program, UNIT_CASE(adds_tests), UNIT_CASE(combines), UNIT_CASE(negates),
	UNIT_CASE(appends), UNIT_CASE(stops_at_the_limit), UNIT_CASE(sorts),
	UNIT_CASE(passes_over_known_tests), UNIT_CASE(merges_neighbours), UNIT_CASE(drops_a_bit),
	UNIT_CASE(strict_keeps_short_packets), UNIT_CASE(compacts), UNIT_CASE(groups_values),
	UNIT_CASE(prints_constants), UNIT_CASE(random_packets), UNIT_CASE(random_headers),
	UNIT_CASE(alignment), UNIT_CASE(tables), UNIT_CASE(large_programs))
