// SPDX-License-Identifier: BSD-3-Clause
// Print: writes a line about each packet, with its first bytes.

#include <ctype.h>
#include <string.h>

#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

enum print_contents { CONTENTS_NONE, CONTENTS_HEX, CONTENTS_ASCII };

struct print {
	struct element element;
	char *label;
	int32_t max_length; // bytes to show; negative: all
	enum print_contents contents;
	bool timestamp, annos, headroom, active;
};

// ---- the line

static void
add_group(struct strbuf *line, const uint8_t *bytes, uint32_t n, bool ascii)
{
	if (!ascii) {
		strbuf_addhex(line, bytes, n);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		strbuf_addc(line, bytes[i] >= 32 && bytes[i] < 127 ? (char)bytes[i] : '.');
}

static void
add_bytes(struct strbuf *line, const struct packet *p, uint32_t n, bool ascii)
{
	uint32_t group = ascii ? 8 : 4, len;
	uint8_t bytes[8];

	strbuf_adds(line, " | ");
	for (uint32_t off = 0; off < n; off += len) {
		len = RTE_MIN(group, n - off);
		packet_read(p, off, bytes, len);
		if (ascii || off > 0)
			strbuf_addc(line, ' ');
		add_group(line, bytes, len, ascii);
	}
}

static void
add_annos(struct strbuf *line, const struct packet *p)
{
	uint8_t anno;

	strbuf_adds(line, " | ");
	for (unsigned i = 0; i < PACKET_ANNO_SIZE; i++) {
		anno = packet_anno_u8(p, i);
		strbuf_addhex(line, &anno, 1);
	}
}

static void
print_packet(const struct print *e, struct strbuf *line, const struct packet *p)
{
	uint32_t length = packet_length(p), n = length;

	strbuf_clear(line);
	strbuf_adds(line, e->label);
	if (e->timestamp) {
		strbuf_adds(line, line->len > 0 ? ": " : "");
		text_timestamp(line, packet_timestamp(p));
	}
	strbuf_addf(line, "%s%4u", line->len > 0 ? ": " : "", length);
	if (e->headroom)
		strbuf_addf(line, " (h%u t%u)", packet_headroom(p), packet_tailroom(p));
	if (e->annos)
		add_annos(line, p);
	if (e->contents == CONTENTS_NONE)
		n = 0;
	else if (e->max_length >= 0)
		n = RTE_MIN(length, (uint32_t)e->max_length);
	if (n > 0)
		add_bytes(line, p, n, e->contents == CONTENTS_ASCII);
	chatter("%s", strbuf_text(line));
}

// ---- data path

// One packet at a time, so that the lines of several Prints on a path stand together by packet.
static void
print_push(struct element *base, unsigned port, struct batch *b)
{
	const struct print *e = (struct print *)base;
	struct strbuf line = STRBUF_INIT;

	(void)port;
	if (likely(!e->active)) {
		element_push(base, 0, b);
		return;
	}
	for (unsigned i = 0; i < b->n; i++) {
		if (e->active)
			print_packet(e, &line, b->pkt[i]);
		element_push_one(base, 0, b->pkt[i]);
	}
	strbuf_fini(&line);
}

static void
print_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	const struct print *e = (struct print *)base;
	struct strbuf line = STRBUF_INIT;

	(void)port;
	element_pull(base, 0, b, e->active ? 1 : max);
	for (unsigned i = 0; i < b->n && e->active; i++)
		print_packet(e, &line, b->pkt[i]);
	strbuf_fini(&line);
}

// ---- configuration

static int
read_contents(struct errh *errh, char *word, enum print_contents *contents)
{
	bool hex;

	if (text_read_bool(word, &hex) == 0) {
		*contents = hex ? CONTENTS_HEX : CONTENTS_NONE;
		return 0;
	}
	for (char *c = word; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	if (strcmp(word, "NONE") == 0)
		*contents = CONTENTS_NONE;
	else if (strcmp(word, "HEX") == 0)
		*contents = CONTENTS_HEX;
	else if (strcmp(word, "ASCII") == 0)
		*contents = CONTENTS_ASCII;
	else
		return errh_error(
			errh, "bad contents value '%s'; should be 'NONE', 'HEX', or 'ASCII'", word);
	return 0;
}

static int
parse_contents(const struct arg_parse *p, const char *text, void *field)
{
	struct word word = {0};
	int err = arg_word.parse(p, text, &word);

	if (err == 0)
		err = read_contents(p->errh, word.text, field);
	arg_word.fini(&word);
	return err;
}

static const struct arg_type arg_contents = {
	.name = "NONE, HEX or ASCII",
	.expected = "contents value",
	.size = sizeof(enum print_contents),
	.parse = parse_contents,
};

static const struct arg print_args[] = {
	ARG(print, label, "LABEL", ARG_OPTIONAL, .def = "\"\"",
		.help = "what the line begins with"),
	ARG(print, max_length, "MAXLENGTH", ARG_OPTIONAL, .def = "24",
		.help = "most bytes to show; negative: all"),
	ARG(print, max_length, "LENGTH", ARG_DEPRECATED, .help = "old name of MAXLENGTH"),
	ARG(print, max_length, "NBYTES", ARG_DEPRECATED, .help = "old name of MAXLENGTH"),
	ARG_AS(print, contents, arg_contents, "CONTENTS", ARG_KEYWORD, .def = "HEX",
		.help = "how to show the bytes; true is HEX and false NONE"),
	ARG(print, timestamp, "TIMESTAMP", ARG_KEYWORD, .def = "false",
		.help = "shows the packet's timestamp"),
	ARG(print, annos, "PRINTANNO", ARG_KEYWORD, .def = "false",
		.help = "shows the 48 annotation bytes"),
	ARG(print, headroom, "HEADROOM", ARG_KEYWORD, .def = "false",
		.help = "shows the room in front of the data and behind it"),
	ARG(print, active, "ACTIVE", ARG_KEYWORD | ARG_READ | ARG_WRITE | ARG_CALM | ARG_CHECKBOX,
		.def = "true", .help = "false: prints nothing"),
	ARGS_END,
};

static const struct element_class print_class = {
	.name = "Print",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct print),
	.push = print_push,
	.pull = print_pull,
	.args = print_args,
	.group = "standard",
	.brief = "writes a line about each packet",
	.manual =
		"The line goes to standard error and to ChatterSocket: LABEL, the timestamp if it is\n"
		"wanted, the packet's length, and its first bytes. HEX shows them in groups of four,\n"
		"ASCII in groups of eight with a dot for what cannot be printed.\n"
		"\n"
		"While ACTIVE is true packets pass one at a time.",
	.example = "InfiniteSource(LIMIT 2, STOP true) -> Print(in, 8, TIMESTAMP true) -> Discard;",
};
ELEMENT_CLASS(print_class)
