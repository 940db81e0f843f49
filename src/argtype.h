// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The types that arguments and handlers can have: how the text of each is read and written. A C
// type stands for exactly one of them, which is why quantities with a unit have a struct of their
// own here.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/strvec.h"

#include "src/text.h"

struct arg;
struct element;
struct errh;
struct strbuf;

// What parse() needs beside the text.
struct arg_parse {
	const struct arg *row; // bounds; may be NULL
	const char *name; // for messages, `NAME: ...`; NULL: message without prefix
	struct element *element; // scope of names; may be NULL
	struct errh *errh;
};

struct arg_type {
	const char *name; // for people: "unsigned 32-bit integer"
	const char *expected; // what handlers miss: "integer" in `expected integer`
	size_t size; // bytes of the field
	// Reads text (uncommented, no space at the ends; quotes still there) into field, which is
	// zeroed memory of the type. Returns 0, or -EINVAL with an error reported.
	int (*parse)(const struct arg_parse *p, const char *text, void *field);
	// Appends the value as handlers print it. NULL: cannot be printed.
	void (*print)(const void *field, struct strbuf *out);
	// Releases what the field owns and leaves it zeroed. NULL: owns nothing.
	void (*fini)(void *field);
};

// For parse(): reports `NAME: ...`, or the bare text if p->name is NULL. Returns -EINVAL.
int
arg_error(const struct arg_parse *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
// The same for a number that does not fit: `NAME: out of range, bound ...`, or the row's own text.
int arg_range_error(const struct arg_parse *p, const char *bound_fmt, ...)
	__attribute__((format(printf, 2, 3)));
// Whether the row has bounds.
bool arg_has_bounds(const struct arg_parse *p);

struct ip_list { // IPv4 addresses, separated by white space
	struct ip_addr *v; // owned
	size_t n;
	size_t cap;
};

struct prefix_list { // IPv4 prefixes, separated by white space; a bare address is a /32
	struct ip_prefix *v; // owned
	size_t n;
	size_t cap;
};

struct timespan { // a length of time; text: number with unit, seconds without; bounds in ns
	int64_t ns;
};

struct moment { // since 1970; 0 is "not set"; (netinet/ip.h has a struct timestamp)
	int64_t ns;
};

struct bandwidth { // text: number with unit (bps, Mbps, kBps ...), bytes per second without
	uint64_t bytes_per_s;
};

// 0 to 1 as a fixed-point number with 28 bits behind the point. Up to 15.99 can be read: elements
// say themselves what is wrong with more than 1, unless the row has bounds (whole numbers).
struct probability {
	uint32_t fixed28;
};

struct anno1 { // one-byte annotation: a name or the offset in the annotation area
	uint8_t offset;
};

struct anno2 { // two-byte annotation
	uint8_t offset;
};

struct anno4 { // four-byte annotation
	uint8_t offset;
};

struct anno6 { // six-byte annotation: room for an Ethernet address
	uint8_t offset;
};

struct data { // bytes of a quoted string, NUL allowed
	uint8_t *bytes; // owned
	size_t len;
};

struct word { // printable, no quotes, blanks or commas
	char *text; // owned
};

struct filename { // "~/" expanded, "//" made "/"
	char *text; // owned
};

struct any { // the argument as it stands
	char *text; // owned
};

struct ip_proto { // number or name
	uint8_t number;
};

struct tcp_port { // TCP port number or service name, host order
	uint16_t number;
};

struct udp_port { // UDP port number or service name, host order
	uint16_t number;
};

extern const struct arg_type arg_bool, arg_uint8, arg_uint16, arg_uint32, arg_uint64, arg_int32,
	arg_int64, arg_double, arg_string, arg_ip_addr, arg_ip_prefix, arg_ip_list, arg_prefix_list,
	arg_ip6_addr, arg_mac_addr, arg_timespan, arg_timestamp, arg_bandwidth, arg_probability,
	arg_anno1, arg_anno2, arg_anno4, arg_anno6, arg_data, arg_word, arg_filename, arg_any,
	arg_ip_proto, arg_tcp_port, arg_udp_port, arg_element, arg_strvec, arg_ip6_prefix;
// Without a C type of their own; use with ARG_AS.
// struct ip_prefix; a bare address is a /32, and so is a name that has an address
extern const struct arg_type arg_ip_prefix_or_addr;
// struct ip6_prefix; the same with a /128
extern const struct arg_type arg_ip6_prefix_or_addr;
extern const struct arg_type arg_hex_uint16; // uint16_t, printed as 0x....

// clang-format off
#define ARG_TYPE_OF(field) _Generic((field),                                                       \
	bool: &arg_bool, uint8_t: &arg_uint8, uint16_t: &arg_uint16, uint32_t: &arg_uint32,        \
	uint64_t: &arg_uint64, int32_t: &arg_int32, int64_t: &arg_int64, double: &arg_double,      \
	char *: &arg_string, struct ip_addr: &arg_ip_addr, struct ip_prefix: &arg_ip_prefix,       \
	struct ip_list: &arg_ip_list, struct prefix_list: &arg_prefix_list,                        \
	struct ip6_addr: &arg_ip6_addr, struct ip6_prefix: &arg_ip6_prefix,                        \
	struct mac_addr: &arg_mac_addr,                                                            \
	struct timespan: &arg_timespan, struct moment: &arg_timestamp,                          \
	struct bandwidth: &arg_bandwidth, struct probability: &arg_probability,                    \
	struct anno1: &arg_anno1, struct anno2: &arg_anno2, struct anno4: &arg_anno4,              \
	struct anno6: &arg_anno6, struct data: &arg_data,                                          \
	struct word: &arg_word, struct filename: &arg_filename, struct any: &arg_any,              \
	struct ip_proto: &arg_ip_proto, struct tcp_port: &arg_tcp_port,                            \
	struct udp_port: &arg_udp_port, struct element *: &arg_element,                            \
	struct strvec: &arg_strvec)
// clang-format on
