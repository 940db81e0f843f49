// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What AlignmentInfo elements say of other elements.

#include <stdbool.h>
#include <stdint.h>

struct element;

struct alignment {
	uint32_t modulus, offset; // packets begin offset bytes behind a multiple of modulus
};

// For the input of an element. false: nothing is said of it.
bool alignmentinfo_find(const struct element *e, unsigned input, struct alignment *a);
