// SPDX-License-Identifier: BSD-3-Clause
// RangeIPLookup: finds the route of packets by longest prefix, as DirectIPLookup does.

#include "elements/iproute/iproutetable.h"

static const struct ip_route_kind range_kind = {
	.reuse = ROUTE_REUSE_LAST_FREED,
};

static int
range_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	return ip_route_configure((struct ip_route_table *)e, &range_kind, args, errh);
}

static const struct element_class range_class = {
	.name = "RangeIPLookup",
	IP_ROUTE_FIELDS,
	.configure = range_configure,
	.handlers = ip_route_flush_handlers,
	.brief = "finds the route of packets by longest prefix",
	.manual = IP_ROUTE_MANUAL
	"The same as DirectIPLookup. A change does not rebuild the whole table as it does in\n"
	"Click, and Click's limits of 262144 ranges and 4096 next hops, which it does not\n"
	"check, do not exist.",
	.example =
		"Idle -> r :: RangeIPLookup(10/8 0, 0/0 10.0.0.1 1); r[0] -> Discard; r[1] -> Discard;",
};
ELEMENT_CLASS(range_class)
