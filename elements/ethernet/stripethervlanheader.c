// SPDX-License-Identifier: BSD-3-Clause
// StripEtherVLANHeader: removes Ethernet headers with their VLAN tags.

#include "elements/ethernet/vlan.h"
#include "src/element.h"

struct stripethervlanheader {
	struct element element;
	int32_t native; // VLAN of frames without a tag; negative: there must be one
};

enum { NO_TAG, TOO_SHORT };

static inline int
strip_packet(const struct stripethervlanheader *e, struct packet **pp)
{
	const uint8_t *bytes = packet_peek(pp, VLAN_ADDRESSES_SIZE, sizeof(rte_be16_t));
	rte_be16_t type, tci = rte_cpu_to_be_16((uint16_t)e->native);
	uint32_t size = RTE_ETHER_HDR_LEN;

	if (unlikely(bytes == NULL))
		return element_output_or_drop(&e->element, 1, TOO_SHORT);
	memcpy(&type, bytes, sizeof(type));
	if (type == RTE_BE16(RTE_ETHER_TYPE_VLAN)) {
		size = VLAN_HEADER_SIZE;
		bytes = packet_peek(pp, RTE_ETHER_HDR_LEN, VLAN_TAG_SIZE);
		if (unlikely(bytes == NULL))
			return element_output_or_drop(&e->element, 1, TOO_SHORT);
		memcpy(&tci, bytes, sizeof(tci));
	} else if (e->native < 0) {
		return element_output_or_drop(&e->element, 1, NO_TAG);
	}
	packet_set_anno_u16(*pp, ANNO_VLAN_TCI, tci);
	packet_pull(*pp, size);
	return 0;
}

ELEMENT_DECIDE(stripethervlanheader, stripethervlanheader, strip_packet)

static const struct arg stripethervlanheader_args[] = {
	ARG(stripethervlanheader, native, "NATIVE_VLAN", ARG_OPTIONAL, .def = "0", .min = INT32_MIN,
		.max = VLAN_ID_MAX, .range_error = "bad NATIVE_VLAN",
		.help = "VLAN of frames without a tag; negative: they are refused"),
	ARGS_END,
};

static const char *const stripethervlanheader_drops[] = {
	[NO_TAG] = "no VLAN tag", [TOO_SHORT] = "too short for its Ethernet header", NULL};

static const struct element_class stripethervlanheader_class = {
	.name = "StripEtherVLANHeader",
	.aliases = "StripEtherVlanHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct stripethervlanheader),
	.push = stripethervlanheader_push,
	.pull = stripethervlanheader_pull,
	.decide = stripethervlanheader_decide,
	.args = stripethervlanheader_args,
	.drops = stripethervlanheader_drops,
	.group = "ethernet",
	.brief = "removes Ethernet headers with their VLAN tags",
	.manual =
		"Removes 18 bytes from frames with a VLAN tag, and 14 from others. The VLAN_TCI\n"
		"annotation becomes the tag, or NATIVE_VLAN where there is none. If that is negative,\n"
		"frames without a tag leave by output 1, or are dropped if it is not there; so are\n"
		"packets too short for the header.",
	.example = "Idle -> StripEtherVLANHeader(-1) -> Discard;",
};
ELEMENT_CLASS(stripethervlanheader_class)
