// SPDX-License-Identifier: BSD-3-Clause
// Null, PushNull, PullNull, Null1 ... Null8: pass packets on unchanged.

#include "src/element.h"

static void
null_push(struct element *e, unsigned port, struct batch *b)
{
	(void)port;
	element_push(e, 0, b);
}

static void
null_pull(struct element *e, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(e, 0, b, max);
}

static int
null_decide(struct element *e, struct packet **pp)
{
	(void)e;
	(void)pp;
	return 0;
}

static const char null_manual[] =
	"Null takes either direction, PushNull is push and PullNull pull. Null1 to Null8 are the\n"
	"same as Null, for configurations that compare the cost of different classes.";

#define NULL_CLASS(id, class_name, code)                         \
	static const struct element_class id##_class = {         \
		.name = class_name,                              \
		.ports = "1/1",                                  \
		.processing = code,                              \
		.flags = ELEMENT_NO_DATA,                        \
		.lcores = LCORES_ANY,                            \
		.size = sizeof(struct element),                  \
		.push = null_push,                               \
		.pull = null_pull,                               \
		.decide = null_decide,                           \
		.group = "standard",                             \
		.brief = "passes packets on unchanged",          \
		.manual = null_manual,                           \
		.example = "Idle -> " class_name " -> Discard;", \
	};                                                       \
	ELEMENT_CLASS(id##_class)

NULL_CLASS(null, "Null", "a/a")
NULL_CLASS(pushnull, "PushNull", "h/h")
NULL_CLASS(pullnull, "PullNull", "l/l")
NULL_CLASS(null1, "Null1", "a/a")
NULL_CLASS(null2, "Null2", "a/a")
NULL_CLASS(null3, "Null3", "a/a")
NULL_CLASS(null4, "Null4", "a/a")
NULL_CLASS(null5, "Null5", "a/a")
NULL_CLASS(null6, "Null6", "a/a")
NULL_CLASS(null7, "Null7", "a/a")
NULL_CLASS(null8, "Null8", "a/a")
