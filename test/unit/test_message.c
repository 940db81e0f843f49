// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "src/element.h"
#include "test/unit/rig.h"

static void
assert_report(const char *config, const char *want)
{
	char *errors = rig_config_errors(config);

	ASSERT_TEXT(errors, want);
	free(errors);
}

static void
prints_in_its_context(void)
{
	assert_report("m :: Message(\"hello, world\");",
		"config:1: While configuring 'm :: Message':\n  hello, world\n");
	assert_report("m :: Message(hello, MESSAGE);",
		"config:1: While configuring 'm :: Message':\n  hello\n");
	assert_report("m :: Message(100%d, TYPE WARNING);",
		"config:1: While configuring 'm :: Message':\n  warning: 100%d\n");
	assert_report(
		"m :: Message(oh, error);", "config:1: While configuring 'm :: Message':\n  oh\n");
}

static void
only_errors_stop_the_router(void)
{
	struct rig *r = rig_config("e :: Message(look, WARNING)");

	CU_ASSERT_PTR_NOT_NULL(r);
	ASSERT_READ(r, "handlers", "handlers\tr.\nports\tr.\nconfig\tr.\nclass\tr.\nname\tr.\n");
	rig_free(r);
	// Another element's initialization would be reached otherwise.
	assert_report("m :: Message(stop, ERROR); i :: Idle -> s :: InfiniteSource;",
		"config:1: 's :: InfiniteSource' has no input 0\n");
	assert_report("m :: Message(stop, ERROR); Idle -> Counter(COUNT_CALL 1 x.y) -> Idle;",
		"config:1: While configuring 'm :: Message':\n  stop\n");
}

static void
arguments(void)
{
	ASSERT_ERRORS("Message", 0, 0, "MESSAGE: required argument missing\n");
	ASSERT_ERRORS("Message(x, LOUD)", 0, 0, "unrecognized message type\n");
	ASSERT_ERRORS("Message(x, MESSAGE, y)", 0, 0, "too many arguments\n");
	ASSERT_ERRORS("Message(\"\")", 0, 0, "\n");
}

UNIT_SUITE(message, UNIT_CASE(prints_in_its_context), UNIT_CASE(only_errors_stop_the_router),
	UNIT_CASE(arguments))
