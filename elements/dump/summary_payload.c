// SPDX-License-Identifier: BSD-3-Clause
// Fields of IPSummaryDump files of what stands behind the headers.

#include <netinet/in.h>
#include <string.h>

#include <rte_common.h>

#include "elements/dump/md5.h"
#include "elements/dump/summarybuild.h"
#include "elements/dump/summaryform.h"
#include "elements/dump/summaryview.h"
#include "elements/ip/payload.h"
#include "src/confstr.h"
#include "src/strbuf.h"

// How many bytes at off are there.
static uint32_t
captured(const struct summary_view *v, int32_t off)
{
	int64_t end = packet_length(v->p);

	if (v->has_ip)
		end = RTE_MIN(end, (int64_t)v->network + v->network_len);
	return end > off ? (uint32_t)(end - off) : 0;
}

static bool
extract_len(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	int64_t headers = summary_view_payload(v);

	(void)f;
	value->number = summary_view_length(v);
	if (v->has_ip)
		headers -= v->network;
	value->number = headers < (int64_t)value->number ? value->number - (uint64_t)headers : 0;
	return true;
}

static void
inject_len(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	(void)f;
	b->has_payload_len = true;
	b->payload_len = (uint32_t)value->number;
}

static bool
extract_payload(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	int32_t off = summary_view_payload(v);
	uint32_t n = captured(v, off), len;
	uint8_t some[512];

	(void)f;
	strbuf_clear(&v->payload);
	for (uint32_t at = 0; at < n; at += len) {
		len = RTE_MIN(n - at, (uint32_t)sizeof(some));
		if (!payload_read(v->p, off + (int32_t)at, some, len))
			return false;
		strbuf_add(&v->payload, some, len);
	}
	value->bytes = (const uint8_t *)strbuf_text(&v->payload);
	value->len = n;
	return true;
}

static void
inject_payload(
	struct summary_build *b, const struct summary_field *f, const struct summary_value *value)
{
	(void)f;
	b->payload = value->bytes;
	b->n_payload = value->len;
}

static void
print_payload(const struct summary_value *v, struct strbuf *out)
{
	confstr_quote((const char *)v->bytes, v->len, out);
}

// The bytes are never more than their text, which they replace.
static bool
parse_payload(char *text, struct summary_value *v)
{
	struct strbuf bytes = STRBUF_INIT;

	confstr_unquote(text, &bytes);
	v->len = (uint32_t)RTE_MIN(bytes.len, strlen(text));
	if (v->len > 0)
		memcpy(text, bytes.data, v->len);
	v->bytes = (const uint8_t *)text;
	strbuf_fini(&bytes);
	return true;
}

// ---- MD5

static bool
extract_md5(struct summary_view *v, const struct summary_field *f, struct summary_value *value)
{
	if (!extract_payload(v, f, value))
		return false;
	md5_digest(value->bytes, value->len, value->small);
	value->bytes = value->small;
	value->len = MD5_SIZE;
	return true;
}

static void
print_md5_hex(const struct summary_value *v, struct strbuf *out)
{
	strbuf_addhex(out, v->bytes, MD5_SIZE);
}

// Six bits a character, from the lowest of each byte on.
static void
print_md5(const struct summary_value *v, struct strbuf *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@";
	uint32_t bits = 0;
	unsigned n_bits = 0;

	for (unsigned i = 0; i < MD5_SIZE; i++) {
		bits |= (uint32_t)v->bytes[i] << n_bits;
		for (n_bits += 8; n_bits >= 6; n_bits -= 6, bits >>= 6)
			strbuf_addc(out, digits[bits & 63]);
	}
	strbuf_addc(out, digits[bits & 63]);
}

static void
pack_md5(const struct summary_value *v, uint8_t *to)
{
	memcpy(to, v->bytes, MD5_SIZE);
}

// Digests are not put into packets; they are stepped over.
static void
unpack_md5(const uint8_t *from, struct summary_value *v)
{
	v->bytes = from;
	v->len = MD5_SIZE;
}

static const struct summary_form payload = {.print = print_payload, .parse = parse_payload};
static const struct summary_form md5 = {
	.size = MD5_SIZE, .print = print_md5, .pack = pack_md5, .unpack = unpack_md5};
static const struct summary_form md5_hex = {
	.size = MD5_SIZE, .print = print_md5_hex, .pack = pack_md5, .unpack = unpack_md5};

const struct summary_field summary_payload_fields[] = {
	{.name = "payload",
		.form = &payload,
		.layer = SUMMARY_PAYLOAD,
		.extract = extract_payload,
		.inject = inject_payload},
	{.name = "payload_len",
		.form = &summary_u32,
		.layer = SUMMARY_PAYLOAD,
		.extract = extract_len,
		.inject = inject_len},
	{.name = "payload_md5", .form = &md5, .layer = SUMMARY_PAYLOAD, .extract = extract_md5},
	{.name = "payload_md5_hex",
		.form = &md5_hex,
		.layer = SUMMARY_PAYLOAD,
		.extract = extract_md5},
	{.name = NULL},
};
