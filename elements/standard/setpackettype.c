// SPDX-License-Identifier: BSD-3-Clause
// SetPacketType: says to whom the link layer addressed packets.

#include <strings.h>

#include "src/element.h"

struct setpackettype {
	struct element element;
	enum packet_type type;
};

static inline void
setpackettype_packet(const struct setpackettype *e, struct packet *p)
{
	packet_set_type(p, e->type);
}

ELEMENT_CHANGE(setpackettype, setpackettype, setpackettype_packet)

static const char *const type_names[] = {
	[PACKET_HOST] = "HOST",
	[PACKET_BROADCAST] = "BROADCAST",
	[PACKET_MULTICAST] = "MULTICAST",
	[PACKET_OTHERHOST] = "OTHERHOST",
	[PACKET_OUTGOING] = "OUTGOING",
	[PACKET_LOOPBACK] = "LOOPBACK",
};

static int
parse_type(const struct arg_parse *p, const char *text, void *field)
{
	struct word word = {0};
	int err = arg_word.parse(p, text, &word);

	if (err != 0)
		return err;
	err = -EINVAL;
	for (unsigned i = 0; i < RTE_DIM(type_names) && err != 0; i++) {
		if (strcasecmp(word.text, type_names[i]) == 0) {
			*(enum packet_type *)field = (enum packet_type)i;
			err = 0;
		}
	}
	if (err != 0)
		errh_error(p->errh, "unrecognized packet type '%s'", word.text);
	arg_word.fini(&word);
	return err;
}

static const struct arg_type arg_packet_type = {
	.name = "HOST, BROADCAST, MULTICAST, OTHERHOST, OUTGOING or LOOPBACK",
	.expected = "packet type",
	.size = sizeof(enum packet_type),
	.parse = parse_type,
};

static const struct arg setpackettype_args[] = {
	ARG_AS(setpackettype, type, arg_packet_type, "TYPE", ARG_MANDATORY, .help = "new type"),
	ARGS_END,
};

static const struct element_class setpackettype_class = {
	.name = "SetPacketType",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct setpackettype),
	.push = setpackettype_push,
	.pull = setpackettype_pull,
	.decide = setpackettype_decide,
	.args = setpackettype_args,
	.group = "standard",
	.brief = "says to whom the link layer addressed packets",
	.manual = "Devices set the type of what they receive; DropBroadcasts and others go by it.",
	.example = "Idle -> SetPacketType(BROADCAST) -> DropBroadcasts -> Discard;",
};
ELEMENT_CLASS(setpackettype_class)
