// SPDX-License-Identifier: BSD-3-Clause
// SetIPAddress: sets an annotation to an address.

#include "src/element.h"

struct setipaddress {
	struct element element;
	struct ip_addr ipaddr;
	struct anno4 anno;
};

static inline void
set_packet(const struct setipaddress *e, struct packet *p)
{
	packet_set_anno_u32(p, e->anno.offset, e->ipaddr.be);
}

ELEMENT_CHANGE(setipaddress, setipaddress, set_packet)

static const struct arg setipaddress_args[] = {
	ARG(setipaddress, ipaddr, "IPADDR", ARG_MANDATORY, .help = "the address"),
	ARG(setipaddress, anno, "ANNO", ARG_KEYWORD, .def = "0",
		.help = "annotation to write, the destination address by default"),
	ARGS_END,
};

static const struct handler setipaddress_handlers[] = {
	HANDLER_FIELD_RW("addr", setipaddress, ipaddr, 0, .help = "the address"),
	HANDLERS_END,
};

static const struct element_class setipaddress_class = {
	.name = "SetIPAddress",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct setipaddress),
	.push = setipaddress_push,
	.pull = setipaddress_pull,
	.decide = setipaddress_decide,
	.args = setipaddress_args,
	.handlers = setipaddress_handlers,
	.writes = "ANNO",
	.group = "ip",
	.brief = "sets an annotation to an address",
	.manual =
		"Usually sets the destination annotation, so that all packets go to one gateway. As\n"
		"in Click ANNO can be given by keyword only.",
	.example = "Idle -> SetIPAddress(10.0.0.1) -> Discard;",
};
ELEMENT_CLASS(setipaddress_class)
