// SPDX-License-Identifier: BSD-3-Clause
#include "src/argtype.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "src/args.h"
#include "src/argtype_text.h"
#include "src/element.h"
#include "src/namedb.h"
#include "src/strbuf.h"

#define ANNO_AREA_SIZE 48

static bool
find_name(const struct arg_parse *p, enum name_kind kind, const char *text, uint32_t *number)
{
	const struct namedb *names = p->element != NULL ? element_names(p->element) : NULL;
	const char *from = p->element != NULL ? element_name(p->element) : "";
	union name_value value;

	if (!namedb_find(names, from, kind, text, &value))
		return false;
	*number = value.number;
	return true;
}

// A number, or a name of this kind, of 0 to max or what the row's bounds leave of it.
static int
named_number_parse(const struct arg_parse *p, enum name_kind kind, const char *text, uint32_t max,
	uint32_t *number)
{
	int64_t v, low = 0, high = max;

	if (text_read_int64(text, &v) == -EINVAL) {
		if (!find_name(p, kind, text, number))
			return arg_error(p, "parse error");
		v = *number;
	}
	if (arg_has_bounds(p)) {
		low = p->row->min > low ? p->row->min : low;
		high = p->row->max < high ? p->row->max : high;
	}
	if (v < low || v > high)
		return arg_range_error(p, "%" PRId64, v < low ? low : high);
	*number = (uint32_t)v;
	return 0;
}

static int
ip_proto_parse(const struct arg_parse *p, const char *text, void *field)
{
	uint32_t number = 0;

	if (named_number_parse(p, NAME_IP_PROTO, text, UINT8_MAX, &number) < 0)
		return -EINVAL;
	((struct ip_proto *)field)->number = (uint8_t)number;
	return 0;
}

static void
ip_proto_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct ip_proto *)field)->number);
}

static int
tcp_port_parse(const struct arg_parse *p, const char *text, void *field)
{
	uint32_t number = 0;

	if (named_number_parse(p, NAME_TCP_PORT, text, UINT16_MAX, &number) < 0)
		return -EINVAL;
	((struct tcp_port *)field)->number = (uint16_t)number;
	return 0;
}

static void
tcp_port_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct tcp_port *)field)->number);
}

static int
udp_port_parse(const struct arg_parse *p, const char *text, void *field)
{
	uint32_t number = 0;

	if (named_number_parse(p, NAME_UDP_PORT, text, UINT16_MAX, &number) < 0)
		return -EINVAL;
	((struct udp_port *)field)->number = (uint16_t)number;
	return 0;
}

static void
udp_port_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct udp_port *)field)->number);
}

// An annotation of size bytes. A name whose size is not known fits any.
static int
anno_parse(const struct arg_parse *p, const char *text, uint32_t size, uint8_t *field)
{
	uint64_t offset;
	uint32_t named;

	if (text_read_uint64(text, &offset) < 0) {
		if (!find_name(p, NAME_ANNOTATION, text, &named) ||
			(named >> 8 != 0 && named >> 8 != size))
			return arg_error(p, "parse error");
		offset = named & 0xff;
	}
	if (offset > ANNO_AREA_SIZE - size)
		return arg_error(p, "parse error");
	*field = (uint8_t)offset;
	return 0;
}

static int
anno1_parse(const struct arg_parse *p, const char *text, void *field)
{
	return anno_parse(p, text, 1, &((struct anno1 *)field)->offset);
}

static void
anno1_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct anno1 *)field)->offset);
}

static int
anno2_parse(const struct arg_parse *p, const char *text, void *field)
{
	return anno_parse(p, text, 2, &((struct anno2 *)field)->offset);
}

static void
anno2_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct anno2 *)field)->offset);
}

static int
anno4_parse(const struct arg_parse *p, const char *text, void *field)
{
	return anno_parse(p, text, 4, &((struct anno4 *)field)->offset);
}

static void
anno4_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct anno4 *)field)->offset);
}

static int
anno6_parse(const struct arg_parse *p, const char *text, void *field)
{
	return anno_parse(p, text, 6, &((struct anno6 *)field)->offset);
}

static void
anno6_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct anno6 *)field)->offset);
}

static int
element_parse(const struct arg_parse *p, const char *text, void *field)
{
	char *name = argtype_string(text);
	struct element *e = NULL;

	if (name != NULL && p->element != NULL)
		e = element_find(p->element, name);
	free(name);
	if (e == NULL)
		return arg_error(p, "does not name an element");
	*(struct element **)field = e;
	return 0;
}

static void
element_print(const void *field, struct strbuf *out)
{
	const struct element *e = *(struct element *const *)field;

	if (e != NULL)
		strbuf_adds(out, element_name(e));
}

const struct arg_type arg_ip_proto = {
	.name = "IP protocol",
	.expected = "IP protocol",
	.size = sizeof(struct ip_proto),
	.parse = ip_proto_parse,
	.print = ip_proto_print,
};
const struct arg_type arg_tcp_port = {
	.name = "TCP port",
	.expected = "TCP port",
	.size = sizeof(struct tcp_port),
	.parse = tcp_port_parse,
	.print = tcp_port_print,
};
const struct arg_type arg_udp_port = {
	.name = "UDP port",
	.expected = "UDP port",
	.size = sizeof(struct udp_port),
	.parse = udp_port_parse,
	.print = udp_port_print,
};
const struct arg_type arg_anno1 = {
	.name = "one-byte annotation",
	.expected = "annotation",
	.size = sizeof(struct anno1),
	.parse = anno1_parse,
	.print = anno1_print,
};
const struct arg_type arg_anno2 = {
	.name = "two-byte annotation",
	.expected = "annotation",
	.size = sizeof(struct anno2),
	.parse = anno2_parse,
	.print = anno2_print,
};
const struct arg_type arg_anno4 = {
	.name = "four-byte annotation",
	.expected = "annotation",
	.size = sizeof(struct anno4),
	.parse = anno4_parse,
	.print = anno4_print,
};
const struct arg_type arg_anno6 = {
	.name = "six-byte annotation",
	.expected = "annotation",
	.size = sizeof(struct anno6),
	.parse = anno6_parse,
	.print = anno6_print,
};
const struct arg_type arg_element = {
	.name = "element",
	.expected = "element",
	.size = sizeof(struct element *),
	.parse = element_parse,
	.print = element_print,
};
