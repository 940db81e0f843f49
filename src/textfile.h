// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Whole files of text from disk, with a bound on their size.

#include <stdbool.h>
#include <stddef.h>

#define TEXTFILE_MAX_SIZE (64u << 20)

// Reads the file ("-": standard input). *text is a new string with a NUL behind its len bytes.
// only_regular refuses what is no regular file, without waiting for it to open.
// Returns 0, or -errno: that of open() or read(), -EISDIR, -EFBIG above TEXTFILE_MAX_SIZE.
int textfile_read(const char *path, bool only_regular, char **text, size_t *len);
