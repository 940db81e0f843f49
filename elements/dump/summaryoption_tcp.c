// SPDX-License-Identifier: BSD-3-Clause
// The texts of TCP options (RFC 9293, RFC 7323, RFC 2018).

#include "elements/dump/summaryoption.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryview.h"

enum { EOL, NOP, MSS, WSCALE, SACK_PERMITTED, SACK, TIMESTAMP = 8 };

// ---- writing

static bool
is_known(const uint8_t *o, unsigned len)
{
	switch (o[0]) {
	case MSS:
		return len == 4;
	case WSCALE:
		return len == 3;
	case SACK_PERMITTED:
		return len == 2;
	case SACK:
		return len % 8 == 2;
	case TIMESTAMP:
		return len == 10;
	default:
		return true;
	}
}

static unsigned
group_of(uint8_t kind)
{
	if (kind == SACK)
		return SUMMARY_TCP_SACK;
	return kind == TIMESTAMP ? SUMMARY_TCP_TIMESTAMP : SUMMARY_TCP_OTHERS;
}

static void
add_sacks(const uint8_t *o, unsigned len, struct strbuf *out)
{
	for (unsigned i = 2; i + 8 <= len; i += 8)
		strbuf_addf(out, "%ssack%u-%u", i > 2 ? ";" : "", summary_get32(o + i),
			summary_get32(o + i + 4));
}

static void
add_option(const uint8_t *o, unsigned len, struct strbuf *out)
{
	switch (o[0]) {
	case MSS:
		strbuf_addf(out, "mss%u", summary_get16(o + 2));
		break;
	case WSCALE:
		strbuf_addf(out, "wscale%u", o[2]);
		break;
	case SACK_PERMITTED:
		strbuf_adds(out, "sackok");
		break;
	case SACK:
		add_sacks(o, len, out);
		break;
	case TIMESTAMP:
		strbuf_addf(out, "ts%u:%u", summary_get32(o + 2), summary_get32(o + 6));
		break;
	default:
		summary_options_plain_text(o, len, out);
		break;
	}
}

void
summary_tcp_options_text(const uint8_t *bytes, uint32_t n, unsigned shown, struct strbuf *out)
{
	size_t start = out->len;
	unsigned len;

	for (uint32_t at = 0; at < n && bytes[at] != EOL; at += len) {
		len = 1;
		if (bytes[at] == NOP)
			continue;
		len = at + 1 < n ? bytes[at + 1] : 0;
		if (len < 2 || len > n - at || !is_known(bytes + at, len)) {
			strbuf_truncate(out, start);
			strbuf_addc(out, '?');
			return;
		}
		if (!(shown & group_of(bytes[at])) || (bytes[at] == SACK && len == 2))
			continue;
		if (out->len > start)
			strbuf_addc(out, ';');
		add_option(bytes + at, len, out);
	}
	if (out->len == start)
		strbuf_addc(out, '.');
}

static void
print_all(const struct summary_value *v, struct strbuf *out)
{
	summary_tcp_options_text(v->bytes, v->len, SUMMARY_TCP_ALL, out);
}

static void
print_without_time(const struct summary_value *v, struct strbuf *out)
{
	summary_tcp_options_text(
		v->bytes, v->len, SUMMARY_TCP_ALL & ~(unsigned)SUMMARY_TCP_TIMESTAMP, out);
}

static void
print_sack(const struct summary_value *v, struct strbuf *out)
{
	summary_tcp_options_text(v->bytes, v->len, SUMMARY_TCP_SACK, out);
}

// ---- reading

// Two numbers with a character between them.
static bool
read_pair(char *text, char between, uint8_t *to)
{
	char *second = strchr(text, between);
	uint64_t a, b;

	if (second == NULL)
		return false;
	*second++ = '\0';
	if (!summary_read_number(text, UINT32_MAX, &a) ||
		!summary_read_number(second, UINT32_MAX, &b))
		return false;
	summary_put32(to, a);
	summary_put32(to + 4, b);
	return true;
}

// Blocks that follow each other make one option.
static bool
add_sack(struct summary_options *o, char *text)
{
	uint8_t block[10] = {SACK, sizeof(block)};
	uint32_t at = 0, last = UINT32_MAX;

	if (!read_pair(text, '-', block + 2))
		return false;
	while (at < o->len) {
		last = at;
		at += o->bytes[at] <= NOP ? 1 : o->bytes[at + 1];
	}
	if (last == UINT32_MAX || o->bytes[last] != SACK)
		return summary_options_add(o, block, sizeof(block));
	if (!summary_options_add(o, block + 2, 8))
		return false;
	o->bytes[last + 1] = (uint8_t)(o->bytes[last + 1] + 8);
	return true;
}

static bool
add_number(struct summary_options *o, uint8_t kind, uint8_t len, const char *text)
{
	uint8_t option[4] = {kind, len};
	uint64_t n;

	if (!summary_read_number(text, len == 4 ? UINT16_MAX : UINT8_MAX, &n))
		return false;
	if (len == 4)
		summary_put16(option + 2, n);
	else
		option[2] = (uint8_t)n;
	return summary_options_add(o, option, len);
}

static bool
add_timestamp(struct summary_options *o, char *text)
{
	uint8_t option[10] = {TIMESTAMP, sizeof(option)};

	return read_pair(text, ':', option + 2) && summary_options_add(o, option, sizeof(option));
}

static bool
add_item(struct summary_options *o, char *item)
{
	static const uint8_t eol = EOL, nop = NOP, permitted[] = {SACK_PERMITTED, 2};

	if (strcmp(item, "eol") == 0)
		return summary_options_add(o, &eol, 1);
	if (strcmp(item, "nop") == 0)
		return summary_options_add(o, &nop, 1);
	if (strcmp(item, "sackok") == 0)
		return summary_options_add(o, permitted, sizeof(permitted));
	if (strncmp(item, "sack", 4) == 0)
		return add_sack(o, item + 4);
	if (strncmp(item, "mss", 3) == 0)
		return add_number(o, MSS, 4, item + 3);
	if (strncmp(item, "wscale", 6) == 0)
		return add_number(o, WSCALE, 3, item + 6);
	if (strncmp(item, "ts", 2) == 0)
		return add_timestamp(o, item + 2);
	return summary_options_add_plain(o, item);
}

static bool
parse_options(char *text, struct summary_value *v)
{
	return summary_options_parse(text, v, add_item);
}

const struct summary_form summary_tcp_options = {
	.size = SUMMARY_COUNTED, .print = print_all, .parse = parse_options};
const struct summary_form summary_tcp_options_without_time = {
	.size = SUMMARY_COUNTED, .print = print_without_time, .parse = parse_options};
const struct summary_form summary_tcp_options_sack = {
	.size = SUMMARY_COUNTED, .print = print_sack, .parse = parse_options};
