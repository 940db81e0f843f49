// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Packets for tests of rewriters, written and read by their ends: "1.0.0.1:10 > 2.0.0.2:20".

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "test/unit/rig.h"

struct nat_tcp {
	const char *ends;
	uint8_t flags; // RTE_TCP_..._FLAG
	uint32_t seq, ack;
	const char *data; // NULL: none
	const char *options; // hex, of a multiple of 4 bytes; NULL: none
};

// Packets with right checksums and their header places set.
struct packet *nat_udp(const char *ends);
struct packet *nat_tcp(struct nat_tcp tcp);
struct packet *nat_syn(const char *ends); // TCP without data
// Any protocol, the bytes behind the IP header given in hex; the ports in ends are left out.
struct packet *nat_ip(uint8_t protocol, const char *ends, const char *hex);
// An ICMP message, its checksum set; icmp in hex.
struct packet *nat_icmp(const char *ends, const char *hex);

void nat_read_addrs(const char *ends, uint32_t *src, uint32_t *dst);

// Pushes and, for tests that look at what comes next, clears what came out before.
void nat_push(struct rig *r, unsigned input, struct packet *p);
void nat_push_udp(struct rig *r, unsigned input, const char *ends);
void nat_push_syn(struct rig *r, unsigned input, const char *ends);

// "1.0.0.1:10 > 2.0.0.2:20" with " (bad sum)" behind it if a checksum is wrong; valid until the next
// call. p NULL: "none".
const char *nat_ends(const struct packet *p);
// The only packet that came out since nat_push(): "0 1.0.0.1:10 > 2.0.0.2:20" with its output.
const char *nat_out(struct rig *r);
#define ASSERT_OUT(r, want) ASSERT_TEXT(nat_out(r), want)

// The same of an IP packet's bytes.
const char *nat_ends_of(const uint8_t *bytes, size_t n);
// A packet in hex; frees it. For use before there is a rig, which counts packets. Valid until
// the next call.
const char *nat_hex(struct packet *p);

// A handler's lines, sorted.
const char *nat_sorted(struct rig *r, const char *handler);
#define ASSERT_SORTED(r, handler, want) ASSERT_TEXT(nat_sorted(r, handler), want)
