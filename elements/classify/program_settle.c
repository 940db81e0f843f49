// SPDX-License-Identifier: BSD-3-Clause
// What the outcome of one test says about another.

#include "elements/classify/program.h"

// Whether a conclusion from a's outcome to x holds for packets that are too short for one of them;
// known is what all packets have.
static bool
holds_if_short(enum program_care care, const struct program_step *a, int outcome,
	const struct program_step *x, int x_outcome, uint32_t known)
{
	uint32_t need = program_step_need(a), x_need = program_step_need(x);
	bool x_agrees = x->short_yes == x_outcome;

	if (a->short_yes == outcome && need > known && !(need <= x_need && x_agrees))
		return false;
	return care == PROGRAM_CLICK || x_agrees || x_need <= need || x_need <= known;
}

bool
program_settles(enum program_care care, const struct program_step *a, int outcome,
	const struct program_step *x, uint32_t known, int *x_outcome)
{
	uint32_t both = a->mask & x->mask;
	bool agree = ((a->value ^ x->value) & both) == 0;

	*x_outcome = YES;
	if (x->mask == 0)
		return true;
	if (a->offset != x->offset)
		return false;
	if (outcome == YES && both == x->mask)
		*x_outcome = agree ? YES : NO;
	else if (outcome == NO && a->mask == x->mask && __builtin_popcount(a->mask) == 1 && !agree)
		*x_outcome = YES;
	else if (outcome == NO && both == a->mask && agree)
		*x_outcome = NO;
	else
		return false;
	return holds_if_short(care, a, outcome, x, *x_outcome, known);
}
