// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"

enum {
	DEPTH_MAX = 10, // of $( ) in each other
	SCAN_MAX = 64 << 20, // bytes looked at for one text, so that no text takes forever
};

struct expansion {
	struct script *script;
	struct errh *errh;
	size_t n_scanned;
	bool too_long;
};

static void expand(struct expansion *x, const char *text, enum script_insertion how, unsigned depth,
	struct strbuf *out);

// Behind the ')' that closes a $( whose inside begins at s; NULL if nothing does.
static const char *
close_paren(struct expansion *x, const char *s)
{
	const char *start = s;
	unsigned depth = 1;

	while (*s != '\0' && depth > 0) {
		if (*s == '"' || *s == '\'' || *s == '\\') {
			s = s[0] == '\\' && (s[1] == '"' || s[1] == '\'') ? s + 2 : confstr_skip(s);
			continue;
		}
		depth += *s == '(';
		depth -= *s == ')';
		s++;
	}
	x->n_scanned += (size_t)(s - start);
	if (x->n_scanned > SCAN_MAX)
		x->too_long = true;
	return depth == 0 && !x->too_long ? s : NULL;
}

// A reference: $name, ${name}, $?, $#, $$, $(call).
struct reference {
	const char *inside;
	size_t inside_len;
	const char *end; // behind it
	bool is_call;
};

static bool
find_reference(struct expansion *x, const char *dollar, struct reference *ref)
{
	const char *s = dollar + 1;

	*ref = (struct reference){.inside = s};
	if (*s == '(') {
		ref->inside = s + 1;
		ref->is_call = true;
		ref->end = close_paren(x, s + 1);
		ref->inside_len = ref->end ? (size_t)(ref->end - 1 - ref->inside) : 0;
		return ref->end != NULL;
	}
	if (*s == '{') {
		ref->inside = s + 1;
		ref->inside_len = strcspn(s + 1, "}{\n");
		ref->end = ref->inside + ref->inside_len + 1;
		return ref->inside[ref->inside_len] == '}';
	}
	while (isalnum((unsigned char)s[ref->inside_len]) || s[ref->inside_len] == '_')
		ref->inside_len++;
	if (ref->inside_len == 0 && *s != '\0' && strchr("?#$", *s) != NULL)
		ref->inside_len = 1;
	ref->end = s + ref->inside_len;
	return ref->inside_len > 0;
}

// Appends the value; false if there is none.
static bool
evaluate(struct expansion *x, const struct reference *ref, unsigned depth, struct strbuf *value)
{
	char *inside = mem_strndup(ref->inside, ref->inside_len);
	struct strbuf call = STRBUF_INIT;
	bool found;

	if (!ref->is_call) {
		found = script_look_up(x->script, inside, value);
	} else if (depth >= DEPTH_MAX) {
		found = false;
	} else {
		expand(x, inside, SCRIPT_INSERT_PLAIN, depth + 1, &call);
		found = !x->too_long &&
			script_call_read(x->script, strbuf_text(&call), false, value, x->errh) >= 0;
	}
	strbuf_fini(&call);
	free(inside);
	return found;
}

static void
insert(struct expansion *x, const struct strbuf *value, bool in_quotes, enum script_insertion how,
	struct strbuf *out)
{
	if (value->len > SCRIPT_TEXT_MAX || out->len + value->len > SCRIPT_TEXT_MAX)
		x->too_long = true;
	else if (in_quotes)
		confstr_quote_inside(strbuf_text(value), value->len, out);
	else if (how == SCRIPT_INSERT_QUOTED)
		confstr_quote(strbuf_text(value), value->len, out);
	else
		strbuf_add(out, strbuf_text(value), value->len);
}

// s is at a '$'. Appends what stands for it and returns where the text goes on.
static const char *
expand_dollar(struct expansion *x, const char *s, bool in_quotes, enum script_insertion how,
	unsigned depth, struct strbuf *out)
{
	struct strbuf value = STRBUF_INIT;
	struct reference ref;

	if (!find_reference(x, s, &ref)) {
		strbuf_addc(out, '$');
		return s + 1;
	}
	if (evaluate(x, &ref, depth, &value))
		insert(x, &value, in_quotes, how, out);
	else
		strbuf_add(out, s, (size_t)(ref.end - s));
	strbuf_fini(&value);
	return ref.end;
}

// How much of the text at s is taken over as it is, at least one byte.
static size_t
plain_len(const char *s, bool *in_quotes)
{
	if (*in_quotes && s[0] == '\\' && s[1] != '\0')
		return 2;
	if (*s == '"')
		*in_quotes = !*in_quotes;
	else if (!*in_quotes && (*s == '\'' || (s[0] == '/' && (s[1] == '/' || s[1] == '*'))))
		return (size_t)(confstr_skip(s) - s);
	return 1;
}

static void
expand(struct expansion *x, const char *text, enum script_insertion how, unsigned depth,
	struct strbuf *out)
{
	bool in_quotes = false;
	size_t n;

	while (*text != '\0' && !x->too_long) {
		if (*text == '$') {
			text = expand_dollar(x, text, in_quotes, how, depth, out);
			continue;
		}
		n = plain_len(text, &in_quotes);
		strbuf_add(out, text, n);
		text += n;
	}
}

void
script_expand(struct script *s, const char *text, enum script_insertion how, struct strbuf *out,
	struct errh *errh)
{
	struct expansion x = {.script = s, .errh = errh};
	size_t start = out->len;

	expand(&x, text, how, 0, out);
	if (x.too_long) {
		errh_error(errh, "text is too long with its variables");
		strbuf_truncate(out, start);
	}
}

void
script_expand_value(
	struct script *s, const char *text, bool unquote, struct strbuf *out, struct errh *errh)
{
	struct strbuf expanded = STRBUF_INIT;

	script_expand(s, text, SCRIPT_INSERT_PLAIN, &expanded, errh);
	if (unquote)
		confstr_unquote(strbuf_text(&expanded), out);
	else
		strbuf_add(out, strbuf_text(&expanded), expanded.len);
	strbuf_fini(&expanded);
}
