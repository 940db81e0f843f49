// SPDX-License-Identifier: BSD-3-Clause
#include "src/overload.h"

#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/syntax.h"

enum { OVERLOAD_MAX_SHOWN = 50 };

struct argument {
	const char *text; // borrowed
	const char *value; // behind the keyword
	size_t keyword_len; // 0: none
	bool used;
};

// Takes all arguments with the keyword; the last one counts. NULL: there is none.
static const char *
take_keyword(struct argument *args, size_t n_args, const char *keyword)
{
	size_t len = strlen(keyword);
	const char *value = NULL;

	for (size_t i = 0; i < n_args; i++) {
		if (args[i].keyword_len != len || memcmp(args[i].text, keyword, len) != 0)
			continue;
		args[i].used = true;
		value = args[i].value;
	}
	return value;
}

static char *
take_rest(struct argument *args, size_t n_args)
{
	struct strvec rest = {0};
	char *joined;

	for (size_t i = 0; i < n_args; i++) {
		if (!args[i].used)
			strvec_add(&rest, args[i].text);
		args[i].used = true;
	}
	joined = confstr_join_args(&rest);
	strvec_fini(&rest);
	return joined;
}

static bool
take_formals(const struct compound *c, struct argument *args, size_t n_args, struct strvec *values)
{
	const char *value;

	for (size_t i = 0; i < c->n_formals; i++) {
		const char *keyword = c->parameters[i].keyword;

		if (*keyword == '\0') {
			if (i >= n_args)
				return false;
			args[i].used = true;
			strvec_add(values, args[i].text);
		} else if (strcmp(keyword, "__REST__") == 0) {
			strvec_take(values, take_rest(args, n_args));
		} else {
			value = take_keyword(args, n_args, keyword);
			if (value == NULL)
				return false;
			strvec_add(values, value);
		}
	}
	return true;
}

// Gives the formal parameters their values. Returns false, with values empty, if the arguments do
// not fit.
static bool
assign(const struct compound *c, const struct strvec *texts, struct strvec *values)
{
	struct argument *args = mem_zalloc(texts->n * sizeof(*args));
	bool ok;

	for (size_t i = 0; i < texts->n; i++) {
		args[i].text = texts->v[i];
		args[i].keyword_len = confstr_keyword(texts->v[i], &args[i].value);
	}
	ok = take_formals(c, args, texts->n, values);
	for (size_t i = 0; i < texts->n; i++)
		ok &= args[i].used;
	free(args);
	if (!ok)
		strvec_fini(values);
	return ok;
}

static void
add_ports(struct strbuf *sb, unsigned n_inputs, unsigned n_outputs)
{
	strbuf_addf(sb, "%u %s, %u %s]", n_inputs, n_inputs == 1 ? "input" : "inputs", n_outputs,
		n_outputs == 1 ? "output" : "outputs");
}

static unsigned
compound_n_inputs(const struct compound *c)
{
	return c->declarations[COMPOUND_INPUT].n_outputs;
}

static unsigned
compound_n_outputs(const struct compound *c)
{
	return c->declarations[COMPOUND_OUTPUT].n_inputs;
}

static void
report_candidate(struct syntax *s, const struct compound *c)
{
	struct strbuf sb = STRBUF_INIT;

	landmark_text(c->at, &sb);
	strbuf_addf(&sb, ": %s", compound_title(c));
	for (size_t i = 0; i < c->n_formals; i++) {
		const char *keyword = c->parameters[i].keyword;

		strbuf_adds(&sb, i == 0 ? "(" : ", ");
		if (*keyword == '\0')
			strbuf_adds(&sb, "<arg>");
		else
			strbuf_adds(&sb, strcmp(keyword, "__REST__") == 0 ? "..." : keyword);
	}
	strbuf_adds(&sb, c->n_formals ? ")[" : "[");
	add_ports(&sb, compound_n_inputs(c), compound_n_outputs(c));
	errh_message(s->errh, "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
}

static void
report_no_match(struct syntax *s, const struct declaration *d, size_t n_args)
{
	struct strbuf sb = STRBUF_INIT;
	struct errh_context ctx;
	unsigned n_shown = 0;

	if (syntax_gave_up(s))
		return;
	strbuf_addf(&sb, "%s[", *d->type->name ? d->type->name : "<anonymous>");
	if (n_args > 0)
		strbuf_addf(&sb, "%zu %s, ", n_args, n_args == 1 ? "argument" : "arguments");
	add_ports(&sb, d->n_inputs, d->n_outputs);
	syntax_error(s, d->at, "no match for '%s'", strbuf_text(&sb));
	strbuf_fini(&sb);
	errh_push(s->errh, &ctx, "candidates are:");
	for (const struct element_type *type = d->type; type != NULL; type = type->fallback)
		for (size_t i = 0; i < type->n_bodies; i++)
			if (n_shown++ < OVERLOAD_MAX_SHOWN)
				report_candidate(s, type->bodies[i]);
	if (n_shown > OVERLOAD_MAX_SHOWN)
		errh_message(s->errh, "and %u more", n_shown - OVERLOAD_MAX_SHOWN);
	errh_pop(s->errh);
}

static bool
ports_match(const struct declaration *d, const struct compound *body, bool ports_known)
{
	return !ports_known || body->broken ||
	       (d->n_inputs == compound_n_inputs(body) && d->n_outputs == compound_n_outputs(body));
}

static const struct compound *
only_body(const struct element_type *type)
{
	while (type->n_bodies == 0)
		type = type->fallback;
	return type->bodies[0];
}

struct overload
overload_choose(
	struct syntax *s, const struct declaration *d, const struct strvec *args, bool ports_known)
{
	const struct element_type *type = d->type;
	struct overload chosen = {0};

	for (; type != NULL && type->kind == TYPE_COMPOUND; type = type->fallback)
		for (size_t i = 0; i < type->n_bodies; i++) {
			const struct compound *body = type->bodies[i];

			if (ports_match(d, body, ports_known) &&
				assign(body, args, &chosen.values)) {
				chosen.body = body;
				return chosen;
			}
		}
	chosen.type = type;
	if (type != NULL)
		return chosen;
	if (d->type->n_candidates == 1 && assign(only_body(d->type), args, &chosen.values))
		chosen.body = only_body(d->type);
	else
		report_no_match(s, d, args->n);
	return chosen;
}
