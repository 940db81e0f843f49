// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What tests of scripts need: configurations that run for a while, and what they print.

#include <stdint.h>

struct rig;

// Everything that is written to stdout from begin to end. One at a time.
void capture_begin(void);
char *capture_end(void); // caller frees

// Runs a configuration for so long (simulated); what it printed, behind it what it chattered.
// Caller frees.
char *script_output(const char *config, int64_t ns);
#define ASSERT_PRINTS(config, want)                                          \
	do {                                                                 \
		char *output_ = script_output(config, INT64_C(10000000000)); \
                                                                             \
		ASSERT_TEXT(output_, want);                                  \
		free(output_);                                               \
	} while (0)
