// SPDX-License-Identifier: BSD-3-Clause
// Completes tests of the filter language and refuses those whose parts do not go together.

#include <errno.h>
#include <inttypes.h>

#include "elements/classify/filter_parser.h"
#include "src/strbuf.h"

static int
test_error(const struct filter_parser *f, const struct filter_test *t, const char *text)
{
	struct strbuf name = STRBUF_INIT;

	filter_test_name(t, &name);
	filter_error(f, "'%s': %s", strbuf_text(&name), text);
	strbuf_fini(&name);
	return -EINVAL;
}

static int
bound_error(
	const struct filter_parser *f, const struct filter_test *t, const char *fmt, uint32_t bound)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, fmt, bound);
	test_error(f, t, strbuf_text(&text));
	strbuf_fini(&text);
	return -EINVAL;
}

// ---- what was not said

static void
inherit_side(struct filter_test *t, const struct filter_test *previous)
{
	if (t->side == SIDE_NONE)
		t->side = previous->side;
}

static void
infer_port(struct filter_test *t, const struct filter_test *previous)
{
	t->type = TEST_PORT;
	inherit_side(t, previous);
	if (t->proto == PROTO_NONE)
		t->proto = previous->proto;
}

// A bare number is one more for the previous test.
static int
infer_from_previous(struct filter_test *t, const struct filter_test *previous)
{
	if (previous->type == TEST_PORT) {
		infer_port(t, previous);
		return 0;
	}
	if (previous->type != TEST_FIELD && previous->type != TEST_PROTO)
		return -EINVAL;
	t->type = previous->type;
	t->field = previous->field;
	if (t->type == TEST_FIELD && t->field.in_transport && t->proto == PROTO_NONE)
		t->proto = previous->proto;
	return 0;
}

static void
infer_icmp_type(struct filter_test *t)
{
	struct filter_test type;

	filter_find_type("type", &type);
	t->type = type.type;
	t->field = type.field;
	t->proto = type.proto;
}

static int
infer_type(const struct filter_parser *f, struct filter_test *t)
{
	switch (t->data) {
	case DATA_NUMBER:
		if (infer_from_previous(t, &f->previous) < 0)
			return filter_error(f, "specify header field or 'port'");
		break;
	case DATA_HOST:
		t->type = TEST_HOST;
		inherit_side(t, &f->previous);
		break;
	case DATA_MAC:
		t->type = TEST_HOST;
		t->layer = LAYER_ETHER;
		inherit_side(t, &f->previous);
		break;
	case DATA_NET:
		t->type = TEST_NET;
		inherit_side(t, &f->previous);
		break;
	case DATA_OPT:
		t->type = TEST_OPT;
		break;
	case DATA_PROTO:
		t->type = TEST_PROTO;
		break;
	case DATA_PORT:
		infer_port(t, &f->previous);
		break;
	case DATA_ICMP_TYPE:
		infer_icmp_type(t);
		break;
	case DATA_NONE:
		if (t->proto == PROTO_NONE)
			return filter_error(f, "partial directive");
		t->type = TEST_PROTO;
		break;
	}
	return 0;
}

// ---- numbers

static bool
has_relation(const struct filter_test *t)
{
	return t->relation != RELATION_EQUAL || t->negated;
}

// A relation that holds for all values, or none, becomes a test without bits.
static bool
is_constant_relation(
	const struct filter_parser *f, struct filter_test *t, uint32_t value, uint32_t max)
{
	static const char *const signs[2][2] = {{">", "<="}, {"<", ">="}};
	bool less = t->relation == RELATION_LESS, holds;

	if (less ? value > 0 && value <= max : value < max)
		return false;
	holds = (less && value > max) != t->negated;
	filter_warning(f, "relation '%s %" PRIu32 "' is always %s (range 0-%" PRIu32 ")",
		signs[less][t->negated], value, holds ? "true" : "false", max);
	t->relation = RELATION_EQUAL;
	t->value = t->mask = 0;
	t->negated = !holds;
	return true;
}

// A value with bits outside the mask stands for the next smaller one within it.
static uint32_t
within_mask(uint32_t value, uint32_t mask)
{
	uint32_t outside = value & ~mask;

	if (outside == 0)
		return value;
	return (value | ((1u << (31 - __builtin_clz(outside))) - 1)) & mask;
}

// value and mask of a number of this range.
static int
check_number(const struct filter_parser *f, struct filter_test *t, uint32_t max)
{
	uint32_t mask = t->mask_kind == DATA_NONE ? max : t->mask;

	if (t->mask_kind != DATA_NONE && t->mask_kind != DATA_NUMBER)
		return test_error(f, t, "bad mask");
	if ((mask & max) != mask)
		return bound_error(f, t, "mask out of range, bound 0x%" PRIX32, max);
	if (t->relation == RELATION_EQUAL && t->value > max)
		return bound_error(f, t, "out of range, bound %" PRIu32, max);
	if (t->relation != RELATION_EQUAL && is_constant_relation(f, t, t->value, mask))
		return 0;
	if (t->relation == RELATION_LESS) {
		t->relation = RELATION_GREATER;
		t->negated = !t->negated;
		t->value--;
	}
	if (t->relation == RELATION_GREATER)
		t->value = within_mask(t->value, mask);
	t->mask = mask;
	return 0;
}

// ---- the types

static int
check_host(const struct filter_parser *f, struct filter_test *t)
{
	if (t->data == DATA_MAC)
		t->layer = LAYER_ETHER;
	if (t->data != (t->layer == LAYER_ETHER ? DATA_MAC : DATA_HOST))
		return test_error(f, t, "address missing");
	if (t->relation != RELATION_EQUAL)
		return test_error(f, t, "operator not supported");
	if (t->mask_kind != DATA_NONE && (t->mask_kind == DATA_MAC) != (t->layer == LAYER_ETHER))
		return test_error(f, t, "bad mask");
	if (t->mask_kind == DATA_NONE) {
		t->mask = UINT32_MAX;
		t->mac_mask = (struct mac_addr){{255, 255, 255, 255, 255, 255}};
	}
	return 0;
}

static int
check_net(const struct filter_parser *f, struct filter_test *t)
{
	if (t->data != DATA_NET)
		return test_error(f, t, "address missing");
	if (t->relation != RELATION_EQUAL || t->mask_kind != DATA_NONE)
		return test_error(f, t, "operator or mask not supported");
	t->mask = t->net_mask;
	return 0;
}

// Names of protocols stand for more than one number can say.
static int
check_proto(const struct filter_parser *f, struct filter_test *t)
{
	bool has_value = t->data == DATA_NUMBER || t->data == DATA_PROTO;

	if (has_value && t->proto != PROTO_NONE)
		return test_error(f, t, "specified twice");
	if (!has_value && (t->data != DATA_NONE || t->proto == PROTO_NONE || has_relation(t) ||
				  t->mask_kind != DATA_NONE))
		return test_error(f, t, "value missing");
	if (!has_value)
		t->value = (uint32_t)t->proto;
	if (t->value == PROTO_TCPUDP) {
		if (t->relation != RELATION_EQUAL || t->mask_kind != DATA_NONE)
			return test_error(f, t, "operator or mask not supported");
		t->proto = PROTO_TCPUDP;
		return 0;
	}
	if (check_number(f, t, UINT8_MAX) < 0)
		return -EINVAL;
	if (!has_relation(t) && t->mask == UINT8_MAX)
		t->proto = (int32_t)t->value;
	return 0;
}

static int
bad_proto(const struct filter_parser *f, const struct filter_test *t)
{
	return bound_error(f, t, "bad protocol %" PRIu32, (uint32_t)t->proto);
}

static int
check_port(const struct filter_parser *f, struct filter_test *t)
{
	if (t->data != DATA_NUMBER && t->data != DATA_PORT)
		return test_error(f, t, "value missing");
	if (t->proto == PROTO_NONE)
		t->proto = PROTO_TCPUDP;
	if (t->proto != PROTO_TCP && t->proto != PROTO_UDP && t->proto != PROTO_TCPUDP &&
		t->proto != PROTO_DCCP)
		return bad_proto(f, t);
	return check_number(f, t, UINT16_MAX);
}

static int
check_opt(const struct filter_parser *f, struct filter_test *t)
{
	if (t->data != DATA_NUMBER && t->data != DATA_OPT)
		return test_error(f, t, "value missing");
	if (t->proto == PROTO_NONE)
		t->proto = PROTO_TCP;
	if (t->proto != PROTO_TCP)
		return bad_proto(f, t);
	if (has_relation(t) || t->mask_kind != DATA_NONE)
		return test_error(f, t, "operator or mask not supported");
	if (t->value > UINT8_MAX)
		return bound_error(f, t, "out of range, bound %" PRIu32, UINT8_MAX);
	t->mask = t->value;
	return 0;
}

static int
check_flag(const struct filter_parser *f, const struct filter_test *t)
{
	if (t->data != DATA_NONE)
		return test_error(f, t, "value not supported");
	if (has_relation(t) || t->mask_kind != DATA_NONE)
		return test_error(f, t, "operator or mask not supported");
	return 0;
}

static int
check_field(const struct filter_parser *f, struct filter_test *t)
{
	uint32_t max = UINT32_MAX >> (32 - t->field.n_bits);

	if (t->data == DATA_NONE && t->field.may_be_bare && !has_relation(t) &&
		t->mask_kind == DATA_NONE) {
		t->negated = true;
		t->mask = max;
		return 0;
	}
	if (t->data != DATA_NUMBER && t->data != DATA_ICMP_TYPE)
		return test_error(f, t, "value missing");
	return check_number(f, t, max);
}

static int
check_type(const struct filter_parser *f, struct filter_test *t)
{
	switch (t->type) {
	case TEST_HOST:
		return check_host(f, t);
	case TEST_NET:
		return check_net(f, t);
	case TEST_PROTO:
		return check_proto(f, t);
	case TEST_PORT:
		return check_port(f, t);
	case TEST_OPT:
		return check_opt(f, t);
	case TEST_FIELD:
		return check_field(f, t);
	default:
		return check_flag(f, t);
	}
}

int
filter_check(const struct filter_parser *f, struct filter_test *t)
{
	enum test_side side = t->side;

	if (t->type == TEST_NONE && infer_type(f, t) < 0)
		return -EINVAL;
	if (t->layer == LAYER_ETHER && t->type != TEST_HOST)
		return test_error(f, t, "ip only");
	if (check_type(f, t) < 0)
		return -EINVAL;
	if (t->type == TEST_HOST || t->type == TEST_NET || t->type == TEST_PORT) {
		if (t->side == SIDE_NONE)
			t->side = SIDE_EITHER;
	} else if (side != SIDE_NONE) {
		struct strbuf name = STRBUF_INIT;

		filter_test_name(t, &name);
		filter_warning(f, "'%s': 'src' or 'dst' ignored", strbuf_text(&name));
		strbuf_fini(&name);
	}
	return 0;
}
