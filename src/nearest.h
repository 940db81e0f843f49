// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// For "did you mean": of several names the one that is most like what somebody wrote.

struct nearest {
	const char *name; // borrowed; what was written
	const char *found; // borrowed from nearest_try(); NULL: nothing is like it
	unsigned distance; // of found
};

// Starts with struct nearest n = {.name = ...}.
// A candidate that is the very name is passed over. Earlier ones win.
void nearest_try(struct nearest *n, const char *candidate);
