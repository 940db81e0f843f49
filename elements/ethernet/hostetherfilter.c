// SPDX-License-Identifier: BSD-3-Clause
// HostEtherFilter: tells frames for this host from those for others.

#include <rte_ether.h>

#include "src/element.h"

struct hostetherfilter {
	struct element element;
	struct mac_addr ether;
	bool drop_own, drop_other;
	int32_t offset;
};

enum { OWN, OTHER, TOO_SHORT };

static inline enum packet_type
type_for(const struct mac_addr *host, const uint8_t *dst)
{
	static const uint8_t broadcast[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	if (memcmp(dst, host->bytes, RTE_ETHER_ADDR_LEN) == 0)
		return PACKET_HOST;
	if (likely(!(dst[0] & RTE_ETHER_GROUP_ADDR)))
		return PACKET_OTHERHOST;
	return memcmp(dst, broadcast, sizeof(broadcast)) == 0 ? PACKET_BROADCAST : PACKET_MULTICAST;
}

static inline int
hostetherfilter_packet(const struct hostetherfilter *e, struct packet **pp)
{
	const uint8_t *dst = packet_peek(pp, e->offset, 2 * RTE_ETHER_ADDR_LEN);
	enum packet_type type;

	if (unlikely(dst == NULL))
		return element_output_or_drop(&e->element, 1, TOO_SHORT);
	if (e->drop_own &&
		memcmp(dst + RTE_ETHER_ADDR_LEN, e->ether.bytes, RTE_ETHER_ADDR_LEN) == 0)
		return element_output_or_drop(&e->element, 1, OWN);
	type = type_for(&e->ether, dst);
	packet_set_type(*pp, type);
	if (type == PACKET_OTHERHOST && e->drop_other)
		return element_output_or_drop(&e->element, 1, OTHER);
	return 0;
}

ELEMENT_DECIDE(hostetherfilter, hostetherfilter, hostetherfilter_packet)

static const struct arg hostetherfilter_args[] = {
	ARG(hostetherfilter, ether, "ETHER", ARG_MANDATORY, .help = "address of this host"),
	ARG(hostetherfilter, drop_own, "DROP_OWN", ARG_OPTIONAL, .def = "false",
		.help = "true: frames from this host are filtered out"),
	ARG(hostetherfilter, drop_other, "DROP_OTHER", ARG_OPTIONAL, .def = "true",
		.help = "false: frames for other hosts pass"),
	ARG(hostetherfilter, offset, "OFFSET", ARG_KEYWORD, .def = "0",
		.help = "where the Ethernet header begins"),
	ARGS_END,
};

static const struct handler hostetherfilter_handlers[] = {
	HANDLER_FIELD_RW("ether", hostetherfilter, ether, 0, .help = "address of this host"),
	HANDLERS_END,
};

static const char *const hostetherfilter_drops[] = {
	[OWN] = "sent by this host",
	[OTHER] = "for another host",
	[TOO_SHORT] = "too short for an Ethernet header",
	NULL,
};

static const struct element_class hostetherfilter_class = {
	.name = "HostEtherFilter",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct hostetherfilter),
	.push = hostetherfilter_push,
	.pull = hostetherfilter_pull,
	.decide = hostetherfilter_decide,
	.args = hostetherfilter_args,
	.handlers = hostetherfilter_handlers,
	.drops = hostetherfilter_drops,
	.group = "ethernet",
	.brief = "passes Ethernet frames that are for this host",
	.manual =
		"Sets the packet type by the destination address: host, broadcast, multicast or other\n"
		"host. Frames for other hosts, and those that this host sent if DROP_OWN is set, leave\n"
		"by output 1, or are dropped if that is not connected. So are packets too short for\n"
		"two addresses.",
	.example = "Idle -> HostEtherFilter(2:0:0:0:0:1) -> Discard;",
};
ELEMENT_CLASS(hostetherfilter_class)
