// SPDX-License-Identifier: BSD-3-Clause
// Bypass: leads packets around a part of the graph, and can be switched while the router runs.

#include "src/element.h"

struct bypass {
	struct element element;
	bool active; // control writes (or a handler call), lcores read
	bool in_line;
};

static bool
is_active(const struct bypass *e)
{
	return __atomic_load_n(&e->active, __ATOMIC_RELAXED);
}

static void
bypass_push(struct element *base, unsigned port, struct batch *b)
{
	bool detour = port == 0 && base->n_outputs > 1 && is_active((struct bypass *)base);

	element_push(base, detour ? 1 : 0, b);
}

static void
bypass_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	bool detour = port == 0 && base->n_inputs > 1 && is_active((struct bypass *)base);

	element_pull(base, detour ? 1 : 0, b, max);
}

static int
write_active(const struct handler_write *call)
{
	bool active;

	if (text_read_bool(call->text, &active) != 0)
		return errh_error(call->errh, "syntax error");
	__atomic_store_n(&((struct bypass *)call->element)->active, active, __ATOMIC_RELAXED);
	return 0;
}

static const struct arg bypass_args[] = {
	ARG(bypass, active, "ACTIVE", ARG_OPTIONAL, .def = "false",
		.help = "true: the second output (pushed) or input (pulled) is used"),
	ARG(bypass, in_line, "INLINE", ARG_KEYWORD, .def = "false",
		.help = "forbids Click to take the element out of the path; here it always stays, "
			"with the same effect"),
	ARGS_END,
};

static const struct handler bypass_handlers[] = {
	HANDLER_FIELD_R("active", bypass, active, 0, .write = write_active,
		.help = "whether the second output or input is used"),
	HANDLERS_END,
};

static const struct element_class bypass_class = {
	.name = "Bypass",
	.ports = "1-2/1-2",
	.processing = "a/a",
	.flow = "[xy]x/xy",
	.flags = ELEMENT_NO_DATA | ELEMENT_NO_SOURCE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct bypass),
	.push = bypass_push,
	.pull = bypass_pull,
	.args = bypass_args,
	.handlers = bypass_handlers,
	.group = "standard",
	.brief = "leads packets around a part of the graph",
	.manual =
		"Pushed packets of input 0 leave by output 0, or by output 1 while ACTIVE is true;\n"
		"those of input 1 leave by output 0. A pull from output 0 pulls from input 0, or from\n"
		"input 1 while ACTIVE is true; one from output 1 pulls from input 0. So whatever lies\n"
		"between output 1 and input 1 is in the path only while ACTIVE is true. Without that\n"
		"second port ACTIVE has no effect.",
	.example = "Idle -> b :: Bypass -> Discard; b [1] -> Print(detour) -> [1] b;",
};
ELEMENT_CLASS(bypass_class)
