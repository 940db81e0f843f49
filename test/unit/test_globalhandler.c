// SPDX-License-Identifier: BSD-3-Clause
#include "src/global_handler.h"

#include <stdlib.h>
#include <string.h>

#include "mbuf-bridge/packet_pool.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/handler.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/startup.h"
#include "test/unit/rig.h"

static void
what_it_is(void)
{
	struct rig *r = rig_config("RigIn -> RigOut");

	ASSERT_READ(r, ".version", CLICKD_VERSION);
	ASSERT_READ(r, ".driver", "userlevel");
	ASSERT_READ(r, ".timewarp", "simulation");
	rig_free(r);
	clock_real();
}

static void
real_time_has_warp_1(void)
{
	struct rig *r = rig_config("RigIn -> RigOut");

	clock_real();
	ASSERT_READ(r, ".timewarp", "1");
	rig_free(r);
}

static void
time_is_warped(void)
{
	struct rig *r = rig_config("RigIn -> RigOut");

	ASSERT_TEXT(rig_write(r, ".timewarp", "2"), "time is simulated\n");
	clock_real();
	ASSERT_TEXT(rig_write(r, ".timewarp", "0.25"), "");
	ASSERT_READ(r, ".timewarp", "0.25");
	ASSERT_TEXT(rig_write(r, ".timewarp", "20"), "");
	ASSERT_READ(r, ".timewarp", "20");
	ASSERT_TEXT(rig_write(r, ".timewarp", "nowait"), "");
	ASSERT_READ(r, ".timewarp", "nowait");
	ASSERT_TEXT(rig_write(r, ".timewarp", "fast"), "expected double\n");
	ASSERT_TEXT(rig_write(r, ".timewarp", "0"), "timefactor must be > 0\n");
	ASSERT_TEXT(rig_write(r, ".timewarp", "-1"), "timefactor must be > 0\n");
	ASSERT_TEXT(
		rig_write(r, ".timewarp", "1e9"), "timefactor must be between 1e-06 and 1e+06\n");
	ASSERT_TEXT(
		rig_write(r, ".timewarp", "nan"), "timefactor must be between 1e-06 and 1e+06\n");
	ASSERT_READ(r, ".timewarp", "nowait");
	clock_real();
	ASSERT_READ(r, ".packages", "");
	rig_free(r);
}

static void
the_configuration(void)
{
	static const char text[] = "// a comment\na :: Idle -> Paint( 3 ) -> b::Discard\n";
	struct rig *r = rig_config(text);

	ASSERT_READ(r, ".config", text);
	ASSERT_READ(r, ".flatconfig",
		"a :: Idle;\nPaint@2 :: Paint( 3 );\nb :: Discard;\n\n"
		"a -> Paint@2\n    -> b;\n");
	ASSERT_READ(r, ".list", "3\na\nPaint@2\nb\n");
	ASSERT_READ(r, ".requirements", "");
	rig_free(r);
}

// What was configured again is written as it stands; a state is not.
static void
configuration_as_it_stands(void)
{
	struct rig *r = rig_config("require(compact_config)  q::Queue(5); Idle -> q -> Discard");

	ASSERT_TEXT(rig_write(r, "q.capacity", "7"), "");
	ASSERT_READ(r, ".flatconfig",
		"require(compact_config);\n\nq :: Queue(7);\nIdle@2 :: Idle;\n"
		"Discard@3 :: Discard;\n\nIdle@2 -> q\n    -> Discard@3;\n");
	ASSERT_READ(r, ".config",
		"require(compact_config);\n\nq :: Queue(7);\nIdle@2 :: Idle;\n"
		"Discard@3 :: Discard;\n\nIdle@2 -> q\n    -> Discard@3;\n");
	rig_free(r);
	r = rig_config("Idle -> s :: Switch(0) -> Discard");
	ASSERT_TEXT(rig_write(r, "s.switch", "-1"), "");
	ASSERT_READ(r, ".flatconfig",
		"Idle@1 :: Idle;\ns :: Switch(0);\nDiscard@3 :: Discard;\n\n"
		"Idle@1 -> s\n    -> Discard@3;\n");
	rig_free(r);
}

static void
requirements(void)
{
	struct rig *r = rig_config("RigIn -> x :: Null -> RigOut");
	struct router *router = rig_find(r, "x")->router;

	strvec_add(&router->config.requirements, "package");
	strvec_add(&router->config.requirements, "fastroute");
	ASSERT_READ(r, ".requirements", "package\nfastroute\n");
	rig_free(r);
}

static void
classes(void)
{
	struct rig *r = rig_config("RigIn -> RigOut");
	const char *text = rig_read(r, ".classes");
	size_t n_lines = 0, n_classes = 0;
	char last[128] = "";

	while (element_class_at(n_classes) != NULL)
		n_classes++;
	for (; *text != '\0'; n_lines++) {
		size_t len = strcspn(text, "\n");
		char *name = mem_strndup(text, len);

		CU_ASSERT_PTR_NOT_NULL(element_class_find(name));
		CU_ASSERT_TRUE(strcmp(last, name) < 0);
		strncpy(last, name, sizeof(last) - 1);
		free(name);
		text += len + 1;
	}
	CU_ASSERT_EQUAL(n_lines, n_classes);
	CU_ASSERT_TRUE(n_classes > 50);
	rig_free(r);
}

// Those of clickd's own are not listed: programs written for Click see Click's.
static void
handlers(void)
{
	struct rig *r = rig_config("RigIn -> RigOut");

	ASSERT_READ(r, ".handlers",
		"version\tr.\ndriver\tr.\nconfig\tr.\nflatconfig\tr.\nrequirements\tr.\n"
		"handlers\tr.\nlist\tr.\nclasses\tr.\npackages\tr.\nstop\twb\ntimewarp\trw\n");
	rig_free(r);
}

static int32_t
run_count(struct rig *r)
{
	return atomic_load(&rig_find(r, "x")->router->run_count);
}

static void
stop(void)
{
	struct rig *r = rig_config("RigIn -> x :: Null -> RigOut");

	CU_ASSERT_EQUAL(run_count(r), 1);
	ASSERT_TEXT(rig_write(r, ".stop", ""), "");
	CU_ASSERT_EQUAL(run_count(r), 0);
	ASSERT_TEXT(rig_write(r, ".stop", "-3"), "");
	CU_ASSERT_EQUAL(run_count(r), 3);
	ASSERT_TEXT(rig_write(r, ".stop", "2"), "");
	CU_ASSERT_EQUAL(run_count(r), 1);
	ASSERT_TEXT(rig_write(r, ".stop", "soon"), "expected integer\n");
	CU_ASSERT_EQUAL(run_count(r), 1);
	// More than fits does not wrap around to "running".
	ASSERT_TEXT(rig_write(r, ".stop", "9999999999"), "");
	CU_ASSERT_TRUE(run_count(r) < 0);
	ASSERT_TEXT(rig_write(r, ".stop", "9999999999"), "");
	CU_ASSERT_TRUE(run_count(r) < 0);
	ASSERT_TEXT(rig_read_error(r, ".stop", NULL), "no 'stop' read handler\n");
	rig_free(r);
}

// Nor does a number that makes it run: it is far above 0 then.
static void
stop_by_less_than_nothing(void)
{
	struct rig *r = rig_config("RigIn -> x :: Null -> RigOut");

	ASSERT_TEXT(rig_write(r, ".stop", "-9999999999"), "");
	CU_ASSERT_TRUE(run_count(r) > 0);
	ASSERT_TEXT(rig_write(r, ".stop", "-9999999999"), "");
	CU_ASSERT_TRUE(run_count(r) > 0);
	ASSERT_TEXT(rig_write(r, ".stop", "-9223372036854775808"), "");
	CU_ASSERT_TRUE(run_count(r) > 0);
	rig_free(r);
}

static void
balance(void)
{
	struct rig *r =
		rig_config("RigIn -> t :: Tee; t [0] -> RigOut; t [1] -> q :: Queue -> RigOut(1);"
			   "RigIn(1) -> d :: Discard");

	ASSERT_READ(r, ".balance", "received\t0\ngenerated\t0\nsent\t0\ndropped\t0\nheld\t0\n");
	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, "01");
	rig_push_hex(r, 1, "02");
	ASSERT_READ(r, ".balance", "received\t0\ngenerated\t7\nsent\t3\ndropped\t1\nheld\t3\n");
	rig_free(r);
}

static void
drops(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue(1) -> RigOut; RigIn(1) -> d :: Discard;"
				   "RigIn(2) -> s :: Switch(-1) -> Discard");

	ASSERT_READ(r, ".drops", "");
	for (unsigned i = 0; i < 3; i++)
		rig_push_hex(r, 0, "01");
	rig_push_hex(r, 1, "02");
	rig_push_hex(r, 2, "03");
	ASSERT_READ(r, ".drops", "2\tq\tqueue full\n1\td\tdiscarded\n1\ts\tno output chosen\n");
	rig_pull(r, 0, 1);
	rig_free(r);
}

static void
pools(void)
{
	struct rig *r = rig_config("RigIn -> q :: Queue -> RigOut");
	struct packet_pool_info info;
	char *want;

	for (unsigned i = 0; i < 5; i++)
		rig_push_hex(r, 0, "01");
	CU_ASSERT_TRUE(packet_pool_info(0, &info));
	want = mem_printf("node 0: %u packets, %u free, %u free at the lowest\n"
			  "%llu packets not made, since the pool was empty\n",
		info.n_packets, info.n_packets - 5, info.n_low,
		(unsigned long long)packet_thread.n_failed);
	ASSERT_READ(r, ".pools", want);
	free(want);
	rig_free(r);
}

static void
finds_by_name(void)
{
	struct router none = {0};
	struct router all = {.hotconfig = startup_hotconfig, .profiled = true};
	size_t n = 0;

	CU_ASSERT_PTR_NULL(global_handler_find(&none, "hotconfig"));
	CU_ASSERT_PTR_NULL(global_handler_find(&none, "reset_cycles"));
	CU_ASSERT_PTR_NULL(global_handler_find(&none, "nonsense"));
	CU_ASSERT_PTR_NULL(global_handler_find(&none, ""));
	CU_ASSERT_PTR_NULL(global_handler_find(&none, "Version"));
	for (const struct handler *h; (h = global_handler_at(n)) != NULL; n++) {
		CU_ASSERT_PTR_EQUAL(global_handler_find(&all, h->name), h);
		CU_ASSERT_TRUE(h->read != NULL || h->write != NULL);
	}
	CU_ASSERT_EQUAL(n, 23);
	CU_ASSERT_PTR_NULL(global_handler_at(n + 100));
}

UNIT_SUITE(globalhandler, UNIT_CASE(what_it_is), UNIT_CASE(real_time_has_warp_1),
	UNIT_CASE(time_is_warped), UNIT_CASE(the_configuration),
	UNIT_CASE(configuration_as_it_stands), UNIT_CASE(requirements), UNIT_CASE(classes),
	UNIT_CASE(handlers), UNIT_CASE(stop), UNIT_CASE(stop_by_less_than_nothing),
	UNIT_CASE(balance), UNIT_CASE(drops), UNIT_CASE(pools), UNIT_CASE(finds_by_name))
