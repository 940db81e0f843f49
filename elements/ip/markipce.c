// SPDX-License-Identifier: BSD-3-Clause
// MarkIPCE: marks packets of ECN capable senders: congestion experienced.

#include <inttypes.h>

#include "elements/ip/tos.h"
#include "src/element.h"
#include "src/strbuf.h"

struct markipce {
	struct element element;
	bool force;
};

enum { NOT_CAPABLE, NO_HEADER, NO_MEMORY };

static inline int
mark_packet(const struct markipce *e, struct packet **pp)
{
	int tos = tos_read(pp);

	if (unlikely(tos < 0))
		return DROP(NO_HEADER);
	if ((tos & TOS_ECN_MASK) == 0 && !e->force)
		return DROP(NOT_CAPABLE);
	if ((tos & TOS_ECN_MASK) != TOS_ECN_CE &&
		unlikely(!tos_write(pp, (uint8_t)(tos | TOS_ECN_CE))))
		return DROP(NO_MEMORY);
	return 0;
}

ELEMENT_DECIDE(markipce, markipce, mark_packet)

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, element_drops(call->element, NOT_CAPABLE));
	return 0;
}

static const struct arg markipce_args[] = {
	ARG(markipce, force, "FORCE", ARG_OPTIONAL, .def = "false",
		.help = "true: marks packets of other senders as well"),
	ARGS_END,
};

static const struct handler markipce_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets that could not be marked"},
	HANDLERS_END,
};

static const char *const markipce_drops[] = {[NOT_CAPABLE] = "sender not ECN capable",
	[NO_HEADER] = "no IP header",
	[NO_MEMORY] = "no memory",
	NULL};

static const struct element_class markipce_class = {
	.name = "MarkIPCE",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct markipce),
	.push = markipce_push,
	.pull = markipce_pull,
	.decide = markipce_decide,
	.args = markipce_args,
	.handlers = markipce_handlers,
	.drops = markipce_drops,
	.group = "ip",
	.brief = "marks packets: congestion experienced",
	.manual =
		"Sets both ECN bits (RFC 3168) and updates the header checksum. Packets whose sender\n"
		"does not know ECN are dropped instead, unless FORCE is set; the handler `drops`\n"
		"counts them, which Click's forgets.",
	.example = "Idle -> CheckIPHeader -> MarkIPCE -> Discard;",
};
ELEMENT_CLASS(markipce_class)
