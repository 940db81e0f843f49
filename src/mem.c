// SPDX-License-Identifier: BSD-3-Clause
#include "src/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *
mem_check(void *p)
{
	static const char text[] = "clickd: out of memory\n";

	if (p != NULL)
		return p;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		abort();
	abort();
}

void *
mem_zalloc(size_t size)
{
	return mem_check(calloc(1, size ? size : 1));
}

void *
mem_zalloc_aligned(size_t size, size_t align)
{
	size_t rounded = (size + align - 1) & ~(align - 1);
	void *p = NULL;

	// What is too large to be rounded up is too large to be had.
	if (rounded >= size)
		p = aligned_alloc(align, rounded ? rounded : align);
	mem_check(p);
	memset(p, 0, rounded);
	return p;
}

void *
mem_realloc(void *old, size_t size)
{
	return mem_check(realloc(old, size ? size : 1));
}

char *
mem_strdup(const char *text)
{
	return mem_check(strdup(text));
}

char *
mem_strndup(const char *text, size_t len)
{
	char *copy = mem_zalloc(len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *
mem_printf(const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	return mem_check(n < 0 ? NULL : text);
}

void *
mem_grow(void *array, size_t n, size_t *cap, size_t element_size)
{
	if (n < *cap)
		return array;
	*cap = *cap ? 2 * *cap : 8;
	return mem_realloc(array, *cap * element_size);
}
