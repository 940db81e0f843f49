// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The texts of IP and TCP options: items between semicolons, "mss1460;sackok;ts1:0". No options are
// ".", malformed ones "?".

#include <stdbool.h>
#include <stdint.h>

#include "elements/dump/summaryfield.h"

enum { SUMMARY_OPTIONS_MAX = 40 };

enum summary_tcp_options { // which are shown
	SUMMARY_TCP_SACK = 1 << 0,
	SUMMARY_TCP_TIMESTAMP = 1 << 1,
	SUMMARY_TCP_OTHERS = 1 << 2,
	SUMMARY_TCP_ALL = 7,
};

// Items that are put together; the text may be longer than what fits.
struct summary_options {
	uint8_t bytes[SUMMARY_OPTIONS_MAX];
	uint32_t len;
};

bool summary_options_add(struct summary_options *o, const void *bytes, uint32_t n);

void summary_tcp_options_text(const uint8_t *bytes, uint32_t n, unsigned shown, struct strbuf *out);

// Counted bytes. Read, all of them may stand for any option.
extern const struct summary_form summary_ip_options, summary_tcp_options,
	summary_tcp_options_without_time, summary_tcp_options_sack;

// For the readers of both: runs of items. Splits text at ; and , outside braces, calls add() for
// each item, and lets value hold the result. false: an item is not right, or they do not fit.
bool summary_options_parse(
	char *text, struct summary_value *v, bool (*add)(struct summary_options *o, char *item));
// KIND or KIND=b:b:b.
bool summary_options_add_plain(struct summary_options *o, const char *item);
// The same the other way around; len: that of the option, 2 or more.
void summary_options_plain_text(const uint8_t *option, unsigned len, struct strbuf *out);
