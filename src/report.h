// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What the daemon tells people: the plan at start, handler values, the balance and leaks at the
// end.

#include <stdbool.h>

struct errh;
struct plan;
struct router;
struct strbuf;
struct strvec;

// Lcores, elements, packets.
void
report_plan(const struct plan *plan, const struct router *r, bool hugepages, struct strbuf *out);

// The values of -h. Each name may be a pattern ("*.count") or begin with a class name; with more
// than one value each has its name in front. 0, or -EINVAL with errors reported.
int report_handlers(
	struct router *r, const struct strvec *names, struct strbuf *out, struct errh *errh);
// The exit status that a handler's value stands for: a number, or a bool (true is 0).
int report_exit_status(struct router *r, const char *name, struct errh *errh);

// Where all packets went: "received 10, generated 0, sent 9, dropped 1, held 0", then the drops.
void report_balance(const struct router *r, struct strbuf *out);

// Warns if packets are missing from the pools, which only an error in an element can cause.
void report_leaks(struct errh *errh);
