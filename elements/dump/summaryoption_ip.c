// SPDX-License-Identifier: BSD-3-Clause
// The texts of IPv4 options (RFC 791).

#include "elements/dump/summaryoption.h"

#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryview.h"
#include "elements/ip/option.h"
#include "src/text.h"

enum { ROUTE_FIRST = 3, STAMP_FIRST = 4, STAMP_WITH_IP = 1, STAMP_GIVEN_IP = 3 };
#define STAMP_NOT_STANDARD UINT32_C(0x80000000)

static const struct {
	const char *name;
	uint8_t kind;
} routes[] = {{"rr", IP_OPTION_RR}, {"lsrr", IP_OPTION_LSRR}, {"ssrr", IP_OPTION_SSRR}};

// ---- writing

static void
add_address(const uint8_t *at, struct strbuf *out)
{
	text_ip(out, (struct ip_addr){rte_cpu_to_be_32(summary_get32(at))});
}

// rr{a,b}+FREE: the slots behind the pointer of a recorded route are free; in a source route they
// are still to be visited.
static void
add_route(const char *name, const uint8_t *o, unsigned len, struct strbuf *out)
{
	unsigned pointer = o[2] - 1u, at = ROUTE_FIRST;
	bool records = o[0] == IP_OPTION_RR;

	strbuf_addf(out, "%s{", name);
	for (; at + 4 <= len && !(records && at == pointer); at += 4) {
		if (at > ROUTE_FIRST)
			strbuf_addc(out, ',');
		if (at == pointer)
			strbuf_addc(out, '^');
		add_address(o + at, out);
	}
	if (at == pointer && !records)
		strbuf_addc(out, '^');
	strbuf_addc(out, '}');
	if (at + 4 <= len)
		strbuf_addf(out, "+%u", (len - at) / 4);
}

static void
add_stamp(const uint8_t *at, struct strbuf *out)
{
	uint32_t stamp = summary_get32(at);

	strbuf_addf(
		out, "%s%u", stamp & STAMP_NOT_STANDARD ? "!" : "", stamp & ~STAMP_NOT_STANDARD);
}

static void
add_stamp_slot(const uint8_t *at, unsigned flag, bool filled, struct strbuf *out)
{
	bool with_ip = flag == STAMP_WITH_IP || flag == STAMP_GIVEN_IP;

	if (with_ip)
		add_address(at, out);
	if (with_ip && filled)
		strbuf_addc(out, '=');
	if (filled)
		add_stamp(at + (with_ip ? 4 : 0), out);
}

static void
add_stamps(const uint8_t *o, unsigned len, struct strbuf *out)
{
	unsigned pointer = o[2] - 1u, flag = o[3] & 0xf, at = STAMP_FIRST;
	unsigned size = flag == STAMP_WITH_IP || flag == STAMP_GIVEN_IP ? 8 : 4;
	bool given = flag == STAMP_GIVEN_IP, filled = true;

	strbuf_adds(out, flag == STAMP_WITH_IP ? "ts.ip" : given ? "ts.preip" : "ts");
	if (size == 4 && flag != 0)
		strbuf_addf(out, ".%u", flag);
	strbuf_addc(out, '{');
	for (; at + size <= len && (given || at != pointer); at += size) {
		if (at > STAMP_FIRST)
			strbuf_addc(out, ',');
		if (at == pointer) {
			strbuf_addc(out, '^');
			filled = false;
		}
		add_stamp_slot(o + at, flag, filled, out);
	}
	strbuf_addc(out, '}');
	if (at + size <= len)
		strbuf_addf(out, "+%u", (len - at) / size);
	if (o[3] >> 4)
		strbuf_addf(out, "++%u", o[3] >> 4);
}

static void
add_option(const uint8_t *o, unsigned len, struct strbuf *out)
{
	for (unsigned i = 0; i < RTE_DIM(routes); i++) {
		if (routes[i].kind == o[0] && len >= 3) {
			add_route(routes[i].name, o, len, out);
			return;
		}
	}
	if (o[0] == IP_OPTION_TS && len >= 4)
		add_stamps(o, len, out);
	else
		summary_options_plain_text(o, len, out);
}

static void
print_options(const struct summary_value *v, struct strbuf *out)
{
	size_t start = out->len;
	int len;

	for (uint32_t at = 0; (len = ip_option_len(v->bytes, at, v->len)) != 0;
		at += (uint32_t)len) {
		if (len < 0) {
			strbuf_truncate(out, start);
			strbuf_addc(out, '?');
			return;
		}
		if (len == 1)
			continue;
		if (out->len > start)
			strbuf_addc(out, ';');
		add_option(v->bytes + at, (unsigned)len, out);
	}
	if (out->len == start)
		strbuf_addc(out, '.');
}

// ---- reading

// The slots that are read, and where the pointer stood.
struct slots {
	uint8_t option[SUMMARY_OPTIONS_MAX];
	unsigned len;
	unsigned pointer; // 0: not given
};

static bool
put_slot(struct slots *s, uint32_t v)
{
	if (s->len + 4 > SUMMARY_OPTIONS_MAX)
		return false;
	summary_put32(s->option + s->len, v);
	s->len += 4;
	return true;
}

static bool
put_address(struct slots *s, const char *text)
{
	struct ip_addr a;

	return text_read_ip(text, &a) == 0 && put_slot(s, rte_be_to_cpu_32(a.be));
}

static bool
put_stamp(struct slots *s, const char *text)
{
	uint32_t bit = *text == '!' ? STAMP_NOT_STANDARD : 0;
	uint64_t n;

	return summary_read_number(text + (bit != 0), STAMP_NOT_STANDARD - 1, &n) &&
	       put_slot(s, bit | (uint32_t)n);
}

static bool
put_route_slot(struct slots *s, char *text)
{
	return put_address(s, text);
}

static bool
put_plain_stamp(struct slots *s, char *text)
{
	return put_stamp(s, text);
}

// A=T, or A where the pointer has come.
static bool
put_ip_stamp(struct slots *s, char *text)
{
	char *stamp = strchr(text, '=');

	if (stamp != NULL)
		*stamp++ = '\0';
	if (!put_address(s, text))
		return false;
	return stamp != NULL ? put_stamp(s, stamp) : put_slot(s, 0);
}

// a,^b,c} with what put() makes of each. *rest: behind the brace.
static bool
read_slots(struct slots *s, char *text, bool (*put)(struct slots *s, char *text), char **rest)
{
	char *end = strchr(text, '}'), *comma;

	if (end == NULL)
		return false;
	*end = '\0';
	*rest = end + 1;
	for (; *text != '\0'; text = comma) {
		size_t n = strlen(text);

		comma = strchr(text, ',');
		if (comma != NULL)
			*comma++ = '\0';
		else
			comma = text + n;
		if (*text == '^') {
			s->pointer = s->len + 1;
			text++;
		}
		// A pointer behind the last slot.
		n = strlen(text);
		if (n > 0 && text[n - 1] == '^') {
			text[n - 1] = '\0';
			if (n > 1 && !put(s, text))
				return false;
			s->pointer = s->len + 1;
		} else if (n > 0 && !put(s, text)) {
			return false;
		}
	}
	return true;
}

// +N behind the brace: N empty slots of size bytes, at the first of which the pointer is.
static bool
read_free(struct slots *s, unsigned size, char **at)
{
	unsigned long n;

	if (s->pointer == 0)
		s->pointer = s->len + 1;
	if ((*at)[0] != '+' || (*at)[1] == '+')
		return true;
	if ((*at)[1] < '0' || (*at)[1] > '9')
		return false;
	n = strtoul(*at + 1, at, 10);
	for (unsigned long i = 0; i < n; i++) {
		for (unsigned k = 0; k < size; k += 4) {
			if (!put_slot(s, 0))
				return false;
		}
	}
	return true;
}

static bool
finish_slots(struct summary_options *o, struct slots *s)
{
	s->option[1] = (uint8_t)s->len;
	s->option[2] = (uint8_t)s->pointer;
	return summary_options_add(o, s->option, s->len);
}

static bool
add_route_item(struct summary_options *o, uint8_t kind, char *text)
{
	struct slots s = {.option = {kind}, .len = ROUTE_FIRST};
	char *rest;

	return read_slots(&s, text, put_route_slot, &rest) && read_free(&s, 4, &rest) &&
	       *rest == '\0' && finish_slots(o, &s);
}

static bool
add_stamp_item(struct summary_options *o, uint8_t flag, char *text)
{
	bool with_ip = flag == STAMP_WITH_IP || flag == STAMP_GIVEN_IP;
	struct slots s = {.option = {IP_OPTION_TS}, .len = STAMP_FIRST};
	uint64_t overflow = 0;
	char *rest;

	if (!read_slots(&s, text, with_ip ? put_ip_stamp : put_plain_stamp, &rest) ||
		!read_free(&s, with_ip ? 8 : 4, &rest))
		return false;
	if (rest[0] == '+' && rest[1] == '+') {
		if (!summary_read_number(rest + 2, 15, &overflow))
			return false;
	} else if (*rest != '\0') {
		return false;
	}
	s.option[3] = (uint8_t)(overflow << 4 | flag);
	return finish_slots(o, &s);
}

// What stands between "ts" and the brace.
static bool
add_stamp_items(struct summary_options *o, char *item)
{
	char *brace = strchr(item, '{');
	uint64_t flag;

	if (brace == NULL)
		return false;
	*brace++ = '\0';
	if (*item == '\0')
		flag = 0;
	else if (strcmp(item, ".ip") == 0)
		flag = STAMP_WITH_IP;
	else if (strcmp(item, ".preip") == 0)
		flag = STAMP_GIVEN_IP;
	else if (*item != '.' || !summary_read_number(item + 1, 15, &flag))
		return false;
	return add_stamp_item(o, (uint8_t)flag, brace);
}

static bool
add_item(struct summary_options *o, char *item)
{
	static const uint8_t eol = IP_OPTION_EOL, nop = IP_OPTION_NOP;

	if (strcmp(item, "eol") == 0)
		return summary_options_add(o, &eol, 1);
	if (strcmp(item, "nop") == 0)
		return summary_options_add(o, &nop, 1);
	for (unsigned i = 0; i < RTE_DIM(routes); i++) {
		size_t n = strlen(routes[i].name);

		if (strncmp(item, routes[i].name, n) == 0 && item[n] == '{')
			return add_route_item(o, routes[i].kind, item + n + 1);
	}
	if (strncmp(item, "ts", 2) == 0)
		return add_stamp_items(o, item + 2);
	return summary_options_add_plain(o, item);
}

static bool
parse_options(char *text, struct summary_value *v)
{
	return summary_options_parse(text, v, add_item);
}

const struct summary_form summary_ip_options = {
	.size = SUMMARY_COUNTED, .print = print_options, .parse = parse_options};
