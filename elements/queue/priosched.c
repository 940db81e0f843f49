// SPDX-License-Identifier: BSD-3-Clause
// PrioSched, SimplePrioSched: take each packet from the first input that has one.

#include "elements/queue/sched.h"

static inline struct packet *
priosched_packet(struct sched *e, unsigned port)
{
	struct packet *p;

	(void)port;
	for (unsigned i = 0; i < e->element.n_inputs; i++) {
		if (!sched_input_is_active(e, i))
			continue;
		p = element_pull_one(&e->element, i);
		if (p != NULL)
			return p;
	}
	return NULL;
}

static inline struct packet *
simplepriosched_packet(struct element *e, unsigned port)
{
	struct packet *p = NULL;

	(void)port;
	for (unsigned i = 0; p == NULL && i < e->n_inputs; i++)
		p = element_pull_one(e, i);
	return p;
}

ELEMENT_PULL_EACH(priosched, sched, priosched_packet)
ELEMENT_PULL_EACH(simplepriosched, element, simplepriosched_packet)

static const struct element_class priosched_class = {
	.name = "PrioSched",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct sched),
	.pull = priosched_pull,
	.initialize = sched_initialize,
	.cleanup = sched_cleanup,
	.group = "queue",
	.brief = "takes packets from the first of its inputs that has one",
	.manual =
		"Input 0 has the highest priority. Inputs whose queues sleep because they are empty\n"
		"are not tried. Each packet is chosen anew, even for who pulls many at once.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> ps :: PrioSched -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] ps;",
};
ELEMENT_CLASS(priosched_class)

static const struct element_class simplepriosched_class = {
	.name = "SimplePrioSched",
	.ports = "-/1",
	.processing = "l/l",
	.flags = ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct element),
	.pull = simplepriosched_pull,
	.group = "queue",
	.brief = "the same as PrioSched, but tries every input",
	.manual = "It does not ask whether an input sleeps. Use PrioSched unless that is known to\n"
		  "cost more than it saves.",
	.example = "InfiniteSource(LIMIT 5) -> Queue -> ps :: SimplePrioSched -> Discard;"
		   "InfiniteSource(LIMIT 5) -> Queue -> [1] ps;",
};
ELEMENT_CLASS(simplepriosched_class)
