// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the packets of a source hold: the bytes that its DATA argument gives, repeated or cut to
// LENGTH.

#include <stdint.h>

#include "src/argtype.h"

struct packet;

struct sourcedata {
	struct data data; // as configured or written
	int32_t length; // of packets; negative: that of data
	uint8_t *bytes; // owned: a packet's contents
	uint32_t n_bytes;
};

// For the DATA row of a source's arguments.
#define SOURCEDATA_DEFAULT \
	"\"A packet of clickd, which is sixty-nine bytes long so that it fits in\""

// Makes bytes anew after data or length changed. Without data there is nothing to repeat: zeroes.
void sourcedata_build(struct sourcedata *d);
// Changes data.
void sourcedata_write(struct sourcedata *d, const char *text);
void sourcedata_fini(struct sourcedata *d); // what sourcedata_build() made

// A new packet, stamped with stamp_ns unless that is 0. NULL: no memory.
struct packet *sourcedata_packet(const struct sourcedata *d, uint32_t headroom, int64_t stamp_ns);
