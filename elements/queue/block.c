// SPDX-License-Identifier: BSD-3-Clause
// Block, CompareBlock: send packets elsewhere whose rate annotations are too high.

#include "src/element.h"

struct block {
	struct element element;
	int32_t thresh; // Block: 0: none
	int32_t fwd_weight, rev_weight; // CompareBlock
};

static inline int32_t
rate_anno(const struct packet *p, unsigned off)
{
	return (int32_t)packet_anno_u32(p, off);
}

static inline int
block_packet(struct block *e, struct packet **pp)
{
	return e->thresh != 0 && rate_anno(*pp, ANNO_FWD_RATE) > e->thresh;
}

static inline int
compareblock_packet(struct block *e, struct packet **pp)
{
	int64_t fwd = RTE_MAX(rate_anno(*pp, ANNO_FWD_RATE), 1);
	int64_t rev = RTE_MAX(rate_anno(*pp, ANNO_REV_RATE), 1);

	return (fwd > e->thresh || rev > e->thresh) && e->fwd_weight * fwd > e->rev_weight * rev;
}

ELEMENT_DECIDE(block, block, block_packet)
ELEMENT_DECIDE(compareblock, block, compareblock_packet)

static const struct arg block_args[] = {
	ARG(block, thresh, "THRESH", ARG_MANDATORY,
		.help = "packets with a higher FWD_RATE leave by output 1; 0: none does"),
	ARGS_END,
};

static const struct arg compareblock_args[] = {
	ARG(block, fwd_weight, "FWD_WEIGHT", ARG_MANDATORY, .help = "factor of FWD_RATE"),
	ARG(block, rev_weight, "REV_WEIGHT", ARG_MANDATORY, .help = "factor of REV_RATE"),
	ARG(block, thresh, "THRESH", ARG_MANDATORY,
		.help = "packets of which neither rate is higher leave by output 0"),
	ARGS_END,
};

static const struct handler block_handlers[] = {
	HANDLER_FIELD_RW("thresh", block, thresh, 0, .help = "the threshold; 0: none"),
	HANDLERS_END,
};

static const struct handler compareblock_handlers[] = {
	HANDLER_FIELD_RW("fwd_weight", block, fwd_weight, 0, .help = "factor of FWD_RATE"),
	HANDLER_FIELD_RW("rev_weight", block, rev_weight, 0, .help = "factor of REV_RATE"),
	HANDLER_FIELD_RW("thresh", block, thresh, 0, .help = "the threshold of both rates"),
	HANDLERS_END,
};

static const struct element_class block_class = {
	.name = "Block",
	.ports = "1/2",
	.processing = "a/ah",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct block),
	.push = block_push,
	.pull = block_pull,
	.decide = block_decide,
	.args = block_args,
	.handlers = block_handlers,
	.group = "queue",
	.brief = "sends packets elsewhere whose forward rate is too high",
	.manual = "Packets whose FWD_RATE annotation is above THRESH leave by output 1.",
	.example = "Idle -> b :: Block(100) -> Discard; b [1] -> Discard;",
};
ELEMENT_CLASS(block_class)

static const struct element_class compareblock_class = {
	.name = "CompareBlock",
	.ports = "1/2",
	.processing = "a/ah",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct block),
	.push = compareblock_push,
	.pull = compareblock_pull,
	.decide = compareblock_decide,
	.args = compareblock_args,
	.handlers = compareblock_handlers,
	.group = "queue",
	.brief = "sends packets elsewhere whose forward rate is high beside the reverse rate",
	.manual =
		"The annotations FWD_RATE and REV_RATE count as 1 at least. When one of them is above\n"
		"THRESH, and FWD_WEIGHT times FWD_RATE is more than REV_WEIGHT times REV_RATE, the\n"
		"packet leaves by output 1. The handler `thresh` is documented in Click, but missing\n"
		"there.",
	.example = "Idle -> b :: CompareBlock(1, 2, 100) -> Discard; b [1] -> Discard;",
};
ELEMENT_CLASS(compareblock_class)
