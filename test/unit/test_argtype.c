// SPDX-License-Identifier: BSD-3-Clause
#include "src/argtype.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "src/args.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/namedb.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

// The element in whose name arguments are read; NULL: none.
static struct element *scope;

// Parses text as an argument N with this row and returns what is printed, or the errors.
static const char *
reads_row(const struct arg_type *type, const char *text, const struct arg *row)
{
	static struct strbuf out;
	struct arg_parse p = {.row = row, .name = "N", .element = scope};
	void *field = mem_zalloc(type->size);
	struct errh errh;
	int err;

	strbuf_clear(&out);
	errh_init_strbuf(&errh, &out);
	p.errh = &errh;
	err = type->parse(&p, text, field);
	CU_ASSERT_EQUAL(errh.n_errors, err < 0);
	if (err == 0 && type->print != NULL)
		type->print(field, &out);
	else if (err < 0)
		strbuf_truncate(&out, out.len - 1); // the line's end
	if (type->fini != NULL) {
		type->fini(field);
		for (size_t i = 0; i < type->size; i++)
			CU_ASSERT_EQUAL(((uint8_t *)field)[i], 0);
	}
	free(field);
	return strbuf_text(&out);
}

static const char *
reads(const struct arg_type *type, const char *text)
{
	static const struct arg row = {.name = "N"};

	return reads_row(type, text, &row);
}

#define ASSERT_READS(type, text, want) ASSERT_TEXT(reads(&(type), text), want)
#define ASSERT_BOUNDED(type, text, low, high, want)                              \
	do {                                                                     \
		struct arg bounded = {.name = "N", .min = (low), .max = (high)}; \
		ASSERT_TEXT(reads_row(&(type), text, &bounded), want);           \
	} while (0)

static void
integers(void)
{
	struct arg row = {
		.name = "N", .min = 0, .max = 63, .range_error = "code point out of range"};

	ASSERT_READS(arg_uint8, "255", "255");
	ASSERT_READS(arg_uint8, "256", "N: out of range, bound 255");
	ASSERT_READS(arg_uint8, "-1", "N: invalid number");
	ASSERT_READS(arg_uint8, "x", "N: invalid number");
	ASSERT_READS(arg_uint8, "", "N: invalid number");
	ASSERT_READS(arg_uint8, "\"5\"", "N: invalid number");
	ASSERT_READS(arg_uint8, "99999999999999999999", "N: out of range, bound 255");
	ASSERT_READS(arg_uint16, "0xffff", "65535");
	ASSERT_READS(arg_uint16, "65536", "N: out of range, bound 65535");
	ASSERT_READS(arg_uint32, "4294967295", "4294967295");
	ASSERT_READS(arg_uint32, "4294967296", "N: out of range, bound 4294967295");
	ASSERT_READS(arg_uint64, "18446744073709551615", "18446744073709551615");
	ASSERT_READS(
		arg_uint64, "18446744073709551616", "N: out of range, bound 18446744073709551615");
	ASSERT_READS(arg_int32, "-2147483648", "-2147483648");
	ASSERT_READS(arg_int32, "-2147483649", "N: out of range, bound -2147483648");
	ASSERT_READS(arg_int32, "2147483648", "N: out of range, bound 2147483647");
	ASSERT_READS(arg_int64, "-9223372036854775808", "-9223372036854775808");
	ASSERT_READS(
		arg_int64, "-9223372036854775809", "N: out of range, bound -9223372036854775808");
	ASSERT_READS(
		arg_int64, "9223372036854775808", "N: out of range, bound 9223372036854775807");
	ASSERT_READS(arg_hex_uint16, "2048", "0x0800");
	ASSERT_BOUNDED(arg_uint32, "9", 10, 20, "N: out of range, bound 10");
	ASSERT_BOUNDED(arg_uint32, "10", 10, 20, "10");
	ASSERT_BOUNDED(arg_uint32, "20", 10, 20, "20");
	ASSERT_BOUNDED(arg_uint32, "21", 10, 20, "N: out of range, bound 20");
	ASSERT_BOUNDED(arg_uint32, "99999999999999999999", 10, 20, "N: out of range, bound 20");
	ASSERT_BOUNDED(arg_uint8, "300", 0, 1000, "N: out of range, bound 255");
	ASSERT_BOUNDED(arg_int32, "-6", -5, 5, "N: out of range, bound -5");
	ASSERT_BOUNDED(arg_int32, "-99999999999999999999", -5, 5, "N: out of range, bound -5");
	ASSERT_BOUNDED(arg_int32, "6", -5, 5, "N: out of range, bound 5");
	ASSERT_BOUNDED(arg_int64, "-9223372036854775809", INT64_MIN, 5,
		"N: out of range, bound -9223372036854775808");
	ASSERT_BOUNDED(arg_int32, "6", 0, 0, "6");
	ASSERT_TEXT(reads_row(&arg_uint8, "64", &row), "code point out of range");
	ASSERT_TEXT(reads_row(&arg_uint8, "256", &row), "code point out of range");
	ASSERT_TEXT(reads_row(&arg_uint8, "63", &row), "63");
	ASSERT_TEXT(reads_row(&arg_uint8, "y", &row), "N: invalid number");
	ASSERT_TEXT(reads_row(&arg_uint8, "5", NULL), "5");
}

static void
reals(void)
{
	ASSERT_READS(arg_bool, "yes", "true");
	ASSERT_READS(arg_bool, "0", "false");
	ASSERT_READS(arg_bool, "TRUE", "N: parse error");
	ASSERT_READS(arg_double, "0.1", "0.1");
	ASSERT_READS(arg_double, "one", "N: parse error");
	ASSERT_READS(arg_double, "1e999", "N: out of range, bound inf");
	ASSERT_BOUNDED(arg_double, "1.5", 0, 1, "N: out of range, bound 1");
	ASSERT_BOUNDED(arg_double, "-0.5", 0, 1, "N: out of range, bound 0");
	ASSERT_BOUNDED(arg_double, "nan", 0, 1, "N: out of range, bound 0");
	ASSERT_READS(arg_probability, "0.1", "0.1");
	ASSERT_READS(arg_probability, "1", "1");
	ASSERT_READS(arg_probability, "1.5", "1.5");
	ASSERT_READS(arg_probability, "16", "N: out of range, bound 15.999999996");
	ASSERT_READS(arg_probability, "-0.1", "N: parse error");
	ASSERT_BOUNDED(arg_probability, "1.5", 0, 1, "N: out of range, bound 1");
	ASSERT_BOUNDED(arg_probability, "1", 0, 1, "1");
}

static void
quantities(void)
{
	struct arg row = {.name = "N", .range_error = "too long"};
	struct strbuf sb = STRBUF_INIT;
	struct timespan t = {0};
	struct errh errh;

	ASSERT_READS(arg_timespan, "250 usec", "250us");
	ASSERT_READS(arg_timespan, "1.5", "1.500000s");
	ASSERT_READS(arg_timespan, "-1", "N: parse error");
	ASSERT_READS(arg_timespan, "-0", "N: parse error");
	ASSERT_READS(arg_timespan, "5x", "N: parse error");
	ASSERT_READS(arg_timespan, "1e30", "N: out of range");
	ASSERT_TEXT(reads_row(&arg_timespan, "1e30", &row), "too long");
	ASSERT_BOUNDED(arg_timespan, "-1", -2000000000, 1000, "-1.000000s");
	ASSERT_BOUNDED(arg_timespan, "1ms", 2000000, 3000000, "N: out of range, bound 2ms");
	ASSERT_BOUNDED(arg_timespan, "4ms", 2000000, 3000000, "N: out of range, bound 3ms");
	ASSERT_BOUNDED(arg_timespan, "1e30", 2000000, 3000000, "N: out of range, bound 3ms");
	ASSERT_READS(arg_timestamp, "1000000000.5", "1000000000.500000");
	ASSERT_READS(arg_timestamp, "-1", "N: parse error");
	ASSERT_READS(arg_bandwidth, "1Mbps", "1Mbps");
	ASSERT_READS(arg_bandwidth, "200", "1.6kbps");
	ASSERT_READS(arg_bandwidth, "10k", "N: parse error");
	ASSERT_READS(arg_bandwidth, "99999999999GBps", "N: out of range");
	ASSERT_BOUNDED(arg_bandwidth, "1bps", 100, 1000, "N: out of range, bound 0.8kbps");
	ASSERT_BOUNDED(arg_bandwidth, "1001", 100, 1000, "N: out of range, bound 8kbps");
	// The write of a handler has no argument's name.
	errh_init_strbuf(&errh, &sb);
	CU_ASSERT_EQUAL(args_parse_value(&arg_timespan, "-5ms", &t, NULL, NULL, &errh), 0);
	CU_ASSERT_EQUAL(t.ns, -5000000);
	strbuf_fini(&sb);
}

static void
texts(void)
{
	struct data d = {0};
	struct errh errh;

	ASSERT_READS(arg_string, "abc", "abc");
	ASSERT_READS(arg_string, "\"a b\"", "a b");
	ASSERT_READS(arg_string, "a\"b c\"'d'", "ab cd");
	ASSERT_READS(arg_string, "\"\"", "");
	ASSERT_READS(arg_string, "", "N: parse error");
	ASSERT_READS(arg_string, "a b", "N: parse error");
	ASSERT_READS(arg_string, "\"a\" \"b\"", "N: parse error");
	ASSERT_READS(arg_string, "\"a\\0b\"", "N: parse error");
	ASSERT_READS(arg_string, "\\<00>", "N: parse error");
	ASSERT_READS(arg_word, "\"abc\"", "abc");
	ASSERT_READS(arg_word, "a-b.c/d", "a-b.c/d");
	ASSERT_READS(arg_word, "\"\"", "N: parse error");
	ASSERT_READS(arg_word, "\"a b\"", "N: parse error");
	ASSERT_READS(arg_word, "'a,b'", "N: parse error");
	ASSERT_READS(arg_word, "a\\b", "N: parse error");
	ASSERT_READS(arg_word, "a b", "N: parse error");
	ASSERT_READS(arg_word, "\xc3\xa4", "N: parse error");
	ASSERT_READS(arg_any, "a \"b\" c", "a \"b\" c");
	ASSERT_READS(arg_any, "", "");
	ASSERT_READS(arg_strvec, "a b", "a b");
	ASSERT_READS(arg_data, "\"abc\"", "abc");
	ASSERT_READS(arg_data, "\"\"", "");
	ASSERT_READS(arg_data, "a b", "N: parse error");
	errh_init_silent(&errh);
	CU_ASSERT_EQUAL(args_parse_value(&arg_data, "\\<00 41 00>", &d, "N", NULL, &errh), 0);
	CU_ASSERT_EQUAL(d.len, 3);
	CU_ASSERT_EQUAL(memcmp(d.bytes, "\0A\0", 3), 0);
	arg_data.fini(&d);
}

static void
filenames(void)
{
	char *old = mem_strdup(getenv("HOME") != NULL ? getenv("HOME") : "/");

	setenv("HOME", "/my/home", 1);
	ASSERT_READS(arg_filename, "\"/a//b///c\"", "/a/b/c");
	ASSERT_READS(arg_filename, "~/x", "/my/home/x");
	ASSERT_READS(arg_filename, "\"~/a b\"", "/my/home/a b");
	ASSERT_READS(arg_filename, "~", "/my/home");
	ASSERT_READS(arg_filename, "a~/x", "a~/x");
	ASSERT_READS(arg_filename, "~no-such-user-here/x", "~no-such-user-here/x");
	ASSERT_READS(arg_filename, "\"\"", "N: parse error");
	ASSERT_READS(arg_filename, "a b", "N: parse error");
	setenv("HOME", "/", 1);
	ASSERT_READS(arg_filename, "~/x", "/x");
	unsetenv("HOME");
	ASSERT_READS(arg_filename, "~/x", "~/x");
	setenv("HOME", old, 1);
	free(old);
}

static void
addresses(void)
{
	ASSERT_READS(arg_ip_addr, "18.26.4.44", "18.26.4.44");
	ASSERT_READS(arg_ip_addr, "18.26.4", "N: parse error");
	ASSERT_READS(arg_ip_addr, "no-such-name", "N: parse error");
	ASSERT_READS(arg_ip_addr, "", "N: parse error");
	ASSERT_READS(arg_ip_prefix, "18.26/16", "18.26.0.0/16");
	ASSERT_READS(arg_ip_prefix, "18.26.4.44", "N: parse error");
	ASSERT_READS(arg_ip_prefix_or_addr, "18.26.4.44", "18.26.4.44/32");
	ASSERT_READS(arg_ip_prefix_or_addr, "10/8", "10.0.0.0/8");
	ASSERT_READS(arg_ip_prefix_or_addr, "no-such-name", "N: parse error");
	ASSERT_READS(arg_ip_list, "1.2.3.4  5.6.7.8\t9.0.0.0", "1.2.3.4 5.6.7.8 9.0.0.0");
	ASSERT_READS(arg_ip_list, "", "");
	ASSERT_READS(arg_ip_list, "1.2.3.4 x", "N: parse error");
	ASSERT_READS(arg_ip_list, "1.2.3.4,5.6.7.8", "N: parse error");
	ASSERT_READS(arg_prefix_list, "1.2.3.4 10/8", "1.2.3.4/32 10.0.0.0/8");
	ASSERT_READS(arg_prefix_list, "10/8 10/9", "N: parse error");
	ASSERT_READS(arg_ip6_addr, "2001:db8::1", "2001:db8::1");
	ASSERT_READS(arg_ip6_addr, "1.2.3.4", "N: parse error");
	ASSERT_READS(arg_ip6_prefix, "2001:db8::/32", "2001:db8::/32");
	ASSERT_READS(arg_ip6_prefix, "2001:db8::", "N: parse error");
	ASSERT_READS(arg_ip6_prefix_or_addr, "2001:db8::/32", "2001:db8::/32");
	ASSERT_READS(arg_ip6_prefix_or_addr, "2001:db8::1", "2001:db8::1/128");
	ASSERT_READS(arg_ip6_prefix_or_addr, "2001:db8::1/129", "N: parse error");
	ASSERT_READS(arg_ip6_prefix_or_addr, "no-such-name", "N: parse error");
	ASSERT_READS(arg_mac_addr, "2:1:0:0:1:d", "02-01-00-00-01-0D");
	ASSERT_READS(arg_mac_addr, "2:1", "N: parse error");
}

static void
numbers_with_names(void)
{
	struct arg row = {.name = "N", .range_error = "bad IP protocol"};

	ASSERT_READS(arg_ip_proto, "tcp", "6");
	ASSERT_READS(arg_ip_proto, "0x11", "17");
	ASSERT_READS(arg_ip_proto, "256", "N: out of range, bound 255");
	ASSERT_READS(arg_ip_proto, "-1", "N: out of range, bound 0");
	ASSERT_READS(arg_ip_proto, "tcpudp", "N: out of range, bound 255");
	ASSERT_READS(arg_ip_proto, "no-such-name", "N: parse error");
	ASSERT_TEXT(reads_row(&arg_ip_proto, "256", &row), "bad IP protocol");
	ASSERT_READS(arg_tcp_port, "www", "80");
	ASSERT_READS(arg_tcp_port, "65535", "65535");
	ASSERT_READS(arg_tcp_port, "65536", "N: out of range, bound 65535");
	ASSERT_READS(arg_tcp_port, "99999999999999999999", "N: out of range, bound 65535");
	ASSERT_READS(arg_udp_port, "dns", "53");
	ASSERT_READS(arg_udp_port, "", "N: parse error");
	ASSERT_BOUNDED(arg_udp_port, "0", 1, 65535, "N: out of range, bound 1");
	ASSERT_READS(arg_anno1, "PAINT", "16");
	ASSERT_READS(arg_anno1, "17", "17");
	ASSERT_READS(arg_anno1, "47", "47");
	ASSERT_READS(arg_anno1, "48", "N: parse error");
	ASSERT_READS(arg_anno1, "-1", "N: parse error");
	ASSERT_READS(arg_anno1, "DST_IP", "N: parse error");
	ASSERT_READS(arg_anno1, "paint", "N: parse error");
	ASSERT_READS(arg_anno1, "99999999999999999999", "N: parse error");
	ASSERT_READS(arg_anno2, "VLAN_TCI", "20");
	ASSERT_READS(arg_anno2, "46", "46");
	ASSERT_READS(arg_anno2, "47", "N: parse error");
	ASSERT_READS(arg_anno2, "PAINT", "N: parse error");
	ASSERT_READS(arg_anno4, "AGGREGATE", "20");
	ASSERT_READS(arg_anno4, "DST_IP", "0");
	ASSERT_READS(arg_anno4, "44", "44");
	ASSERT_READS(arg_anno4, "45", "N: parse error");
	ASSERT_READS(arg_anno4, "PAINT", "N: parse error");
	ASSERT_READS(arg_anno4, "DST_IP6", "N: parse error");
	ASSERT_READS(arg_anno4, "VLAN_TCI", "N: parse error");
	ASSERT_READS(arg_anno6, "42", "42");
	ASSERT_READS(arg_anno6, "43", "N: parse error");
	ASSERT_READS(arg_anno6, "DST_IP", "N: parse error");
	ASSERT_READS(arg_element, "x", "N: does not name an element");
}

static void
define_number(struct namedb *db, enum name_kind kind, const char *name, uint32_t number)
{
	union name_value value = {.number = number};

	CU_ASSERT_TRUE(namedb_define(db, "a/", kind, name, &value));
}

static void
define_net(struct namedb *db)
{
	union name_value value = {0};

	CU_ASSERT_EQUAL(text_read_ip("10.1.2.3", &value.ip), 0);
	CU_ASSERT_TRUE(namedb_define(db, "a/", NAME_IP, "net", &value));
	CU_ASSERT_TRUE(namedb_define(db, "a/", NAME_IP, "host", &value));
	value.prefix.mask.be = htonl(0xffff0000);
	CU_ASSERT_TRUE(namedb_define(db, "a/", NAME_IP_PREFIX, "net", &value));
	CU_ASSERT_TRUE(namedb_define(db, "a/", NAME_IP_PREFIX, "wide", &value));
}

// What the element a/b/x, the outsider y and the router around them know.
static void
scoped(void)
{
	static char inner_name[] = "a/b/x", other_name[] = "a/q", outer_name[] = "y";
	struct element_info infos[] = {
		{.name = inner_name}, {.name = other_name}, {.name = outer_name}};
	struct element inner = {.info = &infos[0]}, other = {.info = &infos[1]},
		       outer = {.info = &infos[2]};
	struct element *elements[] = {&inner, &other, &outer};
	struct router router = {.elements = elements, .n_elements = 3, .names = namedb_create()};

	for (int i = 0; i < 3; i++)
		elements[i]->router = &router;
	define_net(router.names);
	define_number(router.names, NAME_ANNOTATION, "FOUR", 8 | 4 << 8);
	define_number(router.names, NAME_ANNOTATION, "ANY", 47);
	define_number(router.names, NAME_TCP_PORT, "mine", 4711);
	define_number(router.names, NAME_IP_PROTO, "odd", 300);
	scope = &inner;
	ASSERT_READS(arg_ip_addr, "net", "10.1.2.3");
	ASSERT_READS(arg_ip_addr, "net:bcast", "10.1.255.255");
	ASSERT_READS(arg_ip_addr, "wide", "N: parse error");
	ASSERT_READS(arg_ip_prefix, "net", "10.1.2.3/16");
	ASSERT_READS(arg_ip_prefix, "host", "N: parse error");
	ASSERT_READS(arg_ip_prefix_or_addr, "net", "10.1.2.3/32");
	ASSERT_READS(arg_ip_prefix_or_addr, "net:ipnet", "10.1.2.3/16");
	ASSERT_READS(arg_ip_prefix_or_addr, "wide", "10.1.2.3/16");
	ASSERT_READS(arg_ip_list, "net 1.2.3.4", "10.1.2.3 1.2.3.4");
	ASSERT_READS(arg_prefix_list, "wide 1.2.3.4", "10.1.2.3/16 1.2.3.4/32");
	ASSERT_READS(arg_anno4, "FOUR", "8");
	ASSERT_READS(arg_anno1, "FOUR", "N: parse error");
	ASSERT_READS(arg_anno1, "ANY", "47");
	ASSERT_READS(arg_anno4, "ANY", "N: parse error");
	ASSERT_READS(arg_tcp_port, "mine", "4711");
	ASSERT_READS(arg_udp_port, "mine", "N: parse error");
	ASSERT_READS(arg_ip_proto, "odd", "N: out of range, bound 255");
	ASSERT_READS(arg_element, "x", "a/b/x");
	ASSERT_READS(arg_element, "q", "a/q");
	ASSERT_READS(arg_element, "\"y\"", "y");
	ASSERT_READS(arg_element, "z", "N: does not name an element");
	ASSERT_READS(arg_element, "", "N: does not name an element");
	ASSERT_READS(arg_element, "q q", "N: does not name an element");
	scope = &outer;
	ASSERT_READS(arg_ip_addr, "net", "N: parse error");
	ASSERT_READS(arg_tcp_port, "mine", "N: parse error");
	ASSERT_READS(arg_element, "q", "N: does not name an element");
	ASSERT_READS(arg_element, "a/q", "a/q");
	scope = NULL;
	namedb_destroy(router.names);
}

UNIT_SUITE(argtype, UNIT_CASE(integers), UNIT_CASE(reals), UNIT_CASE(quantities), UNIT_CASE(texts),
	UNIT_CASE(filenames), UNIT_CASE(addresses), UNIT_CASE(numbers_with_names),
	UNIT_CASE(scoped))
