// SPDX-License-Identifier: BSD-3-Clause
// RoundRobinIPMapper, ThreadIPMapper: let new flows take patterns in turn, or by their lcore.

#include <errno.h>
#include <stdatomic.h>

#include "elements/nat/mapper.h"
#include "src/confstr.h"
#include "src/lcore.h"

struct roundrobinipmapper {
	struct mapper mapper;
	_Atomic uint32_t next; // any lcore
	struct strvec args;
};

static uint32_t
claim(struct roundrobinipmapper *e)
{
	uint32_t n = (uint32_t)e->mapper.n_routes;
	uint32_t i = atomic_load_explicit(&e->next, memory_order_relaxed);

	while (!atomic_compare_exchange_weak_explicit(
		&e->next, &i, i + 1 == n ? 0 : i + 1, memory_order_relaxed, memory_order_relaxed))
		;
	return i;
}

static const struct pattern_route *
choose(struct mapper *m, const struct pattern_query *q, struct flow_key *key)
{
	struct roundrobinipmapper *e = (struct roundrobinipmapper *)m;

	for (size_t tries = m->n_routes; tries > 0; tries--) {
		const struct pattern_route *route = &m->routes[claim(e)];

		if (pattern_apply(route->pattern, q, key))
			return route;
	}
	return NULL;
}

static const struct pattern_route *
choose_by_lcore(struct mapper *m, const struct pattern_query *q, struct flow_key *key)
{
	const struct pattern_route *route = &m->routes[lcore_index % m->n_routes];

	return pattern_apply(route->pattern, q, key) ? route : NULL;
}

static int
add_routes(struct roundrobinipmapper *e, mapper_choose *how, struct errh *errh)
{
	int err = mapper_check_number(e->args.n, errh);

	e->mapper.choose = how;
	for (size_t i = 0; i < e->args.n; i++) {
		struct strvec words = {0};

		confstr_split_words(e->args.v[i], &words);
		if (mapper_add_route(&e->mapper, words.v, words.n, errh) != 0)
			err = -EINVAL;
		strvec_fini(&words);
	}
	return err;
}

static int
roundrobinipmapper_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return add_routes((struct roundrobinipmapper *)base, choose, errh);
}

static int
threadipmapper_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return add_routes((struct roundrobinipmapper *)base, choose_by_lcore, errh);
}

static int
roundrobinipmapper_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct roundrobinipmapper *e = (struct roundrobinipmapper *)base;
	uint32_t next = atomic_load(&((struct roundrobinipmapper *)old)->next);

	(void)errh;
	if (next < e->mapper.n_routes)
		atomic_store(&e->next, next);
	return 0;
}

static const struct arg roundrobinipmapper_args[] = {
	ARG(roundrobinipmapper, args, "PATTERNS", ARG_REST,
		.help = "`PATTERN FOUTPUT ROUTPUT` each; see IPRewriter"),
	ARGS_END,
};

static const struct element_class roundrobinipmapper_class = {
	.name = "RoundRobinIPMapper",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct roundrobinipmapper),
	.configure = roundrobinipmapper_configure,
	.cleanup = mapper_cleanup,
	.take_state = roundrobinipmapper_take_state,
	.args = roundrobinipmapper_args,
	.group = "nat",
	.brief = "lets new flows of a rewriter take patterns in turn",
	.manual =
		"Its name is what an INPUTSPEC of a rewriter says. A new flow gets the next pattern\n"
		"whose range has something free; if none has, its packet is dropped. Several\n"
		"rewriters may use one RoundRobinIPMapper.",
	.example = "m :: RoundRobinIPMapper(- - 2.0.0.1 - 0 1, - - 2.0.0.2 - 0 1);\n"
		   "rw :: IPRewriter(m, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(roundrobinipmapper_class)

static const struct element_class threadipmapper_class = {
	.name = "ThreadIPMapper",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct roundrobinipmapper),
	.configure = threadipmapper_configure,
	.cleanup = mapper_cleanup,
	.args = roundrobinipmapper_args,
	.group = "nat",
	.brief = "lets new flows of a rewriter take the pattern of their lcore",
	.manual =
		"As RoundRobinIPMapper, but lcore I takes the I-th pattern, counted from 0; with fewer\n"
		"patterns than lcores they are shared. So each lcore can have ports of its own, to\n"
		"which a device can lead the answers. If the pattern has nothing free, the packet is\n"
		"dropped.",
	.example =
		"m :: ThreadIPMapper(2.0.0.1 1024-32767# - - 0 1, 2.0.0.1 32768-65535# - - 0 1);\n"
		"rw :: IPRewriter(m, drop);\n"
		"Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(threadipmapper_class)
