// SPDX-License-Identifier: BSD-3-Clause
#include "src/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#include "mbuf-bridge/packet.h"
#include "src/batch.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

enum {
	LCORE_BATCHES = 8, // batches that an lcore can have in its hands: nested splits, bursts
	POOL_LEAST = 1023, // packets of the smallest pool worth making
};

void
plan_add_packets(struct plan *plan, unsigned node, uint64_t n, const char *fmt, ...)
{
	struct strbuf what = STRBUF_INIT;
	va_list ap;

	if (node >= PACKET_POOL_NODES)
		node = 0;
	plan->packets[node] += n;
	if (n == 0)
		return;
	va_start(ap, fmt);
	strbuf_vaddf(&what, fmt, ap);
	va_end(ap);
	plan->items = mem_grow(plan->items, plan->n_items, &plan->items_cap, sizeof(*plan->items));
	plan->items[plan->n_items++] =
		(struct plan_item){.n_packets = n, .node = node, .what = strbuf_steal(&what)};
}

void
plan_fini(struct plan *plan)
{
	for (size_t i = 0; i < plan->n_items; i++)
		free(plan->items[i].what);
	free(plan->items);
	plan->items = NULL;
	plan->n_items = plan->items_cap = 0;
}

void
plan_add_heap(struct plan *plan, uint64_t bytes)
{
	plan->heap_bytes += bytes + 256; // with what EAL's allocator puts around it
}

void
plan_finish(struct plan *plan)
{
	unsigned n_lcores = lcores_n();
	uint64_t each = LCORE_BATCHES * BATCH_MAX + plan->cache * 3 / 2;

	for (unsigned i = 0; i < n_lcores; i++)
		plan_add_packets(plan, lcores_at(i)->node, each,
			"lcore %u: %u in bursts and batches, %u in its cache", i,
			LCORE_BATCHES * BATCH_MAX, plan->cache * 3 / 2);
}

uint32_t
plan_packets(const struct plan *plan, unsigned node)
{
	uint64_t n = plan->packets[node];

	if (n == 0)
		return 0;
	if (plan->n_wanted != 0)
		return plan->n_wanted;
	n = RTE_MAX(n, (uint64_t)RTE_MAX(POOL_LEAST, plan->n_least));
	return n > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uint32_t)n;
}

void
plan_free_text(struct strbuf *out)
{
	struct packet_pool_info info;

	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		if (packet_pool_info(node, &info))
			strbuf_addf(out, "%u %u\n", node, info.n_free);
	}
}

uint64_t
plan_bytes(const struct plan *plan)
{
	// An mbuf with its data room, its private area and the mempool's own header and trailer.
	uint64_t each = sizeof(struct packet) + PACKET_HEADROOM + PACKET_DATA_SIZE + 128;
	uint64_t bytes = plan->heap_bytes;

	for (unsigned node = 0; node < PACKET_POOL_NODES; node++)
		bytes += plan_packets(plan, node) * each;
	return bytes;
}

int
plan_create_pools(const struct plan *plan, unsigned *node)
{
	int err;

	for (*node = 0; *node < PACKET_POOL_NODES; ++*node) {
		if (plan_packets(plan, *node) == 0 || packet_pool_mempool(*node) != NULL)
			continue;
		err = packet_pool_create(*node, plan_packets(plan, *node), plan->cache);
		if (err != 0)
			return err;
	}
	return 0;
}

enum { NAMES_SHOWN = 8 };

// Tasks that carry nothing into the graph (the I/O lcore's of the ringed form) count here.
bool
plan_works_on(const struct element *e, unsigned lcore)
{
	if (e->class->describe != NULL) {
		for (const struct task *t = e->info->tasks; t != NULL; t = t->sibling) {
			if (t->home != NULL && t->home->index == lcore && t->is_input)
				return true;
		}
	}
	return e->info->own_lcores >> lcore & 1;
}

// The elements that have work of their own on the lcore, with the device queues behind it.
static void
add_sources(unsigned i, const struct router *r, struct strbuf *out)
{
	const char *separator = ": ";

	for (size_t k = 0; k < r->n_elements; k++) {
		struct element *e = r->elements[k];

		if (!plan_works_on(e, i))
			continue;
		strbuf_addf(out, "%s%s", separator, element_name(e));
		if (e->class->describe != NULL) {
			strbuf_adds(out, " (");
			e->class->describe(e, i, out);
			strbuf_addc(out, ')');
		}
		separator = ", ";
	}
}

// The elements that packets are carried through from there.
static void
add_carried(unsigned i, const struct router *r, struct strbuf *out)
{
	unsigned n = 0;

	for (size_t k = 0; k < r->n_elements; k++) {
		const struct element_info *info = r->elements[k]->info;

		if ((info->own_lcores >> i & 1) ||
			!((info->push_lcores | info->pull_lcores) >> i & 1))
			continue;
		if (n++ < NAMES_SHOWN)
			strbuf_addf(out, "%s%s", n == 1 ? " -> " : ", ", info->name);
	}
	if (n > NAMES_SHOWN)
		strbuf_addf(out, " and %u more", n - NAMES_SHOWN);
}

static void
lcore_text(unsigned i, const struct router *r, struct strbuf *out)
{
	const struct lcore *lcore = lcores_at(i);

	if (lcore->is_control)
		strbuf_addf(out, "  lcore %u, control", i);
	else
		strbuf_addf(out, "  lcore %u on CPU %u, node %u", i, lcore->cpu, lcore->node);
	add_sources(i, r, out);
	add_carried(i, r, out);
	strbuf_addc(out, '\n');
}

void
plan_items_text(const struct plan *plan, struct strbuf *out)
{
	for (size_t i = 0; i < plan->n_items; i++)
		strbuf_addf(out, "  %8" PRIu64 " packets, node %u: %s\n", plan->items[i].n_packets,
			plan->items[i].node, plan->items[i].what);
}

void
plan_text(const struct plan *plan, const struct router *r, struct strbuf *out)
{
	for (unsigned i = 0; i < lcores_n(); i++)
		lcore_text(i, r, out);
	plan_items_text(plan, out);
	for (unsigned node = 0; node < PACKET_POOL_NODES; node++) {
		if (plan_packets(plan, node) > 0)
			strbuf_addf(out, "  pool of node %u: %u packets%s\n", node,
				plan_packets(plan, node),
				plan->n_wanted ? " (--mbufs)" : ", computed; --mbufs N overrides");
	}
}
