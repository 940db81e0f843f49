// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/mapper.h"

#include <errno.h>
#include <stdlib.h>

#include "src/mem.h"
#include "src/strbuf.h"

struct mapper *
mapper_of(struct element *e)
{
	return e->class->cleanup == mapper_cleanup ? (struct mapper *)e : NULL;
}

int
mapper_add_route(struct mapper *m, char *const *words, size_t n, struct errh *errh)
{
	struct strbuf why = STRBUF_INIT;
	struct pattern_route route = {0};
	int err = pattern_route_parse(&route, words, n, &m->element, &why);

	if (err == 0) {
		m->routes = mem_grow(m->routes, m->n_routes, &m->routes_cap, sizeof(*m->routes));
		m->routes[m->n_routes++] = route;
	} else {
		errh_error(errh, "%s", strbuf_text(&why));
	}
	strbuf_fini(&why);
	return err;
}

int
mapper_check(const struct mapper *m, const struct element *rewriter, struct errh *errh)
{
	int err = 0;

	for (size_t i = 0; i < m->n_routes; i++) {
		if (m->routes[i].foutput >= rewriter->n_outputs ||
			m->routes[i].routput >= rewriter->n_outputs)
			err = errh_error(errh,
				"output port out of range in " ELEMENT_FMT " pattern %zu",
				ELEMENT_ARG(m), i);
	}
	return err;
}

int
mapper_check_number(size_t n, struct errh *errh)
{
	if (n == 0)
		return errh_error(errh, "no patterns given");
	if (n == 1)
		errh_warning(errh, "only one pattern given");
	return 0;
}

void
mapper_cleanup(struct element *e)
{
	struct mapper *m = (struct mapper *)e;

	for (size_t i = 0; i < m->n_routes; i++)
		pattern_route_fini(&m->routes[i]);
	free(m->routes);
	m->routes = NULL;
	m->n_routes = m->routes_cap = 0;
	if (m->fini != NULL)
		m->fini(m);
}
