// SPDX-License-Identifier: BSD-3-Clause
// Unstrip, UnstripAnno: add bytes in front of packets, or bring back those that were removed.

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
	.decide = unstrip_decide,
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

// ---- UnstripAnno

struct unstripanno {
	struct element element;
	struct anno2 anno;
};

static inline int
unstripanno_packet(const struct unstripanno *e, struct packet **pp)
{
	uint16_t n = packet_anno_u16(*pp, e->anno.offset);

	return likely(packet_push(pp, n)) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(unstripanno, unstripanno, unstripanno_packet)

static const struct arg unstripanno_args[] = {
	ARG(unstripanno, anno, "ANNO", ARG_OPTIONAL, .def = "20",
		.help = "two-byte annotation with the number of bytes to add"),
	ARGS_END,
};

static const struct element_class unstripanno_class = {
	.name = "UnstripAnno",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct unstripanno),
	.push = unstripanno_push,
	.pull = unstripanno_pull,
	.decide = unstripanno_decide,
	.args = unstripanno_args,
	.drops = unstrip_drops,
	.reads = "ANNO",
	.group = "standard",
	.brief = "adds as many bytes in front of packets as an annotation says",
	.manual =
		"Behind Search they are the ones that it removed; otherwise what they hold is not\n"
		"defined.",
	.example = "Idle -> Search(GET) -> UnstripAnno -> Discard;",
};
ELEMENT_CLASS(unstripanno_class)
