// SPDX-License-Identifier: BSD-3-Clause
#include "elements/analysis/ratetree.h"

#include <stdlib.h>
#include <string.h>

#include "src/mem.h"
#include "src/strbuf.h"

enum { FOLD_MS = 1000, ROOT = 0 };

// ---- tables

void
rate_tree_reset(struct rate_tree *t, int64_t ms)
{
	memset(&t->tables[ROOT], 0, sizeof(t->tables[ROOT]));
	t->n_used = t->n_fresh = 1;
	t->first_free = 0;
	t->reset_ms = t->folded_ms = ms;
	t->n_pins = 0;
}

void
rate_tree_init(struct rate_tree *t, uint64_t split_at, uint32_t n_tables, int64_t ms)
{
	*t = (struct rate_tree){.split_at = split_at, .n_tables = n_tables > 0 ? n_tables : 1};
	// Untouched memory costs nothing.
	t->tables = mem_zalloc(t->n_tables * sizeof(*t->tables));
	rate_tree_reset(t, ms);
}

void
rate_tree_fini(struct rate_tree *t)
{
	free(t->tables);
	t->tables = NULL;
}

bool
rate_tree_resize(struct rate_tree *t, uint32_t n_tables)
{
	if (n_tables < t->n_fresh)
		return false;
	t->tables = mem_realloc(t->tables, n_tables * sizeof(*t->tables));
	t->n_tables = n_tables;
	return true;
}

// 0: there is none left.
static uint32_t
take_table(struct rate_tree *t)
{
	uint32_t number = t->first_free;

	if (number != 0)
		t->first_free = t->tables[number].next_free;
	else if (t->n_fresh < t->n_tables)
		number = t->n_fresh++;
	else
		return 0;
	t->n_used++;
	memset(&t->tables[number], 0, sizeof(t->tables[number]));
	return number;
}

// At most RATE_TREE_LEVELS deep.
static void
give_table(struct rate_tree *t, uint32_t number)
{
	for (unsigned i = 0; i < 256; i++) {
		if (t->tables[number].counter[i].table != 0)
			give_table(t, t->tables[number].counter[i].table);
	}
	t->tables[number].next_free = t->first_free;
	t->first_free = number;
	t->n_used--;
}

// ---- rates

static uint64_t
per_second(struct rate rate, int64_t ms)
{
	return rate_read(rate, RATE_TREE_BITS, ms) >> RATE_TREE_BITS;
}

uint32_t
rate_counter_read(const struct rate_counter *c, unsigned direction, int64_t ms)
{
	uint64_t rate = per_second(c->rate[direction], ms);

	return rate > INT32_MAX ? INT32_MAX : (uint32_t)rate;
}

static bool
is_busy(const struct rate_tree *t, const struct rate_counter *c, int64_t ms)
{
	return per_second(c->rate[0], ms) >= t->split_at ||
	       per_second(c->rate[1], ms) >= t->split_at;
}

static void
fold(struct rate_tree *t, uint32_t number, int64_t ms)
{
	for (unsigned i = 0; i < 256; i++) {
		struct rate_counter *c = &t->tables[number].counter[i];

		if (c->table == 0)
			continue;
		if (is_busy(t, c, ms)) {
			fold(t, c->table, ms);
		} else {
			give_table(t, c->table);
			c->table = 0;
		}
	}
}

static uint32_t
mask_of(unsigned level)
{
	return UINT32_MAX << (8 * (RATE_TREE_LEVELS - 1 - level));
}

static bool
is_pinned(const struct rate_tree *t, uint32_t addr, unsigned level, int64_t ms)
{
	for (unsigned i = 0; i < t->n_pins; i++) {
		const struct rate_pin *pin = &t->pins[i];

		if (pin->level == level && pin->addr == (addr & mask_of(level)) &&
			ms < pin->until_ms)
			return true;
	}
	return false;
}

const struct rate_counter *
rate_tree_update(struct rate_tree *t, uint32_t addr, unsigned direction, uint64_t n, int64_t ms)
{
	struct rate_counter *c = NULL;
	uint32_t number = ROOT;

	if (ms - t->folded_ms >= FOLD_MS) {
		t->folded_ms = ms;
		fold(t, ROOT, ms);
	}
	for (unsigned level = 0; level < RATE_TREE_LEVELS; level++) {
		c = &t->tables[number].counter[addr >> (24 - 8 * level) & 255];
		rate_update(&c->rate[direction], RATE_TREE_BITS, n, ms);
		if (c->table == 0 && level < RATE_TREE_LEVELS - 1 &&
			per_second(c->rate[direction], ms) >= t->split_at &&
			!is_pinned(t, addr, level, ms))
			c->table = take_table(t);
		if (c->table == 0)
			break;
		number = c->table;
	}
	return c;
}

// Orders that are over leave their places.
static void
remove_old_pins(struct rate_tree *t, int64_t ms)
{
	unsigned n = 0;

	for (unsigned i = 0; i < t->n_pins; i++) {
		if (ms < t->pins[i].until_ms)
			t->pins[n++] = t->pins[i];
	}
	t->n_pins = n;
}

bool
rate_tree_pin(struct rate_tree *t, uint32_t addr, unsigned level, int64_t ms, int64_t until_ms)
{
	struct rate_pin pin = {addr & mask_of(level), level, until_ms};
	unsigned at = 0;

	remove_old_pins(t, ms);
	while (at < t->n_pins && (t->pins[at].level != level || t->pins[at].addr != pin.addr))
		at++;
	if (at == RATE_TREE_PINS)
		return false;
	t->pins[at] = pin;
	t->n_pins = at == t->n_pins ? at + 1 : t->n_pins;
	return true;
}

// ---- text

static void
table_text(const struct rate_tree *t, uint32_t number, const char *prefix, unsigned level,
	int64_t ms, struct strbuf *out)
{
	for (unsigned i = 0; i < 256; i++) {
		const struct rate_counter *c = &t->tables[number].counter[i];
		uint32_t forward = rate_counter_read(c, 0, ms),
			 reverse = rate_counter_read(c, 1, ms);
		struct strbuf name = STRBUF_INIT;

		if (forward == 0 && reverse == 0 && c->table == 0)
			continue;
		strbuf_addf(&name, "%s%s%u", prefix, level > 0 ? "." : "", i);
		for (unsigned k = 0; k < level; k++)
			strbuf_addc(out, '\t');
		strbuf_addf(out, "%s\t%u\t%u\n", strbuf_text(&name), forward, reverse);
		if (c->table != 0)
			table_text(t, c->table, strbuf_text(&name), level + 1, ms, out);
		strbuf_fini(&name);
	}
}

void
rate_tree_text(const struct rate_tree *t, int64_t ms, struct strbuf *out)
{
	table_text(t, ROOT, "", 0, ms, out);
}
