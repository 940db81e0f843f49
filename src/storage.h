// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Elements that store packets and can be asked how many they have: queues (Click's Storage). Who
// acts on the length of queues (RED, CoDel, Unqueue2) finds them here.

#include <stddef.h>
#include <stdint.h>

#include "src/element.h"

// What a class of such elements has. Both may be called on any lcore, at any time; the length may
// be another a moment later.
struct storage {
	uint32_t (*length)(const struct element *e); // packets held
	uint32_t (*capacity)(const struct element *e); // packets that it can hold
};

struct storage_set {
	struct element **v; // owned array of borrowed elements
	size_t n, cap;
};

// The storage elements named in a list, as seen from an element; separated by white space.
// Errors: no element named 'x'	'x' is not a Storage element
int storage_set_named(
	struct storage_set *set, const struct element *from, const char *names, struct errh *errh);
// The nearest ones that packets come to behind an output, or came from in front of an input. None
// is no error.
void storage_set_downstream(struct storage_set *set, struct element *e, unsigned output);
void storage_set_upstream(struct storage_set *set, struct element *e, unsigned input);
void storage_set_fini(struct storage_set *set);

// Packets that all of them hold.
static inline uint32_t
storage_set_length(const struct storage_set *set)
{
	uint32_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += set->v[i]->class->storage->length(set->v[i]);
	return n;
}
