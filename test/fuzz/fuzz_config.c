// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as a configuration: it must be read or refused, and what was read must be printable
// and readable again.
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/config.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/source.h"
#include "src/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_class(const char *name)
{
	return *name >= 'A' && *name <= 'Z';
}

static bool
has_package(const char *name)
{
	return *name == 'p';
}

static void
check_indices(const struct config *c)
{
	for (size_t i = 0; i < c->n_connections; i++) {
		assert(c->connections[i].from < c->n_elements);
		assert(c->connections[i].to < c->n_elements);
	}
}

// A flat configuration that was read without errors gives itself when read again.
static void
check_flat(const char *flat, const struct config_env *env)
{
	struct strbuf again = STRBUF_INIT;
	struct config c;
	struct errh errh;

	errh_init_silent(&errh);
	if (config_parse(&c, flat, "flat", env, &errh) == 0) {
		config_unparse(&c, &again);
		assert(strcmp(strbuf_text(&again), flat) == 0);
		strbuf_fini(&again);
	}
	config_fini(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strvec params = {0};
	struct config_env env = {
		.is_class = is_class,
		.has_package = has_package,
		.params = &params,
	};
	char *text = mem_strndup((const char *)data, size);
	struct strbuf flat = STRBUF_INIT;
	struct config c;
	struct errh errh;

	errh_init_silent(&errh);
	strvec_add(&params, "p=a $q");
	if (config_parse(&c, text, "fuzz", &env, &errh) == 0) {
		check_indices(&c);
		config_unparse(&c, &flat);
		env.params = NULL;
		check_flat(strbuf_text(&flat), &env);
	}
	check_indices(&c);
	config_fini(&c);
	source_close_all();
	strbuf_fini(&flat);
	strvec_fini(&params);
	free(text);
	return 0;
}
