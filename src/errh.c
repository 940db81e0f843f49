// SPDX-License-Identifier: BSD-3-Clause
#include "src/errh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "src/chatter.h"
#include "src/mem.h"
#include "src/source.h"
#include "src/strbuf.h"

static void
errh_line_stderr(struct errh *errh, enum errh_level level, const char *line)
{
	(void)errh;
	(void)level;
	chatter("%s", line);
}

static void
errh_line_strbuf(struct errh *errh, enum errh_level level, const char *line)
{
	struct strbuf *sb = errh->arg;

	(void)level;
	strbuf_adds(sb, line);
	strbuf_addc(sb, '\n');
}

static void
errh_line_silent(struct errh *errh, enum errh_level level, const char *line)
{
	(void)errh;
	(void)level;
	(void)line;
}

// ---- the source line of a message

// Bytes of a long line that are shown around the place.
enum { EXCERPT_BEFORE = 60, EXCERPT_AFTER = 60 };

// The line and below it a caret, with the same tabs before it.
static void
errh_excerpt(struct errh *errh, const struct errh_note *note)
{
	struct strbuf text = STRBUF_INIT, below = STRBUF_INIT;
	size_t len, column, i;
	const char *line;

	(void)errh;
	if (!source_line(note->place, &line, &len, &column))
		return;
	i = column > EXCERPT_BEFORE ? column - EXCERPT_BEFORE : 0;
	len = RTE_MIN(len, column + EXCERPT_AFTER);
	for (; i < len; i++) {
		bool is_odd = (unsigned char)line[i] < ' ' || line[i] == 0x7f;

		strbuf_addc(&text, is_odd && line[i] != '\t' ? '?' : line[i]);
		// Further bytes of a UTF-8 character take no column.
		if (i < column && ((unsigned char)line[i] & 0xc0) != 0x80)
			strbuf_addc(&below, line[i] == '\t' ? '\t' : ' ');
	}
	chatter("  | %s", strbuf_text(&text));
	chatter("  | %s^", strbuf_text(&below));
	strbuf_fini(&text);
	strbuf_fini(&below);
}

// ---- kinds of errh

static void
errh_hint_stderr(struct errh *errh, const char *text)
{
	chatter("%*s%s", errh->innermost != NULL ? (int)errh->innermost->indent + 4 : 2, "", text);
}

void
errh_init_stderr(struct errh *errh)
{
	*errh = (struct errh){.line = errh_line_stderr};
}

void
errh_show_hints(struct errh *errh)
{
	errh->hint = errh_hint_stderr;
}

void
errh_show_places(struct errh *errh)
{
	errh_show_hints(errh);
	errh->note = errh_excerpt;
}

void
errh_init_strbuf(struct errh *errh, struct strbuf *into)
{
	*errh = (struct errh){.line = errh_line_strbuf, .arg = into};
}

void
errh_init_silent(struct errh *errh)
{
	*errh = (struct errh){.line = errh_line_silent};
}

void
errh_push(struct errh *errh, struct errh_context *ctx, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	*ctx = (struct errh_context){
		.text = strbuf_steal(&sb),
		.indent = errh->innermost ? errh->innermost->indent + 2 : 0,
		.outer = errh->innermost,
	};
	ctx->place = source_cut(ctx->text);
	errh->innermost = ctx;
}

void
errh_pop(struct errh *errh)
{
	struct errh_context *ctx = errh->innermost;

	errh->innermost = ctx->outer;
	free(ctx->text);
	ctx->text = NULL;
}

static void
errh_put(struct errh *errh, enum errh_level level, unsigned indent, const char *prefix,
	const char *text)
{
	struct strbuf sb = STRBUF_INIT;
	const char *end;

	for (;;) {
		end = strchrnul(text, '\n');
		strbuf_clear(&sb);
		strbuf_addf(&sb, "%*s", (int)indent, "");
		strbuf_adds(&sb, prefix);
		strbuf_add(&sb, text, (size_t)(end - text));
		errh->line(errh, level, strbuf_text(&sb));
		if (*end == '\0' || end[1] == '\0')
			break;
		text = end + 1;
	}
	strbuf_fini(&sb);
}

// Writes the lines of all contexts that have not been written yet, outermost first.
static unsigned
errh_open(struct errh *errh, struct errh_context *ctx, enum errh_level level)
{
	if (ctx == NULL)
		return 0;
	errh_open(errh, ctx->outer, level);
	if (ctx->n_printed++ == 0)
		errh_put(errh, level, ctx->indent, "", ctx->text);
	return ctx->indent + 2;
}

// "CAPACITY: invalid number": the argument, if it is an element that complains.
static struct source_place
note_place(const struct errh_note *note, const struct errh_context *ctx)
{
	size_t len = strcspn(note->text, ": \n");

	if (note->place.source != 0 || ctx == NULL)
		return note->place;
	while (ctx->place.source == 0 && ctx->outer != NULL)
		ctx = ctx->outer;
	return note->text[len] == ':' ? source_argument(ctx->place, note->text, len) : ctx->place;
}

static void
tell_note(struct errh *errh, enum errh_level level, const char *landmark, struct source_place place,
	const char *text)
{
	const struct errh_context *ctx = errh->innermost;
	struct errh_note note = {.level = level,
		.landmark = landmark,
		.context = ctx != NULL ? ctx->text : NULL,
		.text = text,
		.place = place};

	if (errh->note == NULL)
		return;
	note.place = note_place(&note, ctx);
	errh->note(errh, &note);
}

void
errh_report(
	struct errh *errh, enum errh_level level, const char *landmark, const char *fmt, va_list ap)
{
	struct strbuf prefix = STRBUF_INIT, text = STRBUF_INIT;
	char *at = mem_strdup(landmark != NULL ? landmark : "");
	struct source_place place = source_cut(at);
	unsigned indent;

	errh->n_errors += level == ERRH_ERROR;
	errh->n_warnings += level == ERRH_WARNING;
	errh->ignored = level == ERRH_WARNING && errh->no_warnings;
	if (!errh->ignored) {
		indent = errh_open(errh, errh->innermost, level);
		if (*at != '\0')
			strbuf_addf(&prefix, "%s: ", at);
		if (level == ERRH_WARNING)
			strbuf_adds(&prefix, "warning: ");
		strbuf_vaddf(&text, fmt, ap);
		source_cut(text.data);
		errh_put(errh, level, indent, strbuf_text(&prefix), strbuf_text(&text));
		tell_note(errh, level, at, place, strbuf_text(&text));
	}
	strbuf_fini(&prefix);
	strbuf_fini(&text);
	free(at);
}

void
errh_hint(struct errh *errh, const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	if (errh->hint == NULL || errh->ignored)
		return;
	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	errh->hint(errh, strbuf_text(&sb));
	strbuf_fini(&sb);
}

void
errh_suggest(struct errh *errh, const char *near)
{
	if (near != NULL)
		errh_hint(errh, "did you mean '%s'?", near);
}

int
errh_error(struct errh *errh, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	errh_report(errh, ERRH_ERROR, NULL, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

int
errh_error_at(struct errh *errh, const char *landmark, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	errh_report(errh, ERRH_ERROR, landmark, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

void
errh_warning(struct errh *errh, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	errh_report(errh, ERRH_WARNING, NULL, fmt, ap);
	va_end(ap);
}

void
errh_warning_at(struct errh *errh, const char *landmark, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	errh_report(errh, ERRH_WARNING, landmark, fmt, ap);
	va_end(ap);
}

void
errh_message(struct errh *errh, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	errh_report(errh, ERRH_MESSAGE, NULL, fmt, ap);
	va_end(ap);
}
