// SPDX-License-Identifier: BSD-3-Clause
//
// Two functions of libc that librte_eal finds here first, and that behave differently for it alone,
// during rte_eal_init() alone. Together they take the start of EAL from 170 ms to 10 ms, which
// matters to scripts that run clickd thousands of times. Should a later DPDK call something else,
// nothing breaks: it starts as slowly as it always did.
//
// nanosleep: where CPUID does not tell the TSC frequency, get_tsc_freq() in EAL sleeps 100 ms
// between two readings of the clock and rounds the result to 10 MHz. With 2 ms the rounding gives
// the same.
//
// dlopen: EAL asks with RTLD_NOLOAD whether librte_eal is a shared library, and if so loads every
// driver in its directory (128 on Debian, 40 ms, most of them for hardware that is not there). We
// load the ones that a configuration names, so the answer is no.

#include "io/eal_shortcut.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

static bool active; // main thread, before others run

void
eal_shortcut(bool on)
{
	active = on;
}

enum { TSC_SLEEP_NS = 100000000, SHORT_SLEEP_NS = 2000000 };

int nanosleep(const struct timespec *wanted, struct timespec *left);
int
nanosleep(const struct timespec *wanted, struct timespec *left)
{
	struct timespec t = *wanted;

	if (active && t.tv_sec == 0 && t.tv_nsec == TSC_SLEEP_NS)
		t.tv_nsec = SHORT_SLEEP_NS;
	// Returns the error where nanosleep() sets errno; EAL looks at neither.
	return clock_nanosleep(CLOCK_REALTIME, 0, &t, left) == 0 ? 0 : -1;
}

void *dlopen(const char *file, int mode);
void *
dlopen(const char *file, int mode)
{
	static void *(*next)(const char *file, int mode);

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "dlopen");
	if (active && (mode & RTLD_NOLOAD) && file != NULL && strstr(file, "librte_eal") != NULL)
		return NULL;
	return next(file, mode);
}
