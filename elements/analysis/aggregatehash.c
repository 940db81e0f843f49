// SPDX-License-Identifier: BSD-3-Clause
// AggregateHash: sets the aggregate annotation to a hash of the flow.

#include <rte_jhash.h>

#include "elements/balance/balancer.h"
#include "elements/balance/flowpins.h"
#include "src/element.h"

struct aggregatehash {
	struct element element;
	uint32_t bits;
};

enum { NOT_IP };

static inline int
aggregatehash_packet(const struct aggregatehash *e, struct packet **pp)
{
	struct balancer_packet bp;
	struct flow_pins_key key;
	uint32_t hash;

	if (unlikely(!balancer_read(&bp, pp)))
		return element_output_or_drop(&e->element, 1, NOT_IP);
	key = flow_pins_key(&bp);
	hash = rte_jhash_32b((const uint32_t *)&key, sizeof(key) / sizeof(uint32_t), 0);
	packet_set_anno_u32(*pp, ANNO_AGGREGATE, hash >> (32 - e->bits));
	return 0;
}

ELEMENT_DECIDE(aggregatehash, aggregatehash, aggregatehash_packet)

static const struct arg aggregatehash_args[] = {
	ARG(aggregatehash, bits, "BITS", ARG_OPTIONAL, .def = "32", .min = 1, .max = 32,
		.range_error = "bad number of bits", .help = "bits of the hash, 1 to 32"),
	ARGS_END,
};

static const char *const aggregatehash_drops[] = {[NOT_IP] = "no IP header", NULL};

static const struct element_class aggregatehash_class = {
	.name = "AggregateHash",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct aggregatehash),
	.push = aggregatehash_push,
	.pull = aggregatehash_pull,
	.decide = aggregatehash_decide,
	.args = aggregatehash_args,
	.drops = aggregatehash_drops,
	.writes = "AGGREGATE",
	.group = "analysis",
	.brief = "sets the aggregate annotation to a hash of the flow",
	.manual =
		"The hash is that of IPv4 addresses, protocol, and ports of TCP and UDP; the two\n"
		"directions of a flow differ. BITS, which FastClick ignores, says how many bits it\n"
		"has. Packets without an IP header leave by output 1 or are dropped: put a\n"
		"CheckIPHeader in front.",
	.example = "Idle -> CheckIPHeader -> AggregateHash(8) -> AggregateCounter -> Discard;",
};
ELEMENT_CLASS(aggregatehash_class)
