// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What active queue management elements share: the queues that they look at, and what they drop.

#include "src/element.h"
#include "src/storage.h"

enum aqm_drop { AQM_DROPPED };

struct aqm {
	struct element element;
	struct any queue_names; // as configured; NULL: the nearest ones
	struct storage_set queues; // from initialize on
	uint64_t n_drops; // wherever they went; the element's lcore writes, control reads
};

// At initialize: the queues that are named, else the nearest ones downstream (behind output 0) or
// upstream. Errors: no nearby Queues, and those of storage_set_named().
int aqm_find_queues(struct aqm *e, bool downstream, struct errh *errh);
// Downstream if packets are pushed, else upstream.
int aqm_initialize(struct element *e, struct errh *errh);
void aqm_cleanup(struct element *e);

// Where timers that change what packets meet have to run: the lcore that brings packets.
struct lcore *aqm_lcore(const struct element *e);

// Adds "QUEUES a b".
void aqm_queues_text(const struct aqm *e, struct strbuf *out);

// For pulls: counts it, and it goes to output 1 if there is one.
static inline void
aqm_drop(struct aqm *e, struct packet *p)
{
	e->n_drops++;
	element_push_checked(&e->element, 1, p, AQM_DROPPED);
}

int aqm_read_drops(const struct handler_read *call);
int aqm_read_queues(const struct handler_read *call);

#define AQM_HANDLER_DROPS                                                                    \
	{                                                                                    \
		.name = "drops", .read = aqm_read_drops, .help = "packets that were dropped" \
	}
#define AQM_HANDLER_QUEUES                                     \
	{                                                      \
		.name = "queues", .read = aqm_read_queues,     \
		.help = "names of the queues that it looks at" \
	}

#define AQM_ARG_QUEUES(struct_name, field, flags)                                    \
	ARG(struct_name, field, "QUEUES", flags,                                     \
		.help = "queues to look at, else the nearest ones: downstream of a " \
			"push output, upstream of a pull input")

extern const char *const aqm_drops[];
