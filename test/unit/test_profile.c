// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/profile.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

// Push and pull, a branch, a port that several others use.
static const char graph[] =
	"in :: RigIn(0) -> p :: Paint(1) -> q :: Queue(1000) -> u :: Unqueue(BURST 4)"
	" -> t :: Tee(2) -> d :: Discard; t [1] -> n :: Null -> d;";

static struct rig *
profiled_rig(const char *config)
{
	struct rig *r;

	profile_enable();
	r = rig_config(config);
	profile_disable();
	return r;
}

static void
push(struct rig *r, unsigned n)
{
	struct packet *pkts[BATCH_MAX];

	for (unsigned i = 0; i < n; i++)
		pkts[i] = rig_hex("00112233");
	rig_push_batch(r, 0, pkts, n);
}

static void
counts(void)
{
	struct rig *r = profiled_rig(graph);

	push(r, 10);
	push(r, 1);
	rig_run(r, 20);
	ASSERT_READ(r, "p.icounts", "11\n");
	ASSERT_READ(r, "p.ocounts", "11\n");
	ASSERT_READ(r, "q.ocounts", "11\n"); // passive: what Unqueue has pulled
	ASSERT_READ(r, "u.icounts", "11\n");
	ASSERT_READ(r, "t.ocounts", "11\n11\n");
	ASSERT_READ(r, "d.icounts", "22\n"); // two outputs push into it
	ASSERT_READ(r, "d.ocounts", "");
	ASSERT_READ(r, "q.ports", "1 input\npush\t11\tp [0]\n1 output\npull\t11\t[0] u\n");
	ASSERT_TEXT(strstr(rig_read(r, "p.profile"), "packets 11\nbatches 2\nbatch 5.5\n"),
		rig_read(r, "p.profile"));
	ASSERT_READ(r, ".active_ports", "in\to0\np\to0\nu\ti0\nu\to0\nt\to0\nt\to1\nn\to0\n");
	ASSERT_READ(r, ".active_port_stats", "11\n11\n11\n11\n11\n11\n11\n");
	rig_free(r);
}

// A handler's word, the nth from 0.
static uint64_t
number(struct rig *r, const char *handler, unsigned nth)
{
	const char *text = rig_read(r, handler);

	while (nth-- > 0 && text != NULL)
		text = strchr(text, ' ') != NULL ? strchr(text, ' ') + 1 : NULL;
	return text == NULL ? 0 : strtoull(text, NULL, 10);
}

static void
cycles(void)
{
	struct rig *r =
		profiled_rig("s :: InfiniteSource(LIMIT -1) -> c :: Counter -> d :: Discard;"
			     "RigIn(0) -> Discard");

	rig_run(r, 10);
	rig_run(r, PROFILE_EVERY * 8);
	CU_ASSERT_EQUAL(strncmp(rig_read(r, "s.cycles"), "tasks ", 6), 0);
	CU_ASSERT_TRUE(number(r, "s.cycles", 1) >= PROFILE_EVERY);
	CU_ASSERT_TRUE(number(r, "s.cycles", 2) > 0);
	CU_ASSERT_EQUAL(strncmp(rig_read(r, "c.cycles"), "xfer ", 5), 0);
	CU_ASSERT_TRUE(number(r, "c.cycles", 2) > 0);
	CU_ASSERT_TRUE(number(r, "d.cycles", 2) > 0);
	CU_ASSERT_EQUAL(
		strncmp(rig_read(r, ".element_cycles.csv"),
			"name,class,task_calls,task_cycles,cycles_per_task,timer_calls,", 60),
		0);
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, ".element_cycles.csv"), "\nc,Counter,0,0,0.0,"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, ".class_cycles.csv"), "\nDiscard,2,"));
	CU_ASSERT_PTR_NOT_NULL(strstr(rig_read(r, ".profile"), "  c :: Counter\n"));
	// Since a reset.
	ASSERT_TEXT(rig_write(r, "c.cycles", ""), "");
	ASSERT_READ(r, "c.cycles", "");
	CU_ASSERT_TRUE(number(r, "d.cycles", 2) > 0);
	ASSERT_TEXT(rig_write(r, ".reset_cycles", ""), "");
	ASSERT_READ(r, "d.cycles", "");
	ASSERT_READ(r, "s.cycles", "");
	rig_free(r);
}

static void
timers(void)
{
	struct rig *r = profiled_rig("s :: TimedSource(0.01) -> d :: Discard; RigIn(0) -> Discard");

	rig_run_for(r, 1000000000);
	CU_ASSERT_EQUAL(strncmp(rig_read(r, "s.cycles"), "timers ", 7), 0);
	CU_ASSERT_TRUE(number(r, "s.cycles", 1) >= 99);
	CU_ASSERT_TRUE(number(r, "s.cycles", 2) > 0);
	CU_ASSERT_TRUE(number(r, "d.cycles", 1) >= 99);
	rig_free(r);
}

// Nothing of it where nobody asked.
static void
off(void)
{
	struct rig *r = rig_config(graph);

	push(r, 3);
	rig_run(r, 5);
	ASSERT_TEXT(rig_read_error(r, "p.icounts", ""), "no 'p.icounts' read handler\n");
	ASSERT_TEXT(rig_read_error(r, ".active_ports", ""), "no 'active_ports' read handler\n");
	CU_ASSERT_PTR_NULL(strstr(rig_read(r, ".handlers"), "cycles"));
	ASSERT_READ(r, "p.ports", "1 input\npush~\t-\tin [0]\n1 output\npush~\t-\t[0] q\n");
	CU_ASSERT_PTR_NULL(profile_slot(rig_find(r, "p"), PROFILE_CALL));
	rig_free(r);
}

// The successor of a profiled router is one too, and begins with nothing.
static void
swap(void)
{
	struct rig *r = profiled_rig(graph);
	char *errors;

	push(r, 3);
	profile_enable();
	errors = rig_swap(r, "in :: RigIn(0) -> p :: Paint(2) -> d :: Discard;");
	profile_disable();
	ASSERT_TEXT(errors, "");
	free(errors);
	ASSERT_READ(r, "p.icounts", "0\n");
	push(r, 2);
	ASSERT_READ(r, "p.icounts", "2\n");
	rig_free(r);
}

UNIT_SUITE(profile, UNIT_CASE(counts), UNIT_CASE(cycles), UNIT_CASE(timers), UNIT_CASE(off),
	UNIT_CASE(swap))
