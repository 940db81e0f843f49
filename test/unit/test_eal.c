// SPDX-License-Identifier: BSD-3-Clause
// io/eal.c and io/eal_shortcut.c. What starts EAL runs in a process of its own, since that can be
// done once only.
#include "io/eal.h"

#include <dlfcn.h>
#include <errno.h>
#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_lcore.h>

#include "io/eal_shortcut.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

// Calls run() in a process of its own. Its result, 99 if it crashed; -1 if EAL runs here already,
// so that it cannot be tried.
static int
in_child(int (*run)(void))
{
	int status = -1;
	pid_t pid;

	if (eal_is_running())
		return -1;
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(run());
	CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

#define ASSERT_CHILD(run)                                      \
	do {                                                   \
		int result_ = in_child(run);                   \
                                                               \
		CU_ASSERT_TRUE(result_ == 0 || result_ == -1); \
	} while (0)

static unsigned
some_cpu(void)
{
	unsigned cpu = 0;
	cpu_set_t set;

	sched_getaffinity(0, sizeof(set), &set);
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	return cpu;
}

static int
start_with_one_worker(void)
{
	unsigned cpu = some_cpu();
	struct eal_options o = {.no_huge = true, .n_workers = 1, .cpus = &cpu, .bytes = 16 << 20};
	struct strbuf errors = STRBUF_INIT;
	char dir[256];
	struct errh errh;
	struct stat st;

	errh_init_strbuf(&errh, &errors);
	if (eal_is_running() || eal_start(&o, &errh) != 0 || !eal_is_running())
		return 1;
	if (rte_lcore_count() != 2 || !rte_lcore_is_enabled(1) || errors.len > 0)
		return 2;
	if (eal_has_hugepages())
		return 3;
	// Again: it runs already.
	if (eal_start(&o, &errh) != 0)
		return 4;
	snprintf(dir, sizeof(dir), "%s", rte_eal_get_runtime_dir());
	eal_stop();
	// Nothing is left behind.
	if (eal_is_running() || stat(dir, &st) == 0)
		return 5;
	eal_stop();
	return 0;
}

static int
refuses_what_it_does_not_know(void)
{
	static const char *const extra[] = {"--no-such-argument"};
	struct eal_options o = {.no_huge = true, .bytes = 1 << 20, .extra = extra, .n_extra = 1};
	struct strbuf errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	if (freopen("/dev/null", "w", stderr) == NULL || freopen("/dev/null", "w", stdout) == NULL)
		return 7;
	if (eal_start(&o, &errh) != -EINVAL || eal_is_running())
		return 1;
	if (strncmp(strbuf_text(&errors), "DPDK does not start: ", 21) != 0)
		return 2;
	return strchr(strbuf_text(&errors), '\n') + 1 == strchr(strbuf_text(&errors), '\0') ? 3 : 0;
}

// The user's own arguments go in front of what would be chosen.
static int
takes_extra_arguments(void)
{
	static const char *const extra[] = {
		"--file-prefix=clickd-unit-extra", "--log-level=error", "--iova-mode=va"};
	struct eal_options o = {.no_huge = true, .bytes = 1 << 20, .extra = extra, .n_extra = 3};
	struct errh errh;

	errh_init_silent(&errh);
	if (eal_start(&o, &errh) != 0)
		return 1;
	if (strstr(rte_eal_get_runtime_dir(), "/clickd-unit-extra") == NULL)
		return 2;
	eal_stop();
	return 0;
}

static void
starts(void)
{
	ASSERT_CHILD(start_with_one_worker);
	ASSERT_CHILD(refuses_what_it_does_not_know);
	ASSERT_CHILD(takes_extra_arguments);
}

static int
cpu_that_is_not_there(void)
{
	unsigned cpus[2] = {some_cpu(), CPU_SETSIZE - 1};
	struct eal_options o = {.no_huge = true, .n_workers = 2, .cpus = cpus, .bytes = 1 << 20};
	struct strbuf errors = STRBUF_INIT, want = STRBUF_INIT;
	struct errh errh;
	cpu_set_t set;

	sched_getaffinity(0, sizeof(set), &set);
	strbuf_addf(&want,
		"worker lcore 1 cannot have CPU %u: there is none, or this process may not use "
		"it (it has %d now)\n"
		"use fewer workers (-j) or other CPUs (--affinity)\n",
		(unsigned)CPU_SETSIZE - 1, CPU_COUNT(&set));
	errh_init_strbuf(&errh, &errors);
	if (eal_start(&o, &errh) != -EINVAL || eal_is_running())
		return 1;
	return strcmp(strbuf_text(&errors), strbuf_text(&want)) == 0 ? 0 : 2;
}

// Devices want hugepages. Where there are none the error says what to do.
static int
hugepages_that_are_not_there(void)
{
	struct eal_options o = {.devices = true};
	struct strbuf errors = STRBUF_INIT;
	struct eal_hugepages pages;
	struct errh errh;

	eal_hugepages(&pages);
	if (pages.free_2m + pages.free_1g > 0)
		return 0;
	errh_init_strbuf(&errh, &errors);
	if (eal_start(&o, &errh) != -ENOMEM)
		return 1;
	if (strstr(strbuf_text(&errors), "no free hugepages (") != strbuf_text(&errors))
		return 2;
	if (strstr(strbuf_text(&errors), "scripts/hugepages reserve 512M\n") == NULL)
		return 3;
	return strstr(strbuf_text(&errors), "clickd --no-huge") == NULL ? 4 : 0;
}

static void
errors_with_a_cure(void)
{
	ASSERT_CHILD(cpu_that_is_not_there);
	ASSERT_CHILD(hugepages_that_are_not_there);
}

static void
hugepages(void)
{
	struct eal_hugepages pages;

	eal_hugepages(&pages);
	CU_ASSERT_TRUE(pages.free_2m <= pages.total_2m);
	CU_ASSERT_TRUE(pages.free_1g <= pages.total_1g);
	CU_ASSERT_EQUAL(pages.total_2m % (2 << 20), 0);
	CU_ASSERT_EQUAL(pages.total_1g % (1 << 30), 0);
}

static void
drivers(void)
{
	CU_ASSERT_EQUAL(eal_load_driver("net_nonesuch"), -ENOENT);
	CU_ASSERT_EQUAL(eal_load_driver(""), -ENOENT);
	CU_ASSERT_EQUAL(eal_load_driver("net_null"), 0);
	CU_ASSERT_EQUAL(eal_load_driver("net_null"), 0);
}

// ---- drivers of physical devices, told from a made-up /sys/bus/pci/devices

static char *pci_dir;

static void
pci_write(const char *address, const char *name, const char *text)
{
	char *path = mem_printf("%s/%s/%s", pci_dir, address, name);
	FILE *f = fopen(path, "w");

	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	fputs(text, f);
	fclose(f);
	free(path);
}

static void
pci_device(const char *address, const char *vendor, const char *device, const char *driver)
{
	char *dir = mem_printf("%s/%s", pci_dir, address), *link = mem_printf("%s/driver", dir);
	char *target = mem_printf("../../drivers/%s", driver);

	CU_ASSERT_EQUAL(mkdir(dir, 0700), 0);
	pci_write(address, "class", "0x020000\n");
	pci_write(address, "vendor", vendor);
	pci_write(address, "device", device);
	pci_write(address, "subsystem_vendor", "0x0001\n");
	pci_write(address, "subsystem_device", "0x0001\n");
	if (*driver != '\0')
		CU_ASSERT_EQUAL(symlink(target, link), 0);
	free(target);
	free(link);
	free(dir);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void
drivers_of_pci_devices(void)
{
	char name[] = "/tmp/clickd-unit-pci-XXXXXX";

	pci_dir = mkdtemp(name);
	CU_ASSERT_PTR_NOT_NULL_FATAL(pci_dir);
	// Nothing at all, and no such device.
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, NULL), 0);
	CU_ASSERT_EQUAL(eal_load_pci_drivers("/nonexistent", NULL), 0);
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, "0000:03:00.0"), 0);
	// Intel's 82599, an E810 that the kernel keeps, one that nobody knows.
	pci_device("0000:03:00.0", "0x8086\n", "0x10fb\n", "vfio-pci");
	pci_device("0000:04:00.0", "0x8086\n", "0x1593\n", "ice");
	pci_device("0000:05:00.0", "0x1234\n", "0x5678\n", "vfio-pci");
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, NULL), 1);
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, "0000:03:00.0"), 1);
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, "03:00.0"), 1);
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, "0000:05:00.0"), 0);
	// By its name even what the kernel has now.
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, "0000:04:00.0"), 1);
	// One without a driver; what is no network device.
	pci_device("0000:06:00.0", "0x1af4\n", "0x1041\n", "");
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, NULL), 2);
	pci_write("0000:06:00.0", "class", "0x010000\n");
	CU_ASSERT_EQUAL(eal_load_pci_drivers(pci_dir, NULL), 1);
	nftw(pci_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

// ---- the shortcut. It lies about two things, to EAL, while it is on.

static int64_t
slept_ns(long ns)
{
	struct timespec wanted = {.tv_nsec = ns}, before, after;

	clock_gettime(CLOCK_MONOTONIC, &before);
	CU_ASSERT_EQUAL(nanosleep(&wanted, NULL), 0);
	clock_gettime(CLOCK_MONOTONIC, &after);
	return (after.tv_sec - before.tv_sec) * INT64_C(1000000000) + after.tv_nsec -
	       before.tv_nsec;
}

// A sleep never ends early but for this one; on a busy machine the shortest of many tells.
static void
sleeps_less(void)
{
	int64_t least = INT64_MAX, now;

	CU_ASSERT_TRUE(slept_ns(100000000) >= 100000000);
	eal_shortcut(true);
	for (unsigned i = 0; i < 50 && least >= 100000000; i++) {
		now = slept_ns(100000000);
		if (now < least)
			least = now;
	}
	CU_ASSERT_TRUE(least < 100000000);
	CU_ASSERT_TRUE(least >= 2000000);
	// Only that very sleep.
	CU_ASSERT_TRUE(slept_ns(99999999) >= 99999999);
	eal_shortcut(false);
	CU_ASSERT_TRUE(slept_ns(100000000) >= 100000000);
}

static void
sleep_errors(void)
{
	struct timespec wrong = {.tv_nsec = 1000000000};

	CU_ASSERT_EQUAL(nanosleep(&wrong, NULL), -1);
}

// The file that EAL itself was loaded from.
static const char *
eal_file(void)
{
	Dl_info info;

	CU_ASSERT_TRUE_FATAL(dladdr((const void *)(uintptr_t)rte_eal_init, &info) != 0);
	return info.dli_fname;
}

static void
hides_eal(void)
{
	const char *file = eal_file();
	void *handle;

	if (strstr(file, "librte_eal") == NULL)
		return; // linked in
	handle = dlopen(file, RTLD_LAZY | RTLD_NOLOAD);
	CU_ASSERT_PTR_NOT_NULL_FATAL(handle);
	dlclose(handle);
	eal_shortcut(true);
	CU_ASSERT_PTR_NULL(dlopen(file, RTLD_LAZY | RTLD_NOLOAD));
	// Others are found, and so is EAL by who wants to load it.
	handle = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	CU_ASSERT_PTR_NOT_NULL_FATAL(handle);
	dlclose(handle);
	handle = dlopen(file, RTLD_LAZY);
	CU_ASSERT_PTR_NOT_NULL_FATAL(handle);
	dlclose(handle);
	eal_shortcut(false);
	handle = dlopen(file, RTLD_LAZY | RTLD_NOLOAD);
	CU_ASSERT_PTR_NOT_NULL_FATAL(handle);
	dlclose(handle);
}

// The kernel is not asked for these; what it says of others, and of everything afterwards, stands.
static void
cpus_that_cannot_be(void)
{
	static const char *const nowhere[] = {"/sys/devices/system/cpu/cpu99999/topology/core_id",
		"/sys/devices/system/cpu/cpu99999", "/sys/devices/system/node/node9999/cpu0",
		"/sys/devices/system/node/node0/cpu99999"};
	static const char *const others[] = {"/sys/devices/system/cpu/cpu0/topology/core_id",
		"/sys/devices/system/node/node0/cpu0", "/sys/devices/system/node/node0",
		"/sys/devices/system/cpu/cpufreq", "/sys/devices/system/node/nodes", "/dev/null",
		"/"};
	struct stat st;

	for (size_t i = 0; i < RTE_DIM(nowhere); i++) {
		eal_shortcut(true);
		errno = 0;
		CU_ASSERT_EQUAL(access(nowhere[i], F_OK), -1);
		CU_ASSERT_EQUAL(errno, ENOENT);
		eal_shortcut(false);
		CU_ASSERT_EQUAL(access(nowhere[i], F_OK), -1);
	}
	for (size_t i = 0; i < RTE_DIM(others); i++) {
		eal_shortcut(true);
		CU_ASSERT_EQUAL(access(others[i], F_OK), stat(others[i], &st));
		eal_shortcut(false);
	}
	CU_ASSERT_EQUAL(access("/dev/null", R_OK | W_OK), 0);
	CU_ASSERT_EQUAL(access("/dev/null", X_OK), -1);
}

UNIT_SUITE(eal, UNIT_CASE(starts), UNIT_CASE(errors_with_a_cure), UNIT_CASE(hugepages),
	UNIT_CASE(drivers), UNIT_CASE(drivers_of_pci_devices), UNIT_CASE(sleeps_less),
	UNIT_CASE(sleep_errors), UNIT_CASE(hides_eal), UNIT_CASE(cpus_that_cannot_be))
