// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The manual of element classes, made from their tables.

struct strbuf;

// All classes, a line each: name, group, what it does.
void manual_list(struct strbuf *out);
// Ports, arguments, handlers, drop reasons, text and example of one class. -ENOENT: no such class
// (out then says so, with the nearest name).
int manual_element(const char *class_name, struct strbuf *out);
