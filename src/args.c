// SPDX-License-Identifier: BSD-3-Clause
#include "src/args.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/nearest.h"
#include "src/strbuf.h"
#include "src/strvec.h"

// One argument of the configuration.
struct given_arg {
	const char *text; // borrowed
	const char *value; // behind the keyword
	size_t keyword_len; // 0: no keyword
	bool used;
};

// What was read for one row, until it is known that everything is right.
struct arg_value {
	void *value; // owned; NULL: the field stays as it is
	bool given;
};

struct arg_reader {
	struct given_arg *args; // owned
	size_t n_args;
	size_t n_positional; // so many arguments at the start were taken by position
	struct arg_value *values; // owned, one a row
	struct element *scope;
	struct errh *errh;
	bool failed;
};

static size_t
rows_count(const struct arg *rows)
{
	size_t n = 0;

	while (rows != NULL && rows[n].name != NULL)
		n++;
	return n;
}

static bool
row_is_positional(const struct arg *row)
{
	return (row->flags & (ARG_KEYWORD | ARG_DEPRECATED | ARG_REST)) == 0;
}

static void *
row_field(const struct arg *row, void *base)
{
	return (char *)base + row->offset;
}

static void
field_fini(const struct arg *row, void *field)
{
	if (row->type->fini != NULL)
		row->type->fini(field);
}

static void
reader_init(struct arg_reader *r, size_t n_rows, const struct strvec *conf, struct element *scope,
	struct errh *errh)
{
	*r = (struct arg_reader){
		.n_args = conf != NULL ? conf->n : 0,
		.values = mem_zalloc(n_rows * sizeof(*r->values)),
		.scope = scope,
		.errh = errh,
	};
	r->args = mem_zalloc(r->n_args * sizeof(*r->args));
	for (size_t i = 0; i < r->n_args; i++) {
		struct given_arg *arg = &r->args[i];

		arg->text = conf->v[i];
		arg->value = arg->text;
		arg->keyword_len = confstr_keyword(arg->text, &arg->value);
	}
}

static void
reader_fini(struct arg_reader *r, const struct arg *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++) {
		if (r->values[i].value != NULL)
			field_fini(&rows[i], r->values[i].value);
		free(r->values[i].value);
	}
	free(r->values);
	free(r->args);
}

static void
row_error(struct arg_reader *r, const struct arg *row, const char *text)
{
	errh_error(r->errh, "%s: %s", row->name, text);
	r->failed = true;
}

// All uses of the row's keyword; the value of the last one (the first one with ARG_FIRST).
static const char *
take_keyword(struct arg_reader *r, const struct arg *row)
{
	const char *value = NULL;
	size_t len = strlen(row->name);

	if ((row->flags & ARG_REST) != 0)
		return NULL;
	for (size_t i = 0; i < r->n_args; i++) {
		struct given_arg *arg = &r->args[i];

		if (arg->used || arg->keyword_len != len || memcmp(arg->text, row->name, len) != 0)
			continue;
		arg->used = true;
		if (value == NULL || (row->flags & ARG_FIRST) == 0)
			value = arg->value;
	}
	return value;
}

// The next argument by position. One that looks like a keyword is taken only by a row that has
// nothing else and needs something. Behind a used keyword there are no positional arguments.
static const char *
take_positional(struct arg_reader *r, const struct arg *row, bool have_keyword)
{
	bool any = (row->flags & ARG_MANDATORY) != 0 && !have_keyword;
	struct given_arg *arg;

	if (!row_is_positional(row) || r->n_positional == r->n_args)
		return NULL;
	arg = &r->args[r->n_positional];
	if (arg->used || (arg->keyword_len > 0 && !any))
		return NULL;
	arg->used = true;
	r->n_positional++;
	return arg->text;
}

static void
row_parse(struct arg_reader *r, const struct arg *row, struct arg_value *slot, const char *text)
{
	struct arg_parse p = {.row = row, .name = row->name, .element = r->scope, .errh = r->errh};

	slot->value = mem_zalloc(row->type->size);
	slot->given = true;
	if (row->type->parse(&p, text, slot->value) < 0)
		r->failed = true;
}

// A default that does not parse is a mistake in the element class.
static void
row_default(struct arg_reader *r, const struct arg *row, struct arg_value *slot)
{
	struct errh silent;
	struct arg_parse p = {.row = row, .name = row->name, .element = r->scope, .errh = &silent};

	errh_init_silent(&silent);
	slot->value = mem_zalloc(row->type->size);
	if (row->type->parse(&p, row->def, slot->value) == 0)
		return;
	errh_error(r->errh, "%s: default '%s' of the element class does not parse", row->name,
		row->def);
	r->failed = true;
}

static void
row_read(struct arg_reader *r, const struct arg *row, struct arg_value *slot)
{
	const char *by_keyword = take_keyword(r, row);
	const char *by_position = take_positional(r, row, by_keyword != NULL);
	const char *text = by_keyword != NULL ? by_keyword : by_position;

	if (text != NULL && (row->flags & ARG_DEPRECATED) != 0)
		errh_warning_at(r->errh, row->name, "argument deprecated");
	if (text != NULL)
		row_parse(r, row, slot, text);
	else if ((row->flags & ARG_MANDATORY) != 0)
		row_error(r, row, "required argument missing");
	else if (row->def != NULL)
		row_default(r, row, slot);
}

// The values of all uses of the row's keyword.
static void
row_read_each(struct arg_reader *r, const struct arg *row, struct arg_value *slot)
{
	struct strvec *each = mem_zalloc(sizeof(*each));
	size_t len = strlen(row->name);

	for (size_t i = 0; i < r->n_args; i++) {
		struct given_arg *arg = &r->args[i];

		if (arg->used || arg->keyword_len != len || memcmp(arg->text, row->name, len) != 0)
			continue;
		arg->used = true;
		strvec_add(each, arg->value);
	}
	slot->value = each;
	slot->given = each->n > 0;
	if (each->n == 0 && (row->flags & ARG_MANDATORY) != 0)
		row_error(r, row, "required argument missing");
}

// All arguments that no other row took, keyword or not: routes and patterns may look like one.
static void
row_read_rest(struct arg_reader *r, const struct arg *row, struct arg_value *slot)
{
	struct strvec *rest = mem_zalloc(sizeof(*rest));

	for (size_t i = 0; i < r->n_args; i++) {
		if (!r->args[i].used)
			strvec_add(rest, r->args[i].text);
		r->args[i].used = true;
	}
	slot->value = rest;
	slot->given = rest->n > 0;
	if (rest->n == 0 && (row->flags & ARG_MANDATORY) != 0)
		row_error(r, row, "required argument missing");
	else if (rest->n == 0 && row->def != NULL)
		confstr_split_args(row->def, rest);
}

static void
reject_unknown(struct arg_reader *r, const struct given_arg *arg, const struct arg *rows)
{
	char *keyword = mem_strndup(arg->text, arg->keyword_len);
	struct nearest nearest = {.name = keyword};

	errh_error(r->errh, "%s: unknown argument", keyword);
	for (size_t i = 0; i < rows_count(rows); i++) {
		if (!(rows[i].flags & ARG_DEPRECATED))
			nearest_try(&nearest, rows[i].name);
	}
	errh_suggest(r->errh, nearest.found);
	free(keyword);
}

static void
reject_unused(struct arg_reader *r, const struct arg *rows)
{
	bool too_many = false;

	for (size_t i = 0; i < r->n_args; i++) {
		const struct given_arg *arg = &r->args[i];

		if (arg->used)
			continue;
		r->failed = true;
		if (arg->keyword_len > 0)
			reject_unknown(r, arg, rows);
		else
			too_many = true;
	}
	if (too_many)
		errh_error(r->errh, "too many arguments");
}

static void
store_values(struct arg_reader *r, const struct arg *rows, size_t n_rows, void *base)
{
	for (size_t i = 0; i < n_rows; i++) {
		struct arg_value *slot = &r->values[i];
		void *field = row_field(&rows[i], base);

		if (rows[i].given != 0)
			*(bool *)((char *)base + rows[i].given) = slot->given;
		if (slot->value == NULL)
			continue;
		field_fini(&rows[i], field);
		memcpy(field, slot->value, rows[i].type->size);
		free(slot->value);
		slot->value = NULL;
	}
}

int
args_parse(const struct arg *rows, void *base, const struct strvec *conf, struct element *scope,
	struct errh *errh)
{
	size_t n_rows = rows_count(rows);
	struct arg_reader r;

	reader_init(&r, n_rows, conf, scope, errh);
	for (size_t i = 0; i < n_rows; i++) {
		if ((rows[i].flags & ARG_EACH) != 0)
			row_read_each(&r, &rows[i], &r.values[i]);
		else if ((rows[i].flags & ARG_REST) == 0)
			row_read(&r, &rows[i], &r.values[i]);
	}
	for (size_t i = 0; i < n_rows; i++) {
		if ((rows[i].flags & ARG_REST) != 0)
			row_read_rest(&r, &rows[i], &r.values[i]);
	}
	reject_unused(&r, rows);
	if (!r.failed)
		store_values(&r, rows, n_rows, base);
	reader_fini(&r, rows, n_rows);
	return r.failed ? -EINVAL : 0;
}

void
args_fini(const struct arg *rows, void *base)
{
	size_t n_rows = rows_count(rows);

	for (size_t i = 0; i < n_rows; i++)
		field_fini(&rows[i], row_field(&rows[i], base));
}

int
args_parse_value(const struct arg_type *type, const char *text, void *field, const char *name,
	struct element *scope, struct errh *errh)
{
	struct arg_parse p = {.name = name, .element = scope, .errh = errh};
	void *value = mem_zalloc(type->size);
	int err = type->parse(&p, text, value);

	if (err == 0)
		memcpy(field, value, type->size);
	else if (type->fini != NULL)
		type->fini(value);
	free(value);
	return err;
}

static void
synopsis_add(struct strbuf *out, const struct arg *row, bool *first)
{
	bool optional = (row->flags & ARG_MANDATORY) == 0;

	strbuf_adds(out, *first ? "" : ", ");
	*first = false;
	strbuf_adds(out, optional ? "[" : "");
	strbuf_adds(out, row->name);
	if ((row->flags & ARG_REST) != 0)
		strbuf_adds(out, "...");
	else if (!row_is_positional(row))
		strbuf_adds(out, " value");
	if ((row->flags & ARG_EACH) != 0)
		strbuf_adds(out, "...");
	strbuf_adds(out, optional ? "]" : "");
}

void
args_synopsis(const char *class_name, const struct arg *rows, struct strbuf *out)
{
	// Positional, the rest of the positional, keywords.
	static const uint32_t kinds[] = {0, ARG_REST, ARG_KEYWORD};
	size_t n_rows = rows_count(rows);
	bool first = true;

	strbuf_addf(out, "%s(", class_name);
	for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		for (size_t i = 0; i < n_rows; i++) {
			uint32_t flags = rows[i].flags;

			if ((flags & ARG_DEPRECATED) == 0 &&
				(flags & (ARG_REST | ARG_KEYWORD)) == kinds[kind])
				synopsis_add(out, &rows[i], &first);
		}
	}
	strbuf_addc(out, ')');
}
