// SPDX-License-Identifier: BSD-3-Clause
// Fields of IPSummaryDump files of the TCP header.

#include <netinet/in.h>
#include <string.h>

#include <rte_tcp.h>

#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryoption.h"
#include "elements/dump/summaryview.h"

enum { SEQ = 4, ACK = 8, OFF = 12, FLAGS = 13, WINDOW = 14, URP = 18 }; // places

static bool
extract_tcp(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	// The ninth flag stands in front of the others.
	uint32_t off = f->number == FLAGS ? OFF : f->number;
	uint32_t n = f->number <= ACK ? 4 : f->number == OFF ? 1 : 2;
	const uint8_t *at;

	if (!summary_view_is(v, IPPROTO_TCP, "TCP"))
		return false;
	at = summary_view_transport(v, "TCP", off, n);
	if (at == NULL)
		return false;
	value->number = n == 4 ? summary_get32(at) : n == 2 ? summary_get16(at) : *at;
	if (f->number == FLAGS)
		value->number &= 0x1ff;
	else if (f->number == OFF)
		value->number = (value->number >> 4) * 4;
	return true;
}

static void
set_offset(struct summary_build *b, uint64_t len)
{
	static const uint8_t none[SUMMARY_OPTIONS_MAX];
	uint32_t fixed = sizeof(struct rte_tcp_hdr);

	if (len >= fixed && len <= SUMMARY_BUILD_HEADER_MAX)
		summary_build_tcp_options(b, none, (uint32_t)len - fixed);
}

static void
inject_tcp(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	uint8_t *tcp = summary_build_transport(b, IPPROTO_TCP);

	if (tcp == NULL)
		return;
	switch (f->number) {
	case SEQ:
	case ACK:
		summary_put32(tcp + f->number, value->number);
		break;
	case OFF:
		set_offset(b, value->number);
		break;
	case FLAGS:
		tcp[OFF] = (uint8_t)((tcp[OFF] & 0xf0) | (value->number >> 8 & 0xf));
		tcp[FLAGS] = (uint8_t)value->number;
		break;
	default:
		summary_put16(tcp + f->number, value->number);
		break;
	}
}

// ---- flags

static const char flag_letters[] = "FSRPAUECN";

static void
print_flags(const struct summary_value *v, struct strbuf *out)
{
	if (v->number == 0)
		strbuf_addc(out, '.');
	for (unsigned i = 0; flag_letters[i] != '\0'; i++) {
		if (v->number >> i & 1)
			strbuf_addc(out, flag_letters[i]);
	}
}

static bool
parse_flags(char *text, struct summary_value *v)
{
	static const char letters[] = "FSRPAUXYNECW";
	static const uint8_t bits[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 6, 7, 7};

	v->number = 0;
	if (strcmp(text, ".") == 0)
		return true;
	if (*text >= '0' && *text <= '9')
		return summary_read_number(text, 4095, &v->number);
	for (; *text != '\0'; text++) {
		const char *letter = strchr(letters, *text);

		if (letter == NULL)
			return false;
		v->number |= UINT64_C(1) << bits[letter - letters];
	}
	return true;
}

static const struct summary_form flags = {.size = 1, .print = print_flags, .parse = parse_flags};

// ---- options

static bool
extract_options(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	uint32_t len, fixed = sizeof(struct rte_tcp_hdr);
	const uint8_t *tcp = summary_view_tcp(v, &len);

	(void)f;
	if (tcp == NULL)
		return false;
	value->bytes = tcp + fixed;
	value->len = len - fixed;
	return true;
}

static void
inject_options(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	(void)f;
	if (summary_build_transport(b, IPPROTO_TCP) != NULL)
		summary_build_tcp_options(b, value->bytes, value->len);
}

#define TCP_FIELD(field, field_form, n)                                           \
	{                                                                         \
		.name = field, .form = &(field_form), .layer = SUMMARY_TRANSPORT, \
		.extract = extract_tcp, .inject = inject_tcp, .number = n         \
	}
#define TCP_OPTIONS(field, field_form)                                            \
	{                                                                         \
		.name = field, .form = &(field_form), .layer = SUMMARY_TRANSPORT, \
		.extract = extract_options, .inject = inject_options              \
	}

const struct summary_field summary_tcp_fields[] = {
	TCP_FIELD("tcp_seq", summary_u32, SEQ),
	TCP_FIELD("tcp_ack", summary_u32, ACK),
	TCP_FIELD("tcp_off", summary_u8, OFF),
	TCP_FIELD("tcp_flags", flags, FLAGS),
	TCP_FIELD("tcp_window", summary_u16, WINDOW),
	TCP_FIELD("tcp_urp", summary_u16, URP),
	TCP_OPTIONS("tcp_opt", summary_tcp_options),
	TCP_OPTIONS("tcp_ntopt", summary_tcp_options_without_time),
	TCP_OPTIONS("tcp_sack", summary_tcp_options_sack),
	{.name = NULL},
};
