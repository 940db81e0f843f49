// SPDX-License-Identifier: BSD-3-Clause
// EnsureHeadroom: sees to it that there is room in front of packets.

#include "src/element.h"

enum { HEADROOM_MAX = 2048 };

struct ensureheadroom {
	struct element element;
	uint32_t headroom;
	bool shrink;
};

enum { NO_MEMORY, REPLACED };

static inline int
ensureheadroom_packet(const struct ensureheadroom *e, struct packet **pp)
{
	uint32_t headroom = packet_headroom(*pp);
	struct packet *copy;

	if (likely(headroom == e->headroom || (headroom > e->headroom && !e->shrink)))
		return 0;
	copy = packet_copy(*pp, e->headroom);
	if (unlikely(copy == NULL))
		return DROP(NO_MEMORY);
	element_drop(&e->element, REPLACED, *pp);
	*pp = copy;
	return 0;
}

ELEMENT_DECIDE(ensureheadroom, ensureheadroom, ensureheadroom_packet)

static const struct arg ensureheadroom_args[] = {
	ARG(ensureheadroom, headroom, "HEADROOM", ARG_MANDATORY, .min = 0, .max = HEADROOM_MAX,
		.help = "bytes of room in front of the data"),
	ARG(ensureheadroom, shrink, "FORCE_SHRINK", ARG_KEYWORD, .def = "false",
		.help = "true: there is not more room than that, either"),
	ARGS_END,
};

static const char *const ensureheadroom_drops[] = {
	[NO_MEMORY] = "no memory", [REPLACED] = "replaced by a copy with other headroom", NULL};

static const struct element_class ensureheadroom_class = {
	.name = "EnsureHeadroom",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ensureheadroom),
	.push = ensureheadroom_push,
	.pull = ensureheadroom_pull,
	.decide = ensureheadroom_decide,
	.args = ensureheadroom_args,
	.drops = ensureheadroom_drops,
	.group = "standard",
	.brief = "sees to it that there is room in front of packets",
	.manual =
		"Packets with less than HEADROOM bytes in front of their data (and with FORCE_SHRINK\n"
		"those with more) are replaced by a copy that has as much. Where each of several\n"
		"branches puts headers in front of clones, one copy here saves one in each of them.",
	.example = "Idle -> EnsureHeadroom(64) -> Discard;",
};
ELEMENT_CLASS(ensureheadroom_class)
