// SPDX-License-Identifier: BSD-3-Clause
#include "src/variable.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/strbuf.h"
#include "src/syntax.h"

enum { VARIABLE_MAX_DEPTH = 10 };

static void expand(const char *text, size_t len, const struct frame *frame,
	struct text_budget *budget, unsigned depth, struct strbuf *out);

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool
spend(struct text_budget *budget, size_t n)
{
	if (budget->left < n) {
		budget->left = 0;
		budget->spent = true;
		return false;
	}
	budget->left -= n;
	return true;
}

// The value from the command line, or NULL. The last one counts.
static const char *
find_param(const struct strvec *params, const char *name)
{
	size_t len = strlen(name);
	const char *value = NULL;

	for (size_t i = 0; params != NULL && i < params->n; i++)
		if (strncmp(params->v[i], name, len) == 0 && params->v[i][len] == '=')
			value = params->v[i] + len + 1;
	return value;
}

// Appends the value of a variable. Returns false if there is no such variable.
static bool
look_up(const char *name, const struct frame *frame, struct text_budget *budget, unsigned depth,
	struct strbuf *out)
{
	const char *value;
	size_t found;

	for (; frame != NULL; frame = frame->outer) {
		value = find_param(frame->params, name);
		found = namemap_get(&frame->compound->parameter_names, name);
		if (value == NULL && found == NAMEMAP_NONE)
			continue;
		if (value == NULL && found < frame->compound->n_formals) {
			// Expanded already, where the compound element is used.
			value = found < frame->values.n ? frame->values.v[found] : "";
			strbuf_adds(out, value);
			return true;
		}
		if (value == NULL)
			value = frame->compound->parameters[found].value;
		expand(value, strlen(value), frame, budget, depth + 1, out);
		return true;
	}
	return false;
}

// The parts of ${NAME[INDEX]-DEFAULT}.
struct reference {
	struct strbuf name; // expanded, the index cut off
	long index; // of a word; -1: all of it
	const char *fallback; // behind the '-'; NULL: none
	size_t fallback_len;
};

// The end of a ${...} whose inside begins at s: its '}'. NULL if there is none.
static const char *
brace_end(const char *s, const char *end)
{
	unsigned depth = 1;

	for (; s < end; s++)
		if (s[0] == '$' && s + 1 < end && s[1] == '{')
			depth++;
		else if (*s == '}' && --depth == 0)
			return s;
	return NULL;
}

// Where the name in ${...} ends and the default begins: a '-' outside a nested ${...}.
static const char *
find_fallback(const char *s, const char *end)
{
	const char *close;

	for (; s < end && *s != '-'; s++)
		if (s[0] == '$' && s + 1 < end && s[1] == '{') {
			close = brace_end(s + 2, end);
			s = close ? close : s;
		}
	return s;
}

// Cuts `[i]` off the name.
static void
cut_index(struct reference *ref)
{
	const char *text = strbuf_text(&ref->name), *bracket = strchr(text, '[');
	char *end;
	long index;

	ref->index = -1;
	if (bracket == NULL || !isdigit((unsigned char)bracket[1]))
		return;
	index = strtol(bracket + 1, &end, 10);
	if (strcmp(end, "]") != 0)
		return;
	ref->index = index;
	strbuf_truncate(&ref->name, (size_t)(bracket - text));
}

static void
keep_word(struct strbuf *value, long index)
{
	struct strvec words = {0};

	if (index < 0)
		return;
	confstr_split_words(strbuf_text(value), &words);
	strbuf_clear(value);
	if ((size_t)index < words.n)
		strbuf_adds(value, words.v[index]);
	strvec_fini(&words);
}

// Puts the value of the variable whose inside (between braces, or a plain name) is s..end into
// the empty out. Returns false if it is not defined.
static bool
replace(const char *s, const char *end, bool braces, const struct frame *frame,
	struct text_budget *budget, unsigned depth, struct strbuf *out)
{
	struct reference ref = {.name = STRBUF_INIT, .index = -1};
	const char *name_end = braces ? find_fallback(s, end) : end;
	bool found = true;

	if (braces && depth < VARIABLE_MAX_DEPTH)
		expand(s, (size_t)(name_end - s), frame, budget, depth + 1, &ref.name);
	else
		strbuf_add(&ref.name, s, (size_t)(name_end - s));
	if (braces)
		cut_index(&ref);
	if (look_up(strbuf_text(&ref.name), frame, budget, depth, out))
		keep_word(out, ref.index);
	else if (name_end < end)
		expand(name_end + 1, (size_t)(end - name_end - 1), frame, budget, depth + 1, out);
	else
		found = false;
	strbuf_fini(&ref.name);
	return found;
}

// s is at a '$'. Appends what stands for it and returns where the text goes on.
static const char *
expand_dollar(const char *s, const char *end, bool in_quotes, const struct frame *frame,
	struct text_budget *budget, unsigned depth, struct strbuf *out)
{
	struct strbuf value = STRBUF_INIT;
	const char *name = s + 1, *name_end = name, *after;
	bool braces = name < end && *name == '{';

	if (!spend(budget, VARIABLE_COST))
		return end;
	if (braces) {
		name++;
		name_end = brace_end(name, end);
		after = name_end ? name_end + 1 : s;
	} else {
		while (name_end < end && is_name(*name_end))
			name_end++;
		after = name_end;
	}
	if (name_end == NULL || name_end == name ||
		!replace(name, name_end, braces, frame, budget, depth, &value)) {
		strbuf_addc(out, '$');
		after = s + 1;
	} else if (!spend(budget, value.len)) {
		after = end;
	} else if (in_quotes) {
		confstr_quote_inside(strbuf_text(&value), value.len, out);
	} else {
		strbuf_adds(out, strbuf_text(&value));
	}
	strbuf_fini(&value);
	return after;
}

// How much of the text at s is taken over as it is, at least one byte.
static size_t
plain_len(const char *s, const char *end, char *quote)
{
	const char *next = s + 1;

	if (*s == '\\' && *quote == '"' && next < end)
		return 2;
	if (*quote == 0 &&
		(*s == '\'' || (*s == '/' && next < end && (*next == '/' || *next == '*'))))
		next = confstr_skip(s);
	else if (*s == '"')
		*quote = *quote ? 0 : '"';
	return (size_t)((next < end ? next : end) - s);
}

static void
expand(const char *text, size_t len, const struct frame *frame, struct text_budget *budget,
	unsigned depth, struct strbuf *out)
{
	const char *s = text, *end = text + len;
	size_t n;
	char quote = 0;

	if (!spend(budget, len + 1))
		return;
	if (depth > VARIABLE_MAX_DEPTH || memchr(text, '$', len) == NULL) {
		strbuf_add(out, text, len);
		return;
	}
	while (s < end && !budget->spent) {
		if (*s == '$') {
			s = expand_dollar(s, end, quote == '"', frame, budget, depth, out);
			continue;
		}
		n = plain_len(s, end, &quote);
		strbuf_add(out, s, n);
		s += n;
	}
}

void
variable_expand(
	const char *text, const struct frame *frame, struct text_budget *budget, struct strbuf *out)
{
	expand(text, strlen(text), frame, budget, 0, out);
}
