// SPDX-License-Identifier: BSD-3-Clause
#include "src/strvec.h"

#include <stdlib.h>
#include <string.h>

#include "src/mem.h"

void
strvec_fini(struct strvec *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i]);
	free(v->v);
	*v = (struct strvec){0};
}

void
strvec_take(struct strvec *v, char *text)
{
	v->v = mem_grow(v->v, v->n, &v->cap, sizeof(*v->v));
	v->v[v->n++] = text;
}

void
strvec_add(struct strvec *v, const char *text)
{
	strvec_take(v, mem_strdup(text));
}

void
strvec_insert(struct strvec *v, size_t at, const char *text)
{
	strvec_take(v, NULL);
	memmove(v->v + at + 1, v->v + at, (v->n - 1 - at) * sizeof(*v->v));
	v->v[at] = mem_strdup(text);
}

void
strvec_remove(struct strvec *v, size_t at)
{
	free(v->v[at]);
	memmove(v->v + at, v->v + at + 1, (v->n - 1 - at) * sizeof(*v->v));
	v->n--;
}

void
strvec_copy(struct strvec *to, const struct strvec *from)
{
	for (size_t i = 0; i < from->n; i++)
		strvec_add(to, from->v[i]);
}
