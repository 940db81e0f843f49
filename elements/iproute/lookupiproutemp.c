// SPDX-License-Identifier: BSD-3-Clause
// LookupIPRouteMP: StaticIPLookup under its name for several lcores.

#include <errno.h>

#include "elements/iproute/iproutetable.h"

static const struct ip_route_kind mp_kind = {
	.reuse = ROUTE_REUSE_LOWEST,
	.any_mask = true,
	.fixed = true,
	.no_route = "LookupIPRouteMP: no route for",
};

static int
mp_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ip_route_table *e = (struct ip_route_table *)base;
	int32_t last = -1;
	int err = 0;

	e->kind = &mp_kind;
	e->table.reuse = mp_kind.reuse;
	for (size_t i = 0; i < args->n; i++) {
		struct route r;

		if (route_parse(args->v[i], false, base, &r) != 0 || r.port < 0) {
			err = errh_error(errh,
				"argument %zu should be `DADDR/MASK [GATEWAY] OUTPUT'", i + 1);
			continue;
		}
		last = RTE_MAX(last, r.port);
		// Of routes for the same prefix the first one stays.
		if (r.port < base->n_outputs &&
			route_table_add(&e->table, &r, false, false) == -ENOMEM)
			err = errh_error(errh, "argument %zu: too many routes", i + 1);
	}
	route_table_commit(&e->table);
	strvec_fini(&e->routes);
	if (last >= base->n_outputs)
		return errh_error(errh, "need %lld or more output ports", (long long)last + 1);
	if (args->n == 0)
		errh_warning(errh, "no routes");
	return err;
}

static const struct element_class mp_class = {
	.name = "LookupIPRouteMP",
	IP_ROUTE_FIELDS,
	.configure = mp_configure,
	.brief = "finds the route of packets in a table that does not change",
	.manual = IP_ROUTE_MANUAL
	"StaticIPLookup without handlers, under a name that old configurations for several\n"
	"processors have. All route tables here work on several lcores at once. The first\n"
	"five packets without a route are spoken of.",
	.example = "Idle -> r :: LookupIPRouteMP(10/8 0, 0/0 10.0.0.1 1);\n"
		   "r [0] -> Discard; r [1] -> Discard;",
};
ELEMENT_CLASS(mp_class)
