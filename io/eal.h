// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Starting DPDK's environment, with what the configuration at hand needs and nothing more.
//
// A configuration without devices gets a cheap EAL: no hugepages, no PCI, no drivers, in about
// 5 ms. Three habits of rte_eal_init() are cured for everyone (see eal_shortcut.c): it sleeps
// 100 ms to measure the TSC, it loads all drivers of the system, and it asks for thousands of CPUs
// that cannot be. Drivers are loaded by name, or by PCI ids, when a device asks for one.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct errh;

enum { EAL_WORKERS_MAX = 64 };

struct eal_options {
	bool devices; // devices will be opened
	bool no_huge; // ordinary pages instead of hugepages
	bool shared_memory; // memory will be shared with a peer process (vhost, virtio, memif)
	unsigned n_workers; // worker lcores, as EAL lcores 1 ...
	const unsigned *cpus; // n_workers of them
	uint64_t bytes; // memory that will be needed; counts where it is fixed (no_huge)
	const char *const *extra; // the user's own EAL arguments; may be NULL
	size_t n_extra;
};

// Once per process. Errors say what is missing and the command that cures it:
// no hugepages, no permission for them, CPU not there. 0 or -errno.
int eal_start(const struct eal_options *options, struct errh *errh);
// Nothing that came from EAL may be used afterwards. The process cannot start it again.
void eal_stop(void);
bool eal_is_running(void);
bool eal_has_hugepages(void); // after eal_start()
// What pools and tables may take, bytes: what EAL has, and the hugepages that it could still get.
uint64_t eal_memory(void);

// Loads the shared object of a driver ("net_tap": librte_net_tap.so). 0; -ENOENT: not installed.
int eal_load_driver(const char *driver);
// Where that file is, or would be. New string.
char *eal_driver_path(const char *driver);
// Loads the drivers that are for a physical device, by its PCI ids; address NULL: for all network
// devices that the kernel does not keep for itself. dir: EAL_PCI_DEVICES. Returns how many.
#define EAL_PCI_DEVICES "/sys/bus/pci/devices"
unsigned eal_load_pci_drivers(const char *dir, const char *address);
// Loads every network driver, where it is not known which one a device needs.
void eal_load_all_net_drivers(void);

// Free hugepages of the machine, bytes, by page size (2 MiB, 1 GiB).
struct eal_hugepages {
	uint64_t free_2m, free_1g; // bytes
	uint64_t total_2m, total_1g;
};
void eal_hugepages(struct eal_hugepages *pages);
