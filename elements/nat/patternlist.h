// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The named patterns of a router: those of its IPRewriterPatterns.

struct element;
struct pattern;

// The pattern that a name means where `from` is, or the one with that number among all of them.
// NULL: none. It is borrowed, and lives as long as the router.
struct pattern *pattern_list_find(const struct element *from, const char *name);
