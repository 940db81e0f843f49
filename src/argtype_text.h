// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// A string argument's value: exactly one word of the text (confstr_split_words()), unquoted.
// Private to the argtype_*.c files.

struct strbuf;

// Adds the bytes, NUL included, to out. Returns -EINVAL if text is not one word.
int argtype_unquote(const char *text, struct strbuf *out);

// A new string; NULL if text is not one word or has a NUL in it.
char *argtype_string(const char *text);
