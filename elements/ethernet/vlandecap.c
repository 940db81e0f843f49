// SPDX-License-Identifier: BSD-3-Clause
// VLANDecap: takes the VLAN tag out of Ethernet headers.

#include "elements/ethernet/vlan.h"
#include "src/element.h"

struct vlandecap {
	struct element element;
	bool anno;
	uint16_t ethertype;
};

enum { TOO_SHORT, NO_MEMORY };

// ---- data path

// Removes the tag behind the addresses, which move up. false: no memory.
static inline bool
remove_tag(struct packet **pp)
{
	uint8_t *bytes = packet_edit(pp, 0, VLAN_ADDRESSES_SIZE + VLAN_TAG_SIZE);

	if (unlikely(bytes == NULL))
		return false;
	memmove(bytes + VLAN_TAG_SIZE, bytes, VLAN_ADDRESSES_SIZE);
	packet_pull(*pp, VLAN_TAG_SIZE);
	return true;
}

static inline int
decap_packet(struct packet **pp, rte_be16_t ethertype_be, bool anno)
{
	const uint8_t *bytes = packet_peek(pp, 0, RTE_ETHER_HDR_LEN);
	rte_be16_t halves[2] = {0, 0};

	if (unlikely(bytes == NULL))
		return TOO_SHORT;
	memcpy(halves, bytes + VLAN_ADDRESSES_SIZE, sizeof(halves[0]));
	if (halves[0] == ethertype_be) {
		bytes = packet_peek(pp, VLAN_ADDRESSES_SIZE, VLAN_TAG_SIZE);
		if (unlikely(bytes == NULL))
			return TOO_SHORT;
		memcpy(halves, bytes, sizeof(halves));
		if (unlikely(!remove_tag(pp)))
			return NO_MEMORY;
	}
	packet_set_mac(*pp, 0);
	if (anno)
		packet_set_anno_u16(*pp, ANNO_VLAN_TCI, halves[1]);
	return -1;
}

static inline __attribute__((always_inline)) void
decap_each(const struct vlandecap *e, struct batch *b, bool anno)
{
	rte_be16_t ethertype_be = rte_cpu_to_be_16(e->ethertype);
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		int reason = decap_packet(&p, ethertype_be, anno);

		if (likely(reason < 0))
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
