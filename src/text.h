// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Values and their texts: how numbers, quantities and addresses are written and read. Plain
// functions without state; names (of hosts, services) are not known here. The process never calls
// setlocale(), so the decimal point is always '.'.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/addr.h"

struct strbuf;

// Each appends.
void text_ip(struct strbuf *out, struct ip_addr a); // 10.0.0.1
void text_prefix(struct strbuf *out, struct ip_prefix p); // 10.0.0.0/8, dotted mask if odd
void text_ip6(struct strbuf *out, const struct ip6_addr *a); // RFC 5952; ::1.2.3.4 if 96 zero bits
void text_ip6_prefix(struct strbuf *out, const struct ip6_prefix *p); // 2001:db8::/32
void text_mac(struct strbuf *out, const uint8_t bytes[6]); // 00-50-BA-85-84-A9
void text_timestamp(struct strbuf *out, int64_t ns); // 1.500000, 9 digits if not whole us
void text_interval(struct strbuf *out, int64_t ns); // 10ms, 1.500000s
void text_double(struct strbuf *out, double v); // %.12g
void text_bandwidth(struct strbuf *out, uint64_t bytes_per_s); // 1.6kbps
// value / 2^bits (bits <= 63) with the fewest digits that read back the same: 333 with 10 bits is
// 0.325
void text_fixed2(struct strbuf *out, uint64_t value, unsigned bits);
// value / 10^digits (digits <= 19) without trailing zeros
void text_fixed10(struct strbuf *out, uint64_t value, unsigned digits);

// Readers take the whole text, without space at its ends. They return 0 or -EINVAL, then nothing
// is stored, and say nothing.
int text_read_ip(const char *text, struct ip_addr *a);
// ADDR/LEN, ADDR/MASK, short forms (18.26/16); with allow_addr a bare address is a /32.
int text_read_prefix(const char *text, struct ip_prefix *p, bool allow_addr);
int text_read_ip6(const char *text, struct ip6_addr *a);
int text_read_ip6_prefix(const char *text, struct ip6_prefix *p, bool allow_addr);
int text_read_mac(const char *text, uint8_t bytes[6]);
// Exactly true yes t y 1, false no f n 0.
int text_read_bool(const char *text, bool *v);
// The following also return -ERANGE when the number does not fit; *v is the nearest bound then.
//
// Integers with optional sign ('-' only if signed), 0x, 0b, leading-0 octal, '_' between digits.
int text_read_int64(const char *text, int64_t *v);
int text_read_uint64(const char *text, uint64_t *v);
int text_read_double(const char *text, double *v); // as strtod
// A real number times 2^bits (bits <= 63), rounded to the nearest.
int text_read_fixed2(const char *text, unsigned bits, uint64_t *v);
// A real number and a unit (s sec m min h hr d day, before it m u n); seconds without. May have a
// leading '-'.
int text_read_timespan(const char *text, int64_t *ns);
// A real number and a unit (bps b/s baud Bps B/s, before it k K M G); bytes per second without.
// had_unit may be NULL.
int text_read_bandwidth(const char *text, uint64_t *bytes_per_s, bool *had_unit);
