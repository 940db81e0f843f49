// SPDX-License-Identifier: BSD-3-Clause
// IPReassembler: puts fragmented IP datagrams together.

#include <inttypes.h>
#include <stdlib.h>

#include "elements/ip/batchclock.h"
#include "elements/ip/datagram.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/plan.h"
#include "src/strbuf.h"

enum {
	BUCKETS = 256,
	DATAGRAM_COST = 40, // what a datagram counts besides its length
	SMALLEST = 20 + 8, // a datagram of one fragment
	REAP_INTERVAL_S = 10,
	TIMEOUT_S = 30,
	PLAN_MAX = 65536,
};

struct ipreassembler {
	struct element element;
	uint32_t himem;
	bool has_mtu_anno;
	struct anno2 mtu_anno;
	uint64_t mem_used;
	uint32_t n_held;
	int64_t reap_s; // when to look for old datagrams again
	struct batch_clock clock;
	struct datagram *buckets[BUCKETS]; // owned
	struct datagram *free; // owned; for use again
	uint64_t n_fragments, n_good, n_failed, n_bad;
};

enum { MERGED, BAD_FRAGMENT, NO_MEMORY, INCOMPLETE, HELD_AT_END };

// ---- the table

static unsigned
bucket_of(const struct datagram_key *key)
{
	return key->id % BUCKETS;
}

static bool
same_key(const struct datagram_key *a, const struct datagram_key *b)
{
	return a->id == b->id && a->src == b->src && a->dst == b->dst && a->proto == b->proto;
}

// Where the datagram is linked, a place that holds NULL if it is not there.
static struct datagram **
find(struct ipreassembler *e, const struct datagram_key *key)
{
	struct datagram **at = &e->buckets[bucket_of(key)];

	while (*at != NULL && !same_key(&(*at)->key, key))
		at = &(*at)->next;
	return at;
}

static struct datagram *
insert(struct ipreassembler *e, const struct datagram_key *key, int64_t now_s)
{
	struct datagram **bucket = &e->buckets[bucket_of(key)], *d = e->free;

	if (d != NULL)
		e->free = d->next;
	else
		d = mem_zalloc(sizeof(*d));
	*d = (struct datagram){.next = *bucket, .key = *key, .begun_s = now_s};
	*bucket = d;
	return d;
}

static uint64_t
cost(const struct datagram *d)
{
	return d->p == NULL ? 0 : DATAGRAM_COST + d->header_len + d->len;
}

// Takes it out of the table. The packet is the caller's.
static struct packet *
take_out(struct ipreassembler *e, struct datagram **at)
{
	struct datagram *d = *at;
	struct packet *p = d->p;

	e->mem_used -= cost(d);
	e->n_held -= p != NULL;
	*at = d->next;
	d->next = e->free;
	e->free = d;
	return p;
}

// ---- reaping

static void
expire(struct ipreassembler *e, struct datagram **at)
{
	datagram_finish(*at);
	element_push_checked(&e->element, 1, take_out(e, at), INCOMPLETE);
}

static void
reap_old(struct ipreassembler *e, int64_t now_s)
{
	for (unsigned i = 0; i < BUCKETS; i++) {
		struct datagram **at = &e->buckets[i];

		while (*at != NULL) {
			if ((*at)->begun_s < now_s - TIMEOUT_S)
				expire(e, at);
			else
				at = &(*at)->next;
		}
	}
	e->reap_s = now_s + REAP_INTERVAL_S;
}

// Until three quarters of the limit are in use, those first that began up to this time.
static bool
reap_until(struct ipreassembler *e, int64_t begun_s)
{
	uint64_t low = UINT64_C(3) * (e->himem / 4);

	for (unsigned i = 0; i < BUCKETS; i++) {
		struct datagram **at = &e->buckets[i];

		while (*at != NULL) {
			if (e->mem_used <= low)
				return true;
			if ((*at)->begun_s <= begun_s) {
				e->n_failed++;
				expire(e, at);
			} else {
				at = &(*at)->next;
			}
		}
	}
	return e->mem_used <= low;
}

static void
reap_overfull(struct ipreassembler *e, int64_t now_s)
{
	if (!reap_until(e, now_s - 10) && !reap_until(e, now_s - 5))
		reap_until(e, INT64_MAX);
}

// ---- data path

// The datagram is complete: its packet, NULL if it came out too long or there is no memory.
static struct packet *
emit(struct ipreassembler *e, struct datagram **at, int64_t timestamp_ns)
{
	struct datagram *d = *at;
	uint16_t max_len = d->max_len;
	bool good = datagram_finish(d);
	struct packet *p = take_out(e, at);

	if (!good) {
		e->n_failed++;
		element_drop(&e->element, NO_MEMORY, p);
		return NULL;
	}
	e->n_good++;
	packet_set_timestamp(p, timestamp_ns);
	packet_set_anno_u32(p, ANNO_IPREASSEMBLER, 0);
	if (e->has_mtu_anno)
		packet_set_anno_u16(p, e->mtu_anno.offset, max_len);
	return p;
}

// Fragments without a timestamp have that of their batch.
static int64_t
stamp(struct ipreassembler *e, struct packet *p)
{
	if (packet_timestamp(p) != 0)
		return packet_timestamp(p);
	packet_set_timestamp(p, batch_clock_now(&e->clock));
	return packet_timestamp(p);
}

// Adds a fragment to its datagram. Returns what became of the fragment itself.
static int
add_fragment(
	struct ipreassembler *e, struct datagram *d, const struct fragment *f, struct packet **pp)
{
	uint64_t cost_before = cost(d);
	bool was_empty = d->p == NULL;
	struct packet *replaced;
	enum datagram_add added = datagram_add(d, f, pp, &replaced);

	e->mem_used += cost(d) - cost_before;
	e->n_held += was_empty && d->p != NULL;
	if (replaced != NULL)
		element_drop(&e->element, MERGED, replaced);
	switch (added) {
	case DATAGRAM_TOOK:
		return PACKET_TAKEN;
	case DATAGRAM_COPIED:
		return DROP(MERGED);
	case DATAGRAM_REFUSED:
		return DROP(BAD_FRAGMENT);
	default:
		return DROP(NO_MEMORY);
	}
}

static __attribute__((noinline)) int
keep_fragment(struct ipreassembler *e, const struct fragment *f, struct packet **pp)
{
	int64_t timestamp_ns = stamp(e, *pp), now_s = timestamp_ns / CLOCK_S;
	struct datagram **at, *d;
	struct packet *whole;
	int fate;

	if (now_s >= e->reap_s)
		reap_old(e, now_s);
	if (e->mem_used > e->himem)
		reap_overfull(e, now_s);
	at = find(e, &f->key);
	d = *at != NULL ? *at : insert(e, &f->key, now_s);
	fate = add_fragment(e, d, f, pp);
	at = find(e, &f->key);
	if (d->p == NULL) {
		take_out(e, at);
		return fate;
	}
	if (!datagram_is_complete(d))
		return fate;
	whole = emit(e, at, timestamp_ns);
	if (fate != PACKET_TAKEN)
		element_drop(&e->element, (unsigned)(-1 - fate), *pp);
	if (whole == NULL)
		return PACKET_TAKEN;
	*pp = whole;
	return 0;
}

static inline int
reassemble_packet(struct ipreassembler *e, struct packet **pp)
{
	struct fragment f;

	switch (fragment_read(&f, pp)) {
	case NOT_A_FRAGMENT:
		return 0;
	case FRAGMENT_GOOD:
		e->n_fragments++;
		return keep_fragment(e, &f, pp);
	default:
		e->n_fragments++;
		e->n_bad++;
		return DROP(BAD_FRAGMENT);
	}
}

ELEMENT_DECIDE(reassemble, ipreassembler, reassemble_packet)

static void
ipreassembler_push(struct element *base, unsigned port, struct batch *b)
{
	batch_clock_begin(&((struct ipreassembler *)base)->clock);
	reassemble_push(base, port, b);
}

static void
ipreassembler_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	batch_clock_begin(&((struct ipreassembler *)base)->clock);
	reassemble_pull(base, port, b, max);
}

// ---- configuration

static int
ipreassembler_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	const struct ipreassembler *e = (struct ipreassembler *)base;
	uint64_t n = RTE_MIN(e->himem / (DATAGRAM_COST + SMALLEST) + 1, (uint32_t)PLAN_MAX);

	(void)errh;
	plan_add_packets(plan, 0, n, "%s holds fragments in up to %" PRIu64, element_name(base), n);
	return 0;
}

static void
free_list(struct datagram *d)
{
	for (struct datagram *next; d != NULL; d = next) {
		next = d->next;
		free(d);
	}
}

static void
ipreassembler_cleanup(struct element *base)
{
	struct ipreassembler *e = (struct ipreassembler *)base;

	for (unsigned i = 0; i < BUCKETS; i++) {
		while (e->buckets[i] != NULL)
			element_drop(base, HELD_AT_END, take_out(e, &e->buckets[i]));
	}
	free_list(e->free);
}

static int
ipreassembler_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct ipreassembler *e = (struct ipreassembler *)base;
	struct ipreassembler *old = (struct ipreassembler *)old_base;

	(void)errh;
	for (unsigned i = 0; i < BUCKETS; i++) {
		e->buckets[i] = old->buckets[i];
		old->buckets[i] = NULL;
	}
	e->mem_used = old->mem_used;
	e->n_held = old->n_held;
	e->reap_s = old->reap_s;
	e->n_fragments = old->n_fragments;
	e->n_good = old->n_good;
	e->n_failed = old->n_failed;
	e->n_bad = old->n_bad;
	old->mem_used = 0;
	old->n_held = 0;
	return 0;
}

static uint32_t
ipreassembler_held(struct element *base)
{
	return ((struct ipreassembler *)base)->n_held;
}

// ---- handlers

static int
read_dump(const struct handler_read *call)
{
	const struct ipreassembler *e = (struct ipreassembler *)call->element;

	strbuf_addf(call->out,
		"frags seen total:    %" PRIu64 "\ngood reassemblies:   %" PRIu64
		"\nfailed reassemblies: %" PRIu64 "\nbad fragments seen:  %" PRIu64
		"\ncached chunk data:\n",
		e->n_fragments, e->n_good, e->n_failed, e->n_bad);
	for (unsigned i = 0; i < BUCKETS; i++) {
		for (const struct datagram *d = e->buckets[i]; d != NULL; d = d->next) {
			datagram_text(d, call->out);
			strbuf_addc(call->out, '\n');
		}
	}
	return 0;
}

static const struct arg ipreassembler_args[] = {
	ARG(ipreassembler, himem, "HIMEM", ARG_KEYWORD, .def = "262144",
		.help = "bytes of incomplete datagrams above which the oldest are given up"),
	ARG(ipreassembler, mtu_anno, "MAX_MTU_ANNO", ARG_KEYWORD,
		.given = ARG_GIVEN(ipreassembler, has_mtu_anno),
		.help = "annotation that gets the length of a datagram's longest fragment"),
	ARGS_END,
};

static const struct handler ipreassembler_handlers[] = {
	{.name = "dump",
		.read = read_dump,
		.help = "counts, and what is there of each incomplete datagram"},
	HANDLERS_END,
};

static const char *const ipreassembler_drops[] = {[MERGED] = "part of a datagram",
	[BAD_FRAGMENT] = "bad fragment",
	[NO_MEMORY] = "no memory",
	[INCOMPLETE] = "datagram given up",
	[HELD_AT_END] = "held at the end",
	NULL};

static const struct element_class ipreassembler_class = {
	.name = "IPReassembler",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ONE,
	.size = sizeof(struct ipreassembler),
	.push = ipreassembler_push,
	.pull = ipreassembler_pull,
	.reserve = ipreassembler_reserve,
	.cleanup = ipreassembler_cleanup,
	.take_state = ipreassembler_take_state,
	.held = ipreassembler_held,
	.args = ipreassembler_args,
	.handlers = ipreassembler_handlers,
	.drops = ipreassembler_drops,
	.writes = "IPREASSEMBLER",
	.group = "ip",
	.brief = "puts fragmented IP datagrams together",
	.manual =
		"Fragments are kept until their datagram is complete, then it leaves with the header,\n"
		"options and annotations of its first fragment. What is not fragmented passes\n"
		"unchanged, bad fragments are dropped. Datagrams that are not complete after 30\n"
		"seconds (seen every 10 seconds of packet time), or that have to make room for\n"
		"others, leave by output 1 as far as they came, what is missing being zero, or are\n"
		"dropped if it is not there.\n"
		"\n"
		"Unlike in Click the age of a datagram counts from whatever fragment came first, and\n"
		"MAX_MTU_ANNO never states more than the longest fragment.",
	.example = "Idle -> CheckIPHeader -> IPReassembler -> Discard;",
};
ELEMENT_CLASS(ipreassembler_class)
