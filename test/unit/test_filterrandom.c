// SPDX-License-Identifier: BSD-3-Clause
// Random patterns of the filter language and packets, cut short or not, through IPFilter and
// through an interpreter of the patterns that knows nothing of programs.

#include <stdlib.h>
#include <string.h>

#include "src/mem.h"
#include "src/strbuf.h"
#include "test/unit/rig.h"

static struct packet *
ip_packet(const char *hex, unsigned segment)
{
	struct packet *p = segment == 0 ? rig_hex(hex) : rig_segments(hex, segment);

	packet_set_network(p, 0, 20);
	return p;
}

static uint64_t seed;

static uint32_t
rnd(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % n;
}

enum node_kind { NODE_TEST, NODE_AND, NODE_OR, NODE_NOT, NODE_CHOOSE };
enum node_test { IS_PROTO, IS_HOST, IS_NET, IS_PORT, IS_TTL, IS_FLAG, IS_FRAG, IS_TYPE, IS_BYTE };
enum { SRC, DST, EITHER, BOTH };
enum { EQ, NE, LT, GT, LE, GE };

struct node {
	enum node_kind kind;
	struct node *child[3];
	enum node_test test;
	unsigned side, op;
	uint32_t value, mask;
};

static const char *const sides[] = {"src", "dst", "src or dst", "src and dst"};
static const char *const ops[] = {"=", "!=", "<", ">", "<=", ">="};

static struct node *
random_test(struct strbuf *text)
{
	struct node *n = mem_zalloc(sizeof(*n));

	n->test = (enum node_test)rnd(9);
	n->side = rnd(4);
	n->op = rnd(6);
	n->mask = UINT32_MAX;
	switch (n->test) {
	case IS_PROTO:
		n->value = (uint32_t[]){6, 17, 1}[rnd(3)];
		n->op = EQ;
		strbuf_addf(text, "ip proto %u", n->value);
		break;
	case IS_HOST:
		n->value = 0x0a000000 + rnd(4);
		n->op = rnd(2);
		strbuf_addf(
			text, "%s host %s 10.0.0.%u", sides[n->side], ops[n->op], n->value & 255);
		break;
	case IS_NET:
		n->mask = 0xfffffffe << rnd(2);
		n->value = 0x0a000000 + rnd(4);
		n->op = EQ;
		strbuf_addf(text, "%s net 10.0.0.%u/%d", sides[n->side], n->value & 255,
			__builtin_popcount(n->mask));
		break;
	case IS_PORT:
		n->value = rnd(8) * 100;
		if (n->value == 0)
			n->op = n->op % 2;
		strbuf_addf(text, "%s port %s %u", sides[n->side], ops[n->op], n->value);
		break;
	case IS_TTL:
		n->value = rnd(6);
		n->mask = rnd(2) ? 255 : 1 + rnd(7);
		// Relations that are always true or false make a warning.
		if (n->op >= LT && (n->value < 1 || n->value >= n->mask))
			n->op = EQ;
		strbuf_addf(text, "ip ttl & %u %s %u", n->mask, ops[n->op], n->value);
		break;
	case IS_FLAG:
		n->value = 1u << rnd(6);
		strbuf_addf(text, "tcp opt %u", n->value);
		break;
	case IS_FRAG:
		n->op = rnd(2);
		strbuf_adds(text, n->op == EQ ? "ip frag" : "ip unfrag");
		break;
	case IS_TYPE:
		n->value = rnd(4);
		n->op = rnd(2);
		strbuf_addf(text, "icmp type %s %u", ops[n->op], n->value);
		break;
	case IS_BYTE:
		n->side = rnd(8);
		n->value = rnd(4);
		if (n->op >= LT && n->value < 1)
			n->op = NE;
		strbuf_addf(text, "transp[%u] %s %u", n->side, ops[n->op], n->value);
		break;
	}
	return n;
}

static struct node *
random_node(struct strbuf *text, unsigned depth)
{
	static const char *const between[3][2] = {
		{" and ", " && "}, {" or ", " || "}, {" ? ", " : "}};
	uint32_t kind = depth > 0 ? rnd(6) : 0;
	struct node *n;

	if (kind < 2)
		return random_test(text);
	n = mem_zalloc(sizeof(*n));
	n->kind = (enum node_kind)(kind - 1);
	strbuf_adds(text, n->kind == NODE_NOT ? (rnd(2) ? "!(" : "not (") : "(");
	n->child[0] = random_node(text, depth - 1);
	for (unsigned i = 1; i < 3 && n->kind != NODE_NOT; i++) {
		unsigned row = n->kind == NODE_AND ? 0 : n->kind == NODE_OR ? 1 : 2;

		if (i == 2 && n->kind != NODE_CHOOSE)
			break;
		strbuf_adds(text, between[row][i - 1]);
		n->child[i] = random_node(text, depth - 1);
	}
	strbuf_addc(text, ')');
	return n;
}

static void
free_node(struct node *n)
{
	if (n == NULL)
		return;
	for (unsigned i = 0; i < 3; i++)
		free_node(n->child[i]);
	free(n);
}

// A field of the packet; *have is made false if it is cut off.
static uint32_t
field(const uint8_t *ip, uint32_t len, uint32_t off, uint32_t n, bool *have)
{
	uint32_t v = 0;

	*have = off + n <= len;
	for (uint32_t i = 0; i < n && *have; i++)
		v = v << 8 | ip[off + i];
	return v;
}

// A comparison without its negation (<: not >=); what is cut off counts as `missing`.
static bool
compare(const struct node *n, uint32_t v, bool have, bool missing)
{
	v &= n->mask;
	if (!have)
		return missing;
	switch (n->op) {
	case EQ:
	case NE:
		return v == (n->value & n->mask);
	case LT:
	case GE:
		return v >= n->value;
	default:
		return v > n->value;
	}
}

// != and < and <= deny: then what is cut off must count as the opposite at first.
static bool
denies(const struct node *n)
{
	return n->op == NE || n->op == LT || n->op == LE;
}

static bool
one_field(const struct node *n, const uint8_t *ip, uint32_t len, uint32_t off, uint32_t size)
{
	bool have;
	uint32_t v = field(ip, len, off, size, &have);

	return compare(n, v, have, denies(n));
}

static bool
two_sides(const struct node *n, const uint8_t *ip, uint32_t len, uint32_t src, uint32_t dst,
	uint32_t size)
{
	bool s = one_field(n, ip, len, src, size), d = one_field(n, ip, len, dst, size);
	bool both = n->side == SRC ? s : n->side == DST ? d : n->side == EITHER ? s || d : s && d;

	return both != denies(n);
}

static bool
one_side(const struct node *n, const uint8_t *ip, uint32_t len, uint32_t off)
{
	return one_field(n, ip, len, off, 1) != denies(n);
}

static bool
proto_is(const uint8_t *ip, uint32_t len, uint32_t a, uint32_t b)
{
	bool have;
	uint32_t v = field(ip, len, 9, 1, &have);

	return have && (v == a || v == b);
}

static bool
first_fragment(const uint8_t *ip, uint32_t len)
{
	bool have;

	return (field(ip, len, 6, 2, &have) & 0x1fff) == 0 && have;
}

static bool
holds_test(const struct node *n, const uint8_t *ip, uint32_t len)
{
	bool have, first = first_fragment(ip, len);
	uint32_t v;

	switch (n->test) {
	case IS_PROTO:
		return one_side(n, ip, len, 9);
	case IS_HOST:
	case IS_NET:
		return two_sides(n, ip, len, 12, 16, 4);
	case IS_PORT:
		return proto_is(ip, len, 6, 17) && first && two_sides(n, ip, len, 20, 22, 2);
	case IS_TTL:
		return one_side(n, ip, len, 8);
	case IS_FLAG:
		v = field(ip, len, 33, 1, &have);
		return proto_is(ip, len, 6, 6) && first && have && (v & n->value) == n->value;
	case IS_FRAG:
		v = field(ip, len, 6, 2, &have) & 0x3fff;
		return have && (v != 0) == (n->op == EQ);
	case IS_TYPE:
		return proto_is(ip, len, 1, 1) && first && one_side(n, ip, len, 20);
	default:
		return first && one_side(n, ip, len, 20 + n->side);
	}
}

static bool
holds(const struct node *n, const uint8_t *ip, uint32_t len)
{
	switch (n->kind) {
	case NODE_TEST:
		return holds_test(n, ip, len);
	case NODE_AND:
		return holds(n->child[0], ip, len) && holds(n->child[1], ip, len);
	case NODE_OR:
		return holds(n->child[0], ip, len) || holds(n->child[1], ip, len);
	case NODE_NOT:
		return !holds(n->child[0], ip, len);
	default:
		return holds(n->child[holds(n->child[0], ip, len) ? 1 : 2], ip, len);
	}
}

static void
random_ip(uint8_t *ip)
{
	static const uint8_t protos[] = {6, 17, 1, 2};

	memset(ip, 0, 40);
	ip[0] = 0x45;
	ip[6] = (uint8_t)(rnd(6) == 0 ? 0x20 : 0);
	ip[7] = (uint8_t)(rnd(6) == 0);
	ip[8] = (uint8_t)rnd(8);
	ip[9] = protos[rnd(4)];
	ip[12] = ip[16] = 10;
	ip[15] = (uint8_t)rnd(4);
	ip[19] = (uint8_t)rnd(4);
	for (unsigned i = 20; i < 28; i++)
		ip[i] = (uint8_t)rnd(4);
	for (unsigned i = 20; i < 24 && rnd(2); i += 2) {
		ip[i] = (uint8_t)(rnd(8) * 100 >> 8);
		ip[i + 1] = (uint8_t)(rnd(8) * 100);
	}
	ip[33] = (uint8_t)rnd(64);
}

enum { N_OUTPUTS = 8, RULES_MAX = 150 };

// n rules of this depth; rule number i sends to output i % N_OUTPUTS.
static void
try_random_filter(unsigned n, unsigned depth, unsigned *n_wrong)
{
	struct strbuf config = STRBUF_INIT;
	struct node *rules[RULES_MAX];
	struct rig *r;

	strbuf_adds(&config, "IPFilter(");
	for (unsigned i = 0; i < n; i++) {
		strbuf_addf(&config, "%s%u ", i > 0 ? ", " : "", i % N_OUTPUTS);
		rules[i] = random_node(&config, depth);
	}
	strbuf_addc(&config, ')');
	r = rig_new(strbuf_text(&config), 1, N_OUTPUTS);
	for (unsigned i = 0; r != NULL && i < 40; i++) {
		uint8_t ip[40];
		// Cut where no field of a test is cut in two.
		uint32_t len = rnd(2) ? 40 : 4 * rnd(10), rule = 0, want, got = 0;
		struct strbuf hex = STRBUF_INIT;

		random_ip(ip);
		strbuf_addhex(&hex, ip, len);
		while (rule < n && !holds(rules[rule], ip, len))
			rule++;
		want = rule < n ? rule % N_OUTPUTS : N_OUTPUTS;
		rig_push(r, 0, ip_packet(strbuf_text(&hex), rnd(2) * rnd(9)));
		while (got < N_OUTPUTS && rig_count(r, got) == 0)
			got++;
		if (got != want && ++*n_wrong < 3)
			printf("\n%s\n%s: %u, want %u\n%s", strbuf_text(&config), strbuf_text(&hex),
				got, want, rig_read(r, "program"));
		rig_clear(r);
		strbuf_fini(&hex);
	}
	rig_free(r);
	for (unsigned i = 0; i < n; i++)
		free_node(rules[i]);
	strbuf_fini(&config);
}

static void
random_filters(void)
{
	unsigned n_wrong = 0;

	seed = 8191;
	for (unsigned round = 0; round < 400; round++)
		try_random_filter(4, 3, &n_wrong);
	CU_ASSERT_EQUAL(n_wrong, 0);
}

// So many that a table finds those that come into question.
static void
many_rules(void)
{
	unsigned n_wrong = 0;

	seed = 127;
	for (unsigned round = 0; round < 200; round++)
		try_random_filter(8 + rnd(20), 3, &n_wrong);
	for (unsigned round = 0; round < 20; round++)
		try_random_filter(RULES_MAX, 1, &n_wrong);
	CU_ASSERT_EQUAL(n_wrong, 0);
}

UNIT_SUITE(filterrandom, UNIT_CASE(random_filters), UNIT_CASE(many_rules))
