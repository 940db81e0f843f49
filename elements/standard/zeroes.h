// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// For elements that make packets longer: new bytes hold what was in the buffer before, which is
// nobody's business.

#include <stdbool.h>
#include <stdint.h>

struct packet;

// Zeroes a packet's bytes from off to end; none if off is not below end. false: it is shorter, or
// there is no memory.
bool zeroes_write(struct packet **pp, uint32_t off, uint32_t end);
