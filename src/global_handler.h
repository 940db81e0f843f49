// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Handlers of the router as a whole: version, list, config, flatconfig, stop, balance ...

#include <stddef.h>

struct handler;

const struct handler *global_handler_find(const char *name); // NULL: no such handler
const struct handler *global_handler_at(size_t i); // NULL behind the last
