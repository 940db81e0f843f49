// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The least that can stand where a device under test would: what comes in at one port goes out at
// the other one (the same, if there is one), untouched. The tester measures itself against it.

#include <stdatomic.h>
#include <stdbool.h>

struct ports;

// Until *stop. On the lcore that owns the ports' queues.
void loop_run(const struct ports *ports, const atomic_bool *stop);
