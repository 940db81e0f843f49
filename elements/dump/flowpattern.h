// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// File names made of what a flow is: `%n` its aggregate number, `%x` and `%X` the same in
// hexadecimal, `%s` and `%d` its addresses, `%S` and `%D` its ports, `%p` T or U, `%%`. A width
// pads with `_`, with a 0 in front with zeroes. `.0` to `.3` chooses a byte of a number or address,
// `.4` and `.5` the upper and lower half of a number.

#include <stdbool.h>
#include <stdint.h>

#include "src/addr.h"

struct strbuf;

struct flow_name { // ports in host order
	uint32_t aggregate;
	struct ip_addr src, dst;
	uint16_t sport, dport;
	bool is_tcp;
};

bool flow_pattern_is_valid(const char *pattern);
// Whether all flows have the same name. The pattern must be valid, here and below.
bool flow_pattern_is_fixed(const char *pattern);
void flow_pattern_expand(const char *pattern, const struct flow_name *flow, struct strbuf *out);
