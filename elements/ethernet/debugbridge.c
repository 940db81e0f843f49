// SPDX-License-Identifier: BSD-3-Clause
// DebugBridge: prints the spanning tree frames that pass.

#include "elements/ethernet/bpdu.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

struct debugbridge {
	struct element element;
	char *label;
};

static void
print_packet(const struct debugbridge *e, struct packet *p)
{
	struct strbuf sb = STRBUF_INIT;
	struct bpdu b;

	if (e->label != NULL && e->label[0] != '\0')
		strbuf_addf(&sb, "%s: ", e->label);
	if (!bpdu_read(p, &b)) {
		strbuf_adds(&sb, "no BPDU");
	} else if (b.is_tcn) {
		strbuf_adds(&sb, "topology change notification");
	} else {
		bpdu_vector_text(&b.vector, &sb);
		strbuf_addf(&sb, " flags %02x age %u/256 of %u/256 s", b.flags, b.message_age,
			b.max_age);
	}
	chatter("%s", strbuf_text(&sb));
	strbuf_fini(&sb);
}

ELEMENT_CHANGE(debugbridge, debugbridge, print_packet)

static const struct arg debugbridge_args[] = {
	ARG(debugbridge, label, "LABEL", ARG_OPTIONAL, .help = "begins each line"),
	ARGS_END,
};

static const struct element_class debugbridge_class = {
	.name = "DebugBridge",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct debugbridge),
	.push = debugbridge_push,
	.pull = debugbridge_pull,
	.decide = debugbridge_decide,
	.args = debugbridge_args,
	.group = "ethernet",
	.brief = "prints the spanning tree frames that pass",
	.manual =
		"Each packet makes a line: root, cost, bridge and port of a BPDU, its flags and age.",
	.example = "Idle -> DebugBridge(in) -> Discard;",
};
ELEMENT_CLASS(debugbridge_class)
