// SPDX-License-Identifier: BSD-3-Clause
#include "elements/queue/sched.h"

#include <stdlib.h>

#include "src/mem.h"

void
sched_find_signals(struct sched *s, struct notifier *follower)
{
	s->signals = mem_zalloc(s->element.n_inputs * sizeof(*s->signals));
	for (unsigned i = 0; i < s->element.n_inputs; i++)
		signal_upstream_empty_follow(&s->signals[i], &s->element, i, follower);
}

int
sched_initialize(struct element *e, struct errh *errh)
{
	(void)errh;
	sched_find_signals((struct sched *)e, NULL);
	return 0;
}

void
sched_cleanup(struct element *e)
{
	struct sched *s = (struct sched *)e;

	for (unsigned i = 0; s->signals != NULL && i < e->n_inputs; i++)
		signal_fini(&s->signals[i]);
	free(s->signals);
	s->signals = NULL;
}
