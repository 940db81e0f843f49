// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the control side asks of an ethdev port (dpdk_stats.c), for the driver's table in dpdk.c.

#include "io/driver.h"

bool dpdk_link(const struct io_port *port, struct io_link *link);
bool dpdk_stats(const struct io_port *port, struct io_stats *stats);
int dpdk_xstats(const struct io_port *port, const char *name, struct strbuf *out);
int dpdk_add_mac(struct io_port *port, const uint8_t mac[6]);
int dpdk_remove_mac(struct io_port *port, const uint8_t mac[6]);
