// SPDX-License-Identifier: BSD-3-Clause
#include "elements/classify/filter_box.h"

#include <rte_common.h>

#include "elements/classify/filter_parser.h"

const uint32_t box_dim_max[BOX_DIMS] = {
	[BOX_SRC] = UINT32_MAX,
	[BOX_DST] = UINT32_MAX,
	[BOX_SPORT] = UINT16_MAX,
	[BOX_DPORT] = UINT16_MAX,
	[BOX_PROTO] = UINT8_MAX,
};

static void
box_all(struct box *b)
{
	for (unsigned d = 0; d < BOX_DIMS; d++) {
		b->low[d] = 0;
		b->high[d] = box_dim_max[d];
	}
}

void
boxes_all(struct boxes *b)
{
	b->n = 1;
	b->exact = true;
	box_all(&b->v[0]);
}

void
boxes_unknown(struct boxes *b)
{
	boxes_all(b);
	b->exact = false;
}

// ---- combining

static bool
intersect(struct box *b, const struct box *with)
{
	for (unsigned d = 0; d < BOX_DIMS; d++) {
		b->low[d] = RTE_MAX(b->low[d], with->low[d]);
		b->high[d] = RTE_MIN(b->high[d], with->high[d]);
		if (b->low[d] > b->high[d])
			return false;
	}
	return true;
}

// The smallest box around all of them.
static void
to_one(struct boxes *b)
{
	for (unsigned i = 1; i < b->n; i++) {
		for (unsigned d = 0; d < BOX_DIMS; d++) {
			b->v[0].low[d] = RTE_MIN(b->v[0].low[d], b->v[i].low[d]);
			b->v[0].high[d] = RTE_MAX(b->v[0].high[d], b->v[i].high[d]);
		}
	}
	b->exact &= b->n <= 1;
	b->n = RTE_MIN(b->n, 1u);
}

// All pairs that have something in common; how many, even if there is no room for more.
static unsigned
add_pairs(struct boxes *b, const struct boxes *left, const struct boxes *right)
{
	unsigned n = 0;
	struct box pair;

	for (unsigned i = 0; i < left->n; i++) {
		for (unsigned k = 0; k < right->n; k++) {
			pair = left->v[i];
			if (!intersect(&pair, &right->v[k]))
				continue;
			if (n < BOXES_MAX)
				b->v[n] = pair;
			n++;
		}
	}
	return n;
}

void
boxes_and(struct boxes *b, const struct boxes *with)
{
	struct boxes left = *b, right = *with;
	unsigned n = add_pairs(b, &left, &right);

	if (n > BOXES_MAX) {
		to_one(left.n > right.n ? &left : &right);
		n = add_pairs(b, &left, &right);
	}
	b->n = n;
	b->exact = left.exact && right.exact;
}

void
boxes_or(struct boxes *b, const struct boxes *with)
{
	struct boxes right = *with;

	if (b->n + right.n > BOXES_MAX)
		to_one(&right);
	if (b->n + right.n > BOXES_MAX)
		to_one(b);
	for (unsigned i = 0; i < right.n; i++)
		b->v[b->n++] = right.v[i];
	b->exact &= right.exact;
}

// ---- tests

// The values of a field that the test lets pass. false: no such interval is known.
static bool
interval(const struct filter_test *t, uint32_t max, uint32_t *low, uint32_t *high)
{
	uint32_t free_bits = max & ~t->mask;

	if ((free_bits & (free_bits + 1)) != 0)
		return false; // the mask is no prefix
	if (t->relation == RELATION_EQUAL) {
		*low = t->value & t->mask & max;
		*high = *low | free_bits;
		return !t->negated;
	}
	if (free_bits != 0 || t->relation != RELATION_GREATER || t->value >= max)
		return false;
	*low = t->negated ? 0 : t->value + 1;
	*high = t->negated ? t->value : max;
	return true;
}

static void
limit(struct box *b, enum box_dim d, uint32_t low, uint32_t high)
{
	b->low[d] = low;
	b->high[d] = high;
}

static void
limit_proto(struct boxes *b, int32_t proto)
{
	if (proto == PROTO_TCPUDP) {
		b->n = 2;
		b->v[1] = b->v[0];
		limit(&b->v[0], BOX_PROTO, PROTO_TCP, PROTO_TCP);
		limit(&b->v[1], BOX_PROTO, PROTO_UDP, PROTO_UDP);
	} else if (proto != PROTO_NONE && proto <= UINT8_MAX) {
		limit(&b->v[0], BOX_PROTO, (uint32_t)proto, (uint32_t)proto);
	} else {
		b->exact = proto == PROTO_NONE;
	}
}

static void
limit_sides(struct boxes *b, const struct filter_test *t, enum box_dim src, enum box_dim dst)
{
	uint32_t low, high;

	if (!interval(t, box_dim_max[src], &low, &high) ||
		(t->negated && (t->side == SIDE_EITHER || t->side == SIDE_BOTH))) {
		boxes_unknown(b);
		return;
	}
	// A whole interval of ports also has the fragments that have none, which do not match.
	b->exact = t->type != TEST_PORT || low > 0 || high < box_dim_max[src];
	if (t->side == SIDE_EITHER) {
		b->v[1] = b->v[0];
		b->n = 2;
		limit(&b->v[0], src, low, high);
		limit(&b->v[1], dst, low, high);
		return;
	}
	if (t->side != SIDE_DST)
		limit(&b->v[0], src, low, high);
	if (t->side != SIDE_SRC)
		limit(&b->v[0], dst, low, high);
}

void
boxes_of_test(struct boxes *b, const struct filter_test *t)
{
	uint32_t low, high;
	struct boxes proto;

	boxes_unknown(b);
	switch (t->type) {
	case TEST_PROTO:
		if (t->value <= UINT8_MAX && interval(t, UINT8_MAX, &low, &high)) {
			boxes_all(b);
			limit(&b->v[0], BOX_PROTO, low, high);
		} else if (t->value == PROTO_TCPUDP && !t->negated) {
			boxes_all(b);
			limit_proto(b, PROTO_TCPUDP);
		}
		return;
	case TEST_PORT:
		boxes_all(b);
		limit_sides(b, t, BOX_SPORT, BOX_DPORT);
		break;
	case TEST_HOST:
	case TEST_NET:
		if (t->layer == LAYER_ETHER)
			break;
		boxes_all(b);
		limit_sides(b, t, BOX_SRC, BOX_DST);
		break;
	default:
		break;
	}
	boxes_all(&proto);
	limit_proto(&proto, t->proto);
	boxes_and(b, &proto);
}
