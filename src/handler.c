// SPDX-License-Identifier: BSD-3-Clause
#include "src/handler.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/counter.h"
#include "src/element.h"
#include "src/errh.h"
#include "src/global_handler.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/nearest.h"
#include "src/profile.h"
#include "src/router.h"
#include "src/strbuf.h"

// ---- rows that only name a field

int
handler_read_field(const struct handler_read *call)
{
	const struct handler *row = call->row;
	const void *field = (const uint8_t *)call->element + row->offset;
	uint64_t word;

	// It may be a counter that an lcore is adding to; other types of its size may be unaligned.
	if (row->type->size == sizeof(word) && row->offset % sizeof(word) == 0) {
		word = counter_read(field);
		field = &word;
	}
	row->type->print(field, call->out);
	return 0;
}

int
handler_parse(const struct handler_write *call, const struct arg_type *type, void *value)
{
	struct errh silent;
	char *text = confstr_uncomment(call->text);
	int err;

	errh_init_silent(&silent);
	err = args_parse_value(type, text, value, NULL, call->element, &silent);
	free(text);
	return err == 0 ? 0 : errh_error(call->errh, "expected %s", type->expected);
}

int
handler_write_field(const struct handler_write *call)
{
	const struct arg_type *type = call->row->type;
	uint8_t *field = (uint8_t *)call->element + call->row->offset;
	void *value = mem_zalloc(type->size);
	int err = handler_parse(call, type, value);

	if (err == 0) {
		if (type->fini != NULL)
			type->fini(field);
		memcpy(field, value, type->size);
	}
	free(value);
	return err;
}

int
handler_write_argument(const struct handler_write *call)
{
	return element_replace_argument(call->element, call->row->argument, call->text, call->errh);
}

// ---- every element's own

static int
read_name(const struct handler_read *call)
{
	strbuf_adds(call->out, element_name(call->element));
	return 0;
}

static int
read_class(const struct handler_read *call)
{
	strbuf_adds(call->out, call->element->class->name);
	return 0;
}

static int
read_config(const struct handler_read *call)
{
	// Some classes print their state instead of the text that they were given.
	if (call->element->class->config_text != NULL)
		return call->element->class->config_text(call->element, call->out);
	strbuf_adds(call->out, call->element->info->config);
	return 0;
}

static int
write_config(const struct handler_write *call)
{
	return element_reconfigure(call->element, call->text, call->errh);
}

static int
read_ports(const struct handler_read *call)
{
	router_ports_text(call->element, call->out);
	return 0;
}

static int
read_handlers(const struct handler_read *call)
{
	const struct element_info *info = call->element->info;

	for (size_t i = info->n_handlers; i-- > 0;) {
		const struct handler *row = info->handlers[i].row;

		if (row->flags & (HANDLER_PRIVATE | HANDLER_HIDDEN))
			continue;
		strbuf_addf(call->out, "%s\t", row->name);
		handler_flags_text(row, call->out);
		strbuf_addc(call->out, '\n');
	}
	return 0;
}

static int
read_drop_reasons(const struct handler_read *call)
{
	const struct element *e = call->element;

	for (unsigned i = 0; e->class->drops != NULL && e->class->drops[i] != NULL; i++)
		strbuf_addf(call->out, "%llu\t%s\n", (unsigned long long)element_drops(e, i),
			e->class->drops[i]);
	return 0;
}

static const struct handler common_handlers[] = {
	{.name = "drop_reasons",
		.read = read_drop_reasons,
		.flags = HANDLER_HIDDEN | HANDLER_LIVE,
		.help = "packets dropped here, a line for each reason"},
	{.name = "name", .read = read_name, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "class", .read = read_class, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "config", .read = read_config, .flags = HANDLER_CALM},
	{.name = "ports", .read = read_ports, .flags = HANDLER_CALM | HANDLER_LIVE},
	{.name = "handlers", .read = read_handlers, .flags = HANDLER_CALM | HANDLER_LIVE},
	HANDLERS_END,
};

static const struct handler live_config_handler = {
	.name = "config", .read = read_config, .write = write_config, .flags = HANDLER_CALM};
// Of classes that print their state, which other writes change too.
static const struct handler live_state_handler = {
	.name = "config", .read = read_config, .write = write_config};

// ---- registration

static void
add_entry(struct element *e, const struct handler *row, struct handler *own)
{
	struct element_info *info = e->info;

	// A later row of the same name takes the place of the earlier one (config).
	for (size_t i = 0; i < info->n_handlers; i++) {
		if (strcmp(info->handlers[i].row->name, row->name) == 0) {
			if (info->handlers[i].own != NULL)
				free((void *)(uintptr_t)info->handlers[i].own->name);
			free(info->handlers[i].own);
			info->handlers[i].row = row;
			info->handlers[i].own = own;
			return;
		}
	}
	info->handlers = mem_grow(
		info->handlers, info->n_handlers, &info->handlers_cap, sizeof(*info->handlers));
	info->handlers[info->n_handlers++] = (struct handler_entry){.row = row, .own = own};
}

void
element_add_handler(
	struct element *e, const char *name, const struct handler *row, uintptr_t number)
{
	struct handler *own = mem_zalloc(sizeof(*own));

	*own = *row;
	own->name = mem_strdup(name);
	own->number = number;
	add_entry(e, own, own);
}

static void
add_argument_handlers(struct element *e)
{
	for (const struct arg *a = e->class->args; a != NULL && a->name != NULL; a++) {
		struct handler row = {.type = a->type, .offset = a->offset, .argument = a->name};
		char *name;

		if (!(a->flags & (ARG_READ | ARG_WRITE)))
			continue;
		if (a->flags & ARG_READ)
			row.read = handler_read_field;
		if (a->flags & ARG_WRITE)
			row.write = a->flags & ARG_RECONFIGURE ? handler_write_argument
							       : handler_write_field;
		row.flags = (a->flags & ARG_CALM ? HANDLER_CALM : 0) |
			    (a->flags & ARG_CHECKBOX ? HANDLER_CHECKBOX : 0);
		row.help = a->help;
		name = mem_strdup(a->name);
		for (char *c = name; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
		element_add_handler(e, name, &row, 0);
		free(name);
	}
}

void
element_register_handlers(struct element *e)
{
	for (const struct handler *h = common_handlers; h->name != NULL; h++)
		add_entry(e, h, NULL);
	profile_add_handlers(e);
	if (e->class->flags & ELEMENT_LIVE_CONFIG)
		add_entry(e,
			e->class->config_text != NULL ? &live_state_handler : &live_config_handler,
			NULL);
	add_argument_handlers(e);
	for (const struct handler *h = e->class->handlers; h != NULL && h->name != NULL; h++)
		add_entry(e, h, NULL);
	if (e->class->add_handlers != NULL)
		e->class->add_handlers(e);
}

// ---- tasks

static struct task *
task_of(const struct handler *row)
{
	return (struct task *)row->number;
}

static int
read_scheduled(const struct handler_read *call)
{
	strbuf_adds(call->out, task_is_scheduled(task_of(call->row)) ? "true" : "false");
	return 0;
}

static int
write_scheduled(const struct handler_write *call)
{
	bool on;

	if (text_read_bool(call->text, &on) != 0)
		return errh_error(call->errh, "syntax error");
	if (on)
		task_schedule(task_of(call->row));
	else
		task_unschedule(task_of(call->row));
	return 0;
}

static int
read_tickets(const struct handler_read *call)
{
	strbuf_addf(call->out, "%u", task_of(call->row)->tickets);
	return 0;
}

static int
write_tickets(const struct handler_write *call)
{
	int64_t n;

	if (text_read_int64(call->text, &n) != 0)
		return errh_error(call->errh, "syntax error");
	if (n < 1)
		errh_warning(call->errh, "tickets pinned at 1");
	if (n > TASK_TICKETS_MAX)
		errh_warning(call->errh, "tickets pinned at %d", TASK_TICKETS_MAX);
	task_set_tickets(task_of(call->row), (uint32_t)(n < 1                  ? 1
							: n > TASK_TICKETS_MAX ? TASK_TICKETS_MAX
									       : n));
	return 0;
}

static int
read_home_thread(const struct handler_read *call)
{
	const struct lcore *home = task_of(call->row)->home;

	strbuf_addf(call->out, "%d", home == NULL ? -1 : (int)home->index);
	return 0;
}

static int
write_home_thread(const struct handler_write *call)
{
	int64_t n;

	if (text_read_int64(call->text, &n) != 0 || n < -1 || n >= (int64_t)lcores_n_threads())
		return errh_error(call->errh, "bad thread");
	return router_move_task(call->router, task_of(call->row),
		n < 0 ? NULL : lcores_thread((unsigned)n), call->errh);
}

void
element_add_task_handlers(struct element *e, struct task *task, unsigned flags)
{
	static const struct handler scheduled = {.read = read_scheduled,
		.flags = HANDLER_LIVE,
		.help = "whether the task is waiting to run"};
	static const struct handler scheduled_rw = {.read = read_scheduled,
		.write = write_scheduled,
		.help = "whether the task is waiting to run"};
	static const struct handler tickets = {.read = read_tickets,
		.write = write_tickets,
		.help = "share of the lcore's time, 1024 by default"};
	static const struct handler home_thread = {.read = read_home_thread,
		.write = write_home_thread,
		.help = "number of the worker lcore that runs the task, -1 for none"};
	uintptr_t number = (uintptr_t)task;

	element_add_handler(e, "scheduled",
		flags & TASK_HANDLERS_WRITABLE ? &scheduled_rw : &scheduled, number);
	element_add_handler(e, "tickets", &tickets, number);
	element_add_handler(e, "home_thread", &home_thread, number);
}

// ---- finding

static const struct handler *
find_in_element(struct element *e, const char *name)
{
	const struct element_info *info = e->info;

	for (size_t i = info->n_handlers; i-- > 0;) {
		if (strcmp(info->handlers[i].row->name, name) == 0)
			return info->handlers[i].row;
	}
	return e->class->find_handler != NULL ? e->class->find_handler(e, name) : NULL;
}

static bool
meets_need(const struct handler *row, enum handler_need need)
{
	return need == HANDLER_READABLE   ? row->read != NULL
	       : need == HANDLER_WRITABLE ? row->write != NULL
					  : true;
}

static void
suggest_handler(struct element *e, const char *name, enum handler_need need, struct errh *errh)
{
	struct nearest nearest = {.name = name};

	for (size_t i = 0; e != NULL && i < e->info->n_handlers; i++) {
		const struct handler *row = e->info->handlers[i].row;

		if (meets_need(row, need) && !(row->flags & HANDLER_HIDDEN))
			nearest_try(&nearest, row->name);
	}
	errh_suggest(errh, nearest.found);
}

static int
check_need(const struct handler *row, const char *name, enum handler_need need, struct errh *errh)
{
	if (row != NULL && meets_need(row, need))
		return 0;
	return errh_error(errh, "no '%s'%s handler", name,
		need == HANDLER_READABLE   ? " read"
		: need == HANDLER_WRITABLE ? " write"
					   : "");
}

int
handler_find(struct router *router, struct element *from, const char *name, enum handler_need need,
	struct handler_target *target, struct errh *errh)
{
	const char *dot = strchr(name, '.'), *handler = dot ? dot + 1 : name;
	char *element = dot ? mem_strndup(name, (size_t)(dot - name)) : NULL;
	int err;

	*target = (struct handler_target){0};
	if (dot == NULL && from != NULL) {
		target->row = find_in_element(from, name);
		target->element = target->row ? from : NULL;
	}
	if (target->row == NULL && (dot == NULL || *element == '\0'))
		target->row = global_handler_find(router, handler);
	if (dot != NULL && *element != '\0') {
		target->element = from ? element_find(from, element) : router_find(router, element);
		if (target->element == NULL) {
			err = errh_error(errh, "no element named '%s'", element);
			errh_suggest(errh, router_suggest(router, element));
			free(element);
			return err;
		}
		target->row = find_in_element(target->element, handler);
	}
	free(element);
	err = check_need(target->row, name[0] == '.' ? handler : name, need, errh);
	if (err != 0)
		suggest_handler(target->element, handler, need, errh);
	return err;
}

void
handler_target_name(const struct handler_target *target, struct strbuf *out)
{
	if (target->element != NULL)
		strbuf_addf(out, "%s.", element_name(target->element));
	strbuf_adds(out, target->row->name);
}

void
handler_flags_text(const struct handler *row, struct strbuf *out)
{
	static const struct {
		uint32_t flag;
		char c;
	} letters[] = {{HANDLER_PARAM, '+'}, {HANDLER_RAW, '%'}, {HANDLER_CALM, '.'},
		{HANDLER_EXPENSIVE, '$'}, {HANDLER_UNCOMMON, 'U'}, {HANDLER_DEPRECATED, 'D'},
		{HANDLER_BUTTON, 'b'}, {HANDLER_CHECKBOX, 'c'}};

	if (row->read != NULL)
		strbuf_addc(out, 'r');
	if (row->write != NULL)
		strbuf_addc(out, 'w');
	for (size_t i = 0; i < RTE_DIM(letters); i++) {
		if (row->flags & letters[i].flag)
			strbuf_addc(out, letters[i].c);
	}
}

// ---- calling

// One call, so that it can be made by another thread.
struct invocation {
	struct lcore_call call;
	const struct handler_read *read; // or
	const struct handler_write *write;
	int result;
};

static void
invoke(struct lcore_call *call)
{
	struct invocation *in = (struct invocation *)call;

	if (in->read != NULL) {
		in->result = in->read->row->read(in->read);
		return;
	}
	in->result = in->write->row->write(in->write);
	// What the handler pushed may sit in a device's partial burst.
	lcore_task_done(lcore_self);
}

// Whether no other lcore than this worker ever enters the element.
static bool
is_confined(const struct element *e)
{
	const struct element_info *info;
	uint64_t lcores;

	if (e == NULL)
		return false;
	info = e->info;
	lcores = info->push_lcores | info->pull_lcores | info->own_lcores;
	return lcores == UINT64_C(1) << lcore_index || (lcores == 0 && lcores_n_workers() == 1);
}

// Other lcores are held unless the handler says that it can do without. A call out of a packet path
// finds the element in the middle of a batch, as Click's do.
static int
invoke_safely(struct invocation *in, const struct handler *row, const struct element *e)
{
	in->call.run = invoke;
	if ((row->flags & HANDLER_LIVE) || lcore_self == NULL) {
		invoke(&in->call);
	} else if (lcore_self == lcores_control()) {
		lcores_pause();
		invoke(&in->call);
		lcores_resume();
	} else if (is_confined(e)) {
		invoke(&in->call);
	} else {
		lcores_call(&in->call);
	}
	return in->result;
}

int
handler_call_read(struct router *router, const struct handler_target *target, const char *param,
	struct strbuf *out, struct errh *errh)
{
	struct handler_read call = {.element = target->element,
		.router = router,
		.row = target->row,
		.param = param ? param : "",
		.out = out,
		.errh = errh};
	struct invocation in = {.read = &call};
	struct strbuf name = STRBUF_INIT;

	if (target->row->read == NULL ||
		(*call.param != '\0' && !(target->row->flags & HANDLER_PARAM))) {
		handler_target_name(target, &name);
		if (target->row->read == NULL)
			errh_error(errh, "'%s' not a read handler", strbuf_text(&name));
		else
			errh_error(errh, "read handler '%s' does not take parameters",
				strbuf_text(&name));
		strbuf_fini(&name);
		return -EINVAL;
	}
	return invoke_safely(&in, target->row, target->element);
}

int
handler_call_write(struct router *router, const struct handler_target *target, const char *text,
	struct errh *errh)
{
	struct handler_write call = {.element = target->element,
		.router = router,
		.row = target->row,
		.text = text ? text : "",
		.errh = errh};
	struct invocation in = {.write = &call};
	struct strbuf name = STRBUF_INIT;
	int err;

	if (target->row->write == NULL) {
		handler_target_name(target, &name);
		err = errh_error(errh, "'%s' not a write handler", strbuf_text(&name));
		strbuf_fini(&name);
		return err;
	}
	return invoke_safely(&in, target->row, target->element);
}

// ---- calls that arguments describe

static int
parse_handler_call(const struct arg_parse *p, const char *text, void *field)
{
	struct handler_call *call = field;
	const char *rest;

	call->name = confstr_first_word(text, &rest);
	if (*call->name == '\0') {
		free(call->name);
		call->name = NULL;
		return errh_error(
			p->errh, "%s%ssyntax error", p->name ? p->name : "", p->name ? ": " : "");
	}
	call->value = mem_strdup(rest);
	return 0;
}

static void
print_handler_call(const void *field, struct strbuf *out)
{
	const struct handler_call *call = field;

	if (call->name == NULL)
		return;
	strbuf_adds(out, call->name);
	if (*call->value != '\0')
		strbuf_addf(out, " %s", call->value);
}

static void
fini_handler_call(void *field)
{
	struct handler_call *call = field;

	free(call->name);
	free(call->value);
	*call = (struct handler_call){0};
}

const struct arg_type arg_handler_call = {
	.name = "handler call",
	.expected = "handler call",
	.size = sizeof(struct handler_call),
	.parse = parse_handler_call,
	.print = print_handler_call,
	.fini = fini_handler_call,
};

int
handler_call_resolve(
	struct handler_call *call, struct element *from, enum handler_need need, struct errh *errh)
{
	return handler_find(from->router, from, call->name, need, &call->target, errh);
}

int
handler_call_run(struct handler_call *call, struct element *from)
{
	struct errh errh;
	struct errh_context ctx;
	int err;

	errh_init_stderr(&errh);
	errh_push(&errh, &ctx, "While calling '%s%s%s':", call->name, *call->value ? " " : "",
		call->value);
	err = handler_call_write(from->router, &call->target, call->value, &errh);
	errh_pop(&errh);
	return err;
}
