// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/recordsource.h"

#include <errno.h>
#include <string.h>

#include "elements/dump/linktype.h"
#include "src/chatter.h"

const char *const record_source_drops[] = {
	[RECORD_NOT_IP] = "no IP packet",
	[RECORD_HELD_AT_END] = "read but not due at the end",
	NULL,
};

// ---- data path

enum record_result
record_source_need(struct record_source *s, size_t n, const char **error)
{
	int err;
	size_t there;

	if (s->in.buffer == NULL)
		return RECORD_END;
	there = dump_input_fill(&s->in, n, &err);
	if (there >= n)
		return RECORD_FOUND;
	if (err != 0)
		*error = strerror(-err);
	else if (there > 0)
		*error = "the last packet is cut off";
	else if (dump_input_end(&s->in) != 0)
		*error = "cannot be decompressed to its end";
	else
		return RECORD_END;
	return RECORD_BAD;
}

static struct packet *
make_packet(const struct record *r)
{
	struct packet *p =
		dump_source_packet(PACKET_HEADROOM, r->bytes, r->captured, r->timestamp_ns);

	if (p == NULL)
		return NULL;
	packet_set_mac(p, 0);
	packet_set_anno_u8(p, ANNO_PAINT, r->paint);
	packet_set_anno_u32(
		p, ANNO_EXTRA_LENGTH, r->length > r->captured ? r->length - r->captured : 0);
	return p;
}

static enum dump_reading
take_record(struct record_source *s, const struct record *r)
{
	enum dump_reading reading = dump_window_check(&s->window, &s->source, r->timestamp_ns);
	struct packet *p;

	if (reading != DUMP_READ_PACKET)
		return reading;
	if (!dump_source_samples(&s->source))
		return DUMP_READ_SKIPPED;
	p = make_packet(r);
	if (p == NULL)
		return DUMP_READ_LATER;
	if (s->force_ip && !link_type_mark_ip(&p, r->link_type)) {
		element_push_checked(&s->source.element, 1, p, RECORD_NOT_IP);
		return DUMP_READ_SKIPPED;
	}
	s->source.held = p;
	return DUMP_READ_PACKET;
}

static enum dump_reading
record_source_read(struct dump_source *source)
{
	struct record_source *s = (struct record_source *)source;
	enum dump_reading reading = DUMP_READ_SKIPPED;
	struct record r = {0};
	const char *error;

	switch (s->next(s, &r, &error)) {
	case RECORD_FOUND:
		if (r.has_packet)
			reading = take_record(s, &r);
		if (reading != DUMP_READ_LATER)
			dump_input_skip(&s->in, r.size);
		return reading;
	case RECORD_BAD:
		chatter("%s: %s", source->filename.text, error);
		dump_input_close(&s->in);
		break;
	case RECORD_END:
		break;
	}
	dump_window_end(&s->window, source);
	return DUMP_READ_END;
}

// ---- configuration

int
record_source_configure(struct record_source *s, struct errh *errh)
{
	s->in = (struct dump_input)DUMP_INPUT_CLOSED;
	s->source.read = record_source_read;
	s->source.in = &s->in;
	s->source.held_reason = RECORD_HELD_AT_END;
	if (dump_window_configure(&s->window, &s->source, errh) != 0)
		return -EINVAL;
	return dump_source_configure(&s->source, errh);
}

int
record_source_attach(struct element *e, struct errh *errh)
{
	struct record_source *s = (struct record_source *)e;
	const char *name = s->source.filename.text;
	int err = 0;

	dump_source_attach(&s->source);
	if (dump_input_open(&s->in, name, errh) != 0)
		return -EINVAL;
	if (dump_input_fill(&s->in, 1, &err) == 0)
		return errh_error(errh, "%s: %s", name, err != 0 ? strerror(-err) : "empty file");
	err = s->position != 0 ? dump_input_seek(&s->in, s->position) : 0;
	return err == 0 ? 0 : errh_error(errh, "%s: %s", name, strerror(-err));
}

int
record_source_initialize(struct element *e, struct errh *errh)
{
	struct record_source *s = (struct record_source *)e;

	dump_source_initialize(&s->source);
	return dump_window_initialize(&s->window, &s->source, errh);
}

void
record_source_cleanup(struct element *e)
{
	struct record_source *s = (struct record_source *)e;

	dump_source_cleanup(&s->source);
	dump_input_close(&s->in);
}

int
record_source_take_state(struct element *e, struct element *old_element, struct errh *errh)
{
	struct record_source *s = (struct record_source *)e;
	struct record_source *old = (struct record_source *)old_element;

	(void)errh;
	if (old_element->class != e->class ||
		strcmp(s->source.filename.text, old->source.filename.text) != 0)
		return 0;
	dump_input_close(&s->in);
	s->in = old->in;
	s->in.name = s->source.filename.text;
	old->in = (struct dump_input)DUMP_INPUT_CLOSED;
	dump_source_take(&s->source, &old->source);
	dump_window_take(&s->window, &old->window);
	return 0;
}
