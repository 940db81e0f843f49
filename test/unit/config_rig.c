// SPDX-License-Identifier: BSD-3-Clause
#include "test/unit/config_rig.h"

#include <errno.h>
#include <string.h>

#include "src/errh.h"
#include "src/strbuf.h"
#include "test/unit/unit.h"

static bool
is_class(const char *name)
{
	return *name >= 'A' && *name <= 'Z' && strstr(name, "Nope") == NULL &&
	       strchr(name, '@') == NULL;
}

static bool
has_package(const char *name)
{
	return *name == 'p';
}

const struct config_env config_rig_env = {.is_class = is_class, .has_package = has_package};

void
config_rig_expect(const char *file, int line, const struct config_env *env, const char *text,
	const char *want_errors, const char *want_flat)
{
	struct strbuf errors = STRBUF_INIT, flat = STRBUF_INIT;
	struct errh errh;
	struct config c;
	int ret;

	errh_init_strbuf(&errh, &errors);
	ret = config_parse(&c, text, "F", env, &errh);
	unit_assert_text(file, line, strbuf_text(&errors), want_errors);
	CU_ASSERT_EQUAL(ret, errh.n_errors ? -EINVAL : 0);
	ASSERT_TEXT(c.text, text);
	config_unparse(&c, &flat);
	if (want_flat != NULL)
		unit_assert_text(file, line, strbuf_text(&flat), want_flat);
	config_fini(&c);
	strbuf_fini(&errors);
	strbuf_fini(&flat);
}
