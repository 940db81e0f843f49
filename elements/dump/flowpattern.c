// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/flowpattern.h"

#include <string.h>

#include <rte_byteorder.h>

#include "src/strbuf.h"
#include "src/text.h"

enum { WIDTH_MAX = 99, ALL = -1, UPPER_HALF = 4, LOWER_HALF = 5 };

struct escape { // %06.1n
	bool zeroes;
	unsigned width;
	int part; // ALL: of all
	char letter;
};

// Reads what follows a %; returns what follows that. NULL: it is none.
static const char *
read_escape(const char *s, struct escape *e)
{
	*e = (struct escape){.part = ALL};
	e->zeroes = *s == '0';
	for (; *s >= '0' && *s <= '9'; s++) {
		e->width = e->width * 10 + (unsigned)(*s - '0');
		if (e->width > WIDTH_MAX)
			return NULL;
	}
	if (*s == '.') {
		if (s[1] < '0' || s[1] > '5')
			return NULL;
		e->part = s[1] - '0';
		s += 2;
	}
	e->letter = *s;
	if (*s == '\0' || strchr("nxXsdSDp%", *s) == NULL ||
		(e->part != ALL && strchr("nxXsd", *s) == NULL) ||
		(e->part >= UPPER_HALF && strchr("sd", *s) != NULL))
		return NULL;
	return s + 1;
}

bool
flow_pattern_is_valid(const char *pattern)
{
	struct escape e;

	while (pattern != NULL && (pattern = strchr(pattern, '%')) != NULL) {
		pattern = read_escape(pattern + 1, &e);
		if (pattern == NULL)
			return false;
	}
	return true;
}

bool
flow_pattern_is_fixed(const char *pattern)
{
	struct escape e;

	while ((pattern = strchr(pattern, '%')) != NULL) {
		pattern = read_escape(pattern + 1, &e);
		if (e.letter != '%')
			return false;
	}
	return true;
}

static uint32_t
part_of(uint32_t v, int part)
{
	switch (part) {
	case ALL:
		return v;
	case UPPER_HALF:
		return v >> 16;
	case LOWER_HALF:
		return v & 0xffff;
	default:
		return v >> (24 - 8 * part) & 0xff;
	}
}

static void
add_address(const struct escape *e, struct ip_addr a, struct strbuf *out)
{
	if (e->part == ALL)
		text_ip(out, a);
	else
		strbuf_addf(out, "%u", part_of(rte_be_to_cpu_32(a.be), e->part));
}

static void
add_value(const struct escape *e, const struct flow_name *flow, struct strbuf *out)
{
	uint32_t number = part_of(flow->aggregate, e->part);

	switch (e->letter) {
	case 'n':
		strbuf_addf(out, "%u", number);
		break;
	case 'x':
		strbuf_addf(out, "%x", number);
		break;
	case 'X':
		strbuf_addf(out, "%X", number);
		break;
	case 's':
	case 'd':
		add_address(e, e->letter == 's' ? flow->src : flow->dst, out);
		break;
	case 'S':
	case 'D':
		strbuf_addf(out, "%u", e->letter == 'S' ? flow->sport : flow->dport);
		break;
	case 'p':
		strbuf_addc(out, flow->is_tcp ? 'T' : 'U');
		break;
	case '%':
		strbuf_addc(out, '%');
		break;
	}
}

void
flow_pattern_expand(const char *pattern, const struct flow_name *flow, struct strbuf *out)
{
	const char *percent;

	while ((percent = strchr(pattern, '%')) != NULL) {
		struct strbuf value = STRBUF_INIT;
		struct escape e;

		strbuf_add(out, pattern, (size_t)(percent - pattern));
		pattern = read_escape(percent + 1, &e);
		add_value(&e, flow, &value);
		for (size_t i = value.len; i < e.width; i++)
			strbuf_addc(out, e.zeroes ? '0' : '_');
		strbuf_adds(out, strbuf_text(&value));
		strbuf_fini(&value);
	}
	strbuf_adds(out, pattern);
}
