// SPDX-License-Identifier: BSD-3-Clause
// LinearIPLookup: finds the route of packets, with masks of any form.

#include "elements/iproute/iproutetable.h"

static const struct ip_route_kind linear_kind = {
	.reuse = ROUTE_REUSE_LOWEST,
	.any_mask = true,
	.no_route = "LinearIPLookup: no route for",
};

static int
linear_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	return ip_route_configure((struct ip_route_table *)e, &linear_kind, args, errh);
}

static const struct element_class linear_class = {
	.name = "LinearIPLookup",
	IP_ROUTE_FIELDS,
	.configure = linear_configure,
	.handlers = ip_route_handlers,
	.brief = "finds the route of packets, with masks of any form",
	.manual = IP_ROUTE_MANUAL
	"Masks need not be those of prefixes: 10.0.0.1/255.0.0.255 is fine. While there is\n"
	"such a route, all routes are searched one by one, and among those that match the\n"
	"first in the table wins, until a later one has a mask that covers the winner's.\n"
	"Without such routes this is as fast as RadixIPLookup. The first five packets without\n"
	"a route are spoken of. `table` prints the routes in the order of their places; a new\n"
	"route takes the first free place.",
	.example =
		"Idle -> r :: LinearIPLookup(10.0.0.1/255.0.0.255 0, 0/0 1); r[0] -> Discard; r[1] -> Discard;",
};
ELEMENT_CLASS(linear_class)
