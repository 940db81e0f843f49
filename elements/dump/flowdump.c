// SPDX-License-Identifier: BSD-3-Clause
#include "elements/dump/flowdump.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rte_byteorder.h>
#include <rte_tcp.h>

#include "elements/dump/summaryfield.h"
#include "elements/dump/summaryoption.h"
#include "mbuf-bridge/packet.h"
#include "src/mem.h"
#include "src/text.h"

enum { PAINT_REVERSE = 1, PAINT_ERROR = 2 };

void
flow_dump_init(struct flow_dump *f, const struct summary_view *v, uint32_t aggregate)
{
	bool reverse = (packet_anno_u8(v->p, ANNO_PAINT) & PAINT_REVERSE) != 0;
	struct ip_addr ends[2];
	uint16_t ports[2] = {(uint16_t)summary_get16(v->tcp), (uint16_t)summary_get16(v->tcp + 2)};

	memcpy(&ends[0].be, v->ip + 12, sizeof(ends[0].be));
	memcpy(&ends[1].be, v->ip + 16, sizeof(ends[1].be));
	*f = (struct flow_dump){
		.name =
			{
				.aggregate = aggregate,
				.src = ends[reverse],
				.dst = ends[!reverse],
				.sport = ports[reverse],
				.dport = ports[!reverse],
				.is_tcp = v->proto == IPPROTO_TCP,
			},
		.first_ns = packet_timestamp(v->p),
	};
}

void
flow_dump_fini(struct flow_dump *f)
{
	strbuf_fini(&f->text);
}

// ---- lines

// Relative times begin one nanosecond behind 0, so that none is "not known".
static void
add_time(struct flow_dump *f, const struct flow_dump_style *style, int64_t ns)
{
	text_timestamp(&f->text, style->absolute_time ? ns : ns - f->first_ns + 1);
}

static void
add_field(struct flow_dump *f, struct summary_view *v, const char *name)
{
	const struct summary_field *field = summary_field_find(name);
	struct summary_value value = {0};

	strbuf_addc(&f->text, ' ');
	if (field->extract(v, field, &value))
		field->form->print(&value, &f->text);
	else
		strbuf_addc(&f->text, '-');
}

// The first number of a direction that is known is what others are relative to. It may come from
// what the other side acknowledges.
static void
note_seq(struct flow_dump *f, unsigned direction, uint32_t seq)
{
	if (f->has_seq[direction])
		return;
	f->has_seq[direction] = true;
	f->first_seq[direction] = seq;
	if (f->begun) {
		strbuf_addf(&f->text, "!firstseq %c %u\n", direction == 0 ? '>' : '<', seq);
		f->told_seq[direction] = true;
	}
}

// Relative sequence numbers in a copy of the options.
static void
shift_sacks(uint8_t *options, uint32_t n, uint32_t by)
{
	enum { END = 0, NOP = 1, SACK = 5 };

	for (uint32_t at = 0; at < n && options[at] != END;) {
		uint32_t len = options[at] == NOP ? 1 : at + 1 < n ? options[at + 1] : 0;

		if (len == 0 || len > n - at)
			return;
		for (uint32_t k = at + 2; options[at] == SACK && k + 4 <= at + len; k += 4) {
			uint32_t edge = rte_cpu_to_be_32(summary_get32(options + k) - by);

			memcpy(options + k, &edge, sizeof(edge));
		}
		at += len;
	}
}

static void
add_options(struct flow_dump *f, const struct flow_dump_style *style, struct summary_view *v,
	unsigned other)
{
	uint32_t len;
	const uint8_t *tcp = summary_view_tcp(v, &len);
	uint8_t options[SUMMARY_OPTIONS_MAX];

	strbuf_addc(&f->text, ' ');
	if (tcp == NULL) {
		strbuf_addc(&f->text, '-');
		return;
	}
	len -= (uint32_t)sizeof(struct rte_tcp_hdr);
	memcpy(options, tcp + sizeof(struct rte_tcp_hdr), len);
	if (!style->absolute_seq && f->has_seq[other])
		shift_sacks(options, len, f->first_seq[other]);
	summary_tcp_options_text(options, len,
		style->all_options ? SUMMARY_TCP_ALL : SUMMARY_TCP_ALL & ~SUMMARY_TCP_TIMESTAMP,
		&f->text);
}

static void
add_tcp(struct flow_dump *f, const struct flow_dump_style *style, struct summary_view *v,
	unsigned direction)
{
	const struct rte_tcp_hdr *tcp = (const void *)v->tcp;
	bool acks = (tcp->tcp_flags & RTE_TCP_ACK_FLAG) != 0;
	uint32_t seq = rte_be_to_cpu_32(tcp->sent_seq), ack = rte_be_to_cpu_32(tcp->recv_ack);
	unsigned other = !direction;

	add_field(f, v, "tcp_flags");
	strbuf_addf(&f->text, " %u", style->absolute_seq ? seq : seq - f->first_seq[direction]);
	add_field(f, v, "payload_len");
	if (!acks)
		strbuf_adds(&f->text, " -");
	else
		strbuf_addf(&f->text, " %u", style->absolute_seq ? ack : ack - f->first_seq[other]);
	if (style->window)
		add_field(f, v, "tcp_window");
	if (style->options || style->all_options)
		add_options(f, style, v, other);
}

// The same columns without a header that says anything.
static void
add_no_tcp(struct flow_dump *f, const struct flow_dump_style *style)
{
	strbuf_adds(&f->text, " - - - -");
	if (style->window)
		strbuf_adds(&f->text, " -");
	if (style->options || style->all_options)
		strbuf_adds(&f->text, " -");
}

// Numbers that are new are told in front of the line.
static void
note_numbers(struct flow_dump *f, const struct summary_view *v, unsigned direction)
{
	const struct rte_tcp_hdr *tcp = (const void *)v->tcp;

	note_seq(f, direction, rte_be_to_cpu_32(tcp->sent_seq));
	if (tcp->tcp_flags & RTE_TCP_ACK_FLAG)
		note_seq(f, !direction, rte_be_to_cpu_32(tcp->recv_ack) - 1);
}

void
flow_dump_add(struct flow_dump *f, const struct flow_dump_style *style, struct summary_view *v)
{
	uint8_t paint = packet_anno_u8(v->p, ANNO_PAINT);
	unsigned direction = paint & PAINT_REVERSE;
	bool whole_tcp = f->name.is_tcp && v->n_transport >= sizeof(struct rte_tcp_hdr);

	f->n_packets++;
	if (paint >= PAINT_ERROR) {
		strbuf_addc(&f->text, '#');
		add_time(f, style, packet_timestamp(v->p));
		strbuf_addf(&f->text, " %c ICMP_error\n", direction == 0 ? '>' : '<');
		return;
	}
	if (whole_tcp && !style->absolute_seq)
		note_numbers(f, v, direction);
	add_time(f, style, packet_timestamp(v->p));
	strbuf_adds(&f->text, direction == 0 ? " >" : " <");
	if (style->ip_id)
		add_field(f, v, "ip_id");
	if (whole_tcp)
		add_tcp(f, style, v, direction);
	else if (f->name.is_tcp)
		add_no_tcp(f, style);
	else
		add_field(f, v, "payload_len");
	strbuf_addc(&f->text, '\n');
}

// ---- files

static void
add_header(struct flow_dump *f, const struct flow_dump_style *style, struct strbuf *out)
{
	strbuf_adds(out, "!IPSummaryDump 1.3\n!flowid ");
	text_ip(out, f->name.src);
	strbuf_addf(out, " %u ", f->name.sport);
	text_ip(out, f->name.dst);
	strbuf_addf(out, " %u %c\n!aggregate %u\n!data ntimestamp direction%s", f->name.dport,
		f->name.is_tcp ? 'T' : 'U', f->name.aggregate, style->ip_id ? " ip_id" : "");
	if (!f->name.is_tcp) {
		strbuf_adds(out, " payload_len\n");
	} else {
		strbuf_addf(out, " tcp_flags tcp_seq payload_len tcp_ack%s%s\n",
			style->window ? " tcp_window" : "",
			style->all_options ? " tcp_opt"
			: style->options   ? " tcp_ntopt"
					   : "");
	}
	for (unsigned direction = 0; direction < 2; direction++) {
		if (f->has_seq[direction])
			strbuf_addf(out, "!firstseq %c %u\n", direction == 0 ? '>' : '<',
				f->first_seq[direction]);
		f->told_seq[direction] = f->has_seq[direction];
	}
	if (!style->absolute_time) {
		strbuf_adds(out, "!firsttime ");
		text_timestamp(out, f->first_ns - 1);
		strbuf_addc(out, '\n');
	}
}

// The directories that the name's file is in.
static void
make_directories(char *name)
{
	for (char *slash = strchr(name + 1, '/'); *name != '\0' && slash != NULL;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(name, 0777); // if it cannot be made, opening the file says why
		*slash = '/';
	}
}

static int
open_file(struct flow_dump *f, const struct flow_dump_style *style)
{
	struct strbuf name = STRBUF_INIT;
	int fd;

	if (strcmp(style->pattern, "-") == 0)
		return STDOUT_FILENO;
	flow_pattern_expand(style->pattern, &f->name, &name);
	if (!f->begun)
		make_directories(name.data);
	fd = open(
		name.data, O_WRONLY | O_CREAT | O_CLOEXEC | (f->begun ? O_APPEND : O_TRUNC), 0666);
	if (fd < 0)
		fd = -errno;
	strbuf_fini(&name);
	return fd;
}

static int
write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno != EINTR)
			return -errno;
		bytes += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return 0;
}

int
flow_dump_flush(struct flow_dump *f, const struct flow_dump_style *style)
{
	struct strbuf header = STRBUF_INIT;
	int fd, err = 0;

	if (f->n_packets < style->min_count || f->text.len == 0)
		return 0;
	fd = open_file(f, style);
	if (fd < 0)
		return fd;
	if (!f->begun) {
		add_header(f, style, &header);
		err = write_all(fd, header.data, header.len);
		strbuf_fini(&header);
	}
	f->begun = true;
	if (err == 0)
		err = write_all(fd, f->text.data, f->text.len);
	if (fd != STDOUT_FILENO && close(fd) != 0 && err == 0)
		err = -errno;
	strbuf_clear(&f->text);
	return err;
}
