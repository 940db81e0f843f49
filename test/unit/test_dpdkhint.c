// SPDX-License-Identifier: BSD-3-Clause
// io/dpdk_hint.c: what is said about devices that do not work.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "io/dpdk.h"
#include "io/eal.h"
#include "test/unit/port_rig.h"

static void
drivers_of_names(void)
{
	static const char *const names[][3] = {
		{"net_tap0", "net_tap", "net_tap"},
		{"net_af_packet12", "net_af_packet", "net_af_packet"},
		{"net_virtio_user0", "net_virtio_user", "net_virtio"},
		{"net_bonding1", "net_bonding", "net_bond"},
		{"eth_pcap0", "eth_pcap", "net_pcap"},
		{"net_null", "net_null", "net_null"},
	};
	char *driver;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		driver = dpdk_driver_of(names[i][0]);
		ASSERT_TEXT(driver, names[i][1]);
		ASSERT_TEXT(dpdk_driver_file(driver), names[i][2]);
		free(driver);
	}
	CU_ASSERT_PTR_NULL(dpdk_driver_of("veth0"));
	CU_ASSERT_PTR_NULL(dpdk_driver_of("12"));
	CU_ASSERT_PTR_NULL(dpdk_driver_of(""));
}

static void
pci_addresses(void)
{
	CU_ASSERT_TRUE(dpdk_is_pci_address("0000:01:00.0"));
	CU_ASSERT_TRUE(dpdk_is_pci_address("01:00.1"));
	CU_ASSERT_FALSE(dpdk_is_pci_address("01:00.1x"));
	CU_ASSERT_FALSE(dpdk_is_pci_address("0000:01:00"));
	CU_ASSERT_FALSE(dpdk_is_pci_address("net_tap0"));
	CU_ASSERT_FALSE(dpdk_is_pci_address(""));
}

static void
sizes_of_null(void)
{
	port_rig_start();
	CU_ASSERT_EQUAL(dpdk_check_size("net_null0", &port_errh), 0);
	CU_ASSERT_EQUAL(dpdk_check_size("net_null0,size=1", &port_errh), 0);
	CU_ASSERT_EQUAL(dpdk_check_size("net_null0,copy=1,size=2048", &port_errh), 0);
	// Others know what they do.
	CU_ASSERT_EQUAL(dpdk_check_size("net_tap0,size=99999", &port_errh), 0);
	ASSERT_SAID("");
	CU_ASSERT_EQUAL(dpdk_check_size("net_null0,size=2049", &port_errh), -EINVAL);
	CU_ASSERT_EQUAL(dpdk_check_size("net_null1,copy=1,size=0,no-rx=1", &port_errh), -EINVAL);
	CU_ASSERT_EQUAL(dpdk_check_size("net_null0,size=big", &port_errh), -EINVAL);
	CU_ASSERT_EQUAL(dpdk_check_size("net_null0,size=", &port_errh), -EINVAL);
	ASSERT_SAID("net_null0: size takes a number from 1 to 2048, not '2049'\n"
		    "net_null1: size takes a number from 1 to 2048, not '0'\n"
		    "net_null0: size takes a number from 1 to 2048, not 'big'\n"
		    "net_null0: size takes a number from 1 to 2048, not ''\n");
	port_rig_stop();
}

static void
report(const char *spec, int err, const char *log)
{
	char *text = strdup(spec), *name = strndup(spec, strcspn(spec, ","));
	struct io_port port = {.spec = text, .name = name};

	CU_ASSERT_EQUAL(dpdk_report(&port, "opened", err, log, &port_errh), -EINVAL);
	free(text);
	free(name);
}

// By what the driver logged, each line of which follows.
static void
cures(void)
{
	port_rig_start();
	report("net_memif7,role=client", -EPERM, "cannot connect socket: /run/memif.sock\nbye\n");
	ASSERT_SAID("port 'net_memif7,role=client' cannot be opened: its driver refuses it\n"
		    "a memif client needs its server first: start the other side, or make this the "
		    "server (role=server)\n"
		    "  DPDK: cannot connect socket: /run/memif.sock\n"
		    "  DPDK: bye\n");
	report("net_pcap7,rx_pcap=x", -ENOENT, "x: No such file or directory");
	ASSERT_SAID("port 'net_pcap7,rx_pcap=x' cannot be opened: No such file or directory\n"
		    "correct the path, or start the program that makes it first\n"
		    "  DPDK: x: No such file or directory\n");
	// A physical one that nobody knows anything about.
	port_rig_forget();
	report("0000:99:00.0", -EPERM, NULL);
	CU_ASSERT_PTR_NOT_NULL(
		strstr(port_rig_said(), "cannot be opened: Operation not permitted"));
	port_rig_stop();
}

// Nothing but the driver's own list of arguments helps.
static void
arguments_of_drivers(void)
{
	port_rig_start();
	report("net_null7,nosuch=1", -EPERM, NULL);
	CU_ASSERT_EQUAL(
		strncmp(port_rig_said(),
			"port 'net_null7,nosuch=1' cannot be opened: its driver refuses it\n"
			"net_null takes: ",
			82),
		0);
	CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_said(), "size=<int>"));
	port_rig_forget();
	// No such driver: no list.
	report("net_nonesuch7", -EPERM, "");
	ASSERT_SAID("port 'net_nonesuch7' cannot be opened: its driver refuses it\n");
	port_rig_stop();
}

static void
paths_of_drivers(void)
{
	char *path = eal_driver_path("net_null");

	CU_ASSERT_PTR_NOT_NULL(strstr(path, "librte_net_null.so"));
	free(path);
}

UNIT_SUITE(dpdkhint, UNIT_CASE(drivers_of_names), UNIT_CASE(pci_addresses),
	UNIT_CASE(sizes_of_null), UNIT_CASE(cures), UNIT_CASE(arguments_of_drivers),
	UNIT_CASE(paths_of_drivers))
