// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The names that every configuration knows. Private to namedb.

#include <stdbool.h>
#include <stdint.h>

#include "src/namedb.h"

bool namedb_builtin_find(enum name_kind kind, const char *name, uint32_t *number);
