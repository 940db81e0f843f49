// SPDX-License-Identifier: BSD-3-Clause
#include "src/argtype_text.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "src/argtype.h"
#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

int
argtype_unquote(const char *text, struct strbuf *out)
{
	struct strvec words = {0};
	bool one;

	confstr_split_words(text, &words);
	one = words.n == 1;
	if (one)
		confstr_unquote(words.v[0], out);
	strvec_fini(&words);
	return one ? 0 : -EINVAL;
}

char *
argtype_string(const char *text)
{
	struct strbuf sb = STRBUF_INIT;

	// A NUL inside would silently cut the text where it is used.
	if (argtype_unquote(text, &sb) == 0 && strlen(strbuf_text(&sb)) == sb.len)
		return strbuf_steal(&sb);
	strbuf_fini(&sb);
	return NULL;
}

static int
string_parse(const struct arg_parse *p, const char *text, void *field)
{
	char *s = argtype_string(text);

	if (s == NULL)
		return arg_error(p, "parse error");
	*(char **)field = s;
	return 0;
}

// Fields of string, word, filename and any all consist of one pointer.
_Static_assert(sizeof(struct word) == sizeof(char *) && sizeof(struct filename) == sizeof(char *) &&
		       sizeof(struct any) == sizeof(char *),
	"texts are one pointer");

static void
string_print(const void *field, struct strbuf *out)
{
	const char *s = *(char *const *)field;

	strbuf_adds(out, s != NULL ? s : "");
}

static void
string_fini(void *field)
{
	free(*(char **)field);
	*(char **)field = NULL;
}

static int
data_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct strbuf sb = STRBUF_INIT;
	struct data *d = field;

	if (argtype_unquote(text, &sb) < 0) {
		strbuf_fini(&sb);
		return arg_error(p, "parse error");
	}
	d->len = sb.len;
	d->bytes = (uint8_t *)strbuf_steal(&sb);
	return 0;
}

static void
data_print(const void *field, struct strbuf *out)
{
	const struct data *d = field;

	strbuf_add(out, d->bytes, d->len);
}

static void
data_fini(void *field)
{
	struct data *d = field;

	free(d->bytes);
	*d = (struct data){0};
}

static int
word_parse(const struct arg_parse *p, const char *text, void *field)
{
	char *s = argtype_string(text);

	if (s == NULL || !confstr_is_word(s)) {
		free(s);
		return arg_error(p, "parse error");
	}
	*(char **)field = s;
	return 0;
}

// Home directory of a user, of the own one if the name is empty. NULL if not known.
static char *
home_of(const char *user)
{
	struct passwd pw, *found = NULL;
	const char *home = getenv("HOME");
	char buffer[4096];

	if (*user == '\0')
		return home != NULL ? mem_strdup(home) : NULL;
	if (getpwnam_r(user, &pw, buffer, sizeof(buffer), &found) != 0 || found == NULL)
		return NULL;
	return mem_strdup(pw.pw_dir);
}

// Replaces a leading ~ or ~user; a user that does not exist stays as it is.
static char *
expand_home(const char *s)
{
	size_t len = strcspn(s, "/");
	char *user, *home, *expanded;

	if (*s != '~')
		return mem_strdup(s);
	user = mem_strndup(s + 1, len - 1);
	home = home_of(user);
	expanded = home != NULL ? mem_printf("%s%s", home, s + len) : mem_strdup(s);
	free(user);
	free(home);
	return expanded;
}

static void
merge_slashes(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] != '/' || s[1] != '/')
			*to++ = *s;
	}
	*to = '\0';
}

static int
filename_parse(const struct arg_parse *p, const char *text, void *field)
{
	char *s = argtype_string(text);

	if (s == NULL || *s == '\0') {
		free(s);
		return arg_error(p, "parse error");
	}
	*(char **)field = expand_home(s);
	merge_slashes(*(char **)field);
	free(s);
	return 0;
}

static int
any_parse(const struct arg_parse *p, const char *text, void *field)
{
	(void)p;
	*(char **)field = mem_strdup(text);
	return 0;
}

static int
strvec_parse(const struct arg_parse *p, const char *text, void *field)
{
	(void)p;
	strvec_add(field, text);
	return 0;
}

static void
strvec_print(const void *field, struct strbuf *out)
{
	char *text = confstr_join_args(field);

	strbuf_adds(out, text);
	free(text);
}

static void
strvec_release(void *field)
{
	strvec_fini(field);
}

const struct arg_type arg_string = {
	.name = "string",
	.expected = "string",
	.size = sizeof(char *),
	.parse = string_parse,
	.print = string_print,
	.fini = string_fini,
};
const struct arg_type arg_data = {
	.name = "string of bytes",
	.expected = "string",
	.size = sizeof(struct data),
	.parse = data_parse,
	.print = data_print,
	.fini = data_fini,
};
const struct arg_type arg_word = {
	.name = "word",
	.expected = "word",
	.size = sizeof(struct word),
	.parse = word_parse,
	.print = string_print,
	.fini = string_fini,
};
const struct arg_type arg_filename = {
	.name = "file name",
	.expected = "filename",
	.size = sizeof(struct filename),
	.parse = filename_parse,
	.print = string_print,
	.fini = string_fini,
};
const struct arg_type arg_any = {
	.name = "text",
	.expected = "text",
	.size = sizeof(struct any),
	.parse = any_parse,
	.print = string_print,
	.fini = string_fini,
};
const struct arg_type arg_strvec = {
	.name = "arguments",
	.expected = "arguments",
	.size = sizeof(struct strvec),
	.parse = strvec_parse,
	.print = strvec_print,
	.fini = strvec_release,
};
