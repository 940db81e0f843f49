// SPDX-License-Identifier: BSD-3-Clause
// IPPrint: prints a line about each IP packet, in the manner of tcpdump.

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "elements/ip/iptext.h"
#include "elements/ip/payload.h"
#include "elements/ip/printfile.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"

enum bytes_style { BYTES_NONE, BYTES_HEX, BYTES_ASCII };

struct ipprint {
	struct element element;
	bool active;
	bool id, ttl, tos, length, paint, aggregate, timestamp, swap;
	enum bytes_style contents, payload;
	int32_t max_length;
	char *label;
	struct filename outfile; // text NULL: chatter
	struct print_file file;
	struct word contents_text, payload_text, channel; // as configured
};

// ---- text

static void
add_bytes(enum bytes_style style, uint32_t max, const struct packet *p, int32_t off,
	struct strbuf *out)
{
	unsigned line = style == BYTES_HEX ? 24 : 48, group = style == BYTES_HEX ? 4 : 8;
	uint32_t n = RTE_MIN(packet_length_from(p, off), max);
	uint8_t byte;

	for (uint32_t i = 0; i < n && payload_read(p, off + (int32_t)i, &byte, 1); i++) {
		if (i % line == 0)
			strbuf_adds(out, "\n  ");
		else if (i % group == 0)
			strbuf_addc(out, ' ');
		if (style == BYTES_HEX)
			strbuf_addhex(out, &byte, 1);
		else
			strbuf_addc(out, byte >= 32 && byte <= 126 ? (char)byte : '.');
	}
}

static void
add_annotations(const struct ipprint *e, const struct packet *p, struct strbuf *out)
{
	if (e->label != NULL && e->label[0] != '\0')
		strbuf_addf(out, "%s: ", e->label);
	if (e->timestamp) {
		text_timestamp(out, packet_timestamp(p));
		strbuf_adds(out, ": ");
	}
	if (e->aggregate)
		strbuf_addf(out, "#%u", packet_anno_u32(p, ANNO_AGGREGATE));
	if (e->paint)
		strbuf_addf(
			out, "%s%u", e->aggregate ? "." : "paint ", packet_anno_u8(p, ANNO_PAINT));
	if (e->aggregate || e->paint)
		strbuf_adds(out, ": ");
}

static void
add_packet(const struct ipprint *e, const struct packet *p, struct strbuf *out)
{
	struct ip_view v = {.swap = e->swap};

	if (!iptext_view(&v, p)) {
		strbuf_adds(out, "truncated-ip");
		return;
	}
	if (e->id)
		strbuf_addf(out, "id %u ", rte_be_to_cpu_16(v.ip.packet_id));
	if (e->ttl)
		strbuf_addf(out, "ttl %u ", v.ip.time_to_live);
	if (e->tos)
		strbuf_addf(out, "tos %u ", v.ip.type_of_service);
	if (e->length)
		strbuf_addf(out, "length %u ", rte_be_to_cpu_16(v.ip.total_length));
	iptext_line(&v, out);
	if (e->contents != BYTES_NONE)
		add_bytes(e->contents, (uint32_t)e->max_length, p, 0, out);
	else if (e->payload != BYTES_NONE)
		add_bytes(e->payload, (uint32_t)e->max_length, p, iptext_payload(&v), out);
}

// ---- data path

static void
print_packet(const struct ipprint *e, const struct packet *p)
{
	struct strbuf sb = STRBUF_INIT;

	if (!e->active || !packet_has_network(p))
		return;
	add_annotations(e, p, &sb);
	add_packet(e, p, &sb);
	if (e->file.file != NULL)
		print_file_add(&e->file, &sb);
	else
		chatter_on(e->channel.text, "%s", strbuf_text(&sb));
	strbuf_fini(&sb);
}

ELEMENT_CHANGE(ipprint, ipprint, print_packet)

// ---- configuration

static bool
is_one_of(const char *text, const char *a, const char *b)
{
	return strcasecmp(text, a) == 0 || strcasecmp(text, b) == 0;
}

static int
read_contents(const char *text, enum bytes_style *style)
{
	bool on;

	if (text_read_bool(text, &on) == 0)
		*style = on ? BYTES_HEX : BYTES_NONE;
	else if (strcasecmp(text, "NONE") == 0)
		*style = BYTES_NONE;
	else if (strcasecmp(text, "HEX") == 0)
		*style = BYTES_HEX;
	else if (strcasecmp(text, "ASCII") == 0)
		*style = BYTES_ASCII;
	else
		return -EINVAL;
	return 0;
}

static int
read_payload(const char *text, enum bytes_style *style)
{
	if (is_one_of(text, "NO", "FALSE"))
		*style = BYTES_NONE;
	else if (is_one_of(text, "YES", "TRUE") || strcasecmp(text, "HEX") == 0)
		*style = BYTES_HEX;
	else if (strcasecmp(text, "ASCII") == 0)
		*style = BYTES_ASCII;
	else
		return -EINVAL;
	return 0;
}

static int
ipprint_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipprint *e = (struct ipprint *)base;

	(void)args;
	if (read_contents(e->contents_text.text, &e->contents) != 0)
		return errh_error(errh,
			"bad contents value '%s'; should be 'NONE', 'HEX', or 'ASCII'",
			e->contents_text.text);
	if (read_payload(e->payload_text.text, &e->payload) != 0)
		return errh_error(errh,
			"bad payload value '%s'; should be 'false', 'hex', or 'ascii'",
			e->payload_text.text);
	if (e->contents != BYTES_NONE && e->payload != BYTES_NONE)
		return errh_error(errh, "specify at most one of PAYLOAD and CONTENTS");
	return 0;
}

static int
ipprint_initialize(struct element *base, struct errh *errh)
{
	struct ipprint *e = (struct ipprint *)base;

	return print_file_open(&e->file, e->outfile.text, errh);
}

static void
ipprint_cleanup(struct element *base)
{
	print_file_close(&((struct ipprint *)base)->file);
}

static void
ipprint_start(struct element *base)
{
	print_file_start(&((struct ipprint *)base)->file);
}

static int
ipprint_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	print_file_take(&((struct ipprint *)base)->file, &((struct ipprint *)old)->file);
	return 0;
}

static const struct arg ipprint_args[] = {
	ARG(ipprint, label, "LABEL", ARG_OPTIONAL, .help = "text in front of each line"),
	ARG(ipprint, contents_text, "CONTENTS", ARG_KEYWORD, .def = "false",
		.help = "`HEX` (or true) or `ASCII`: prints the packet's bytes as well"),
	ARG(ipprint, payload_text, "PAYLOAD", ARG_KEYWORD, .def = "false",
		.help = "`HEX` (or true) or `ASCII`: prints the bytes behind the TCP or UDP header"),
	ARG(ipprint, max_length, "NBYTES", ARG_KEYWORD, .def = "1500",
		.help = "old name of MAXLENGTH"),
	ARG(ipprint, max_length, "MAXLENGTH", ARG_KEYWORD,
		.help = "bytes to print at most; -1: all"),
	ARG(ipprint, id, "ID", ARG_KEYWORD, .def = "false", .help = "prints the IP id"),
	ARG(ipprint, ttl, "TTL", ARG_KEYWORD, .def = "false", .help = "prints the time to live"),
	ARG(ipprint, tos, "TOS", ARG_KEYWORD, .def = "false", .help = "prints the type of service"),
	ARG(ipprint, length, "LENGTH", ARG_KEYWORD, .def = "false",
		.help = "prints the IP total length"),
	ARG(ipprint, paint, "PAINT", ARG_KEYWORD, .def = "false",
		.help = "prints the paint annotation"),
	ARG(ipprint, aggregate, "AGGREGATE", ARG_KEYWORD, .def = "false",
		.help = "prints the aggregate annotation"),
	ARG(ipprint, timestamp, "TIMESTAMP", ARG_KEYWORD, .def = "true",
		.help = "prints the packet's timestamp"),
	ARG(ipprint, swap, "SWAP", ARG_KEYWORD, .def = "true",
		.help = "false: prints ICMP identifiers and sequence numbers as a little-endian "
			"host sees them"),
	ARG(ipprint, outfile, "OUTFILE", ARG_KEYWORD,
		.help = "file to write to, emptied at start, not at a hot swap; standard error "
			"and chatter by default"),
	ARG(ipprint, channel, "CHANNEL", ARG_KEYWORD,
		.help = "chatter channel (ChatterSocket), standard error by default"),
	ARG(ipprint, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: prints nothing until the handler `active` is set"),
	ARGS_END,
};

static const struct handler ipprint_handlers[] = {
	HANDLER_FIELD_RW("active", ipprint, active, HANDLER_CHECKBOX, .help = "whether it prints"),
	HANDLERS_END,
};

static const struct element_class ipprint_class = {
	.name = "IPPrint",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipprint),
	.push = ipprint_push,
	.pull = ipprint_pull,
	.decide = ipprint_decide,
	.configure = ipprint_configure,
	.initialize = ipprint_initialize,
	.cleanup = ipprint_cleanup,
	.start = ipprint_start,
	.take_state = ipprint_take_state,
	.args = ipprint_args,
	.handlers = ipprint_handlers,
	.group = "ip",
	.brief = "prints a line about each IP packet",
	.manual =
		"For instance `x: 1.500000: 1.0.0.1.10 > 2.0.0.2.20: S 5:6(1,40,40) win 0`: label,\n"
		"time, addresses with ports, TCP flags, first and next sequence number with their\n"
		"difference, length of the packet, IP length, window. Packets without an IP header\n"
		"place (CheckIPHeader, MarkIPHeader) are not printed. All packets pass unchanged.\n"
		"\n"
		"Unlike in Click the complaint about a bad PAYLOAD quotes PAYLOAD, not CONTENTS.",
	.example = "Idle -> CheckIPHeader -> IPPrint(in, TTL true) -> Discard;",
};
ELEMENT_CLASS(ipprint_class)
