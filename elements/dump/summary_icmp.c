// SPDX-License-Identifier: BSD-3-Clause
// Fields of IPSummaryDump files of the ICMP header.

#include <netinet/in.h>

#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryview.h"
#include "elements/icmp/icmp_name.h"
#include "src/args.h"
#include "src/errh.h"

enum { TYPE = 0, CODE = 1, FLOW_ID = 4, SEQ = 6, NEXT_MTU = 7 }; // places; the last is at 6

// Whether headers of this type and code have such a field.
static bool
has_field(uint8_t type, uint8_t code, unsigned number)
{
	switch (number) {
	case FLOW_ID:
	case SEQ:
		return type == ICMP_TYPE_ECHO_REPLY || type == ICMP_TYPE_ECHO ||
		       (type >= ICMP_TYPE_TIMESTAMP && type <= ICMP_TYPE_INFO_REPLY);
	case NEXT_MTU:
		return type == ICMP_TYPE_UNREACHABLE && code == ICMP_CODE_NEEDFRAG;
	default:
		return true;
	}
}

static bool
extract_icmp(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	uint32_t off = f->number == NEXT_MTU ? SEQ : f->number, n = off < FLOW_ID ? 1 : 2;
	const uint8_t *icmp;

	if (!summary_view_is(v, IPPROTO_ICMP, "ICMP"))
		return false;
	if (n == 2) {
		icmp = summary_view_transport(v, "ICMP", 0, 2);
		if (icmp == NULL || !has_field(icmp[TYPE], icmp[CODE], f->number))
			return false;
	}
	icmp = summary_view_transport(v, "ICMP", 0, off + n);
	if (icmp == NULL)
		return false;
	value->number = n == 1 ? icmp[off] : summary_get16(icmp + off);
	// Codes have names by type.
	if (f->number == CODE)
		value->len = icmp[TYPE];
	return true;
}

static void
inject_icmp(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	uint8_t *icmp = summary_build_transport(b, IPPROTO_ICMP);

	if (icmp == NULL)
		return;
	if (f->number <= CODE)
		icmp[f->number] = (uint8_t)value->number;
	else if (has_field(icmp[TYPE], icmp[CODE], f->number))
		summary_put16(icmp + (f->number == NEXT_MTU ? SEQ : f->number), value->number);
}

// ---- names

static void
print_name(const char *name, const struct summary_value *v, struct strbuf *out)
{
	if (name != NULL)
		strbuf_adds(out, name);
	else
		summary_print_number(v, out);
}

static void
print_type(const struct summary_value *v, struct strbuf *out)
{
	print_name(icmp_type_name((uint8_t)v->number), v, out);
}

static void
print_code(const struct summary_value *v, struct strbuf *out)
{
	print_name(icmp_code_name((uint8_t)v->len, (uint8_t)v->number), v, out);
}

static bool
parse_type(char *text, struct summary_value *v)
{
	struct icmp_type type = {0};
	struct errh errh;

	errh_init_silent(&errh);
	if (args_parse_value(&arg_icmp_type, text, &type, NULL, NULL, &errh) != 0)
		return false;
	v->number = type.number;
	return true;
}

// The type is not known yet: the first that has such a code.
static bool
parse_code(char *text, struct summary_value *v)
{
	static const uint8_t types[] = {ICMP_TYPE_UNREACHABLE, ICMP_TYPE_REDIRECT,
		ICMP_TYPE_TIME_EXCEEDED, ICMP_TYPE_PARAMETER_PROBLEM};
	uint8_t code;

	for (unsigned i = 0; i < sizeof(types); i++) {
		if (icmp_code_read(NULL, types[i], text, &code) == 0) {
			v->number = code;
			return true;
		}
	}
	return false;
}

static const struct summary_form type_name = {.size = 1, .print = print_type, .parse = parse_type};
static const struct summary_form code_name = {.size = 1, .print = print_code, .parse = parse_code};

#define ICMP_FIELD(field, field_form, n)                                          \
	{                                                                         \
		.name = field, .form = &(field_form), .layer = SUMMARY_TRANSPORT, \
		.extract = extract_icmp, .inject = inject_icmp, .number = n       \
	}

// In the order in which they are injected: what a header has depends on its type.
const struct summary_field summary_icmp_fields[] = {
	ICMP_FIELD("icmp_type", summary_u8, TYPE),
	ICMP_FIELD("icmp_code", summary_u8, CODE),
	ICMP_FIELD("icmp_type_name", type_name, TYPE),
	ICMP_FIELD("icmp_code_name", code_name, CODE),
	ICMP_FIELD("icmp_flowid", summary_u16, FLOW_ID),
	ICMP_FIELD("icmp_seq", summary_u16, SEQ),
	ICMP_FIELD("icmp_nextmtu", summary_u16, NEXT_MTU),
	{.name = NULL},
};
