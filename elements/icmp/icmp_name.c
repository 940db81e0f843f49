// SPDX-License-Identifier: BSD-3-Clause
#include "elements/icmp/icmp_name.h"

#include <errno.h>

#include "src/element.h"
#include "src/namedb.h"
#include "src/strbuf.h"
#include "src/text.h"

static bool
find_name(const struct element *scope, enum name_kind kind, const char *text, int64_t *number)
{
	union name_value value;

	if (!namedb_find(scope != NULL ? element_names(scope) : NULL,
		    scope != NULL ? element_name(scope) : "", kind, text, &value))
		return false;
	*number = value.number;
	return true;
}

static int
icmp_type_parse(const struct arg_parse *p, const char *text, void *field)
{
	int64_t number;

	if (text_read_int64(text, &number) == -EINVAL &&
		!find_name(p->element, NAME_ICMP_TYPE, text, &number))
		return arg_error(p, "parse error");
	if (number < 0 || number > UINT8_MAX)
		return arg_range_error(p, "%d", number < 0 ? 0 : UINT8_MAX);
	((struct icmp_type *)field)->number = (uint8_t)number;
	return 0;
}

static void
icmp_type_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct icmp_type *)field)->number);
}

// NAME_KINDS: the type's codes have no names.
static enum name_kind
code_kind(uint8_t type)
{
	switch (type) {
	case ICMP_TYPE_UNREACHABLE:
		return NAME_ICMP_CODE_UNREACHABLE;
	case ICMP_TYPE_REDIRECT:
		return NAME_ICMP_CODE_REDIRECT;
	case ICMP_TYPE_TIME_EXCEEDED:
		return NAME_ICMP_CODE_TIMEEXCEEDED;
	case ICMP_TYPE_PARAMETER_PROBLEM:
		return NAME_ICMP_CODE_PARAMETERPROBLEM;
	default:
		return NAME_KINDS;
	}
}

int
icmp_code_read(const struct element *scope, uint8_t type, const char *text, uint8_t *code)
{
	enum name_kind kind = code_kind(type);
	int64_t number;

	if (text_read_int64(text, &number) == -EINVAL &&
		(kind == NAME_KINDS || !find_name(scope, kind, text, &number)))
		return -EINVAL;
	if (number < 0 || number > UINT8_MAX)
		return -EINVAL;
	*code = (uint8_t)number;
	return 0;
}

const char *
icmp_type_name(uint8_t type)
{
	return namedb_name(NAME_ICMP_TYPE, type);
}

const char *
icmp_code_name(uint8_t type, uint8_t code)
{
	enum name_kind kind = code_kind(type);

	return kind == NAME_KINDS ? NULL : namedb_name(kind, code);
}

const struct arg_type arg_icmp_type = {
	.name = "ICMP type",
	.expected = "ICMP type",
	.size = sizeof(struct icmp_type),
	.parse = icmp_type_parse,
	.print = icmp_type_print,
};
