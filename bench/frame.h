// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Test frames: Ethernet, IPv4, UDP, and a tag at the start of the UDP payload by which the tester
// knows its own frames, those of this trial, their order and when they left. Sizes are those of
// RFC 2544, with the 4 bytes of the frame check sequence that no virtual link carries: a frame of
// size 64 has 60 bytes in memory, which is just room for the tag. IMIX is a mix of sizes, in a
// fixed order: 28 of 64, 16 of 570 and 4 of 1518 bytes among 48 frames.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	FRAME_SIZE_MIN = 64,
	FRAME_SIZE_MAX = 1518,
	FRAME_SIZE_IMIX = 0, // stands for the mix
	FRAME_FCS = 4,
	FRAME_TAG_OFFSET = 14 + 20 + 8,
	FRAME_FLOWS_MAX = 1 << 24,
};

struct frame_spec {
	unsigned size; // with FCS, or FRAME_SIZE_IMIX
	// They differ in UDP source port and, from 50,000 on, in IP source address.
	unsigned n_flows;
	uint8_t src_mac[6], dst_mac[6];
	uint32_t src_ip, dst_ip; // host order
};

// In host order: only the machine that sent it reads it.
struct frame_tag {
	uint32_t magic;
	uint16_t trial; // in the lowest bit the direction
	uint32_t sequence;
	uint64_t stamp; // TSC when the burst left
} __attribute__((packed));

enum { FRAME_MAGIC = 0x636c6b67 };

// The size of frame number i of a trial.
unsigned frame_size_at(const struct frame_spec *s, uint32_t i);
double frame_mean_size(const struct frame_spec *s);

// In memory.
static inline unsigned
frame_len(const struct frame_spec *s)
{
	return (s->size == FRAME_SIZE_IMIX ? FRAME_SIZE_MAX : s->size) - FRAME_FCS;
}

// Makes it a frame of another size: the lengths in its headers, and the checksum.
void frame_resize(uint8_t *bytes, unsigned size);

// Writes the frame of a flow, frame_len() bytes, with the tag's magic and trial.
void frame_write(const struct frame_spec *s, unsigned flow, uint16_t trial, uint8_t *bytes);

static inline void
frame_stamp(uint8_t *bytes, uint32_t sequence, uint64_t stamp)
{
	struct frame_tag *tag = (struct frame_tag *)(bytes + FRAME_TAG_OFFSET);

	tag->sequence = sequence;
	tag->stamp = stamp;
}

// Whether the frame is one of ours. len: contiguous bytes.
static inline bool
frame_read_tag(const uint8_t *bytes, unsigned len, struct frame_tag *tag)
{
	if (len < FRAME_TAG_OFFSET + sizeof(*tag))
		return false;
	memcpy(tag, bytes + FRAME_TAG_OFFSET, sizeof(*tag));
	return tag->magic == FRAME_MAGIC;
}
