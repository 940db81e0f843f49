// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/summaryreader.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>

#include "elements/dump/summaryform.h"
#include "elements/dump/summaryview.h"
#include "src/args.h"
#include "src/chatter.h"
#include "src/confstr.h"
#include "src/errh.h"
#include "src/mem.h"
#include "src/strvec.h"

enum { LENGTH_SIZE = 4, MINOR_MAX = 3, REPORTS_MAX = 50 };
#define RECORD_TEXT UINT32_C(0x80000000)

// ---- messages

static const char *
shown_name(const struct summary_reader *r)
{
	return strcmp(r->in.name, "-") == 0 ? "<stdin>" : r->in.name;
}

// errh NULL: a message of the run-time, an error unless it is a warning. A file can deserve any
// number of them.
static void
report(struct summary_reader *r, struct errh *errh, bool warning, const char *text)
{
	char *landmark;

	if (r->in.name == NULL) {
		errh_warning(errh, "%s", text);
		return;
	}
	if (errh == NULL && r->n_reports++ >= REPORTS_MAX)
		return;
	landmark = mem_printf(
		r->binary ? "%s:record %" PRIu64 : "%s:%" PRIu64, shown_name(r), r->n_read);
	if (errh != NULL)
		errh_warning_at(errh, landmark, "%s", text);
	else
		chatter("%s: %s%s", landmark, warning ? "warning: " : "", text);
	free(landmark);
}

// ---- lines about other things than packets

static void
warn_field(struct summary_reader *r, struct errh *errh, bool known, const char *name)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, known ? "content type '" : "unknown content type '");
	confstr_quote_inside(name, strlen(name), &text);
	strbuf_adds(&text, known ? "' ignored on input" : "'");
	report(r, errh, true, strbuf_text(&text));
	strbuf_fini(&text);
}

static void
add_field(struct summary_reader *r, const char *name, struct errh *errh)
{
	const struct summary_field *f = summary_field_find(name);

	if (r->fields.n == SUMMARY_FIELDS_MAX)
		return;
	if (f == NULL)
		warn_field(r, errh, false, name);
	else if (f->inject == NULL)
		warn_field(r, errh, true, name);
	summary_fields_add(&r->fields, f);
}

// By subject, and within it as the table has them.
static void
sort_fields(struct summary_reader *r)
{
	size_t n = r->fields.n;

	r->order = mem_realloc(r->order, (n + 1) * sizeof(*r->order));
	r->values = mem_realloc(r->values, (n + 1) * sizeof(*r->values));
	r->given = mem_realloc(r->given, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct summary_field *f = r->fields.v[i];
		size_t at = i;

		for (; at > 0 && f != NULL; at--) {
			const struct summary_field *before = r->fields.v[r->order[at - 1]];

			if (before != NULL && (before->layer < f->layer ||
						      (before->layer == f->layer &&
							      (uintptr_t)before <= (uintptr_t)f)))
				break;
			r->order[at] = r->order[at - 1];
		}
		r->order[at] = (uint16_t)i;
	}
}

void
summary_reader_set_fields(struct summary_reader *r, const char *list, struct errh *errh)
{
	struct strvec words = {0};

	summary_fields_fini(&r->fields);
	confstr_split_words(list, &words);
	for (size_t i = 0; i < words.n; i++) {
		struct strbuf name = STRBUF_INIT;

		confstr_unquote(words.v[i], &name);
		add_field(r, strbuf_text(&name), errh);
		strbuf_fini(&name);
	}
	sort_fields(r);
	strvec_fini(&words);
}

static bool
read_proto(const char *text, uint8_t *proto)
{
	static const struct {
		const char *letter;
		uint8_t proto;
	} letters[] = {{"T", 6}, {"U", 17}, {"I", 1}};
	struct ip_proto named;
	struct errh errh;

	for (unsigned i = 0; i < RTE_DIM(letters); i++) {
		if (strcmp(text, letters[i].letter) == 0) {
			*proto = letters[i].proto;
			return true;
		}
	}
	errh_init_silent(&errh);
	if (args_parse_value(&arg_ip_proto, text, &named, NULL, NULL, &errh) != 0)
		return false;
	*proto = named.number;
	return true;
}

// "-" is 0.
static bool
read_address(const char *text, uint32_t *a)
{
	struct ip_addr ip = {0};

	if (strcmp(text, "-") != 0 && text_read_ip(text, &ip) != 0)
		return false;
	*a = rte_be_to_cpu_32(ip.be);
	return true;
}

static bool
read_port(const char *text, uint16_t *port)
{
	uint64_t n = 0;

	if (strcmp(text, "-") != 0 && !summary_read_number(text, UINT16_MAX, &n))
		return false;
	*port = (uint16_t)n;
	return true;
}

bool
summary_reader_set_flow(struct summary_reader *r, const char *text)
{
	struct summary_flow flow;
	struct strvec words = {0};
	uint8_t proto = r->proto;
	bool good;

	confstr_split_words(text, &words);
	good = words.n >= 4 && words.n <= 5 && read_address(words.v[0], &flow.src) &&
	       read_port(words.v[1], &flow.sport) && read_address(words.v[2], &flow.dst) &&
	       read_port(words.v[3], &flow.dport) &&
	       (words.n == 4 || read_proto(words.v[4], &proto));
	strvec_fini(&words);
	if (good) {
		r->flow = flow;
		r->proto = proto;
	}
	return good;
}

static bool
set_aggregate(struct summary_reader *r, const char *text)
{
	uint64_t n;

	if (!summary_read_number(text, UINT32_MAX, &n))
		return false;
	r->aggregate = (uint32_t)n;
	return true;
}

// The banner.
static void
read_version(struct summary_reader *r, const char *rest, struct errh *errh)
{
	struct strbuf text = STRBUF_INIT;
	unsigned major, minor;

	if (sscanf(rest, "%3u.%3u", &major, &minor) != 2)
		return;
	r->octet_offsets = major == 1 && minor == 0;
	if (major == 1 && minor <= MINOR_MAX)
		return;
	strbuf_addf(&text, "unexpected IPSummaryDump version %u.%u", major, minor);
	report(r, errh, true, strbuf_text(&text));
	strbuf_fini(&text);
}

static void
begin_records(struct summary_reader *r)
{
	if (!r->binary)
		r->n_read = 0;
	r->binary = true;
}

// A line that begins with `!` or `#`.
static void
read_meta(struct summary_reader *r, const char *line, struct errh *errh)
{
	const char *rest;
	char *word = confstr_first_word(line, &rest), *value = confstr_uncomment(rest);
	const char *error = NULL;

	if (strcmp(word, "!data") == 0 || strcmp(word, "!contents") == 0)
		summary_reader_set_fields(r, value, errh);
	else if (strcmp(word, "!binary") == 0)
		begin_records(r);
	else if (strcmp(word, "!IPSummaryDump") == 0)
		read_version(r, value, errh);
	else if (strcmp(word, "!flowid") == 0 && !summary_reader_set_flow(r, value))
		error = "bad !flowid specification";
	else if (strcmp(word, "!proto") == 0 && !read_proto(value, &r->proto))
		error = "bad !proto specification";
	else if (strcmp(word, "!aggregate") == 0 && !set_aggregate(r, value))
		error = "bad !aggregate specification";
	if (error != NULL)
		report(r, errh, false, error);
	free(word);
	free(value);
}

// ---- packets

// Where a word ends; blanks inside quotes belong to it.
static char *
word_end(char *at)
{
	while (*at != '\0' && *at != ' ' && *at != '\t') {
		if (*at == '"')
			at += confstr_skip(at) - at;
		else
			at++;
	}
	return at;
}

// A value that is said to be missing is one.
static bool
parse_values(struct summary_reader *r, char *line)
{
	bool any = false, last = false, missing;

	for (size_t i = 0; i < r->fields.n; i++) {
		const struct summary_field *f = r->fields.v[i];
		struct summary_value *v = &r->values[i];
		char *end;

		line += last ? 0 : strspn(line, " \t");
		end = word_end(line);
		last = *end == '\0';
		*end = '\0';
		v->number = 0;
		v->len = 0;
		missing = strcmp(line, "-") == 0;
		r->given[i] = *line != '\0' && !missing && f != NULL && f->form->parse != NULL &&
			      f->form->parse(line, v);
		any |= r->given[i] || missing;
		line = last ? end : end + 1;
	}
	return any;
}

static bool
unpack_values(struct summary_reader *r, const uint8_t *from, size_t n)
{
	bool any = false, whole = true;

	for (size_t i = 0; i < r->fields.n; i++) {
		struct summary_value *v = &r->values[i];

		v->number = 0;
		v->len = 0;
		// Behind an unknown field nothing has a place.
		whole = whole && r->fields.v[i] != NULL &&
			summary_unpack(r->fields.v[i], &from, &n, v);
		r->given[i] = whole;
		any |= whole;
	}
	return any;
}

static void
build(struct summary_reader *r, struct summary_build *b)
{
	bool has_flow = false;

	summary_build_init(b, r->proto);
	b->octet_offsets = r->octet_offsets;
	b->aggregate = r->aggregate;
	for (size_t i = 0; i < r->fields.n; i++) {
		size_t at = r->order[i];
		const struct summary_field *f = r->fields.v[at];

		if (f == NULL || f->inject == NULL || !r->given[at])
			continue;
		if (!has_flow && f->layer > SUMMARY_ANNO) {
			summary_build_set_flow(b, &r->flow);
			has_flow = true;
		}
		f->inject(b, f, &r->values[at]);
	}
	if (!has_flow)
		summary_build_set_flow(b, &r->flow);
}

static enum summary_line
complain(struct summary_reader *r)
{
	r->n_bad++;
	if (!r->complained)
		report(r, NULL, false,
			r->fields.n == 0 ? "no '!data' provided" : "packet parse error");
	r->complained = true;
	return SUMMARY_NOTHING;
}

static enum summary_line
read_text(struct summary_reader *r, char *line, bool cut, struct summary_build *b)
{
	if (*line == '!' || *line == '#') {
		if (!cut)
			read_meta(r, line, NULL);
		return SUMMARY_NOTHING;
	}
	if (!cut && line[strspn(line, " \t\r\n")] == '\0')
		return SUMMARY_NOTHING;
	if (cut || !parse_values(r, line))
		return complain(r);
	build(r, b);
	return SUMMARY_PACKET;
}

// ---- files

static enum summary_line
end(struct summary_reader *r, int err)
{
	if (err == 0 && dump_input_end(&r->in) != 0)
		chatter("%s: cannot be decompressed to its end", shown_name(r));
	if (err != 0)
		chatter("%s: %s", shown_name(r), strerror(-err));
	return SUMMARY_END;
}

static enum summary_line
next_line(struct summary_reader *r, struct summary_build *b)
{
	size_t len;
	bool cut;
	int err;
	char *line = dump_input_line(&r->in, &len, &cut, &err);

	if (line == NULL)
		return end(r, err);
	r->n_read++;
	return read_text(r, line, cut, b);
}

// A line of text in a record.
static enum summary_line
record_text(struct summary_reader *r, const uint8_t *bytes, size_t n, struct summary_build *b)
{
	while (n > 0 && (bytes[n - 1] == '\n' || bytes[n - 1] == '\r'))
		n--;
	strbuf_clear(&r->text);
	strbuf_add(&r->text, bytes, n);
	strbuf_addc(&r->text, '\0');
	return read_text(r, r->text.data, false, b);
}

static enum summary_line
next_record(struct summary_reader *r, struct summary_build *b)
{
	uint32_t bits, len;
	const uint8_t *bytes;
	int err;

	if (dump_input_fill(&r->in, LENGTH_SIZE, &err) < LENGTH_SIZE)
		return end(r, err);
	r->n_read++;
	bits = summary_get32(dump_input_bytes(&r->in));
	len = bits & ~RECORD_TEXT;
	if (len < LENGTH_SIZE || len > DUMP_INPUT_MAX || dump_input_fill(&r->in, len, &err) < len) {
		report(r, NULL, false, "bad record; giving up");
		r->n_bad++;
		r->ended = true;
		return SUMMARY_END;
	}
	bytes = dump_input_bytes(&r->in) + LENGTH_SIZE;
	dump_input_skip(&r->in, len);
	if (bits & RECORD_TEXT)
		return record_text(r, bytes, len - LENGTH_SIZE, b);
	if (!unpack_values(r, bytes, len - LENGTH_SIZE))
		return complain(r);
	build(r, b);
	return SUMMARY_PACKET;
}

enum summary_line
summary_reader_next(struct summary_reader *r, struct summary_build *b)
{
	if (r->in.buffer == NULL || r->ended)
		return SUMMARY_END;
	return r->binary ? next_record(r, b) : next_line(r, b);
}

// The first line is looked at, not taken, unless it is the banner.
int
summary_reader_begin(struct summary_reader *r, struct errh *errh)
{
	static const char *const metas[] = {
		"!data", "!contents", "!flowid", "!proto", "!aggregate", "!binary"};
	static const char banner[] = "!IPSummaryDump";
	bool known = r->fields.n > 0;
	const char *bytes;
	size_t n;
	int err;

	// Enough to tell.
	n = dump_input_fill(&r->in, sizeof(banner) - 1, &err);
	if (err != 0)
		return errh_error(errh, "%s: %s", shown_name(r), strerror(-err));
	if (n == 0)
		return errh_error(errh, "%s: empty file", shown_name(r));
	bytes = (const char *)dump_input_bytes(&r->in);
	known |= n == sizeof(banner) - 1 && memcmp(bytes, banner, n) == 0;
	for (unsigned i = 0; i < RTE_DIM(metas); i++)
		known |= n >= strlen(metas[i]) && memcmp(bytes, metas[i], strlen(metas[i])) == 0;
	r->n_read = 1; // which the message is about
	if (!known)
		report(r, errh, true, "missing banner line; is this an IP summary dump?");
	r->n_read = 0;
	return 0;
}

void
summary_reader_close(struct summary_reader *r)
{
	dump_input_close(&r->in);
	summary_fields_fini(&r->fields);
	free(r->order);
	free(r->values);
	free(r->given);
	strbuf_fini(&r->text);
	*r = (struct summary_reader){.in = DUMP_INPUT_CLOSED};
}
