// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The manual of element classes, made from their tables.

struct element_class;
struct manual_style;
struct strbuf;

// All classes, a line each: name, group, what it does.
void manual_list(struct strbuf *out);
// Ports, arguments, handlers, drop reasons, text and example of one class. -ENOENT: no such class
// (out then says so, with the nearest name).
int manual_element(const char *class_name, struct strbuf *out);
// The same in a style.
void manual_page(
	const struct element_class *class, const struct manual_style *style, struct strbuf *out);
// All classes on one page of Markdown.
void manual_reference(struct strbuf *out);
