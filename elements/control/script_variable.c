// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/confstr.h"
#include "src/mem.h"

bool
script_is_variable_name(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)name[i]) && name[i] != '_')
			return false;
	}
	return len > 0;
}

static struct strbuf *
find(const struct script *s, const char *name)
{
	size_t number = namemap_get(&s->variable_numbers, name);

	return number == NAMEMAP_NONE ? NULL : &s->variables[number].value;
}

const struct strbuf *
script_variable(const struct script *s, const char *name)
{
	return find(s, name);
}

static struct strbuf *
add(struct script *s, const char *name)
{
	struct script_variable *v;

	s->variables =
		mem_grow(s->variables, s->n_variables, &s->variables_cap, sizeof(*s->variables));
	v = &s->variables[s->n_variables];
	*v = (struct script_variable){.name = mem_strdup(name), .value = STRBUF_INIT};
	namemap_set(&s->variable_numbers, v->name, s->n_variables++);
	return &v->value;
}

int
script_set(struct script *s, const char *name, const char *bytes, size_t len, struct errh *errh)
{
	struct strbuf *value = find(s, name);
	size_t old = value ? value->len : 0;

	if (len > SCRIPT_TEXT_MAX || s->variables_bytes - old + len > SCRIPT_VARIABLES_BYTES_MAX)
		return errh_error(errh, "value of '%s' is too long", name);
	if (value == NULL && s->n_variables >= SCRIPT_VARIABLES_MAX)
		return errh_error(errh, "more than %d variables", SCRIPT_VARIABLES_MAX);
	if (value == NULL)
		value = add(s, name);
	// A new buffer, so that a long value that is gone keeps no memory.
	strbuf_fini(value);
	strbuf_add(value, bytes, len);
	s->variables_bytes += len - old;
	return 0;
}

static void
add_word(const struct script *s, size_t number, struct strbuf *out)
{
	struct strvec words = {0};

	confstr_split_words(strbuf_text(&s->args), &words);
	if (number >= 1 && number <= words.n)
		strbuf_adds(out, words.v[number - 1]);
	strvec_fini(&words);
}

static void
add_n_words(const struct script *s, struct strbuf *out)
{
	struct strvec words = {0};

	confstr_split_words(strbuf_text(&s->args), &words);
	strbuf_addf(out, "%zu", words.n);
	strvec_fini(&words);
}

static bool
is_number(const char *name)
{
	size_t len = strspn(name, "0123456789");

	return len > 0 && len < 9 && name[len] == '\0';
}

bool
script_look_up(const struct script *s, const char *name, struct strbuf *out)
{
	const struct strbuf *value = find(s, name);

	if (value != NULL)
		strbuf_add(out, strbuf_text(value), value->len);
	else if (strcmp(name, "?") == 0)
		strbuf_addf(out, "%d", s->write_status);
	else if (strcmp(name, "args") == 0)
		strbuf_add(out, strbuf_text(&s->args), s->args.len);
	else if (strcmp(name, "$") == 0)
		strbuf_addf(out, "%d", (int)getpid());
	else if (strcmp(name, "0") == 0)
		strbuf_adds(out, s->run_name ? s->run_name : "");
	else if (strcmp(name, "#") == 0)
		add_n_words(s, out);
	else if (strcmp(name, "write") == 0)
		strbuf_adds(out, s->is_write ? "true" : "false");
	else if (strcmp(name, "input") == 0 && s->type == SCRIPT_PACKET)
		strbuf_addf(out, "%u", s->input);
	else if (is_number(name))
		add_word(s, (size_t)strtoul(name, NULL, 10), out);
	else
		return false;
	return true;
}

bool
script_shift(struct script *s, const char *name, struct strbuf *out, struct errh *errh)
{
	struct strbuf *value = find(s, name);
	const char *rest;
	char *first, *copy;

	if (value == NULL && strcmp(name, "args") != 0)
		return false;
	first = confstr_first_word(strbuf_text(value ? value : &s->args), &rest);
	copy = mem_strdup(rest);
	strbuf_adds(out, first);
	if (value != NULL) {
		script_set(s, name, copy, strlen(copy), errh);
	} else {
		strbuf_clear(&s->args);
		strbuf_adds(&s->args, copy);
	}
	free(copy);
	free(first);
	return true;
}

void
script_variables_take(struct script *s, const struct script *old, struct errh *errh)
{
	for (size_t i = 0; i < old->n_variables; i++) {
		const struct script_variable *v = &old->variables[i];

		if (script_set(s, v->name, strbuf_text(&v->value), v->value.len, errh) != 0)
			return;
	}
}

void
script_variables_fini(struct script *s)
{
	namemap_fini(&s->variable_numbers);
	for (size_t i = 0; i < s->n_variables; i++) {
		free(s->variables[i].name);
		strbuf_fini(&s->variables[i].value);
	}
	free(s->variables);
	strbuf_fini(&s->args);
	free(s->run_name);
}
