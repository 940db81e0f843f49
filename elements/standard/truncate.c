// SPDX-License-Identifier: BSD-3-Clause
// Truncate, TruncateFCS: cut bytes off packets' ends.

#include "src/element.h"

struct truncate {
	struct element element;
	uint32_t length;
	bool note; // the bytes that were cut off, in the packet's EXTRA_LENGTH
};

static inline void
truncate_packet(const struct truncate *e, struct packet *p)
{
	uint32_t extra;

	if (packet_length(p) <= e->length)
		return;
	extra = packet_length(p) - e->length;
	packet_take(p, extra);
	if (e->note)
		packet_set_anno_u32(
			p, ANNO_EXTRA_LENGTH, packet_anno_u32(p, ANNO_EXTRA_LENGTH) + extra);
}

ELEMENT_CHANGE(truncate, truncate, truncate_packet)

static const struct arg truncate_args[] = {
	ARG(truncate, length, "LENGTH", ARG_MANDATORY, .help = "bytes to leave"),
	ARG(truncate, note, "EXTRA_LENGTH", ARG_KEYWORD, .def = "true",
		.help = "adds the number of bytes cut off to the EXTRA_LENGTH annotation"),
	ARGS_END,
};

static const struct handler truncate_handlers[] = {
	HANDLER_FIELD_RW("nbytes", truncate, length, 0, .help = "bytes to leave"),
	HANDLERS_END,
};

static const struct element_class truncate_class = {
	.name = "Truncate",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct truncate),
	.push = truncate_push,
	.pull = truncate_pull,
	.decide = truncate_decide,
	.args = truncate_args,
	.handlers = truncate_handlers,
	.writes = "EXTRA_LENGTH",
	.group = "standard",
	.brief = "cuts packets off",
	.manual = "Packets of more than LENGTH bytes lose the rest. How much that was is added to\n"
		  "their EXTRA_LENGTH annotation, which counters and dumps take into account.",
	.example = "Idle -> Truncate(64) -> Discard;",
};
ELEMENT_CLASS(truncate_class)

// ---- TruncateFCS

struct truncatefcs {
	struct element element;
	bool note;
};

enum { FCS_SIZE = 4 };

static inline void
truncatefcs_packet(const struct truncatefcs *e, struct packet *p)
{
	if (unlikely(!packet_take(p, FCS_SIZE)))
		return;
	if (e->note)
		packet_set_anno_u32(
			p, ANNO_EXTRA_LENGTH, packet_anno_u32(p, ANNO_EXTRA_LENGTH) + FCS_SIZE);
}

ELEMENT_CHANGE(truncatefcs, truncatefcs, truncatefcs_packet)

static const struct arg truncatefcs_args[] = {
	ARG(truncatefcs, note, "EXTRA_LENGTH", ARG_KEYWORD, .def = "true",
		.help = "adds 4 to the EXTRA_LENGTH annotation"),
	ARGS_END,
};

static const struct element_class truncatefcs_class = {
	.name = "TruncateFCS",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct truncatefcs),
	.push = truncatefcs_push,
	.pull = truncatefcs_pull,
	.decide = truncatefcs_decide,
	.args = truncatefcs_args,
	.writes = "EXTRA_LENGTH",
	.group = "standard",
	.brief = "cuts off the checksum at the end of Ethernet frames",
	.manual =
		"Removes the last 4 bytes of each packet, for frames that were captured with their\n"
		"checksum. Shorter packets pass unchanged.",
	.example = "Idle -> TruncateFCS -> Discard;",
};
ELEMENT_CLASS(truncatefcs_class)
