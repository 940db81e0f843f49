// SPDX-License-Identifier: BSD-3-Clause
#include "src/clock.h"

#include <stdatomic.h>
#include <time.h>

// Written before threads start (simulated) and by every reading (now_ns).
static bool simulated;
static _Atomic int64_t now_ns;

static int64_t
read_clock(clockid_t id)
{
	struct timespec ts;

	if (simulated)
		return atomic_fetch_add_explicit(&now_ns, 1, memory_order_relaxed) + 1;
	clock_gettime(id, &ts);
	return ts.tv_sec * CLOCK_S + ts.tv_nsec;
}

int64_t
clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_steady(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void
clock_simulate(int64_t start_ns)
{
	simulated = true;
	atomic_store(&now_ns, start_ns);
}

bool
clock_is_simulated(void)
{
	return simulated;
}

void
clock_jump(int64_t steady_ns)
{
	if (simulated && steady_ns > atomic_load(&now_ns))
		atomic_store(&now_ns, steady_ns);
}

void
clock_real(void)
{
	simulated = false;
}
