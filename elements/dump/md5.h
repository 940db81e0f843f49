// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The MD5 message digest (RFC 1321), to tell contents apart; not for security. Zeroes where the
// system does not allow it.

#include <stddef.h>
#include <stdint.h>

enum { MD5_SIZE = 16 };

void md5_digest(const void *bytes, size_t n, uint8_t digest[MD5_SIZE]);
