// SPDX-License-Identifier: BSD-3-Clause
// ICMPPingSource: sends echo requests and watches the replies.

#include <inttypes.h>

#include <rte_icmp.h>
#include <rte_ip.h>

#include "elements/icmp/icmp_name.h"
#include "elements/icmp/ping.h"
#include "elements/icmp/pingstats.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/timer.h"

struct icmppingsource {
	struct element element;
	struct ip_addr src, dst;
	struct timespan interval; // whole milliseconds
	struct data data;
	uint16_t identifier;
	int32_t limit; // pings in all; negative: no limit
	bool active, verbose, stop, mirror;
	bool interval_given;
	bool told_stop; // the driver has been told that the limit is reached
	uint64_t count; // pings made; home lcore writes, control reads
	struct timer timer;
	struct pingstats stats; // with an input only
};

enum { REPLY, NO_REPLY };

enum { REQUEST_TTL = 200, DATA_MAX = UINT16_MAX - PING_HEAD_SIZE };

static bool
at_limit(const struct icmppingsource *e)
{
	return e->limit >= 0 && e->count >= (uint64_t)e->limit;
}

static bool
has_input(const struct icmppingsource *e)
{
	return e->element.n_inputs > 0;
}

// ---- requests

// Once, however many pulls and replies still come.
static void
tell_stop(struct icmppingsource *e)
{
	if (!e->stop || e->told_stop)
		return;
	e->told_stop = true;
	router_adjust_run_count(e->element.router, -1);
}

// The next ping, NULL at the limit or without memory.
static struct packet *
make_ping(struct icmppingsource *e)
{
	struct ping ping = {
		.src = e->src,
		.dst = e->dst,
		.id = (uint16_t)(e->count % UINT16_MAX + 1),
		.identifier = e->identifier,
		.ttl = REQUEST_TTL,
	};
	struct packet *p;
	int64_t now;

	if (at_limit(e)) {
		tell_stop(e);
		return NULL;
	}
	p = packet_alloc(PACKET_HEADROOM, PING_HEAD_SIZE + (uint32_t)e->data.len);
	if (unlikely(p == NULL))
		return NULL;
	packet_write(&p, PING_HEAD_SIZE, e->data.bytes, (uint32_t)e->data.len);
	ping_write(p, &ping);
	now = clock_now();
	packet_set_timestamp(p, now);
	if (has_input(e))
		pingstats_sent(&e->stats, ping.id, now);
	e->count++;
	e->told_stop = false;
	return p;
}

static void
icmppingsource_fire(struct timer *timer)
{
	struct icmppingsource *e = (struct icmppingsource *)timer->element;
	bool done = at_limit(e);
	struct packet *p;

	if (!e->active || lcores_are_draining())
		return;
	p = make_ping(e);
	if (p != NULL)
		element_push_one(&e->element, 0, p);
	if (!done)
		timer_reschedule_after(timer, e->interval.ns);
}

static void
icmppingsource_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct icmppingsource *e = (struct icmppingsource *)base;
	struct packet *p;

	(void)port;
	b->n = 0;
	while (e->active && b->n < RTE_MIN(max, (unsigned)BATCH_MAX) && (p = make_ping(e)) != NULL)
		b->pkt[b->n++] = p;
}

// ---- replies

// The IP and ICMP headers of an echo reply to this element.
static bool
read_reply(const struct icmppingsource *e, struct packet **pp, struct rte_ipv4_hdr *ip,
	struct rte_icmp_hdr *icmp)
{
	int32_t off = packet_network_offset(*pp);
	const uint8_t *bytes = packet_peek(pp, off, sizeof(*ip));

	if (bytes == NULL)
		return false;
	memcpy(ip, bytes, sizeof(*ip));
	if (ip->next_proto_id != IPPROTO_ICMP || rte_ipv4_hdr_len(ip) < sizeof(*ip) ||
		(ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK)))
		return false;
	bytes = packet_peek(pp, off + rte_ipv4_hdr_len(ip), sizeof(*icmp));
	if (bytes == NULL)
		return false;
	memcpy(icmp, bytes, sizeof(*icmp));
	return icmp->icmp_type == ICMP_TYPE_ECHO_REPLY && icmp->icmp_ident == e->identifier;
}

static void
print_reply(const struct icmppingsource *e, const struct rte_ipv4_hdr *ip, uint16_t seq,
	uint64_t rtt_us)
{
	int n = rte_be_to_cpu_16(ip->total_length) - rte_ipv4_hdr_len(ip) -
		(int)sizeof(struct rte_icmp_hdr);
	struct strbuf from = STRBUF_INIT;

	text_ip(&from, (struct ip_addr){ip->src_addr});
	chatter(ELEMENT_FMT ": %d bytes from %s: icmp_seq=%u ttl=%u time=%" PRIu64 ".%03" PRIu64
			    " ms",
		ELEMENT_ARG(e), n, strbuf_text(&from), seq, ip->time_to_live, rtt_us / 1000,
		rtt_us % 1000);
	strbuf_fini(&from);
}

// Takes the packet.
static void
receive(struct icmppingsource *e, struct packet *p)
{
	int64_t at = packet_timestamp(p);
	struct rte_ipv4_hdr ip;
	struct rte_icmp_hdr icmp;
	uint64_t rtt_us = 0;
	uint16_t seq;

	if (!read_reply(e, &p, &ip, &icmp)) {
		element_drop(&e->element, NO_REPLY, p);
		return;
	}
	seq = rte_be_to_cpu_16(icmp.icmp_seq_nb);
	if (pingstats_received(&e->stats, seq, at != 0 ? at : clock_now(), &rtt_us) ==
		PING_UNKNOWN) {
		element_drop(&e->element, NO_REPLY, p);
		return;
	}
	element_drop(&e->element, REPLY, p);
	if (e->verbose)
		print_reply(e, &ip, seq, rtt_us);
	if (e->mirror && e->active) {
		p = make_ping(e);
		if (p != NULL)
			element_push_one(&e->element, 0, p);
	}
}

static void
icmppingsource_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		receive((struct icmppingsource *)base, b->pkt[i]);
}

// ---- configuration

static bool
pushes(const struct icmppingsource *e)
{
	return element_output_is_push(&e->element, 0);
}

static void
round_interval(struct icmppingsource *e)
{
	e->interval.ns -= e->interval.ns % CLOCK_MS;
}

static int
icmppingsource_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct icmppingsource *e = (struct icmppingsource *)base;

	(void)args;
	round_interval(e);
	if (e->data.len > DATA_MAX)
		return errh_error(errh, "DATA: too long, bound %d", DATA_MAX);
	if (!pushes(e) && e->mirror)
		return errh_error(errh, "MIRROR invalid on pull element");
	if (!pushes(e) && e->interval_given)
		errh_warning(errh, "element is pull, INTERVAL parameter will be ignored");
	else if (e->interval.ns == 0)
		errh_warning(errh, "INTERVAL so small that it is zero");
	return 0;
}

static int
icmppingsource_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	if (pushes((struct icmppingsource *)base))
		element_timer_carries(base, element_home(base));
	return 0;
}

static void
wake(struct icmppingsource *e)
{
	if (e->active && pushes(e) && !timer_is_scheduled(&e->timer))
		timer_schedule_after(&e->timer, e->interval.ns);
}

static int
icmppingsource_initialize(struct element *base, struct errh *errh)
{
	struct icmppingsource *e = (struct icmppingsource *)base;

	(void)errh;
	if (has_input(e))
		pingstats_init(&e->stats);
	timer_init(&e->timer, base, icmppingsource_fire, element_home(base));
	wake(e);
	return 0;
}

static void
print_summary(const struct icmppingsource *e)
{
	struct strbuf sb = STRBUF_INIT;

	pingstats_summary(&e->stats, e->count, &sb);
	if (sb.len > 0 && sb.data[sb.len - 1] == '\n')
		strbuf_truncate(&sb, sb.len - 1);
	chatter("%s", strbuf_text(&sb));
	strbuf_fini(&sb);
}

static void
icmppingsource_cleanup(struct element *base)
{
	struct icmppingsource *e = (struct icmppingsource *)base;

	timer_unschedule(&e->timer);
	if (e->stats.sent_ns != NULL && e->verbose)
		print_summary(e);
	pingstats_fini(&e->stats);
}

static int
icmppingsource_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct icmppingsource *e = (struct icmppingsource *)base;
	struct icmppingsource *old = (struct icmppingsource *)old_base;

	(void)errh;
	e->count = old->count;
	if (e->stats.sent_ns != NULL && old->stats.sent_ns != NULL) {
		pingstats_fini(&e->stats);
		e->stats = old->stats;
		// It has nothing to sum up any more.
		old->stats = (struct pingstats){0};
	}
	return 0;
}

// ---- handlers

enum { ACTIVE, LIMIT, INTERVAL, RESET, SUMMARY, RTT_MIN, RTT_AVG, RTT_MAX };

static int
read_stats(const struct handler_read *call)
{
	const struct icmppingsource *e = (struct icmppingsource *)call->element;

	switch (call->row->number) {
	case SUMMARY:
		pingstats_summary(&e->stats, e->count, call->out);
		break;
	case RTT_MIN:
		text_fixed10(call->out, e->stats.rtt_min, 6);
		break;
	case RTT_AVG:
		text_fixed10(call->out, pingstats_rtt_avg(&e->stats), 6);
		break;
	case RTT_MAX:
		text_fixed10(call->out, e->stats.rtt_max, 6);
		break;
	}
	return 0;
}

static int
write_number(const struct handler_write *call, struct icmppingsource *e)
{
	int64_t n;

	if (call->row->number == LIMIT) {
		if (text_read_int64(call->text, &n) != 0 || n < INT32_MIN || n > INT32_MAX)
			return errh_error(call->errh, "'limit' should be integer");
		e->limit = (int32_t)n;
		return 0;
	}
	if (text_read_timespan(call->text, &n) != 0 || n < 0)
		return errh_error(call->errh, "'interval' should be an interval");
	e->interval.ns = n;
	round_interval(e);
	return 0;
}

static int
write_value(const struct handler_write *call)
{
	struct icmppingsource *e = (struct icmppingsource *)call->element;
	int err = 0;

	switch (call->row->number) {
	case ACTIVE:
		if (text_read_bool(call->text, &e->active) != 0)
			return errh_error(call->errh, "type mismatch");
		if (!e->active)
			timer_unschedule(&e->timer);
		break;
	case RESET:
		e->count = 0;
		if (has_input(e))
			pingstats_reset(&e->stats);
		break;
	default:
		err = write_number(call, e);
		break;
	}
	wake(e);
	return err;
}

static void
icmppingsource_add_handlers(struct element *base)
{
	static const struct handler stats = {.read = read_stats};

	if (!has_input((struct icmppingsource *)base))
		return;
	element_add_handler(base, "summary", &stats, SUMMARY);
	element_add_handler(base, "rtt_min", &stats, RTT_MIN);
	element_add_handler(base, "rtt_avg", &stats, RTT_AVG);
	element_add_handler(base, "rtt_max", &stats, RTT_MAX);
}

static const struct arg icmppingsource_args[] = {
	ARG(icmppingsource, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(icmppingsource, dst, "DST", ARG_MANDATORY, .help = "address to ping"),
	ARG(icmppingsource, interval, "INTERVAL", ARG_KEYWORD, .def = "1",
		.given = ARG_GIVEN(icmppingsource, interval_given),
		.help = "time between two pings, in whole milliseconds; for push output"),
	ARG(icmppingsource, identifier, "IDENTIFIER", ARG_KEYWORD, .def = "0",
		.help = "ICMP identifier; as in Click on Linux its bytes are not swapped"),
	ARG(icmppingsource, limit, "LIMIT", ARG_KEYWORD, .def = "-1",
		.help = "pings in all; negative: no limit"),
	ARG(icmppingsource, data, "DATA", ARG_KEYWORD, .help = "what the pings carry"),
	ARG(icmppingsource, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: sends nothing until the handler `active` is set"),
	ARG(icmppingsource, verbose, "VERBOSE", ARG_KEYWORD, .def = "true",
		.help = "prints a line for each reply, and a summary at the end"),
	ARG(icmppingsource, stop, "STOP", ARG_KEYWORD, .def = "false",
		.help = "stops the driver when LIMIT is reached"),
	ARG(icmppingsource, mirror, "MIRROR", ARG_KEYWORD, .def = "false",
		.help = "sends the next ping as soon as a reply arrives as well"),
	ARGS_END,
};

static const struct handler icmppingsource_handlers[] = {
	HANDLER_FIELD_R("active", icmppingsource, active, HANDLER_CHECKBOX, .write = write_value,
		.number = ACTIVE, .help = "whether pings are sent"),
	HANDLER_FIELD_R("src", icmppingsource, src, 0, .write = ping_write_address,
		.help = "source address"),
	HANDLER_FIELD_R("dst", icmppingsource, dst, 0, .write = ping_write_address,
		.help = "address to ping"),
	HANDLER_FIELD_R("count", icmppingsource, count, HANDLER_LIVE, .help = "pings sent"),
	{.name = "limit", .write = write_value, .number = LIMIT, .help = "pings in all"},
	{.name = "interval",
		.write = write_value,
		.number = INTERVAL,
		.help = "time between two pings"},
	{.name = "reset_counts",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = RESET,
		.help = "forgets all pings and replies"},
	HANDLERS_END,
};

static const char *const icmppingsource_drops[] = {
	[REPLY] = "reply received", [NO_REPLY] = "not a reply to a ping", NULL};

static const struct element_class icmppingsource_class = {
	.name = "ICMPPingSource",
	.aliases = "ICMPSendPings",
	.ports = "0-1/1",
	.processing = "h/a",
	.flags = ELEMENT_SOURCE,
	.lcores = LCORES_ONE,
	.size = sizeof(struct icmppingsource),
	.push = icmppingsource_push,
	.pull = icmppingsource_pull,
	.configure = icmppingsource_configure,
	.attach = icmppingsource_attach,
	.initialize = icmppingsource_initialize,
	.cleanup = icmppingsource_cleanup,
	.take_state = icmppingsource_take_state,
	.args = icmppingsource_args,
	.handlers = icmppingsource_handlers,
	.add_handlers = icmppingsource_add_handlers,
	.drops = icmppingsource_drops,
	.group = "icmp",
	.brief = "sends echo requests and watches the replies",
	.manual =
		"Pushes an echo request every INTERVAL, the first one INTERVAL after the start, or\n"
		"gives one for each pull. IP id and sequence number count from 1 and leave out 0.\n"
		"\n"
		"Packets for the input need an IP header place. Echo replies with this element's\n"
		"identifier and a sequence number that was sent are counted and timed; the handlers\n"
		"`summary`, `rtt_min`, `rtt_avg` and `rtt_max` (seconds) tell how that went. Unlike\n"
		"in Click a reply that came twice is not counted twice in the packet loss.",
	.example = "ICMPPingSource(10.0.0.1, 10.0.0.2, INTERVAL 0.1s, LIMIT 5) -> Discard;",
};
ELEMENT_CLASS(icmppingsource_class)
