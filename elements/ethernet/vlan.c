// SPDX-License-Identifier: BSD-3-Clause
#include "elements/ethernet/vlan.h"

#include <inttypes.h>

#include "src/element.h"
#include "src/strbuf.h"

static const char anno_word[] = "ANNO";

static int
vlan_tci_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct vlan_tci *v = field;

	if (strcmp(text, anno_word) != 0)
		return arg_uint16.parse(p, text, &v->tci);
	v->from_anno = true;
	return 0;
}

static void
vlan_tci_print(const void *field, struct strbuf *out)
{
	const struct vlan_tci *v = field;

	if (v->from_anno)
		strbuf_adds(out, anno_word);
	else
		strbuf_addf(out, "%u", v->tci);
}

const struct arg_type arg_vlan_tci = {
	.name = "16-bit integer or ANNO",
	.expected = "integer or 'ANNO'",
	.size = sizeof(struct vlan_tci),
	.parse = vlan_tci_parse,
	.print = vlan_tci_print,
};

void
vlan_tag_build(struct vlan_tag *tag)
{
	uint16_t base = tag->tci_given ? tag->tci_arg.tci : tag->id;

	tag->from_anno = tag->tci_given && tag->tci_arg.from_anno;
	tag->tci = tag->from_anno ? 0 : (uint16_t)(base | tag->pcp << VLAN_PCP_SHIFT);
}

void
vlan_tag_text(const struct vlan_tag *tag, struct strbuf *out)
{
	// VLAN_ID and VLAN_PCP leave out the bit between them.
	const unsigned other = 1 << (VLAN_PCP_SHIFT - 1);

	if (tag->from_anno)
		strbuf_adds(out, anno_word);
	else if (tag->tci & other)
		strbuf_addf(out, "%u", tag->tci);
	else
		strbuf_addf(out, "VLAN_ID %u, VLAN_PCP %u", tag->tci & VLAN_ID_MAX,
			tag->tci >> VLAN_PCP_SHIFT);
	if (tag->native != 0)
		strbuf_addf(out, ", NATIVE_VLAN %" PRId32, tag->native);
}

// ---- handlers

int
vlan_tag_read(const struct handler_read *call)
{
	const struct vlan_tag *tag = (void *)((char *)call->element + call->row->offset);
	struct vlan_tci tci = {tag->tci, tag->from_anno};

	switch (call->row->number) {
	case VLAN_TCI:
		vlan_tci_print(&tci, call->out);
		break;
	case VLAN_ID:
		strbuf_addf(call->out, "%u", tag->tci & VLAN_ID_MAX);
		break;
	case VLAN_PCP:
		strbuf_addf(call->out, "%u", tag->tci >> VLAN_PCP_SHIFT);
		break;
	case VLAN_NATIVE:
		strbuf_addf(call->out, "%" PRId32, tag->native);
		break;
	}
	return 0;
}

static const struct {
	const char *name;
	int64_t min, max;
} bounds[] = {
	[VLAN_TCI] = {"VLAN_TCI", 0, UINT16_MAX},
	[VLAN_ID] = {"VLAN_ID", 0, VLAN_ID_MAX},
	[VLAN_PCP] = {"VLAN_PCP", 0, VLAN_PCP_MAX},
	[VLAN_NATIVE] = {"NATIVE_VLAN", VLAN_NO_NATIVE, VLAN_ID_MAX},
};

static void
change(struct vlan_tag *tag, enum vlan_handler which, int64_t v)
{
	if (which != VLAN_NATIVE)
		tag->from_anno = false;
	switch (which) {
	case VLAN_TCI:
		tag->tci = (uint16_t)v;
		break;
	case VLAN_ID:
		tag->tci = (uint16_t)((tag->tci & ~VLAN_ID_MAX) | v);
		break;
	case VLAN_PCP:
		tag->tci = (uint16_t)((tag->tci & ~(VLAN_PCP_MAX << VLAN_PCP_SHIFT)) |
				      v << VLAN_PCP_SHIFT);
		break;
	case VLAN_NATIVE:
		tag->native = (int32_t)v;
		break;
	}
}

int
vlan_tag_write(const struct handler_write *call)
{
	struct vlan_tag *tag = (void *)((char *)call->element + call->row->offset);
	enum vlan_handler which = (enum vlan_handler)call->row->number;
	const char *name = bounds[which].name;
	int64_t v;

	if (which == VLAN_TCI && strcmp(call->text, anno_word) == 0) {
		tag->from_anno = true;
		tag->tci = 0;
		return 0;
	}
	if (text_read_int64(call->text, &v) == -EINVAL)
		return errh_error(call->errh, "%s: invalid number", name);
	if (v < bounds[which].min || v > bounds[which].max)
		return errh_error(call->errh, "%s: out of range, bound %" PRId64, name,
			v < bounds[which].min ? bounds[which].min : bounds[which].max);
	change(tag, which, v);
	return 0;
}
