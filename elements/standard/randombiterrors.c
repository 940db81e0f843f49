// SPDX-License-Identifier: BSD-3-Clause
// RandomBitErrors: flips, sets or clears bits of packets at random.

#include <math.h>
#include <string.h>

#include <rte_random.h>

#include "src/element.h"
#include "src/strbuf.h"

enum { PROBABILITY_BITS = 28, CERTAIN = 1 << PROBABILITY_BITS };

enum bit_error { BIT_FLIP, BIT_SET, BIT_CLEAR };

struct randombiterrors {
	struct element element;
	struct probability probability;
	enum bit_error kind;
	bool active;
	double log_miss; // logarithm of the probability that a bit is not hit
};

enum { NO_MEMORY };

// How many bits are left alone before the next hit: geometrically distributed, so that the cost is
// that of the hits and not of the bits.
static inline uint64_t
bits_to_next(double log_miss, uint64_t most)
{
	double u = (double)((rte_rand() >> 11) + 1) * 0x1p-53; // above 0, at most 1
	double n = log(u) / log_miss;

	return n < (double)most ? (uint64_t)n : most;
}

static inline bool
hit(struct packet **pp, uint64_t bit, enum bit_error kind)
{
	uint8_t byte, mask = (uint8_t)(1 << bit % 8);

	packet_read(*pp, (uint32_t)(bit / 8), &byte, 1);
	if (kind == BIT_FLIP)
		byte ^= mask;
	else if (kind == BIT_SET)
		byte |= mask;
	else
		byte &= (uint8_t)~mask;
	return packet_write(pp, (uint32_t)(bit / 8), &byte, 1);
}

static inline int
randombiterrors_packet(const struct randombiterrors *e, struct packet **pp)
{
	uint64_t n_bits = (uint64_t)packet_length(*pp) * 8, bit;

	if (!e->active || e->probability.fixed28 == 0)
		return 0;
	for (bit = bits_to_next(e->log_miss, n_bits); bit < n_bits;
		bit += 1 + bits_to_next(e->log_miss, n_bits)) {
		if (unlikely(!hit(pp, bit, e->kind)))
			return DROP(NO_MEMORY);
	}
	return 0;
}

ELEMENT_DECIDE(randombiterrors, randombiterrors, randombiterrors_packet)

// ---- configuration

static void
set_probability(struct randombiterrors *e, uint32_t fixed28)
{
	e->probability.fixed28 = fixed28;
	e->log_miss = log1p(-(double)fixed28 / CERTAIN); // of 1: -inf, every bit is the next one
}

static int
randombiterrors_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct randombiterrors *e = (struct randombiterrors *)base;
	uint32_t p = e->probability.fixed28;

	(void)args;
	if (p > CERTAIN)
		return errh_error(errh, "drop probability must be between 0 and 1");
	if (p == 0)
		errh_warning(errh, "zero bit error probability (underflow?)");
	set_probability(e, p);
	return 0;
}

static const char *const kind_names[] = {
	[BIT_FLIP] = "flip", [BIT_SET] = "set", [BIT_CLEAR] = "clear"};

static int
read_kind(const char *name, enum bit_error *kind, struct errh *errh)
{
	for (unsigned i = 0; i < RTE_DIM(kind_names); i++) {
		if (strcmp(name, kind_names[i]) == 0) {
			*kind = (enum bit_error)i;
			return 0;
		}
	}
	return errh_error(errh, "bad action '%s' (must be 'set', 'clear', or 'flip')", name);
}

static int
parse_kind(const struct arg_parse *p, const char *text, void *field)
{
	char *name = NULL;
	int err = arg_string.parse(p, text, &name);

	if (err == 0)
		err = read_kind(name, field, p->errh);
	arg_string.fini(&name);
	return err;
}

static const struct arg_type arg_bit_error = {
	.name = "flip, set or clear",
	.expected = "bit error kind",
	.size = sizeof(enum bit_error),
	.parse = parse_kind,
};

// ---- handlers

static int
read_probability(const struct handler_read *call)
{
	text_fixed2(call->out, ((struct randombiterrors *)call->element)->probability.fixed28,
		PROBABILITY_BITS);
	return 0;
}

static int
write_probability(const struct handler_write *call)
{
	uint64_t p;

	if (text_read_fixed2(call->text, PROBABILITY_BITS, &p) != 0 || p > CERTAIN)
		return errh_error(call->errh, "drop probability must be between 0 and 1");
	set_probability((struct randombiterrors *)call->element, (uint32_t)p);
	return 0;
}

static int
read_error_kind(const struct handler_read *call)
{
	strbuf_adds(call->out, kind_names[((struct randombiterrors *)call->element)->kind]);
	return 0;
}

static int
write_error_kind(const struct handler_write *call)
{
	return read_kind(call->text, &((struct randombiterrors *)call->element)->kind, call->errh);
}

static const struct arg randombiterrors_args[] = {
	ARG(randombiterrors, probability, "P", ARG_MANDATORY,
		.help = "probability with which a bit is hit, 0 to 1"),
	ARG_AS(randombiterrors, kind, arg_bit_error, "KIND", ARG_OPTIONAL, .def = "flip",
		.help = "what happens to a bit that is hit"),
	ARG(randombiterrors, active, "ACTIVE", ARG_OPTIONAL, .def = "true",
		.help = "false: packets pass unchanged"),
	ARGS_END,
};

static const struct handler randombiterrors_handlers[] = {
	{.name = "p_bit_error",
		.read = read_probability,
		.write = write_probability,
		.help = "probability with which a bit is hit"},
	{.name = "error_kind",
		.read = read_error_kind,
		.write = write_error_kind,
		.help = "flip, set or clear"},
	HANDLER_FIELD_RW("active", randombiterrors, active, HANDLER_CHECKBOX,
		.help = "false: packets pass unchanged"),
	HANDLERS_END,
};

static const char *const randombiterrors_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class randombiterrors_class = {
	.name = "RandomBitErrors",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct randombiterrors),
	.push = randombiterrors_push,
	.pull = randombiterrors_pull,
	.decide = randombiterrors_decide,
	.configure = randombiterrors_configure,
	.args = randombiterrors_args,
	.handlers = randombiterrors_handlers,
	.drops = randombiterrors_drops,
	.group = "standard",
	.brief = "flips, sets or clears bits of packets at random",
	.manual =
		"Each bit is hit with probability P, whatever happens to the others. Copies of the\n"
		"packet elsewhere stay as they are.",
	.example = "Idle -> RandomBitErrors(0.0001) -> RandomBitErrors(0.5, KIND set) -> Discard;",
};
ELEMENT_CLASS(randombiterrors_class)
