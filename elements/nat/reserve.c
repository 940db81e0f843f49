// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/reserve.h"

#include <sys/mman.h>

void *
reserve_map(size_t size)
{
	void *space = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (space == MAP_FAILED)
		return NULL;
	// A lookup is one access to a random place: with small pages it would miss the TLB too.
	madvise(space, size, MADV_HUGEPAGE);
	return space;
}

void
reserve_fill(void *space, size_t n)
{
	// Where the kernel cannot do it, memory comes at first use.
	madvise(space, n, MADV_POPULATE_WRITE);
}

void
reserve_unmap(void *space, size_t size)
{
	if (space != NULL)
		munmap(space, size);
}
