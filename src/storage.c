// SPDX-License-Identifier: BSD-3-Clause
#include "src/storage.h"

#include <errno.h>
#include <stdlib.h>

#include "src/confstr.h"
#include "src/flow.h"
#include "src/mem.h"
#include "src/strvec.h"

static void
add(struct storage_set *set, struct element *e)
{
	for (size_t i = 0; i < set->n; i++) {
		if (set->v[i] == e)
			return;
	}
	set->v = mem_grow(set->v, set->n, &set->cap, sizeof(*set->v));
	set->v[set->n++] = e;
}

int
storage_set_named(
	struct storage_set *set, const struct element *from, const char *names, struct errh *errh)
{
	struct strvec words = {0};
	int err = 0;

	confstr_split_words(names, &words);
	for (size_t i = 0; i < words.n; i++) {
		struct element *e = element_find(from, words.v[i]);

		if (e == NULL)
			err = errh_error(errh, "no element named '%s'", words.v[i]);
		else if (e->class->storage == NULL)
			err = errh_error(errh, "'%s' is not a Storage element", element_name(e));
		else
			add(set, e);
	}
	strvec_fini(&words);
	return err;
}

static bool
visit(struct flow_walk *walk, struct element *e, unsigned port)
{
	(void)port;
	if (e->class->storage == NULL)
		return true;
	add(walk->arg, e);
	return false;
}

void
storage_set_downstream(struct storage_set *set, struct element *e, unsigned output)
{
	struct flow_walk walk = {.visit = visit, .arg = set};

	flow_downstream(&walk, e, output);
}

void
storage_set_upstream(struct storage_set *set, struct element *e, unsigned input)
{
	struct flow_walk walk = {.visit = visit, .arg = set};

	flow_upstream(&walk, e, input);
}

void
storage_set_fini(struct storage_set *set)
{
	free(set->v);
	*set = (struct storage_set){0};
}
