// SPDX-License-Identifier: BSD-3-Clause
// GetIPAddress: copies an address out of the packet into an annotation.

#include <string.h>

#include <rte_ip.h>

#include "src/element.h"

struct getipaddress {
	struct element element;
	int32_t offset; // of the data; of the IP header if in_header
	struct anno4 anno;
	bool in_header;
	struct word ip; // as configured; text NULL: not given
};

static inline int
get_packet(const struct getipaddress *e, struct packet **pp)
{
	int32_t off = e->offset;
	const uint8_t *bytes;
	uint32_t addr_be;

	if (e->in_header) {
		if (unlikely(!packet_has_network(*pp)))
			return 0;
		off += packet_network_offset(*pp);
	}
	bytes = packet_peek(pp, off, sizeof(addr_be));
	if (unlikely(bytes == NULL))
		return 0;
	memcpy(&addr_be, bytes, sizeof(addr_be));
	packet_set_anno_u32(*pp, e->anno.offset, addr_be);
	return 0;
}

ELEMENT_DECIDE(getipaddress, getipaddress, get_packet)

static int
getipaddress_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct getipaddress *e = (struct getipaddress *)base;

	(void)args;
	e->in_header = e->ip.text != NULL;
	if ((e->offset >= 0) == e->in_header)
		return errh_error(errh, "set one of OFFSET, IP");
	if (!e->in_header)
		return 0;
	if (strcmp(e->ip.text, "src") == 0)
		e->offset = offsetof(struct rte_ipv4_hdr, src_addr);
	else if (strcmp(e->ip.text, "dst") == 0)
		e->offset = offsetof(struct rte_ipv4_hdr, dst_addr);
	else
		return errh_error(errh, "bad IP");
	return 0;
}

static const struct arg getipaddress_args[] = {
	ARG(getipaddress, offset, "OFFSET", ARG_OPTIONAL, .def = "-1",
		.help = "place of the address in the packet's data"),
	ARG(getipaddress, anno, "ANNO", ARG_OPTIONAL, .def = "0",
		.help = "annotation to write, the destination address by default"),
	ARG(getipaddress, ip, "IP", ARG_KEYWORD,
		.help = "`src` or `dst`: that address of the IP header, in place of OFFSET"),
	ARGS_END,
};

static const struct element_class getipaddress_class = {
	.name = "GetIPAddress",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct getipaddress),
	.push = getipaddress_push,
	.pull = getipaddress_pull,
	.decide = getipaddress_decide,
	.configure = getipaddress_configure,
	.args = getipaddress_args,
	.writes = "ANNO",
	.group = "ip",
	.brief = "copies an address out of the packet into an annotation",
	.manual =
		"Usually sets the destination annotation from the IP header: GetIPAddress(16) where\n"
		"the header begins the data. CheckIPHeader has done that already. A packet that is\n"
		"too short keeps its annotation.",
	.example = "Idle -> MarkIPHeader -> GetIPAddress(IP dst) -> Discard;",
};
ELEMENT_CLASS(getipaddress_class)
