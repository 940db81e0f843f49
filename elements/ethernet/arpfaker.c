// SPDX-License-Identifier: BSD-3-Clause
// ARPFaker, ARPAdvertiser: send ARP replies that nobody asked for, again and again.

#include <stdlib.h>

#include "elements/ethernet/arppacket.h"
#include "src/clock.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/timer.h"

struct arp_claim { // that src_ip is at src_eth, told to dst_ip
	struct ip_addr dst_ip, src_ip;
	struct mac_addr dst_eth, src_eth;
};

struct arpfaker {
	struct element element;
	struct timer timer;
	struct arp_claim claim;
};

static const int64_t first_ns = CLOCK_S, interval_ns = 10 * CLOCK_S;

static struct packet *
make_reply(const struct arp_claim *c)
{
	struct arp_frame frame = {0};
	struct rte_arp_ipv4 *data = &frame.arp.arp_data;

	memcpy(&frame.eth.dst_addr, c->dst_eth.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(&frame.eth.src_addr, c->src_eth.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(&data->arp_sha, c->src_eth.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(&data->arp_tha, c->dst_eth.bytes, RTE_ETHER_ADDR_LEN);
	data->arp_sip = c->src_ip.be;
	data->arp_tip = c->dst_ip.be;
	return arp_packet_make(&frame, RTE_ARP_OP_REPLY, 0);
}

static void
arpfaker_fire(struct timer *timer)
{
	struct arpfaker *e = (struct arpfaker *)timer->element;
	struct packet *p;

	if (lcores_are_draining())
		return;
	p = make_reply(&e->claim);
	if (likely(p != NULL))
		element_push_one(&e->element, 0, p);
	timer_reschedule_after(timer, interval_ns);
}

static int
arpfaker_attach(struct element *e, struct errh *errh)
{
	(void)errh;
	element_timer_carries(e, element_home(e));
	return 0;
}

static int
arpfaker_initialize(struct element *base, struct errh *errh)
{
	struct arpfaker *e = (struct arpfaker *)base;

	(void)errh;
	timer_init(&e->timer, base, arpfaker_fire, element_home(base));
	timer_schedule_after(&e->timer, first_ns);
	return 0;
}

static void
arpfaker_cleanup(struct element *base)
{
	timer_unschedule(&((struct arpfaker *)base)->timer);
}

static const struct arg arpfaker_args[] = {
	ARG(arpfaker, claim.dst_ip, "DSTIP", ARG_MANDATORY, .help = "whom the reply is for"),
	ARG(arpfaker, claim.dst_eth, "DSTETH", ARG_MANDATORY, .help = "its Ethernet address"),
	ARG(arpfaker, claim.src_ip, "SRCIP", ARG_MANDATORY,
		.help = "address that the reply speaks of"),
	ARG(arpfaker, claim.src_eth, "SRCETH", ARG_MANDATORY,
		.help = "the Ethernet address that it is said to have"),
	ARGS_END,
};

static const struct element_class arpfaker_class = {
	.name = "ARPFaker",
	.ports = "0/1",
	.processing = "h/h",
	.lcores = LCORES_ONE,
	.size = sizeof(struct arpfaker),
	.attach = arpfaker_attach,
	.initialize = arpfaker_initialize,
	.cleanup = arpfaker_cleanup,
	.args = arpfaker_args,
	.group = "ethernet",
	.brief = "sends ARP replies that nobody asked for",
	.manual =
		"One second after the start, and every 10 seconds from then on, tells DSTIP by an ARP\n"
		"reply that SRCIP is at SRCETH.",
	.example = "ARPFaker(10.0.0.2, 2:0:0:0:0:2, 10.0.0.1, 2:0:0:0:0:1) -> Discard;",
};
ELEMENT_CLASS(arpfaker_class)

// ---- ARPAdvertiser

struct arpadvertiser {
	struct element element;
	struct timer timer;
	// Written while lcores are paused.
	struct arp_claim *claims; // owned; room for capacity
	uint32_t n_claims;
	// As configured.
	struct arp_claim first;
	bool has_dst_ip, has_dst_eth, has_src_ip, has_src_eth;
	uint32_t capacity;
};

enum { CAPACITY_MAX = 65536 };

static void
arpadvertiser_fire(struct timer *timer)
{
	struct arpadvertiser *e = (struct arpadvertiser *)timer->element;
	struct batch b = {0};

	for (uint32_t i = 0; i < e->n_claims && !lcores_are_draining(); i++) {
		struct packet *p = make_reply(&e->claims[i]);

		if (unlikely(p == NULL))
			break; // counted by the pool; the next time there may be some
		b.pkt[b.n++] = p;
		if (b.n == BATCH_MAX) {
			element_push(&e->element, 0, &b);
			b.n = 0;
		}
	}
	element_push(&e->element, 0, &b);
	timer_reschedule_after(timer, interval_ns);
}

static bool
is_same_claim(const struct arp_claim *a, const struct arp_claim *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static uint32_t
find_claim(const struct arpadvertiser *e, const struct arp_claim *c)
{
	uint32_t i = 0;

	while (i < e->n_claims && !is_same_claim(&e->claims[i], c))
		i++;
	return i;
}

static int
arpadvertiser_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct arpadvertiser *e = (struct arpadvertiser *)base;
	unsigned n = e->has_dst_ip + e->has_dst_eth + e->has_src_ip + e->has_src_eth;

	(void)args;
	if (n != 0 && n != 4)
		return errh_error(errh, "expected DSTIP, DSTETH, SRCIP and SRCETH, or none");
	e->claims = mem_zalloc(e->capacity * sizeof(*e->claims));
	if (n != 0)
		e->claims[e->n_claims++] = e->first;
	return 0;
}

static int
arpadvertiser_initialize(struct element *base, struct errh *errh)
{
	struct arpadvertiser *e = (struct arpadvertiser *)base;

	(void)errh;
	timer_init(&e->timer, base, arpadvertiser_fire, element_home(base));
	timer_schedule_after(&e->timer, first_ns);
	return 0;
}

static void
arpadvertiser_cleanup(struct element *base)
{
	struct arpadvertiser *e = (struct arpadvertiser *)base;

	timer_unschedule(&e->timer);
	free(e->claims);
}

static int
arpadvertiser_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct arpadvertiser *e = (struct arpadvertiser *)base;
	const struct arpadvertiser *old = (struct arpadvertiser *)old_base;

	for (uint32_t i = 0; i < old->n_claims; i++) {
		if (find_claim(e, &old->claims[i]) < e->n_claims)
			continue;
		if (e->n_claims == e->capacity)
			return errh_error(errh, "CAPACITY is too small for the old table");
		e->claims[e->n_claims++] = old->claims[i];
	}
	return 0;
}

// ---- its handlers

enum { TABLE, COUNT, INSERT, DELETE, CLEAR };

static int
read_table(const struct handler_read *call)
{
	const struct arpadvertiser *e = (struct arpadvertiser *)call->element;

	if (call->row->number == COUNT) {
		strbuf_addf(call->out, "%u", e->n_claims);
		return 0;
	}
	for (uint32_t i = 0; i < e->n_claims; i++) {
		text_ip(call->out, e->claims[i].dst_ip);
		strbuf_addc(call->out, ' ');
		text_mac(call->out, e->claims[i].dst_eth.bytes);
		strbuf_addc(call->out, ' ');
		text_ip(call->out, e->claims[i].src_ip);
		strbuf_addc(call->out, ' ');
		text_mac(call->out, e->claims[i].src_eth.bytes);
		strbuf_addc(call->out, '\n');
	}
	return 0;
}

static bool
read_claim(const struct handler_write *call, struct arp_claim *c)
{
	struct strvec words = {0};
	struct errh silent;
	bool good;

	errh_init_silent(&silent);
	*c = (struct arp_claim){0};
	confstr_split_words(call->text, &words);
	good = words.n == 4 &&
	       args_parse_value(
		       &arg_ip_addr, words.v[0], &c->dst_ip, NULL, call->element, &silent) == 0 &&
	       args_parse_value(
		       &arg_mac_addr, words.v[1], &c->dst_eth, NULL, call->element, &silent) == 0 &&
	       args_parse_value(
		       &arg_ip_addr, words.v[2], &c->src_ip, NULL, call->element, &silent) == 0 &&
	       args_parse_value(
		       &arg_mac_addr, words.v[3], &c->src_eth, NULL, call->element, &silent) == 0;
	strvec_fini(&words);
	return good;
}

static int
write_table(const struct handler_write *call)
{
	struct arpadvertiser *e = (struct arpadvertiser *)call->element;
	struct arp_claim claim;
	uint32_t at;

	if (call->row->number == CLEAR) {
		e->n_claims = 0;
		return 0;
	}
	if (!read_claim(call, &claim))
		return errh_error(call->errh, "expected 'DSTIP DSTETH SRCIP SRCETH'");
	at = find_claim(e, &claim);
	if (call->row->number == DELETE) {
		if (at == e->n_claims)
			return errh_error(call->errh, "no such entry");
		memmove(e->claims + at, e->claims + at + 1,
			(--e->n_claims - at) * sizeof(*e->claims));
	} else if (at == e->n_claims) {
		if (e->n_claims == e->capacity)
			return errh_error(call->errh, "table full");
		e->claims[e->n_claims++] = claim;
	}
	return 0;
}

static const struct arg arpadvertiser_args[] = {
	ARG(arpadvertiser, first.dst_ip, "DSTIP", ARG_OPTIONAL,
		.given = ARG_GIVEN(arpadvertiser, has_dst_ip), .help = "whom a reply is for"),
	ARG(arpadvertiser, first.dst_eth, "DSTETH", ARG_OPTIONAL,
		.given = ARG_GIVEN(arpadvertiser, has_dst_eth), .help = "its Ethernet address"),
	ARG(arpadvertiser, first.src_ip, "SRCIP", ARG_OPTIONAL,
		.given = ARG_GIVEN(arpadvertiser, has_src_ip),
		.help = "address that the reply speaks of"),
	ARG(arpadvertiser, first.src_eth, "SRCETH", ARG_OPTIONAL,
		.given = ARG_GIVEN(arpadvertiser, has_src_eth),
		.help = "the Ethernet address that it is said to have"),
	ARG(arpadvertiser, capacity, "CAPACITY", ARG_KEYWORD, .def = "1024", .min = 1,
		.max = CAPACITY_MAX, .help = "entries that there is room for"),
	ARGS_END,
};

static const struct handler arpadvertiser_handlers[] = {
	{.name = "table",
		.read = read_table,
		.number = TABLE,
		.help = "the entries, a line each: DSTIP DSTETH SRCIP SRCETH"},
	{.name = "count", .read = read_table, .number = COUNT, .help = "entries"},
	HANDLER_FIELD_R("capacity", arpadvertiser, capacity, HANDLER_CALM,
		.help = "entries that there is room for"),
	{.name = "insert",
		.write = write_table,
		.number = INSERT,
		.help = "DSTIP DSTETH SRCIP SRCETH: adds an entry"},
	{.name = "delete",
		.write = write_table,
		.number = DELETE,
		.help = "DSTIP DSTETH SRCIP SRCETH: removes it"},
	{.name = "clear",
		.write = write_table,
		.number = CLEAR,
		.flags = HANDLER_BUTTON,
		.help = "removes all entries"},
	HANDLERS_END,
};

static const struct element_class arpadvertiser_class = {
	.name = "ARPAdvertiser",
	.ports = "0/1",
	.processing = "h/h",
	.lcores = LCORES_ONE,
	.size = sizeof(struct arpadvertiser),
	.configure = arpadvertiser_configure,
	.attach = arpfaker_attach,
	.initialize = arpadvertiser_initialize,
	.cleanup = arpadvertiser_cleanup,
	.take_state = arpadvertiser_take_state,
	.args = arpadvertiser_args,
	.handlers = arpadvertiser_handlers,
	.group = "ethernet",
	.brief = "sends ARP replies out of a table that nobody asked for",
	.manual =
		"As ARPFaker, with a table that handlers change: for each entry, one second after the\n"
		"start and every 10 seconds from then on, tells DSTIP that SRCIP is at SRCETH. A hot\n"
		"swap keeps the entries.",
	.example = "ARPAdvertiser(10.0.0.2, 2:0:0:0:0:2, 10.0.0.1, 2:0:0:0:0:1) -> Discard;",
};
ELEMENT_CLASS(arpadvertiser_class)
