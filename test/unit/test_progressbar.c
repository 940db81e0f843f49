// SPDX-License-Identifier: BSD-3-Clause
// The element on a terminal of its own, in a child process. For the line see test_progress.c.
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

#define CONFIG                                 \
	"RigIn(0) -> c :: Counter -> Discard;" \
	"e :: ProgressBar(c.count, FIXED_SIZE 4, BANNER it, UPDATE 1s, DELAY 2s);"

static void
on_a_terminal(void (*child)(void), const char *want)
{
	struct winsize size = {.ws_col = 42, .ws_row = 24};
	struct strbuf got = STRBUF_INIT;
	char bytes[512];
	int fd, status;
	ssize_t n;
	pid_t pid = forkpty(&fd, NULL, NULL, &size);

	CU_ASSERT_FATAL(pid >= 0);
	if (pid == 0) {
		child();
		_exit(0);
	}
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		strbuf_add(&got, bytes, (size_t)n);
	waitpid(pid, &status, 0);
	ASSERT_TEXT(strbuf_text(&got), want);
	strbuf_fini(&got);
	close(fd);
}

static void
shows(void)
{
	struct rig *r = rig_config(CONFIG);

	rig_push_hex(r, 0, "00");
	rig_run_for(r, 2 * CLOCK_S + CLOCK_MS); // first
	rig_push_hex(r, 0, "00");
	rig_run_for(r, CLOCK_S); // second
	rig_push_hex(r, 0, "00");
	rig_write(r, "mark_done", "");
	rig_write(r, "mark_done", ""); // nothing more
	rig_run_for(r, 3 * CLOCK_S);
	rig_free(r);
}

static void
shows_itself(void)
{
	on_a_terminal(shows, "\rit  25% |**       |     1      --:-- ETA"
			     "\rit  50% |****     |     2      00:02 ETA"
			     "\rit 100% |*********|     3      00:01    \r\n");
}

static void
ends_with_the_router(void)
{
	struct rig *r = rig_config(CONFIG);

	rig_run_for(r, 2 * CLOCK_S + CLOCK_MS);
	rig_free(r);
}

static void
tells_at_the_end(void)
{
	on_a_terminal(ends_with_the_router, "\rit   0% |         |     0      --:-- ETA"
					    "\rit   0% |         |     0      00:00    \r\n");
}

static void
is_quiet(void)
{
	struct rig *r = rig_config("c :: Counter; Idle -> c -> Discard;"
				   "e :: ProgressBar(c.count, CHECK_STDOUT true);"
				   "f :: ProgressBar(c.count, ACTIVE false);");

	rig_run_for(r, 3 * CLOCK_S);
	rig_free(r);
}

static void
may_be_quiet(void)
{
	on_a_terminal(is_quiet, "");
}

static void
values(void)
{
	struct rig *r = rig_config("RigIn(0) -> c :: Counter -> d :: Counter -> Discard;"
				   "e :: ProgressBar(c.count d.count, c.byte_count);");

	rig_push_hex(r, 0, "010203");
	ASSERT_READ(r, "pos", "2");
	ASSERT_READ(r, "size", "3");
	ASSERT_READ(r, "active", "true");
	ASSERT_READ(r, "poshandler", "c.count d.count");
	ASSERT_READ(r, "sizehandler", "c.byte_count");
	ASSERT_TEXT(rig_write(r, "poshandler", "c.count"), "");
	ASSERT_READ(r, "pos", "1");
	ASSERT_TEXT(rig_write(r, "poshandler", "c.count c.nosuch"), "");
	ASSERT_READ(r, "pos", "-1");
	ASSERT_TEXT(rig_write(r, "poshandler", "c.class"), "");
	ASSERT_READ(r, "pos", "-1");
	ASSERT_TEXT(rig_write(r, "sizehandler", "nosuch.x"), "");
	ASSERT_READ(r, "size", "0");
	ASSERT_TEXT(rig_write(r, "size", "12.5"), "");
	ASSERT_READ(r, "size", "12.5");
	ASSERT_TEXT(rig_write(r, "banner", "new"), "");
	ASSERT_READ(r, "banner", "new");
	// What cannot be read changes nothing.
	ASSERT_TEXT(rig_write(r, "size", "x"), "expected real number\n");
	ASSERT_READ(r, "size", "12.5");
	ASSERT_TEXT(rig_write(r, "active", "x"), "expected boolean\n");
	ASSERT_READ(r, "active", "true");
	ASSERT_TEXT(rig_write(r, "active", "false"), "");
	ASSERT_READ(r, "active", "false");
	ASSERT_TEXT(rig_write(r, "reset", ""), "");
	ASSERT_TEXT(rig_write(r, "mark_stopped", ""), "");
	rig_free(r);
}

static void
configuration_errors(void)
{
	ASSERT_ERRORS("ProgressBar()", 0, 0, "POSHANDLER: required argument missing\n");
	ASSERT_ERRORS("ProgressBar(a.b, UPDATE 0)", 0, 0, "UPDATE: out of range, bound 1ms\n");
	ASSERT_ERRORS("ProgressBar(a.b, DELAY x)", 0, 0, "DELAY: parse error\n");
	ASSERT_ERRORS("ProgressBar(a.b, FIXED_SIZE x)", 0, 0, "FIXED_SIZE: parse error\n");
}

UNIT_SUITE(progressbar, UNIT_CASE(shows_itself), UNIT_CASE(tells_at_the_end),
	UNIT_CASE(may_be_quiet), UNIT_CASE(values), UNIT_CASE(configuration_errors))
