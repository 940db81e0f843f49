// SPDX-License-Identifier: BSD-3-Clause
// Finding and loading DPDK's drivers, which are files beside librte_eal.

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>

#include "io/eal.h"
#include "io/pmd_info.h"
#include "src/mem.h"

enum { PCI_DEVICES_MAX = 256, PCI_CLASS_NETWORK = 0x02 };

// The file that librte_eal was loaded from, "/usr/lib/.../librte_eal.so.23": drivers of the same
// version lie beside it.
static const char *
eal_file(void)
{
	Dl_info info;

	if (dladdr((const void *)(uintptr_t)rte_eal_init, &info) == 0 || info.dli_fname == NULL)
		return "";
	return info.dli_fname;
}

// ".so.23", ".so" if there is no number.
static char *
so_suffix(void)
{
	const char *so = strstr(eal_file(), ".so"), *number;
	size_t len = 3;

	if (so == NULL)
		return mem_strdup(".so");
	number = so + 3;
	if (*number == '.')
		len += 1 + strspn(number + 1, "0123456789");
	return mem_strndup(so, len);
}

int
eal_load_driver(const char *driver)
{
	char *suffix = so_suffix(), *file = mem_printf("librte_%s%s", driver, suffix);
	void *handle = dlopen(file, RTLD_NOW);

	free(suffix);
	free(file);
	return handle == NULL ? -ENOENT : 0;
}

char *
eal_driver_path(const char *driver)
{
	const char *file = eal_file(), *slash = strrchr(file, '/');
	char *suffix = so_suffix(), *path;

	path = mem_printf(
		"%.*slibrte_%s%s", slash ? (int)(slash + 1 - file) : 0, file, driver, suffix);
	free(suffix);
	return path;
}

// ---- those of physical devices

// Loads the drivers of network devices whose file is wanted. Returns how many.
static unsigned
load_net_drivers(bool (*wanted)(const char *path, const void *arg), const void *arg)
{
	const char *slash = strrchr(eal_file(), '/');
	char *dir = mem_strndup(eal_file(), slash ? (size_t)(slash - eal_file()) : 0);
	char *suffix = so_suffix(), *name, *path;
	struct dirent *entry;
	DIR *d = opendir(*dir != '\0' ? dir : ".");
	unsigned n = 0;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		const char *so = strstr(entry->d_name, ".so");

		if (strncmp(entry->d_name, "librte_net_", 11) != 0 || so == NULL ||
			strcmp(so, suffix) != 0)
			continue;
		// librte_net_ixgbe.so.23: the driver is net_ixgbe. One that does not load (a
		// library of its vendor is missing) cannot have its device here.
		name = mem_strndup(entry->d_name + 7, (size_t)(so - entry->d_name) - 7);
		path = eal_driver_path(name);
		n += wanted(path, arg) && eal_load_driver(name) == 0;
		free(path);
		free(name);
	}
	if (d != NULL)
		closedir(d);
	free(dir);
	free(suffix);
	return n;
}

static bool
any_file(const char *path, const void *arg)
{
	(void)path;
	(void)arg;
	return true;
}

void
eal_load_all_net_drivers(void)
{
	eal_load_driver("bus_pci");
	load_net_drivers(any_file, NULL);
}

struct pci_devices {
	struct pci_ids ids[PCI_DEVICES_MAX];
	unsigned n;
};

static bool
drives_one(const char *path, const void *arg)
{
	const struct pci_devices *devices = arg;
	struct pmd_info info;
	bool drives = false;

	if (pmd_info_open(&info, path) != 0)
		return false;
	for (unsigned i = 0; i < devices->n && !drives; i++)
		drives = pmd_info_drives(&info, &devices->ids[i]);
	pmd_info_close(&info);
	return drives;
}

static unsigned
read_hex(const char *dir, const char *address, const char *name)
{
	char *path = mem_printf("%s/%s/%s", dir, address, name);
	FILE *f = fopen(path, "re");
	unsigned value = 0;

	if (f != NULL && fscanf(f, "%x", &value) != 1)
		value = 0;
	if (f != NULL)
		fclose(f);
	free(path);
	return value;
}

static void
add_device(struct pci_devices *devices, const char *dir, const char *address)
{
	if (devices->n == PCI_DEVICES_MAX)
		return;
	devices->ids[devices->n++] = (struct pci_ids){
		.vendor = (uint16_t)read_hex(dir, address, "vendor"),
		.device = (uint16_t)read_hex(dir, address, "device"),
		.subvendor = (uint16_t)read_hex(dir, address, "subsystem_vendor"),
		.subdevice = (uint16_t)read_hex(dir, address, "subsystem_device"),
	};
}

// A network device that the kernel does not keep for itself.
static bool
is_ours(const char *dir, const char *address)
{
	static const char *const drivers[] = {"vfio-pci", "uio_pci_generic", "igb_uio", "mlx4_core",
		"mlx5_core"}; // the last two share
	char *path = mem_printf("%s/%s/driver", dir, address), target[256];
	ssize_t len = readlink(path, target, sizeof(target) - 1);
	const char *name;
	bool ours = len < 0; // none

	free(path);
	if (read_hex(dir, address, "class") >> 16 != PCI_CLASS_NETWORK)
		return false;
	if (len >= 0) {
		target[len] = '\0';
		name = strrchr(target, '/') != NULL ? strrchr(target, '/') + 1 : target;
		for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
			ours |= strcmp(name, drivers[i]) == 0;
	}
	return ours;
}

static void
add_all_devices(struct pci_devices *devices, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (entry->d_name[0] != '.' && is_ours(dir, entry->d_name))
			add_device(devices, dir, entry->d_name);
	}
	if (d != NULL)
		closedir(d);
}

unsigned
eal_load_pci_drivers(const char *dir, const char *address)
{
	struct pci_devices devices = {.n = 0};
	char *full;

	eal_load_driver("bus_pci");
	if (address == NULL) {
		add_all_devices(&devices, dir);
	} else {
		// The domain may be left out.
		full = strchr(address, ':') == strrchr(address, ':')
			       ? mem_printf("0000:%s", address)
			       : mem_strdup(address);
		add_device(&devices, dir, full);
		free(full);
	}
	return devices.n > 0 ? load_net_drivers(drives_one, &devices) : 0;
}
