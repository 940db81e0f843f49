// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdarg.h>
#include <stdbool.h>

#include "src/source.h"

// Where messages of the control side go: configuration errors, handler errors, warnings.
//
// A message is one or more lines. Each line is written as "LANDMARK: TEXT" (landmark "file:line",
// left out when NULL or empty). Inside a context the context's own line is written once, before
// the first message, and every line below it is indented by two spaces per context. A context
// under which nothing is reported leaves no trace.
//
// An error is reported once, where it is known. errh_error() returns -EINVAL, so that callers
// write `return errh_error(...)`. Never used on the data path.

enum errh_level {
	ERRH_MESSAGE,
	ERRH_WARNING, // text gets the prefix "warning: "
	ERRH_ERROR,
};

struct errh_context {
	char *text; // owned by the errh between push and pop
	struct source_place place; // that its landmark stands for
	unsigned indent; // extra columns of this context's own line
	unsigned n_printed; // lines written under it, its own included
	struct errh_context *outer;
};

// A message as a whole, for those who do more with it than write its lines.
struct errh_note {
	enum errh_level level;
	const char *landmark; // borrowed; "FILE:LINE", "" if it has none
	const char *context; // borrowed; text of the innermost context, NULL outside of any
	const char *text; // borrowed; may have several lines
	struct source_place place; // its own, or its context's; of the argument it names
};

struct errh {
	// Takes one finished line without its end. Required.
	void (*line)(struct errh *errh, enum errh_level level, const char *line);
	// Optional: takes each message behind its lines.
	void (*note)(struct errh *errh, const struct errh_note *note);
	// Optional: takes what errh_hint() says of the message before. NULL: hints are not wanted.
	void (*hint)(struct errh *errh, const char *text);
	void *arg; // of these, borrowed
	unsigned n_errors;
	unsigned n_warnings;
	bool no_warnings; // drop warnings (they are still counted)
	bool ignored; // the last message was dropped, and so are its hints
	struct errh_context *innermost;
};

// Writes to stderr. Counts start at 0.
void errh_init_stderr(struct errh *errh);
// From now on hints are written as well.
void errh_show_hints(struct errh *errh);
// From now on hints and the source line of each message is shown, with a caret under the column.
void errh_show_places(struct errh *errh);
// Collects into a strbuf, a '\n' after each line (arg is the struct strbuf *).
struct strbuf;
void errh_init_strbuf(struct errh *errh, struct strbuf *into);
// Writes nothing, only counts.
void errh_init_silent(struct errh *errh);

// Opens a context: everything until errh_pop() stands below the line fmt. ctx lives on the
// caller's stack.
void errh_push(struct errh *errh, struct errh_context *ctx, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void errh_pop(struct errh *errh);

// Return -EINVAL.
int errh_error(struct errh *errh, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int errh_error_at(struct errh *errh, const char *landmark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void errh_warning(struct errh *errh, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void errh_warning_at(struct errh *errh, const char *landmark, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void errh_message(struct errh *errh, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
// A remark that helps with the message just reported ("did you mean 'Queue'?").
void errh_hint(struct errh *errh, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
// The hint "did you mean 'NEAR'?"; near NULL: nothing.
void errh_suggest(struct errh *errh, const char *near);
void errh_report(struct errh *errh, enum errh_level level, const char *landmark, const char *fmt,
	va_list ap) __attribute__((format(printf, 4, 0)));
