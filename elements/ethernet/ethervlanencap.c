// SPDX-License-Identifier: BSD-3-Clause
// EtherVLANEncap: puts an Ethernet header with a VLAN tag in front of packets.

#include "elements/ethernet/vlan.h"
#include "src/element.h"
#include "src/strbuf.h"

struct ethervlanencap {
	struct element element;
	struct vlan_tag tag;
	uint8_t header[VLAN_HEADER_SIZE]; // with a tag of 0
	uint16_t ethertype;
	struct mac_addr src, dst;
};

enum { NO_MEMORY };

enum { TYPE_AT = VLAN_ADDRESSES_SIZE, TCI_AT = TYPE_AT + 2, INNER_TYPE_AT = TCI_AT + 2 };

// ---- data path

static inline bool
put_tagged(const struct ethervlanencap *e, struct packet **pp, rte_be16_t tci_be)
{
	uint8_t *bytes;

	if (unlikely(!packet_push(pp, VLAN_HEADER_SIZE)))
		return false;
	bytes = packet_data_rw(*pp);
	memcpy(bytes, e->header, VLAN_HEADER_SIZE);
	memcpy(bytes + TCI_AT, &tci_be, sizeof(tci_be));
	return true;
}

static inline bool
put_plain(const struct ethervlanencap *e, struct packet **pp)
{
	uint8_t *bytes;

	if (unlikely(!packet_push(pp, RTE_ETHER_HDR_LEN)))
		return false;
	bytes = packet_data_rw(*pp);
	memcpy(bytes, e->header, VLAN_ADDRESSES_SIZE);
	memcpy(bytes + TYPE_AT, e->header + INNER_TYPE_AT, 2);
	return true;
}

static inline __attribute__((always_inline)) void
encap_each(const struct ethervlanencap *e, struct batch *b, bool anno)
{
	uint16_t tci = e->tag.tci;
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];
		bool done;

		if (anno)
			tci = rte_be_to_cpu_16(packet_anno_u16(p, ANNO_VLAN_TCI));
		if (vlan_is_native(&e->tag, tci))
			done = put_plain(e, &p);
		else
			done = put_tagged(e, &p, rte_cpu_to_be_16(tci));
		if (unlikely(!done)) {
			element_drop(&e->element, NO_MEMORY, p);
			continue;
		}
		packet_set_mac(p, 0);
		b->pkt[n++] = p;
	}
	b->n = (uint16_t)n;
}

static void
encap_batch(const struct ethervlanencap *e, struct batch *b)
{
	if (e->tag.from_anno)
		encap_each(e, b, true);
	else
		encap_each(e, b, false);
}

static void
ethervlanencap_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	encap_batch((struct ethervlanencap *)base, b);
	element_push(base, 0, b);
}

static void
ethervlanencap_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	encap_batch((struct ethervlanencap *)base, b);
}

// ---- configuration

static void
build_header(struct ethervlanencap *e)
{
	rte_be16_t vlan_be = RTE_BE16(RTE_ETHER_TYPE_VLAN);
	rte_be16_t type_be = rte_cpu_to_be_16(e->ethertype);

	memcpy(e->header, e->dst.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(e->header + RTE_ETHER_ADDR_LEN, e->src.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(e->header + TYPE_AT, &vlan_be, sizeof(vlan_be));
	memcpy(e->header + INNER_TYPE_AT, &type_be, sizeof(type_be));
}

static int
ethervlanencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ethervlanencap *e = (struct ethervlanencap *)base;

	(void)args;
	(void)errh;
	vlan_tag_build(&e->tag);
	build_header(e);
	return 0;
}

static int
ethervlanencap_config_text(struct element *base, struct strbuf *out)
{
	const struct ethervlanencap *e = (struct ethervlanencap *)base;

	strbuf_addf(out, "%u, ", e->ethertype);
	text_mac(out, e->src.bytes);
	strbuf_adds(out, ", ");
	text_mac(out, e->dst.bytes);
	strbuf_adds(out, ", ");
	vlan_tag_text(&e->tag, out);
	return 0;
}

static int
write_field(const struct handler_write *call)
{
	int err = handler_write_field(call);

	build_header((struct ethervlanencap *)call->element);
	return err;
}

static const struct arg ethervlanencap_args[] = {
	ARG(ethervlanencap, ethertype, "ETHERTYPE", ARG_MANDATORY,
		.help = "protocol of the payload"),
	ARG(ethervlanencap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(ethervlanencap, dst, "DST", ARG_MANDATORY, .help = "destination address"),
	VLAN_TCI_ARG(ethervlanencap),
	VLAN_PCP_ARG(ethervlanencap),
	VLAN_ID_ARG(ethervlanencap),
	VLAN_NATIVE_ARG(ethervlanencap),
	ARGS_END,
};

static const struct handler ethervlanencap_handlers[] = {
	HANDLER_FIELD_R(
		"src", ethervlanencap, src, 0, .write = write_field, .help = "source address"),
	HANDLER_FIELD_R(
		"dst", ethervlanencap, dst, 0, .write = write_field, .help = "destination address"),
	HANDLER_FIELD_R("ethertype", ethervlanencap, ethertype, 0, .write = write_field,
		.help = "protocol of the payload"),
	VLAN_TAG_HANDLERS(ethervlanencap),
	VLAN_NATIVE_HANDLER(ethervlanencap),
	HANDLERS_END,
};

static const char *const ethervlanencap_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class ethervlanencap_class = {
	.name = "EtherVLANEncap",
	.aliases = "EtherVlanEncap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ethervlanencap),
	.push = ethervlanencap_push,
	.pull = ethervlanencap_pull,
	.configure = ethervlanencap_configure,
	.config_text = ethervlanencap_config_text,
	.args = ethervlanencap_args,
	.handlers = ethervlanencap_handlers,
	.drops = ethervlanencap_drops,
	.group = "ethernet",
	.brief = "puts an Ethernet header with a VLAN tag in front of packets",
	.manual =
		"Each packet gets an 18-byte Ethernet header with a VLAN tag, or one of 14 bytes if it\n"
		"belongs to the native VLAN; since that is 0 unless NATIVE_VLAN says otherwise, so do\n"
		"all packets if no VLAN is given. The MAC header is marked. The handler `config` reads\n"
		"the arguments in their order, unlike Click's.",
	.example =
		"Idle -> EtherVLANEncap(0x0800, 2:0:0:0:0:1, 2:0:0:0:0:2, VLAN_ID 7) -> Discard;",
};
ELEMENT_CLASS(ethervlanencap_class)
