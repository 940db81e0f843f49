// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"
#include "src/text.h"

static int
busy(struct errh *errh)
{
	return errh_error(errh, "script is busy on another lcore");
}

// ---- going on

// What a handler that made the script run returns.
static int
status_of(struct script *s, enum script_result result)
{
	script_finish(s, result);
	if (result == SCRIPT_FAILED || result == SCRIPT_GAVE_UP)
		return -EINVAL;
	return result == SCRIPT_STOPPED;
}

static char *
plain_word(const char *text)
{
	struct strbuf sb = STRBUF_INIT;

	confstr_unquote(text, &sb);
	return strbuf_steal(&sb);
}

int
script_do_step(struct script *s, const char *text, struct errh *errh)
{
	char *word = plain_word(text);
	int64_t n = 1;
	int status = 0;

	if (strcmp(word, "router") == 0)
		script_driver_step(&s->element);
	else if (*word != '\0' && (text_read_int64(word, &n) != 0 || n < 0 || n > INT32_MAX))
		status = errh_error(errh, "syntax error");
	else
		status = status_of(s, script_run(s, n, errh));
	free(word);
	return status;
}

int
script_do_goto(struct script *s, const char *text, struct errh *errh)
{
	char *label = plain_word(text);
	bool found;
	int place;

	found = script_find_label(s, label, &place);
	free(label);
	if (!found)
		return errh_error(errh, "jump to nonexistent label");
	return status_of(s, script_run_at(s, place, errh));
}

static int
post(const struct handler_write *call, enum script_post_kind kind)
{
	struct script *s = (struct script *)call->element;

	return script_post(s, kind, call->row->name, call->text) ? 0 : busy(call->errh);
}

static int
write_step(const struct handler_write *call)
{
	struct script *s = (struct script *)call->element;
	enum script_post_kind kind = (enum script_post_kind)call->row->number;
	int status;

	if (script_must_post(s))
		return post(call, kind);
	if (!script_enter(s))
		return busy(call->errh);
	status = kind == SCRIPT_POST_STEP ? script_do_step(s, call->text, call->errh)
					  : script_do_goto(s, call->text, call->errh);
	script_leave(s);
	return status;
}

static int
write_run(const struct handler_write *call)
{
	struct script *s = (struct script *)call->element;
	int status;

	if (script_must_post(s))
		return post(call, SCRIPT_POST_RUN);
	if (!script_enter(s))
		return busy(call->errh);
	status = status_of(s, script_call(s, call->row->name, call->text, true, call->errh));
	script_leave(s);
	return status;
}

static int
read_run(const struct handler_read *call)
{
	struct script *s = (struct script *)call->element;
	const struct strbuf *value;
	enum script_result result;
	int status;

	if (!script_enter(s))
		return busy(call->errh);
	result = script_call(s, call->row->name, call->param, false, call->errh);
	status = status_of(s, result);
	value = result == SCRIPT_RETURNED ? script_variable(s, "_") : NULL;
	if (value != NULL)
		strbuf_add(call->out, strbuf_text(value), value->len);
	script_leave(s);
	return status < 0 ? status : 0;
}

// ---- variables

static int
write_set(const struct handler_write *call)
{
	struct script *s = (struct script *)call->element;
	const char *rest;
	char *name = confstr_first_word(call->text, &rest);
	int err;

	if (*name == '\0') {
		err = errh_error(call->errh, "no variable");
	} else if (!script_is_variable_name(name, strlen(name))) {
		err = errh_error(call->errh, "bad variable '%s'", name);
	} else if (!script_enter(s)) {
		err = busy(call->errh);
	} else {
		err = script_set(s, name, rest, strlen(rest), call->errh);
		script_leave(s);
	}
	free(name);
	return err;
}

// The one variable that a parameter names; NULL: reported.
static char *
variable_of(const struct handler_read *call, const char *def)
{
	struct strvec words = {0};
	char *name = NULL;

	confstr_split_words(call->param, &words);
	if (words.n > 1)
		errh_error(call->errh, "too many arguments");
	else if (words.n == 1)
		name = mem_strdup(words.v[0]);
	else if (def != NULL)
		name = mem_strdup(def);
	else
		errh_error(call->errh, "no variable");
	strvec_fini(&words);
	return name;
}

static int
read_get(const struct handler_read *call)
{
	struct script *s = (struct script *)call->element;
	char *name = variable_of(call, NULL);
	int err = -EINVAL;

	if (name == NULL)
		return err;
	if (!script_enter(s)) {
		busy(call->errh);
	} else {
		if (script_look_up(s, name, call->out))
			err = 0;
		else
			errh_error(call->errh, "undefined variable '%s'", name);
		script_leave(s);
	}
	free(name);
	return err;
}

static int
read_shift(const struct handler_read *call)
{
	struct script *s = (struct script *)call->element;
	char *name = variable_of(call, "args");
	int err = -EINVAL;

	if (name == NULL)
		return err;
	if (!script_enter(s)) {
		busy(call->errh);
	} else {
		if (script_shift(s, name, call->out, call->errh))
			err = 0;
		else
			errh_error(call->errh, "undefined variable '%s'", name);
		script_leave(s);
	}
	free(name);
	return err;
}

static int
read_exported(const struct handler_read *call)
{
	struct script *s = (struct script *)call->element;
	const struct strbuf *value;

	if (!script_enter(s))
		return busy(call->errh);
	value = script_variable(s, call->row->name);
	if (value != NULL)
		strbuf_add(call->out, strbuf_text(value), value->len);
	script_leave(s);
	return 0;
}

// ---- tables

#define PURE(handler_name, function, what, text)                          \
	{                                                                 \
		.name = handler_name, .read = function, .number = (what), \
		.flags = HANDLER_PARAM | HANDLER_LIVE, .help = text       \
	}

// FastClick's; `handlers` lists what Click has.
#define PURE_MORE(handler_name, function, what, text)                                \
	{                                                                            \
		.name = handler_name, .read = function, .number = (what),            \
		.flags = HANDLER_PARAM | HANDLER_LIVE | HANDLER_HIDDEN, .help = text \
	}

const struct handler script_handlers[] = {
	{.name = "step",
		.write = write_step,
		.number = SCRIPT_POST_STEP,
		.help = "goes on past a pause or wait, or past as many as are written"},
	{.name = "goto",
		.write = write_step,
		.number = SCRIPT_POST_GOTO,
		.help = "goes on at the label that is written"},
	{.name = "run",
		.read = read_run,
		.write = write_run,
		.flags = HANDLER_PARAM,
		.help = "runs from the top with `$args`; reads what `return` returned"},
	PURE("add", script_fold, SCRIPT_ADD, "sum of the numbers"),
	PURE("sub", script_fold, SCRIPT_SUB, "the first number less all others"),
	PURE("min", script_fold, SCRIPT_MIN, "least of the numbers"),
	PURE("max", script_fold, SCRIPT_MAX, "greatest of the numbers"),
	PURE("mul", script_fold, SCRIPT_MUL, "product of the numbers"),
	PURE("div", script_fold, SCRIPT_DIV, "the first number divided by all others"),
	PURE("idiv", script_fold, SCRIPT_IDIV, "as div, without the fraction"),
	PURE("mod", script_two_numbers, SCRIPT_MOD, "remainder of two integers"),
	PURE("rem", script_two_numbers, SCRIPT_REM, "remainder of two numbers"),
	PURE("neg", script_one_number, SCRIPT_NEG, "the number with the other sign"),
	PURE("abs", script_one_number, SCRIPT_ABS, "the number without its sign"),
	PURE_MORE("avg", script_average, 0, "mean of the numbers"),
	PURE_MORE("count", script_count, 0, "how many words there are"),
	PURE_MORE("popcount", script_popcount, 0, "bits that are set in an integer"),
	PURE_MORE("ceil", script_round, SCRIPT_CEIL, "the next integer from the number up"),
	PURE_MORE("floor", script_round, SCRIPT_FLOOR, "the next integer from the number down"),
	PURE_MORE("round", script_round, SCRIPT_ROUND, "the nearest integer"),
	PURE("eq", script_compare, SCRIPT_EQ, "whether two numbers or texts are equal"),
	PURE("ne", script_compare, SCRIPT_NE, "whether they differ"),
	PURE("gt", script_compare, SCRIPT_GT, "whether the first is greater"),
	PURE("ge", script_compare, SCRIPT_GE, "whether the first is greater or equal"),
	PURE("lt", script_compare, SCRIPT_LT, "whether the first is less"),
	PURE("le", script_compare, SCRIPT_LE, "whether the first is less or equal"),
	PURE("not", script_not, 0, "the opposite truth value"),
	PURE("and", script_logic, SCRIPT_AND, "whether all are true"),
	PURE("or", script_logic, SCRIPT_OR, "whether any is true"),
	PURE("nand", script_logic, SCRIPT_NAND, "whether not all are true"),
	PURE("nor", script_logic, SCRIPT_NOR, "whether none is true"),
	PURE("if", script_if, 0, "`if B X Y`: X if B is true, else Y"),
	PURE("in", script_in, 0, "`in X W...`: whether X is one of the words"),
	PURE("first", script_first, 0, "first word"),
	PURE("sprintf", script_sprintf, 0, "`sprintf FORMAT ARG...`: as in C"),
	PURE("random", script_random, 0,
		"a number of 0 to 2^31-1; `random N`: of 0 to N-1; `random A B`: of A to B"),
	PURE("length", script_length, 0, "bytes of the text"),
	PURE("unquote", script_unquote, 0, "the text without its quotes"),
	PURE("htons", script_byte_order, SCRIPT_HTONS, "16 bits in network order"),
	PURE("htonl", script_byte_order, SCRIPT_HTONL, "32 bits in network order"),
	PURE("ntohs", script_byte_order, SCRIPT_NTOHS, "16 bits from network order"),
	PURE("ntohl", script_byte_order, SCRIPT_NTOHL, "32 bits from network order"),
	PURE("readable", script_callable, HANDLER_READABLE, "whether all handlers can be read"),
	PURE("writable", script_callable, HANDLER_WRITABLE, "whether all can be written"),
	{.name = "now", .read = script_now, .flags = HANDLER_LIVE, .help = "the time, in seconds"},
	{.name = "cat",
		.read = script_cat,
		.flags = HANDLER_PARAM | HANDLER_PRIVATE | HANDLER_LIVE,
		.help = "contents of a file"},
	{.name = "catq",
		.read = script_cat,
		.number = 1,
		.flags = HANDLER_PARAM | HANDLER_PRIVATE | HANDLER_LIVE,
		.help = "contents of a file, in quotes"},
	{.name = "kill",
		.read = script_kill,
		.flags = HANDLER_PARAM | HANDLER_PRIVATE | HANDLER_LIVE,
		.help = "`kill SIGNAL PID...`: sends a signal"},
	{.name = "get", .read = read_get, .flags = HANDLER_PARAM, .help = "value of a variable"},
	{.name = "set", .write = write_set, .help = "`set V TEXT`: gives a variable a value"},
	{.name = "shift",
		.read = read_shift,
		.flags = HANDLER_PARAM,
		.help = "takes the first word off a variable, or off the arguments"},
	HANDLERS_END,
};

void
script_add_handlers(struct element *e)
{
	static const struct handler exported = {
		.read = read_exported, .help = "value of the variable"};
	struct script *s = (struct script *)e;
	struct namemap seen = {0};

	for (size_t i = 0; i < s->n_insns; i++) {
		const char *name = s->insns[i].name;

		if (s->insns[i].op != SCRIPT_EXPORT || namemap_get(&seen, name) != NAMEMAP_NONE)
			continue;
		namemap_set(&seen, name, i);
		element_add_handler(e, name, &exported, 0);
	}
	namemap_fini(&seen);
}

// ---- proxies

static const struct handler *
find_proxy(struct script *s, const char *name)
{
	size_t number = namemap_get(&s->proxy_numbers, name);
	struct handler *row;

	if (number != NAMEMAP_NONE)
		return s->proxies[number];
	// Names come from control connections as well: they must not take all memory.
	if (s->n_proxies >= SCRIPT_PROXY_NAMES_MAX || strlen(name) > 1000)
		return NULL;
	row = mem_zalloc(sizeof(*row));
	*row = (struct handler){.name = mem_strdup(name),
		.read = read_run,
		.write = write_run,
		.flags = HANDLER_PARAM};
	s->proxies = mem_grow(s->proxies, s->n_proxies, &s->proxies_cap, sizeof(*s->proxies));
	namemap_set(&s->proxy_numbers, row->name, s->n_proxies);
	s->proxies[s->n_proxies++] = row;
	return row;
}

const struct handler *
script_find_handler(struct element *e, const char *name)
{
	struct script *s = (struct script *)e;
	const struct handler *row;

	if (s->type != SCRIPT_PROXY || *name == '\0' || !script_enter(s))
		return NULL;
	row = find_proxy(s, name);
	script_leave(s);
	return row;
}

void
script_handlers_fini(struct script *s)
{
	namemap_fini(&s->proxy_numbers);
	for (size_t i = 0; i < s->n_proxies; i++) {
		free((void *)(uintptr_t)s->proxies[i]->name);
		free(s->proxies[i]);
	}
	free(s->proxies);
}
