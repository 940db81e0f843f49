// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdarg.h>
#include <stdbool.h>

// Run-time messages, a line each: what Print writes, and the rare remarks of elements. They go to
// stderr and to everyone who listens (ChatterSocket). Any thread may call; lines never mix.
//
// The data path does not chatter, except for elements whose work it is to print, and for first-time
// remarks ("q :: Queue: overflow").

void chatter(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void chatter_va(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

// On a named channel: for those who listen to it, and nobody else. NULL, "" and "default" are the
// channel of all other messages.
void chatter_on(const char *channel, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// A listener gets each line without its end, before it goes to stderr, under the chatter lock.
struct chatter_listener {
	void (*line)(struct chatter_listener *listener, const char *line);
	const char *channel; // borrowed; as for chatter_on()
	bool echo; // what is said on a named channel goes to stderr as well
	struct chatter_listener *next;
};

void chatter_listen(struct chatter_listener *listener);
void chatter_unlisten(struct chatter_listener *listener);
