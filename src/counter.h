// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Counters that one thread adds to, with an ordinary addition, while others read them: an aligned
// word is written whole on every machine that DPDK runs on, so a reader gets a value that was true
// a moment ago. The thread sanitizer, which must take it for a race, does not look into the reader.

#include <stdint.h>

__attribute__((no_sanitize_thread)) static inline uint64_t
counter_read(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}
