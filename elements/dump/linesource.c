// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/linesource.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include "src/chatter.h"
#include "src/strbuf.h"

const char *const line_source_drops[] = {[LINE_HELD_AT_END] = "read but not due at the end", NULL};

static const char *
shown_name(const struct line_source *s)
{
	return strcmp(s->in.name, "-") == 0 ? "<stdin>" : s->in.name;
}

static void
complain(struct line_source *s)
{
	if (s->n_bad++ == 0)
		chatter("%s:%" PRIu64 ": %s", shown_name(s), s->n_lines, s->bad);
}

static enum dump_reading
end(struct line_source *s, int err)
{
	if (err != 0)
		chatter("%s: %s", shown_name(s), strerror(-err));
	else if (s->in.buffer != NULL && dump_input_end(&s->in) != 0)
		chatter("%s: cannot be decompressed to its end", shown_name(s));
	dump_source_end(&s->source);
	return DUMP_READ_END;
}

static enum dump_reading
read_line(struct line_source *s)
{
	size_t len;
	bool cut;
	int err;
	char *line = dump_input_line(&s->in, &len, &cut, &err);

	if (line == NULL)
		return end(s, err);
	s->n_lines++;
	if (!cut && (*line == '#' || line[strspn(line, " \t")] == '\0'))
		return DUMP_READ_SKIPPED;
	summary_build_init(&s->build, IPPROTO_TCP);
	switch (cut ? LINE_BAD : s->parse(s, line)) {
	case LINE_PACKET:
		summary_spread_start(&s->spread, &s->build, s->multipacket);
		return summary_spread_next(&s->spread, &s->build, &s->source, s->checksum);
	case LINE_BAD:
		complain(s);
		break;
	case LINE_NOTHING:
		break;
	}
	return DUMP_READ_SKIPPED;
}

static enum dump_reading
line_source_read(struct dump_source *source)
{
	struct line_source *s = (struct line_source *)source;

	if (s->spread.n_left > 0)
		return summary_spread_next(&s->spread, &s->build, source, s->checksum);
	return read_line(s);
}

// ---- configuration

int
line_source_configure(struct line_source *s, struct errh *errh)
{
	s->in = (struct dump_input)DUMP_INPUT_CLOSED;
	s->source.read = line_source_read;
	s->source.in = &s->in;
	s->source.held_reason = LINE_HELD_AT_END;
	return dump_source_configure(&s->source, errh);
}

int
line_source_attach(struct element *e, struct errh *errh)
{
	struct line_source *s = (struct line_source *)e;

	dump_source_attach(&s->source);
	return dump_input_open(&s->in, s->source.filename.text, errh);
}

int
line_source_initialize(struct element *e, struct errh *errh)
{
	(void)errh;
	dump_source_initialize((struct dump_source *)e);
	return 0;
}

void
line_source_cleanup(struct element *e)
{
	struct line_source *s = (struct line_source *)e;

	dump_source_cleanup(&s->source);
	dump_input_close(&s->in);
}

int
line_source_take_state(struct element *e, struct element *old_element, struct errh *errh)
{
	struct line_source *s = (struct line_source *)e, *old = (struct line_source *)old_element;

	(void)errh;
	if (old_element->class != e->class ||
		strcmp(s->source.filename.text, old->source.filename.text) != 0)
		return 0;
	dump_input_close(&s->in);
	s->in = old->in;
	s->in.name = s->source.filename.text;
	old->in = (struct dump_input)DUMP_INPUT_CLOSED;
	s->build = old->build;
	s->spread = old->spread;
	s->n_lines = old->n_lines;
	s->n_bad = old->n_bad;
	old->spread.n_left = 0;
	dump_source_take(&s->source, &old->source);
	return 0;
}

static int
read_bad_lines(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, ((struct line_source *)call->element)->n_bad);
	return 0;
}

void
line_source_add_handlers(struct element *e)
{
	static const struct handler bad_lines = {
		.read = read_bad_lines, .help = "lines of which nothing could be read"};

	element_add_handler(e, "bad_lines", &bad_lines, 0);
	dump_source_add_handlers(e);
}
