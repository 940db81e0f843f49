// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Lines of the kernel's IPv4 route table, /proc/net/route.

#include <stdbool.h>

#include "elements/iproute/route.h"

enum { PROCROUTE_DEVICE_MAX = 16 }; // with its NUL

struct procroute {
	struct route route; // without an output
	char device[PROCROUTE_DEVICE_MAX];
};

// false: the line is no route (a title), or that route is not in use or refuses packets.
bool procroute_read(const char *line, struct procroute *r);
