// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/summaryfield.h"

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "src/mem.h"
#include "src/strbuf.h"

static const struct summary_field *const subjects[] = {
	summary_anno_fields,
	summary_link_fields,
	summary_ip_fields,
	summary_port_fields,
	summary_tcp_fields,
	summary_udp_fields,
	summary_icmp_fields,
	summary_payload_fields,
};

// ---- names

static const struct {
	const char *name, *field;
} synonyms[] = {
	{"utimestamp", "timestamp"},
	{"ts", "timestamp"},
	{"sec", "ts_sec"},
	{"usec", "ts_usec"},
	{"usec1", "ts_usec1"},
	{"first_ts", "first_timestamp"},
	{"pkt_count", "count"},
	{"packet_count", "count"},
	{"agg", "aggregate"},
	{"wire_length", "wire_len"},
	{"length", "ip_len"},
	{"ip_p", "ip_proto"},
	{"tcp_seqno", "tcp_seq"},
	{"tcp_ackno", "tcp_ack"},
	{"tcp_win", "tcp_window"},
	{"payload_length", "payload_len"},
	{"ether_src", "eth_src"},
	{"ether_dst", "eth_dst"},
	{"ether_type", "eth_type"},
};

static const struct summary_field *
find_exact(const char *name)
{
	for (size_t i = 0; i < RTE_DIM(subjects); i++) {
		for (const struct summary_field *f = subjects[i]; f->name != NULL; f++) {
			if (strcmp(f->name, name) == 0)
				return f;
		}
	}
	return NULL;
}

static const struct summary_field *
find_synonym(const char *name)
{
	const struct summary_field *f = find_exact(name);

	for (size_t i = 0; f == NULL && i < RTE_DIM(synonyms); i++) {
		if (strcmp(synonyms[i].name, name) == 0)
			f = find_exact(synonyms[i].field);
	}
	return f;
}

const struct summary_field *
summary_field_find(const char *name)
{
	const struct summary_field *f = find_synonym(name);
	char *other;

	if (f != NULL || (strchr(name, ' ') == NULL && strchr(name, '_') != NULL))
		return f;
	if (strchr(name, ' ') != NULL) {
		other = mem_strdup(name);
		for (char *at = other; (at = strchr(at, ' ')) != NULL;)
			*at = '_';
	} else {
		other = mem_printf("ip_%s", name);
	}
	f = find_synonym(other);
	free(other);
	return f;
}

// ---- lists

void
summary_fields_fini(struct summary_fields *fields)
{
	free(fields->v);
	*fields = (struct summary_fields){0};
}

void
summary_fields_add(struct summary_fields *fields, const struct summary_field *f)
{
	fields->v = mem_realloc(fields->v, (fields->n + 1) * sizeof(*fields->v));
	fields->v[fields->n++] = f;
}

void
summary_fields_text(const struct summary_fields *fields, bool binary, struct strbuf *out)
{
	strbuf_adds(out, "!data");
	for (size_t i = 0; i < fields->n; i++) {
		const struct summary_field *f = fields->v[i];

		strbuf_addc(out, ' ');
		strbuf_adds(out, !binary && f->shown != NULL ? f->shown : f->name);
	}
	strbuf_addc(out, '\n');
}

// ---- binary

static void
put_number(uint64_t v, uint8_t *to, unsigned size)
{
	for (unsigned i = size; i-- > 0; v >>= 8)
		to[i] = (uint8_t)v;
}

static uint64_t
get_number(const uint8_t *from, unsigned size)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < size; i++)
		v = v << 8 | from[i];
	return v;
}

void
summary_pack(const struct summary_field *f, const struct summary_value *v, struct strbuf *out)
{
	uint8_t bytes[16] = {0};

	if (f->form->size == SUMMARY_COUNTED) {
		strbuf_addc(out, v != NULL ? (char)v->len : 0);
		if (v != NULL)
			strbuf_add(out, v->bytes, v->len);
		return;
	}
	if (v != NULL && f->form->pack != NULL)
		f->form->pack(v, bytes);
	else if (v != NULL)
		put_number(v->number, bytes, f->form->size);
	strbuf_add(out, bytes, f->form->size);
}

bool
summary_unpack(
	const struct summary_field *f, const uint8_t **from, size_t *n, struct summary_value *v)
{
	size_t size = f->form->size;

	if (size == SUMMARY_COUNTED) {
		if (*n == 0 || **from > *n - 1)
			return false;
		v->len = **from;
		v->bytes = *from + 1;
		size = 1 + v->len;
	} else if (size > *n) {
		return false;
	} else if (f->form->unpack != NULL) {
		f->form->unpack(*from, v);
	} else {
		v->number = get_number(*from, f->form->size);
	}
	*from += size;
	*n -= size;
	return true;
}
