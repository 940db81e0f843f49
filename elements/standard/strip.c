// SPDX-License-Identifier: BSD-3-Clause
// Strip: removes bytes from the front of packets.

#include <stdatomic.h>

#include "src/chatter.h"
#include "src/element.h"

struct strip {
	struct element element;
	uint32_t length;
	_Atomic bool told; // of a packet that was too short
};

// A packet that is shorter is stripped of all it has, as in Click.
static void
strip_short_packet(struct strip *e, struct packet *p)
{
	if (!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter("Packet::pull %u > length %u", e->length, packet_length(p));
	packet_pull(p, packet_length(p));
}

static inline void
strip_packet(struct strip *e, struct packet *p)
{
	if (unlikely(!packet_pull(p, e->length)))
		strip_short_packet(e, p);
}

ELEMENT_CHANGE(strip, strip, strip_packet)

static const struct arg strip_args[] = {
	ARG(strip, length, "LENGTH", ARG_MANDATORY, .help = "bytes to remove"),
	ARGS_END,
};

static const struct element_class strip_class = {
	.name = "Strip",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct strip),
	.push = strip_push,
	.pull = strip_pull,
	.decide = strip_decide,
	.args = strip_args,
	.group = "standard",
	.brief = "removes bytes from the front of packets",
	.manual =
		"Removes the first LENGTH bytes of each packet, for instance its Ethernet header.\n"
		"A shorter packet becomes empty; the first one is told of. The bytes can be had\n"
		"back with Unstrip.",
	.example = "Idle -> Strip(14) -> CheckIPHeader -> Discard;",
};
ELEMENT_CLASS(strip_class)
