// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// ar archives: a configuration may come as one, with its text in the member "config".

#include <stdbool.h>
#include <stddef.h>

bool archive_is(const char *bytes, size_t len);

// Finds a member; *data points into bytes. Returns 0, -ENOENT if there is no such member, -EBADMSG
// if the archive is damaged before it.
int
archive_find(const char *bytes, size_t len, const char *name, const char **data, size_t *data_len);
