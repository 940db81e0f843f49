// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What lets bridges and routers know who is behind a port of the tester: announcements before each
// trial (the learning frames of RFC 2544) and answers to ARP requests.

#include <stdbool.h>
#include <stdint.h>

enum { NEIGHBOR_LEN = 60 }; // of a frame without its check sequence

// A broadcast ARP request for the sender's own address. ip: host order.
void neighbor_write_announcement(const uint8_t mac[6], uint32_t ip, uint8_t bytes[NEIGHBOR_LEN]);

// Turns an ARP request for somebody else into the reply that this is the hardware address of
// whoever was asked for. False: it is none; the bytes are as they were.
bool neighbor_answer(const uint8_t mac[6], uint8_t *bytes, unsigned len);
