// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/progress.h"
#include "src/clock.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

#define AT(s) ((int64_t)((s) * (double)CLOCK_S))

static void
expect_line(struct progress *p, const char *banner, unsigned width, bool done, const char *want)
{
	struct strbuf line = STRBUF_INIT;

	progress_text(p, banner, width, done, &line);
	ASSERT_TEXT(strbuf_text(&line), want);
	strbuf_fini(&line);
}

static void
half_way(void)
{
	struct progress p;

	progress_start(&p, 0, 1000, AT(10));
	expect_line(&p, NULL, 50, false, "  0% |                    |     0      --:-- ETA");
	progress_move(&p, 500, AT(12));
	expect_line(&p, NULL, 50, false, " 50% |**********          |   500      00:02 ETA");
	expect_line(&p, "copy", 50, false, "copy  50% |*******        |   500      00:02 ETA");
	progress_move(&p, 1000, AT(14));
	expect_line(&p, NULL, 50, true, "100% |********************|  1000      00:04    ");
	progress_move(&p, 2000, AT(15)); // more than was said
	expect_line(&p, NULL, 50, false, "100% |********************|  2000      00:00 ETA");
}

static void
hours_and_units(void)
{
	struct progress p;

	progress_start(&p, 0, 1e9, 0);
	progress_move(&p, 99999, AT(1));
	expect_line(&p, NULL, 32, false, "  0% |  | 99999    2:46:39 ETA");
	progress_move(&p, 100000, AT(1));
	expect_line(&p, NULL, 32, false, "  0% |  |    97KB  2:46:39 ETA");
	for (unsigned t = 2; t <= 5000; t++)
		progress_move(&p, 1e5 * t, AT(t));
	expect_line(&p, NULL, 32, false, " 50% |* |   476MB  1:23:20 ETA");
	expect_line(&p, NULL, 32, true, " 50% |* |   476MB  1:23:20    ");
	expect_line(&p, NULL, 10, true, " 50%    476MB  1:23:20    ");
}

static void
without_an_end(void)
{
	struct progress p;

	progress_start(&p, 7, 0, 0);
	expect_line(&p, NULL, 30, false, "|***  |     7      --:-- ETA");
	progress_move(&p, 8, AT(1));
	expect_line(&p, NULL, 30, false, "| *** |     8      --:-- ETA");
	expect_line(&p, NULL, 30, false, "|  ***|     8      --:-- ETA");
	expect_line(&p, NULL, 30, false, "|***  |     8      --:-- ETA");
	expect_line(&p, NULL, 27, false, "|**|     8      --:-- ETA");
}

static void
without_a_position(void)
{
	struct progress p;

	progress_start(&p, -1, 10, 0);
	expect_line(&p, NULL, 35, false, "  -% |-----|   --:-- ETA");
	progress_move(&p, 5, AT(1));
	progress_move(&p, 6, AT(2));
	expect_line(&p, NULL, 35, false, " 60% |***  |     6      00:08 ETA");
}

static void
fractions(void)
{
	struct progress p;

	progress_start(&p, 0, 1, 0);
	progress_move(&p, 0.25, AT(1));
	expect_line(&p, NULL, 34, false, " 25% |*   |   00:03 ETA");
}

static void
stalls(void)
{
	struct progress p;

	progress_start(&p, 0, 100, 0);
	progress_move(&p, 10, AT(1));
	progress_move(&p, 10, AT(5.5));
	expect_line(&p, NULL, 32, false, " 10% |  |    10      00:49 ETA");
	progress_move(&p, 10, AT(6));
	expect_line(&p, NULL, 32, false, " 10% |  |    10    - stalled -");
	progress_move(&p, 20, AT(11));
	// 20 in 11 s, of which 10 do not count.
	expect_line(&p, NULL, 32, false, " 20% |  |    20      00:04 ETA");
}

UNIT_SUITE(progress, UNIT_CASE(half_way), UNIT_CASE(hours_and_units), UNIT_CASE(without_an_end),
	UNIT_CASE(without_a_position), UNIT_CASE(fractions), UNIT_CASE(stalls))
