// SPDX-License-Identifier: BSD-3-Clause
// GetIP6Address: copies an IPv6 address out of the packet into the destination annotation.

#include "elements/ip6/address.h"
#include "src/element.h"

struct getip6address {
	struct element element;
	int32_t offset;
};

static inline int
get_packet(const struct getip6address *e, struct packet **pp)
{
	const uint8_t *bytes = packet_peek(pp, e->offset, sizeof(struct ip6_addr));

	if (likely(bytes != NULL))
		ip6_set_anno(*pp, bytes);
	return 0;
}

ELEMENT_DECIDE(getip6address, getip6address, get_packet)

static const struct arg getip6address_args[] = {
	ARG(getip6address, offset, "OFFSET", ARG_MANDATORY,
		.help = "place of the address in the packet's data"),
	ARGS_END,
};

static const struct element_class getip6address_class = {
	.name = "GetIP6Address",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct getip6address),
	.push = getip6address_push,
	.pull = getip6address_pull,
	.decide = getip6address_decide,
	.args = getip6address_args,
	.writes = "DST_IP6",
	.group = "ip6",
	.brief = "copies an IPv6 address out of the packet into the destination annotation",
	.manual =
		"Usually takes the destination: GetIP6Address(24) where the IPv6 header begins the\n"
		"data. A packet that is too short keeps its annotation.",
	.example = "Idle -> CheckIP6Header -> GetIP6Address(24) -> Discard;",
};
ELEMENT_CLASS(getip6address_class)
