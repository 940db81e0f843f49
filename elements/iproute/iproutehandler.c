// SPDX-License-Identifier: BSD-3-Clause
// The handlers of the route table elements.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/iproute/iproutetable.h"
#include "src/confstr.h"
#include "src/strbuf.h"
#include "src/text.h"

enum command { COMMAND_ADD, COMMAND_SET, COMMAND_REMOVE };

static const char *const command_names[] = {
	[COMMAND_ADD] = "add", [COMMAND_SET] = "set", [COMMAND_REMOVE] = "remove"};

// ---- one command

static int
error_about(struct errh *errh, const char *fmt, const struct route *r)
{
	struct strbuf sb = STRBUF_INIT;
	int err;

	route_text(r, &sb);
	err = errh_error(errh, fmt, strbuf_text(&sb));
	strbuf_fini(&sb);
	return err;
}

static int
no_memory(struct errh *errh, const struct route *r)
{
	return error_about(errh, "no memory to store route '%s'", r);
}

static int
add_route(struct ip_route_table *e, const struct route *r, bool replace, struct errh *errh)
{
	struct route there;
	int err = route_table_add(&e->table, r, replace, true);

	if (err == -ENOMEM)
		return no_memory(errh, r);
	if (err != -EEXIST)
		return 0;
	there = route_table_route(&e->table, route_table_find(&e->table, r->addr, r->mask));
	return error_about(errh, "conflict with existing route '%s'", &there);
}

static int
remove_route(struct ip_route_table *e, const struct route *r, struct errh *errh)
{
	if (route_table_remove(&e->table, r) != 0)
		return error_about(errh, "route '%s' not found", r);
	return 0;
}

// Into the open transaction.
static int
run_command(struct ip_route_table *e, enum command command, const char *text, struct errh *errh)
{
	bool remove = command == COMMAND_REMOVE;
	struct route r;

	if (ip_route_parse(e, text, remove, &r, errh) != 0)
		return errh_error(errh, "expected 'ADDR/MASK [GATEWAY%sOUTPUT%s'",
			remove ? " " : "] ", remove ? "]" : "");
	if (r.port >= e->element.n_outputs || r.port > INT16_MAX || (r.port < 0 && !remove))
		return errh_error(errh, "bad OUTPUT");
	if (!e->kind->any_mask && !route_mask_is_prefix(r.mask))
		return errh_error(errh, "bad MASK: not a prefix");
	return remove ? remove_route(e, &r, errh) : add_route(e, &r, command == COMMAND_SET, errh);
}

// Ends the transaction: all of it, or after an error nothing.
static int
finish(struct ip_route_table *e, int err, struct errh *errh)
{
	struct route newest;
	bool is_new = route_table_newest(&e->table, &newest);

	if (err != 0) {
		route_table_undo(&e->table);
		ip_route_settle(e);
		return err;
	}
	err = ip_route_publish(e);
	ip_route_settle(e);
	if (err == 0)
		return 0;
	return is_new ? no_memory(errh, &newest) : errh_error(errh, "no memory");
}

static int
write_command(const struct handler_write *call)
{
	struct ip_route_table *e = (struct ip_route_table *)call->element;
	int err = run_command(e, (enum command)call->row->number, call->text, call->errh);

	return finish(e, err, call->errh);
}

// ---- many commands

// Comments go, but the line that one of them ends stays a line.
static char *
strip_comments(const char *text)
{
	struct strbuf sb = STRBUF_INIT;
	const char *end;

	for (; *text != '\0'; text = end) {
		end = confstr_skip(text);
		if (strncmp(text, "//", 2) == 0)
			strbuf_addc(&sb, '\n');
		else if (strncmp(text, "/*", 2) == 0)
			strbuf_addc(&sb, ' ');
		else
			strbuf_add(&sb, text, (size_t)(end - text));
	}
	return strbuf_steal(&sb);
}

static int
run_line(struct ip_route_table *e, const char *line, struct errh *errh)
{
	const char *rest;
	char *word = confstr_first_word(line, &rest);
	size_t command = 0;
	int err = 0;

	while (command < RTE_DIM(command_names) && strcmp(word, command_names[command]) != 0)
		command++;
	if (command < RTE_DIM(command_names))
		err = run_command(e, (enum command)command, rest, errh);
	else if (*word != '\0')
		err = errh_error(errh, "bad command '%s'", word);
	free(word);
	return err;
}

static int
write_ctrl(const struct handler_write *call)
{
	struct ip_route_table *e = (struct ip_route_table *)call->element;
	char *text = strip_comments(call->text), *next = text, *line;
	int err = 0;

	while (err == 0 && (line = strsep(&next, "\n")) != NULL)
		err = run_line(e, line, call->errh);
	free(text);
	return finish(e, err, call->errh);
}

static int
write_flush(const struct handler_write *call)
{
	ip_route_flush((struct ip_route_table *)call->element);
	return 0;
}

// ---- reading

static int
read_table(const struct handler_read *call)
{
	const struct ip_route_table *e = (struct ip_route_table *)call->element;
	uint32_t *order = route_table_order(&e->table);

	for (size_t i = 0; i < e->table.n_routes; i++) {
		struct route r = route_table_route(&e->table, order[i]);

		route_row(&r, call->out);
	}
	free(order);
	return 0;
}

static int
read_lookup(const struct handler_read *call)
{
	const struct ip_route_table *e = (struct ip_route_table *)call->element;
	struct route_target target;
	struct ip_addr a = {0};
	struct errh silent;

	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_addr, call->param, &a, NULL, call->element, &silent) != 0)
		return errh_error(call->errh, "expected IP address");
	target = ip_route_lookup(e, a);
	strbuf_addf(call->out, "%d", target.decision < 0 ? -1 : target.decision);
	if (target.gw.be != 0) {
		strbuf_addc(call->out, ' ');
		text_ip(call->out, target.gw);
	}
	return 0;
}

// clang-format off
#define ROW_ADD {.name = "add", .write = write_command, .number = COMMAND_ADD, \
	.help = "`ADDR/MASK [GATEWAY] OUTPUT`: a route for a new prefix"}
#define ROW_SET {.name = "set", .write = write_command, .number = COMMAND_SET, \
	.help = "the same, in the place of the prefix's route if it has one"}
#define ROW_REMOVE {.name = "remove", .write = write_command, .number = COMMAND_REMOVE, \
	.help = "`ADDR/MASK [[GATEWAY] OUTPUT]`: the route that was added so"}
#define ROW_CTRL {.name = "ctrl", .write = write_ctrl, \
	.help = "lines that begin with add, set or remove: all of them are done, or none"}
#define ROW_TABLE {.name = "table", .read = read_table, .help = "the routes, a line each"}
#define ROW_LOOKUP {.name = "lookup", .read = read_lookup, .flags = HANDLER_PARAM, \
	.help = "`ADDR`: output and gateway of its route, -1 if it has none"}
#define ROW_FLUSH {.name = "flush", .write = write_flush, .help = "removes all routes"}
// clang-format on

const struct handler ip_route_handlers[] = {
	ROW_ADD, ROW_SET, ROW_REMOVE, ROW_CTRL, ROW_TABLE, ROW_LOOKUP, HANDLERS_END};
const struct handler ip_route_flush_handlers[] = {
	ROW_ADD, ROW_SET, ROW_REMOVE, ROW_CTRL, ROW_TABLE, ROW_LOOKUP, ROW_FLUSH, HANDLERS_END};
const struct handler ip_route_static_handlers[] = {ROW_TABLE, ROW_LOOKUP, HANDLERS_END};
