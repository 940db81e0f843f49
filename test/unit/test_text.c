// SPDX-License-Identifier: BSD-3-Clause
#include "src/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "src/strbuf.h"
#include "test/unit/unit.h"

// Writes with call, which uses sb, and compares.
#define ASSERT_WRITES(call, want)                    \
	do {                                         \
		struct strbuf sb = STRBUF_INIT;      \
		call;                                \
		ASSERT_TEXT(strbuf_text(&sb), want); \
		strbuf_fini(&sb);                    \
	} while (0)

static void
read_uint64(void)
{
	static const struct {
		const char *text;
		int err;
		uint64_t v;
	} cases[] = {
		{"0", 0, 0},
		{"5", 0, 5},
		{"+5", 0, 5},
		{"010", 0, 8},
		{"00", 0, 0},
		{"0x1F", 0, 31},
		{"0Xff", 0, 255},
		{"0b101", 0, 5},
		{"1_000", 0, 1000},
		{"0x1_0", 0, 16},
		{"0_7", 0, 7},
		{"18446744073709551615", 0, UINT64_MAX},
		{"0xFFFFFFFFFFFFFFFF", 0, UINT64_MAX},
		{"18446744073709551616", -ERANGE, UINT64_MAX},
		{"99999999999999999999999999", -ERANGE, UINT64_MAX},
		{"0x10000000000000000", -ERANGE, UINT64_MAX},
		{"", -EINVAL, 77},
		{"+", -EINVAL, 77},
		{"-1", -EINVAL, 77},
		{"-0", -EINVAL, 77},
		{"++1", -EINVAL, 77},
		{"08", -EINVAL, 77},
		{"0x", -EINVAL, 77},
		{"0b", -EINVAL, 77},
		{"0b2", -EINVAL, 77},
		{"_1", -EINVAL, 77},
		{"1_", -EINVAL, 77},
		{"1__0", -EINVAL, 77},
		{"0x_1", -EINVAL, 77},
		{" 1", -EINVAL, 77},
		{"1 ", -EINVAL, 77},
		{"1.0", -EINVAL, 77},
		{"1e3", -EINVAL, 77},
		{"99999999999999999999x", -EINVAL, 77},
		{"0xg", -EINVAL, 77},
		{"\xff", -EINVAL, 77},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t v = 77;
		int err = text_read_uint64(cases[i].text, &v);

		if (err != cases[i].err || v != cases[i].v)
			ASSERT_TEXT(cases[i].text, "as in the table");
	}
}

static void
read_int64(void)
{
	static const struct {
		const char *text;
		int err;
		int64_t v;
	} cases[] = {
		{"-1", 0, -1},
		{"+1", 0, 1},
		{"-0", 0, 0},
		{"-0x10", 0, -16},
		{"-010", 0, -8},
		{"9223372036854775807", 0, INT64_MAX},
		{"9223372036854775808", -ERANGE, INT64_MAX},
		{"-9223372036854775808", 0, INT64_MIN},
		{"-9223372036854775809", -ERANGE, INT64_MIN},
		{"-99999999999999999999999", -ERANGE, INT64_MIN},
		{"99999999999999999999999", -ERANGE, INT64_MAX},
		{"-", -EINVAL, 77},
		{"--1", -EINVAL, 77},
		{"-+1", -EINVAL, 77},
		{"- 1", -EINVAL, 77},
		{"", -EINVAL, 77},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t v = 77;
		int err = text_read_int64(cases[i].text, &v);

		if (err != cases[i].err || v != cases[i].v)
			ASSERT_TEXT(cases[i].text, "as in the table");
	}
}

static void
read_bool(void)
{
	static const char *const yes[] = {"true", "yes", "t", "y", "1"};
	static const char *const no[] = {"false", "no", "f", "n", "0"};
	static const char *const bad[] = {"", "True", "TRUE", "on", "2", "10", "tr", " 1", "truex"};
	bool v;

	for (size_t i = 0; i < 5; i++) {
		v = false;
		CU_ASSERT_EQUAL(text_read_bool(yes[i], &v), 0);
		CU_ASSERT_TRUE(v);
		CU_ASSERT_EQUAL(text_read_bool(no[i], &v), 0);
		CU_ASSERT_FALSE(v);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		v = true;
		CU_ASSERT_EQUAL(text_read_bool(bad[i], &v), -EINVAL);
		CU_ASSERT_TRUE(v);
	}
}

static void
read_double(void)
{
	double v = 7;

	CU_ASSERT_EQUAL(text_read_double("1.5", &v), 0);
	CU_ASSERT_EQUAL(v, 1.5);
	CU_ASSERT_EQUAL(text_read_double("-2e3", &v), 0);
	CU_ASSERT_EQUAL(v, -2000);
	CU_ASSERT_EQUAL(text_read_double("0x10", &v), 0);
	CU_ASSERT_EQUAL(v, 16);
	CU_ASSERT_EQUAL(text_read_double("", &v), -EINVAL);
	CU_ASSERT_EQUAL(text_read_double(" 1", &v), -EINVAL);
	CU_ASSERT_EQUAL(text_read_double("1 ", &v), -EINVAL);
	CU_ASSERT_EQUAL(text_read_double("1,5", &v), -EINVAL);
	CU_ASSERT_EQUAL(text_read_double("x", &v), -EINVAL);
	CU_ASSERT_EQUAL(v, 16);
	CU_ASSERT_EQUAL(text_read_double("1e400", &v), -ERANGE);
	CU_ASSERT_TRUE(isinf(v));
	ASSERT_WRITES(text_double(&sb, 0.1), "0.1");
	ASSERT_WRITES(text_double(&sb, 1e20), "1e+20");
	ASSERT_WRITES(text_double(&sb, 1.0 / 3), "0.333333333333");
}

static void
fixed2(void)
{
	static const char *const bad[] = {
		"", ".", "-1", "1e", "1e+", "x", "1 ", " 1", "1.2.3", "1_0"};
	uint64_t v = 77;

	ASSERT_WRITES(text_fixed2(&sb, 333, 10), "0.325");
	ASSERT_WRITES(text_fixed2(&sb, 1, 4), "0.06");
	ASSERT_WRITES(text_fixed2(&sb, 1u << 24, 28), "0.0625");
	ASSERT_WRITES(text_fixed2(&sb, 26843546, 28), "0.1");
	ASSERT_WRITES(text_fixed2(&sb, 1u << 28, 28), "1");
	ASSERT_WRITES(text_fixed2(&sb, UINT32_MAX, 28), "15.999999996");
	ASSERT_WRITES(text_fixed2(&sb, 5, 0), "5");
	ASSERT_WRITES(text_fixed2(&sb, 0, 10), "0");
	ASSERT_WRITES(text_fixed2(&sb, UINT64_MAX, 10), "18014398509481983.999");
	ASSERT_WRITES(text_fixed2(&sb, UINT64_MAX, 63), "1.9999999999999999999");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(text_read_fixed2(bad[i], 10, &v), -EINVAL);
	CU_ASSERT_EQUAL(v, 77);
	CU_ASSERT_EQUAL(text_read_fixed2("0.325", 10, &v), 0);
	CU_ASSERT_EQUAL(v, 333);
	CU_ASSERT_EQUAL(text_read_fixed2("5.", 10, &v), 0);
	CU_ASSERT_EQUAL(v, 5120);
	CU_ASSERT_EQUAL(text_read_fixed2(".5", 10, &v), 0);
	CU_ASSERT_EQUAL(v, 512);
	CU_ASSERT_EQUAL(text_read_fixed2("325E-3", 10, &v), 0);
	CU_ASSERT_EQUAL(v, 333);
	CU_ASSERT_EQUAL(text_read_fixed2("0.000325e+3", 10, &v), 0);
	CU_ASSERT_EQUAL(v, 333);
	CU_ASSERT_EQUAL(text_read_fixed2("1e-99999999999999999999", 10, &v), 0);
	CU_ASSERT_EQUAL(v, 0);
	CU_ASSERT_EQUAL(text_read_fixed2("1e99999999999999999999", 10, &v), -ERANGE);
	CU_ASSERT_EQUAL(v, UINT64_MAX);
	CU_ASSERT_EQUAL(text_read_fixed2("0e99999999999999999999", 10, &v), 0);
	CU_ASSERT_EQUAL(v, 0);
}

static void
fixed2_reads_back(void)
{
	struct strbuf sb = STRBUF_INIT;
	uint64_t v;

	for (uint64_t i = 0; i < 8192; i++) {
		strbuf_clear(&sb);
		text_fixed2(&sb, i, 13);
		CU_ASSERT_EQUAL(text_read_fixed2(strbuf_text(&sb), 13, &v), 0);
		CU_ASSERT_EQUAL(v, i);
	}
	strbuf_fini(&sb);
}

// Digits beyond the 20th have no effect, however many they are.
static void
long_numbers(void)
{
	char text[5001];
	uint64_t v;

	memset(text, '0', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	text[1] = '.';
	text[4999] = '7';
	CU_ASSERT_EQUAL(text_read_fixed2(text, 10, &v), 0);
	CU_ASSERT_EQUAL(v, 0);
	memset(text + 4996, 'e', 1);
	memcpy(text + 4997, "99", 3);
	CU_ASSERT_EQUAL(text_read_fixed2(text, 10, &v), 0);
	CU_ASSERT_EQUAL(v, 0);
	memset(text, '9', sizeof(text) - 1);
	CU_ASSERT_EQUAL(text_read_fixed2(text, 10, &v), -ERANGE);
	text[0] = '.';
	CU_ASSERT_EQUAL(text_read_fixed2(text, 10, &v), 0);
	CU_ASSERT_EQUAL(v, 1024);
	memset(text, '1', sizeof(text) - 1);
	memcpy(text + 4994, "e-4990", 7);
	CU_ASSERT_EQUAL(text_read_fixed2(text, 0, &v), 0);
	CU_ASSERT_EQUAL(v, 1111);
}

static void
fixed10(void)
{
	ASSERT_WRITES(text_fixed10(&sb, 1600, 3), "1.6");
	ASSERT_WRITES(text_fixed10(&sb, 1001, 3), "1.001");
	ASSERT_WRITES(text_fixed10(&sb, 50, 3), "0.05");
	ASSERT_WRITES(text_fixed10(&sb, 2000, 3), "2");
	ASSERT_WRITES(text_fixed10(&sb, 0, 3), "0");
	ASSERT_WRITES(text_fixed10(&sb, 7, 0), "7");
	ASSERT_WRITES(text_fixed10(&sb, UINT64_MAX, 19), "1.8446744073709551615");
}

static void
times(void)
{
	ASSERT_WRITES(text_timestamp(&sb, 1500000000), "1.500000");
	ASSERT_WRITES(text_timestamp(&sb, 0), "0.000000");
	ASSERT_WRITES(text_timestamp(&sb, 1000000001), "1.000000001");
	ASSERT_WRITES(text_timestamp(&sb, 1000), "0.000001");
	ASSERT_WRITES(text_timestamp(&sb, -500000000), "-0.500000");
	ASSERT_WRITES(text_timestamp(&sb, INT64_MIN), "-9223372036.854775808");
	ASSERT_WRITES(text_timestamp(&sb, INT64_MAX), "9223372036.854775807");
	ASSERT_WRITES(text_interval(&sb, 0), "0ms");
	ASSERT_WRITES(text_interval(&sb, 10000000), "10ms");
	ASSERT_WRITES(text_interval(&sb, 999000000), "999ms");
	ASSERT_WRITES(text_interval(&sb, 1500000), "1500us");
	ASSERT_WRITES(text_interval(&sb, 1500), "1500ns");
	ASSERT_WRITES(text_interval(&sb, 1), "1ns");
	ASSERT_WRITES(text_interval(&sb, 1000000000), "1.000000s");
	ASSERT_WRITES(text_interval(&sb, 1500000000), "1.500000s");
	ASSERT_WRITES(text_interval(&sb, -5000000), "-5ms");
	ASSERT_WRITES(text_interval(&sb, -1500000000), "-1.500000s");
}

static void
read_timespan(void)
{
	static const struct {
		const char *text;
		int err;
		int64_t ns;
	} cases[] = {
		{"1", 0, 1000000000},
		{"0.5s", 0, 500000000},
		{"5ms", 0, 5000000},
		{"5 ms", 0, 5000000},
		{"250 usec", 0, 250000},
		{"250us", 0, 250000},
		{"7ns", 0, 7},
		{"0.6ns", 0, 1},
		{"0.4ns", 0, 0},
		{"2min", 0, 120000000000},
		{"2m", 0, 120000000000},
		{"0.58m", 0, 34800000000},
		{"1mm", 0, 60000000},
		{"1h", 0, 3600000000000},
		{"1hr", 0, 3600000000000},
		{"1day", 0, 86400000000000},
		{"1d", 0, 86400000000000},
		{"1e-3", 0, 1000000},
		{"1e3ms", 0, 1000000000},
		{"+1", 0, 1000000000},
		{"-1s", 0, -1000000000},
		{"-0.5", 0, -500000000},
		{"0", 0, 0},
		{".25", 0, 250000000},
		{"1.123456789", 0, 1123456789},
		{"9223372036.854775807", 0, INT64_MAX},
		{"9223372036.854775808", -ERANGE, INT64_MAX},
		{"999999999999999d", -ERANGE, INT64_MAX},
		{"1e999999", -ERANGE, INT64_MAX},
		{"", -EINVAL, 77},
		{"s", -EINVAL, 77},
		{"5u", -EINVAL, 77},
		{"5 ", -EINVAL, 77},
		{"5 s ", -EINVAL, 77},
		{"5 m s", -EINVAL, 77},
		{"5S", -EINVAL, 77},
		{"5ks", -EINVAL, 77},
		{"5mus", -EINVAL, 77},
		{"--5", -EINVAL, 77},
		{"-+5", -EINVAL, 77},
		{"5secs", -EINVAL, 77},
		{"5e", -EINVAL, 77},
		{"0x5", -EINVAL, 77},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = 77;
		int err = text_read_timespan(cases[i].text, &ns);

		if (err != cases[i].err || ns != cases[i].ns)
			ASSERT_TEXT(cases[i].text, "as in the table");
	}
}

static void
bandwidths(void)
{
	static const struct {
		const char *text;
		int err;
		uint64_t v;
		bool had_unit;
	} cases[] = {
		{"1Mbps", 0, 125000, true},
		{"384 kbps", 0, 48000, true},
		{"100kb/s", 0, 12500, true},
		{"20kBps", 0, 20000, true},
		{"20KB/s", 0, 20000, true},
		{"8baud", 0, 1, true},
		{"8kbaud", 0, 1000, true},
		{"10Gbps", 0, 1250000000, true},
		{"100 Gbps", 0, 12500000000, true},
		{"1.5MBps", 0, 1500000, true},
		{"1000", 0, 1000, false},
		{"1e3", 0, 1000, false},
		{"4bps", 0, 1, true},
		{"3bps", 0, 0, true},
		{"18446744073709551615", 0, UINT64_MAX, false},
		{"99999999999 GBps", -ERANGE, UINT64_MAX, true},
		{"10k", -EINVAL, 77, false},
		{"10 k bps", -EINVAL, 77, false},
		{"10mbps", -EINVAL, 77, false},
		{"10BPS", -EINVAL, 77, false},
		{"bps", -EINVAL, 77, false},
		{"-1bps", -EINVAL, 77, false},
		{"", -EINVAL, 77, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool had_unit = false;
		uint64_t v = 77;
		int err = text_read_bandwidth(cases[i].text, &v, &had_unit);

		if (err != cases[i].err || v != cases[i].v || had_unit != cases[i].had_unit)
			ASSERT_TEXT(cases[i].text, "as in the table");
	}
	ASSERT_WRITES(text_bandwidth(&sb, 200), "1.6kbps");
	ASSERT_WRITES(text_bandwidth(&sb, 0), "0kbps");
	ASSERT_WRITES(text_bandwidth(&sb, 124999), "999.992kbps");
	ASSERT_WRITES(text_bandwidth(&sb, 125000), "1Mbps");
	ASSERT_WRITES(text_bandwidth(&sb, 124999999), "999.999992Mbps");
	ASSERT_WRITES(text_bandwidth(&sb, 125000000), "1Gbps");
	ASSERT_WRITES(text_bandwidth(&sb, 0x1fffffff), "4.294967288Gbps");
	ASSERT_WRITES(text_bandwidth(&sb, 0x20000000), "536.870912MBps");
	ASSERT_WRITES(text_bandwidth(&sb, UINT64_MAX), "18446744073709.551615MBps");
}

static void
ip(void)
{
	static const char *const bad[] = {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.",
		".1.2.3", "1..2.3", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4x", "1.2.3.-4", "0x1.2.3.4",
		"1.2.3.0004", "1.2.3.4/8", "4294967297.2.3.4"};
	struct ip_addr a = {.be = 77};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(text_read_ip(bad[i], &a), -EINVAL);
	CU_ASSERT_EQUAL(a.be, 77);
	CU_ASSERT_EQUAL(text_read_ip("18.26.4.044", &a), 0);
	CU_ASSERT_EQUAL(a.be, htonl(0x121a042c));
	ASSERT_WRITES(text_ip(&sb, a), "18.26.4.44");
	CU_ASSERT_EQUAL(text_read_ip("255.255.255.255", &a), 0);
	ASSERT_WRITES(text_ip(&sb, a), "255.255.255.255");
}

static void
prefixes(void)
{
	static const struct {
		const char *text, *want; // want NULL: refused
		bool allow_addr;
	} cases[] = {
		{"10.0.0.0/8", "10.0.0.0/8", false},
		{"10/8", "10.0.0.0/8", false},
		{"18.26/16", "18.26.0.0/16", false},
		{"18.26/12", "18.26.0.0/12", false},
		{"18.26.4.44/24", "18.26.4.44/24", false},
		{"18.26.4.44/255.255.255.0", "18.26.4.44/24", false},
		{"18.26/255.255.0.0", "18.26.0.0/16", false},
		{"18.26.4.44/255.0.255.0", "18.26.4.44/255.0.255.0", false},
		{"0/0", "0.0.0.0/0", false},
		{"1.2.3.4/0", "1.2.3.4/0", false},
		{"1.2.3.4/32", "1.2.3.4/32", false},
		{"1.2.3.4", "1.2.3.4/32", true},
		{"1.2.3.4", NULL, false},
		{"10/9", NULL, false},
		{"18.26/17", NULL, false},
		{"18.26/255.255.255.0", NULL, false},
		{"18.26/255.0.255.0", NULL, false},
		{"10", NULL, true},
		{"1.2.3", NULL, true},
		{"1.2.3.4/33", NULL, true},
		{"1.2.3.4/", NULL, true},
		{"1.2.3.4/-1", NULL, true},
		{"1.2.3.4/8/8", NULL, true},
		{"1.2.3.4/255.0", NULL, true},
		{"1.2.3.4.5/8", NULL, true},
		{"1.2.3./8", NULL, true},
		{"/8", NULL, true},
		{"", NULL, true},
		{"1.2.3.4/8 ", NULL, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ip_prefix p = {.addr.be = 77, .mask.be = 77};
		int err = text_read_prefix(cases[i].text, &p, cases[i].allow_addr);

		if (err == 0 && cases[i].want != NULL)
			ASSERT_WRITES(text_prefix(&sb, p), cases[i].want);
		else if (err != -EINVAL || cases[i].want != NULL || p.addr.be != 77 ||
			 p.mask.be != 77)
			ASSERT_TEXT(cases[i].text, "as in the table");
	}
}

static void
ip6(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"::", "::"},
		{"::1", "::0.0.0.1"},
		{"::1.2.3.4", "::1.2.3.4"},
		{"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
		{"::FFFF:0:0", "::ffff:0.0.0.0"},
		{"2001:DB8::1", "2001:db8::1"},
		{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
		{"1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"},
		{"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
		{"0:0:3:4:5:6:7:8", "::3:4:5:6:7:8"},
		{"1:0:0:4:0:0:0:8", "1:0:0:4::8"},
		{"fe80::", "fe80::"},
		{"1:2:3:4:5:6:7.8.9.10", "1:2:3:4:5:6:708:90a"},
		{"0:0:0:0:0:1:2:3", "::1:2:3"},
		{"1:2:3", NULL},
		{"1::2::3", NULL},
		{":1", NULL},
		{"1.2.3.4", NULL},
		{"12345::", NULL},
		{"g::", NULL},
		{"::1/64", NULL},
		{"", NULL},
	};
	struct ip6_prefix p;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ip6_addr a;
		int err = text_read_ip6(cases[i].text, &a);

		if (err == 0 && cases[i].want != NULL)
			ASSERT_WRITES(text_ip6(&sb, &a), cases[i].want);
		else if (err != -EINVAL || cases[i].want != NULL)
			ASSERT_TEXT(cases[i].text, "as in the table");
	}
	CU_ASSERT_EQUAL(text_read_ip6_prefix("2001:db8::5/32", &p, false), 0);
	ASSERT_WRITES(text_ip6_prefix(&sb, &p), "2001:db8::5/32");
	CU_ASSERT_EQUAL(text_read_ip6_prefix("::/0", &p, false), 0);
	CU_ASSERT_EQUAL(p.len, 0);
	CU_ASSERT_EQUAL(text_read_ip6_prefix("1::/ffff:ff80::", &p, false), 0);
	CU_ASSERT_EQUAL(p.len, 25);
	CU_ASSERT_EQUAL(text_read_ip6_prefix("1::2", &p, true), 0);
	CU_ASSERT_EQUAL(p.len, 128);
	CU_ASSERT_EQUAL(text_read_ip6_prefix("1::2", &p, false), -EINVAL);
	CU_ASSERT_EQUAL(text_read_ip6_prefix("1::/129", &p, true), -EINVAL);
	CU_ASSERT_EQUAL(text_read_ip6_prefix("1::/ff00:1::", &p, true), -EINVAL);
	CU_ASSERT_EQUAL(text_read_ip6_prefix("1::/", &p, true), -EINVAL);
	CU_ASSERT_EQUAL(text_read_ip6_prefix("/64", &p, true), -EINVAL);
	CU_ASSERT_EQUAL(
		text_read_ip6_prefix(
			"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/64", &p, true),
		-EINVAL);
}

static void
mac(void)
{
	static const char *const bad[] = {"", "1:2:3:4:5", "1:2:3:4:5:6:7", "1:2:3-4:5:6",
		"1-2-3-4-5-6-", "1:2:3:4:5:", ":1:2:3:4:5", "1:2:3:4:5:678", "1:2:3:4:5:g",
		"1::2:3:4:5", "123456", "1:2:3:4:5:6 ", "1.2.3.4.5.6", "001:2:3:4:5:6"};
	uint8_t m[6] = {7, 7, 7, 7, 7, 7};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CU_ASSERT_EQUAL(text_read_mac(bad[i], m), -EINVAL);
	CU_ASSERT_EQUAL(m[0], 7);
	CU_ASSERT_EQUAL(text_read_mac("00:50:ba:85:84:A9", m), 0);
	ASSERT_WRITES(text_mac(&sb, m), "00-50-BA-85-84-A9");
	CU_ASSERT_EQUAL(text_read_mac("2-1-0-0-1-d", m), 0);
	ASSERT_WRITES(text_mac(&sb, m), "02-01-00-00-01-0D");
}

UNIT_SUITE(text, UNIT_CASE(read_uint64), UNIT_CASE(read_int64), UNIT_CASE(read_bool),
	UNIT_CASE(read_double), UNIT_CASE(fixed2), UNIT_CASE(fixed2_reads_back),
	UNIT_CASE(long_numbers), UNIT_CASE(fixed10), UNIT_CASE(times), UNIT_CASE(read_timespan),
	UNIT_CASE(bandwidths), UNIT_CASE(ip), UNIT_CASE(prefixes), UNIT_CASE(ip6), UNIT_CASE(mac))
