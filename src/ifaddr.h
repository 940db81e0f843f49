// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Addresses of the kernel's network devices, asked from the kernel at each call. Each returns false
// if there is no such device or it has no such address.

#include <stdbool.h>

#include "src/addr.h"

bool ifaddr_ip_prefix(const char *device, struct ip_prefix *p); // the first address, with mask
bool ifaddr_gateway(const char *device, struct ip_addr *a); // of the default route
bool ifaddr_ip6_prefix(const char *device, struct ip6_prefix *p); // link-local only if no other
bool ifaddr_mac(const char *device, struct mac_addr *mac);
