// SPDX-License-Identifier: BSD-3-Clause
// CheckLength: lets packets up to a length pass.

#include "src/element.h"

struct checklength {
	struct element element;
	uint32_t length;
};

enum { TOO_LONG };

static inline int
checklength_packet(const struct checklength *e, struct packet **pp)
{
	if (likely(packet_length(*pp) <= e->length))
		return 0;
	return element_output_or_drop(&e->element, 1, TOO_LONG);
}

ELEMENT_DECIDE(checklength, checklength, checklength_packet)

static const struct arg checklength_args[] = {
	ARG(checklength, length, "LENGTH", ARG_MANDATORY | ARG_READ | ARG_WRITE,
		.help = "bytes that a packet may have"),
	ARGS_END,
};

static const char *const checklength_drops[] = {[TOO_LONG] = "too long", NULL};

static const struct element_class checklength_class = {
	.name = "CheckLength",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct checklength),
	.push = checklength_push,
	.pull = checklength_pull,
	.decide = checklength_decide,
	.args = checklength_args,
	.drops = checklength_drops,
	.group = "standard",
	.brief = "lets packets up to a length pass",
	.manual = "Longer packets go to output 1 if it is connected and are dropped if not.",
	.example = "Idle -> cl :: CheckLength(1500) -> Discard; cl [1] -> Discard;",
};
ELEMENT_CLASS(checklength_class)
