// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// FromDump, in parts: fromdump.c the element, fromdump_handler.c its handlers.

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/dumpreader.h"
#include "elements/dump/dumpsource.h"
#include "elements/dump/dumpwindow.h"

struct fromdump {
	struct dump_source source;
	struct dump_reader reader;
	uint64_t packet_position; // of the last packet read
	bool force_ip;
	struct dump_window window;

	// Arguments.
	bool want_force_ip, mmap;
	uint64_t position;
};

extern const struct handler fromdump_handlers[];
