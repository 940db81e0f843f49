// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Names with a pointer or a number each. A balanced tree, so that no choice of names by the author
// of a configuration makes it slow. Start with struct namemap map = {0}.

#include <stdbool.h>
#include <stddef.h>

struct namemap {
	void *root;
};

#define NAMEMAP_NONE ((size_t)-1)

void namemap_fini(struct namemap *map);
// name is borrowed, and must stay while the map does. Replaces the value of a known name.
void namemap_set(struct namemap *map, const char *name, size_t value);
// NAMEMAP_NONE: not known.
size_t namemap_get(const struct namemap *map, const char *name);
