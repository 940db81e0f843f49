// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// What --check finds, as one JSON object for programs (editors, deployment scripts):
//
//	errors, warnings  how many
//	messages          list of {level: "error" | "warning" | "message", file, line, column,
//	                  element, class, message, hint}; what is not known is left out; line and
//	                  column from 1
//	plan              once the router could be planned:
//	  lcores          list of {lcore, control, cpu, node, elements: list of {element, class,
//	                  source, work}}; source: has work of its own there; work: on what
//	                  ("net_tap0 queue 0")
//	  packets         list of {packets, node, for}
//	  pools           list of {node, packets}
//	  bytes           of pools and tables
//	  hugepages       of 2 MiB that hold them; 0 if none are used

#include <stdint.h>

struct check_json;
struct errh;
struct plan;
struct router;
struct strbuf;

// Makes errh collect what is reported; of its settings, no_warnings stays.
struct check_json *check_json_create(struct errh *errh);
void check_json_plan(struct check_json *c, const struct plan *plan, const struct router *r,
	uint64_t n_hugepages);
// Appends the text and frees it.
void check_json_finish(struct check_json *c, const struct errh *errh, struct strbuf *out);
