// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_byteorder.h>

#include "elements/analysis/aggregateipflows.h"
#include "src/chatter.h"
#include "src/errh.h"
#include "src/strbuf.h"
#include "src/text.h"

// The value of a handler of SOURCE, "" if it has none.
static void
read_source(const struct aggregateipflows *e, const char *handler, struct strbuf *out)
{
	struct strbuf name = STRBUF_INIT;
	struct handler_target target;
	struct errh silent;

	if (e->source == NULL)
		return;
	errh_init_silent(&silent);
	strbuf_addf(&name, "%s.%s", element_name(e->source), handler);
	if (handler_find(e->source->router, NULL, strbuf_text(&name), HANDLER_READABLE, &target,
		    &silent) == 0)
		handler_call_read(e->source->router, &target, NULL, out, &silent);
	strbuf_fini(&name);
}

static void
add(struct aggregateipflows *e, const struct strbuf *text)
{
	int err = dump_output_begin(&e->trace);

	if (err == 0)
		err = dump_output_add(&e->trace, text->data, text->len);
	if (err == 0)
		return;
	chatter("%s: %s", e->trace.name, strerror(-err));
	dump_output_close(&e->trace);
}

// For XML.
static void
add_escaped(struct strbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '&')
			strbuf_adds(out, "&amp;");
		else if (*text == '<')
			strbuf_adds(out, "&lt;");
		else if (*text == '\'')
			strbuf_adds(out, "&apos;");
		else
			strbuf_addc(out, *text);
	}
}

int
flow_trace_open(struct aggregateipflows *e, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT, file = STRBUF_INIT;

	if (e->traceinfo.text == NULL)
		return 0;
	if (dump_output_open(&e->trace, e->traceinfo.text, errh) != 0)
		return -EINVAL;
	strbuf_adds(&text, "<?xml version='1.0' standalone='yes'?>\n<trace");
	read_source(e, "filename", &file);
	if (file.len > 0) {
		strbuf_adds(&text, " file='");
		add_escaped(&text, strbuf_text(&file));
		strbuf_addc(&text, '\'');
	}
	strbuf_adds(&text, ">\n");
	add(e, &text);
	strbuf_fini(&text);
	strbuf_fini(&file);
	return 0;
}

void
flow_trace_note_filepos(const struct aggregateipflows *e, struct flow *flow)
{
	struct strbuf text = STRBUF_INIT;

	flow->filepos[0] = '\0';
	if (e->trace.buffer == NULL || e->source == NULL)
		return;
	read_source(e, "packet_filepos", &text);
	if (text.len < sizeof(flow->filepos))
		strcpy(flow->filepos, strbuf_text(&text));
	strbuf_fini(&text);
}

static void
add_end(struct strbuf *out, const char *end, uint32_t address, uint16_t port)
{
	strbuf_addf(out, " %s='", end);
	text_ip(out, (struct ip_addr){address});
	strbuf_addf(out, "' %cport='%u'", end[0], rte_be_to_cpu_16(port));
}

void
flow_trace_add(struct aggregateipflows *e, const struct flow_key *key, const struct flow *flow)
{
	struct strbuf text = STRBUF_INIT;
	bool r = flow->reverse;

	if (e->trace.buffer == NULL)
		return;
	strbuf_addf(&text, "<flow aggregate='%u'", flow->aggregate);
	add_end(&text, "src", r ? key->b : key->a, r ? key->b_port : key->a_port);
	add_end(&text, "dst", r ? key->a : key->b, r ? key->a_port : key->b_port);
	strbuf_adds(&text, " begin='");
	text_timestamp(&text, flow->first_ns);
	strbuf_adds(&text, "' duration='");
	text_timestamp(&text, (int64_t)((uint64_t)flow->last_ns - (uint64_t)flow->first_ns));
	strbuf_addc(&text, '\'');
	if (flow->filepos[0] != '\0') {
		strbuf_adds(&text, " filepos='");
		add_escaped(&text, flow->filepos);
		strbuf_addc(&text, '\'');
	}
	strbuf_addf(&text,
		">\n  <stream dir='0' packets='%" PRIu64 "' /><stream dir='1' packets='%" PRIu64
		"' />\n</flow>\n",
		flow->n_packets[0], flow->n_packets[1]);
	add(e, &text);
	strbuf_fini(&text);
}

void
flow_trace_close(struct aggregateipflows *e)
{
	static const char end[] = "</trace>\n";
	struct strbuf text = STRBUF_INIT;

	if (e->trace.buffer == NULL)
		return;
	if (strcmp(e->trace.name, "-") != 0) {
		strbuf_adds(&text, end);
		add(e, &text);
		strbuf_fini(&text);
	}
	dump_output_close(&e->trace);
}
