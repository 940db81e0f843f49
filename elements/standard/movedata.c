// SPDX-License-Identifier: BSD-3-Clause
// MoveData: copies bytes of packets to another place in them.

#include <string.h>

#include "src/element.h"

enum { LENGTH_MAX = 2048 };

struct movedata {
	struct element element;
	uint32_t to, from, length;
	bool grow;
};

enum { NO_ROOM };

static inline int
movedata_packet(const struct movedata *e, struct packet **pp)
{
	uint32_t len = packet_length(*pp), end = e->to + e->length;
	uint8_t bytes[LENGTH_MAX];

	if (unlikely(len < e->from || len - e->from < e->length))
		return 0;
	if (len < end) {
		if (!e->grow || e->to > len)
			return 0;
		if (unlikely(!packet_put(pp, end - len)))
			return DROP(NO_ROOM);
	}
	// By way of the stack: places may overlap, and lie in several segments.
	packet_read(*pp, e->from, bytes, e->length);
	return likely(packet_write(pp, e->to, bytes, e->length)) ? 0 : DROP(NO_ROOM);
}

ELEMENT_DECIDE(movedata, movedata, movedata_packet)

static const struct arg movedata_args[] = {
	ARG(movedata, to, "DST_OFFSET", ARG_MANDATORY, .min = 0, .max = UINT16_MAX - LENGTH_MAX,
		.help = "where the bytes go"),
	ARG(movedata, from, "SRC_OFFSET", ARG_MANDATORY, .help = "where they are"),
	ARG(movedata, length, "LENGTH", ARG_MANDATORY, .min = 0, .max = LENGTH_MAX,
		.help = "how many there are"),
	ARG(movedata, grow, "GROW", ARG_KEYWORD, .def = "false",
		.help = "true: packets become longer where there is no room at their end"),
	ARGS_END,
};

static const char *const movedata_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class movedata_class = {
	.name = "MoveData",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct movedata),
	.push = movedata_push,
	.pull = movedata_pull,
	.decide = movedata_decide,
	.args = movedata_args,
	.drops = movedata_drops,
	.group = "standard",
	.brief = "copies bytes of packets to another place in them",
	.manual =
		"LENGTH bytes at SRC_OFFSET are copied to DST_OFFSET; the two places may overlap.\n"
		"Packets that do not have all of both stay as they are; with GROW the place where the\n"
		"bytes go need only begin within the packet, or at its end.",
	.example = "Idle -> MoveData(0, 6, 6) -> Discard;",
};
ELEMENT_CLASS(movedata_class)
