// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The forms of values that several fields of IPSummaryDump files have.

#include "elements/dump/summaryfield.h"

// Numbers; decimal, of so many bytes in binary. Text that does not fit is refused.
extern const struct summary_form summary_u8, summary_u16, summary_u32, summary_u64;
extern const struct summary_form summary_time; // SEC.FRAC; seconds and microseconds
extern const struct summary_form summary_ntime; // SEC.FRAC; nanoseconds and seconds
extern const struct summary_form summary_ip_address;

void summary_print_number(const struct summary_value *v, struct strbuf *out);
// An unsigned decimal (0x...: hexadecimal) number up to max. false: it is not.
bool summary_read_number(const char *text, uint64_t max, uint64_t *v);
// SEC or SEC.FRAC.
bool summary_read_time(const char *text, int64_t *ns);
