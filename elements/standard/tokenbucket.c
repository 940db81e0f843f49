// SPDX-License-Identifier: BSD-3-Clause
#include "elements/standard/tokenbucket.h"

#include <rte_common.h>

enum { MS_OF_S = 1000 };

static uint32_t
saturate(uint64_t level)
{
	return (uint32_t)RTE_MIN(level, (uint64_t)UINT32_MAX);
}

static void
set_rate(struct tokenbucket *tb, uint32_t rate, uint32_t capacity)
{
	uint32_t least = (uint32_t)(((uint64_t)rate + MS_OF_S - 1) / MS_OF_S);

	tb->fill = 0;
	tb->full_ms = TOKENBUCKET_NEVER;
	tb->scale = UINT32_MAX / RTE_MAX(RTE_MAX(capacity, least), 1u);
	if (capacity == 0 || rate == 0)
		return;
	tb->fill = (uint32_t)((uint64_t)rate * tb->scale / MS_OF_S);
	tb->fill = RTE_MAX(tb->fill, 1u);
	tb->full_ms = (uint32_t)(((uint64_t)UINT32_MAX + tb->fill - 1) / tb->fill);
}

void
tokenbucket_init(struct tokenbucket *tb, uint32_t rate, uint32_t capacity)
{
	*tb = (struct tokenbucket){0};
	set_rate(tb, rate, capacity);
}

void
tokenbucket_change(struct tokenbucket *tb, uint32_t rate, uint32_t capacity)
{
	uint32_t old_scale = tb->scale;

	set_rate(tb, rate, capacity);
	tb->level = saturate((uint64_t)tb->level * tb->scale / old_scale);
}

void
tokenbucket_refill(struct tokenbucket *tb, int64_t now_ms)
{
	int64_t elapsed = now_ms - tb->refilled_ms;
	bool first = tb->refilled_ms == 0;

	if (elapsed <= 0)
		return;
	tb->refilled_ms = now_ms;
	if (tb->fill == 0)
		return;
	if (first || elapsed >= (int64_t)tb->full_ms)
		tb->level = UINT32_MAX;
	else
		tb->level = saturate(tb->level + (uint64_t)elapsed * tb->fill);
}

void
tokenbucket_set(struct tokenbucket *tb, uint32_t n)
{
	tb->level = saturate((uint64_t)n * tb->scale);
}

void
tokenbucket_remove(struct tokenbucket *tb, uint32_t n)
{
	uint64_t level = (uint64_t)n * tb->scale;

	tb->level = level < tb->level ? tb->level - (uint32_t)level : 0;
}

uint32_t
tokenbucket_wait_ms(const struct tokenbucket *tb, uint32_t n)
{
	uint64_t level = (uint64_t)n * tb->scale;

	if (level <= tb->level)
		return 0;
	if (level > UINT32_MAX || tb->fill == 0)
		return TOKENBUCKET_NEVER;
	return (uint32_t)((level - tb->level + tb->fill - 1) / tb->fill);
}
