// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The system's names of services and protocols. Private to namedb.

#include <stdbool.h>
#include <stdio.h>

#include "src/namedb.h"

// Looks in /etc/services and /etc/protocols, which are read once, at the first call; any thread may
// call. Protocols, TCP and UDP ports only.
bool namedb_system_find(enum name_kind kind, const char *name, union name_value *value);

// Adds what a file in the format of these two defines; lines that make no sense are passed over.
void namedb_read_services(struct namedb *db, FILE *file);
void namedb_read_protocols(struct namedb *db, FILE *file);
