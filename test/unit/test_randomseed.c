// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "test/unit/rig.h"

// The bytes of the first packet of a random source, and one of random()'s numbers.
struct draw {
	uint8_t bytes[16];
	char script[32];
};

static void
draw(struct rig *r, struct draw *d)
{
	memset(d, 0, sizeof(*d));
	CU_ASSERT_EQUAL(rig_pull(r, 0, 1), 1);
	packet_read(rig_packet(r, 0, 0), 0, d->bytes, sizeof(d->bytes));
	rig_clear(r);
	strncpy(d->script, rig_read(r, "s.random"), sizeof(d->script) - 1);
}

static void
the_same_seed_gives_the_same_numbers(void)
{
	const char *config = "e :: RandomSeed(5); s :: Script(TYPE PASSIVE);"
			     "RandomSource(16) -> PullNull -> RigOut(0);";
	struct rig *r = rig_config(config);
	struct draw a, b, c;

	draw(r, &a);
	draw(r, &b);
	CU_ASSERT_NOT_EQUAL(memcmp(&a, &b, sizeof(a)), 0);
	ASSERT_READ(r, "seed", "5");
	ASSERT_TEXT(rig_write(r, "seed", "5"), "");
	draw(r, &b);
	CU_ASSERT_EQUAL(memcmp(&a, &b, sizeof(a)), 0);
	ASSERT_TEXT(rig_write(r, "seed", "6"), "");
	ASSERT_READ(r, "seed", "6");
	ASSERT_READ(r, "config", "6");
	draw(r, &c);
	CU_ASSERT_NOT_EQUAL(memcmp(a.bytes, c.bytes, sizeof(a.bytes)), 0);
	CU_ASSERT_NOT_EQUAL(strcmp(a.script, c.script), 0);
	rig_free(r);
	r = rig_config(config);
	draw(r, &b);
	CU_ASSERT_EQUAL(memcmp(&a, &b, sizeof(a)), 0);
	rig_free(r);
}

static void
without_one_they_differ(void)
{
	const char *config = "e :: RandomSeed; s :: Script(TYPE PASSIVE);"
			     "RandomSource(16) -> PullNull -> RigOut(0);";
	struct rig *r = rig_config(config);
	struct draw a, b;

	draw(r, &a);
	ASSERT_READ(r, "seed", "");
	ASSERT_READ(r, "handlers",
		"seed\trw\nhandlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	r = rig_config(config);
	draw(r, &b);
	CU_ASSERT_NOT_EQUAL(memcmp(&a, &b, sizeof(a)), 0);
	rig_free(r);
}

static void
arguments(void)
{
	ASSERT_ERRORS("RandomSeed(x)", 0, 0, "SEED: invalid number\n");
	ASSERT_ERRORS("RandomSeed(4294967296)", 0, 0, "SEED: out of range, bound 4294967295\n");
	ASSERT_ERRORS("RandomSeed(1, 2)", 0, 0, "too many arguments\n");
}

UNIT_SUITE(randomseed, UNIT_CASE(the_same_seed_gives_the_same_numbers),
	UNIT_CASE(without_one_they_differ), UNIT_CASE(arguments))
