// SPDX-License-Identifier: BSD-3-Clause
// InputSwitch: lets the packets of one chosen input pass.

#include "src/element.h"
#include "src/strbuf.h"

struct inputswitch {
	struct element element;
	int32_t wanted; // as configured
	int32_t input; // negative: none. Control writes (or a handler call), lcores read
};

enum { OTHER_INPUT };

static void
inputswitch_push(struct element *base, unsigned port, struct batch *b)
{
	const struct inputswitch *e = (struct inputswitch *)base;

	if ((int32_t)port == __atomic_load_n(&e->input, __ATOMIC_RELAXED))
		element_push(base, 0, b);
	else
		element_drop_batch(base, OTHER_INPUT, b);
}

static void
set_input(struct inputswitch *e, int64_t input)
{
	if (input < 0 || input >= e->element.n_inputs)
		input = -1;
	__atomic_store_n(&e->input, (int32_t)input, __ATOMIC_RELAXED);
}

static int
inputswitch_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct inputswitch *e = (struct inputswitch *)base;

	(void)args;
	if (e->wanted >= (int32_t)base->n_inputs)
		return errh_error(errh, "input must be < %u", base->n_inputs);
	set_input(e, e->wanted);
	return 0;
}

static int
inputswitch_config_text(struct element *e, struct strbuf *out)
{
	strbuf_addf(out, "%d", ((struct inputswitch *)e)->input);
	return 0;
}

static int
write_switch(const struct handler_write *call)
{
	struct inputswitch *e = (struct inputswitch *)call->element;
	int64_t n;

	if (text_read_int64(call->text, &n) != 0 || n < INT32_MIN || n > INT32_MAX)
		return errh_error(call->errh, "InputSwitch input must be integer");
	set_input(e, n);
	return 0;
}

static const struct arg inputswitch_args[] = {
	ARG(inputswitch, wanted, "INPUT", ARG_OPTIONAL, .def = "0",
		.help = "whose packets pass; negative: all are dropped"),
	ARG(inputswitch, wanted, "OUTPUT", ARG_KEYWORD, .help = "Click's name of INPUT"),
	ARGS_END,
};

static const struct handler inputswitch_handlers[] = {
	HANDLER_FIELD_R("switch", inputswitch, input, 0, .write = write_switch,
		.help = "whose packets pass, -1 if none do"),
	HANDLERS_END,
};

static const char *const inputswitch_drops[] = {[OTHER_INPUT] = "not the chosen input", NULL};

static const struct element_class inputswitch_class = {
	.name = "InputSwitch",
	.ports = "-/1",
	.processing = "h/h",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct inputswitch),
	.push = inputswitch_push,
	.configure = inputswitch_configure,
	.config_text = inputswitch_config_text,
	.args = inputswitch_args,
	.handlers = inputswitch_handlers,
	.drops = inputswitch_drops,
	.group = "standard",
	.brief = "lets the packets of one input pass, which can be changed",
	.manual = "Packets of the other inputs are dropped. The handler `switch` chooses another\n"
		  "input while the router runs, -1 for none.",
	.example = "s :: InputSwitch(1) -> Discard; Idle -> s; Idle -> [1] s;",
};
ELEMENT_CLASS(inputswitch_class)
