// SPDX-License-Identifier: BSD-3-Clause
//
// Three functions of libc that librte_eal finds here first, and that behave differently for it
// alone, during rte_eal_init() alone. Together they take its start from 170 ms to 5 ms, which
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
//
// access: EAL asks for each of 128 lcores in each of 32 NUMA nodes, and for each of 1,024 CPUs,
// whether it is there: 5,000 system calls, 5 ms. The kernel says up to which number any can be.

#include "io/eal_shortcut.h"

#include <ctype.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static __thread bool active; // other threads go the usual way
static unsigned highest_cpu, highest_node; // while active

// The last number of a list such as "0-3,8". UINT_MAX if it is not known.
static unsigned
highest(const char *list_path)
{
	int fd = open(list_path, O_RDONLY | O_CLOEXEC);
	char text[256];
	ssize_t len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	const char *last;

	if (fd >= 0)
		close(fd);
	// Longer lists are cut off somewhere.
	if (len <= 0 || (size_t)len == sizeof(text) - 1)
		return UINT_MAX;
	text[len] = '\0';
	last = text + len;
	while (last > text && !isdigit((unsigned char)last[-1]))
		last--;
	while (last > text && isdigit((unsigned char)last[-1]))
		last--;
	return isdigit((unsigned char)*last) ? (unsigned)strtoul(last, NULL, 10) : UINT_MAX;
}

void
eal_shortcut(bool on)
{
	active = on;
	if (on) {
		highest_cpu = highest("/sys/devices/system/cpu/possible");
		highest_node = highest("/sys/devices/system/node/possible");
	}
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

// The number behind a prefix of the path, in n; what comes after it. NULL: there is none.
static const char *
number_behind(const char *path, const char *prefix, unsigned long *n)
{
	size_t len = strlen(prefix);
	char *end;

	if (strncmp(path, prefix, len) != 0 || !isdigit((unsigned char)path[len]))
		return NULL;
	*n = strtoul(path + len, &end, 10);
	return end;
}

static bool
cannot_be(const char *path)
{
	unsigned long node, cpu;
	const char *rest;

	if (number_behind(path, "/sys/devices/system/cpu/cpu", &cpu) != NULL)
		return cpu > highest_cpu;
	rest = number_behind(path, "/sys/devices/system/node/node", &node);
	if (rest == NULL)
		return false;
	if (node > highest_node)
		return true;
	return number_behind(rest, "/cpu", &cpu) != NULL && cpu > highest_cpu;
}

int access(const char *path, int mode);
int
access(const char *path, int mode)
{
	if (active && cannot_be(path)) {
		errno = ENOENT;
		return -1;
	}
	return faccessat(AT_FDCWD, path, mode, 0);
}
