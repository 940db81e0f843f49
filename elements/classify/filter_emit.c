// SPDX-License-Identifier: BSD-3-Clause
// From checked tests of the filter language to steps of a program.

#include "elements/classify/filter_parser.h"
#include "elements/classify/program.h"

enum { // places of header fields, rounded down to four bytes
	WORD_TOS = OFFSET_NETWORK,
	WORD_FRAGMENT = OFFSET_NETWORK + 4,
	WORD_PROTO = OFFSET_NETWORK + 8,
	WORD_SRC = OFFSET_NETWORK + 12,
	WORD_DST = OFFSET_NETWORK + 16,
	WORD_PORTS = OFFSET_TRANSPORT,
	WORD_TCP_FLAGS = OFFSET_TRANSPORT + 12,
	MASK_FRAGMENT_OFFSET = 0x1fff,
	MASK_FRAGMENT = 0x3fff,
	MASK_CE = 3 << 16,
	SHIFT_PROTO = 16,
	SHIFT_TCP_FLAGS = 16,
};

// field & mask > value, from the top bits down: with the highest bit of value set the field must
// have the bits in which it is set too, else one of those in which it is not is enough.
static void
add_greater(struct program *p, uint32_t offset, unsigned shift, uint32_t mask, uint32_t value)
{
	bool high = value > mask / 2;
	uint32_t differs = high ? ~(value + 1) & mask : value;
	uint32_t top =
		differs == 0
			? mask
			: mask & ~(uint32_t)((UINT64_C(2) << (31 - __builtin_clz(differs))) - 1);
	struct program_parts parts = {0};
	size_t mark = p->n;

	if (value >= mask)
		return;
	program_part(p, &parts);
	program_add(p, offset, high ? top << shift : 0, top << shift);
	if (!high)
		program_negate(p, mark, true);
	program_part(p, &parts);
	mask &= ~top;
	add_greater(p, offset, shift, mask, value & mask);
	program_combine(p, &parts, high ? COMBINE_AND : COMBINE_OR);
}

static void
add_comparison(struct program *p, const struct filter_test *t, uint32_t offset, unsigned shift)
{
	if (t->relation == RELATION_GREATER)
		add_greater(p, offset, shift, t->mask, t->value & t->mask);
	else
		program_add(p, offset, t->value << shift, t->mask << shift);
}

static void
add_proto(struct program *p, int32_t proto)
{
	struct program_parts parts = {0};

	if (proto == PROTO_TCPUDP) {
		program_part(p, &parts);
		add_proto(p, PROTO_TCP);
		program_part(p, &parts);
		add_proto(p, PROTO_UDP);
		program_combine(p, &parts, COMBINE_OR);
	} else if (proto != PROTO_NONE && proto <= UINT8_MAX) {
		program_add(p, WORD_PROTO, (uint32_t)proto << SHIFT_PROTO,
			UINT32_C(0xff) << SHIFT_PROTO);
	}
}

static uint32_t
mac_word(const struct mac_addr *mac, unsigned first)
{
	return (uint32_t)mac->bytes[first] << 24 | (uint32_t)mac->bytes[first + 1] << 16 |
	       (uint32_t)mac->bytes[first + 2] << 8 | mac->bytes[first + 3];
}

// The destination ends its first word, the source begins its last one.
static void
add_mac(struct program *p, const struct filter_test *t, bool src)
{
	const struct mac_addr *mac = &t->mac, *mask = &t->mac_mask;
	struct program_parts parts = {0};

	program_part(p, &parts);
	if (src)
		program_add(p, 8, mac_word(mac, 0), mac_word(mask, 0));
	else
		program_add(p, 0, mac_word(mac, 0) >> 16, mac_word(mask, 0) >> 16);
	program_part(p, &parts);
	if (src)
		program_add(p, 12, mac_word(mac, 2) << 16, mac_word(mask, 2) << 16);
	else
		program_add(p, 4, mac_word(mac, 2), mac_word(mask, 2));
	program_combine(p, &parts, COMBINE_AND);
}

static void
add_side(struct program *p, const struct filter_test *t, bool src)
{
	if (t->type == TEST_PORT)
		add_comparison(p, t, WORD_PORTS, src ? 16 : 0);
	else if (t->layer == LAYER_ETHER)
		add_mac(p, t, src);
	else
		add_comparison(p, t, src ? WORD_SRC : WORD_DST, 0);
}

static void
add_sides(struct program *p, const struct filter_test *t)
{
	struct program_parts parts = {0};

	program_part(p, &parts);
	if (t->side != SIDE_DST)
		add_side(p, t, true);
	program_part(p, &parts);
	if (t->side != SIDE_SRC)
		add_side(p, t, false);
	program_combine(p, &parts, t->side == SIDE_EITHER ? COMBINE_OR : COMBINE_AND);
}

static void
add_field(struct program *p, const struct filter_test *t)
{
	const struct test_field *field = &t->field;
	uint32_t offset = field->in_transport ? OFFSET_TRANSPORT : OFFSET_NETWORK;

	add_comparison(p, t, offset + field->bit / 32 * 4, 32 - field->bit % 32 - field->n_bits);
}

static void
add_test(struct program *p, const struct filter_test *t)
{
	size_t mark = p->n;
	bool negated = t->negated;

	switch (t->type) {
	case TEST_PROTO:
		if (t->value == PROTO_TCPUDP)
			add_proto(p, PROTO_TCPUDP);
		else
			add_comparison(p, t, WORD_PROTO, SHIFT_PROTO);
		break;
	case TEST_OPT:
		add_comparison(p, t, WORD_TCP_FLAGS, SHIFT_TCP_FLAGS);
		break;
	case TEST_FRAG:
	case TEST_UNFRAG:
		program_add(p, WORD_FRAGMENT, 0, MASK_FRAGMENT);
		negated = t->type == TEST_FRAG;
		break;
	case TEST_CE:
		program_add(p, WORD_TOS, MASK_CE, MASK_CE);
		break;
	case TEST_FIELD:
		add_field(p, t);
		break;
	default:
		add_sides(p, t);
		break;
	}
	if (negated)
		program_negate(p, mark, true);
}

static bool
needs_first_fragment(const struct filter_test *t)
{
	return t->type == TEST_PORT || t->type == TEST_OPT ||
	       (t->type == TEST_FIELD && t->field.in_transport);
}

void
filter_emit(struct program *p, const struct filter_test *t)
{
	struct program_parts parts = {0};

	program_part(p, &parts);
	if (t->type != TEST_PROTO)
		add_proto(p, t->proto);
	program_part(p, &parts);
	if (needs_first_fragment(t))
		program_add(p, WORD_FRAGMENT, 0, MASK_FRAGMENT_OFFSET);
	program_part(p, &parts);
	add_test(p, t);
	program_combine(p, &parts, COMBINE_AND);
}
