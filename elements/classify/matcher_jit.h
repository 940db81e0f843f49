// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Small decision programs as machine code, made by DPDK's BPF library.

#include <stdbool.h>
#include <stdint.h>

struct program_matcher;
struct rte_bpf;

struct match_jit {
	struct rte_bpf *bpf; // owned; NULL: there is no code
	// Where a packet goes whose bytes from `bytes` on are all there: as run().
	uint64_t (*run)(void *bytes);
	uint32_t len; // bytes that it may load
	bool transport; // it counts on a transport header behind an IP header without options
};

// Makes code for a compiled program, if it is small and this machine can. SPACE_PACKET: for bytes
// of the packet; else from the network header on, and none if tests look at MAC addresses.
void match_jit_init(struct match_jit *j, const struct program_matcher *m, bool packet_space);
void match_jit_fini(struct match_jit *j); // zeroed is fine
