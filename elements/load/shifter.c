// SPDX-License-Identifier: BSD-3-Clause
// Shifter: adds to addresses and ports.

#include "elements/flow/rewrite.h"
#include "src/element.h"

struct shifter {
	struct element element;
	int32_t src, src_port, dst, dst_port;
};

enum { NOT_IP, NO_MEMORY };

static inline uint32_t
shift_addr(uint32_t addr_be, int32_t by)
{
	return rte_cpu_to_be_32(rte_be_to_cpu_32(addr_be) + (uint32_t)by);
}

static inline uint16_t
shift_port(uint16_t port_be, int32_t by)
{
	return rte_cpu_to_be_16((uint16_t)(rte_be_to_cpu_16(port_be) + (uint32_t)by));
}

static inline int
shift_packet(const struct shifter *e, struct packet **pp)
{
	struct rewrite_end source, destination;
	struct balancer_packet bp;

	if (unlikely(!balancer_read(&bp, pp)))
		return DROP(NOT_IP);
	source = rewrite_source(&bp);
	destination = rewrite_destination(&bp);
	source.addr = shift_addr(source.addr, e->src);
	destination.addr = shift_addr(destination.addr, e->dst);
	if (unlikely(!rewrite_is_possible(&bp)))
		return balancer_set_address(&bp, pp, true, source.addr) &&
				       balancer_set_address(&bp, pp, false, destination.addr)
			       ? 0
			       : DROP(NO_MEMORY);
	source.port = shift_port(source.port, e->src_port);
	destination.port = shift_port(destination.port, e->dst_port);
	return likely(rewrite_packet(&bp, pp, source, destination)) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(shifter, shifter, shift_packet)

static const struct arg shifter_args[] = {
	ARG(shifter, src, "IP_OFFSET", ARG_OPTIONAL, .def = "0",
		.help = "what to add to the source address"),
	ARG(shifter, src_port, "PORT_OFFSET", ARG_OPTIONAL, .def = "0",
		.help = "what to add to the source port"),
	ARG(shifter, dst, "IP_OFFSET_DST", ARG_OPTIONAL, .def = "0",
		.help = "what to add to the destination address"),
	ARG(shifter, dst_port, "PORT_OFFSET_DST", ARG_OPTIONAL, .def = "0",
		.help = "what to add to the destination port"),
	ARGS_END,
};

static const char *const shifter_drops[] = {
	[NOT_IP] = "no IP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class shifter_class = {
	.name = "Shifter",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct shifter),
	.push = shifter_push,
	.pull = shifter_pull,
	.decide = shifter_decide,
	.args = shifter_args,
	.drops = shifter_drops,
	.group = "load",
	.brief = "adds to addresses and ports",
	.manual =
		"Makes other flows of those that come in, for instance of a trace that is replayed.\n"
		"Ports are those of TCP and UDP; fragments and other packets get other addresses\n"
		"only. Numbers wrap around; checksums stay right. Needs header places: put a\n"
		"CheckIPHeader in front.",
	.example = "Idle -> CheckIPHeader -> Shifter(256, 1) -> Discard;",
};
ELEMENT_CLASS(shifter_class)
