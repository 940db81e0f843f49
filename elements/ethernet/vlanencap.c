// SPDX-License-Identifier: BSD-3-Clause
// VLANEncap: puts a VLAN tag into Ethernet headers.

#include "elements/ethernet/vlan.h"
#include "src/element.h"
#include "src/strbuf.h"

struct vlanencap {
	struct element element;
	struct vlan_tag tag;
	uint16_t ethertype;
};

enum { TOO_SHORT };

// ---- data path

static inline bool
encap_packet(const struct vlanencap *e, struct packet **pp, uint32_t tag_be, bool anno)
{
	uint16_t tci;

	if (anno) {
		tci = rte_be_to_cpu_16(packet_anno_u16(*pp, ANNO_VLAN_TCI));
		if (vlan_is_native(&e->tag, tci))
			return true;
		tag_be = vlan_tag_word(rte_cpu_to_be_16(e->ethertype), tci);
	}
	return vlan_insert(pp, tag_be);
}

static inline __attribute__((always_inline)) void
encap_each(const struct vlanencap *e, struct batch *b, bool anno)
{
	uint32_t tag_be = vlan_tag_word(rte_cpu_to_be_16(e->ethertype), e->tag.tci);
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (unlikely(!encap_packet(e, &p, tag_be, anno))) {
			element_drop(&e->element, TOO_SHORT, p);
			continue;
		}
		packet_set_mac(p, 0);
		b->pkt[n++] = p;
	}
	b->n = (uint16_t)n;
}

static void
encap_batch(const struct vlanencap *e, struct batch *b)
{
	if (e->tag.from_anno) {
		encap_each(e, b, true);
	} else if (!vlan_is_native(&e->tag, e->tag.tci)) {
		encap_each(e, b, false);
	} else {
		for (unsigned i = 0; i < b->n; i++)
			packet_set_mac(b->pkt[i], 0);
	}
}

static void
vlanencap_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	encap_batch((struct vlanencap *)base, b);
	element_push(base, 0, b);
}

static void
vlanencap_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	encap_batch((struct vlanencap *)base, b);
}

// ---- configuration

static int
vlanencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	(void)errh;
	vlan_tag_build(&((struct vlanencap *)base)->tag);
	return 0;
}

static int
vlanencap_config_text(struct element *base, struct strbuf *out)
{
	const struct vlanencap *e = (struct vlanencap *)base;

	vlan_tag_text(&e->tag, out);
	if (e->ethertype != RTE_ETHER_TYPE_VLAN)
		strbuf_addf(out, ", ETHERTYPE 0x%04X", e->ethertype);
	return 0;
}

static const struct arg vlanencap_args[] = {
	VLAN_TCI_ARG(vlanencap),
	VLAN_PCP_ARG(vlanencap),
	VLAN_ID_ARG(vlanencap),
	VLAN_NATIVE_ARG(vlanencap),
	ARG(vlanencap, ethertype, "ETHERTYPE", ARG_KEYWORD, .def = "0x8100",
		.help = "protocol that marks a tag"),
	ARGS_END,
};

static const struct handler vlanencap_handlers[] = {
	VLAN_TAG_HANDLERS(vlanencap),
	VLAN_NATIVE_HANDLER(vlanencap),
	HANDLER_FIELD_RW("ethertype", vlanencap, ethertype, 0, .help = "protocol that marks a tag"),
	HANDLERS_END,
};

static const char *const vlanencap_drops[] = {
	[TOO_SHORT] = "too short for an Ethernet header, or no memory", NULL};

static const struct element_class vlanencap_class = {
	.name = "VLANEncap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct vlanencap),
	.push = vlanencap_push,
	.pull = vlanencap_pull,
	.configure = vlanencap_configure,
	.config_text = vlanencap_config_text,
	.args = vlanencap_args,
	.handlers = vlanencap_handlers,
	.drops = vlanencap_drops,
	.group = "ethernet",
	.brief = "puts a VLAN tag into Ethernet headers",
	.manual =
		"Inserts 4 bytes behind the addresses of each frame: ETHERTYPE and the tag. Frames of\n"
		"the native VLAN stay as they are; since that is 0 unless NATIVE_VLAN says otherwise,\n"
		"so do all frames without an argument. The MAC header is marked. Frames too short for\n"
		"an Ethernet header are dropped.",
	.example = "Idle -> VLANEncap(VLAN_ID 7, VLAN_PCP 3) -> Discard;",
};
ELEMENT_CLASS(vlanencap_class)
