// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// FromDump, in parts: fromdump.c the element, fromdump_handler.c its handlers.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpreader.h"
#include "src/element.h"
#include "src/notifier.h"
#include "src/timer.h"

enum { FROMDUMP_SAMPLE_BITS = 28 };

struct fromdump {
	struct element element;
	struct dump_reader reader;
	struct packet *held; // owned; read, and not due yet
	uint64_t packet_position; // of the last packet read
	uint64_t n_packets; // emitted, less those that reset_counts forgot
	bool active, force_ip, timing;
	uint32_t sample; // fixed point
	// Which packets. While times_fixed is false, relative times wait for the first packet.
	bool times_fixed, check_start, check_end;
	int64_t start_ns, end_ns;
	// With TIMING: what to add to a packet's time to have that of the steady clock.
	bool timing_fixed;
	int64_t timing_offset_ns;

	struct task task; // pushing
	struct signal full; // pushing: downstream
	struct notifier empty; // pulled from
	struct timer timer; // when the packet held is due

	// Arguments.
	struct filename filename;
	bool stop, want_force_ip, mmap;
	struct probability want_sample;
	struct moment start, end;
	struct timespan start_after, end_after, interval;
	bool has_start, has_start_after, has_end, has_end_after, has_interval;
	struct handler_call end_call;
	uint64_t position;
};

extern const struct handler fromdump_handlers[];

// Starts or stops giving packets, and wakes whoever waits for that.
void fromdump_set_active(struct fromdump *e, bool active);
