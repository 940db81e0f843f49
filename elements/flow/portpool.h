// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The ports of an address that flows are translated to. Each lcore gives out ports of its share,
// those first that were given back first; what a port stands for can be found on any lcore, since
// answers may come in elsewhere.

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct port_mapping {
	_Atomic uint64_t who; // translated address and port, PORT_USED; 0: nobody
	_Atomic uint64_t peer; // address and port that it talks to
	_Atomic uint32_t asked; // address that it believes to talk to
	_Atomic bool peer_is_done; // the answers have come to their end (STATE)
	uint16_t next_stray; // of port_pool.strays; 0: the last one
};

struct port_ring {
	uint16_t *ports; // owned
	uint32_t first, n;
};

struct port_pool {
	struct port_mapping *mappings[2]; // owned; TCP, UDP; by port
	struct port_ring *rings; // owned; two for each lcore
	unsigned n_rings;
	uint64_t lcores; // bit i: lcore i gives out ports
	// Ports that other lcores have given back, whose flows began before the last deal: a list
	// each that who runs out takes whole.
	_Atomic uint32_t strays[2];
};

// Everything as in packets.
struct port_user {
	uint32_t addr, peer_addr, asked_addr;
	uint16_t port, peer_port;
};

// protocol: IPPROTO_TCP or IPPROTO_UDP.
void port_pool_init(struct port_pool *pool);
void port_pool_fini(struct port_pool *pool); // a zeroed one is fine
// Deals the free ports out to these lcores in equal shares. Lcores are paused.
void port_pool_deal(struct port_pool *pool, uint64_t lcores);

// A free port of this lcore's, in host order. 0: none.
uint16_t port_pool_take(struct port_pool *pool, uint8_t protocol, const struct port_user *user);
void port_pool_give_back(struct port_pool *pool, uint8_t protocol, uint16_t port);
// NULL: nobody has the port.
struct port_mapping *port_pool_find(
	const struct port_pool *pool, uint8_t protocol, uint16_t port, struct port_user *user);
