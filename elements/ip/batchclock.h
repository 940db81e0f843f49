// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The time of a batch, for elements that need it for some packets only: the first of them reads the
// clock for all. Where several lcores may be in the element, each has one of its own.

#include <stdint.h>

#include <rte_branch_prediction.h>

#include "src/clock.h"

struct batch_clock {
	int64_t ns; // 0: nobody has asked
};

// In front of each batch.
static inline void
batch_clock_begin(struct batch_clock *c)
{
	c->ns = 0;
}

static inline int64_t
batch_clock_now(struct batch_clock *c)
{
	if (unlikely(c->ns == 0))
		c->ns = clock_now();
	return c->ns;
}
