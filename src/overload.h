// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Which body of a compound class an element means: the first whose parameters take its arguments
// and whose ports are the ones that are used.

#include <stdbool.h>
#include <stddef.h>

#include "src/strvec.h"

struct compound;
struct declaration;
struct element_type;
struct syntax;

struct overload {
	const struct compound *body; // NULL: primitive, or no match
	const struct element_type *type; // the primitive (or unknown) class; NULL: no match
	struct strvec values; // of the body's formal parameters
};

// d is a declaration of a compound class with the arguments args. ports_known: false if errors
// made connections disappear, so that the ports say nothing. If nothing matches, that is reported
// (and body and type are NULL). If only the ports of the only candidate differ, that candidate is
// the choice, for the port check to report. The caller releases values.
struct overload overload_choose(
	struct syntax *s, const struct declaration *d, const struct strvec *args, bool ports_known);
