// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A router takes the place of a running one. It was built and initialized beside it
// (router_create_beside), so that worker lcores are held only while state changes hands:
// of each pair of elements with the same name and the same take_state, what the old one holds, and
// what it has counted as dropped.

struct router;

// Swaps (*at)->successor in and destroys the old router. Control thread, outside of all tasks and
// handlers.
void hotswap(struct router **at);
