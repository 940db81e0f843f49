// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The kernel's tun devices: a network interface whose other end is a file descriptor. What the
// kernel's stack sends to the interface is read there, and what is written there it receives.

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct errh;

struct tun_options {
	const char *name; // of the interface; NULL: the kernel chooses one
	bool tap; // Ethernet frames; else IP packets
	uint32_t addr_be, mask_be; // the kernel's own address there; zero: none
	uint32_t gateway_be; // the kernel's default route leads there; zero: none
	const uint8_t *mac; // of the kernel's end; NULL: a random one
	uint32_t mtu; // 0: the kernel's default
};

// Makes the interface, or attaches to one that exists, and brings it up. Returns a non-blocking
// descriptor, which the caller closes, or -EINVAL, reported. name gets the interface's.
int tun_open(const struct tun_options *o, char name[IFNAMSIZ], struct errh *errh);
