// SPDX-License-Identifier: BSD-3-Clause
// CheckGREHeader: checks GRE headers.

#include "elements/ip/checksum.h"
#include "elements/ip/headercheck.h"
#include "elements/tunnel/gre.h"
#include "src/chatter.h"

struct checkgreheader {
	struct element element;
	uint16_t offset; // of the header from the start of packets
	bool checksum;
	struct headercheck check;
};

enum { TOO_SHORT, BAD_VERSION, SOURCE_ROUTING, BAD_CHECKSUM };

static const char *const reason_texts[] = {
	[TOO_SHORT] = "bad packet length",
	[BAD_VERSION] = "bad GRE version",
	[SOURCE_ROUTING] = "source routing",
	[BAD_CHECKSUM] = "bad GRE checksum",
	NULL,
};

static __attribute__((noinline, cold)) int
bad_packet(struct checkgreheader *e, unsigned reason)
{
	if (headercheck_count(&e->element, &e->check, reason))
		chatter("GRE header check failed: %s", reason_texts[reason]);
	return element_output_or_drop(&e->element, 1, reason);
}

static bool
checksum_is_right(const struct packet *p, int32_t off)
{
	uint64_t sum = 0;

	return checksum_add_packet(&sum, p, off, packet_length_from(p, off)) &&
	       checksum_fold(sum) == 0xffff;
}

static inline int
check_packet(struct checkgreheader *e, struct packet **pp)
{
	int32_t off = e->offset;
	const struct gre_header *gre = (const void *)packet_peek(pp, off, sizeof(*gre));
	unsigned flags;

	if (unlikely(gre == NULL))
		return bad_packet(e, TOO_SHORT);
	flags = rte_be_to_cpu_16(gre->flags);
	if (unlikely((flags & GRE_VERSION) != 0))
		return bad_packet(e, BAD_VERSION);
	if (unlikely((flags & GRE_ROUTING) != 0))
		return bad_packet(e, SOURCE_ROUTING);
	if (unlikely(packet_length_from(*pp, off) < gre_header_len(flags)))
		return bad_packet(e, TOO_SHORT);
	if ((flags & GRE_CHECKSUM) != 0 && e->checksum && unlikely(!checksum_is_right(*pp, off)))
		return bad_packet(e, BAD_CHECKSUM);
	return 0;
}

ELEMENT_DECIDE(checkgreheader, checkgreheader, check_packet)

static void
checkgreheader_add_handlers(struct element *base)
{
	headercheck_add_details(base, &((struct checkgreheader *)base)->check);
}

static const struct arg checkgreheader_args[] = {
	ARG(checkgreheader, offset, "OFFSET", ARG_OPTIONAL, .def = "0",
		.help = "place of the header in the packet"),
	ARG(checkgreheader, checksum, "CHECKSUM", ARG_KEYWORD, .def = "true",
		.help = "checks the checksum of headers that have one"),
	HEADERCHECK_ARGS(checkgreheader),
	ARGS_END,
};

static const struct element_class checkgreheader_class = {
	.name = "CheckGREHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkgreheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkgreheader_push,
	.pull = checkgreheader_pull,
	.decide = checkgreheader_decide,
	.take_state = headercheck_take_state,
	.args = checkgreheader_args,
	.handlers = headercheck_handlers,
	.add_handlers = checkgreheader_add_handlers,
	.drops = reason_texts,
	.group = "tunnel",
	.brief = "checks GRE headers",
	.manual =
		"Checks version (0), length, and the checksum if there is one, of the GRE header at\n"
		"OFFSET. Bad packets leave by output 1, or are dropped if it is not there. With DETAILS\n"
		"the handler `drop_details` counts them by reason.",
	.example = "Idle -> CheckIPHeader -> StripIPHeader -> CheckGREHeader -> StripGREHeader"
		   " -> Discard;",
};
ELEMENT_CLASS(checkgreheader_class)
