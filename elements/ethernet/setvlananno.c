// SPDX-License-Identifier: BSD-3-Clause
// SetVLANAnno: sets the VLAN_TCI annotation.

#include "elements/ethernet/vlan.h"
#include "src/element.h"
#include "src/strbuf.h"

struct setvlananno {
	struct element element;
	struct vlan_tag tag;
	uint16_t tci; // as configured
};

static inline void
set_packet(const struct setvlananno *e, struct packet *p)
{
	packet_set_anno_u16(p, ANNO_VLAN_TCI, rte_cpu_to_be_16(e->tag.tci));
}

ELEMENT_CHANGE(setvlananno, setvlananno, set_packet)

static int
setvlananno_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct setvlananno *e = (struct setvlananno *)base;

	(void)args;
	(void)errh;
	e->tag.tci_arg.tci = e->tci;
	vlan_tag_build(&e->tag);
	return 0;
}

static int
setvlananno_config_text(struct element *base, struct strbuf *out)
{
	vlan_tag_text(&((struct setvlananno *)base)->tag, out);
	return 0;
}

// `ANNO` makes no sense here.
static int
write_tci(const struct handler_write *call)
{
	if (strcmp(call->text, "ANNO") == 0)
		return errh_error(call->errh, "VLAN_TCI: invalid number");
	return vlan_tag_write(call);
}

static const struct arg setvlananno_args[] = {
	ARG(setvlananno, tci, "VLAN_TCI", ARG_OPTIONAL, .def = "0",
		.given = ARG_GIVEN(setvlananno, tag.tci_given),
		.help = "the tag's 16 bits, in place of VLAN_ID"),
	VLAN_PCP_ARG(setvlananno),
	VLAN_ID_ARG(setvlananno),
	ARGS_END,
};

static const struct handler setvlananno_handlers[] = {
	{.name = "vlan_tci",
		.read = vlan_tag_read,
		.write = write_tci,
		.offset = offsetof(struct setvlananno, tag),
		.number = VLAN_TCI,
		.help = "the tag's 16 bits"},
	VLAN_HANDLER("vlan_id", setvlananno, VLAN_ID, "VLAN"),
	VLAN_HANDLER("vlan_pcp", setvlananno, VLAN_PCP, "priority"),
	HANDLERS_END,
};

static const struct element_class setvlananno_class = {
	.name = "SetVLANAnno",
	.aliases = "SetVlanAnno",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct setvlananno),
	.push = setvlananno_push,
	.pull = setvlananno_pull,
	.decide = setvlananno_decide,
	.configure = setvlananno_configure,
	.config_text = setvlananno_config_text,
	.args = setvlananno_args,
	.handlers = setvlananno_handlers,
	.group = "ethernet",
	.brief = "sets the VLAN_TCI annotation",
	.manual = "VLANEncap(ANNO) and EtherVLANEncap make a tag of the annotation.",
	.example = "Idle -> SetVLANAnno(VLAN_ID 7) -> VLANEncap(ANNO) -> Discard;",
};
ELEMENT_CLASS(setvlananno_class)
