// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The texts that configurations are read from, kept while a router is built, so that a message can
// show the line that it is about. A place travels inside of landmarks, behind the "FILE:LINE" that
// people see, and errh takes it out of everything it writes. Control thread only.

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

struct source_place {
	unsigned source; // from source_open(); 0: no place
	size_t offset; // bytes from the start of its text
};

// Copies a text. Never 0.
unsigned source_open(const char *text);
// Forgets all texts; places in them lead nowhere from then on.
void source_close_all(void);

void source_mark(struct source_place place, struct strbuf *out);
// Cuts the marks out of a text. Returns the first one's place.
struct source_place source_cut(char *text);
// The line that a place is in, without its end; *column from 0, in bytes. false: no such text.
bool source_line(struct source_place place, const char **line, size_t *len, size_t *column);
// Where a word begins behind a place, within the parentheses that follow it (the arguments of an
// element declared there). The place itself if there is no such word.
struct source_place source_argument(struct source_place place, const char *word, size_t len);
