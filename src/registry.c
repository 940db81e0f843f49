// SPDX-License-Identifier: BSD-3-Clause
// The registry of element classes: each class links itself in when its file is loaded.

#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/mem.h"
#include "src/nearest.h"

static struct element_class_link *links;
static const struct element_class **sorted; // owned; rebuilt after a registration
static size_t n_sorted, n_links;

void
element_class_register(struct element_class_link *link)
{
	link->next = links;
	links = link;
	n_links++;
}

static int
by_name(const void *a, const void *b)
{
	const struct element_class *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void
sort(void)
{
	size_t i = 0;

	if (n_sorted == n_links)
		return;
	sorted = mem_realloc(sorted, n_links * sizeof(*sorted));
	for (struct element_class_link *l = links; l != NULL; l = l->next)
		sorted[i++] = l->class;
	qsort(sorted, n_links, sizeof(*sorted), by_name);
	n_sorted = n_links;
}

const struct element_class *
element_class_at(size_t i)
{
	sort();
	return i < n_sorted ? sorted[i] : NULL;
}

static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	while (words != NULL && *words != '\0') {
		size_t n = strcspn(words, " ");

		if (n == len && strncmp(words, word, len) == 0)
			return true;
		words += n;
		words += strspn(words, " ");
	}
	return false;
}

const struct element_class *
element_class_find(const char *name)
{
	struct element_class key = {.name = name};
	const struct element_class *k = &key, **found;

	sort();
	found = bsearch(&k, sorted, n_sorted, sizeof(*sorted), by_name);
	if (found != NULL)
		return *found;
	for (size_t i = 0; i < n_sorted; i++) {
		if (has_word(sorted[i]->aliases, name))
			return sorted[i];
	}
	return NULL;
}

const struct element_class_link *
element_class_link(const struct element_class *class)
{
	const struct element_class_link *l = links;

	while (l != NULL && l->class != class)
		l = l->next;
	return l;
}

const char *
element_class_suggest(const char *name)
{
	struct nearest nearest = {.name = name};

	sort();
	for (size_t i = 0; i < n_sorted; i++)
		nearest_try(&nearest, sorted[i]->name);
	return nearest.found;
}
