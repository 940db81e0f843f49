// SPDX-License-Identifier: BSD-3-Clause
// Reads one test: qualifiers [brackets] ['&' MASK] [operator] data.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/classify/filter_box.h"
#include "elements/classify/filter_parser.h"
#include "elements/classify/program.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/text.h"

static bool
is_either(const struct filter_parser *f, size_t n, const char *a, const char *b)
{
	return filter_word_is(f, n, a) || filter_word_is(f, n, b);
}

// ---- qualifiers

static void
set_proto(const struct filter_parser *f, struct filter_test *t, int32_t proto)
{
	if (t->proto != PROTO_NONE && t->proto != proto)
		filter_error(f, "transport protocol specified twice");
	t->proto = proto;
}

static void
set_type(const struct filter_parser *f, struct filter_test *t, const struct filter_test *type)
{
	if (t->type != TEST_NONE)
		filter_error(f, "type specified twice");
	t->type = type->type;
	t->field = type->field;
	if (type->proto != PROTO_NONE)
		set_proto(f, t, type->proto);
}

// src, dst, src and dst, src or dst. Returns the number of words.
static size_t
read_side(const struct filter_parser *f, enum test_side *side)
{
	if (is_either(f, 0, "dst", "dest")) {
		*side = SIDE_DST;
		return 1;
	}
	if (!filter_word_is(f, 0, "src"))
		return 0;
	*side = SIDE_SRC;
	if (!is_either(f, 2, "dst", "dest"))
		return 1;
	if (is_either(f, 1, "and", "&&"))
		*side = SIDE_BOTH;
	else if (is_either(f, 1, "or", "||"))
		*side = SIDE_EITHER;
	else
		return 1;
	return 3;
}

static bool
read_layer(const struct filter_parser *f, struct filter_test *t)
{
	if (t->layer != LAYER_NONE || !is_either(f, 0, "ip", "ether"))
		return false;
	t->layer = filter_word_is(f, 0, "ip") ? LAYER_IP : LAYER_ETHER;
	return true;
}

// One qualifier. Returns the number of words, 0 if there is none.
static size_t
read_qualifier(const struct filter_parser *f, struct filter_test *t, bool *negated)
{
	const char *word = filter_word(f, 0);
	struct filter_test type = {0};
	enum test_side side;
	int32_t proto;
	size_t n;

	if (filter_find_type(word, &type)) {
		set_type(f, t, &type);
		return 1;
	}
	n = read_side(f, &side);
	if (n > 0) {
		if (t->side != SIDE_NONE)
			filter_error(f, "'src' or 'dst' specified twice");
		t->side = side;
		return n;
	}
	if (is_either(f, 0, "not", "!")) {
		*negated = !*negated;
		return 1;
	}
	if (is_either(f, 0, "ip", "ether"))
		return read_layer(f, t);
	if (!filter_is_data(word) || !filter_find_proto(f, word, &proto))
		return 0;
	set_proto(f, t, proto);
	return 1;
}

// ---- brackets

enum {
	IP_FIELD_END = OFFSET_TRANSPORT - OFFSET_NETWORK,
	TRANSPORT_FIELD_END = PROGRAM_OFFSET_MAX - OFFSET_TRANSPORT,
};

static bool
read_number(const char *text, uint64_t *v)
{
	return text_read_uint64(text, v) == 0;
}

// `P:L`, one word.
static bool
read_pos_len(const char *word, uint64_t *pos, uint64_t *len)
{
	const char *colon = strchr(word, ':');
	char *first;
	bool ok;

	*len = 1;
	if (colon == NULL)
		return read_number(word, pos);
	first = mem_strndup(word, (size_t)(colon - word));
	ok = read_number(first, pos) && read_number(colon + 1, len);
	free(first);
	return ok;
}

// `P`, `P:L` or `P,Q`, from the first word on.
static bool
read_place(struct filter_parser *f, uint64_t *pos, uint64_t *len)
{
	uint64_t last;

	if (!read_pos_len(filter_word(f, 0), pos, len))
		return false;
	f->at++;
	if (!filter_word_is(f, 0, ","))
		return true;
	if (*len != 1 || !read_number(filter_word(f, 1), &last))
		return false;
	f->at += 2;
	*len = last < *pos ? 0 : last - *pos + 1;
	return true;
}

static int
check_place(const struct filter_parser *f, const struct filter_test *t, uint64_t pos, uint64_t len)
{
	uint64_t end = t->proto == PROTO_NONE ? IP_FIELD_END : TRANSPORT_FIELD_END;

	if (len < 1 || len > 4)
		return filter_error(
			f, "LEN in '[POS:LEN]' out of range, should be between 1 and 4");
	if (pos >= end)
		return filter_error(f,
			"POS in '[POS:LEN]' out of range, should be between 0 and %llu",
			(unsigned long long)end - 1);
	if (pos / 4 != (pos + len - 1) / 4)
		return filter_error(f, "field [%llu:%llu] does not fit in a single word",
			(unsigned long long)pos, (unsigned long long)len);
	return 0;
}

static int
read_brackets(struct filter_parser *f, struct filter_test *t)
{
	uint64_t pos, len;

	f->at++;
	if (!read_place(f, &pos, &len))
		return filter_error(f, "syntax error after '[', expected '[POS]' or '[POS:LEN]'");
	if (!filter_word_is(f, 0, "]"))
		return filter_error(f, "missing ']'");
	f->at++;
	if (check_place(f, t, pos, len) < 0) {
		t->broken = true;
		return 0;
	}
	t->type = TEST_FIELD;
	t->field = (struct test_field){
		.in_transport = t->proto != PROTO_NONE,
		.bit = (uint32_t)pos * 8,
		.n_bits = (uint32_t)len * 8,
	};
	return 0;
}

// ---- mask, operator, data

// Numbers of 32 bits, also negative ones.
static bool
read_number32(const char *word, uint32_t *value)
{
	int64_t v;

	if (text_read_int64(word, &v) < 0 || v < INT32_MIN || v > UINT32_MAX)
		return false;
	*value = (uint32_t)v;
	return true;
}

static bool
read_ip(const struct filter_parser *f, const char *word, uint32_t *value)
{
	struct ip_addr a;

	if (text_read_ip(word, &a) < 0 && !addrname_ip(f->scope, word, &a))
		return false;
	*value = __builtin_bswap32(a.be);
	return true;
}

static bool
read_prefix(const struct filter_parser *f, const char *word, uint32_t *value, uint32_t *mask)
{
	struct ip_prefix p;

	if (text_read_prefix(word, &p, false) < 0 && !addrname_ip_prefix(f->scope, word, &p))
		return false;
	*value = __builtin_bswap32(p.addr.be);
	*mask = __builtin_bswap32(p.mask.be);
	return true;
}

static bool
read_mac(const struct filter_parser *f, const char *word, struct mac_addr *mac)
{
	return text_read_mac(word, mac->bytes) == 0 || addrname_mac(f->scope, word, mac);
}

static void
read_mask(struct filter_parser *f, struct filter_test *t)
{
	static const struct mac_addr no_mac;
	const char *word = filter_word(f, 1);

	if (!filter_word_is(f, 0, "&") || !filter_is_data(word))
		return;
	if (read_number32(word, &t->mask))
		t->mask_kind = DATA_NUMBER;
	else if (t->layer != LAYER_ETHER && read_ip(f, word, &t->mask))
		t->mask_kind = DATA_HOST;
	else if (t->layer != LAYER_IP && read_mac(f, word, &t->mac_mask))
		t->mask_kind = DATA_MAC;
	else
		return;
	f->at += 2;
	if (t->mask_kind == DATA_MAC ? memcmp(&t->mac_mask, &no_mac, sizeof(no_mac)) == 0
				     : t->mask == 0) {
		filter_error(f, "zero mask ignored");
		t->mask_kind = DATA_NONE;
	}
}

static bool
read_relation(struct filter_parser *f, struct filter_test *t)
{
	static const struct {
		const char *word;
		enum test_relation relation;
		bool negated;
	} relations[] = {
		{"=", RELATION_EQUAL, false},
		{"==", RELATION_EQUAL, false},
		{"!=", RELATION_EQUAL, true},
		{"<", RELATION_LESS, false},
		{">", RELATION_GREATER, false},
		{"<=", RELATION_GREATER, true},
		{">=", RELATION_LESS, true},
	};

	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++) {
		if (!filter_word_is(f, 0, relations[i].word))
			continue;
		t->relation = relations[i].relation;
		t->negated = relations[i].negated;
		f->at++;
		return true;
	}
	return false;
}

static enum test_data
read_address(struct filter_parser *f, const char *word, struct filter_test *t)
{
	if (t->layer != LAYER_ETHER && read_ip(f, word, &t->value)) {
		if (filter_word_is(f, 1, "mask") && read_ip(f, filter_word(f, 2), &t->net_mask)) {
			f->at += 2;
			return DATA_NET;
		}
		if (t->type == TEST_NET && read_prefix(f, word, &t->value, &t->net_mask))
			return DATA_NET;
		return DATA_HOST;
	}
	if (t->layer != LAYER_ETHER && read_prefix(f, word, &t->value, &t->net_mask))
		return DATA_NET;
	if (t->layer != LAYER_IP && read_mac(f, word, &t->mac))
		return DATA_MAC;
	return DATA_NONE;
}

static void
read_data(struct filter_parser *f, struct filter_test *t)
{
	const char *word = filter_word(f, 0);

	if (!filter_is_data(word))
		return;
	if (filter_find_data(f, word, t) < 0)
		t->broken = true;
	else if (t->data == DATA_NONE && read_number32(word, &t->value))
		t->data = DATA_NUMBER;
	else if (t->data == DATA_NONE)
		t->data = read_address(f, word, t);
	if (t->broken || t->data != DATA_NONE)
		f->at++;
}

// ---- the test

static int
parse_constant(struct filter_parser *f, bool value)
{
	size_t mark = f->program->n;

	program_add(f->program, 0, 0, 0);
	if (!value)
		program_negate(f->program, mark, false);
	f->at++;
	return 0;
}

int
filter_parse_test(struct filter_parser *f, bool negated, struct boxes *boxes)
{
	struct filter_test t = {.proto = PROTO_NONE};
	size_t first = f->at, mark = f->program->n, n;
	bool compares;

	boxes_unknown(boxes);
	if (is_either(f, 0, "true", "false"))
		return parse_constant(f, filter_word_is(f, 0, "true") != negated);
	while (f->at < f->words.n && (n = read_qualifier(f, &t, &negated)) > 0)
		f->at += n;
	if (f->at != first)
		f->previous = (struct filter_test){.proto = PROTO_NONE};
	if (f->at != first && t.type == TEST_NONE && filter_word_is(f, 0, "[")) {
		if (read_brackets(f, &t) < 0)
			return -EINVAL;
	}
	read_mask(f, &t);
	compares = read_relation(f, &t);
	n = f->at;
	read_data(f, &t);
	if (f->at == n && compares) {
		filter_error(f, "dangling operator near '%s'", filter_word(f, 0));
		return -EINVAL;
	}
	if (f->at == first)
		return filter_error(f, "empty term near '%s'", filter_word(f, 0));
	if (t.broken || filter_check(f, &t) < 0)
		return 0;
	filter_emit(f->program, &t);
	if (negated)
		program_negate(f->program, mark, false);
	else
		boxes_of_test(boxes, &t);
	f->previous = t;
	return 0;
}
