// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/headercheck.h"

#include <inttypes.h>

#include "src/strbuf.h"

bool
headercheck_count(const struct element *e, struct headercheck *c, unsigned reason)
{
	struct headercheck_lcore *l = element_lcore(e);

	l->n_bad[reason]++;
	return c->verbose || !atomic_exchange_explicit(&c->told, true, memory_order_relaxed);
}

static uint64_t
n_bad(const struct element *e, unsigned reason)
{
	return element_lcore_sum(
		e, offsetof(struct headercheck_lcore, n_bad) + reason * sizeof(uint64_t));
}

int
headercheck_take_state(struct element *e, struct element *old, struct errh *errh)
{
	struct headercheck_lcore *l = element_lcore(e);

	(void)errh;
	if (old->class->drops != e->class->drops)
		return 0; // another class, with other reasons
	for (unsigned i = 0; i < HEADERCHECK_REASONS_MAX; i++)
		l->n_bad[i] += n_bad(old, i);
	return 0;
}

// ---- handlers

static int
read_drops(const struct handler_read *call)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < HEADERCHECK_REASONS_MAX; i++)
		n += n_bad(call->element, i);
	strbuf_addf(call->out, "%" PRIu64, n);
	return 0;
}

static int
read_drop_details(const struct handler_read *call)
{
	const struct element_class *class = call->element->class;

	for (unsigned i = 0; class->drops[i] != NULL; i++)
		strbuf_addf(
			call->out, "%" PRIu64 "\t%s\n", n_bad(call->element, i), class->drops[i]);
	return 0;
}

void
headercheck_add_details(struct element *e, const struct headercheck *c)
{
	static const struct handler drop_details = {.read = read_drop_details,
		.flags = HANDLER_LIVE,
		.help = "bad packets by reason, a line for each"};

	if (c->details)
		element_add_handler(e, "drop_details", &drop_details, 0);
}

const struct handler headercheck_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "bad packets, those of output 1 included"},
	HANDLERS_END,
};
