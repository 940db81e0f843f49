// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Variables in configuration strings: $x, ${x}, ${x-default}, ${x[i]}. A frame is one use of a
// compound element (or the file): it gives the formal parameters of the compound their values.

#include <stdbool.h>
#include <stddef.h>

#include "src/strvec.h"

struct compound;
struct strbuf;

struct frame {
	const struct compound *compound;
	const struct frame *outer; // of the scope around the compound; NULL for the file
	struct strvec values; // of the formal parameters, in their order
	const struct strvec *params; // NAME=VALUE, which come before the file's own; may be NULL
};

// How many bytes of text an expansion may still make and look at.
struct text_budget {
	size_t left;
	bool spent; // something was left out for want of it
};
#define VARIABLE_COST 64u // what one reference takes, besides the text

// Appends text with its variables replaced. What is not defined stays as it is written; so does
// what stands in '...' and in comments. Inside "..." a value is escaped, so that it stays inside.
// Values of `define` are expanded where they were defined.
void variable_expand(const char *text, const struct frame *frame, struct text_budget *budget,
	struct strbuf *out);
