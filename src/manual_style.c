// SPDX-License-Identifier: BSD-3-Clause
#include "src/manual_style.h"

#include <stdbool.h>
#include <string.h>

#include "src/strbuf.h"

// ---- for a terminal

static void
plain_title(struct strbuf *out, const char *name, const char *brief)
{
	strbuf_addf(out, "%s - %s\n", name, brief);
}

static void
plain_heading(struct strbuf *out, const char *text)
{
	strbuf_addf(out, "\n%s\n", text);
}

static void
plain_text(struct strbuf *out, const char *text)
{
	strbuf_addf(out, "\n%s\n", text);
}

static void
plain_code(struct strbuf *out, const char *text)
{
	strbuf_addf(out, "  %s\n", text);
}

static void
plain_item(struct strbuf *out, const char *name, const char *details, const char *help)
{
	strbuf_addf(out, "  %s: %s\n      %s\n", name, details, help);
}

static void
plain_handler(struct strbuf *out, const char *name, const char *flags, const char *help)
{
	strbuf_addf(out, "  %s (%s)\n      %s\n", name, flags, help);
}

static void
plain_word(struct strbuf *out, const char *text)
{
	strbuf_addf(out, "  %s\n", text);
}

const struct manual_style manual_plain = {
	.title = plain_title,
	.heading = plain_heading,
	.text = plain_text,
	.code = plain_code,
	.item = plain_item,
	.handler = plain_handler,
	.word = plain_word,
};

// ---- Markdown

// Texts have code between backquotes already.
static void
add_markdown(struct strbuf *out, const char *text)
{
	bool code = false;

	for (; *text != '\0'; text++) {
		code ^= *text == '`';
		if (!code && strchr("*_<\\", *text) != NULL)
			strbuf_addc(out, '\\');
		strbuf_addc(out, *text);
	}
}

static void
markdown_title(struct strbuf *out, const char *name, const char *brief)
{
	strbuf_addf(out, "\n## %s\n\n", name);
	add_markdown(out, brief);
	strbuf_addc(out, '\n');
}

static void
markdown_heading(struct strbuf *out, const char *text)
{
	strbuf_addf(out, "\n%s:\n\n", text);
}

static void
markdown_text(struct strbuf *out, const char *text)
{
	strbuf_addc(out, '\n');
	add_markdown(out, text);
	strbuf_addc(out, '\n');
}

static void
markdown_code(struct strbuf *out, const char *text)
{
	strbuf_addf(out, "\n```\n%s\n```\n", text);
}

static void
markdown_item(struct strbuf *out, const char *name, const char *details, const char *help)
{
	strbuf_addf(out, "- `%s`: ", name);
	add_markdown(out, details);
	if (*help != '\0') {
		strbuf_adds(out, ". ");
		add_markdown(out, help);
	}
	strbuf_addc(out, '\n');
}

static void
markdown_handler(struct strbuf *out, const char *name, const char *flags, const char *help)
{
	strbuf_addf(out, "- `%s` (%s)%s", name, flags, *help != '\0' ? ": " : "");
	add_markdown(out, help);
	strbuf_addc(out, '\n');
}

static void
markdown_word(struct strbuf *out, const char *text)
{
	strbuf_adds(out, "- ");
	add_markdown(out, text);
	strbuf_addc(out, '\n');
}

const struct manual_style manual_markdown = {
	.title = markdown_title,
	.heading = markdown_heading,
	.text = markdown_text,
	.code = markdown_code,
	.item = markdown_item,
	.handler = markdown_handler,
	.word = markdown_word,
};

// ---- troff

// Lines must not begin with a request, and hyphens stay as they are typed.
static void
add_troff(struct strbuf *out, const char *text)
{
	bool begins = true;

	for (; *text != '\0'; text++) {
		if (begins && (*text == '.' || *text == '\''))
			strbuf_adds(out, "\\&");
		begins = *text == '\n';
		if (*text == '\\')
			strbuf_adds(out, "\\e");
		else if (*text == '-')
			strbuf_adds(out, "\\-");
		else if (*text == '\n' && text[1] == '\n')
			strbuf_adds(out, "\n.PP");
		else
			strbuf_addc(out, *text);
	}
}

static void
troff_title(struct strbuf *out, const char *name, const char *brief)
{
	strbuf_addf(out, ".TH %s 7clickd \"\" \"clickd " CLICKD_VERSION "\" \"Click elements\"\n",
		name);
	strbuf_addf(out, ".SH NAME\n%s \\- ", name);
	add_troff(out, brief);
	strbuf_adds(out, "\n.SH SYNOPSIS\n");
}

static void
troff_heading(struct strbuf *out, const char *text)
{
	strbuf_addf(out, ".SH %s\n", text);
}

static void
troff_text(struct strbuf *out, const char *text)
{
	strbuf_adds(out, ".PP\n");
	add_troff(out, text);
	strbuf_addc(out, '\n');
}

static void
troff_code(struct strbuf *out, const char *text)
{
	strbuf_adds(out, ".PP\n.nf\n");
	add_troff(out, text);
	strbuf_adds(out, "\n.fi\n");
}

static void
troff_item(struct strbuf *out, const char *name, const char *details, const char *help)
{
	strbuf_addf(out, ".TP\n.B %s\n", name);
	add_troff(out, help);
	strbuf_adds(out, *help != '\0' ? " (" : "(");
	add_troff(out, details);
	strbuf_adds(out, ").\n");
}

static void
troff_handler(struct strbuf *out, const char *name, const char *flags, const char *help)
{
	troff_item(out, name, flags, help);
}

static void
troff_word(struct strbuf *out, const char *text)
{
	strbuf_adds(out, ".IP \\(bu 2\n");
	add_troff(out, text);
	strbuf_addc(out, '\n');
}

const struct manual_style manual_troff = {
	.title = troff_title,
	.heading = troff_heading,
	.text = troff_text,
	.code = troff_code,
	.item = troff_item,
	.handler = troff_handler,
	.word = troff_word,
};
