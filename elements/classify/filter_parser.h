// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Between the files of the filter language.
//
//	expr   = orexp [ '?' expr ':' expr ]
//	orexp  = term { ('or' | '||') term }
//	term   = factor { ['and' | '&&'] factor }
//	factor = { 'not' | '!' } ( '(' expr ')' | test )
//	test   = 'true' | 'false' | qualifiers [brackets] ['&' MASK] [operator] data

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "src/addr.h"
#include "src/addrname.h"
#include "src/strvec.h"

struct boxes;
struct errh;
struct program;
struct strbuf;

enum { FILTER_DEPTH_MAX = 100 };

enum test_type {
	TEST_NONE,
	TEST_HOST,
	TEST_NET,
	TEST_PROTO,
	TEST_PORT,
	TEST_OPT, // TCP flags
	TEST_FRAG,
	TEST_UNFRAG,
	TEST_CE,
	TEST_FIELD, // a number in a header; see struct test_field
};

enum test_side { SIDE_NONE, SIDE_SRC, SIDE_DST, SIDE_EITHER, SIDE_BOTH };

enum test_layer { LAYER_NONE, LAYER_IP, LAYER_ETHER };

enum test_relation { RELATION_EQUAL, RELATION_GREATER, RELATION_LESS };

enum test_data {
	DATA_NONE,
	DATA_NUMBER,
	DATA_HOST,
	DATA_NET,
	DATA_MAC,
	DATA_PROTO, // the rest: numbers that names stand for
	DATA_PORT,
	DATA_OPT,
	DATA_ICMP_TYPE,
};

enum { PROTO_NONE = -1, PROTO_ICMP = 1, PROTO_TCP = 6, PROTO_UDP = 17, PROTO_DCCP = 33 };
// Protocol numbers that no packet has.
enum { PROTO_TCPUDP = 256, PROTO_TRANSP = 258 };

struct test_field {
	const char *name; // for messages; NULL: written in brackets
	bool in_transport; // header: transport, else IP
	bool may_be_bare; // without a value it is compared with "not 0"
	uint32_t bit; // first
	uint32_t n_bits; // in one aligned word
};

struct filter_test {
	enum test_type type;
	struct test_field field;
	enum test_side side;
	enum test_layer layer;
	int32_t proto;
	enum test_relation relation;
	bool negated; // the operator: `!=`, `>=`, `<=`
	enum test_data data;
	uint32_t value; // number or IPv4 address
	uint32_t net_mask;
	struct mac_addr mac;
	enum test_data mask_kind; // DATA_NUMBER, DATA_HOST, DATA_MAC; DATA_NONE: no mask
	uint32_t mask;
	struct mac_addr mac_mask;
	bool broken; // an error was reported while it was read
};

struct filter_parser {
	struct strvec words;
	size_t at; // the next word
	struct program *program; // to add to
	struct filter_test previous; // what a test without qualifiers takes over
	struct name_scope scope;
	struct errh *errh;
	unsigned pattern; // its number, for messages
	unsigned depth;
};

// ---- filter_words.c
// Cuts text into words. -EINVAL, without a message: it has a NUL byte.
int filter_cut(const char *text, size_t len, struct strvec *words);
// The word n places on; "" behind the end.
const char *filter_word(const struct filter_parser *f, size_t n);
bool filter_word_is(const struct filter_parser *f, size_t n, const char *word);
// `and`, `or`, and such: never data.
bool filter_is_data(const char *word);

// ---- filter_expr.c
// The words from f->at on to a tree of f->program, and to boxes around what it matches. Returns 0
// or -EINVAL, reported.
int filter_parse(struct filter_parser *f, struct boxes *boxes);
// Report with `pattern N: ` in front. The first returns -EINVAL.
int filter_error(const struct filter_parser *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void filter_warning(const struct filter_parser *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

// ---- filter_test.c
// One test. Returns -EINVAL if there is none here, which is reported; other errors count in
// f->errh.
int filter_parse_test(struct filter_parser *f, bool negated, struct boxes *boxes);

// ---- filter_name.c
// The type that a word stands for, with its field. false: none.
bool filter_find_type(const char *word, struct filter_test *t);
// Whether the word names a protocol and nothing else.
bool filter_find_proto(const struct filter_parser *f, const char *word, int32_t *proto);
// Looks a word up in the tables that the test's type and protocol leave. 0 and t->data DATA_NONE:
// no table knows it. -EINVAL: it means nothing here, or too much; reported.
int filter_find_data(const struct filter_parser *f, const char *word, struct filter_test *t);
// How messages call the test: "src or dst ip host".
void filter_test_name(const struct filter_test *t, struct strbuf *out);

// ---- filter_check.c
// Completes the test and sees whether its parts go together. Masks and values are ready for
// filter_emit() then. Returns 0 or -EINVAL, reported.
int filter_check(const struct filter_parser *f, struct filter_test *t);

// ---- filter_emit.c
// Adds the steps of a checked test.
void filter_emit(struct program *p, const struct filter_test *t);
