// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Handlers of the router as a whole: version, list, config, flatconfig, stop, balance ...

#include <stddef.h>

struct handler;
struct router;

// Those that the router has: `hotconfig` and those of profiles are not everyone's.
const struct handler *global_handler_find(const struct router *r, const char *name); // NULL: none
const struct handler *global_handler_at(size_t i); // of all; NULL behind the last
