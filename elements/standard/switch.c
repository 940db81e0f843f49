// SPDX-License-Identifier: BSD-3-Clause
// Switch, StaticSwitch: send all packets to one chosen output.

#include "src/element.h"
#include "src/strbuf.h"

struct switch_element {
	struct element element;
	int32_t wanted; // as configured
	int32_t output; // negative: none. Control writes (or a handler call), lcores read
};

enum { SWITCHED_OFF };

static void
switch_push(struct element *base, unsigned port, struct batch *b)
{
	const struct switch_element *e = (struct switch_element *)base;
	int32_t output = __atomic_load_n(&e->output, __ATOMIC_RELAXED);

	(void)port;
	if (likely(output >= 0))
		element_push(base, (unsigned)output, b);
	else
		element_drop_batch(base, SWITCHED_OFF, b);
}

static void
set_output(struct switch_element *e, int32_t output)
{
	if (output >= (int32_t)e->element.n_outputs)
		output = -1;
	__atomic_store_n(&e->output, output, __ATOMIC_RELAXED);
}

static int
switch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct switch_element *e = (struct switch_element *)base;

	(void)args;
	if (e->wanted >= (int32_t)base->n_outputs)
		return errh_error(errh, "output must be < %u", base->n_outputs);
	set_output(e, e->wanted);
	return 0;
}

static int
staticswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct switch_element *e = (struct switch_element *)base;

	(void)args;
	(void)errh;
	set_output(e, e->wanted);
	return 0;
}

static int
switch_config_text(struct element *e, struct strbuf *out)
{
	strbuf_addf(out, "%d", ((struct switch_element *)e)->output);
	return 0;
}

static int
write_switch(const struct handler_write *call)
{
	struct switch_element *e = (struct switch_element *)call->element;
	int64_t n;

	if (text_read_int64(call->text, &n) != 0 || n < INT32_MIN || n > INT32_MAX)
		return errh_error(call->errh, "Switch output must be integer");
	set_output(e, (int32_t)n);
	return 0;
}

static const struct arg switch_args[] = {
	ARG(switch_element, wanted, "OUTPUT", ARG_OPTIONAL, .def = "0",
		.help = "where packets go; negative: they are dropped"),
	ARGS_END,
};

static const struct arg staticswitch_args[] = {
	ARG(switch_element, wanted, "OUTPUT", ARG_MANDATORY,
		.help = "where packets go; if there is no such output they are dropped"),
	ARGS_END,
};

static const struct handler switch_handlers[] = {
	HANDLER_FIELD_R("switch", switch_element, output, 0, .write = write_switch,
		.help = "where packets go, -1 if they are dropped"),
	HANDLERS_END,
};

static const char *const switch_drops[] = {[SWITCHED_OFF] = "no output chosen", NULL};

static const struct element_class switch_class = {
	.name = "Switch",
	.ports = "1/-",
	.processing = "h/h",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct switch_element),
	.push = switch_push,
	.configure = switch_configure,
	.config_text = switch_config_text,
	.args = switch_args,
	.handlers = switch_handlers,
	.drops = switch_drops,
	.group = "standard",
	.brief = "sends all packets to one output, which can be changed",
	.manual = "The handler `switch` chooses another output while the router runs, -1 for none.",
	.example = "Idle -> s :: Switch(1); s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(switch_class)

static const struct element_class staticswitch_class = {
	.name = "StaticSwitch",
	.ports = "1/-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct switch_element),
	.push = switch_push,
	.configure = staticswitch_configure,
	.args = staticswitch_args,
	.drops = switch_drops,
	.group = "standard",
	.brief = "sends all packets to one output",
	.manual = "The output is fixed by the configuration. It lets a parameter of a compound\n"
		  "element choose between paths.",
	.example = "Idle -> s :: StaticSwitch(1); s [0] -> Discard; s [1] -> Discard;",
};
ELEMENT_CLASS(staticswitch_class)
