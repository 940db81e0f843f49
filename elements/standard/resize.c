// SPDX-License-Identifier: BSD-3-Clause
// Resize: adds bytes to both ends of packets, or removes some.

#include "src/element.h"

struct resize {
	struct element element;
	int32_t head, tail; // bytes to add; negative: to remove
};

enum { NO_MEMORY };

static inline int
resize_packet(const struct resize *e, struct packet **pp)
{
	int64_t head = e->head, tail = e->tail;

	if (head < 0)
		packet_pull(*pp, (uint32_t)RTE_MIN(-head, (int64_t)packet_length(*pp)));
	else if (head > 0 && unlikely(!packet_push(pp, (uint32_t)head)))
		return DROP(NO_MEMORY);
	if (tail < 0)
		packet_take(*pp, (uint32_t)RTE_MIN(-tail, (int64_t)packet_length(*pp)));
	else if (tail > 0 && unlikely(!packet_put(pp, (uint32_t)tail)))
		return DROP(NO_MEMORY);
	return 0;
}

ELEMENT_DECIDE(resize, resize, resize_packet)

static const struct arg resize_args[] = {
	ARG(resize, head, "HEAD", ARG_OPTIONAL | ARG_READ | ARG_WRITE, .def = "0",
		.help = "bytes to add in front; negative: to remove there"),
	ARG(resize, tail, "TAIL", ARG_OPTIONAL | ARG_READ | ARG_WRITE, .def = "0",
		.help = "bytes to add at the end; negative: to remove there"),
	ARGS_END,
};

static const char *const resize_drops[] = {[NO_MEMORY] = "no memory or too long", NULL};

static const struct element_class resize_class = {
	.name = "Resize",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_SOURCE | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct resize),
	.push = resize_push,
	.pull = resize_pull,
	.decide = resize_decide,
	.args = resize_args,
	.drops = resize_drops,
	.group = "standard",
	.brief = "adds bytes to both ends of packets, or removes some",
	.manual = "What new bytes hold is not defined. The front is changed first. A packet that\n"
		  "is shorter than what shall be removed becomes empty.",
	.example = "Idle -> Resize(-14, 4) -> Discard;",
};
ELEMENT_CLASS(resize_class)
