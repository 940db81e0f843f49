// SPDX-License-Identifier: BSD-3-Clause
// RandomSeed: makes random numbers the same in each run.

#include <stdlib.h>

#include <rte_random.h>

#include "src/element.h"
#include "src/lcore.h"

struct randomseed {
	struct element element;
	uint32_t seed;
	bool has_seed;
};

// Both generators that elements draw from. Lcores have a state each, which all are set.
static int
randomseed_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	const struct randomseed *e = (struct randomseed *)base;
	uint64_t seed = e->has_seed ? e->seed : rte_rand();

	(void)args;
	(void)errh;
	lcores_pause();
	rte_srand(seed);
	srandom((unsigned)seed);
	lcores_resume();
	return 0;
}

static int
read_seed(const struct handler_read *call)
{
	const struct randomseed *e = (struct randomseed *)call->element;

	if (e->has_seed)
		arg_uint32.print(&e->seed, call->out);
	return 0;
}

static const struct arg randomseed_args[] = {
	ARG(randomseed, seed, "SEED", ARG_OPTIONAL, .given = ARG_GIVEN(randomseed, has_seed),
		.help = "what the numbers follow from; a random one if not given"),
	ARGS_END,
};

static const struct handler randomseed_handlers[] = {
	{.name = "seed",
		.read = read_seed,
		.write = handler_write_argument,
		.argument = "SEED",
		.help = "the seed, empty if none was given; a write starts anew"},
	HANDLERS_END,
};

static const struct element_class randomseed_class = {
	.name = "RandomSeed",
	.ports = "0/0",
	.processing = "a/a",
	.phase = PHASE_FIRST,
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct randomseed),
	.configure = randomseed_configure,
	.args = randomseed_args,
	.handlers = randomseed_handlers,
	.group = "control",
	.brief = "makes random numbers the same in each run",
	.manual =
		"Elements that draw random numbers draw the same ones in each run with the same SEED,\n"
		"as long as the same packets come on the same lcores. It is configured before all\n"
		"others. Do not use it where nobody shall be able to guess (ports of rewriters).",
	.example = "RandomSeed(42); RandomSource(64, LIMIT 2, STOP true) -> Print -> Discard;",
};
ELEMENT_CLASS(randomseed_class)
