// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The command line.

#include <stdbool.h>
#include <stdint.h>

#include "io/io.h"
#include "src/lcore.h"
#include "src/strvec.h"

struct errh;
struct strbuf;

struct options {
	char *file; // owned; NULL: an expression, or standard input
	char *expression; // owned
	struct strvec params; // NAME=VALUE
	struct strvec handlers; // -h: read after the run
	struct strvec sockets; // configuration strings of the ControlSockets of -p, -u, --socket
	char *exit_handler; // owned; -x
	char *output; // owned; -o
	char *clickpath; // owned; -C
	bool quit, time, allow_hotconfig, no_warnings;
	bool check, json; // json: of what check finds
	bool as_click; // run under the name `click`: nothing is printed that Click would not
	bool no_huge, idle, ringed, profile, compile;
	char *compile_dir; // owned; --compile-into: where its files stay
	bool simtime;
	int64_t simtime_ns;
	unsigned n_threads; // -j; 0: not given
	unsigned cpus[LCORES_MAX]; // where worker lcores are pinned
	enum io_mode io;
	uint32_t n_mbufs; // --mbufs; 0: computed
	struct strvec dpdk; // arguments for EAL
	// Things to print instead of running.
	bool show_version, show_help, list_elements;
	char *help_element; // owned
	char *manual_dir; // owned; --write-manual
};

// 0, or -EINVAL with errors reported. o is overwritten and must be released either way.
int options_parse(struct options *o, int argc, char **argv, struct errh *errh);
void options_fini(struct options *o);
void options_usage(const char *program, struct strbuf *out);
