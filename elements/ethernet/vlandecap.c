// SPDX-License-Identifier: BSD-3-Clause
// VLANDecap: takes the VLAN tag out of Ethernet headers.

#include "elements/ethernet/vlan.h"
#include "src/element.h"

struct vlandecap {
	struct element element;
	bool anno;
	uint16_t ethertype;
};

enum { DONE = -1, TOO_SHORT, NO_MEMORY };

// ---- data path

// Removes the tag behind the addresses, which move up, and gives its 16 bits.
static inline int
remove_tag(struct packet **pp, rte_be16_t *tci)
{
	uint8_t *bytes = packet_edit(pp, 0, VLAN_ADDRESSES_SIZE + VLAN_TAG_SIZE);
	uint64_t head; // of the addresses, which fit into two registers
	uint32_t tail;

	if (unlikely(bytes == NULL))
		return packet_length(*pp) < VLAN_ADDRESSES_SIZE + VLAN_TAG_SIZE ? TOO_SHORT
										: NO_MEMORY;
	memcpy(tci, bytes + RTE_ETHER_HDR_LEN, sizeof(*tci));
	memcpy(&head, bytes, sizeof(head));
	memcpy(&tail, bytes + sizeof(head), sizeof(tail));
	bytes += VLAN_TAG_SIZE;
	memcpy(bytes, &head, sizeof(head));
	memcpy(bytes + sizeof(head), &tail, sizeof(tail));
	packet_pull(*pp, VLAN_TAG_SIZE);
	return DONE;
}

static inline int
decap_packet(struct packet **pp, rte_be16_t ethertype_be, bool anno)
{
	const uint8_t *bytes = packet_peek(pp, 0, RTE_ETHER_HDR_LEN);
	rte_be16_t type, tci = 0;
	int result = DONE;

	if (unlikely(bytes == NULL))
		return TOO_SHORT;
	memcpy(&type, bytes + VLAN_ADDRESSES_SIZE, sizeof(type));
	if (type == ethertype_be)
		result = remove_tag(pp, &tci);
	packet_set_mac(*pp, 0);
	if (anno)
		packet_set_anno_u16(*pp, ANNO_VLAN_TCI, tci);
	return result;
}

static inline __attribute__((always_inline)) void
decap_each(const struct vlandecap *e, struct batch *b, bool anno)
{
	rte_be16_t ethertype_be = rte_cpu_to_be_16(e->ethertype);
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		int reason = decap_packet(&p, ethertype_be, anno);

		if (likely(reason == DONE))
			b->pkt[n++] = p;
		else
			element_drop(&e->element, (unsigned)reason, p);
	}
	b->n = (uint16_t)n;
}

static void
decap_batch(const struct vlandecap *e, struct batch *b)
{
	if (e->anno)
		decap_each(e, b, true);
	else
		decap_each(e, b, false);
}

static void
vlandecap_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	decap_batch((struct vlandecap *)base, b);
	element_push(base, 0, b);
}

static void
vlandecap_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	decap_batch((struct vlandecap *)base, b);
}

static const struct arg vlandecap_args[] = {
	ARG(vlandecap, anno, "ANNO", ARG_OPTIONAL, .def = "true",
		.help = "stores the tag in the VLAN_TCI annotation, 0 if there is none"),
	ARG(vlandecap, ethertype, "ETHERTYPE", ARG_KEYWORD, .def = "0x8100",
		.help = "protocol that marks a tag"),
	ARGS_END,
};

static const char *const vlandecap_drops[] = {
	[TOO_SHORT] = "too short for an Ethernet header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class vlandecap_class = {
	.name = "VLANDecap",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct vlandecap),
	.push = vlandecap_push,
	.pull = vlandecap_pull,
	.args = vlandecap_args,
	.drops = vlandecap_drops,
	.group = "ethernet",
	.brief = "takes the VLAN tag out of Ethernet headers",
	.manual =
		"Frames whose protocol is ETHERTYPE lose those two bytes and the two of the tag behind\n"
		"them; others stay as they are. The MAC header is marked. Frames too short for an\n"
		"Ethernet header, or for the tag, are dropped.",
	.example = "Idle -> VLANDecap -> Discard;",
};
ELEMENT_CLASS(vlandecap_class)
