// SPDX-License-Identifier: BSD-3-Clause
#include "src/argtype.h"

#include <errno.h>
#include <stdlib.h>

#include "src/addrname.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

static struct name_scope
scope_of(const struct arg_parse *p)
{
	if (p->element == NULL)
		return (struct name_scope){.element_name = ""};
	return (struct name_scope){
		.names = element_names(p->element),
		.element_name = element_name(p->element),
	};
}

// Text or name of an address: 0 or -EINVAL, without a message.
static int
ip_read(const struct arg_parse *p, const char *text, struct ip_addr *a)
{
	if (text_read_ip(text, a) == 0)
		return 0;
	return addrname_ip(scope_of(p), text, a) ? 0 : -EINVAL;
}

static int
prefix_read(const struct arg_parse *p, const char *text, struct ip_prefix *prefix)
{
	if (text_read_prefix(text, prefix, false) == 0)
		return 0;
	return addrname_ip_prefix(scope_of(p), text, prefix) ? 0 : -EINVAL;
}

// A name that has both an address and a prefix is an address.
static int
prefix_or_addr_read(const struct arg_parse *p, const char *text, struct ip_prefix *prefix)
{
	if (text_read_prefix(text, prefix, true) == 0)
		return 0;
	if (addrname_ip(scope_of(p), text, &prefix->addr)) {
		prefix->mask.be = UINT32_MAX;
		return 0;
	}
	return addrname_ip_prefix(scope_of(p), text, prefix) ? 0 : -EINVAL;
}

static int
ip_addr_parse(const struct arg_parse *p, const char *text, void *field)
{
	if (ip_read(p, text, field) < 0)
		return arg_error(p, "parse error");
	return 0;
}

static void
ip_addr_print(const void *field, struct strbuf *out)
{
	text_ip(out, *(const struct ip_addr *)field);
}

static int
ip_prefix_parse(const struct arg_parse *p, const char *text, void *field)
{
	if (prefix_read(p, text, field) < 0)
		return arg_error(p, "parse error");
	return 0;
}

static int
ip_prefix_or_addr_parse(const struct arg_parse *p, const char *text, void *field)
{
	if (prefix_or_addr_read(p, text, field) < 0)
		return arg_error(p, "parse error");
	return 0;
}

static void
ip_prefix_print(const void *field, struct strbuf *out)
{
	text_prefix(out, *(const struct ip_prefix *)field);
}

static void
ip_list_fini(void *field)
{
	struct ip_list *list = field;

	free(list->v);
	*list = (struct ip_list){0};
}

static int
ip_list_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct ip_list *list = field;
	struct strvec words = {0};
	bool bad = false;

	confstr_split_words(text, &words);
	for (size_t i = 0; i < words.n && !bad; i++) {
		list->v = mem_grow(list->v, list->n, &list->cap, sizeof(*list->v));
		bad = ip_read(p, words.v[i], &list->v[list->n++]) < 0;
	}
	strvec_fini(&words);
	if (!bad)
		return 0;
	ip_list_fini(list);
	return arg_error(p, "parse error");
}

static void
ip_list_print(const void *field, struct strbuf *out)
{
	const struct ip_list *list = field;

	for (size_t i = 0; i < list->n; i++) {
		strbuf_adds(out, i > 0 ? " " : "");
		text_ip(out, list->v[i]);
	}
}

static void
prefix_list_fini(void *field)
{
	struct prefix_list *list = field;

	free(list->v);
	*list = (struct prefix_list){0};
}

static int
prefix_list_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct prefix_list *list = field;
	struct strvec words = {0};
	bool bad = false;

	confstr_split_words(text, &words);
	for (size_t i = 0; i < words.n && !bad; i++) {
		list->v = mem_grow(list->v, list->n, &list->cap, sizeof(*list->v));
		bad = prefix_or_addr_read(p, words.v[i], &list->v[list->n++]) < 0;
	}
	strvec_fini(&words);
	if (!bad)
		return 0;
	prefix_list_fini(list);
	return arg_error(p, "parse error");
}

static void
prefix_list_print(const void *field, struct strbuf *out)
{
	const struct prefix_list *list = field;

	for (size_t i = 0; i < list->n; i++) {
		strbuf_adds(out, i > 0 ? " " : "");
		text_prefix(out, list->v[i]);
	}
}

static int
ip6_addr_parse(const struct arg_parse *p, const char *text, void *field)
{
	if (text_read_ip6(text, field) < 0 && !addrname_ip6(scope_of(p), text, field))
		return arg_error(p, "parse error");
	return 0;
}

static void
ip6_addr_print(const void *field, struct strbuf *out)
{
	text_ip6(out, field);
}

static int
ip6_prefix_parse(const struct arg_parse *p, const char *text, void *field)
{
	if (text_read_ip6_prefix(text, field, false) < 0 &&
		!addrname_ip6_prefix(scope_of(p), text, field))
		return arg_error(p, "parse error");
	return 0;
}

static int
ip6_prefix_or_addr_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct ip6_prefix *prefix = field;

	if (text_read_ip6_prefix(text, prefix, true) == 0)
		return 0;
	if (addrname_ip6(scope_of(p), text, &prefix->addr)) {
		prefix->len = 128;
		return 0;
	}
	return addrname_ip6_prefix(scope_of(p), text, prefix) ? 0 : arg_error(p, "parse error");
}

static void
ip6_prefix_print(const void *field, struct strbuf *out)
{
	text_ip6_prefix(out, field);
}

static int
mac_addr_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct mac_addr *mac = field;

	if (text_read_mac(text, mac->bytes) < 0 && !addrname_mac(scope_of(p), text, mac))
		return arg_error(p, "parse error");
	return 0;
}

static void
mac_addr_print(const void *field, struct strbuf *out)
{
	text_mac(out, ((const struct mac_addr *)field)->bytes);
}

const struct arg_type arg_ip_addr = {
	.name = "IPv4 address",
	.expected = "IP address",
	.size = sizeof(struct ip_addr),
	.parse = ip_addr_parse,
	.print = ip_addr_print,
};
const struct arg_type arg_ip_prefix = {
	.name = "IPv4 prefix",
	.expected = "IP prefix",
	.size = sizeof(struct ip_prefix),
	.parse = ip_prefix_parse,
	.print = ip_prefix_print,
};
const struct arg_type arg_ip_prefix_or_addr = {
	.name = "IPv4 prefix or address",
	.expected = "IP prefix",
	.size = sizeof(struct ip_prefix),
	.parse = ip_prefix_or_addr_parse,
	.print = ip_prefix_print,
};
const struct arg_type arg_ip_list = {
	.name = "list of IPv4 addresses",
	.expected = "IP addresses",
	.size = sizeof(struct ip_list),
	.parse = ip_list_parse,
	.print = ip_list_print,
	.fini = ip_list_fini,
};
const struct arg_type arg_prefix_list = {
	.name = "list of IPv4 prefixes",
	.expected = "IP prefixes",
	.size = sizeof(struct prefix_list),
	.parse = prefix_list_parse,
	.print = prefix_list_print,
	.fini = prefix_list_fini,
};
const struct arg_type arg_ip6_addr = {
	.name = "IPv6 address",
	.expected = "IPv6 address",
	.size = sizeof(struct ip6_addr),
	.parse = ip6_addr_parse,
	.print = ip6_addr_print,
};
const struct arg_type arg_ip6_prefix = {
	.name = "IPv6 prefix",
	.expected = "IPv6 prefix",
	.size = sizeof(struct ip6_prefix),
	.parse = ip6_prefix_parse,
	.print = ip6_prefix_print,
};
const struct arg_type arg_ip6_prefix_or_addr = {
	.name = "IPv6 prefix or address",
	.expected = "IPv6 prefix",
	.size = sizeof(struct ip6_prefix),
	.parse = ip6_prefix_or_addr_parse,
	.print = ip6_prefix_print,
};
const struct arg_type arg_mac_addr = {
	.name = "Ethernet address",
	.expected = "Ethernet address",
	.size = sizeof(struct mac_addr),
	.parse = mac_addr_parse,
	.print = mac_addr_print,
};
