// SPDX-License-Identifier: BSD-3-Clause
#include "io/pmd_info.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/eal.h"
#include "test/unit/unit.h"

static bool
drives(const char *text, size_t len, uint16_t vendor, uint16_t device)
{
	struct pmd_info info = {.text = text, .len = len};
	struct pci_ids ids = {vendor, device, 1, 2};

	return pmd_info_drives(&info, &ids);
}

#define DRIVES(text, vendor, device) drives(text, sizeof(text), vendor, device)

static void
ids(void)
{
	static const char one[] =
		"x\0PMD_INFO_STRING= {\"name\": \"net_x\", \"kmod\": \"* vfio-pci\", "
		"\"pci_ids\": [[100, 7, 65535, 65535], [100, 8, 1, 3], "
		"[100, 9, 1, 2], [101, 65535, 65535, 65535]]}\0more";

	CU_ASSERT_TRUE(DRIVES(one, 100, 7));
	CU_ASSERT_FALSE(DRIVES(one, 100, 8)); // other subsystem
	CU_ASSERT_TRUE(DRIVES(one, 100, 9));
	CU_ASSERT_TRUE(DRIVES(one, 101, 1234));
	CU_ASSERT_FALSE(DRIVES(one, 102, 7));
	CU_ASSERT_FALSE(DRIVES(one, 7, 100));
}

static void
several_drivers(void)
{
	static const char two[] =
		"PMD_INFO_STRING= {\"name\": \"net_a\", \"pci_ids\": []}\0\0"
		"PMD_INFO_STRING= {\"name\": \"net_b\", \"params\": \"b=<int>\"}\0"
		"PMD_INFO_STRING= {\"name\": \"net_c\", \"params\": \"c=<x> d\", "
		"\"pci_ids\": [[5, 6, 65535, 65535]]}";
	struct pmd_info info = {.text = two, .len = sizeof(two)};
	char *arguments;

	CU_ASSERT_TRUE(DRIVES(two, 5, 6));
	CU_ASSERT_FALSE(DRIVES(two, 6, 5));
	CU_ASSERT_PTR_NULL(pmd_info_arguments(&info, "net_a"));
	CU_ASSERT_PTR_NULL(pmd_info_arguments(&info, "net"));
	arguments = pmd_info_arguments(&info, "net_b");
	CU_ASSERT_STRING_EQUAL(arguments, "b=<int>");
	free(arguments);
	arguments = pmd_info_arguments(&info, "net_c");
	CU_ASSERT_STRING_EQUAL(arguments, "c=<x> d");
	free(arguments);
}

// Files that are cut off or hold something else. Exact buffers, so that a byte too far is seen.
static void
odd_files(void)
{
	static const char *const odd[] = {"",
		"PMD_INFO_STRING= ", "PMD_INFO_STRING= {\"pci_ids\": [",
		"PMD_INFO_STRING= {\"pci_ids\": [[", "PMD_INFO_STRING= {\"pci_ids\": [[5",
		"PMD_INFO_STRING= {\"pci_ids\": [[5, 6", "PMD_INFO_STRING= {\"pci_ids\": [[5, 6]]}",
		"PMD_INFO_STRING= {\"pci_ids\": [[5, 6, 1]]}",
		"PMD_INFO_STRING= {\"pci_ids\": [[5, x, 1, 2]]}",
		"PMD_INFO_STRING= {\"pci_ids\": [[-5, 6, 1, 2]]}", "\"pci_ids\": [[5, 6, 1, 2]]}"};
	static const char cut[] = "PMD_INFO_STRING= {\"pci_ids\": [[5, 6, 1, 2]]}";

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		char *text = strdup(odd[i]);

		CU_ASSERT_FALSE(drives(text, strlen(odd[i]) + 1, 5, 7));
		CU_ASSERT_FALSE(drives(text, strlen(odd[i]), 5, 6));
		free(text);
	}
	CU_ASSERT_TRUE(drives(cut, sizeof(cut), 5, 6));
	CU_ASSERT_FALSE(drives(cut, sizeof(cut) - 1, 5, 6)); // no end
}

static void
real_files(void)
{
	char *path = eal_driver_path("net_ixgbe");
	struct pci_ids ixgbe = {0x8086, 0x10fb, 0x8086, 3}, igb = {0x8086, 0x1521, 0x8086, 1};
	struct pmd_info info;

	if (access(path, R_OK) == 0) {
		CU_ASSERT_EQUAL_FATAL(pmd_info_open(&info, path), 0);
		CU_ASSERT_TRUE(pmd_info_drives(&info, &ixgbe));
		CU_ASSERT_FALSE(pmd_info_drives(&info, &igb));
		pmd_info_close(&info);
		pmd_info_close(&info);
	}
	free(path);
	CU_ASSERT_EQUAL(pmd_info_open(&info, "/nonexistent"), -ENOENT);
	CU_ASSERT_EQUAL(pmd_info_open(&info, "/dev/null"), -EINVAL);
}

UNIT_SUITE(pmdinfo, UNIT_CASE(ids), UNIT_CASE(several_drivers), UNIT_CASE(odd_files),
	UNIT_CASE(real_files))
