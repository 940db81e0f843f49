// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// AggregateCounter, in parts: aggregatecounter.c the element, aggregatecounter_file.c its files.

#include "elements/analysis/keytable.h"
#include "src/element.h"

// A handler to call when there are so many aggregates, or a count is reached; once.
struct aggregatecounter_call {
	bool armed;
	uint64_t limit;
	struct handler_call call; // name NULL: none
};

struct aggregatecounter {
	struct element element;
	struct key_table table; // aggregates
	uint64_t *counts; // owned; by place in the table
	uint64_t n_counted; // the sum of all
	uint64_t n_overflows; // packets of aggregates that there was no room for
	struct aggregatecounter_call aggregate_call, count_call;

	// Arguments.
	bool bytes, ip_bytes, multipacket, extra_length, frozen, active;
	uint32_t aggregate_freeze, aggregate_stop, capacity;
	uint64_t count_freeze, count_stop;
	bool has_aggregate_freeze, has_aggregate_stop, has_count_freeze, has_count_stop;
	struct any want_aggregate_call, want_count_call;
	char *banner;
};

// A write handler whose value is a file's name; row->number is an enum aggregate_file.
enum aggregate_file { AGGREGATE_TEXT, AGGREGATE_BINARY, AGGREGATE_IP, AGGREGATE_PDF };
int aggregatecounter_write_file(const struct handler_write *call);
