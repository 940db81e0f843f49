// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Test frames: Ethernet, IPv4, UDP, and a tag at the start of the UDP payload by which the tester
// knows its own frames, those of this trial, their order and when they left. Sizes are those of
// RFC 2544, with the 4 bytes of the frame check sequence that no virtual link carries: a frame of
// size 64 has 60 bytes in memory, which is just room for the tag.

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
	FRAME_SIZE_MIN = 64,
	FRAME_SIZE_MAX = 1518,
	FRAME_FCS = 4,
	FRAME_TAG_OFFSET = 14 + 20 + 8,
	FRAME_FLOWS_MAX = 1 << 24,
};

struct frame_spec {
	unsigned size; // with FCS
	unsigned
		n_flows; // they differ in UDP source port and, from 50,000 on, in IP source address
	uint8_t src_mac[6], dst_mac[6];
	uint32_t src_ip, dst_ip; // host order
};

// In host order: only the machine that sent it reads it.
struct frame_tag {
	uint32_t magic;
	uint16_t trial;
	uint32_t sequence;
	uint64_t stamp; // TSC when the burst left
} __attribute__((packed));

enum { FRAME_MAGIC = 0x636c6b67 };

static inline unsigned
frame_len(const struct frame_spec *s)
{
	return s->size - FRAME_FCS;
}

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
