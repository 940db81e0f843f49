// SPDX-License-Identifier: BSD-3-Clause
// StoreAnno: writes an annotation into packets.

#include "elements/standard/zeroes.h"
#include "src/element.h"

enum { ANNO_ROOM = 8 };

struct storeanno {
	struct element element;
	uint8_t anno, size; // bytes from that place on
	// As configured.
	uint32_t offset;
	struct word anno_name;
	bool grow;
};

enum { NO_ROOM };

static inline int
storeanno_packet(const struct storeanno *e, struct packet **pp)
{
	uint32_t len = packet_length(*pp), end = e->offset + e->size;
	uint8_t bytes[ANNO_ROOM];

	if (len < end && !e->grow)
		return 0;
	if (len < end && unlikely(!packet_put(pp, end - len) || !zeroes_write(pp, len, e->offset)))
		return DROP(NO_ROOM);
	for (unsigned i = 0; i < e->size; i++)
		bytes[i] = packet_anno_u8(*pp, e->anno + i);
	return likely(packet_write(pp, e->offset, bytes, e->size)) ? 0 : DROP(NO_ROOM);
}

ELEMENT_DECIDE(storeanno, storeanno, storeanno_packet)

// A name says how long the annotation is; a number means one byte.
static int
storeanno_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	static const struct {
		const struct arg_type *type;
		uint8_t size;
	} types[] = {{&arg_anno1, 1}, {&arg_anno2, 2}, {&arg_anno4, 4}, {&arg_anno6, 6}};
	struct storeanno *e = (struct storeanno *)base;
	struct errh silent;

	(void)args;
	errh_init_silent(&silent);
	for (unsigned i = 0; i < RTE_DIM(types); i++) {
		struct anno1 anno = {0}; // all of these types are a place

		if (args_parse_value(
			    types[i].type, e->anno_name.text, &anno, NULL, base, &silent) != 0)
			continue;
		e->anno = anno.offset;
		e->size = types[i].size;
		return 0;
	}
	return errh_error(errh, "ANNO: parse error");
}

static const struct arg storeanno_args[] = {
	ARG(storeanno, offset, "OFFSET", ARG_MANDATORY, .min = 0, .max = UINT16_MAX - ANNO_ROOM,
		.help = "where in the packet"),
	ARG(storeanno, anno_name, "ANNO", ARG_MANDATORY,
		.help = "annotation of 1, 2, 4 or 6 bytes; a number is the place of one byte"),
	ARG(storeanno, grow, "GROW", ARG_KEYWORD, .def = "false",
		.help = "true: packets that are too short become longer"),
	ARGS_END,
};

static const char *const storeanno_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class storeanno_class = {
	.name = "StoreAnno",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct storeanno),
	.push = storeanno_push,
	.pull = storeanno_pull,
	.decide = storeanno_decide,
	.configure = storeanno_configure,
	.args = storeanno_args,
	.drops = storeanno_drops,
	.reads = "ANNO",
	.group = "standard",
	.brief = "writes an annotation into packets",
	.manual =
		"The annotation's bytes are written at OFFSET as they are: addresses and VLAN tags in\n"
		"network order, others as this machine has them. Packets that end in front of that\n"
		"stay as they are, unless GROW makes them longer, with zeroes in between.",
	.example = "Idle -> Paint(5) -> StoreAnno(12, PAINT) -> Discard;",
};
ELEMENT_CLASS(storeanno_class)
