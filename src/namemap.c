// SPDX-License-Identifier: BSD-3-Clause
#include "src/namemap.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "src/mem.h"

struct namemap_entry {
	const char *name; // borrowed
	size_t value;
};

static int
entry_compare(const void *a, const void *b)
{
	return strcmp(
		((const struct namemap_entry *)a)->name, ((const struct namemap_entry *)b)->name);
}

void
namemap_fini(struct namemap *map)
{
	tdestroy(map->root, free);
	map->root = NULL;
}

void
namemap_set(struct namemap *map, const char *name, size_t value)
{
	struct namemap_entry *entry = mem_zalloc(sizeof(*entry));
	struct namemap_entry **found;

	*entry = (struct namemap_entry){name, value};
	found = tsearch(entry, &map->root, entry_compare);
	if (found == NULL)
		abort();
	if (*found == entry)
		return;
	(*found)->value = value;
	free(entry);
}

size_t
namemap_get(const struct namemap *map, const char *name)
{
	const struct namemap_entry key = {name, 0};
	struct namemap_entry *const *found = tfind(&key, &map->root, entry_compare);

	return found ? (*found)->value : NAMEMAP_NONE;
}
