// SPDX-License-Identifier: BSD-3-Clause
// Fields of IPSummaryDump files of the IP header.

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ip.h>

#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryoption.h"
#include "elements/dump/summaryview.h"
#include "mbuf-bridge/packet.h"

enum {
	TOS,
	DSCP,
	ECN,
	TTL,
	HL,
	ID,
	SUM,
	PROTO,
	FRAG,
	FRAGOFF,
	SRC,
	DST,
};

static const struct {
	uint8_t off, n;
} places[] = {
	[TOS] = {1, 1},
	[DSCP] = {1, 1},
	[ECN] = {1, 1},
	[TTL] = {8, 1},
	[HL] = {0, 1},
	[ID] = {4, 2},
	[SUM] = {10, 2},
	[PROTO] = {9, 1},
	[FRAG] = {6, 2},
	[FRAGOFF] = {6, 2},
	[SRC] = {12, 4},
	[DST] = {16, 4},
};

static uint64_t
frag_letter(uint32_t off)
{
	if (off & RTE_IPV4_HDR_OFFSET_MASK)
		return 'f';
	if (off & RTE_IPV4_HDR_MF_FLAG)
		return 'F';
	return off & RTE_IPV4_HDR_DF_FLAG ? '!' : '.';
}

static bool
extract_ip(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	unsigned n = places[f->number].n;
	const uint8_t *at = summary_view_ip(v, places[f->number].off, n);

	if (at == NULL)
		return false;
	value->number = n == 1 ? *at : n == 2 ? summary_get16(at) : summary_get32(at);
	switch (f->number) {
	case DSCP:
		value->number >>= 2;
		break;
	case ECN:
		value->number &= 3;
		break;
	case HL:
		value->number = (value->number & 0xf) * 4;
		break;
	case FRAG:
		value->number = frag_letter((uint32_t)value->number);
		break;
	}
	return true;
}

// The letter says nothing about the offset: any but 0 will do.
static uint32_t
frag_of_letter(uint64_t letter)
{
	switch (letter) {
	case 'F':
		return RTE_IPV4_HDR_MF_FLAG;
	case 'f':
		return 100;
	case '!':
		return RTE_IPV4_HDR_DF_FLAG;
	default:
		return 0;
	}
}

static void
set_header_len(struct summary_build *b, uint64_t len)
{
	static const uint8_t none[SUMMARY_OPTIONS_MAX];
	uint32_t fixed = sizeof(struct rte_ipv4_hdr);

	if (len >= fixed && len <= SUMMARY_BUILD_HEADER_MAX)
		summary_build_ip_options(b, none, (uint32_t)len - fixed);
}

// Old files count the offset in 8 bytes, and so does the header; what is left of bytes is in len.
static uint64_t
fragoff_of_file(const struct summary_build *b, const struct summary_value *value)
{
	uint64_t n = value->number, off = n & RTE_IPV4_HDR_OFFSET_MASK;

	if (b->octet_offsets)
		off = (off << 3 | value->len) & RTE_IPV4_HDR_OFFSET_MASK;
	return (n & ~(uint64_t)RTE_IPV4_HDR_OFFSET_MASK) | off;
}

static void
inject_ip(struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	uint8_t *at = b->ip + places[f->number].off;
	uint64_t n = value->number;

	switch (f->number) {
	case TOS:
	case TTL:
	case PROTO:
		*at = (uint8_t)n;
		break;
	case DSCP:
		*at = (uint8_t)((*at & 3) | n << 2);
		break;
	case ECN:
		*at = (uint8_t)((*at & ~3) | (n & 3));
		break;
	case HL:
		set_header_len(b, n);
		break;
	case FRAG:
		summary_put16(at, frag_of_letter(n));
		break;
	case FRAGOFF:
		summary_put16(at, fragoff_of_file(b, value));
		break;
	case ID:
	case SUM:
		summary_put16(at, n);
		break;
	default:
		summary_put32(at, n);
		break;
	}
}

// ---- forms

static const char *const ecn_names[] = {"no", "ect1", "ect2", "ce"};

static void
print_ecn(const struct summary_value *v, struct strbuf *out)
{
	strbuf_adds(out, ecn_names[v->number & 3]);
}

static bool
parse_ecn(char *text, struct summary_value *v)
{
	if (strcmp(text, "ECT(1)") == 0 || strcmp(text, "ECT(0)") == 0) {
		v->number = text[4] == '1' ? 1 : 2;
		return true;
	}
	for (unsigned i = 0; i < RTE_DIM(ecn_names); i++) {
		if (strcmp(text, ecn_names[i]) == 0) {
			v->number = i;
			return true;
		}
	}
	return summary_read_number(text, 3, &v->number);
}

static const struct {
	char letter;
	uint8_t proto;
} proto_letters[] = {{'T', IPPROTO_TCP}, {'U', IPPROTO_UDP}, {'I', IPPROTO_ICMP}};

static void
print_proto(const struct summary_value *v, struct strbuf *out)
{
	for (unsigned i = 0; i < RTE_DIM(proto_letters); i++) {
		if (proto_letters[i].proto == v->number) {
			strbuf_addc(out, proto_letters[i].letter);
			return;
		}
	}
	summary_print_number(v, out);
}

static bool
parse_proto(char *text, struct summary_value *v)
{
	for (unsigned i = 0; i < RTE_DIM(proto_letters); i++) {
		if (text[0] == proto_letters[i].letter && text[1] == '\0') {
			v->number = proto_letters[i].proto;
			return true;
		}
	}
	return summary_u8.parse(text, v);
}

static void
print_letter(const struct summary_value *v, struct strbuf *out)
{
	strbuf_addc(out, (char)v->number);
}

static bool
parse_frag(char *text, struct summary_value *v)
{
	if (text[0] == '\0' || text[1] != '\0' || strchr("Ff!.", text[0]) == NULL)
		return false;
	v->number = (uint8_t)text[0];
	return true;
}

static void
print_fragoff(const struct summary_value *v, struct strbuf *out)
{
	strbuf_addf(out, "%" PRIu64, (v->number & RTE_IPV4_HDR_OFFSET_MASK) << 3);
	if (v->number & RTE_IPV4_HDR_MF_FLAG)
		strbuf_addc(out, '+');
	if (v->number & RTE_IPV4_HDR_DF_FLAG)
		strbuf_addc(out, '!');
}

static bool
parse_fragoff(char *text, struct summary_value *v)
{
	uint64_t flags = 0, n;
	size_t len = strlen(text);

	for (; len > 0 && (text[len - 1] == '+' || text[len - 1] == '!'); text[--len] = '\0')
		flags |= text[len - 1] == '+' ? RTE_IPV4_HDR_MF_FLAG : RTE_IPV4_HDR_DF_FLAG;
	if (!summary_read_number(text, UINT16_MAX, &n))
		return false;
	v->number = flags | n >> 3;
	v->len = n & 7;
	return true;
}

static const struct summary_form ecn = {.size = 1, .print = print_ecn, .parse = parse_ecn};
static const struct summary_form proto = {.size = 1, .print = print_proto, .parse = parse_proto};
static const struct summary_form frag = {.size = 1, .print = print_letter, .parse = parse_frag};
static const struct summary_form fragoff = {
	.size = 2, .print = print_fragoff, .parse = parse_fragoff};

// ---- lengths

static bool
extract_len(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	(void)f;
	value->number = summary_view_length(v);
	return true;
}

static void
inject_len(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	(void)f;
	b->has_ip_len = true;
	b->ip_len = (uint32_t)value->number;
}

static bool
extract_capture_len(
	struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	(void)f;
	value->number = v->has_ip ? v->network_len : packet_length(v->p);
	return true;
}

// ---- options

static bool
extract_options(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	uint32_t fixed = sizeof(struct rte_ipv4_hdr);

	(void)f;
	if (summary_view_ip(v, 0, v->ip_header_len) == NULL)
		return false;
	value->bytes = v->ip + fixed;
	value->len = v->ip_header_len - fixed;
	return true;
}

static void
inject_options(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	(void)f;
	summary_build_ip_options(b, value->bytes, value->len);
}

#define IP_FIELD(field, field_form, n)                                                            \
	{                                                                                         \
		.name = field, .form = &(field_form), .layer = SUMMARY_IP, .extract = extract_ip, \
		.inject = inject_ip, .number = n                                                  \
	}

const struct summary_field summary_ip_fields[] = {
	IP_FIELD("ip_src", summary_ip_address, SRC),
	IP_FIELD("ip_dst", summary_ip_address, DST),
	IP_FIELD("ip_tos", summary_u8, TOS),
	IP_FIELD("ip_dscp", summary_u8, DSCP),
	IP_FIELD("ip_ecn", ecn, ECN),
	IP_FIELD("ip_ttl", summary_u8, TTL),
	IP_FIELD("ip_hl", summary_u8, HL),
	IP_FIELD("ip_id", summary_u16, ID),
	IP_FIELD("ip_sum", summary_u16, SUM),
	IP_FIELD("ip_proto", proto, PROTO),
	IP_FIELD("ip_frag", frag, FRAG),
	IP_FIELD("ip_fragoff", fragoff, FRAGOFF),
	{.name = "ip_len",
		.form = &summary_u32,
		.layer = SUMMARY_IP,
		.extract = extract_len,
		.inject = inject_len},
	{.name = "ip_capture_len",
		.form = &summary_u32,
		.layer = SUMMARY_IP,
		.extract = extract_capture_len},
	{.name = "ip_opt",
		.form = &summary_ip_options,
		.layer = SUMMARY_IP,
		.extract = extract_options,
		.inject = inject_options},
	{.name = NULL},
};
