// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The file that a printing element writes its lines to. Lines of several lcores stay whole. At a
// hot swap it goes on where it was; else it is emptied when the router starts, so that a router
// which does not come to run harms nothing.

#include <stdbool.h>
#include <stdio.h>

struct errh;
struct strbuf;

struct print_file { // starts zeroed
	const char *name; // borrowed
	FILE *file; // owned; NULL: none
	bool begun;
};

// At initialize; name NULL: there is none. 0, or -EINVAL with `NAME: ...` reported.
int print_file_open(struct print_file *f, const char *name, struct errh *errh);
// For .start.
void print_file_start(struct print_file *f);
// For .take_state: the old one's, if that has the same name.
void print_file_take(struct print_file *f, struct print_file *old);
// Ends the line.
void print_file_add(const struct print_file *f, struct strbuf *line);
void print_file_close(struct print_file *f);
