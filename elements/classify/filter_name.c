// SPDX-License-Identifier: BSD-3-Clause
// What the words of filters stand for.

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "elements/classify/filter_parser.h"
#include "src/namedb.h"
#include "src/strbuf.h"

// ---- type words

static const struct type_word {
	const char *word;
	enum test_type type;
	int32_t proto; // implied
	struct test_field field;
} type_words[] = {
	{"host", TEST_HOST, PROTO_NONE},
	{"net", TEST_NET, PROTO_NONE},
	{"port", TEST_PORT, PROTO_NONE},
	{"proto", TEST_PROTO, PROTO_NONE},
	{"opt", TEST_OPT, PROTO_NONE},
	{"frag", TEST_FRAG, PROTO_NONE},
	{"unfrag", TEST_UNFRAG, PROTO_NONE},
	{"ce", TEST_CE, PROTO_NONE},
	{"vers", TEST_FIELD, PROTO_NONE, {"ip vers", .bit = 0, .n_bits = 4}},
	{"hl", TEST_FIELD, PROTO_NONE, {"ip hl", .bit = 4, .n_bits = 4}},
	{"tos", TEST_FIELD, PROTO_NONE, {"ip tos", .bit = 8, .n_bits = 8}},
	{"dscp", TEST_FIELD, PROTO_NONE, {"ip dscp", .bit = 8, .n_bits = 6}},
	{"ect", TEST_FIELD, PROTO_NONE, {"ip ect", .may_be_bare = true, .bit = 14, .n_bits = 2}},
	{"len", TEST_FIELD, PROTO_NONE, {"ip len", .bit = 16, .n_bits = 16}},
	{"id", TEST_FIELD, PROTO_NONE, {"ip id", .bit = 32, .n_bits = 16}},
	{"ttl", TEST_FIELD, PROTO_NONE, {"ip ttl", .bit = 64, .n_bits = 8}},
	{"win", TEST_FIELD, PROTO_TCP, {"tcp win", .in_transport = true, .bit = 112, .n_bits = 16}},
	{"type", TEST_FIELD, PROTO_ICMP,
		{"icmp type", .in_transport = true, .bit = 0, .n_bits = 8}},
};

static const struct type_word *
find_type(const char *word)
{
	for (size_t i = 0; i < sizeof(type_words) / sizeof(type_words[0]); i++) {
		if (strcmp(type_words[i].word, word) == 0)
			return &type_words[i];
	}
	return NULL;
}

bool
filter_find_type(const char *word, struct filter_test *t)
{
	const struct type_word *w = find_type(word);

	if (w == NULL)
		return false;
	t->type = w->type;
	t->field = w->field;
	t->proto = w->proto;
	return true;
}

// ---- how tests are called

static void
add_proto(int32_t proto, struct strbuf *out)
{
	const char *name = namedb_name(NAME_IP_PROTO, (uint32_t)proto);

	if (proto == PROTO_NONE)
		return;
	if (name != NULL)
		strbuf_adds(out, name);
	else
		strbuf_addf(out, "%" PRId32, proto);
}

static void
add_type(const struct filter_test *t, struct strbuf *out)
{
	static const char *const names[] = {
		[TEST_NONE] = "<none>",
		[TEST_HOST] = "ip host",
		[TEST_NET] = "ip net",
		[TEST_PROTO] = "proto",
		[TEST_PORT] = "port",
		[TEST_OPT] = "tcp opt",
		[TEST_FRAG] = "ip frag",
		[TEST_UNFRAG] = "ip unfrag",
		[TEST_CE] = "ip ce",
	};

	if (t->type == TEST_HOST && t->layer == LAYER_ETHER)
		strbuf_adds(out, "ether host");
	else if (t->type != TEST_FIELD)
		strbuf_adds(out, names[t->type]);
	else if (t->field.name != NULL)
		strbuf_adds(out, t->field.name);
	else if (t->field.in_transport)
		add_proto(t->proto, out);
	else
		strbuf_adds(out, "ip");
	if (t->type == TEST_FIELD && t->field.name == NULL)
		strbuf_adds(out, "[...]");
}

void
filter_test_name(const struct filter_test *t, struct strbuf *out)
{
	static const char *const sides[] = {
		[SIDE_NONE] = "",
		[SIDE_SRC] = "src ",
		[SIDE_DST] = "dst ",
		[SIDE_EITHER] = "src or dst ",
		[SIDE_BOTH] = "src and dst ",
	};

	strbuf_adds(out, sides[t->side]);
	add_type(t, out);
}

// ---- names of values

// The tables, in the order in which they are suggested.
static const struct value_table {
	enum name_kind names;
	enum test_data data;
	struct filter_test type; // with which the word would mean this
} tables[] = {
	{NAME_IP_PROTO, DATA_PROTO, {.type = TEST_PROTO}},
	{NAME_TCP_PORT, DATA_PORT, {.type = TEST_PORT}},
	{NAME_UDP_PORT, DATA_PORT, {.type = TEST_PORT}},
	{NAME_TCP_OPTION, DATA_OPT, {.type = TEST_OPT}},
	{NAME_ICMP_TYPE, DATA_ICMP_TYPE, {.type = TEST_FIELD, .field = {.name = "icmp type"}}},
};

enum { TABLES = sizeof(tables) / sizeof(tables[0]), TCP_PORTS = 1, UDP_PORTS = 2 };

static bool
proto_is(const struct filter_test *t, int32_t a, int32_t b)
{
	return t->proto == PROTO_NONE || t->proto == a || t->proto == b;
}

static bool
is_icmp_type(const struct filter_test *t)
{
	return t->type == TEST_FIELD && t->field.name != NULL &&
	       strcmp(t->field.name, "icmp type") == 0;
}

// Whether the test's type and protocol leave a table in question.
static bool
table_fits(const struct filter_test *t, size_t i)
{
	bool any = t->type == TEST_NONE;

	switch (tables[i].names) {
	case NAME_IP_PROTO:
		return any || t->type == TEST_PROTO;
	case NAME_TCP_PORT:
		return (any || t->type == TEST_PORT) && proto_is(t, PROTO_TCP, PROTO_TCPUDP);
	case NAME_UDP_PORT:
		return (any || t->type == TEST_PORT) && proto_is(t, PROTO_UDP, PROTO_TCPUDP);
	case NAME_TCP_OPTION:
		return (any || t->type == TEST_OPT) && proto_is(t, PROTO_TCP, PROTO_TCP);
	default:
		return (any || is_icmp_type(t)) && proto_is(t, PROTO_ICMP, PROTO_ICMP);
	}
}

struct found {
	bool known[TABLES], fits[TABLES];
	uint32_t value[TABLES];
	unsigned n_known, n_fit;
	size_t table; // the last one that fits
};

static void
look_up(const struct filter_parser *f, const char *word, const struct filter_test *t,
	struct found *found)
{
	*found = (struct found){0};
	for (size_t i = 0; i < TABLES; i++) {
		union name_value value;

		if (!namedb_find(
			    f->scope.names, f->scope.element_name, tables[i].names, word, &value))
			continue;
		found->known[i] = true;
		found->n_known++;
		found->value[i] = value.number;
		found->fits[i] = table_fits(t, i);
	}
	if (found->fits[TCP_PORTS] && found->fits[UDP_PORTS] &&
		found->value[TCP_PORTS] == found->value[UDP_PORTS])
		found->fits[UDP_PORTS] = false;
	for (size_t i = 0; i < TABLES; i++) {
		if (found->fits[i]) {
			found->n_fit++;
			found->table = i;
		}
	}
}

bool
filter_find_proto(const struct filter_parser *f, const char *word, int32_t *proto)
{
	const struct filter_test any = {.proto = PROTO_NONE};
	struct found found;

	look_up(f, word, &any, &found);
	if (found.n_fit != 1 || tables[found.table].data != DATA_PROTO ||
		found.value[found.table] > INT32_MAX)
		return false;
	*proto = (int32_t)found.value[found.table];
	return true;
}

static void
add_word(const struct filter_test *type, int32_t proto, const char *word, struct strbuf *out)
{
	strbuf_addc(out, '\'');
	add_type(type, out);
	strbuf_addc(out, ' ');
	add_proto(proto, out);
	strbuf_addf(out, " %s'", word);
}

static int
report_unclear(const struct filter_parser *f, const char *word, const struct filter_test *t,
	const struct found *found)
{
	struct strbuf what = STRBUF_INIT, try = STRBUF_INIT;

	add_word(t, t->proto, word, &what);
	for (size_t i = 0; i < TABLES; i++) {
		if (!found->known[i])
			continue;
		strbuf_adds(&try, try.len > 0 ? ", " : "");
		add_word(&tables[i].type, t->proto, word, &try);
	}
	filter_error(f, "%s is %s; try %s", strbuf_text(&what),
		found->n_fit > 1 ? "ambiguous" : "meaningless", strbuf_text(&try));
	strbuf_fini(&what);
	strbuf_fini(&try);
	return -EINVAL;
}

int
filter_find_data(const struct filter_parser *f, const char *word, struct filter_test *t)
{
	struct found found;

	if (t->type == TEST_NONE && find_type(word) != NULL)
		return 0;
	look_up(f, word, t, &found);
	if (found.n_known == 0)
		return 0;
	if (found.n_fit != 1)
		return report_unclear(f, word, t, &found);
	t->data = tables[found.table].data;
	t->value = found.value[found.table];
	return 0;
}
