// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Runs a configuration through config_parse() for the tests of the language. Every name that
// begins with a capital letter is a primitive class, unless it contains "Nope" or '@'; packages
// that begin with "p" exist.

#include "src/config.h"

extern const struct config_env config_rig_env;

// Checks the reported lines and the flat configuration that come out. want_errors "" expects
// success, or only warnings where it begins with "W".
void config_rig_expect(const char *file, int line, const struct config_env *env, const char *text,
	const char *want_errors, const char *want_flat);
#define EXPECT_CONFIG(text, errors, flat) \
	config_rig_expect(__FILE__, __LINE__, &config_rig_env, text, errors, flat)
// Only the errors.
#define EXPECT_ERRORS(text, errors) \
	config_rig_expect(__FILE__, __LINE__, &config_rig_env, text, errors, NULL)
