// SPDX-License-Identifier: BSD-3-Clause
// IPFilter: the first of its rules that matches an IP packet says where the packet goes.

#include "src/element.h"

#include "elements/classify/filter.h"
#include "elements/classify/matcher.h"
#include "elements/classify/program.h"
#include "src/strvec.h"

struct ipfilter {
	struct element element;
	struct matcher *matcher; // owned; replaced while no packets are under way
	struct program program; // what the matcher was made of, for its text
	struct strvec rules;
};

static void
ipfilter_push(struct element *base, unsigned port, struct batch *b)
{
	const struct ipfilter *e = (const struct ipfilter *)base;
	int16_t decision[BATCH_MAX];

	(void)port;
	e->matcher->decide(e->matcher, b, decision);
	element_split(base, b, decision);
}

static int
ipfilter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipfilter *e = (struct ipfilter *)base;
	struct program p, plain;

	if (base->n_outputs > INT16_MAX)
		return errh_error(errh, "too many outputs, at most %d", INT16_MAX);
	if (filter_compile(args, base->n_outputs, base, &p, &plain, errh) < 0)
		return -EINVAL;
	program_fini(&e->program);
	matcher_destroy(e->matcher);
	e->program = p;
	e->matcher = matcher_create(&p, &plain);
	program_fini(&plain);
	return 0;
}

static void
ipfilter_cleanup(struct element *base)
{
	struct ipfilter *e = (struct ipfilter *)base;

	program_fini(&e->program);
	matcher_destroy(e->matcher);
	e->matcher = NULL;
}

static int
read_program(const struct handler_read *call)
{
	program_print(&((const struct ipfilter *)call->element)->program, call->out);
	return 0;
}

static const struct arg ipfilter_args[] = {
	ARG(ipfilter, rules, "RULE", ARG_REST,
		.help = "ACTION PATTERN; ACTION is an output's number, allow (output 0), deny or "
			"drop"),
	ARGS_END,
};

static const struct handler ipfilter_handlers[] = {
	{.name = "program",
		.read = read_program,
		.flags = HANDLER_CALM,
		.help = "the tests, one a line, and where they lead"},
	HANDLERS_END,
};

static const char *const ipfilter_drops[] = {
	[MATCHER_NO_MATCH] = "denied",
	[MATCHER_NO_HEADER] = "no IP header",
	NULL,
};

static const struct element_class ipfilter_class = {
	.name = "IPFilter",
	.ports = "1/-",
	.processing = "h/h",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipfilter),
	.push = ipfilter_push,
	.configure = ipfilter_configure,
	.cleanup = ipfilter_cleanup,
	.args = ipfilter_args,
	.handlers = ipfilter_handlers,
	.drops = ipfilter_drops,
	.group = "classify",
	.brief = "filters IP packets by rules",
	.manual = "TODO",
	.example = "Idle -> IPFilter(deny src net 10.0.0.0/8, allow tcp dst port www, drop all)\n"
		   "     -> Discard;",
};
ELEMENT_CLASS(ipfilter_class)
