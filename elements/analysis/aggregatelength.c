// SPDX-License-Identifier: BSD-3-Clause
// AggregateLength: sets the aggregate annotation to the packet's length.

#include "src/element.h"

struct aggregatelength {
	struct element element;
	bool ip; // counted from the network header
};

enum { NO_IP };

static inline int
aggregatelength_packet(const struct aggregatelength *e, struct packet **pp)
{
	uint32_t len = packet_length(*pp);
	int32_t network = packet_network_offset(*pp);

	if (e->ip) {
		if (network == PACKET_NO_HEADER)
			return DROP(NO_IP);
		len = packet_length_from(*pp, network);
	}
	packet_set_anno_u32(*pp, ANNO_AGGREGATE, len + packet_anno_u32(*pp, ANNO_EXTRA_LENGTH));
	return 0;
}

ELEMENT_DECIDE(aggregatelength, aggregatelength, aggregatelength_packet)

static const struct arg aggregatelength_args[] = {
	ARG(aggregatelength, ip, "IP", ARG_KEYWORD, .def = "false",
		.help = "true: counts from the IP header on"),
	ARGS_END,
};

static const char *const aggregatelength_drops[] = {[NO_IP] = "no IP header", NULL};

static const struct element_class aggregatelength_class = {
	.name = "AggregateLength",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct aggregatelength),
	.push = aggregatelength_push,
	.pull = aggregatelength_pull,
	.decide = aggregatelength_decide,
	.args = aggregatelength_args,
	.drops = aggregatelength_drops,
	.reads = "EXTRA_LENGTH",
	.writes = "AGGREGATE",
	.group = "analysis",
	.brief = "sets the aggregate annotation to the packet's length",
	.manual = "The length is that of the packet and of the EXTRA_LENGTH annotation. With IP,\n"
		  "packets without a network header are dropped.",
	.example = "Idle -> AggregateLength -> AggregateCounter -> Discard;",
};
ELEMENT_CLASS(aggregatelength_class)
