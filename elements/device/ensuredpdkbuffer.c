// SPDX-License-Identifier: BSD-3-Clause
// EnsureDPDKBuffer: passes packets, which are in DPDK's buffers anyway, or copies them.

#include "src/element.h"

struct ensuredpdkbuffer {
	struct element element;
	bool force_copy, fail;
	uint32_t extra_headroom;
};

enum { COPIED, NO_MEMORY };

static inline int
ensuredpdkbuffer_packet(const struct ensuredpdkbuffer *e, struct packet **pp)
{
	struct packet *copy;

	if (likely(!e->force_copy))
		return 0;
	copy = packet_copy(*pp, PACKET_HEADROOM + e->extra_headroom);
	if (unlikely(copy == NULL))
		return DROP(NO_MEMORY);
	element_drop(&e->element, COPIED, *pp);
	*pp = copy;
	return 0;
}

ELEMENT_DECIDE(ensuredpdkbuffer, ensuredpdkbuffer, ensuredpdkbuffer_packet)

static int
ensuredpdkbuffer_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct ensuredpdkbuffer *e = (struct ensuredpdkbuffer *)base;

	(void)args;
	if (e->force_copy && e->fail)
		return errh_error(
			errh, "You cannot have both FORCE_COPY and FAIL at the same time");
	return 0;
}

static const struct arg ensuredpdkbuffer_args[] = {
	ARG(ensuredpdkbuffer, force_copy, "FORCE_COPY", ARG_OPTIONAL, .def = "false",
		.help = "true: copies all packets"),
	ARG(ensuredpdkbuffer, extra_headroom, "EXTRA_HEADROOM", ARG_OPTIONAL, .def = "0", .min = 0,
		.max = PACKET_DATA_SIZE - PACKET_HEADROOM,
		.help = "bytes of room in front of a copy, beside the usual ones"),
	ARG(ensuredpdkbuffer, fail, "FAIL", ARG_KEYWORD, .def = "false",
		.help = "drops what is in no DPDK buffer instead of copying it: nothing is"),
	ARGS_END,
};

static const char *const ensuredpdkbuffer_drops[] = {
	[COPIED] = "replaced by its copy",
	[NO_MEMORY] = "no memory",
	NULL,
};

static const struct element_class ensuredpdkbuffer_class = {
	.name = "EnsureDPDKBuffer",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ensuredpdkbuffer),
	.push = ensuredpdkbuffer_push,
	.pull = ensuredpdkbuffer_pull,
	.decide = ensuredpdkbuffer_decide,
	.configure = ensuredpdkbuffer_configure,
	.args = ensuredpdkbuffer_args,
	.drops = ensuredpdkbuffer_drops,
	.group = "device",
	.brief = "passes packets, which are in DPDK's buffers anyway",
	.manual = "For configurations written for Click, where packets can be elsewhere. With\n"
		  "FORCE_COPY each packet is replaced by a copy of its own bytes.",
	.example = "Idle -> EnsureDPDKBuffer -> Discard;",
};
ELEMENT_CLASS(ensuredpdkbuffer_class)
