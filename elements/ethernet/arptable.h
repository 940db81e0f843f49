// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// ARPTable as an ARPQuerier sees it.

struct arp_cache;
struct element;

// The cache of an ARPTable element. NULL: it is another class.
struct arp_cache *arptable_cache(struct element *e);
