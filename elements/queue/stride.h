// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Stride scheduling of ports: each is served in proportion to its tickets (Waldspurger and Weihl,
// 1995). What StrideSched and StrideSwitch share.

#include <stdint.h>

#include "src/element.h"

enum { STRIDE_TICKETS_MAX = 32768, STRIDE_1 = 65536 };

struct stride_client {
	struct stride_client *next; // in the list
	uint32_t pass; // wraps
	uint32_t stride; // STRIDE_1 / tickets
	int32_t tickets; // 0: not in the list
	uint16_t port;
};

struct stride {
	struct stride_client *first; // list by pass, lowest first
	struct stride_client *clients; // owned, by port
	unsigned n;
};

// Both elements.
struct stride_element {
	struct element element;
	struct strvec tickets; // as configured
	struct stride stride;
	struct signal *signals; // owned, by input; StrideSched's
};

extern const struct arg stride_args[];

// For the classes' tables; what: "input" or "output".
int
stride_configure(struct stride_element *e, unsigned n_ports, const char *what, struct errh *errh);
int stride_config_text(struct element *e, struct strbuf *out);
int stride_take_state(struct element *e, struct element *old, struct errh *errh);
void stride_add_handlers(struct element *e);
void stride_fini(struct stride *s);

// Puts a client into the list, in front of those with the same pass.
void stride_insert(struct stride *s, struct stride_client *c);

// The first client has been served (or tried): takes the clients up to `end` out of the list and
// puts them in again where their new pass belongs, in the order in which they were visited.
void stride_advance(struct stride *s, struct stride_client *end);
