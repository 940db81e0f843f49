// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/clock.h"
#include "test/unit/rig.h"

static void
feed(struct rig *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		rig_push_hex(r, 0, "00");
}

static void
keeps_the_rate(void)
{
	struct rig *r = rig_new_unqueue("EXPUnqueue(1000, SEED 7)", 1, 1);
	unsigned n;

	feed(r, 1000);
	rig_run_for(r, CLOCK_S / 2);
	n = rig_count(r, 0);
	// Poisson: 500, and four times the standard deviation.
	CU_ASSERT(n > 410 && n < 590);
	rig_free(r);
}

// The times between packets: mean and deviation are the same.
static void
gaps(void)
{
	struct rig *r = rig_config("RigIn(0) -> u :: PullNull -> e :: EXPUnqueue(100, SEED 3)"
				   " -> SetTimestamp -> RigOut(0);");
	double sum = 0, squares = 0, mean;
	unsigned n;

	// More than will go: without any, an element that is always ready is polled.
	feed(r, 1000);
	rig_run_for(r, 5 * CLOCK_S);
	n = rig_count(r, 0) - 1;
	CU_ASSERT_FATAL(n > 400);
	for (unsigned i = 0; i < n; i++) {
		double gap = (double)(packet_timestamp(rig_packet(r, 0, i + 1)) -
				      packet_timestamp(rig_packet(r, 0, i))) /
			     CLOCK_MS;

		sum += gap;
		squares += gap * gap;
	}
	mean = sum / n;
	CU_ASSERT(mean > 8.7 && mean < 11.3);
	CU_ASSERT(fabs(sqrt(squares / n - mean * mean) / mean - 1) < 0.2);
	rig_free(r);
}

// Packets that leave at once when some come, after a long time without.
static unsigned
after_a_pause(const char *element)
{
	char conf[128];
	struct rig *r;
	unsigned n;

	snprintf(conf, sizeof(conf), "RigIn(0) -> Queue(2000) -> e :: %s -> RigOut(0);", element);
	r = rig_config(conf);
	feed(r, 1);
	rig_run_for(r, 100 * CLOCK_MS);
	CU_ASSERT_EQUAL(rig_count(r, 0), 1);
	rig_run_for(r, 10 * CLOCK_S);
	feed(r, 1000);
	rig_run_for(r, CLOCK_MS);
	n = rig_count(r, 0) - 1;
	rig_free(r);
	return n;
}

static void
bursts(void)
{
	unsigned n = after_a_pause("EXPUnqueue(1000, SEED 9, BURST_SIZE 100)");

	CU_ASSERT(n >= 100 && n < 106);
	n = after_a_pause("EXPUnqueue(1000, SEED 9, BURST 7)");
	CU_ASSERT(n >= 20 && n < 26);
	n = after_a_pause("EXPUnqueue(1000, SEED 9, BURST_DURATION 0)");
	CU_ASSERT(n >= 1 && n < 7);
}

static void
handlers(void)
{
	struct rig *r = rig_new_unqueue("EXPUnqueue(1000, ACTIVE false, SEED 1)", 1, 1);

	feed(r, 2000);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	ASSERT_TEXT(rig_write(r, "active", "true"), "");
	rig_run_for(r, CLOCK_S / 10);
	CU_ASSERT(rig_count(r, 0) > 50 && rig_count(r, 0) < 150);
	ASSERT_READ(r, "rate", "1000");
	rig_clear(r);
	ASSERT_TEXT(rig_write(r, "rate", "10000"), "");
	rig_run_for(r, CLOCK_S / 10);
	CU_ASSERT(rig_count(r, 0) > 850 && rig_count(r, 0) < 1150);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, "calls"), " pushes\n"));
	ASSERT_TEXT(rig_write(r, "rate", "x"), "expected integer\n");
	ASSERT_TEXT(rig_write(r, "rate", "0"), "");
	rig_clear(r);
	rig_run_for(r, CLOCK_S / 10);
	CU_ASSERT_EQUAL(rig_count(r, 0), 0);
	rig_free(r);
}

static void
hot_swap(void)
{
	static const char config[] =
		"RigIn(0) -> Queue(100) -> e :: EXPUnqueue(1000, SEED 1) -> RigOut(0);";
	struct rig *r = rig_config(config);
	char *errors;

	feed(r, 50);
	rig_run_for(r, CLOCK_S / 50);
	CU_ASSERT(rig_count(r, 0) < 50);
	errors = rig_swap(r, config);
	ASSERT_TEXT(errors, "");
	free(errors);
	rig_run_for(r, CLOCK_S);
	CU_ASSERT_EQUAL(rig_count(r, 0), 50);
	rig_free(r);
}

static void
arguments(void)
{
	char *errors = rig_config_errors("Idle -> EXPUnqueue -> Discard;"
					 "Idle -> EXPUnqueue(1, BURST 0) -> Discard;"
					 "Idle -> EXPUnqueue(1, BURST_SIZE 1, BURST_DURATION 1)"
					 "-> Discard");

	ASSERT_TEXT(errors, "config:1: While configuring 'EXPUnqueue@2 :: EXPUnqueue':\n"
			    "  RATE: required argument missing\n"
			    "config:1: While configuring 'EXPUnqueue@5 :: EXPUnqueue':\n"
			    "  BURST: out of range, bound 1\n"
			    "config:1: While configuring 'EXPUnqueue@8 :: EXPUnqueue':\n"
			    "  cannot specify both BURST_DURATION and BURST_SIZE\n");
	free(errors);
}

UNIT_SUITE(expunqueue, UNIT_CASE(keeps_the_rate), UNIT_CASE(gaps), UNIT_CASE(bursts),
	UNIT_CASE(handlers), UNIT_CASE(hot_swap), UNIT_CASE(arguments))
