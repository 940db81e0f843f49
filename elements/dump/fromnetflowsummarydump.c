// SPDX-License-Identifier: BSD-3-Clause
// FromNetFlowSummaryDump: makes packets of the lines of a NetFlow summary.

#include <netinet/in.h>
#include <string.h>

#include <rte_byteorder.h>

#include "elements/dump/linesource.h"
#include "src/text.h"

enum link_paint { PAINT_INPUT, PAINT_OUTPUT, PAINT_BOTH };

struct fromnetflowsummarydump {
	struct line_source lines;
	enum link_paint paint;

	// Arguments.
	struct word link;
};

enum field {
	SRC,
	DST,
	IN_LINK = 3,
	OUT_LINK,
	PACKETS,
	BYTES,
	START,
	END,
	SPORT,
	DPORT,
	TCP_FLAGS = 12,
	PROTO,
	TOS,
	N_FIELDS
};

// Cuts the line at its bars. false: there are not enough fields.
static bool
split(char *line, char *field[N_FIELDS])
{
	for (unsigned i = 0; i < N_FIELDS; i++) {
		char *end = line != NULL ? strchr(line, '|') : NULL;

		if (line == NULL)
			return false;
		field[i] = line + strspn(line, " \t");
		line = end != NULL ? end + 1 : NULL;
		if (end != NULL)
			*end = '\0';
		else
			end = field[i] + strlen(field[i]);
		while (end > field[i] && (end[-1] == ' ' || end[-1] == '\t'))
			*--end = '\0';
	}
	return true;
}

static bool
read_number(const char *text, uint64_t max, uint64_t *n)
{
	return text_read_uint64(text, n) == 0 && *n <= max;
}

// Seconds since 1970, perhaps with a fraction.
static bool
read_time(const char *text, int64_t *ns)
{
	return text_read_timespan(text, ns) == 0 && *ns >= 0;
}

static uint8_t
paint(const struct fromnetflowsummarydump *e, uint64_t in, uint64_t out)
{
	switch (e->paint) {
	case PAINT_INPUT:
		return (uint8_t)in;
	case PAINT_OUTPUT:
		return (uint8_t)out;
	default:
		return (uint8_t)((in & 15) | (out & 15) << 4);
	}
}

static bool
read_annos(struct fromnetflowsummarydump *e, struct summary_build *b, char *const *field)
{
	uint64_t in, out, packets, bytes;

	if (!read_number(field[IN_LINK], UINT32_MAX, &in) ||
		!read_number(field[OUT_LINK], UINT32_MAX, &out) ||
		!read_number(field[PACKETS], UINT32_MAX, &packets) ||
		!read_number(field[BYTES], UINT32_MAX, &bytes) || packets == 0 ||
		!read_time(field[START], &b->first_timestamp_ns) ||
		!read_time(field[END], &b->timestamp_ns))
		return false;
	b->paint = paint(e, in, out);
	b->count = (uint32_t)packets;
	b->has_ip_len = true;
	b->ip_len = (uint32_t)bytes;
	return true;
}

static bool
read_headers(struct summary_build *b, char *const *field)
{
	uint64_t sport, dport, flags, proto, tos;
	struct ip_addr src, dst;
	uint8_t *header;

	if (text_read_ip(field[SRC], &src) != 0 || text_read_ip(field[DST], &dst) != 0 ||
		!read_number(field[SPORT], UINT16_MAX, &sport) ||
		!read_number(field[DPORT], UINT16_MAX, &dport) ||
		!read_number(field[TCP_FLAGS], UINT8_MAX, &flags) ||
		!read_number(field[PROTO], UINT8_MAX, &proto) ||
		!read_number(field[TOS], UINT8_MAX, &tos))
		return false;
	b->ip[1] = (uint8_t)tos;
	b->ip[9] = (uint8_t)proto;
	memcpy(b->ip + 12, &src.be, sizeof(src.be));
	memcpy(b->ip + 16, &dst.be, sizeof(dst.be));
	header = summary_build_ports(b);
	if (header != NULL) {
		summary_put16(header, sport);
		summary_put16(header + 2, dport);
	}
	if (header != NULL && proto == IPPROTO_TCP)
		header[13] = (uint8_t)flags;
	return true;
}

static enum line_meaning
parse(struct line_source *s, char *line)
{
	struct fromnetflowsummarydump *e = (struct fromnetflowsummarydump *)s;
	char *field[N_FIELDS];

	if (!split(line, field) || !read_annos(e, &s->build, field) ||
		!read_headers(&s->build, field))
		return LINE_BAD;
	return LINE_PACKET;
}

// ---- configuration

static int
fromnetflowsummarydump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	static const char *const names[] = {
		[PAINT_INPUT] = "input", [PAINT_OUTPUT] = "output", [PAINT_BOTH] = "both"};
	struct fromnetflowsummarydump *e = (struct fromnetflowsummarydump *)base;
	unsigned i = 0;

	(void)args;
	e->lines.parse = parse;
	e->lines.bad = "bad format";
	if (line_source_configure(&e->lines, errh) != 0)
		return -EINVAL;
	while (i < RTE_DIM(names) && strcmp(e->link.text, names[i]) != 0)
		i++;
	if (i == RTE_DIM(names))
		return errh_error(errh, "'LINK' should be 'input', 'output', or 'both'");
	e->paint = (enum link_paint)i;
	return 0;
}

static const struct arg fromnetflowsummarydump_args[] = {
	LINE_SOURCE_ARGS,
	ARG(fromnetflowsummarydump, lines.source.timing, "TIMING", ARG_KEYWORD, .def = "false",
		.help = "true: packets come with the gaps that the file says"),
	ARG(fromnetflowsummarydump, lines.multipacket, "MULTIPACKET", ARG_KEYWORD, .def = "false",
		.help = "true: a line gives as many packets as it counts"),
	ARG(fromnetflowsummarydump, link, "LINK", ARG_KEYWORD, .def = "input",
		.help = "interface for the paint annotation: input, output, or both (the low four "
			"bits of the input's number, then those of the output's)"),
	ARGS_END,
};

static const struct element_class fromnetflowsummarydump_class = {
	.name = "FromNetFlowSummaryDump",
	LINE_SOURCE_FIELDS,
	.size = sizeof(struct fromnetflowsummarydump),
	.configure = fromnetflowsummarydump_configure,
	.cleanup = line_source_cleanup,
	.take_state = line_source_take_state,
	.args = fromnetflowsummarydump_args,
	.writes = "DST_IP AGGREGATE EXTRA_PACKETS EXTRA_LENGTH FIRST_TIMESTAMP PAINT",
	.brief = "makes packets of the lines of a NetFlow summary",
	.manual =
		"A line is about a flow and has at least 15 fields between bars: source and\n"
		"destination address, the next hop, the numbers of the input and output interface,\n"
		"packets, bytes, the times of the first and the last packet in seconds, source and\n"
		"destination port, a field that is not read, TCP flags, protocol and TOS. It gives an\n"
		"IP packet with headers only and the time of the last one, EXTRA_PACKETS and\n"
		"EXTRA_LENGTH for the rest, and FIRST_TIMESTAMP; with MULTIPACKET all packets, evenly\n"
		"spread. Of lines that cannot be read the first is reported; the handler `bad_lines`\n"
		"counts them. Lines with `#` are comments.",
	.example = "FromNetFlowSummaryDump(flows.txt, STOP true) -> Discard;",
};
ELEMENT_CLASS(fromnetflowsummarydump_class)
