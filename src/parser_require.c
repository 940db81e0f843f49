// SPDX-License-Identifier: BSD-3-Clause
#include "src/parser.h"

#include <stdlib.h>
#include <string.h>

#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/textfile.h"

static const struct landmark nowhere = {.file = NULL};

static bool
has_requirement(const struct syntax *s, const char *kind, const char *value)
{
	for (size_t i = 0; i + 1 < s->requirements.n; i += 2)
		if (strcmp(s->requirements.v[i], kind) == 0 &&
			strcmp(s->requirements.v[i + 1], value) == 0)
			return true;
	return false;
}

static void
require_package(struct parser *p, const char *name)
{
	struct syntax *s = p->syntax;

	if (has_requirement(s, "package", name))
		return;
	strvec_add(&s->requirements, "package");
	strvec_add(&s->requirements, name);
	if (p->env->has_package == NULL || !p->env->has_package(name))
		syntax_error(s, nowhere, "requirement '%s' not available", name);
}

static void
require_compact(struct syntax *s)
{
	if (s->compact)
		return;
	s->compact = true;
	strvec_add(&s->requirements, "compact_config");
	strvec_add(&s->requirements, "");
}

// Reads the library at path unless that was done before. Returns false if there is none.
static bool
include_library(struct parser *p, const char *path)
{
	struct lexer lexer, *outer = p->lexer;
	char *real = realpath(path, NULL), *text;
	size_t len;

	if (real == NULL)
		return false;
	for (size_t i = 0; i < p->libraries.n; i++)
		if (strcmp(p->libraries.v[i], real) == 0) {
			free(real);
			return true;
		}
	if (textfile_read(path, true, &text, &len) < 0) {
		free(real);
		return false;
	}
	strvec_take(&p->libraries, real);
	strvec_take(&p->syntax->kept, text);
	lexer_init(&lexer, p->syntax, text, path);
	if (strlen(text) != len)
		syntax_error(p->syntax, lexer.at, "NUL byte in configuration");
	p->lexer = &lexer;
	p->n_open_libraries++;
	parser_statements(p);
	p->n_open_libraries--;
	p->lexer = outer;
	p->ended_early = false;
	return true;
}

// path: directories joined by ':', in each of which dir is looked at.
static bool
search_library(struct parser *p, const char *path, const char *dir, const char *name)
{
	bool found = false;
	size_t len;

	for (; path != NULL && !found; path = path[len] ? path + len + 1 : NULL) {
		char *full;

		len = strcspn(path, ":");
		full = mem_printf("%.*s/%s%s", (int)len, path, dir, name);
		found = len > 0 && include_library(p, full);
		free(full);
	}
	return found;
}

static bool
find_library(struct parser *p, const char *name)
{
	const char *includer = p->lexer->original_file;
	const char *slash = strrchr(includer, '/');
	char *beside;
	bool found;

	if (*name == '/')
		return include_library(p, name);
	beside = mem_printf("%.*s%s", slash ? (int)(slash + 1 - includer) : 0, includer, name);
	found = include_library(p, beside);
	free(beside);
	return found || search_library(p, p->env->clickpath, "conf/", name);
}

static void
require_library(struct parser *p, const char *name, struct landmark at)
{
	if (p->depth > 0)
		syntax_error(p->syntax, at, "'require library' must be used at file scope");
	else if (p->n_open_libraries >= PARSER_MAX_LIBRARIES)
		syntax_error(p->syntax, at, "maximum library nesting depth exceeded");
	else if (!find_library(p, name))
		syntax_error(p->syntax, at, "library '%s' not found in CLICKPATH/conf", name);
}

static void
require_one(struct parser *p, const struct strvec *words, struct landmark at)
{
	const char *kind = words->n == 2 ? words->v[0] : "package";
	struct strbuf value = STRBUF_INIT;

	if (words->n == 0)
		return;
	confstr_unquote(words->v[words->n - 1], &value);
	if (words->n > 2 || !confstr_is_word(strbuf_text(&value)))
		syntax_error(p->syntax, at, "syntax error at requirement");
	else if (strcmp(kind, "library") == 0)
		require_library(p, strbuf_text(&value), at);
	else if (strcmp(kind, "package") != 0)
		syntax_error(p->syntax, at, "syntax error at requirement");
	else if (words->n == 1 && strcmp(strbuf_text(&value), "compact_config") == 0)
		require_compact(p->syntax);
	else
		require_package(p, strbuf_text(&value));
	strbuf_fini(&value);
}

// `( conf )` behind a keyword, split into args. Returns false after a syntax error.
static bool
parse_arguments(struct parser *p, struct strvec *args)
{
	char *conf;

	if (parser_peek(p) != '(') {
		parser_syntax_error(p);
		return false;
	}
	parser_next(p);
	conf = parser_config(p);
	confstr_split_args(conf, args);
	free(conf);
	return true;
}

void
parser_require(struct parser *p)
{
	struct landmark at = parser_next(p).at;
	struct strvec args = {0}, words;

	if (!parse_arguments(p, &args))
		return;
	for (size_t i = 0; i < args.n; i++) {
		words = (struct strvec){0};
		confstr_split_words(args.v[i], &words);
		require_one(p, &words, at);
		strvec_fini(&words);
	}
	strvec_fini(&args);
}

static void
define_one(struct parser *p, const char *arg, struct landmark at)
{
	const char *value;
	char *name = confstr_first_word(arg, &value);
	size_t len = strspn(name + (*name != '\0'),
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

	if (name[0] != '$' || len == 0 || name[len + 1] != '\0')
		syntax_error(p->syntax, at, "syntax error at define: expected '$NAME VALUE'");
	else if (!compound_add_parameter(p->scope, name + 1, "", value))
		syntax_error(p->syntax, at, "parameter '%s' multiply defined", name);
	free(name);
}

void
parser_define(struct parser *p)
{
	struct landmark at = parser_next(p).at;
	struct strvec args = {0};

	if (!parse_arguments(p, &args))
		return;
	for (size_t i = 0; i < args.n; i++)
		if (*args.v[i] != '\0')
			define_one(p, args.v[i], at);
	strvec_fini(&args);
}
