// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The routing table that security associations belong to.

struct element;
struct sa_store;

// The associations of an element. NULL: it is NULL, or has none.
const struct sa_store *ipsec_store_of(const struct element *e);
