// SPDX-License-Identifier: BSD-3-Clause
#include "src/errh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/chatter.h"
#include "src/mem.h"
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

void
errh_init_stderr(struct errh *errh)
{
	*errh = (struct errh){.line = errh_line_stderr};
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

void
errh_report(
	struct errh *errh, enum errh_level level, const char *landmark, const char *fmt, va_list ap)
{
	struct strbuf prefix = STRBUF_INIT, text = STRBUF_INIT;
	unsigned indent;

	errh->n_errors += level == ERRH_ERROR;
	errh->n_warnings += level == ERRH_WARNING;
	if (level == ERRH_WARNING && errh->no_warnings)
		return;
	indent = errh_open(errh, errh->innermost, level);
	if (landmark != NULL && *landmark != '\0')
		strbuf_addf(&prefix, "%s: ", landmark);
	if (level == ERRH_WARNING)
		strbuf_adds(&prefix, "warning: ");
	strbuf_vaddf(&text, fmt, ap);
	errh_put(errh, level, indent, strbuf_text(&prefix), strbuf_text(&text));
	strbuf_fini(&prefix);
	strbuf_fini(&text);
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
