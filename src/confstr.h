// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Configuration strings: the text between an element's parentheses. Pure functions on text.
//
// Comments are // to the end of the line and /* */. "..." takes backslash escapes, '...' is literal,
// \<68 65> is hexadecimal data (outside quotes and inside "..."). A line directive (# in column 0)
// inside a configuration string is cut out before these functions see it.

#include <stdbool.h>
#include <stddef.h>

struct strbuf;
struct strvec;

// For walks over configuration text: where the comment, the quoted text or the \<...> that begins
// at s ends, and s + 1 where none of them begins. s is not at the end of the text.
const char *confstr_skip(const char *s);

// Drops comments and the space around them (one space stays), and space at both ends. Quoted text
// and \<...> stay as they are. Returns a new string.
char *confstr_uncomment(const char *text);

// Splits at commas outside quotes, \<...> and comments; uncomments each piece. One final empty
// piece is dropped, inner empty pieces stay. Adds to args.
void confstr_split_args(const char *text, struct strvec *args);

// Splits at unquoted white space and comments; pieces keep their quotes. Adds to words.
void confstr_split_words(const char *text, struct strvec *words);

// The first word of text, and where the rest begins (behind the white space that follows it), as
// Script and handler calls need it. Returns a new string; *rest points into text.
char *confstr_first_word(const char *text, const char **rest);

// Joins arguments with ", ".
char *confstr_join_args(const struct strvec *args);

// Uncomments, then removes one level of quotes and expands escapes. Adds the bytes, which may
// contain NUL, to out.
void confstr_unquote(const char *text, struct strbuf *out);

// The inverse: always one double-quoted string. The second form leaves the outer quotes away, for
// text that is put inside "...".
void confstr_quote(const char *bytes, size_t len, struct strbuf *out);
void confstr_quote_inside(const char *bytes, size_t len, struct strbuf *out);

// Whether text is a word (printable, non-empty, no space, quote, backslash or comma) and a keyword
// argument's name ([A-Za-z_][A-Za-z0-9_.:?!]*).
bool confstr_is_word(const char *text);
bool confstr_is_keyword(const char *text, size_t len);

// Length of the keyword with which an argument begins: keyword characters, white space, and
// something behind it. 0 if the argument has no keyword. *value points behind the white space.
size_t confstr_keyword(const char *arg, const char **value);
