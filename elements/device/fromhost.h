// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What ToHost knows of FromHost.

#include "elements/device/hosttun.h"
#include "src/notifier.h"

struct fromhost {
	struct element element;
	struct hosttun tun;
	struct signal full; // downstream
	// As configured.
	struct word name;
	struct ip_prefix prefix;
	struct ip_addr gateway;
	struct mac_addr mac;
	bool has_gateway, has_mac;
	uint32_t headroom, mtu;
};

// The one for that interface in e's router; NULL if there is none.
struct fromhost *fromhost_find(const struct element *e, const char *name);
