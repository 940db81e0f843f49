// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The filter language of IPFilter and IPClassifier: arguments to one decision program.

struct element;
struct errh;
struct program;
struct strvec;

// Each argument is `ACTION [PATTERN]`; the first pattern that matches decides. ACTION is the number
// of an output below n_outputs, allow (0), deny or drop. Makes *strict, the program to run, and
// *click, the one to show. Names are looked up from scope. Returns 0, or -EINVAL with all errors
// reported and both programs empty.
int filter_compile(const struct strvec *args, unsigned n_outputs, const struct element *scope,
	struct program *strict, struct program *click, struct errh *errh);
