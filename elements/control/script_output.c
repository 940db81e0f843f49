// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/args.h"
#include "src/argtype.h"
#include "src/confstr.h"
#include "src/mem.h"

// ---- handler calls

// "handler args" taken apart.
struct call {
	struct handler_target target;
	char *value; // owned
	struct strbuf name; // of the handler, in full
};

static void
call_fini(struct call *call)
{
	free(call->value);
	strbuf_fini(&call->name);
}

static int
call_init(struct script *s, struct call *call, const char *text, enum handler_need need,
	bool unquote, struct errh *errh)
{
	struct strbuf plain = STRBUF_INIT;
	const char *rest;
	char *name = confstr_first_word(text, &rest);
	int err;

	*call = (struct call){.name = STRBUF_INIT};
	if (unquote) {
		confstr_unquote(rest, &plain);
		call->value = strbuf_steal(&plain);
	} else {
		call->value = mem_strdup(rest);
	}
	if (*name == '\0')
		err = errh_error(errh, "syntax error");
	else
		err = handler_find(s->element.router, &s->element, name, need, &call->target, errh);
	if (err == 0)
		handler_target_name(&call->target, &call->name);
	free(name);
	return err;
}

static void
push_context(struct errh *errh, struct errh_context *ctx, const struct call *call)
{
	errh_push(errh, ctx, "While calling '%s%s%s':", strbuf_text(&call->name),
		*call->value ? " " : "", call->value);
}

static int
call_read(struct script *s, const struct call *call, struct strbuf *out, struct errh *errh)
{
	struct errh_context ctx;
	int err;

	push_context(errh, &ctx, call);
	err = handler_call_read(s->element.router, &call->target, call->value, out, errh);
	errh_pop(errh);
	return err;
}

int
script_call_read(
	struct script *s, const char *text, bool unquote, struct strbuf *out, struct errh *errh)
{
	struct call call;
	int err = call_init(s, &call, text, HANDLER_READABLE, unquote, errh);

	if (err == 0)
		err = call_read(s, &call, out, errh);
	call_fini(&call);
	return err;
}

enum script_result
script_read(struct script *s, struct script_insn *insn, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT, value = STRBUF_INIT;
	struct call call;
	struct errh to_stderr;

	script_expand(s, insn->text, SCRIPT_INSERT_PLAIN, &text, errh);
	if (call_init(s, &call, strbuf_text(&text), HANDLER_READABLE, insn->unquote, errh) == 0 &&
		call_read(s, &call, &value, errh) >= 0) {
		errh_init_stderr(&to_stderr);
		errh_message(&to_stderr, "%s:\n%s\n", strbuf_text(&call.name), strbuf_text(&value));
	}
	call_fini(&call);
	strbuf_fini(&value);
	strbuf_fini(&text);
	return SCRIPT_GOES_ON;
}

enum script_result
script_write(struct script *s, struct script_insn *insn, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT;
	struct errh_context ctx;
	struct call call;

	script_expand(s, insn->text, SCRIPT_INSERT_PLAIN, &text, errh);
	if (call_init(s, &call, strbuf_text(&text), HANDLER_WRITABLE, insn->unquote, errh) == 0) {
		push_context(errh, &ctx, &call);
		s->write_status =
			handler_call_write(s->element.router, &call.target, call.value, errh);
		errh_pop(errh);
	}
	call_fini(&call);
	strbuf_fini(&text);
	return SCRIPT_GOES_ON;
}

// ---- output

// NULL: reported. "" and "-" are stdout.
static FILE *
open_output(struct script *s, const char *text, bool append, struct errh *errh)
{
	struct strbuf name = STRBUF_INIT;
	struct filename filename = {0};
	FILE *f = stdout;

	script_expand(s, text, SCRIPT_INSERT_PLAIN, &name, errh);
	if (name.len > 0 && strcmp(strbuf_text(&name), "-") != 0) {
		f = NULL;
		if (args_parse_value(&arg_filename, strbuf_text(&name), &filename, NULL,
			    &s->element, errh) == 0) {
			f = fopen(filename.text, append ? "abe" : "wbe");
			if (f == NULL)
				errh_error(errh, "%s: %s", filename.text, strerror(errno));
		}
	}
	free(filename.text);
	strbuf_fini(&name);
	return f;
}

static void
close_output(FILE *f, struct errh *errh)
{
	int err = f == stdout ? fflush(f) : fclose(f);

	if (err != 0 && f != stdout)
		errh_error(errh, "cannot write: %s", strerror(errno));
}

static bool
is_call(const char *text)
{
	return isalpha((unsigned char)*text) || *text == '@' || *text == '_';
}

// What is printed, its line end included.
static void
output_text(struct script *s, const char *text, bool call, const struct script_insn *insn,
	struct strbuf *out, struct errh *errh)
{
	struct strbuf expanded = STRBUF_INIT;
	unsigned n_errors = errh->n_errors;

	if (call) {
		script_expand(s, text, SCRIPT_INSERT_PLAIN, &expanded, errh);
		script_call_read(s, strbuf_text(&expanded), insn->unquote, out, errh);
	} else {
		script_expand(s, text, SCRIPT_INSERT_QUOTED, &expanded, errh);
		confstr_unquote(strbuf_text(&expanded), out);
	}
	strbuf_fini(&expanded);
	if (!insn->no_newline && errh->n_errors == n_errors &&
		(out->len == 0 || out->data[out->len - 1] != '\n'))
		strbuf_addc(out, '\n');
}

static void
output(struct script *s, const struct script_insn *insn, const char *text, bool call,
	const char *file, bool append, struct errh *errh)
{
	struct strbuf out = STRBUF_INIT;
	FILE *f = open_output(s, file, append, errh);

	if (f == NULL)
		return;
	output_text(s, text, call, insn, &out, errh);
	fwrite(strbuf_text(&out), 1, out.len, f);
	close_output(f, errh);
	strbuf_fini(&out);
}

enum script_result
script_print(struct script *s, struct script_insn *insn, struct errh *errh)
{
	const char *text = insn->text;
	bool append = false;
	char *file = NULL;

	if (*text == '>') {
		append = text[1] == '>';
		file = confstr_first_word(text + 1 + append, &text);
	}
	output(s, insn, text, is_call(text), file ? file : "", append, errh);
	free(file);
	return SCRIPT_GOES_ON;
}

enum script_result
script_save(struct script *s, struct script_insn *insn, struct errh *errh)
{
	output(s, insn, insn->name, true, insn->text, insn->append, errh);
	return SCRIPT_GOES_ON;
}
