// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Address space for tables that may grow large: memory is taken as it is used, so that a table
// grows in place, without being copied, and nothing is allocated while packets wait.

#include <stddef.h>

// Zeroed. NULL: no such space.
void *reserve_map(size_t size);
// Takes the memory of the first n bytes now.
void reserve_fill(void *space, size_t n);
void reserve_unmap(void *space, size_t size); // NULL is fine
