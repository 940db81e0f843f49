// SPDX-License-Identifier: BSD-3-Clause
// StaticIPLookup: LinearIPLookup whose routes do not change.

#include "elements/iproute/iproutetable.h"

static const struct ip_route_kind static_kind = {
	.reuse = ROUTE_REUSE_LOWEST,
	.any_mask = true,
	.fixed = true,
	.no_route = "LinearIPLookup: no route for",
};

static int
static_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	return ip_route_configure((struct ip_route_table *)e, &static_kind, args, errh);
}

static const struct element_class static_class = {
	.name = "StaticIPLookup",
	IP_ROUTE_FIELDS,
	.configure = static_configure,
	.handlers = ip_route_static_handlers,
	.brief = "finds the route of packets in a table that does not change",
	.manual = IP_ROUTE_MANUAL "LinearIPLookup without the handlers that change routes.",
	.example =
		"Idle -> r :: StaticIPLookup(10/8 0, 0/0 10.0.0.1 1); r[0] -> Discard; r[1] -> Discard;",
};
ELEMENT_CLASS(static_class)
