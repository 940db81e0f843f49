// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/controlsocket.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/mem.h"
#include "src/router.h"
#include "src/text.h"

// ---- lines

static void
add_line(struct strbuf *out, int code, bool last, const char *text, size_t len)
{
	strbuf_addf(out, "%d%c", code, last ? ' ' : '-');
	for (size_t i = 0; i < len; i++) {
		uint8_t c = (uint8_t)text[i];

		if (c < 32 || c >= 127)
			strbuf_addf(out, "\\%03o", c);
		else
			strbuf_addc(out, (char)c);
	}
	strbuf_adds(out, "\r\n");
}

void
control_reply(struct strbuf *out, int code, const char *text)
{
	const char *end;

	for (;; text = end + 1) {
		end = strchrnul(text, '\n');
		add_line(out, code, *end == '\0', text, (size_t)(end - text));
		if (*end == '\0')
			return;
	}
}

static void __attribute__((format(printf, 3, 4)))
reply(struct control_client *c, int code, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	control_reply(&c->out, code, strbuf_text(&text));
	strbuf_fini(&text);
}

// ---- what handlers report

struct report {
	struct errh errh;
	struct strbuf lines; // each behind a '\n'
	int code; // that the handler asked for; 0: none
};

// A handler may put `{cserr:CODE}` in front of a message.
static void
report_line(struct errh *errh, enum errh_level level, const char *line)
{
	struct report *r = errh->arg;
	const char *text = line + strspn(line, " ");
	char *end;
	long code;

	(void)level;
	if (strncmp(text, "{cserr:", 7) == 0) {
		code = strtol(text + 7, &end, 10);
		if (*end == '}' && code >= 100 && code <= 999) {
			r->code = (int)code;
			line = end + 1;
		}
	}
	strbuf_addc(&r->lines, '\n');
	strbuf_adds(&r->lines, line);
}

static void
report_init(struct report *r)
{
	*r = (struct report){.errh = {.line = report_line}, .lines = STRBUF_INIT};
	r->errh.arg = r;
}

// "TEXT", or "TEXT:" with the messages below it.
static void
reply_report(struct control_client *c, int code, const char *text, const struct report *r)
{
	reply(c, code, "%s%s%s", text, r->lines.len > 0 ? ":" : "", strbuf_text(&r->lines));
}

// ---- finding handlers

// The element that a client means by a name or, counted from 1, a number.
static struct element *
find_element(const struct router *r, const char *name)
{
	struct element *e = router_find(r, name);
	uint64_t n;

	if (e == NULL && text_read_uint64(name, &n) == 0 && n >= 1)
		e = router_element(r, (size_t)n - 1);
	return e;
}

static bool
find_in(struct router *r, const char *element, const char *handler, struct handler_target *target)
{
	char *name = mem_printf("%s.%s", element, handler);
	struct errh silent;
	int err;

	errh_init_silent(&silent);
	err = handler_find(r, NULL, name, HANDLER_ANY, target, &silent);
	free(name);
	return err == 0;
}

static bool
find_proxied(struct control_client *c, const char *name, struct handler_target *target)
{
	struct controlsocket *e = c->socket;
	const char *dot = strchr(name, '.');
	bool is_global = dot == NULL || strncmp(name, "0.", 2) == 0;
	char *proxied = is_global ? mem_printf(".%s", dot ? dot + 1 : name) : mem_strdup(name);
	bool found = find_in(e->element.router, element_name(e->proxy), proxied, target);

	free(proxied);
	if (!found)
		reply(c, 511, "No proxied handler named '%s'", name);
	return found;
}

// False: replied.
static bool
find_handler(struct control_client *c, const char *name, struct handler_target *target)
{
	struct router *r = c->socket->element.router;
	const char *dot = strchr(name, '.'), *handler = dot ? dot + 1 : name;
	char *element = mem_strndup(name, dot ? (size_t)(dot - name) : 0);
	bool is_global = *element == '\0' || strcmp(element, "0") == 0;
	struct element *e = is_global ? NULL : find_element(r, element);
	bool found = false;

	if (c->socket->proxy != NULL) {
		found = find_proxied(c, name, target);
	} else if (!is_global && e == NULL) {
		reply(c, 510, "No element named '%s'", element);
	} else {
		found = find_in(r, e ? element_name(e) : "", handler, target) &&
			!(target->row->flags & HANDLER_PRIVATE);
		if (!found)
			reply(c, 511, "No handler named '%s'", name);
	}
	free(element);
	return found;
}

// ---- commands

static bool
has_nul(const struct strbuf *data)
{
	return data->len > 0 && memchr(data->data, '\0', data->len) != NULL;
}

static void
execute_read(struct control_client *c)
{
	const char *name = strbuf_text(&c->command.name);
	struct strbuf value = STRBUF_INIT;
	struct handler_target target;
	struct report report;
	int err;

	if (!find_handler(c, name, &target))
		return;
	if (target.row->read == NULL) {
		reply(c, 530, "Handler '%s' write-only", name);
		return;
	}
	report_init(&report);
	if (has_nul(&c->command.data))
		err = errh_error(&report.errh, "parameter has a NUL byte");
	else
		err = handler_call_read(c->socket->element.router, &target,
			strbuf_text(&c->command.data), &value, &report.errh);
	if (err >= 0) {
		reply(c, 200, "Read handler '%s' OK", name);
		strbuf_addf(&c->out, "DATA %zu\r\n", value.len);
		strbuf_add(&c->out, strbuf_text(&value), value.len);
	} else {
		char *text = mem_printf("Read handler '%s' error", name);

		reply_report(c, report.code ? report.code : 590, text, &report);
		free(text);
	}
	strbuf_fini(&value);
	strbuf_fini(&report.lines);
}

static void
reply_write(struct control_client *c, const char *name, int err, const struct report *report)
{
	bool failed = err < 0 || report->errh.n_errors > 0;
	bool warned = !failed && report->errh.n_warnings > 0;
	char *text = mem_printf("Write handler '%s' %s", name,
		failed   ? "error"
		: warned ? "OK with warnings"
			 : "OK");

	if (failed)
		reply_report(c, report->code ? report->code : 520, text, report);
	else
		reply_report(c, warned ? 220 : 200, text, report);
	free(text);
}

static void
execute_write(struct control_client *c)
{
	const char *name = strbuf_text(&c->command.name);
	struct handler_target target;
	struct report report;
	int err;

	if (!find_handler(c, name, &target))
		return;
	if (target.row->write == NULL) {
		reply(c, 530, "Handler '%s' read-only", name);
		return;
	}
	if (c->socket->read_only) {
		reply(c, 530, "Permission denied for '%s'", name);
		return;
	}
	report_init(&report);
	if (has_nul(&c->command.data))
		err = errh_error(&report.errh, "value has a NUL byte");
	else // this may replace the router, and with it our element
		err = handler_call_write(c->socket->element.router, &target,
			strbuf_text(&c->command.data), &report.errh);
	reply_write(c, name, err, &report);
	strbuf_fini(&report.lines);
}

static void
execute_check(struct control_client *c)
{
	const char *name = strbuf_text(&c->command.name);
	bool is_write = c->command.verb == CONTROL_CHECKWRITE;
	struct handler_target target;

	if (!find_handler(c, name, &target))
		return;
	if (is_write ? target.row->write != NULL : target.row->read != NULL) {
		if (is_write && c->socket->read_only)
			reply(c, 530, "Permission denied for '%s'", name);
		else
			reply(c, 200, "%s handler '%s' OK", is_write ? "Write" : "Read", name);
	} else if (c->socket->proxy != NULL) {
		reply(c, 511, "No %s handler named '%s'", is_write ? "write" : "read", name);
	} else {
		reply(c, 511, "Handler '%s' not %s", name, is_write ? "writable" : "readable");
	}
}

// No element has such calls; all that is left are the checks in front of them.
static void
execute_llrpc(struct control_client *c)
{
	const char *name = strbuf_text(&c->command.name);
	char *element = mem_strndup(name, strcspn(name, "#"));

	if (c->socket->read_only)
		reply(c, 530, "Permission denied for '%s'", name);
	else if (find_element(c->socket->element.router, element) == NULL)
		reply(c, 510, "No element named '%s'", element);
	else
		reply(c, 501, "Cannot call LLRPC '%s' remotely", name);
	free(element);
}

static const char help[] =
	"Commands supported:\n"
	"READ handler [params]       read a handler\n"
	"READDATA handler n          same, params are the n bytes behind the line\n"
	"READUNTIL handler [term]    same, params are the lines up to term\n"
	"WRITE handler [value]       write a handler\n"
	"WRITEDATA handler n         same, value is the n bytes behind the line\n"
	"WRITEUNTIL handler [term]   same, value is the lines up to term\n"
	"CHECKREAD handler           can the handler be read?\n"
	"CHECKWRITE handler          can the handler be written?\n"
	"LLRPC element#number [n]    element call with n bytes behind the line\n"
	"QUIT                        close the connection";

void
control_execute(struct control_client *c)
{
	switch (c->command.verb) {
	case CONTROL_NONE:
		break;
	case CONTROL_READ:
		execute_read(c);
		break;
	case CONTROL_WRITE:
		execute_write(c);
		break;
	case CONTROL_CHECKREAD:
	case CONTROL_CHECKWRITE:
		execute_check(c);
		break;
	case CONTROL_LLRPC:
		execute_llrpc(c);
		break;
	case CONTROL_HELP:
		control_reply(&c->out, 200, help);
		break;
	case CONTROL_QUIT:
		if (c->command.has_extra_words)
			control_reply(&c->out, 500, "Bad command syntax");
		control_reply(&c->out, 200, "Goodbye!");
		c->closing = true;
		break;
	case CONTROL_BAD:
		control_reply(&c->out, c->command.code, strbuf_text(&c->command.text));
		c->closing |= c->command.close;
		break;
	}
}
