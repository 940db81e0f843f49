// SPDX-License-Identifier: BSD-3-Clause
// FTPPortMapper: makes mappings for the data connections that FTP clients announce.

#include "elements/ip/payload.h"
#include "elements/nat/ftpcommand.h"
#include "elements/nat/header.h"
#include "elements/nat/rewriter.h"
#include "elements/nat/tcpdeltas.h"
#include "src/flow.h"

struct ftpportmapper {
	struct element element;
	// In use.
	struct rewriter *control, *data; // borrowed
	int input;
	// Arguments.
	struct element *control_arg, *data_arg;
	int32_t input_arg;
};

enum { COMMAND_MAX = 256 }; // longer ones, with so many blanks, are none

// ---- data path

// A TCP packet that may have a command in it.
struct segment {
	struct rewriter_packet rp;
	uint32_t seq; // host order
	uint32_t tcp_len; // of the header
	uint32_t len; // of the data
};

static bool
read_segment(struct segment *s, struct packet **pp)
{
	const struct rte_ipv4_hdr *ip = header_read(pp, &s->rp);
	const struct rte_tcp_hdr *tcp;
	uint32_t ip_len;

	if (ip == NULL || s->rp.protocol != IPPROTO_TCP)
		return false;
	ip_len = rte_be_to_cpu_16(ip->total_length);
	if (!header_read_ports(pp, &s->rp) || s->rp.transport_len < sizeof(*tcp))
		return false;
	tcp = (const void *)header_transport(pp, &s->rp, sizeof(*tcp));
	if (tcp == NULL || ip_len < s->rp.header_len ||
		ip_len - s->rp.header_len > s->rp.transport_len)
		return false;
	s->seq = rte_be_to_cpu_32(tcp->sent_seq);
	s->tcp_len = (tcp->data_off >> 4) * 4u;
	if (s->tcp_len < sizeof(*tcp) || ip_len - s->rp.header_len < s->tcp_len)
		return false;
	s->len = ip_len - s->rp.header_len - s->tcp_len;
	return true;
}

static bool
read_command(struct ftp_port *command, const struct segment *s, const struct packet *p)
{
	uint32_t n = RTE_MIN(s->len, (uint32_t)COMMAND_MAX);
	int32_t off = s->rp.off + (int32_t)(s->rp.header_len + s->tcp_len);
	uint8_t bytes[COMMAND_MAX];

	return n > 0 && payload_read(p, off, bytes, n) && ftp_port_parse(command, bytes, n);
}

// The mapping of the data connection: where the server will find it.
static bool
map_data(const struct ftpportmapper *e, const struct segment *s, const struct ftp_port *command,
	const struct rewriter_entry *control, struct flow_key *to)
{
	struct flow_key ends = {.src = command->addr, .dst = s->rp.key.dst, .sport = command->port};
	struct rewriter_entry entry;
	uint32_t ref;

	ends.dport = rte_cpu_to_be_16((uint16_t)(rte_be_to_cpu_16(s->rp.key.dport) - 1));
	if (!rewriter_find(e->data, IPPROTO_TCP, &ends, e->input, &entry))
		return false;
	*to = entry.rewritten;
	if (!control->has_reply_anno)
		return true;
	rte_spinlock_lock(&e->data->set->lock);
	ref = rewriter_find_ref(e->data, IPPROTO_TCP, &ends, REWRITER_CHECK);
	if (ref != 0)
		flow_set_flow(e->data->set, ref)->reply_anno = control->reply_anno;
	rte_spinlock_unlock(&e->data->set->lock);
	return true;
}

// Later sequence numbers of the control connection are off by this.
static void
request_delta(const struct ftpportmapper *e, const struct segment *s, int32_t change)
{
	struct flow_set *set = e->control->set;
	uint32_t ref;

	rte_spinlock_lock(&set->lock);
	ref = rewriter_find_ref(e->control, IPPROTO_TCP, &s->rp.key, REWRITER_CHECK);
	if (ref != 0 && (change != 0 || flow_set_flow(set, ref)->deltas != NULL))
		tcp_deltas_change(
			&flow_set_flow(set, ref)->deltas, ref & 1, s->seq + s->len, change);
	rte_spinlock_unlock(&set->lock);
}

// Puts text in place of n bytes at `at`, behind the IP header, and moves what follows. Returns the
// IP header; NULL, and nothing has changed: no memory.
static struct rte_ipv4_hdr *
splice(struct packet **pp, const struct segment *s, uint32_t at, uint32_t n, const char *text,
	uint32_t len)
{
	uint32_t old = s->rp.header_len + s->rp.transport_len, total = old;
	uint32_t behind = s->rp.header_len + at + n;
	uint8_t *ip;

	if (len > n) {
		if (!packet_put(pp, len - n))
			return NULL;
		total += len - n;
	}
	ip = packet_edit(pp, s->rp.off, total);
	if (ip == NULL) {
		packet_take(*pp, total - old);
		return NULL;
	}
	memmove(ip + behind - n + len, ip + behind, old - behind);
	memcpy(ip + behind - n, text, len);
	if (len < n)
		packet_take(*pp, n - len);
	return (void *)ip;
}

static void
fix_header(struct rte_ipv4_hdr *ip, const struct segment *s, int32_t change)
{
	uint16_t old_len = ip->total_length;
	uint16_t new_len = rte_cpu_to_be_16((uint16_t)(rte_be_to_cpu_16(old_len) + change));
	uint16_t tcp_len = rte_cpu_to_be_16((uint16_t)(s->tcp_len + s->len + (uint32_t)change));
	struct rte_tcp_hdr *tcp = (void *)((uint8_t *)ip + s->rp.header_len);
	uint64_t sum = checksum_add_pseudo(ip, s->rp.header_len, tcp_len);

	ip->total_length = new_len;
	ip->hdr_checksum = checksum_update(ip->hdr_checksum, old_len, new_len);
	tcp->cksum = 0;
	tcp->cksum = checksum_finish(checksum_add(sum, tcp, rte_be_to_cpu_16(tcp_len)));
}

static inline void
map_packet(struct ftpportmapper *e, struct packet **pp)
{
	char text[FTP_PORT_TEXT_MAX];
	struct rewriter_entry control;
	struct ftp_port command;
	struct rte_ipv4_hdr *ip;
	struct flow_key to;
	struct segment s;
	int32_t change;
	uint32_t len;

	if (!read_segment(&s, pp) || !read_command(&command, &s, *pp) ||
		!rewriter_find(e->control, IPPROTO_TCP, &s.rp.key, REWRITER_CHECK, &control) ||
		!map_data(e, &s, &command, &control, &to))
		return;
	len = ftp_port_write(text, to.src, to.sport);
	change = (int32_t)len - (int32_t)command.len;
	if (s.rp.header_len + s.tcp_len + s.len + (uint32_t)change > UINT16_MAX)
		return;
	ip = splice(pp, &s, s.tcp_len + command.start, command.len, text, len);
	if (ip == NULL)
		return;
	fix_header(ip, &s, change);
	request_delta(e, &s, change);
}

static void
map_batch(struct ftpportmapper *e, struct batch *b)
{
	for (unsigned i = 0; i < b->n; i++)
		map_packet(e, &b->pkt[i]);
}

static void
ftpportmapper_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	map_batch((struct ftpportmapper *)base, b);
	element_push(base, 0, b);
}

static void
ftpportmapper_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	map_batch((struct ftpportmapper *)base, b);
}

// ---- configuration

static int
ftpportmapper_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ftpportmapper *e = (struct ftpportmapper *)base;
	struct rewriter *control = rewriter_of(e->control_arg), *data = rewriter_of(e->data_arg);
	int err = 0;

	(void)args;
	// Without a kind its own configuration has failed, which was said there.
	if (control == NULL || (control->kind != NULL && !control->kind->is_tcp))
		err = errh_error(
			errh, "CONTROL_REWRITER: element type mismatch, expected TCPRewriter");
	if (data == NULL)
		err = errh_error(
			errh, "DATA_REWRITER: element type mismatch, expected IPRewriterBase");
	else if (e->input_arg < 0 || e->input_arg >= data->element.n_inputs)
		err = errh_error(errh, "DATA_REWRITER_INPUT out of range");
	if (err != 0)
		return err;
	e->control = control;
	e->data = data;
	e->input = e->input_arg;
	return 0;
}

struct search {
	struct flow_walk walk;
	const struct element *wanted;
	bool found;
};

static bool
visit(struct flow_walk *walk, struct element *e, unsigned port)
{
	struct search *search = (struct search *)walk;

	(void)port;
	search->found |= e == search->wanted;
	return !search->found;
}

static int
ftpportmapper_initialize(struct element *base, struct errh *errh)
{
	const struct ftpportmapper *e = (struct ftpportmapper *)base;
	struct search search = {.walk.visit = visit, .wanted = &e->control->element};

	flow_downstream(&search.walk, base, 0);
	if (!search.found)
		errh_warning(errh, "control packet rewriter '" ELEMENT_FMT "' is not downstream",
			ELEMENT_ARG(e->control));
	return 0;
}

static const struct arg ftpportmapper_args[] = {
	ARG(ftpportmapper, control_arg, "CONTROL_REWRITER", ARG_MANDATORY,
		.help = "rewriter of the control connection, an IPRewriter or TCPRewriter"),
	ARG(ftpportmapper, data_arg, "DATA_REWRITER", ARG_MANDATORY,
		.help = "rewriter of data connections"),
	ARG(ftpportmapper, input_arg, "DATA_REWRITER_INPUT", ARG_MANDATORY,
		.help = "its input whose INPUTSPEC makes their mappings"),
	ARGS_END,
};

static const struct element_class ftpportmapper_class = {
	.name = "FTPPortMapper",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.phase = PHASE_DEFAULT + 1, // behind the rewriters
	.lcores = LCORES_ANY,
	.size = sizeof(struct ftpportmapper),
	.push = ftpportmapper_push,
	.pull = ftpportmapper_pull,
	.configure = ftpportmapper_configure,
	.initialize = ftpportmapper_initialize,
	.args = ftpportmapper_args,
	.group = "nat",
	.brief = "makes mappings for the data connections that FTP clients announce",
	.manual =
		"It stands in front of the rewriter of the control connection. A packet of a known\n"
		"control connection that begins with a whole PORT command gets the address and port\n"
		"that the data connection's mapping gives it; the mapping is made by an input of\n"
		"DATA_REWRITER if it is not there. Where the command gets longer or shorter, the\n"
		"control rewriter adjusts the sequence numbers of what follows. All other packets\n"
		"pass unchanged. Of a connection with more than 16 such changes that are still on\n"
		"their way, the oldest is forgotten.",
	.example = "rw :: IPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop);\n"
		   "Idle -> FTPPortMapper(rw, rw, 0) -> rw; Idle -> [1] rw;\n"
		   "rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(ftpportmapper_class)
