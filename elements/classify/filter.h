// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The filter language of IPFilter and IPClassifier: arguments to one decision program.

struct element;
struct errh;
struct program;
struct strvec;

// Each argument is `ACTION [PATTERN]`; the first pattern that matches decides. ACTION is the number
// of an output below n_outputs, allow (0), deny or drop. Makes two programs with the same meaning:
// *p, optimised, and *plain. Names are looked up from scope. Returns 0, or -EINVAL with all errors
// reported and both programs empty.
int filter_compile(const struct strvec *args, unsigned n_outputs, const struct element *scope,
	struct program *p, struct program *plain, struct errh *errh);
