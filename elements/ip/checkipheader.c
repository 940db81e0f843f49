// SPDX-License-Identifier: BSD-3-Clause
// CheckIPHeader, CheckIPHeader2: check the IP header and mark its place.

#include "elements/ip/headercheck.h"
#include "elements/ip/ipcheck.h"
#include "src/chatter.h"

struct checkipheader {
	struct element element;
	uint32_t offset; // at most UINT16_MAX
	bool checksum;
	struct ipcheck ip;
	struct headercheck check;
};

static __attribute__((noinline, cold)) int
bad_packet(struct checkipheader *e, unsigned reason)
{
	if (headercheck_count(&e->element, &e->check, reason))
		chatter("%s: IP header check failed: %s", element_name(&e->element),
			ipcheck_reasons[reason]);
	return element_output_or_drop(&e->element, 1, reason);
}

static inline int
check_packet(struct checkipheader *e, struct packet **pp)
{
	int reason = ipcheck_packet(&e->ip, pp, e->offset, e->checksum);

	return likely(reason == IPCHECK_GOOD) ? 0 : bad_packet(e, (unsigned)reason);
}

ELEMENT_DECIDE(checkipheader, checkipheader, check_packet)

// ---- configuration

static int
checkipheader_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct checkipheader *e = (struct checkipheader *)base;

	(void)args;
	(void)errh;
	// No packet is longer, so that all are too short for any greater offset.
	e->offset = RTE_MIN(e->offset, (uint32_t)UINT16_MAX);
	ipcheck_build(&e->ip, NULL);
	return 0;
}

static void
checkipheader_cleanup(struct element *base)
{
	ipcheck_fini(&((struct checkipheader *)base)->ip);
}

static void
checkipheader_add_handlers(struct element *base)
{
	headercheck_add_details(base, &((struct checkipheader *)base)->check);
}

#define CHECKIPHEADER_ARGS(checksum_default)                                       \
	{                                                                          \
		ARG(checkipheader, offset, "OFFSET", ARG_OPTIONAL, .def = "0",     \
			.help = "bytes in front of the IP header"),                \
			IPCHECK_ARGS(checkipheader),                               \
			ARG(checkipheader, checksum, "CHECKSUM", ARG_KEYWORD,      \
				.def = checksum_default,                           \
				.help = "whether the header checksum is checked"), \
			HEADERCHECK_ARGS(checkipheader), ARGS_END,                 \
	}

static const struct arg checkipheader_args[] = CHECKIPHEADER_ARGS("true");
static const struct arg checkipheader2_args[] = CHECKIPHEADER_ARGS("false");

#define CHECKIPHEADER_MANUAL                                                                      \
	"Good packets get network and transport header places, the destination annotation, and\n" \
	"are cut to the length that their header states. Bad ones leave by output 1, or are\n"    \
	"dropped if it is not there. With DETAILS the handler `drop_details` counts them by\n"    \
	"reason."

static const struct element_class checkipheader_class = {
	.name = "CheckIPHeader",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkipheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkipheader_push,
	.pull = checkipheader_pull,
	.decide = checkipheader_decide,
	.configure = checkipheader_configure,
	.cleanup = checkipheader_cleanup,
	.take_state = headercheck_take_state,
	.args = checkipheader_args,
	.handlers = headercheck_handlers,
	.add_handlers = checkipheader_add_handlers,
	.drops = ipcheck_reasons,
	.group = "ip",
	.brief = "checks IP headers",
	.manual = CHECKIPHEADER_MANUAL,
	.example = "Idle -> CheckIPHeader(14, INTERFACES 10.0.0.1/24 10.0.1.1/24) -> Discard;",
};
ELEMENT_CLASS(checkipheader_class)

static const struct element_class checkipheader2_class = {
	.name = "CheckIPHeader2",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct checkipheader),
	.lcore_size = sizeof(struct headercheck_lcore),
	.push = checkipheader_push,
	.pull = checkipheader_pull,
	.decide = checkipheader_decide,
	.configure = checkipheader_configure,
	.cleanup = checkipheader_cleanup,
	.take_state = headercheck_take_state,
	.args = checkipheader2_args,
	.handlers = headercheck_handlers,
	.add_handlers = checkipheader_add_handlers,
	.drops = ipcheck_reasons,
	.group = "ip",
	.brief = "checks IP headers, but not their checksum",
	.manual = CHECKIPHEADER_MANUAL "\n\nThe same as CheckIPHeader with CHECKSUM false.",
	.example = "Idle -> CheckIPHeader2(14) -> Discard;",
};
ELEMENT_CLASS(checkipheader2_class)
