// SPDX-License-Identifier: BSD-3-Clause
// SetIP6Address: sets the destination annotation to an IPv6 address.

#include "elements/ip6/address.h"
#include "src/element.h"

struct setip6address {
	struct element element;
	struct ip6_addr ipaddr;
};

static inline void
set_packet(const struct setip6address *e, struct packet *p)
{
	ip6_set_anno(p, e->ipaddr.bytes);
}

ELEMENT_CHANGE(setip6address, setip6address, set_packet)

static const struct arg setip6address_args[] = {
	ARG(setip6address, ipaddr, "IPADDR", ARG_MANDATORY, .help = "the address"),
	ARGS_END,
};

static const struct element_class setip6address_class = {
	.name = "SetIP6Address",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct setip6address),
	.push = setip6address_push,
	.pull = setip6address_pull,
	.decide = setip6address_decide,
	.args = setip6address_args,
	.writes = "DST_IP6",
	.group = "ip6",
	.brief = "sets the destination annotation to an IPv6 address",
	.manual = "All packets go to one gateway then.",
	.example = "Idle -> SetIP6Address(2001:db8::1) -> Discard;",
};
ELEMENT_CLASS(setip6address_class)
