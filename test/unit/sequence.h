// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Packets of one byte that says where they came from, and the order in which they come out: for
// tests of queues and schedulers.

#include "test/unit/rig.h"

// n packets "II" into an input, I its number.
void sequence_feed(struct rig *r, unsigned input, unsigned n);
// Packets with these first bytes, "1 2 3", into an input.
void sequence_give(struct rig *r, unsigned input, const char *numbers);
// Pulls n times for one packet: the first bytes in order, "0 1 - 1"; '-': there was none. All
// texts are valid until the next call.
const char *sequence_pull(struct rig *r, unsigned output, unsigned n);
// Pulls once for at most max packets.
const char *sequence_pull_batch(struct rig *r, unsigned output, unsigned max);
// What has been captured at an output, which is empty afterwards.
const char *sequence_out(struct rig *r, unsigned output);
