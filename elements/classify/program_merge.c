// SPDX-License-Identifier: BSD-3-Clause
// Makes one step of two that look at the same four bytes, from the last step up.

#include "elements/classify/program.h"

static bool
single_bit(uint32_t mask)
{
	return mask != 0 && (mask & (mask - 1)) == 0;
}

// Whether one test can ask both questions.
static bool
compatible(const struct program_step *a, const struct program_step *b)
{
	if (a->mask == 0 || b->mask == 0)
		return true;
	return a->offset == b->offset && ((a->value ^ b->value) & a->mask & b->mask) == 0;
}

// Asks for the bit's other value: the same decision.
static void
flip(struct program_step *s)
{
	int32_t yes = s->next[YES];

	s->value ^= s->mask;
	s->next[YES] = s->next[NO];
	s->next[NO] = yes;
	s->short_yes = !s->short_yes;
}

// Two values that differ in one bit and lead to the same place: the bit does not matter.
static bool
drop_bit(struct program_step *s, const struct program_step *no)
{
	struct program_step wider = *s;
	uint32_t bit = s->value ^ no->value;

	if (s->offset == 0 || no->offset != s->offset || no->mask != s->mask ||
		no->next[YES] != s->next[YES] || !single_bit(bit) ||
		(!s->short_yes && no->short_yes))
		return false;
	wider.mask &= ~bit;
	wider.value &= ~bit;
	if (program_step_need(&wider) != program_step_need(s))
		return false;
	wider.next[NO] = no->next[NO];
	*s = wider;
	return true;
}

// Whether one test does for packets that are too short for s or yes.
static bool
may_join(enum program_care care, const struct program_step *s, const struct program_step *yes)
{
	uint32_t need = program_step_need(s), yes_need = program_step_need(yes);

	if (care == PROGRAM_CLICK)
		return s->short_yes == yes->short_yes || yes_need >= need;
	// One that is only too short for the longer test must fail, as it fails the joined one.
	return (need >= yes_need || !yes->short_yes) && (yes_need >= need || !s->short_yes);
}

// A test and the one behind its YES that fail to the same place.
static bool
join(enum program_care care, struct program_step *s, struct program_step *yes)
{
	if (s->next[NO] == yes->next[YES] && single_bit(yes->mask))
		flip(yes);
	if (s->next[NO] != yes->next[NO] || !compatible(yes, s) || !may_join(care, s, yes))
		return false;
	if (s->mask == 0)
		s->offset = yes->offset;
	if (care == PROGRAM_STRICT)
		s->short_yes = s->short_yes && yes->short_yes;
	s->value |= yes->value;
	s->mask |= yes->mask;
	s->next[YES] = yes->next[YES];
	return true;
}

static bool
merge_step(struct program *p, struct program_step *s)
{
	if (s->next[NO] > 0) {
		const struct program_step *no = &p->steps[s->next[NO]];

		if (single_bit(s->mask) && compatible(no, s))
			flip(s);
		else if (drop_bit(s, no))
			return true;
	}
	return s->next[YES] > 0 && join(p->care, s, &p->steps[s->next[YES]]);
}

void
program_merge(struct program *p)
{
	for (size_t i = p->n; i-- > 0;) {
		while (merge_step(p, &p->steps[i]))
			;
	}
}
