// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// FromDump, in parts: fromdump.c the element, fromdump_handler.c its handlers.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpreader.h"
#include "elements/dump/dumpsource.h"

struct fromdump {
	struct dump_source source;
	struct dump_reader reader;
	uint64_t packet_position; // of the last packet read
	bool force_ip;
	// Which packets. While times_fixed is false, relative times wait for the first packet.
	bool times_fixed, check_start, check_end;
	int64_t start_ns, end_ns;

	// Arguments.
	bool want_force_ip, mmap;
	struct moment start, end;
	struct timespan start_after, end_after, interval;
	bool has_start, has_start_after, has_end, has_end_after, has_interval;
	struct handler_call end_call;
	uint64_t position;
};

extern const struct handler fromdump_handlers[];
