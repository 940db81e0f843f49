// SPDX-License-Identifier: BSD-3-Clause
#include "elements/balance/flowpins.h"

#include <stdlib.h>

#include "src/mem.h"

enum { LOOKS_MAX = 32 }; // flows that are looked at for one that can go

static_assert(sizeof(struct flow_pins_key) == FLOW_PINS_KEY, "keys have no holes");

void
flow_pins_init(struct flow_pins *f, uint32_t capacity)
{
	key_table_init(&f->table, FLOW_PINS_KEY, capacity);
	f->choice = mem_zalloc(capacity * sizeof(*f->choice));
	f->seen_s = mem_zalloc(capacity * sizeof(*f->seen_s));
	f->hand = 0;
}

void
flow_pins_fini(struct flow_pins *f)
{
	key_table_fini(&f->table);
	free(f->choice);
	free(f->seen_s);
	*f = (struct flow_pins){0};
}

uint16_t
flow_pins_find(struct flow_pins *f, const struct flow_pins_key *key, uint32_t now_s)
{
	uint32_t place = key_table_find(&f->table, key);

	if (place == KEY_TABLE_NONE)
		return FLOW_PINS_NONE;
	f->seen_s[place] = now_s;
	return f->choice[place];
}

static void
make_room(struct flow_pins *f, uint32_t now_s, uint32_t timeout_s)
{
	for (unsigned i = 0; i < LOOKS_MAX; i++) {
		uint32_t place = f->hand;

		f->hand = place + 1 < f->table.n_used ? place + 1 : 0;
		if (key_table_has(&f->table, place) && now_s - f->seen_s[place] >= timeout_s) {
			key_table_remove(&f->table, place);
			return;
		}
	}
}

bool
flow_pins_add(struct flow_pins *f, const struct flow_pins_key *key, uint16_t choice, uint32_t now_s,
	uint32_t timeout_s)
{
	uint32_t place;

	if (f->table.n == f->table.capacity && timeout_s > 0)
		make_room(f, now_s, timeout_s);
	place = key_table_add(&f->table, key);
	if (place == KEY_TABLE_NONE)
		return false;
	f->choice[place] = choice;
	f->seen_s[place] = now_s;
	return true;
}
