// SPDX-License-Identifier: BSD-3-Clause
// FromTcpdump: makes packets of the lines that tcpdump writes.

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "elements/analysis/keytable.h"
#include "elements/dump/linesource.h"
#include "elements/dump/tcpdumpline.h"
#include "src/mem.h"

enum { FLOWS = 65536 };

struct tcp_key { // the lower end first
	uint32_t addr[2];
	uint16_t port[2];
};

struct tcp_base { // by end
	uint32_t first[2]; // what tcpdump counts from
	uint32_t next[2]; // sequence number behind the last data
};

struct fromtcpdump {
	struct line_source lines;
	struct tcpdump_line line; // with -v, the first half of a packet
	struct key_table table; // struct tcp_key
	struct tcp_base *bases; // owned; by place in the table

	// Arguments.
	bool absolute;
};

// ---- sequence numbers
//
// tcpdump shows them as they are in the first packet of a connection and in SYNs, and from then on
// counted from these.

static struct tcp_base *
find_base(struct fromtcpdump *e, const struct tcpdump_line *l, unsigned *end, bool *is_new)
{
	bool reverse = l->src > l->dst || (l->src == l->dst && l->sport > l->dport);
	struct tcp_key key = {.addr = {reverse ? l->dst : l->src, reverse ? l->src : l->dst},
		.port = {reverse ? l->dport : l->sport, reverse ? l->sport : l->dport}};
	uint32_t place = key_table_find(&e->table, &key);

	*end = reverse;
	*is_new = place == KEY_TABLE_NONE;
	if (!*is_new)
		return &e->bases[place];
	place = key_table_add(&e->table, &key);
	// Full: forgets what it knows, which costs less than to know which flows are old.
	if (place == KEY_TABLE_NONE) {
		key_table_clear(&e->table);
		place = key_table_add(&e->table, &key);
	}
	e->bases[place] = (struct tcp_base){0};
	return &e->bases[place];
}

static void
make_absolute(struct fromtcpdump *e, struct tcpdump_line *l)
{
	enum { FIN = 0x01, SYN = 0x02 };
	unsigned end;
	bool is_new;
	struct tcp_base *base = find_base(e, l, &end, &is_new);

	if (is_new || (l->tcp_flags & SYN) != 0) {
		if (l->has_seq)
			base->first[end] = l->seq;
		if (l->has_ack)
			base->first[!end] = l->ack - 1;
	} else if (!e->absolute) {
		l->seq += base->first[end];
		l->ack += base->first[!end];
	}
	if (!l->has_seq)
		l->seq = base->next[end];
	base->next[end] = l->seq + l->length + ((l->tcp_flags & (SYN | FIN)) != 0);
}

// ---- packets

static void
build_ip(struct summary_build *b, const struct tcpdump_line *l)
{
	uint32_t off = (uint32_t)l->frag_offset / 8 | (l->df ? 0x4000 : 0) | (l->mf ? 0x2000 : 0);

	b->timestamp_ns = l->timestamp_ns;
	b->ip[1] = l->tos;
	summary_put16(b->ip + 4, l->ip_id);
	summary_put16(b->ip + 6, off);
	if (l->has_ttl)
		b->ip[8] = l->ttl;
	b->ip[9] = l->proto;
	summary_put32(b->ip + 12, l->src);
	summary_put32(b->ip + 16, l->dst);
}

static void
build_transport(struct summary_build *b, const struct tcpdump_line *l)
{
	uint8_t *header = summary_build_ports(b);

	if (header != NULL) {
		summary_put16(header, l->sport);
		summary_put16(header + 2, l->dport);
	}
	if (header != NULL && l->proto == IPPROTO_TCP) {
		summary_put32(header + 4, l->seq);
		summary_put32(header + 8, l->has_ack ? l->ack : 0);
		header[13] = l->tcp_flags;
		summary_put16(header + 14, l->window);
		summary_put16(header + 18, l->urgent);
		if (l->n_options > 0)
			summary_build_tcp_options(b, l->options, l->n_options);
	}
	if (l->proto == IPPROTO_ICMP && (header = summary_build_transport(b, l->proto)) != NULL) {
		header[0] = l->icmp_type;
		header[1] = l->icmp_code;
	}
}

static enum line_meaning
parse(struct line_source *s, char *text)
{
	struct fromtcpdump *e = (struct fromtcpdump *)s;
	struct tcpdump_line *l = &e->line;

	switch (tcpdump_line_read(text, l)) {
	case TCPDUMP_PACKET:
		break;
	case TCPDUMP_BAD:
		*l = (struct tcpdump_line){0};
		return LINE_BAD;
	default:
		return LINE_NOTHING;
	}
	if (l->proto == IPPROTO_TCP && l->frag_offset == 0)
		make_absolute(e, l);
	build_ip(&s->build, l);
	build_transport(&s->build, l);
	s->build.has_payload_len = l->has_length;
	s->build.payload_len = l->length;
	*l = (struct tcpdump_line){0};
	return LINE_PACKET;
}

// ---- configuration

static int
fromtcpdump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromtcpdump *e = (struct fromtcpdump *)base;

	(void)args;
	e->lines.parse = parse;
	e->lines.bad = "packet parse error";
	key_table_init(&e->table, sizeof(struct tcp_key), FLOWS);
	e->bases = mem_zalloc(FLOWS * sizeof(*e->bases));
	return line_source_configure(&e->lines, errh);
}

static void
fromtcpdump_cleanup(struct element *base)
{
	struct fromtcpdump *e = (struct fromtcpdump *)base;

	line_source_cleanup(base);
	key_table_fini(&e->table);
	free(e->bases);
}

static int
fromtcpdump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct fromtcpdump *e = (struct fromtcpdump *)base, *old = (struct fromtcpdump *)old_base;
	struct key_table table = e->table;
	struct tcp_base *bases = e->bases;

	if (strcmp(e->lines.source.filename.text, old->lines.source.filename.text) != 0)
		return 0;
	e->table = old->table;
	e->bases = old->bases;
	e->line = old->line;
	old->table = table;
	old->bases = bases;
	return line_source_take_state(base, old_base, errh);
}

static const struct arg fromtcpdump_args[] = {
	LINE_SOURCE_ARGS,
	LINE_SOURCE_CHECKSUM_ARG,
	ARG(fromtcpdump, absolute, "ABSOLUTE_SEQ", ARG_KEYWORD, .def = "false",
		.help = "true: all sequence numbers are as they were sent (tcpdump -S)"),
	ARGS_END,
};

static const struct element_class fromtcpdump_class = {
	.name = "FromTcpdump",
	LINE_SOURCE_FIELDS,
	.size = sizeof(struct fromtcpdump),
	.configure = fromtcpdump_configure,
	.cleanup = fromtcpdump_cleanup,
	.take_state = fromtcpdump_take_state,
	.args = fromtcpdump_args,
	.writes = "DST_IP EXTRA_LENGTH",
	.brief = "makes packets of the lines that tcpdump writes",
	.manual =
		"Reads what `tcpdump -n` has written, old versions and new ones, also with -v, -tt and\n"
		"-tttt, and makes an IP packet of each line about IPv4: TCP with flags, numbers, window\n"
		"and the commonest options, UDP, ICMP, fragments. Data is not there; EXTRA_LENGTH says\n"
		"how much it was, or, with CHECKSUM, it is zeroes. Sequence numbers, which tcpdump\n"
		"counts from the first of a connection, are what they were; without their SYN in the\n"
		"file the side that does not acknowledge first counts from 0.\n"
		"Of lines that cannot be read the first is reported; the handler `bad_lines` counts\n"
		"them. Lines about other protocols are left out.",
	.example = "FromTcpdump(trace.txt, STOP true) -> Discard;",
};
ELEMENT_CLASS(fromtcpdump_class)
