// SPDX-License-Identifier: BSD-3-Clause
// The language of AggregateIP's fields.

#include "elements/analysis/aggregateip.h"

#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "src/args.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/text.h"

static const struct {
	const char *name;
	uint32_t proto; // 0: IP
	uint32_t bit, n_bits;
} fields[] = {
	{"vers", 0, 0, 4},
	{"hl", 0, 4, 4},
	{"tos", 0, 8, 8},
	{"dscp", 0, 8, 6},
	{"ecn", 0, 14, 2},
	{"len", 0, 16, 16},
	{"id", 0, 32, 16},
	{"off", 0, 48, 16},
	{"rf", 0, 48, 1},
	{"df", 0, 49, 1},
	{"mf", 0, 50, 1},
	{"fragoff", 0, 51, 13},
	{"ttl", 0, 64, 8},
	{"proto", 0, 72, 8},
	{"sum", 0, 80, 16},
	{"src", 0, 96, 32},
	{"dst", 0, 128, 32},
	{"sport", IP_FIELD_TCPUDP, 0, 16},
	{"dport", IP_FIELD_TCPUDP, 16, 16},
	{"sport", IPPROTO_UDP, 0, 16},
	{"dport", IPPROTO_UDP, 16, 16},
	{"len", IPPROTO_UDP, 32, 16},
	{"sum", IPPROTO_UDP, 48, 16},
	{"sport", IPPROTO_TCP, 0, 16},
	{"dport", IPPROTO_TCP, 16, 16},
	{"seq", IPPROTO_TCP, 32, 32},
	{"seqno", IPPROTO_TCP, 32, 32},
	{"ackno", IPPROTO_TCP, 64, 32},
	{"hl", IPPROTO_TCP, 96, 4},
	{"flags", IPPROTO_TCP, 104, 8},
	{"urg", IPPROTO_TCP, 106, 1},
	{"ack", IPPROTO_TCP, 107, 1},
	{"psh", IPPROTO_TCP, 108, 1},
	{"push", IPPROTO_TCP, 108, 1},
	{"rst", IPPROTO_TCP, 109, 1},
	{"syn", IPPROTO_TCP, 110, 1},
	{"fin", IPPROTO_TCP, 111, 1},
	{"win", IPPROTO_TCP, 112, 16},
	{"sum", IPPROTO_TCP, 128, 16},
	{"urp", IPPROTO_TCP, 144, 16},
	{"type", IPPROTO_ICMP, 0, 8},
	{"code", IPPROTO_ICMP, 8, 8},
	{"sum", IPPROTO_ICMP, 16, 16},
};

static const struct {
	const char *name;
	enum ip_field_header header;
	uint32_t proto;
} headers[] = {
	{"ip", IP_FIELD_IP, 0},
	{"tcp", IP_FIELD_TRANSPORT, IPPROTO_TCP},
	{"udp", IP_FIELD_TRANSPORT, IPPROTO_UDP},
	{"icmp", IP_FIELD_TRANSPORT, IPPROTO_ICMP},
	{"transp", IP_FIELD_TRANSPORT, IP_FIELD_ANY},
	{"data", IP_FIELD_DATA, 0},
};

enum { BITS_MAX = 1 << 20 };

// The word at *at, which moves behind it and the blanks that follow. New string, empty if there is
// none.
static char *
read_word(const char **at)
{
	const char *start = *at;
	size_t n = 0;

	while (isalnum((unsigned char)start[n]) || start[n] == '_')
		n++;
	*at = start + n + strspn(start + n, " \t\n");
	return mem_strndup(start, n);
}

static bool
read_number(const char **at, uint32_t max, uint32_t *n)
{
	char *word = read_word(at);
	uint64_t v;
	bool good = *word != '\0' && text_read_uint64(word, &v) == 0 && v <= max;

	free(word);
	if (good)
		*n = (uint32_t)v;
	return good;
}

static bool
find_field(struct ip_field *f, uint32_t proto, const char *name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (fields[i].proto != proto || strcmp(fields[i].name, name) != 0)
			continue;
		f->bit = fields[i].bit;
		f->n_bits = fields[i].n_bits;
		return true;
	}
	return false;
}

// A name of the header. sport and dport of "ip" and "transp" are those of TCP and UDP.
static bool
read_name(struct ip_field *f, const char *name)
{
	bool any = f->header == IP_FIELD_IP || f->proto == IP_FIELD_ANY;

	if (f->header == IP_FIELD_DATA)
		return false;
	if (find_field(f, f->header == IP_FIELD_IP ? 0 : f->proto, name))
		return true;
	if (!any || !find_field(f, IP_FIELD_TCPUDP, name))
		return false;
	f->header = IP_FIELD_TRANSPORT;
	f->proto = IP_FIELD_TCPUDP;
	return true;
}

static int
read_header(struct ip_field *f, const char **at, struct errh *errh)
{
	char *word = read_word(at);
	struct ip_proto proto;
	struct errh silent;

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		if (strcmp(headers[i].name, word) == 0) {
			f->header = headers[i].header;
			f->proto = headers[i].proto;
			free(word);
			return 0;
		}
	}
	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_proto, word, &proto, NULL, NULL, &silent) != 0) {
		errh_error(errh, "unknown header '%s'", word);
		free(word);
		return -EINVAL;
	}
	free(word);
	f->header = IP_FIELD_TRANSPORT;
	f->proto = proto.number;
	return 0;
}

// "ip proto 47" is that protocol's header, "ip proto" a field.
static bool
read_ip_proto(struct ip_field *f, const char **at)
{
	const char *rest = *at;
	struct ip_proto proto;
	struct errh silent;
	char *word = read_word(&rest), *number;
	bool good;

	number = read_word(&rest);
	errh_init_silent(&silent);
	good = f->header == IP_FIELD_IP && strcmp(word, "proto") == 0 && *number != '\0' &&
	       args_parse_value(&arg_ip_proto, number, &proto, NULL, NULL, &silent) == 0;
	free(word);
	free(number);
	if (!good)
		return false;
	f->header = IP_FIELD_TRANSPORT;
	f->proto = proto.number;
	*at = rest;
	return true;
}

// [B] [B:N] [B-E] bytes, {b} {b:n} {b-e} bits; inside the named field if there is one.
static int
read_range(struct ip_field *f, const char **at, bool named, struct errh *errh)
{
	uint32_t unit = **at == '[' ? 8 : 1, first, n = 1, last;
	char close = **at == '[' ? ']' : '}';

	++*at;
	*at += strspn(*at, " \t\n");
	if (!read_number(at, BITS_MAX, &first))
		return errh_error(errh, "bad field range");
	if (**at == ':') {
		*at += 1 + strspn(*at + 1, " \t\n");
		if (!read_number(at, BITS_MAX, &n) || n == 0)
			return errh_error(errh, "bad field range");
	} else if (**at == '-') {
		*at += 1 + strspn(*at + 1, " \t\n");
		if (!read_number(at, BITS_MAX, &last) || last < first)
			return errh_error(errh, "bad field range");
		n = last - first + 1;
	}
	if (**at != close || (named && (first + n) * unit > f->n_bits))
		return errh_error(errh, "bad field range");
	*at += 1 + strspn(*at + 1, " \t\n");
	f->bit = (named ? f->bit : 0) + first * unit;
	f->n_bits = n * unit;
	return 0;
}

// "/N" keeps the leading bits, "& MASK" the low-order ones that a run of ones covers.
static int
read_mask(struct ip_field *f, const char **at, struct errh *errh)
{
	uint32_t n, mask, high, shift;

	if (**at == '/') {
		*at += 1 + strspn(*at + 1, " \t\n");
		if (!read_number(at, 32, &n) || n == 0 || n > f->n_bits)
			return errh_error(errh, "bad field length");
		f->n_bits = n;
	}
	if (**at != '&')
		return 0;
	*at += 1 + strspn(*at + 1, " \t\n");
	if (!read_number(at, UINT32_MAX, &mask) || mask == 0)
		return errh_error(errh, "bad field mask");
	shift = (uint32_t)__builtin_ctz(mask);
	high = 32 - (uint32_t)__builtin_clz(mask);
	if (high > f->n_bits || (mask >> shift) != (UINT32_MAX >> (32 - (high - shift))))
		return errh_error(errh, "bad field mask");
	f->bit += f->n_bits - high;
	f->n_bits = high - shift;
	return 0;
}

int
ip_field_read(struct ip_field *f, const char *text, struct errh *errh)
{
	bool named = false;
	char *name;

	*f = (struct ip_field){0};
	text += strspn(text, " \t\n");
	if (read_header(f, &text, errh) != 0)
		return -EINVAL;
	read_ip_proto(f, &text);
	if (isalpha((unsigned char)*text)) {
		name = read_word(&text);
		named = read_name(f, name);
		if (!named)
			errh_error(errh, "unknown field '%s'", name);
		free(name);
		if (!named)
			return -EINVAL;
	}
	if (*text == '[' || *text == '{') {
		if (read_range(f, &text, named, errh) != 0)
			return -EINVAL;
	} else if (!named) {
		return errh_error(errh, "field missing");
	}
	if (f->n_bits > 32 && *text != '/')
		return errh_error(errh, "field length too large, max 32");
	if (read_mask(f, &text, errh) != 0)
		return -EINVAL;
	if (*text != '\0')
		return errh_error(errh, "garbage after field specification");
	if (f->bit / 32 != (f->bit + f->n_bits - 1) / 32)
		return errh_error(errh, "field specification does not fit within a single word");
	return 0;
}

void
ip_field_header_text(const struct ip_field *f, struct strbuf *out)
{
	if (f->header == IP_FIELD_TRANSPORT && f->proto == IP_FIELD_TCPUDP) {
		strbuf_adds(out, "transp");
		return;
	}
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		if (headers[i].header == f->header && headers[i].proto == f->proto) {
			strbuf_adds(out, headers[i].name);
			return;
		}
	}
	strbuf_addf(out, "ip proto %u", f->proto);
}
