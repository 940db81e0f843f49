// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// How a manual page is written: for a terminal, as Markdown, as troff for man(1).

struct strbuf;

struct manual_style {
	// "NAME - BRIEF"
	void (*title)(struct strbuf *out, const char *name, const char *brief);
	void (*heading)(struct strbuf *out, const char *text);
	void (*text)(struct strbuf *out, const char *text); // paragraphs, apart by empty lines
	void (*code)(struct strbuf *out, const char *text);
	// One of a list: "LENGTH", "unsigned, must be given", "bytes to remove". details and help
	// may be empty.
	void (*item)(struct strbuf *out, const char *name, const char *details, const char *help);
	void (*handler)(struct strbuf *out, const char *name, const char *flags, const char *help);
	void (*word)(struct strbuf *out, const char *text); // one of a plain list
};

extern const struct manual_style manual_plain, manual_markdown, manual_troff;
