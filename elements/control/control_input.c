// SPDX-License-Identifier: BSD-3-Clause
#include "elements/control/controlsocket.h"

#include <stdlib.h>
#include <string.h>

#include "src/mem.h"

enum { KEEP_SIZE = 64 << 10 }; // an empty buffer larger than this gives its memory back

void
control_buffer_compact(struct strbuf *sb, size_t *at)
{
	size_t left = sb->len - *at;

	if (left == 0 && sb->size > KEEP_SIZE) {
		strbuf_fini(sb);
	} else if (left == 0) {
		strbuf_clear(sb);
	} else if (*at > left) {
		memmove(sb->data, sb->data + *at, left);
		strbuf_truncate(sb, left);
	} else {
		return;
	}
	*at = 0;
}

size_t
control_client_n_input(const struct control_client *c)
{
	return c->in.len - c->in_at;
}

static const char *
input(const struct control_client *c)
{
	return strbuf_text(&c->in) + c->in_at;
}

static void
take_input(struct control_client *c, size_t n)
{
	c->in_at += n;
	c->n_scanned = 0;
	control_buffer_compact(&c->in, &c->in_at);
}

// Cuts the next line off. False: there is no whole one yet.
static bool
take_line(struct control_client *c)
{
	const char *text = input(c);
	size_t len = control_client_n_input(c), at = c->n_scanned;

	if (c->skip_lf && len > 0) {
		c->skip_lf = false;
		if (*text == '\n') {
			take_input(c, 1);
			return take_line(c);
		}
	}
	while (at < len && text[at] != '\n' && text[at] != '\r')
		at++;
	c->n_scanned = at;
	if (at == len && (!c->at_end || len == 0)) {
		if (len > CONTROL_DATA_MAX) {
			control_command_bad(&c->command, 500, "Line too long");
			c->command.close = true;
			return true;
		}
		return false;
	}
	control_command_parse(&c->command, text, at);
	c->skip_lf = at < len && text[at] == '\r';
	take_input(c, at < len ? at + 1 : at);
	return true;
}

static void
too_large(struct control_client *c)
{
	struct control_command *command = &c->command;
	char *name = mem_strdup(strbuf_text(&command->name));

	control_command_bad(command, 521, "Data too large for %s handler '%s'",
		command->verb == CONTROL_READ ? "read" : "write", name);
	free(name);
}

static bool
not_enough(struct control_client *c)
{
	if (!c->at_end)
		return false;
	control_command_bad(&c->command, 500, "Not enough data");
	take_input(c, control_client_n_input(c));
	return true;
}

static bool
take_bytes(struct control_client *c)
{
	struct control_command *command = &c->command;

	if (command->n_bytes > CONTROL_DATA_MAX) {
		c->n_discard = command->n_bytes;
		too_large(c);
		return true;
	}
	if (control_client_n_input(c) < command->n_bytes)
		return not_enough(c);
	strbuf_add(&command->data, input(c), command->n_bytes);
	command->data_kind = CONTROL_NO_DATA;
	take_input(c, command->n_bytes);
	return true;
}

static bool
is_terminator(const struct strbuf *terminator, const char *line, size_t len)
{
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	return len == terminator->len && memcmp(line, strbuf_text(terminator), len) == 0;
}

// Takes whole lines over until the terminator is there.
static bool
take_lines(struct control_client *c)
{
	struct control_command *command = &c->command;
	size_t at, len, end;
	const char *text;
	bool is_last;

	for (;;) {
		text = input(c);
		len = control_client_n_input(c);
		for (at = c->n_scanned; at < len && text[at] != '\n' && text[at] != '\r';)
			at++;
		c->n_scanned = at;
		if (at == len)
			break;
		is_last = at + 1 == len;
		end = at + 1 + (!is_last && text[at] == '\r' && text[at + 1] == '\n');
		if (is_terminator(&command->terminator, text, at)) {
			command->data_kind = CONTROL_NO_DATA;
			c->skip_lf = is_last && text[at] == '\r';
			take_input(c, end);
			return true;
		}
		// The LF behind a CR that is the last byte may still come.
		if (is_last && text[at] == '\r' && !c->at_end)
			break;
		strbuf_add(&command->data, text, end);
		take_input(c, end);
		if (command->data.len > CONTROL_DATA_MAX)
			break;
	}
	if (command->data.len + control_client_n_input(c) > CONTROL_DATA_MAX) {
		too_large(c);
		command->close = true;
		return true;
	}
	if (c->at_end && is_terminator(&command->terminator, input(c), control_client_n_input(c)) &&
		control_client_n_input(c) > 0) {
		command->data_kind = CONTROL_NO_DATA;
		take_input(c, control_client_n_input(c));
		return true;
	}
	return not_enough(c);
}

// The LF of the CRLF that ended the command's line is not part of its data.
static bool
skip_lf(struct control_client *c)
{
	if (!c->skip_lf)
		return true;
	if (control_client_n_input(c) == 0)
		return c->at_end;
	c->skip_lf = false;
	if (*input(c) == '\n')
		take_input(c, 1);
	return true;
}

static bool
take_data(struct control_client *c)
{
	switch (c->command.data_kind) {
	case CONTROL_BYTES:
		if (c->command.n_bytes > 0 && !skip_lf(c))
			return false;
		return take_bytes(c);
	case CONTROL_UNTIL:
		return skip_lf(c) && take_lines(c);
	default:
		return true;
	}
}

static bool
discard(struct control_client *c)
{
	size_t n;

	if (c->n_discard == 0)
		return true;
	if (!skip_lf(c))
		return false;
	n = RTE_MIN((uint64_t)control_client_n_input(c), c->n_discard);
	c->n_discard = c->at_end ? 0 : c->n_discard - n;
	take_input(c, n);
	return c->n_discard == 0;
}

bool
control_client_prepare(struct control_client *c)
{
	if (c->closing || !discard(c))
		return false;
	while (c->command.verb == CONTROL_NONE) {
		if (!take_line(c))
			return false;
	}
	return take_data(c);
}
