// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The filter language of IPFilter and IPClassifier: arguments to decision programs.

#include <stddef.h>

#include "elements/classify/filter_box.h"
#include "elements/classify/program.h"

struct element;
struct errh;
struct strvec;

// Of one argument.
struct filter_rule {
	struct program program; // owned; success leads to its action, failure is left open
	struct boxes boxes; // around what it matches
	int32_t action; // link: an output or LINK_DROP
};

struct filter_rules {
	struct filter_rule *v; // owned
	size_t n;
};

// Each argument is `ACTION [PATTERN]`; the first pattern that matches decides. ACTION is the number
// of an output below n_outputs, allow (0), deny or drop. Names are looked up from scope. Returns 0,
// or -EINVAL with all errors reported; must be released either way.
int filter_read(struct filter_rules *rules, const struct strvec *args, unsigned n_outputs,
	const struct element *scope, struct errh *errh);
void filter_rules_fini(struct filter_rules *rules);

// All rules as one optimised program, with PROGRAM_STRICT to run, with PROGRAM_CLICK to show.
void filter_merge(const struct filter_rules *rules, enum program_care care, struct program *merged);
// Whether that would make a program too large, which is reported.
int filter_check_size(const struct filter_rules *rules, struct errh *errh);
