// SPDX-License-Identifier: BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/driver.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"
#include "test/unit/script_rig.h"

// Lets the driver run the configuration to its end, in simulated time; what was printed.
static char *
drive(const char *config)
{
	struct rig *r = rig_config(config);
	struct strbuf sb = STRBUF_INIT;
	struct errh errh;
	char *printed;

	if (r == NULL)
		return strbuf_steal(&sb);
	errh_init_stderr(&errh);
	capture_begin();
	CU_ASSERT_EQUAL(driver_run(&rig_element(r)->router, &errh), 0);
	printed = capture_end();
	strbuf_addf(&sb, "%s%s", printed, rig_chatter(r));
	CU_ASSERT_TRUE(rig_stopped(r));
	free(printed);
	rig_free(r);
	return strbuf_steal(&sb);
}

#define ASSERT_DRIVES(config, want)            \
	do {                                   \
		char *output_ = drive(config); \
                                               \
		ASSERT_TEXT(output_, want);    \
		free(output_);                 \
	} while (0)

#define SOURCE "InfiniteSource(LIMIT 3, STOP true) -> Discard;"

static void
steps_at_each_stop(void)
{
	ASSERT_DRIVES(SOURCE
		"e :: DriverManager(pause, print \"first\", wait 0.1s, print \"second\", "
		"stop)",
		"first\nsecond\n");
	ASSERT_DRIVES("e :: Script(TYPE PASSIVE);" SOURCE
		      "DriverManager(pause, print \"one\", set t $(now), wait 2s, "
		      "print $(idiv $(sub $(now) $t) 1))",
		"one\n2\n");
	// A stop that comes while it waits ends the wait.
	ASSERT_DRIVES("e :: Script(wait 1s, stop); DriverManager(set t $(now), wait 100s, "
		      "print $(idiv $(sub $(now) $t) 1))",
		"1\n");
}

static void
starts_at_once_or_waits(void)
{
	ASSERT_DRIVES("e :: DriverManager(print \"a\", wait 1s, print \"b\")", "a\nb\n");
	ASSERT_DRIVES("e :: DriverManager(print \"a\", pause, print \"b\"); Script(wait 1s, "
		      "print \"x\", stop)",
		"a\nx\nb\n");
	ASSERT_DRIVES("e :: DriverManager(wait 1s, print \"b\"); Script(print \"x\")", "x\nb\n");
	// Nothing to do: the first stop is the last.
	ASSERT_DRIVES("e :: DriverManager();" SOURCE, "");
	ASSERT_DRIVES(
		"e :: Script(TYPE DRIVER, pause 2, print \"two\"); Script(stop); Script(wait 1s, "
		"print \"x\", stop)",
		"x\ntwo\n");
}

static void
several_stops_are_several_steps(void)
{
	ASSERT_DRIVES(
		"e :: DriverManager(pause, print \"1\", pause, print \"2\", pause, print \"3\"); "
		"Script(write .stop 2, wait 1s, print \"x\", stop)",
		"1\n2\nx\n3\n");
}

static void
ends(void)
{
	ASSERT_DRIVES("e :: DriverManager(pause, end, print \"no\"); Script(stop)", "");
	ASSERT_DRIVES("e :: DriverManager(pause, exit, print \"no\"); Script(stop)", "");
	ASSERT_DRIVES("e :: DriverManager(pause, error bad, print \"no\"); Script(stop)",
		"While executing 'e :: DriverManager':\n  bad\n");
	// A wait that ends by itself is an ordinary step: the stop behind it makes the last event.
	ASSERT_DRIVES(
		"e :: DriverManager(wait 1s, print \"a\", wait 1s, print \"b\", stop)", "a\nb\n");
}

static void
return_keeps_the_router(void)
{
	struct rig *r = rig_config("e :: DriverManager(pause, print \"no\", return 1)");
	struct router *router = rig_element(r)->router;
	char *printed;

	capture_begin();
	for (unsigned i = 0; i < 3; i++) {
		router_adjust_run_count(router, -1);
		CU_ASSERT_TRUE(router->driver_step(router->driver_script));
		CU_ASSERT_FALSE(rig_stopped(r));
	}
	printed = capture_end();
	ASSERT_TEXT(printed, "no\n");
	free(printed);
	// The handler does what the driver does.
	router_adjust_run_count(router, -1);
	ASSERT_TEXT(rig_write(r, "step", "router"), "");
	CU_ASSERT_FALSE(rig_stopped(r));
	rig_free(r);
}

// The driver counts signals for good, so this needs a process of its own.
static int
run_until_signal(void)
{
	struct rig *r =
		rig_config("e :: DriverManager(pause, print \"a\", wait 100s, print \"b\", "
			   "pause, print \"c\", loop); Script(wait 1s, set x $(kill INT $$), "
			   "wait 1s, print \"late\")");
	struct errh errh;
	int err;

	errh_init_stderr(&errh);
	driver_catch_signals();
	err = driver_run(&rig_element(r)->router, &errh);
	fflush(stdout);
	return err;
}

static void
a_signal_runs_past_all_waits(void)
{
	char *printed;
	int status;
	pid_t pid;

	capture_begin();
	pid = fork();
	if (pid == 0)
		_exit(run_until_signal());
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	printed = capture_end();
	CU_ASSERT_EQUAL(status, 0);
	// As many times around as stop events are tried.
	CU_ASSERT_EQUAL(strncmp(printed, "a\nb\nc\na\nb\nc\n", 12), 0);
	CU_ASSERT_EQUAL(strlen(printed), 2 * 1001);
	free(printed);
}

static void
only_one(void)
{
	char *errors = rig_config_errors(
		"DriverManager(pause); DriverManager(pause); Script(TYPE DRIVER)");

	ASSERT_TEXT(errors, "config:1: While configuring 'DriverManager@2 :: DriverManager':\n"
			    "  router has more than one driver script\n"
			    "config:1: While configuring 'Script@3 :: Script':\n"
			    "  router has more than one driver script\n");
	free(errors);
	ASSERT_ERRORS("DriverManager(TYPE PASSIVE, pause)", 0, 0, "");
	ASSERT_ERRORS("DriverManager(nothing)", 0, 0, "syntax error at 'nothing'\n");
	ASSERT_ERRORS("DriverManager", 1, 1, "ports allowed only on PACKET scripts\n");
	ASSERT_ERRORS("DriverManager(TYPE PACKET)", 1, 1, "");
}

UNIT_SUITE(drivermanager, UNIT_CASE(steps_at_each_stop), UNIT_CASE(starts_at_once_or_waits),
	UNIT_CASE(several_stops_are_several_steps), UNIT_CASE(ends),
	UNIT_CASE(return_keeps_the_router), UNIT_CASE(a_signal_runs_past_all_waits),
	UNIT_CASE(only_one))
