// SPDX-License-Identifier: BSD-3-Clause
// RadixIPLookup: finds the route of packets by longest prefix.

#include "elements/iproute/iproutetable.h"

static const struct ip_route_kind radix_kind = {
	.reuse = ROUTE_REUSE_LAST_FREED,
	.no_route = "IPRouteTable: no route for",
};

static int
radix_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	return ip_route_configure((struct ip_route_table *)e, &radix_kind, args, errh);
}

static const struct element_class radix_class = {
	.name = "RadixIPLookup",
	IP_ROUTE_FIELDS,
	.configure = radix_configure,
	.handlers = ip_route_flush_handlers,
	.brief = "finds the route of packets by longest prefix",
	.manual = IP_ROUTE_MANUAL
	"The first five packets without a route are spoken of. Up to 16 routes are searched\n"
	"one by one; more are kept in a direct table (DPDK's rte_fib), in which each lookup\n"
	"is one or two reads, and which takes 16 to 64 MiB and some 400 bytes for each route.\n"
	"Click's limit of 255 different pairs of GATEWAY and OUTPUT does not exist. `table`\n"
	"prints the routes in the order in which they were added; a new route takes the place\n"
	"of the one that was removed last. `ctrl` takes blank lines, which hang Click.",
	.example =
		"Idle -> r :: RadixIPLookup(10/8 0, 0/0 10.0.0.1 1); r[0] -> Discard; r[1] -> Discard;",
};
ELEMENT_CLASS(radix_class)
