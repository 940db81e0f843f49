// SPDX-License-Identifier: BSD-3-Clause
// DirectIPLookup: finds the route of packets by longest prefix, as RadixIPLookup does.

#include "elements/iproute/iproutetable.h"

static const struct ip_route_kind direct_kind = {
	.reuse = ROUTE_REUSE_LAST_FREED,
};

static int
direct_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	return ip_route_configure((struct ip_route_table *)e, &direct_kind, args, errh);
}

static const struct element_class direct_class = {
	.name = "DirectIPLookup",
	IP_ROUTE_FIELDS,
	.configure = direct_configure,
	.handlers = ip_route_flush_handlers,
	.brief = "finds the route of packets by longest prefix",
	.manual = IP_ROUTE_MANUAL
	"The same as RadixIPLookup, but says nothing of packets without a route. Click's\n"
	"limits of 32768 next hops and 32768 networks with prefixes longer than 24 bits do\n"
	"not exist, and once the default route has been removed, `lookup` answers -1 without\n"
	"its gateway.",
	.example =
		"Idle -> r :: DirectIPLookup(10/8 0, 0/0 10.0.0.1 1); r[0] -> Discard; r[1] -> Discard;",
};
ELEMENT_CLASS(direct_class)
