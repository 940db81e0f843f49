// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Memory of the control side: allocation that does not fail. When the machine has no memory left
// for a configuration, nothing sensible can follow, so these end the process with a message.
// Packets never come from here (mbuf-bridge/packet_pool.h), and the data path never allocates.

#include <stddef.h>

// All return zeroed or copied memory that free() releases; size 0 gives a valid pointer.
void *mem_zalloc(size_t size);
void *mem_zalloc_aligned(size_t size, size_t align); // align: a power of two
void *mem_realloc(void *old, size_t size); // bytes behind the old size are not zeroed
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t len);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

// Grows an array that holds n elements so that one more fits. cap is the caller's capacity.
void *mem_grow(void *array, size_t n, size_t *cap, size_t element_size);
