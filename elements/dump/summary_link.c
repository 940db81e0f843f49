// SPDX-License-Identifier: BSD-3-Clause
// Fields of IPSummaryDump files of the Ethernet header.

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ether.h>

#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryview.h"
#include "elements/ip/payload.h"
#include "src/text.h"

enum { DST = 0, SRC = 6, TYPE = 12 }; // places in the header

// The header is what stands between the MAC and the network header.
static bool
extract_ether(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	int32_t mac = packet_mac_offset(v->p);
	uint8_t header[RTE_ETHER_HDR_LEN];

	if (mac == PACKET_NO_HEADER || v->network == PACKET_NO_HEADER ||
		(int64_t)v->network - mac < RTE_ETHER_HDR_LEN ||
		!payload_read(v->p, mac, header, sizeof(header))) {
		summary_view_bad(v, "Ethernet header");
		return false;
	}
	memcpy(value->small, header + f->number, f->number == TYPE ? 2 : 6);
	value->bytes = value->small;
	value->number = summary_get16(value->small);
	return true;
}

static void
inject_ether(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	if (!b->has_ether)
		summary_put16(b->ether + TYPE, RTE_ETHER_TYPE_IPV4);
	b->has_ether = true;
	if (f->number == TYPE)
		summary_put16(b->ether + TYPE, value->number);
	else
		memcpy(b->ether + f->number, value->bytes, RTE_ETHER_ADDR_LEN);
}

static void
print_address(const struct summary_value *v, struct strbuf *out)
{
	text_mac(out, v->bytes);
}

static bool
parse_address(char *text, struct summary_value *v)
{
	v->bytes = v->small;
	return text_read_mac(text, v->small) == 0;
}

static void
pack_address(const struct summary_value *v, uint8_t *to)
{
	memcpy(to, v->bytes, RTE_ETHER_ADDR_LEN);
}

static void
unpack_address(const uint8_t *from, struct summary_value *v)
{
	v->bytes = from;
}

static void
print_type(const struct summary_value *v, struct strbuf *out)
{
	strbuf_addf(out, "%04" PRIX64, v->number);
}

static bool
parse_type(char *text, struct summary_value *v)
{
	size_t n = strspn(text, "0123456789abcdefABCDEF");

	if (n == 0 || n > 4 || text[n] != '\0')
		return false;
	v->number = strtoul(text, NULL, 16);
	return true;
}

static const struct summary_form address = {.size = RTE_ETHER_ADDR_LEN,
	.print = print_address,
	.parse = parse_address,
	.pack = pack_address,
	.unpack = unpack_address};
static const struct summary_form type = {.size = 2, .print = print_type, .parse = parse_type};

#define LINK_FIELD(field, field_form, n)                                      \
	{                                                                     \
		.name = field, .form = &(field_form), .layer = SUMMARY_LINK,  \
		.extract = extract_ether, .inject = inject_ether, .number = n \
	}

const struct summary_field summary_link_fields[] = {
	LINK_FIELD("eth_src", address, SRC),
	LINK_FIELD("eth_dst", address, DST),
	LINK_FIELD("eth_type", type, TYPE),
	{.name = NULL},
};
