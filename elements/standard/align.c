// SPDX-License-Identifier: BSD-3-Clause
// Align: moves packets in memory to an alignment.

#include "src/element.h"

struct align {
	struct element element;
	uint32_t modulus, offset; // address of the data % modulus = offset
};

enum { NO_MEMORY, REPLACED };

static inline int
align_packet(const struct align *e, struct packet **pp)
{
	uint32_t mask = e->modulus - 1;
	struct packet *p = *pp, *copy;

	if (likely(((uintptr_t)packet_data(p) & mask) == e->offset))
		return 0;
	// Buffers begin on a cache line, so the headroom is what makes the alignment.
	copy = packet_copy(p, (packet_headroom(p) & ~mask) + e->offset);
	if (unlikely(copy == NULL))
		return DROP(NO_MEMORY);
	element_drop(&e->element, REPLACED, p);
	*pp = copy;
	return 0;
}

ELEMENT_DECIDE(align, align, align_packet)

static int
align_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct align *e = (struct align *)base;

	(void)args;
	if (e->modulus != 2 && e->modulus != 4 && e->modulus != 8)
		return errh_error(errh, "MODULUS must be 2, 4, or 8");
	if (e->offset >= e->modulus)
		return errh_error(errh, "OFFSET must be smaller than MODULUS");
	return 0;
}

static const struct arg align_args[] = {
	ARG(align, modulus, "MODULUS", ARG_MANDATORY, .help = "2, 4 or 8"),
	ARG(align, offset, "OFFSET", ARG_MANDATORY,
		.help = "remainder of the data's address divided by MODULUS"),
	ARGS_END,
};

static const char *const align_drops[] = {
	[NO_MEMORY] = "no memory", [REPLACED] = "replaced by an aligned copy", NULL};

static const struct element_class align_class = {
	.name = "Align",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct align),
	.push = align_push,
	.pull = align_pull,
	.decide = align_decide,
	.configure = align_configure,
	.args = align_args,
	.drops = align_drops,
	.group = "standard",
	.brief = "moves packets to an alignment in memory",
	.manual = "Packets that are not aligned are replaced by a copy that is. Elements of this\n"
		  "program do not need it; it is here for configurations that other machines use.",
	.example = "Idle -> Align(4, 2) -> Discard;",
};
ELEMENT_CLASS(align_class)
