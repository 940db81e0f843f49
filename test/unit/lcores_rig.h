// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A router on several lcores and on devices. No thread is started: the test's own thread plays one
// lcore after the other, so that everything happens in a known order.
//
//	struct router *r = lcores_rig("InfiniteSource(LIMIT 5) -> c :: Counter -> Discard", 2);
//	lcores_rig_run(0, 5);
//	ASSERT_LCORES_READ(r, "c.count", "5");
//	lcores_rig_free(r); // checks that no packet leaked and that the balance holds

#include <stdbool.h>

#include "test/unit/rig.h"

struct router;
struct strbuf;

// Configured, prepared, initialized, its ports started. NULL, and a failed check, if it is not.
// n_workers 0: control works.
struct router *lcores_rig(const char *config, unsigned n_workers);
// The same up to and with router_prepare(); the plan's lines are added to lines (may be NULL).
struct router *lcores_rig_prepared(const char *config, unsigned n_workers, struct strbuf *lines);
// NULL: the test has destroyed it itself.
void lcores_rig_free(struct router *r);
// What it reports instead ("" if it runs; warnings count). Caller frees.
char *lcores_rig_errors(const char *config, unsigned n_workers);
#define ASSERT_LCORES_ERRORS(config, n_workers, want)                 \
	do {                                                          \
		char *errors_ = lcores_rig_errors(config, n_workers); \
                                                                      \
		ASSERT_TEXT(errors_, want);                           \
		free(errors_);                                        \
	} while (0)

// Rounds of an lcore's loop (workers from 0, control last).
void lcores_rig_run(unsigned lcore, unsigned rounds);
// The calling thread is that lcore from now on, until the next call or lcores_rig_run().
void lcores_rig_become(unsigned lcore);

// The value of a handler; the text of the error if it cannot be read. Valid until the next call.
const char *lcores_rig_read(struct router *r, const char *handler, const char *param);
#define ASSERT_LCORES_READ(r, handler, want) ASSERT_TEXT(lcores_rig_read(r, handler, NULL), want)
// The error text of a write ("" if there was none).
const char *lcores_rig_write(struct router *r, const char *handler, const char *value);
