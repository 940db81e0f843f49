// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdbool.h>

struct element;

bool element_is_suppressor(const struct element *e);
// Whether a port (lower than the element's n_inputs) lets packets pass. From any thread.
void suppressor_set(struct element *e, unsigned port, bool active);
