// SPDX-License-Identifier: BSD-3-Clause
// SourceIPHashMapper: lets new flows take a pattern by their source address.

#include <errno.h>
#include <stdlib.h>

#include "elements/nat/mapper.h"
#include "src/confstr.h"
#include "src/mem.h"

enum {
	POINTS_MAX = 1 << 20,
	RANDOM_STATE = 128, // bytes; what random() has
	RING = 0x7fffffff,
};

struct point {
	uint32_t at;
	uint32_t route;
};

struct sourceiphashmapper {
	struct mapper mapper;
	struct point *points; // owned; sorted
	size_t n_points;
	uint32_t *ids; // owned; by route
	size_t ids_cap;
	struct strvec args;
};

// ---- choice

static uint32_t
hash_source(uint32_t src)
{
	return src * ((src & 0xff) << 24 | 1) % RING;
}

// The first point that is not before k; behind the last one, the first of all.
static const struct point *
find_point(const struct sourceiphashmapper *e, uint32_t k)
{
	size_t low = 0, high = e->n_points;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (e->points[middle].at < k)
			low = middle + 1;
		else
			high = middle;
	}
	return &e->points[low == e->n_points ? 0 : low];
}

static const struct pattern_route *
choose(struct mapper *m, const struct pattern_query *q, struct flow_key *key)
{
	const struct sourceiphashmapper *e = (struct sourceiphashmapper *)m;
	const struct point *point = find_point(e, hash_source(q->key.src));
	const struct pattern_route *route = &m->routes[point->route];

	return pattern_apply(route->pattern, q, key) ? route : NULL;
}

// ---- configuration

static int
compare_points(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->route < y->route ? -1 : x->route > y->route;
}

static bool
find_route(const struct sourceiphashmapper *e, uint32_t id, uint32_t *route)
{
	for (size_t i = 0; i < e->mapper.n_routes; i++) {
		if (e->ids[i] == id) {
			*route = (uint32_t)i;
			return true;
		}
	}
	return false;
}

// Points are drawn for absent ids too, so that those of others do not depend on them.
static void
make_points(struct sourceiphashmapper *e, uint32_t n_nodes, uint32_t seed, uint32_t n_ids)
{
	struct random_data data = {0};
	char state[RANDOM_STATE];
	uint32_t route;
	int32_t r;

	initstate_r(seed, state, sizeof(state), &data);
	e->points = mem_zalloc(e->mapper.n_routes * n_nodes * sizeof(*e->points));
	for (uint32_t id = 0; id < n_ids; id++) {
		bool present = find_route(e, id, &route);

		for (uint32_t i = 0; i < n_nodes; i++) {
			random_r(&data, &r);
			if (present)
				e->points[e->n_points++] = (struct point){(uint32_t)r, route};
		}
	}
	qsort(e->points, e->n_points, sizeof(*e->points), compare_points);
}

static int
add_server(struct sourceiphashmapper *e, const char *text, struct errh *errh)
{
	struct strvec words = {0};
	uint64_t id = 0;
	uint32_t other;
	int err;

	confstr_split_words(text, &words);
	if (words.n == 0 || text_read_uint64(words.v[words.n - 1], &id) != 0 || id >= POINTS_MAX ||
		find_route(e, (uint32_t)id, &other)) {
		err = errh_error(errh, "bad server ID in pattern spec");
	} else {
		size_t at = e->mapper.n_routes;

		err = mapper_add_route(&e->mapper, words.v, words.n - 1, errh);
		e->ids = mem_grow(e->ids, at, &e->ids_cap, sizeof(*e->ids));
		e->ids[at] = (uint32_t)id;
	}
	strvec_fini(&words);
	return err;
}

static int
parse_ring(const char *text, uint32_t *n_nodes, uint32_t *seed, struct errh *errh)
{
	struct strvec words = {0};
	int64_t nodes = 0, number = 0;
	int err = 0;

	confstr_split_words(text, &words);
	if (words.n != 2)
		err = errh_error(errh, "requires 2 config params: numnodes seed");
	else if (text_read_int64(words.v[0], &nodes) != 0 || nodes <= 0 || nodes > POINTS_MAX)
		err = errh_error(errh, "number of nodes must be an integer");
	else if (text_read_int64(words.v[1], &number) != 0)
		err = errh_error(errh, "hash seed must be an integer");
	strvec_fini(&words);
	*n_nodes = (uint32_t)nodes;
	*seed = (uint32_t)number;
	return err;
}

static uint32_t
count_ids(const struct sourceiphashmapper *e)
{
	uint32_t n = 0;

	for (size_t i = 0; i < e->mapper.n_routes; i++)
		n = e->ids[i] >= n ? e->ids[i] + 1 : n;
	return n;
}

static void
sourceiphashmapper_fini(struct mapper *m)
{
	struct sourceiphashmapper *e = (struct sourceiphashmapper *)m;

	free(e->points);
	free(e->ids);
}

static int
sourceiphashmapper_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct sourceiphashmapper *e = (struct sourceiphashmapper *)base;
	uint32_t n_nodes = 0, seed = 0, n_ids;
	int err;

	(void)args;
	e->mapper.choose = choose;
	e->mapper.fini = sourceiphashmapper_fini;
	if (e->args.n == 0)
		return errh_error(errh, "no hash seed given");
	err = mapper_check_number(e->args.n - 1, errh);
	if (err == 0)
		err = parse_ring(e->args.v[0], &n_nodes, &seed, errh);
	for (size_t i = 1; i < e->args.n; i++) {
		if (add_server(e, e->args.v[i], errh) != 0)
			err = -EINVAL;
	}
	if (err != 0)
		return err;
	n_ids = count_ids(e);
	if ((uint64_t)n_ids * n_nodes > POINTS_MAX)
		return errh_error(errh, "more than %d points for all server IDs", POINTS_MAX);
	make_points(e, n_nodes, seed, n_ids);
	return 0;
}

static const struct arg sourceiphashmapper_args[] = {
	ARG(sourceiphashmapper, args, "PATTERNS", ARG_REST,
		.help = "first `NNODES SEED`: points of each server on the ring, and what they are "
			"drawn by; then `PATTERN FOUTPUT ROUTPUT ID` for each server"),
	ARGS_END,
};

static const struct element_class sourceiphashmapper_class = {
	.name = "SourceIPHashMapper",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct sourceiphashmapper),
	.configure = sourceiphashmapper_configure,
	.cleanup = mapper_cleanup,
	.args = sourceiphashmapper_args,
	.group = "nat",
	.brief = "lets new flows of a rewriter take a pattern by their source address",
	.manual =
		"Its name is what an INPUTSPEC of a rewriter says. All flows of a source address get\n"
		"the same pattern (consistent hashing): a server that is taken out or put in moves\n"
		"no more flows than it has to. If the range of the pattern has nothing free, the\n"
		"packet is dropped. Unlike in Click, IDs may be in any order, other elements'\n"
		"random numbers do not change, and behind the last point of the ring comes the\n"
		"first.",
	.example = "m :: SourceIPHashMapper(20 0xbeef, - - 2.0.0.1 - 0 1 0, - - 2.0.0.2 - 0 1 1);\n"
		   "rw :: IPRewriter(m, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(sourceiphashmapper_class)
