// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What --check looks for beyond the errors that keep a router from starting: things that are
// allowed and rarely meant. Each is a warning at the element's landmark.

struct errh;
struct router;

// The router is prepared (its elements are configured, connected and placed on lcores).
void check_router(struct router *r, struct errh *errh);
