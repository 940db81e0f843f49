// SPDX-License-Identifier: BSD-3-Clause
// SortedIPLookup: LinearIPLookup, printed with the longest masks first; deprecated.

#include "elements/iproute/iproutetable.h"

static const struct ip_route_kind sorted_kind = {
	.reuse = ROUTE_REUSE_LOWEST,
	.any_mask = true,
	.specific_first = true,
	.no_route = "SortedIPLookup: no gw for",
	.no_route_hex = true,
};

static int
sorted_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	errh_warning(
		errh, "SortedIPLookup is deprecated; use LinearIPLookup or RadixIPLookup instead");
	return ip_route_configure((struct ip_route_table *)e, &sorted_kind, args, errh);
}

static const struct element_class sorted_class = {
	.name = "SortedIPLookup",
	IP_ROUTE_FIELDS,
	.configure = sorted_configure,
	.handlers = ip_route_handlers,
	.brief = "finds the route of packets; deprecated",
	.manual = IP_ROUTE_MANUAL
	"LinearIPLookup with the routes in order of their masks, those with most bits first,\n"
	"which gains nothing here: use RadixIPLookup. The first five packets without a route\n"
	"are spoken of, in Click all.",
	.example =
		"Idle -> r :: SortedIPLookup(10/8 0, 0/0 10.0.0.1 1); r[0] -> Discard; r[1] -> Discard;",
};
ELEMENT_CLASS(sorted_class)
