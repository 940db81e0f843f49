// SPDX-License-Identifier: BSD-3-Clause
#include "src/text.h"

#include <errno.h>
#include <string.h>

#include "src/strbuf.h"
#include "src/text_decimal.h"

#define NS_PER_S 1000000000

// A unit stands for factor * 10^exponent.
struct unit {
	const char *name;
	uint32_t factor;
	int exponent;
};

struct unit_prefix {
	char letter;
	int exponent;
};

static const struct unit time_units[] = {
	{"s", 1, 0},
	{"sec", 1, 0},
	{"m", 60, 0},
	{"min", 60, 0},
	{"h", 3600, 0},
	{"hr", 3600, 0},
	{"d", 86400, 0},
	{"day", 86400, 0},
	{NULL},
};

static const struct unit_prefix time_prefixes[] = {
	{'m', -3},
	{'u', -6},
	{'n', -9},
	{0},
};

static const struct unit bandwidth_units[] = {
	// a bit is 125/1000 bytes
	{"bps", 125, -3},
	{"b/s", 125, -3},
	{"baud", 125, -3},
	{"Bps", 1, 0},
	{"B/s", 1, 0},
	{NULL},
};

static const struct unit_prefix bandwidth_prefixes[] = {
	{'k', 3},
	{'K', 3},
	{'M', 6},
	{'G', 9},
	{0},
};

static const struct unit *
unit_find(const struct unit *units, const char *name)
{
	for (; units->name != NULL; units++) {
		if (strcmp(units->name, name) == 0)
			return units;
	}
	return NULL;
}

// The unit called text, with or without a prefix. "m" is a unit before it is a prefix.
static int
unit_read(const struct unit *units, const struct unit_prefix *prefixes, const char *text,
	struct unit *found)
{
	const struct unit *unit = unit_find(units, text);

	if (unit != NULL) {
		*found = *unit;
		return 0;
	}
	for (; prefixes->letter != 0; prefixes++) {
		if (*text == prefixes->letter && (unit = unit_find(units, text + 1)) != NULL) {
			*found = *unit;
			found->exponent += prefixes->exponent;
			return 0;
		}
	}
	return -EINVAL;
}

// A number and its unit; *had_unit tells whether there was one.
static int
quantity_read(const char *text, const struct unit *units, const struct unit_prefix *prefixes,
	struct decimal *d, struct unit *unit, bool *had_unit)
{
	const char *s = decimal_read(text, d);

	if (s == NULL)
		return -EINVAL;
	*unit = (struct unit){.factor = 1};
	*had_unit = *s != '\0';
	if (!*had_unit)
		return 0;
	return unit_read(units, prefixes, s + strspn(s, " \t\r\n\v\f"), unit);
}

int
text_read_timespan(const char *text, int64_t *ns)
{
	bool negative = *text == '-', had_unit;
	struct decimal d;
	struct unit unit;
	uint64_t v;
	int err;

	if (negative && text[1] == '+')
		return -EINVAL;
	if (quantity_read(text + negative, time_units, time_prefixes, &d, &unit, &had_unit) < 0)
		return -EINVAL;
	err = decimal_scale(&d, unit.factor, unit.exponent + 9, INT64_MAX, &v);
	*ns = negative ? -(int64_t)v : (int64_t)v;
	return err;
}

int
text_read_bandwidth(const char *text, uint64_t *bytes_per_s, bool *had_unit)
{
	struct decimal d;
	struct unit unit;
	bool had;

	if (quantity_read(text, bandwidth_units, bandwidth_prefixes, &d, &unit, &had) < 0)
		return -EINVAL;
	if (had_unit != NULL)
		*had_unit = had;
	return decimal_scale(&d, unit.factor, unit.exponent, UINT64_MAX, bytes_per_s);
}

// The sign, if there is one, and the magnitude, which fits even for INT64_MIN.
static uint64_t
add_sign(struct strbuf *out, int64_t ns)
{
	if (ns >= 0)
		return (uint64_t)ns;
	strbuf_addc(out, '-');
	return -(uint64_t)ns;
}

void
text_timestamp(struct strbuf *out, int64_t ns)
{
	uint64_t v = add_sign(out, ns);
	unsigned long long s = v / NS_PER_S;
	unsigned fraction = v % NS_PER_S;

	if (fraction % 1000 == 0)
		strbuf_addf(out, "%llu.%06u", s, fraction / 1000);
	else
		strbuf_addf(out, "%llu.%09u", s, fraction);
}

void
text_interval(struct strbuf *out, int64_t ns)
{
	uint64_t v;

	if (ns >= NS_PER_S || ns <= -NS_PER_S) {
		text_timestamp(out, ns);
		strbuf_addc(out, 's');
		return;
	}
	v = add_sign(out, ns);
	if (v % 1000000 == 0)
		strbuf_addf(out, "%llums", (unsigned long long)(v / 1000000));
	else if (v % 1000 == 0)
		strbuf_addf(out, "%lluus", (unsigned long long)(v / 1000));
	else
		strbuf_addf(out, "%lluns", (unsigned long long)v);
}

void
text_bandwidth(struct strbuf *out, uint64_t bytes_per_s)
{
	if (bytes_per_s >= 0x20000000) {
		text_fixed10(out, bytes_per_s, 6);
		strbuf_adds(out, "MBps");
	} else if (bytes_per_s >= 125000000) {
		text_fixed10(out, bytes_per_s * 8, 9);
		strbuf_adds(out, "Gbps");
	} else if (bytes_per_s >= 125000) {
		text_fixed10(out, bytes_per_s * 8, 6);
		strbuf_adds(out, "Mbps");
	} else {
		text_fixed10(out, bytes_per_s * 8, 3);
		strbuf_adds(out, "kbps");
	}
}
