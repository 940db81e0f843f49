// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the file of a DPDK driver says of itself, in strings for tools to read:
//	PMD_INFO_STRING= {"name": "net_ixgbe", "params": "...", "pci_ids": [[32902, 4347, 65535, 65535]]}
// So it is known without loading the driver which devices it is for and which arguments it takes.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pmd_info {
	const char *text; // the file, mapped
	size_t len;
};

struct pci_ids {
	uint16_t vendor, device, subvendor, subdevice;
};

// 0, or -errno if the file cannot be read; then there is nothing to close.
int pmd_info_open(struct pmd_info *info, const char *path);
void pmd_info_close(struct pmd_info *info);

// The arguments of a driver ("net_null": one file may hold several). New string; NULL: it has none.
char *pmd_info_arguments(const struct pmd_info *info, const char *driver);

// Whether one of the file's drivers is for a device with these ids.
bool pmd_info_drives(const struct pmd_info *info, const struct pci_ids *ids);
