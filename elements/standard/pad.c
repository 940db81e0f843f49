// SPDX-License-Identifier: BSD-3-Clause
// Pad: lengthens packets.

#include "elements/standard/zeroes.h"
#include "src/element.h"

struct pad {
	struct element element;
	uint32_t length; // least length; 0: by what EXTRA_LENGTH says
	bool zero;
};

enum { NO_MEMORY };

static inline int
pad_packet(const struct pad *e, struct packet **pp)
{
	uint32_t length = packet_length(*pp), extra = packet_anno_u32(*pp, ANNO_EXTRA_LENGTH);
	uint32_t n = extra;

	if (e->length > 0)
		n = length < e->length ? e->length - length : 0;
	if (n > 0) {
		if (unlikely(!packet_put(pp, n)))
			return DROP(NO_MEMORY);
		if (e->zero && unlikely(!zeroes_write(pp, length, length + n)))
			return DROP(NO_MEMORY);
	}
	if (extra != 0)
		packet_set_anno_u32(*pp, ANNO_EXTRA_LENGTH, 0);
	return 0;
}

ELEMENT_DECIDE(pad, pad, pad_packet)

static const struct arg pad_args[] = {
	ARG(pad, length, "LENGTH", ARG_OPTIONAL, .def = "0", .max = UINT16_MAX,
		.help = "least length; 0: adds what the EXTRA_LENGTH annotation says"),
	ARG(pad, zero, "ZERO", ARG_KEYWORD, .def = "true",
		.help = "false: the new bytes need not be zero"),
	ARGS_END,
};

static const char *const pad_drops[] = {[NO_MEMORY] = "no memory or too long", NULL};

static const struct element_class pad_class = {
	.name = "Pad",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct pad),
	.push = pad_push,
	.pull = pad_pull,
	.decide = pad_decide,
	.args = pad_args,
	.drops = pad_drops,
	.reads = "EXTRA_LENGTH",
	.group = "standard",
	.brief = "lengthens packets",
	.manual = "Shorter packets get bytes at their end until they have LENGTH. Without LENGTH\n"
		  "packets get back as many bytes as Truncate took, which is what their\n"
		  "EXTRA_LENGTH annotation says; that becomes 0 in any case.",
	.example = "Idle -> Truncate(20) -> Pad(60) -> Discard;",
};
ELEMENT_CLASS(pad_class)
