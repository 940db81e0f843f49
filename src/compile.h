// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The graph compiled (--compile): the elements of one router as straight C. The classes' own
// sources are compiled once more, now knowing which element they work for, what its arguments are
// and whom it calls; elements that look at packets one by one (class->decide) and follow each other
// become one loop. After Kohler, Morris, Chen, "Programming language optimizations for modular
// router configurations" (ASPLOS 2002): devirtualize, specialize, fastclassifier.
//
// Elements, handlers and state are those of the router; only the calls between them lead into the
// shared object. So a router works with and without, and can be swapped.

struct errh;
struct router;
struct strbuf;

// With dir, the generated sources and the object stay there; NULL: nothing stays. Where it is not
// possible (no compiler, no sources) there is a warning that says why, and the router stays as it
// is. The router is prepared and not initialized, since from then on time counts for its elements.
void compile_router(struct router *r, const char *dir, struct errh *errh);
// Puts the code in place. The router is initialized and not started.
void compile_connect(struct router *r, struct errh *errh);
// What the plan says of it: "24 elements of 15 classes, in 4.1 s"; "" if it is not compiled.
void compile_text(const struct router *r, struct strbuf *out);
// Nobody pushes or pulls any more. The code of a router that has a successor stays where it is,
// since state that has moved there may point into it.
void compile_release(struct router *r);
