// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which choice was made for a flow, so that it stays the same. Each lcore has its own; flows that
// were idle for the timeout make room for others.

#include <stdbool.h>
#include <stdint.h>

#include "elements/analysis/keytable.h"
#include "elements/balance/balancer.h"

struct flow_pins {
	struct key_table table;
	uint16_t *choice; // owned; by place
	uint32_t *seen_s; // owned; latest packet, by place
	uint32_t hand; // place that is looked at next when room is needed
};

enum { FLOW_PINS_KEY = 16, FLOW_PINS_NONE = UINT16_MAX };

struct flow_pins_key {
	uint32_t src, dst, ports, protocol;
};

static inline struct flow_pins_key
flow_pins_key(const struct balancer_packet *bp)
{
	return (struct flow_pins_key){
		.src = bp->src, .dst = bp->dst, .ports = bp->ports, .protocol = bp->protocol};
}

void flow_pins_init(struct flow_pins *f, uint32_t capacity);
void flow_pins_fini(struct flow_pins *f); // a zeroed one is fine
// The choice for a flow, which is in use now; FLOW_PINS_NONE.
uint16_t flow_pins_find(struct flow_pins *f, const struct flow_pins_key *key, uint32_t now_s);
// false: no room.
bool flow_pins_add(struct flow_pins *f, const struct flow_pins_key *key, uint16_t choice,
	uint32_t now_s, uint32_t timeout_s);
