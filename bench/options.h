// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The command line of rfc2544, and the lines of its --stdin mode.

#include <stdbool.h>

#include "bench/ports.h"
#include "bench/trial.h"
#include "src/strvec.h"

struct errh;
struct strbuf;

struct tester_options {
	const char *ports[PORTS_MAX]; // borrowed from argv
	unsigned n_ports;
	struct trial trial;
	unsigned cpu;
	unsigned n_desc;
	bool no_huge, from_stdin, loop, show_help;
	struct strvec dpdk; // owned: arguments for EAL
};

// 0, or -EINVAL reported.
int tester_options_parse(struct tester_options *o, int argc, char **argv, struct errh *errh);
void tester_options_fini(struct tester_options *o);
void tester_options_usage(const char *program, struct strbuf *out);

// "size=64 rate=1M seconds=0.5 latency=1", each word optional: changes t. line is changed.
int tester_options_parse_trial(struct trial *t, char *line, struct errh *errh);
