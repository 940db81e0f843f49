// SPDX-License-Identifier: BSD-3-Clause
#include "src/handler.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "test/unit/lcores_rig.h"

// ---- an element with a handler of each kind

struct handlerkinds {
	struct element element;
	uint32_t number; // 1 ... 9
	char *text;
	bool flag;
	uint32_t reconfigured;
	unsigned n_pressed;
	struct task task;
};

static bool
kinds_run(struct task *task)
{
	(void)task;
	return false;
}

static int
kinds_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	element_task_init(base, &((struct handlerkinds *)base)->task, kinds_run);
	return 0;
}

static void
kinds_cleanup(struct element *base)
{
	task_fini(&((struct handlerkinds *)base)->task);
}

static int
read_echo(const struct handler_read *call)
{
	strbuf_addf(call->out, "<%s>", call->param);
	return 0;
}

static int
write_press(const struct handler_write *call)
{
	struct handlerkinds *e = (struct handlerkinds *)call->element;

	e->n_pressed++;
	return 7;
}

static int
write_fails(const struct handler_write *call)
{
	return errh_error(
		call->errh, "number %u fails with '%s'", (unsigned)call->row->number, call->text);
}

static int
read_fails(const struct handler_read *call)
{
	return errh_error(call->errh, "cannot read");
}

static const struct handler made_row = {.read = read_echo, .flags = HANDLER_PARAM | HANDLER_RAW};
static const struct handler found_row = {.name = "found", .read = read_echo};

static void
kinds_add_handlers(struct element *base)
{
	element_add_handler(base, "made1", &made_row, 1);
	element_add_handler(base, "made2", &made_row, 2);
	// Again: it takes the place of the first.
	element_add_handler(base, "made1", &made_row, 3);
	element_add_task_handlers(
		base, &((struct handlerkinds *)base)->task, TASK_HANDLERS_WRITABLE);
}

static const struct handler *
kinds_find_handler(struct element *base, const char *name)
{
	(void)base;
	return strcmp(name, "found") == 0 ? &found_row : NULL;
}

static const struct arg kinds_args[] = {
	ARG(handlerkinds, number, "NUMBER", ARG_OPTIONAL | ARG_READ | ARG_WRITE, .def = "5",
		.min = 1, .max = 9, .help = "a number"),
	ARG(handlerkinds, text, "TEXT", ARG_KEYWORD | ARG_READ | ARG_WRITE | ARG_CALM,
		.def = "\"\"", .help = "a text"),
	ARG(handlerkinds, flag, "FLAG",
		ARG_KEYWORD | ARG_READ | ARG_WRITE | ARG_RECONFIGURE | ARG_CHECKBOX, .def = "false",
		.help = "a flag"),
	ARG(handlerkinds, reconfigured, "RECONFIGURED", ARG_KEYWORD, .def = "1", .min = 1,
		.max = 100, .help = "a number"),
	ARGS_END,
};

static const struct handler kinds_handlers[] = {
	HANDLER_FIELD_R("pressed", handlerkinds, n_pressed, 0),
	HANDLER_FIELD_RW("direct", handlerkinds, number, HANDLER_UNCOMMON),
	HANDLER_RECONFIGURE(
		"reconfigured", handlerkinds, reconfigured, "RECONFIGURED", HANDLER_CALM),
	{.name = "echo", .read = read_echo, .flags = HANDLER_PARAM},
	{.name = "press", .write = write_press, .flags = HANDLER_BUTTON},
	{.name = "fails",
		.read = read_fails,
		.write = write_fails,
		.number = 42,
		.flags = HANDLER_EXPENSIVE | HANDLER_DEPRECATED},
	{.name = "hidden", .read = read_echo, .flags = HANDLER_HIDDEN},
	{.name = "private", .read = read_echo, .flags = HANDLER_PRIVATE},
	HANDLERS_END,
};

static const struct element_class handlerkinds_class = {.name = "HandlerKinds",
	.ports = "0/0",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct handlerkinds),
	.attach = kinds_attach,
	.cleanup = kinds_cleanup,
	.args = kinds_args,
	.handlers = kinds_handlers,
	.add_handlers = kinds_add_handlers,
	.find_handler = kinds_find_handler,
	.group = "test",
	.brief = "a handler of each kind",
	.example = "HandlerKinds;"};
ELEMENT_CLASS(handlerkinds_class)

static struct rig *
start(void)
{
	struct rig *r = rig_config("e :: HandlerKinds; c :: { e :: Idle; x :: Idle }; o :: Idle");

	CU_ASSERT_PTR_NOT_NULL_FATAL(r);
	return r;
}

// ---- rows

static void
listing(void)
{
	struct rig *r = start();

	// The newest first; hidden and private ones are left out.
	ASSERT_READ(r, "handlers",
		"home_thread\trw\ntickets\trw\nscheduled\trw\n"
		"made2\tr+%\nmade1\tr+%\n"
		"fails\trw$D\npress\twb\necho\tr+\nreconfigured\trw.\ndirect\trwU\npressed\tr\n"
		"flag\trwc\ntext\trw.\nnumber\trw\n"
		"handlers\tr.\nports\tr.\nconfig\trw.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "o.handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	ASSERT_READ(r, "hidden", "<>");
	ASSERT_READ(r, "private", "<>");
	ASSERT_READ(r, "found", "<>");
	rig_free(r);
}

static void
flags(void)
{
	struct handler row = {.flags = 0x7ff};
	struct strbuf sb = STRBUF_INIT;

	handler_flags_text(&row, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "+%.$UDbc");
	strbuf_clear(&sb);
	row = (struct handler){.read = read_echo, .write = write_press};
	handler_flags_text(&row, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "rw");
	strbuf_fini(&sb);
}

static void
every_elements_own(void)
{
	struct rig *r = start();

	ASSERT_READ(r, "name", "e");
	ASSERT_READ(r, "class", "HandlerKinds");
	ASSERT_READ(r, "config", "");
	ASSERT_READ(r, "ports", "0 inputs\n0 outputs\n");
	ASSERT_READ(r, "drop_reasons", "");
	ASSERT_READ(r, "c/x.name", "c/x");
	ASSERT_TEXT(rig_write(r, "name", "x"), "no 'e.name' write handler\n");
	rig_free(r);
}

static void
fields(void)
{
	struct rig *r = start();

	ASSERT_READ(r, "number", "5");
	ASSERT_TEXT(rig_write(r, "number", " 7 // comment"), "");
	ASSERT_READ(r, "number", "7");
	ASSERT_READ(r, "direct", "7");
	// The text of the configuration stays.
	ASSERT_READ(r, "config", "");
	ASSERT_TEXT(rig_write(r, "direct", "4294967295"), "");
	ASSERT_READ(r, "number", "4294967295");
	ASSERT_TEXT(rig_write(r, "direct", "4294967296"), "expected integer\n");
	ASSERT_TEXT(rig_write(r, "direct", "x"), "expected integer\n");
	ASSERT_TEXT(rig_write(r, "direct", ""), "expected integer\n");
	ASSERT_READ(r, "number", "4294967295");
	ASSERT_TEXT(rig_write(r, "text", "\"a b\""), "");
	ASSERT_READ(r, "text", "a b");
	ASSERT_TEXT(rig_write(r, "text", "c"), "");
	ASSERT_READ(r, "text", "c");
	ASSERT_TEXT(rig_write(r, "pressed", "1"), "no 'e.pressed' write handler\n");
	rig_free(r);
}

static void
arguments(void)
{
	struct rig *r = start();

	ASSERT_READ(r, "flag", "false");
	ASSERT_TEXT(rig_write(r, "flag", "true"), "");
	ASSERT_READ(r, "flag", "true");
	ASSERT_READ(r, "config", "FLAG true");
	ASSERT_TEXT(rig_write(r, "flag", "perhaps"), "FLAG: parse error\n");
	ASSERT_READ(r, "flag", "true");
	ASSERT_TEXT(rig_write(r, "reconfigured", "33"), "");
	ASSERT_READ(r, "reconfigured", "33");
	ASSERT_READ(r, "config", "FLAG true, RECONFIGURED 33");
	ASSERT_TEXT(rig_write(r, "reconfigured", "101"), "RECONFIGURED: out of range, bound 100\n");
	ASSERT_READ(r, "reconfigured", "33");
	ASSERT_READ(r, "config", "FLAG true, RECONFIGURED 33");
	ASSERT_TEXT(rig_write(r, "config", "3, RECONFIGURED 2"), "");
	ASSERT_READ(r, "number", "3");
	ASSERT_READ(r, "flag", "false");
	ASSERT_TEXT(rig_write(r, "config", "99"), "NUMBER: out of range, bound 9\n");
	ASSERT_READ(r, "number", "3");
	ASSERT_READ(r, "config", "3, RECONFIGURED 2");
	rig_free(r);
}

static void
parameters_and_buttons(void)
{
	struct rig *r = start();

	ASSERT_TEXT(rig_read_param(r, "echo", "a b"), "<a b>");
	ASSERT_READ(r, "echo", "<>");
	ASSERT_TEXT(rig_read_param(r, "made2", "x"), "<x>");
	ASSERT_TEXT(rig_read_error(r, "number", "x"),
		"read handler 'e.number' does not take parameters\n");
	ASSERT_TEXT(rig_read_error(r, ".version", "x"),
		"read handler 'version' does not take parameters\n");
	ASSERT_TEXT(rig_write(r, "press", ""), "");
	ASSERT_TEXT(rig_write(r, "press", "anything"), "");
	ASSERT_READ(r, "pressed", "2");
	ASSERT_TEXT(rig_write(r, "fails", "it"), "number 42 fails with 'it'\n");
	ASSERT_TEXT(rig_read_error(r, "fails", NULL), "cannot read\n");
	rig_free(r);
}

static void
of_tasks(void)
{
	struct rig *r = start();

	ASSERT_READ(r, "scheduled", "false");
	ASSERT_TEXT(rig_write(r, "scheduled", "true"), "");
	ASSERT_READ(r, "scheduled", "true");
	ASSERT_TEXT(rig_write(r, "scheduled", "0"), "");
	ASSERT_READ(r, "scheduled", "false");
	ASSERT_TEXT(rig_write(r, "scheduled", "often"), "syntax error\n");
	ASSERT_READ(r, "tickets", "1024");
	ASSERT_TEXT(rig_write(r, "tickets", "77"), "");
	ASSERT_READ(r, "tickets", "77");
	ASSERT_TEXT(rig_write(r, "tickets", "0"), "warning: tickets pinned at 1\n");
	ASSERT_READ(r, "tickets", "1");
	ASSERT_TEXT(rig_write(r, "tickets", "32769"), "warning: tickets pinned at 32768\n");
	ASSERT_READ(r, "tickets", "32768");
	ASSERT_TEXT(rig_write(r, "tickets", "many"), "syntax error\n");
	ASSERT_READ(r, "home_thread", "0");
	ASSERT_TEXT(rig_write(r, "home_thread", "-1"), "");
	ASSERT_READ(r, "home_thread", "-1");
	ASSERT_TEXT(rig_write(r, "home_thread", "0"), "");
	ASSERT_READ(r, "home_thread", "0");
	ASSERT_TEXT(rig_write(r, "home_thread", "1"), "bad thread\n");
	ASSERT_TEXT(rig_write(r, "home_thread", "-2"), "bad thread\n");
	ASSERT_TEXT(rig_write(r, "home_thread", "x"), "bad thread\n");
	ASSERT_READ(r, "home_thread", "0");
	rig_free(r);
}

// ---- finding

// "name" of the element and row found, or the error.
static const char *
find(struct rig *r, const char *from, const char *name, enum handler_need need)
{
	static struct strbuf text;
	struct handler_target target;
	struct errh errh;
	int err;

	strbuf_clear(&text);
	errh_init_strbuf(&errh, &text);
	err = handler_find(rig_element(r)->router, from ? rig_find(r, from) : NULL, name, need,
		&target, &errh);
	if (err == 0)
		handler_target_name(&target, &text);
	return strbuf_text(&text);
}

static void
finds(void)
{
	struct rig *r = start();

	ASSERT_TEXT(find(r, NULL, "e.number", HANDLER_READABLE), "e.number");
	ASSERT_TEXT(find(r, NULL, "version", HANDLER_READABLE), "version");
	ASSERT_TEXT(find(r, NULL, ".version", HANDLER_ANY), "version");
	ASSERT_TEXT(find(r, NULL, "c/x.name", HANDLER_ANY), "c/x.name");
	// From inside: one's own come before those of the router, names are relative.
	ASSERT_TEXT(find(r, "e", "config", HANDLER_READABLE), "e.config");
	ASSERT_TEXT(find(r, "e", ".config", HANDLER_READABLE), "config");
	ASSERT_TEXT(find(r, "e", "version", HANDLER_READABLE), "version");
	ASSERT_TEXT(find(r, "e", "e.number", HANDLER_READABLE), "e.number");
	ASSERT_TEXT(find(r, "c/x", "e.name", HANDLER_READABLE), "c/e.name");
	ASSERT_TEXT(find(r, "c/x", "o.name", HANDLER_READABLE), "o.name");
	ASSERT_TEXT(find(r, NULL, "e.found", HANDLER_READABLE), "e.found");
	rig_free(r);
}

static void
finds_nothing(void)
{
	struct rig *r = start();

	ASSERT_TEXT(find(r, NULL, "nobody.name", HANDLER_READABLE), "no element named 'nobody'\n");
	ASSERT_TEXT(find(r, NULL, "x.name", HANDLER_ANY), "no element named 'x'\n");
	ASSERT_TEXT(find(r, NULL, "e.nonsense", HANDLER_ANY), "no 'e.nonsense' handler\n");
	ASSERT_TEXT(
		find(r, NULL, "e.nonsense", HANDLER_READABLE), "no 'e.nonsense' read handler\n");
	ASSERT_TEXT(
		find(r, NULL, "e.nonsense", HANDLER_WRITABLE), "no 'e.nonsense' write handler\n");
	ASSERT_TEXT(find(r, NULL, "e.press", HANDLER_READABLE), "no 'e.press' read handler\n");
	ASSERT_TEXT(find(r, NULL, "e.press", HANDLER_ANY), "e.press");
	ASSERT_TEXT(find(r, NULL, "e.echo", HANDLER_WRITABLE), "no 'e.echo' write handler\n");
	ASSERT_TEXT(find(r, NULL, ".nonsense", HANDLER_ANY), "no 'nonsense' handler\n");
	ASSERT_TEXT(find(r, NULL, "nonsense", HANDLER_ANY), "no 'nonsense' handler\n");
	ASSERT_TEXT(find(r, "e", "nonsense", HANDLER_ANY), "no 'nonsense' handler\n");
	ASSERT_TEXT(find(r, NULL, "", HANDLER_ANY), "no '' handler\n");
	ASSERT_TEXT(find(r, NULL, ".", HANDLER_ANY), "no '' handler\n");
	ASSERT_TEXT(find(r, NULL, "e.", HANDLER_ANY), "no 'e.' handler\n");
	ASSERT_TEXT(find(r, NULL, "e.a.b", HANDLER_ANY), "no 'e.a.b' handler\n");
	rig_free(r);
}

// Whoever has a row without looking for it hears what is missing.
static void
calls_that_cannot_be(void)
{
	struct rig *r = start();
	struct router *router = rig_element(r)->router;
	static const struct handler none = {.name = "none"};
	struct handler_target target = {.element = rig_element(r), .row = &none};
	struct strbuf text = STRBUF_INIT, errors = STRBUF_INIT;
	struct errh errh;

	errh_init_strbuf(&errh, &errors);
	CU_ASSERT_EQUAL(handler_call_read(router, &target, NULL, &text, &errh), -EINVAL);
	CU_ASSERT_EQUAL(handler_call_write(router, &target, NULL, &errh), -EINVAL);
	target.element = NULL;
	CU_ASSERT_EQUAL(handler_call_write(router, &target, "x", &errh), -EINVAL);
	ASSERT_TEXT(strbuf_text(&errors), "'e.none' not a read handler\n"
					  "'e.none' not a write handler\n"
					  "'none' not a write handler\n");
	strbuf_fini(&errors);
	strbuf_fini(&text);
	rig_free(r);
}

// What a write returns reaches the caller; NULL is the empty text.
static void
results(void)
{
	struct rig *r = start();
	struct router *router = rig_element(r)->router;
	struct handler_target target;
	struct errh errh;

	errh_init_silent(&errh);
	CU_ASSERT_EQUAL(handler_find(router, NULL, "e.press", HANDLER_WRITABLE, &target, &errh), 0);
	CU_ASSERT_EQUAL(handler_call_write(router, &target, NULL, &errh), 7);
	CU_ASSERT_EQUAL(handler_find(router, NULL, "e.fails", HANDLER_WRITABLE, &target, &errh), 0);
	CU_ASSERT_EQUAL(handler_call_write(router, &target, NULL, &errh), -EINVAL);
	rig_free(r);
}

// ---- calls that arguments describe

static void
described_calls(void)
{
	struct rig *r = start();
	struct strbuf sb = STRBUF_INIT;
	struct handler_call call = {0};
	struct errh errh;

	errh_init_strbuf(&errh, &sb);
	CU_ASSERT_EQUAL(
		args_parse_value(&arg_handler_call, "e.direct  8 9", &call, NULL, NULL, &errh), 0);
	CU_ASSERT_STRING_EQUAL(call.name, "e.direct");
	CU_ASSERT_STRING_EQUAL(call.value, "8 9");
	arg_handler_call.print(&call, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "e.direct 8 9");
	strbuf_clear(&sb);
	CU_ASSERT_EQUAL(handler_call_resolve(&call, rig_find(r, "o"), HANDLER_WRITABLE, &errh), 0);
	CU_ASSERT_PTR_EQUAL(call.target.element, rig_element(r));
	arg_handler_call.fini(&call);
	CU_ASSERT_PTR_NULL(call.name);
	// Nothing prints as nothing.
	arg_handler_call.print(&call, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "");
	CU_ASSERT_EQUAL(args_parse_value(&arg_handler_call, "press", &call, NULL, NULL, &errh), 0);
	arg_handler_call.print(&call, &sb);
	ASSERT_TEXT(strbuf_text(&sb), "press");
	strbuf_clear(&sb);
	CU_ASSERT_EQUAL(
		handler_call_resolve(&call, rig_find(r, "o"), HANDLER_WRITABLE, &errh), -EINVAL);
	ASSERT_TEXT(strbuf_text(&sb), "no 'press' write handler\n");
	CU_ASSERT_EQUAL(handler_call_resolve(&call, rig_element(r), HANDLER_WRITABLE, &errh), 0);
	CU_ASSERT_EQUAL(handler_call_run(&call, rig_element(r)), 7);
	ASSERT_READ(r, "pressed", "1");
	arg_handler_call.fini(&call);
	strbuf_clear(&sb);
	CU_ASSERT_EQUAL(
		args_parse_value(&arg_handler_call, "", &call, "END_CALL", NULL, &errh), -EINVAL);
	ASSERT_TEXT(strbuf_text(&sb), "END_CALL: syntax error\n");
	strbuf_clear(&sb);
	CU_ASSERT_EQUAL(args_parse_value(&arg_handler_call, "", &call, NULL, NULL, &errh), -EINVAL);
	ASSERT_TEXT(strbuf_text(&sb), "syntax error\n");
	strbuf_fini(&sb);
	rig_free(r);
}

// ---- lcores

// A worker calls the handlers of elements that nobody else enters by itself.
static void
out_of_a_packet_path(void)
{
	struct router *r = lcores_rig(
		"InfiniteSource(LIMIT 3) -> c :: Counter(COUNT_CALL 2 e.press) -> Discard;"
		"e :: HandlerKinds",
		1);

	lcores_rig_run(0, 10);
	ASSERT_LCORES_READ(r, "e.pressed", "1");
	ASSERT_LCORES_READ(r, "c.count", "3");
	lcores_rig_free(r);
}

UNIT_SUITE(handler, UNIT_CASE(listing), UNIT_CASE(flags), UNIT_CASE(every_elements_own),
	UNIT_CASE(fields), UNIT_CASE(arguments), UNIT_CASE(parameters_and_buttons),
	UNIT_CASE(of_tasks), UNIT_CASE(finds), UNIT_CASE(finds_nothing),
	UNIT_CASE(calls_that_cannot_be), UNIT_CASE(results), UNIT_CASE(described_calls),
	UNIT_CASE(out_of_a_packet_path))
