// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ip/encap.h"

#include "src/args.h"
#include "src/errh.h"
#include "src/strbuf.h"

static const char anno_word[] = "DST_ANNO";

static int
encap_dst_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct encap_dst *dst = field;
	struct errh silent;

	if (strcmp(text, anno_word) == 0) {
		dst->from_anno = true;
		return 0;
	}
	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_addr, text, &dst->addr, NULL, p->element, &silent) == 0)
		return 0;
	return errh_error(p->errh, "%s", p->row->range_error);
}

static void
encap_dst_print(const void *field, struct strbuf *out)
{
	const struct encap_dst *dst = field;

	if (dst->from_anno)
		strbuf_adds(out, anno_word);
	else
		text_ip(out, dst->addr);
}

const struct arg_type arg_encap_dst = {
	.name = "IP address or DST_ANNO",
	.expected = "IP address or 'DST_ANNO'",
	.size = sizeof(struct encap_dst),
	.parse = encap_dst_parse,
	.print = encap_dst_print,
};

static int
encap_proto_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct errh silent;

	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_proto, text, field, NULL, p->element, &silent) != 0)
		return errh_error(p->errh, "bad IP protocol");
	return 0;
}

static void
encap_proto_print(const void *field, struct strbuf *out)
{
	arg_ip_proto.print(field, out);
}

const struct arg_type arg_encap_proto = {
	.name = "IP protocol",
	.expected = "IP protocol",
	.size = sizeof(struct ip_proto),
	.parse = encap_proto_parse,
	.print = encap_proto_print,
};

void
encap_init(struct encap *encap, const struct rte_ipv4_hdr *ip)
{
	encap->ip = *ip;
	encap->ip.total_length = encap->ip.packet_id = encap->ip.hdr_checksum = 0;
	encap->ip.dst_addr = 0;
	encap->sum = checksum_add_header(&encap->ip);
}
