// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip6/encap6.h"

#include "src/args.h"
#include "src/errh.h"
#include "src/strbuf.h"

static const char anno_word[] = "DST_ANNO";

static int
encap6_dst_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct encap6_dst *dst = field;
	struct errh silent;

	if (strcmp(text, anno_word) == 0) {
		dst->from_anno = true;
		return 0;
	}
	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip6_addr, text, &dst->addr, NULL, p->element, &silent) == 0)
		return 0;
	return errh_error(p->errh, "%s", p->row->range_error);
}

static void
encap6_dst_print(const void *field, struct strbuf *out)
{
	const struct encap6_dst *dst = field;

	if (dst->from_anno)
		strbuf_adds(out, anno_word);
	else
		text_ip6(out, &dst->addr);
}

const struct arg_type arg_encap6_dst = {
	.name = "IPv6 address or DST_ANNO",
	.expected = "IPv6 address or 'DST_ANNO'",
	.size = sizeof(struct encap6_dst),
	.parse = encap6_dst_parse,
	.print = encap6_dst_print,
};
