// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stddef.h>

#include "elements/iproute/route.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

struct good {
	const char *text;
	bool partial;
	const char *want; // route_text()
};

static const struct good good[] = {
	{"10.0.0.0/8 1", false, "10.0.0.0/8 - 1"},
	{"10.0.0.0/8 - 1", false, "10.0.0.0/8 - 1"},
	{"10.0.0.0/8 0.0.0.0 1", false, "10.0.0.0/8 - 1"},
	{"  10/8\t1.2.3.4\n 0x10 ", false, "10.0.0.0/8 1.2.3.4 16"},
	{"18.26/16 3", false, "18.26.0.0/16 - 3"},
	{"1.2.3.4 0", false, "1.2.3.4/32 - 0"},
	{"1.2.3.4/24 0", false, "1.2.3.0/24 - 0"},
	{"1.2.3.4/255.255.255.0 5.6.7.8 0", false, "1.2.3.0/24 5.6.7.8 0"},
	{"1.2.3.4/255.0.0.255 0", false, "1.0.0.4/255.0.0.255 - 0"},
	{"0/0 0", false, "0.0.0.0/0 - 0"},
	{"255.255.255.255/32 32767", false, "255.255.255.255/32 - 32767"},
	{"10/8 /* here */ 1 // comment", false, "10.0.0.0/8 - 1"},
	// What is not an output of any element is the caller's business.
	{"10/8 -1", false, "10.0.0.0/8 - -1"},
	{"10/8 99999999999999999999", false, "10.0.0.0/8 - 2147483647"},
	{"10/8", true, "10.0.0.0/8 - -1"},
	{"10/8 -", true, "10.0.0.0/8 - -1"},
	{"10/8 1.2.3.4", true, "10.0.0.0/8 1.2.3.4 -1"},
	{"10/8 7", true, "10.0.0.0/8 - 7"},
	{"10/8 1.2.3.4 7", true, "10.0.0.0/8 1.2.3.4 7"},
};

static const struct good bad[] = {
	{"", false, NULL},
	{"", true, NULL},
	{"10/8", false, NULL},
	{"10/8 -", false, NULL},
	{"10/8 1.2.3.4", false, NULL},
	{"10/8 1.2.3.4 -", false, NULL},
	{"10/8 1.2.3.4 x", true, NULL},
	{"10/8 1 2", false, NULL},
	{"10/8 1.2.3.4 2 3", true, NULL},
	{"10/33 0", false, NULL},
	{"10.0.0.0.0/8 0", false, NULL},
	{"10.1/8.0 0", false, NULL},
	{"10.1/24 0", false, NULL},
	{"1.2.3 0", false, NULL},
	{"/8 0", false, NULL},
	{"no-such-name 0", false, NULL},
	{"10/8 1.2.3 0", false, NULL},
};

static void
reads(void)
{
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct strbuf sb = STRBUF_INIT;
		struct route r;

		CU_ASSERT_EQUAL(route_parse(good[i].text, good[i].partial, NULL, &r), 0);
		route_text(&r, &sb);
		ASSERT_TEXT(strbuf_text(&sb), good[i].want);
		strbuf_fini(&sb);
	}
}

static void
refuses(void)
{
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct route r;
		int err = route_parse(bad[i].text, bad[i].partial, NULL, &r);

		CU_ASSERT_EQUAL(err, -EINVAL);
		if (err == 0)
			unit_assert_text(__FILE__, __LINE__, bad[i].text, "an error");
	}
}

static void
expect_row(const char *text, const char *want)
{
	struct strbuf sb = STRBUF_INIT;
	struct route r;

	// Columns count from where the row begins.
	strbuf_adds(&sb, ">");
	CU_ASSERT_EQUAL(route_parse(text, false, NULL, &r), 0);
	route_row(&r, &sb);
	ASSERT_TEXT(strbuf_text(&sb) + 1, want);
	strbuf_fini(&sb);
}

static void
columns(void)
{
	expect_row("10/8 0", "10.0.0.0/8\t\t-\t\t0\n");
	expect_row("100.200.10.0/24 1.2.3.4 1", "100.200.10.0/24\t\t1.2.3.4\t\t1\n");
	expect_row("100.200.100.0/24 1.2.3.4 1", "100.200.100.0/24\t1.2.3.4\t\t1\n");
	expect_row("0/0 11.2.3.4 12", "0.0.0.0/0\t\t11.2.3.4\t12\n");
	expect_row("0/0 99.99.99.99 1", "0.0.0.0/0\t\t99.99.99.99\t1\n");
	expect_row("1.0.0.4/255.0.0.255 0", "1.0.0.4/255.0.0.255\t-\t\t0\n");
}

static void
masks(void)
{
	CU_ASSERT_TRUE(route_mask_is_prefix(0));
	CU_ASSERT_TRUE(route_mask_is_prefix(UINT32_MAX));
	for (unsigned len = 1; len < 32; len++) {
		uint32_t mask = UINT32_MAX << (32 - len);

		CU_ASSERT_TRUE(route_mask_is_prefix(mask));
		CU_ASSERT_FALSE(route_mask_is_prefix(~mask));
		CU_ASSERT_FALSE(route_mask_is_prefix(mask >> 1));
		CU_ASSERT_EQUAL(route_mask_is_prefix(mask | 1), len == 31);
	}
	CU_ASSERT_FALSE(route_mask_is_prefix(0xff0000ff));
	CU_ASSERT_FALSE(route_mask_is_prefix(0x00ffffff));
}

UNIT_SUITE(route, UNIT_CASE(reads), UNIT_CASE(refuses), UNIT_CASE(columns), UNIT_CASE(masks))
