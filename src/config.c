// SPDX-License-Identifier: BSD-3-Clause
#include "src/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/archive.h"
#include "src/errh.h"
#include "src/expand.h"
#include "src/mem.h"
#include "src/parser.h"
#include "src/textfile.h"

// Replaces an archive by its text. Returns 0, or -EINVAL with the error reported.
static int
open_archive(const char **bytes, size_t *len, const char *filename, struct errh *errh)
{
	int ret;

	if (!archive_is(*bytes, *len))
		return 0;
	ret = archive_find(*bytes, *len, "config", bytes, len);
	if (ret == -ENOENT)
		return errh_error(errh, "%s: archive has no 'config' section", filename);
	if (ret < 0)
		return errh_error(errh, "%s: damaged archive", filename);
	return 0;
}

static int
check_text(const char *bytes, size_t len, const char *filename, struct errh *errh)
{
	const char *nul = memchr(bytes, '\0', len), *s = bytes;
	unsigned line = 1;

	if (nul == NULL)
		return 0;
	while ((s = memchr(s, '\n', (size_t)(nul - s))) != NULL) {
		line++;
		s++;
	}
	return errh_error(errh, "%s:%u: NUL byte in configuration", filename, line);
}

static int
parse_bytes(struct config *c, const char *bytes, size_t len, const char *filename,
	const struct config_env *env, struct errh *errh)
{
	unsigned n_errors = errh->n_errors;
	struct syntax syntax;

	*c = (struct config){0};
	if (open_archive(&bytes, &len, filename, errh) < 0 ||
		check_text(bytes, len, filename, errh) < 0) {
		c->text = mem_strdup("");
		return -EINVAL;
	}
	c->text = mem_strndup(bytes, len);
	syntax_init(&syntax, errh);
	parser_run(&syntax, c->text, filename, env);
	expand_syntax(&syntax, env, c);
	c->compact = syntax.compact;
	c->requirements = syntax.requirements;
	syntax.requirements = (struct strvec){0};
	syntax_fini(&syntax);
	return errh->n_errors > n_errors ? -EINVAL : 0;
}

int
config_parse(struct config *c, const char *text, const char *filename, const struct config_env *env,
	struct errh *errh)
{
	return parse_bytes(c, text, strlen(text), filename, env, errh);
}

int
config_parse_file(
	struct config *c, const char *filename, const struct config_env *env, struct errh *errh)
{
	char *text;
	size_t len;
	int ret = textfile_read(filename, false, &text, &len);

	if (strcmp(filename, "-") == 0)
		filename = "<stdin>";
	if (ret < 0) {
		*c = (struct config){.text = mem_strdup("")};
		return errh_error(errh, "%s: %s", filename, strerror(-ret));
	}
	ret = parse_bytes(c, text, len, filename, env, errh);
	free(text);
	return ret;
}

void
config_fini(struct config *c)
{
	for (size_t i = 0; i < c->n_elements; i++) {
		free(c->elements[i].name);
		free(c->elements[i].class_name);
		free(c->elements[i].args);
		free(c->elements[i].landmark);
	}
	for (size_t i = 0; i < c->n_connections; i++)
		free(c->connections[i].landmark);
	free(c->elements);
	free(c->connections);
	strvec_fini(&c->requirements);
	free(c->text);
	*c = (struct config){0};
}

void
config_add_element(struct config *c, const char *name, const char *class_name, const char *args,
	const char *landmark)
{
	c->elements = mem_grow(c->elements, c->n_elements, &c->elements_cap, sizeof(*c->elements));
	c->elements[c->n_elements++] = (struct config_element){
		.name = mem_strdup(name),
		.class_name = mem_strdup(class_name),
		.args = mem_strdup(args),
		.landmark = mem_strdup(landmark),
	};
}
