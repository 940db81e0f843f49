// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// TCP and UDP packets of given flows, for tests of flow elements.

#include <stdint.h>

#include "mbuf-bridge/packet.h"

enum { FLOW_FIN = 1, FLOW_SYN = 2, FLOW_RST = 4, FLOW_ACK = 16 };

struct flowpacket {
	uint32_t src, dst; // host order; 0: 1.0.0.1 and 2.0.0.2
	uint16_t sport, dport;
	uint8_t flags; // TCP; 0: UDP
	uint32_t seq;
	const char *data; // NULL: none
};

// With right checksums and header places.
struct packet *flowpacket_make(const struct flowpacket *f);
struct rig;
// Pushes every truncation of a TCP segment with options, whole and in pieces, into the inputs 0 to
// n_inputs - 1 of a configuration, which must neither crash nor leak.
void flowpacket_truncations(const char *config, unsigned n_inputs);
// What a packet that came out is; data is NULL. Its checksums are checked.
struct flowpacket flowpacket_read(const struct packet *p);
