// SPDX-License-Identifier: BSD-3-Clause
// SetIPECN: sets the ECN bits.

#include <string.h>

#include "elements/ip/tos.h"
#include "src/element.h"

struct setipecn {
	struct element element;
	uint8_t ecn;
	struct any text; // as configured
};

enum { NO_HEADER, NO_MEMORY };

static inline int
set_packet(const struct setipecn *e, struct packet **pp)
{
	int old = tos_read(pp);
	uint8_t tos = (uint8_t)((old & ~TOS_ECN_MASK) | e->ecn);

	if (unlikely(old < 0))
		return DROP(NO_HEADER);
	if (tos != old && unlikely(!tos_write(pp, tos)))
		return DROP(NO_MEMORY);
	return 0;
}

ELEMENT_DECIDE(setipecn, setipecn, set_packet)

static const struct {
	const char *name;
	uint8_t ecn;
} names[] = {
	{"0", 0},
	{"1", 1},
	{"2", 2},
	{"3", 3},
	{"no", 0},
	{"-", 0},
	{"ect1", 1},
	{"ECT(1)", 1},
	{"ect2", 2},
	{"ECT(0)", 2},
	{"ce", TOS_ECN_CE},
	{"CE", TOS_ECN_CE},
};

static int
setipecn_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct setipecn *e = (struct setipecn *)base;

	(void)args;
	for (size_t i = 0; i < RTE_DIM(names); i++) {
		if (strcmp(e->text.text, names[i].name) == 0) {
			e->ecn = names[i].ecn;
			return 0;
		}
	}
	return errh_error(errh, "bad ECN argument");
}

static const struct arg setipecn_args[] = {
	ARG(setipecn, text, "ECN", ARG_MANDATORY,
		.help = "`0` to `3`; or `no` and `-` (0), `ect1` and `ECT(1)` (1), `ect2` and "
			"`ECT(0)` (2), `ce` and `CE` (3)"),
	ARGS_END,
};

static const struct handler setipecn_handlers[] = {
	HANDLER_RECONFIGURE("ecn", setipecn, text, "ECN", 0, .help = "the argument"),
	HANDLERS_END,
};

static const char *const setipecn_drops[] = {
	[NO_HEADER] = "no IP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class setipecn_class = {
	.name = "SetIPECN",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct setipecn),
	.push = setipecn_push,
	.pull = setipecn_pull,
	.decide = setipecn_decide,
	.configure = setipecn_configure,
	.args = setipecn_args,
	.handlers = setipecn_handlers,
	.drops = setipecn_drops,
	.group = "ip",
	.brief = "sets the ECN bits",
	.manual = "Sets the lower two bits of the type of service byte (RFC 3168) and updates the\n"
		  "header checksum. Packets need an IP header place; others are dropped.",
	.example = "Idle -> CheckIPHeader -> SetIPECN(ECT(0)) -> Discard;",
};
ELEMENT_CLASS(setipecn_class)
