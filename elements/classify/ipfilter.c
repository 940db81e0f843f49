// SPDX-License-Identifier: BSD-3-Clause
// IPFilter and IPClassifier: the first pattern of the filter language that an IP packet matches
// says where it goes.

#include <errno.h>
#include <stdlib.h>

#include "elements/classify/filter.h"
#include "elements/classify/matcher.h"
#include "elements/classify/program.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

// Seeing whether an output is used takes a program of all patterns.
enum { OUTPUTS_CHECKED_MAX = 256 };

struct ipfilter {
	struct element element;
	struct matcher *matcher; // owned; replaced while no packets are under way
	struct filter_rules rules; // owned; for the text of the program
	struct strvec patterns;
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

// ---- configuring

static void
ipfilter_cleanup(struct element *base)
{
	struct ipfilter *e = (struct ipfilter *)base;

	filter_rules_fini(&e->rules);
	e->rules = (struct filter_rules){0};
	matcher_destroy(e->matcher);
	e->matcher = NULL;
}

// By a table if there are many rules.
static struct matcher *
make_matcher(const struct filter_rules *rules, struct errh *errh)
{
	struct matcher *m = rule_matcher_create(rules);
	struct program strict;

	if (m != NULL || filter_check_size(rules, errh) < 0)
		return m;
	filter_merge(rules, PROGRAM_STRICT, &strict);
	m = matcher_create(&strict);
	program_fini(&strict);
	return m;
}

static int
ipfilter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipfilter *e = (struct ipfilter *)base;
	struct filter_rules rules = {0};
	struct matcher *m = NULL;

	if (filter_read(&rules, args, base->n_outputs, base, errh) == 0)
		m = make_matcher(&rules, errh);
	if (m == NULL) {
		filter_rules_fini(&rules);
		return -EINVAL;
	}
	ipfilter_cleanup(base);
	e->rules = rules;
	e->matcher = m;
	return 0;
}

static int
ipclassifier_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipfilter *e = (struct ipfilter *)base;
	bool first = e->matcher == NULL;
	struct strvec rules = {0};
	struct program program;
	int err;

	if (args->n != base->n_outputs)
		return errh_error(errh, "need %u arguments, one per output port", base->n_outputs);
	for (size_t i = 0; i < args->n; i++)
		strvec_take(&rules, mem_printf("%zu %s", i, args->v[i]));
	err = ipfilter_configure(base, &rules, errh);
	strvec_fini(&rules);
	if (err != 0 || !first || args->n > OUTPUTS_CHECKED_MAX)
		return err;
	filter_merge(&e->rules, PROGRAM_CLICK, &program);
	for (unsigned i = 0; i < base->n_outputs; i++) {
		if (!program_uses_output(&program, i))
			errh_warning(errh, "output %u matches no packets", i);
	}
	program_fini(&program);
	return 0;
}

// ---- handlers

static int
read_program(const struct handler_read *call)
{
	const struct ipfilter *e = (const struct ipfilter *)call->element;
	struct program program;

	if (filter_check_size(&e->rules, call->errh) < 0)
		return -EINVAL;
	filter_merge(&e->rules, PROGRAM_CLICK, &program);
	program_print(&program, call->out);
	program_fini(&program);
	return 0;
}

static int
read_pattern(const struct handler_read *call)
{
	struct strvec args = {0};

	confstr_split_args(call->element->info->config, &args);
	if (call->row->number < args.n)
		strbuf_adds(call->out, args.v[call->row->number]);
	strvec_fini(&args);
	return 0;
}

static int
write_pattern(const struct handler_write *call)
{
	char *text = confstr_uncomment(call->text), *config;
	struct strvec args = {0};
	int err;

	confstr_split_args(call->element->info->config, &args);
	while (args.n <= call->row->number)
		strvec_add(&args, "");
	free(args.v[call->row->number]);
	// Nothing is all packets too, but the last argument may not be empty.
	args.v[call->row->number] = mem_strdup(*text != '\0' ? text : "-");
	config = confstr_join_args(&args);
	err = element_reconfigure(call->element, config, call->errh);
	free(config);
	free(text);
	strvec_fini(&args);
	return err;
}

static void
ipclassifier_add_handlers(struct element *e)
{
	static const struct handler pattern = {
		.read = read_pattern,
		.write = write_pattern,
		.help = "the pattern of this output",
	};

	for (unsigned i = 0; i < e->n_outputs; i++) {
		char *name = mem_printf("pattern%u", i);

		element_add_handler(e, name, &pattern, i);
		free(name);
	}
}

// ---- tables

static const struct arg ipfilter_args[] = {
	ARG(ipfilter, patterns, "RULE", ARG_REST,
		.help = "ACTION PATTERN; ACTION is an output's number, allow (output 0), deny or "
			"drop"),
	ARGS_END,
};

static const struct arg ipclassifier_args[] = {
	ARG(ipfilter, patterns, "PATTERN", ARG_REST,
		.help = "one for each output; - for all packets"),
	ARGS_END,
};

static const struct handler ipfilter_handlers[] = {
	{.name = "program",
		.read = read_program,
		.flags = HANDLER_CALM | HANDLER_LIVE,
		.help = "the tests, one a line, and where they lead"},
	HANDLERS_END,
};

static const char *const ipfilter_drops[] = {
	[MATCHER_NO_MATCH] = "denied",
	[MATCHER_NO_HEADER] = "no IP header",
	NULL,
};

static const char *const ipclassifier_drops[] = {
	[MATCHER_NO_MATCH] = "no match",
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
	.manual =
		"Each argument is an action and a pattern. The first rule whose pattern a packet\n"
		"matches decides: the number of an output, allow for output 0, deny or drop. A\n"
		"packet that no rule matches is dropped, and so is one that has no IP header marked\n"
		"(see CheckIPHeader and MarkIPHeader) unless no rule looks at it.\n"
		"\n"
		"From eight rules on, a table finds the few that come into question for a packet by its\n"
		"addresses, ports and protocol, so that thousands of rules cost little more than ten.\n"
		"\n"
		"A pattern is made of tests, joined by `and` (&&, or nothing), `or` (||), `not` (!),\n"
		"`A ? B : C` and parentheses. -, any and all match every packet. The tests are:\n"
		"  src, dst, src or dst, src and dst    in front of the next three; either if left\n"
		"                                       out\n"
		"  host ADDR, net ADDR/LEN, net ADDR mask MASK\n"
		"  tcp|udp port NUMBER|NAME             first fragments only, like all that looks\n"
		"                                       behind the IP header; tcp or udp if left out\n"
		"  ether host MAC                       needs a marked MAC header\n"
		"  ip proto NUMBER|NAME, and tcp, udp, icmp ... alone\n"
		"  ip vers, hl, tos, dscp, ect, len, id, ttl NUMBER\n"
		"  ip frag, ip unfrag, ip ect, ip ce    fragment; not; ECN capable; congestion seen\n"
		"  tcp opt syn|ack|fin|psh|rst|urg, tcp win NUMBER, icmp type NUMBER|NAME\n"
		"  ip[POS:LEN], tcp[POS:LEN], PROTO[POS:LEN], transp[POS:LEN] VALUE\n"
		"                                       1 to 4 bytes in one aligned word of the IP\n"
		"                                       or the next header\n"
		"  true, false\n"
		"The value may have =, !=, <, >, <= or >= in front, and before that & MASK. What is\n"
		"left out is taken from the test before: `dst udp port 53 or 123`.\n"
		"\n"
		"A relation is about the field alone: `tcp port != 5` holds for first fragments of\n"
		"TCP only, `not tcp port 5` for all the rest as well. With two sides != denies the\n"
		"whole, and so do < and <=: `port < 80` says that neither port is 80 or more. A test\n"
		"does not hold for packets that end before the bytes that it looks at, whatever its\n"
		"relation; `not` of it does.\n"
		"\n"
		"Unlike in Click, an integer mask of an address is read like the address, protocol\n"
		"numbers above 255 and IP header places above 255 are refused, and packets that are\n"
		"cut short are decided by the rules as they stand and not as optimised.",
	.example = "Idle -> IPFilter(deny src net 10.0.0.0/8, allow tcp dst port www, drop all)\n"
		   "     -> Discard;",
};
ELEMENT_CLASS(ipfilter_class)

static const struct element_class ipclassifier_class = {
	.name = "IPClassifier",
	.ports = "1/-",
	.processing = "h/h",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipfilter),
	.push = ipfilter_push,
	.configure = ipclassifier_configure,
	.cleanup = ipfilter_cleanup,
	.args = ipclassifier_args,
	.handlers = ipfilter_handlers,
	.add_handlers = ipclassifier_add_handlers,
	.drops = ipclassifier_drops,
	.group = "classify",
	.brief = "sorts IP packets by patterns",
	.manual =
		"There is one pattern for each output, and a packet leaves by the output of the first\n"
		"pattern that it matches. Packets that match none are dropped. The patterns are those\n"
		"of IPFilter.",
	.example = "c :: IPClassifier(icmp type echo, tcp dst port www or https, -);\n"
		   "Idle -> c;\n"
		   "c[0] -> Discard;\n"
		   "c[1] -> Discard;\n"
		   "c[2] -> Discard;",
};
ELEMENT_CLASS(ipclassifier_class)
