// SPDX-License-Identifier: BSD-3-Clause
// Unstrip: adds bytes in front of packets, or brings back those that Strip removed.

#include "src/element.h"

struct unstrip {
	struct element element;
	uint32_t length;
};

enum { NO_MEMORY };

static inline int
unstrip_packet(const struct unstrip *e, struct packet **pp)
{
	return likely(packet_push(pp, e->length)) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(unstrip, unstrip, unstrip_packet)

static const struct arg unstrip_args[] = {
	ARG(unstrip, length, "LENGTH", ARG_MANDATORY, .help = "bytes to add"),
	ARGS_END,
};

static const char *const unstrip_drops[] = {[NO_MEMORY] = "no memory or too long", NULL};

static const struct element_class unstrip_class = {
	.name = "Unstrip",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct unstrip),
	.push = unstrip_push,
	.pull = unstrip_pull,
	.args = unstrip_args,
	.drops = unstrip_drops,
	.group = "standard",
	.brief = "adds bytes in front of packets",
	.manual =
		"Puts LENGTH bytes in front of each packet. Behind Strip they are the ones that it\n"
		"removed; otherwise what they hold is not defined.",
	.example = "Idle -> Strip(14) -> Unstrip(14) -> Discard;",
};
ELEMENT_CLASS(unstrip_class)
