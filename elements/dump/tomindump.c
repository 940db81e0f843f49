// SPDX-License-Identifier: BSD-3-Clause
// ToMinDump: writes the headers of packets to a file.

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_tcp.h>

#include "elements/dump/dumpsink.h"
#include "elements/dump/mindump.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/strbuf.h"

struct tomindump {
	struct dump_sink sink;
	struct dump_output out;
	bool verbose;
	uint64_t n_skipped; // packets without an IP header
};

// ---- data path

// Bytes of the transport header at off, of which there are at most have.
static uint32_t
transport_length(const struct packet *p, const struct rte_ipv4_hdr *ip, uint32_t off, uint32_t have)
{
	uint32_t n = 0;
	uint8_t data_off;

	if (ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK))
		return 0;
	if (ip->next_proto_id == IPPROTO_UDP || ip->next_proto_id == IPPROTO_ICMP)
		n = 8;
	else if (ip->next_proto_id == IPPROTO_TCP &&
		 packet_read(
			 p, off + (uint32_t)offsetof(struct rte_tcp_hdr, data_off), &data_off, 1))
		n = RTE_MAX((data_off >> 4) * 4u, (uint32_t)sizeof(struct rte_tcp_hdr));
	return RTE_MIN(n, have);
}

// Bytes of the headers from off on, and the length that the IP header states. 0: there are none.
static uint32_t
headers_length(const struct packet *p, uint32_t off, uint32_t *length)
{
	uint32_t header_len, have;
	struct rte_ipv4_hdr ip;

	if (!packet_read(p, off, &ip, sizeof(ip)))
		return 0;
	header_len = rte_ipv4_hdr_len(&ip);
	*length = rte_be_to_cpu_16(ip.total_length);
	have = RTE_MIN(packet_length(p) - off, *length);
	if (header_len < sizeof(ip) || header_len > have)
		return 0;
	return header_len + transport_length(p, &ip, off + header_len, have - header_len);
}

static int
tomindump_begin(struct dump_sink *s)
{
	struct dump_output *out = &((struct tomindump *)s)->out;
	int err;

	if (out->begun)
		return 0;
	err = dump_output_begin(out);
	return err != 0 ? err : dump_output_add(out, MINDUMP_MAGIC, MINDUMP_MAGIC_SIZE);
}

static int
tomindump_write(struct dump_sink *s, struct packet *p)
{
	struct tomindump *e = (struct tomindump *)s;
	int32_t off = packet_network_offset(p);
	uint8_t headers[MINDUMP_HEADERS_MAX];
	struct mindump_record record;
	uint32_t n, length = 0;
	int64_t ns;
	int err = tomindump_begin(s);

	if (unlikely(err != 0))
		return err;
	n = off >= 0 ? headers_length(p, (uint32_t)off, &length) : 0;
	if (n == 0 || !packet_read(p, (uint32_t)off, headers, n)) {
		e->n_skipped++;
		return 0;
	}
	ns = packet_timestamp(p);
	record = (struct mindump_record){
		.timestamp_ns = rte_cpu_to_be_64((uint64_t)(ns != 0 ? ns : clock_now())),
		.length = rte_cpu_to_be_16((uint16_t)length),
		.n_headers = rte_cpu_to_be_16((uint16_t)n),
	};
	err = dump_output_reserve(&e->out, sizeof(record) + n);
	if (err != 0)
		return err;
	e->out.n_records++;
	dump_output_add(&e->out, &record, sizeof(record));
	return dump_output_add(&e->out, headers, n);
}

// ---- life

static int
tomindump_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct tomindump *e = (struct tomindump *)base;

	(void)args;
	(void)errh;
	e->out = (struct dump_output)DUMP_OUTPUT_CLOSED;
	e->sink.out = &e->out;
	e->sink.write = tomindump_write;
	e->sink.begin = tomindump_begin;
	return 0;
}

static int
tomindump_initialize(struct element *base, struct errh *errh)
{
	struct tomindump *e = (struct tomindump *)base;

	if (dump_output_open(&e->out, e->sink.filename.text, errh) != 0)
		return -EINVAL;
	dump_sink_initialize(&e->sink);
	return 0;
}

static uint64_t
n_written(const struct tomindump *e)
{
	return e->sink.n_packets - e->n_skipped;
}

static void
tomindump_cleanup(struct element *base)
{
	struct tomindump *e = (struct tomindump *)base;

	dump_sink_cleanup(&e->sink);
	if (e->verbose && base->info->initialized)
		chatter(ELEMENT_FMT ": wrote %" PRIu64 " packets", ELEMENT_ARG(&e->sink),
			n_written(e));
}

static int
tomindump_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct tomindump *e = (struct tomindump *)base, *old = (struct tomindump *)old_base;

	(void)errh;
	if (strcmp(e->sink.filename.text, old->sink.filename.text) == 0) {
		dump_sink_take(&e->sink, &old->sink);
		e->n_skipped = old->n_skipped;
		old->verbose = false;
	}
	return 0;
}

// ---- tables

static int
read_count(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, n_written((struct tomindump *)call->element));
	return 0;
}

static int
write_flush(const struct handler_write *call)
{
	struct tomindump *e = (struct tomindump *)call->element;
	int err = e->sink.failed ? 0 : dump_output_flush(&e->out);

	if (err == 0)
		return 0;
	dump_sink_fail(&e->sink, err);
	return errh_error(call->errh, "%s: %s", dump_sink_file(&e->sink), strerror(-err));
}

static const struct arg tomindump_args[] = {
	ARG(tomindump, sink.filename, "FILENAME", ARG_MANDATORY,
		.help = "the file; -: standard output. .gz and .bz2 are compressed"),
	ARG(tomindump, verbose, "VERBOSE", ARG_KEYWORD, .def = "false",
		.help = "tells at the end how many packets were written"),
	ARGS_END,
};

static const struct handler tomindump_handlers[] = {
	{.name = "count", .read = read_count, .help = "packets written"},
	HANDLER_FIELD_R("skipped", tomindump, n_skipped, 0,
		.help = "packets without an IP header, not written"),
	{.name = "flush",
		.write = write_flush,
		.flags = HANDLER_BUTTON,
		.help = "writes out what is collected"},
	HANDLERS_END,
};

static const char *const tomindump_drops[] = {DUMP_SINK_DROPS, NULL};

static const struct element_class tomindump_class = {
	.name = "ToMinDump",
	.ports = "1/0-1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct tomindump),
	.push = dump_sink_push,
	.pull = dump_sink_pull,
	.configure = tomindump_configure,
	.attach = dump_sink_attach,
	.initialize = tomindump_initialize,
	.cleanup = tomindump_cleanup,
	.take_state = tomindump_take_state,
	.args = tomindump_args,
	.handlers = tomindump_handlers,
	.add_handlers = dump_sink_add_handlers,
	.drops = tomindump_drops,
	.group = "dump",
	.brief = "writes the headers of packets to a file",
	.manual =
		"Keeps what IP, TCP, UDP and ICMP headers of IPv4 packets say, their options, lengths\n"
		"and times, some 50 bytes a packet; no data. FromMinDump makes packets of it. The\n"
		"format is our own: FastClick's files cannot be read, nor can it read ours. Needs\n"
		"header places: put a MarkIPHeader in front. See ToDump for files and errors.",
	.example = "Idle -> MarkIPHeader(14) -> ToMinDump(trace.min) -> Discard;",
};
ELEMENT_CLASS(tomindump_class)
