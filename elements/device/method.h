// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What FromDevice and ToDevice share.

#include <stdbool.h>

struct errh;

// METHOD: PCAP is what there is; the others that Click knows are refused by name. 0 or -EINVAL.
int method_check(const char *method, struct errh *errh);

// Adds (or removes) the iptables rule that keeps the kernel's stack from seeing what comes in at an
// interface. 0, or -errno if iptables is missing or refuses.
int method_block_kernel(const char *interface, bool block);
