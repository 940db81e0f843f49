// SPDX-License-Identifier: BSD-3-Clause
#include "io/eal.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_memory.h>

#include "io/eal_shortcut.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

#define MIB (UINT64_C(1) << 20)

enum {
	SPARE_MIB = 24, // EAL's own, rings, tables of devices
	DEVICES_NO_HUGE_MIB = 512, // fixed before the devices can be asked
	FILES_NEEDED = 64, // descriptors, for EAL and a few devices
	FILES_WANTED = 4096, // and for many control connections
};

static bool running, hugepages_used;

// ---- what the machine has

static uint64_t
read_number(const char *path)
{
	FILE *f = fopen(path, "re");
	unsigned long long n = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%llu", &n) != 1)
		n = 0;
	fclose(f);
	return n;
}

void
eal_hugepages(struct eal_hugepages *pages)
{
#define HUGE_DIR "/sys/kernel/mm/hugepages/hugepages-"
	*pages = (struct eal_hugepages){
		.free_2m = read_number(HUGE_DIR "2048kB/free_hugepages") * 2 * MIB,
		.free_1g = read_number(HUGE_DIR "1048576kB/free_hugepages") * 1024 * MIB,
		.total_2m = read_number(HUGE_DIR "2048kB/nr_hugepages") * 2 * MIB,
		.total_1g = read_number(HUGE_DIR "1048576kB/nr_hugepages") * 1024 * MIB,
	};
}

// ---- arguments

static void
add_lcores(struct strvec *args, const struct eal_options *o)
{
	struct strbuf sb = STRBUF_INIT;
	cpu_set_t set;

	// The main lcore sleeps, so it may use any CPU; workers are pinned.
	strbuf_adds(&sb, "0@(");
	sched_getaffinity(0, sizeof(set), &set);
	for (unsigned cpu = 0, n = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &set))
			strbuf_addf(&sb, "%s%u", n++ > 0 ? "," : "", cpu);
	}
	strbuf_addc(&sb, ')');
	for (unsigned i = 0; i < o->n_workers; i++)
		strbuf_addf(&sb, ",%u@%u", i + 1, o->cpus[i]);
	strvec_add(args, "--lcores");
	strvec_add(args, strbuf_text(&sb));
	strbuf_fini(&sb);
}

static void
add_memory(struct strvec *args, const struct eal_options *o)
{
	uint64_t mib = o->bytes / MIB + o->bytes / MIB / 8 + SPARE_MIB;
	struct eal_hugepages pages;

	if (o->no_huge) {
		if (o->devices && mib < DEVICES_NO_HUGE_MIB)
			mib = DEVICES_NO_HUGE_MIB;
		strvec_add(args, "--no-huge");
		strvec_add(args, "-m");
		strvec_take(args, mem_printf("%llu", (unsigned long long)mib));
		return;
	}
	// In memory, nothing is left behind when we are killed. But EAL then takes a 1 GiB page
	// first, if there is a free one, however little it needs: rather files on the 2 MiB mount,
	// unless a peer must map our memory, which needs few segments.
	eal_hugepages(&pages);
	if (pages.free_1g > 0 && pages.free_2m > 0 && !o->shared_memory &&
		access("/dev/hugepages", W_OK) == 0) {
		strvec_add(args, "--huge-unlink");
		strvec_add(args, "--huge-dir=/dev/hugepages");
		return;
	}
	strvec_add(args, "--in-memory");
	if (o->shared_memory)
		strvec_add(args, "--single-file-segments");
}

static bool
has_extra(const struct eal_options *o, const char *prefix)
{
	for (size_t i = 0; i < o->n_extra; i++) {
		if (strncmp(o->extra[i], prefix, strlen(prefix)) == 0)
			return true;
	}
	return false;
}

static void
build_args(struct strvec *args, const struct eal_options *o)
{
	strvec_add(args, "clickd");
	add_lcores(args, o);
	if (!has_extra(o, "--file-prefix"))
		strvec_take(args, mem_printf("--file-prefix=clickd-%d", (int)getpid()));
	if (!has_extra(o, "--log-level"))
		strvec_add(args, "--log-level=error");
	add_memory(args, o);
	if (!has_extra(o, "--iova-mode"))
		strvec_add(args, "--iova-mode=va");
	if (!o->devices) {
		strvec_add(args, "--no-pci");
		strvec_add(args, "--no-telemetry");
		strvec_add(args, "--no-shconf");
	}
	for (size_t i = 0; i < o->n_extra; i++)
		strvec_add(args, o->extra[i]);
}

// ---- errors that have a cure

static int
check_hugepages(const struct eal_options *o, struct errh *errh)
{
	struct eal_hugepages pages;

	if (o->no_huge || has_extra(o, "--no-huge"))
		return 0;
	eal_hugepages(&pages);
	if (pages.free_2m + pages.free_1g > 0)
		return 0;
	errh_error(errh,
		"no free hugepages (%llu MiB reserved, all in use)\n"
		"reserve some:          scripts/hugepages reserve 512M\n"
		"or run without them:   clickd --no-huge (slower)",
		(unsigned long long)((pages.total_2m + pages.total_1g) / MIB));
	return -ENOMEM;
}

// EAL ends the process where it cannot open what it needs.
static int
check_files(struct errh *errh)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 0;
	if (limit.rlim_cur < FILES_WANTED && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = RTE_MIN(limit.rlim_max, (rlim_t)FILES_WANTED);
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur >= FILES_NEEDED)
		return 0;
	return errh_error(errh,
		"this process may have only %llu files open, which is not enough\n"
		"allow more: ulimit -n %d",
		(unsigned long long)limit.rlim_cur, FILES_WANTED);
}

// Whether a thread of this process can be put there. Not whether it may run there now: isolated
// CPUs are in nobody's mask until they are asked for.
static bool
is_cpu(unsigned cpu, const cpu_set_t *now)
{
	cpu_set_t one;
	bool can;

	if (cpu >= CPU_SETSIZE)
		return false;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	can = sched_setaffinity(0, sizeof(one), &one) == 0;
	sched_setaffinity(0, sizeof(*now), now);
	return can;
}

static int
check_cpus(const struct eal_options *o, struct errh *errh)
{
	cpu_set_t set, taken;
	unsigned n_shared = 0;

	CPU_ZERO(&taken);
	sched_getaffinity(0, sizeof(set), &set);
	for (unsigned i = 0; i < o->n_workers; i++) {
		if (is_cpu(o->cpus[i], &set)) {
			n_shared += CPU_ISSET(o->cpus[i], &taken) != 0;
			CPU_SET(o->cpus[i], &taken);
			continue;
		}
		errh_error(errh,
			"worker lcore %u cannot have CPU %u: there is none, or this process may not "
			"use it (it has %d now)\n"
			"use fewer workers (-j) or other CPUs (--affinity)",
			i, o->cpus[i], CPU_COUNT(&set));
		return -EINVAL;
	}
	if (n_shared > 0)
		errh_warning(errh,
			"%u worker lcores share %d CPUs, so packets wait for their lcore's turn\n"
			"use fewer workers (-j), or let them sleep while idle (--idle)",
			o->n_workers, CPU_COUNT(&taken));
	return 0;
}

static void
report_init_error(const struct eal_options *o, int err, struct errh *errh)
{
	switch (err) {
	case EACCES:
		errh_error(errh,
			"no permission for hugepages\n"
			"run as root, or mount hugetlbfs for this user (mount -t hugetlbfs -o "
			"uid=%u), or use --no-huge",
			(unsigned)geteuid());
		break;
	case ENOMEM:
		errh_error(errh, "not enough memory in hugepages\n"
				 "reserve more: scripts/hugepages reserve 1G");
		break;
	default:
		errh_error(errh, "DPDK does not start: %s\n%s", rte_strerror(err),
			o->n_extra > 0 ? "look at the arguments between --dpdk and --"
				       : "clickd --dpdk --log-level=debug -- shows why");
	}
}

// ---- start and stop

// Ordinary pages fault one by one; large ones make big tables cheap.
static int
advise_huge(const struct rte_memseg_list *msl, void *arg)
{
	(void)arg;
	if (!msl->external)
		madvise(msl->base_va, msl->len, MADV_HUGEPAGE);
	return 0;
}

int
eal_start(const struct eal_options *options, struct errh *errh)
{
	struct strvec args = {0};
	char **argv;
	int err;

	if (running)
		return 0;
	err = check_files(errh);
	if (err == 0)
		err = check_cpus(options, errh);
	if (err == 0 && options->devices)
		err = check_hugepages(options, errh);
	if (err != 0)
		return err;
	build_args(&args, options);
	// EAL permutes the array, so it gets one of its own.
	argv = mem_zalloc((args.n + 1) * sizeof(*argv));
	memcpy(argv, args.v, args.n * sizeof(*argv));
	opterr = 1; // it names the argument that it does not know
	eal_shortcut(true);
	err = rte_eal_init((int)args.n, argv);
	eal_shortcut(false);
	free(argv);
	strvec_fini(&args);
	if (err < 0) {
		report_init_error(options, rte_errno, errh);
		return -EINVAL;
	}
	running = true;
	hugepages_used = rte_eal_has_hugepages() != 0;
	if (!hugepages_used)
		rte_memseg_list_walk(advise_huge, NULL);
	return 0;
}

// EAL leaves its run-time directory behind.
static void
remove_runtime_dir(void)
{
	struct strbuf path = STRBUF_INIT;
	const char *dir = rte_eal_get_runtime_dir();
	struct dirent *entry;
	DIR *d = dir != NULL && strstr(dir, "clickd-") != NULL ? opendir(dir) : NULL;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		strbuf_clear(&path);
		strbuf_addf(&path, "%s/%s", dir, entry->d_name);
		unlink(strbuf_text(&path));
	}
	closedir(d);
	rmdir(dir);
	strbuf_fini(&path);
}

void
eal_stop(void)
{
	if (!running)
		return;
	running = false;
	rte_eal_cleanup();
	remove_runtime_dir();
}

bool
eal_is_running(void)
{
	return running;
}

bool
eal_has_hugepages(void)
{
	return hugepages_used;
}

uint64_t
eal_memory(void)
{
	struct eal_hugepages pages = {0};

	if (hugepages_used)
		eal_hugepages(&pages);
	return rte_eal_get_physmem_size() + pages.free_2m + pages.free_1g;
}
