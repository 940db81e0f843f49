// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The parts of the driver in dpdk.c: what the control side asks of an ethdev port (dpdk_stats.c),
// and what to say when a device does not work (dpdk_hint.c).

#include "io/driver.h"

bool dpdk_link(const struct io_port *port, struct io_link *link);
bool dpdk_stats(const struct io_port *port, struct io_stats *stats);
int dpdk_xstats(const struct io_port *port, const char *name, struct strbuf *out);
int dpdk_add_mac(struct io_port *port, const uint8_t mac[6]);
int dpdk_remove_mac(struct io_port *port, const uint8_t mac[6]);

// "net_tap0": "net_tap". NULL: not a virtual device's name. New string.
char *dpdk_driver_of(const char *name);
// The driver's file, librte_FILE.so: some have another name than their devices.
const char *dpdk_driver_file(const char *driver);
bool dpdk_is_pci_address(const char *text);
// 0, or -EINVAL, reported.
int dpdk_check_size(const char *spec, struct errh *errh);
// Reports that a port cannot be opened or started ("what"), what DPDK logged about it (may be NULL),
// and what can be done. -EINVAL.
int dpdk_report(
	const struct io_port *port, const char *what, int err, const char *log, struct errh *errh);
