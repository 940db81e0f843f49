// SPDX-License-Identifier: BSD-3-Clause
// HandlerAggregate: reads and writes one handler of several elements.

#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"

struct handleraggregate {
	struct element element;
	struct strvec names; // arguments
	struct element **elements; // owned array of borrowed elements
};

static int
handleraggregate_initialize(struct element *base, struct errh *errh)
{
	struct handleraggregate *e = (struct handleraggregate *)base;
	int err = 0;

	e->elements = mem_zalloc(e->names.n * sizeof(struct element *));
	for (size_t i = 0; i < e->names.n; i++) {
		e->elements[i] = element_find(base, e->names.v[i]);
		if (e->elements[i] == NULL)
			err = errh_error(errh, "no element named '%s'", e->names.v[i]);
	}
	return err;
}

static void
handleraggregate_cleanup(struct element *base)
{
	free(((struct handleraggregate *)base)->elements);
}

// ---- handlers

enum { SUM, MEAN };

static int
find(const struct handleraggregate *e, size_t i, const char *handler, enum handler_need need,
	struct handler_target *target, struct errh *errh)
{
	char *name = mem_printf("%s.%s", element_name(e->elements[i]), handler);
	int err = handler_find(e->element.router, NULL, name, need, target, errh);

	free(name);
	return err;
}

// The value of one element's handler as a number.
static int
read_number(const struct handleraggregate *e, size_t i, const char *handler, double *value,
	struct errh *errh)
{
	struct strbuf text = STRBUF_INIT;
	struct handler_target target;
	int err = find(e, i, handler, HANDLER_READABLE, &target, errh);

	if (err == 0)
		err = handler_call_read(e->element.router, &target, NULL, &text, errh);
	if (err == 0 && text_read_double(strbuf_text(&text), value) != 0)
		err = errh_error(
			errh, "'%s.%s' is not a number", element_name(e->elements[i]), handler);
	strbuf_fini(&text);
	return err;
}

static int
read_aggregate(const struct handler_read *call)
{
	const struct handleraggregate *e = (struct handleraggregate *)call->element;
	double sum = 0;

	if (*call->param == '\0')
		return errh_error(call->errh, "expected the name of a handler");
	for (size_t i = 0; i < e->names.n; i++) {
		double value = 0;
		int err = read_number(e, i, call->param, &value, call->errh);

		if (err != 0)
			return err;
		sum += value;
	}
	if (call->row->number == MEAN)
		sum /= (double)e->names.n;
	text_double(call->out, sum);
	return 0;
}

static int
write_all(const struct handler_write *call)
{
	const struct handleraggregate *e = (struct handleraggregate *)call->element;
	const char *value;
	char *handler = confstr_first_word(call->text, &value);
	int err = 0;

	if (*handler == '\0')
		err = errh_error(call->errh, "expected the name of a handler");
	for (size_t i = 0; err == 0 && i < e->names.n; i++) {
		struct handler_target target;

		err = find(e, i, handler, HANDLER_WRITABLE, &target, call->errh);
		if (err == 0)
			err = handler_call_write(e->element.router, &target, value, call->errh);
	}
	free(handler);
	return err < 0 ? err : 0;
}

static const struct arg handleraggregate_args[] = {
	ARG(handleraggregate, names, "ELEMENT", ARG_KEYWORD | ARG_EACH | ARG_MANDATORY,
		.help = "an element whose handlers are meant"),
	ARGS_END,
};

static const struct handler handleraggregate_handlers[] = {
	{.name = "add",
		.read = read_aggregate,
		.flags = HANDLER_PARAM,
		.number = SUM,
		.help = "sum of a handler's values; its name is the parameter"},
	{.name = "avg",
		.read = read_aggregate,
		.flags = HANDLER_PARAM,
		.number = MEAN,
		.help = "mean of a handler's values"},
	{.name = "write", .write = write_all, .help = "`handler value`: written to all elements"},
	HANDLERS_END,
};

static const struct element_class handleraggregate_class = {
	.name = "HandlerAggregate",
	.ports = "0/0",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct handleraggregate),
	.initialize = handleraggregate_initialize,
	.cleanup = handleraggregate_cleanup,
	.args = handleraggregate_args,
	.handlers = handleraggregate_handlers,
	.group = "control",
	.brief = "reads and writes one handler of several elements",
	.manual =
		"Where a path has an element for each lcore or device, `add count` gives the sum of\n"
		"all their counts and `write reset` resets them all. Values are added as floating\n"
		"point numbers.",
	.example = "a, b :: Counter; Idle -> a -> Discard; Idle -> b -> Discard;"
		   "HandlerAggregate(ELEMENT a, ELEMENT b);",
};
ELEMENT_CLASS(handleraggregate_class)
