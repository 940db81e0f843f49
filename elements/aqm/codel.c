// SPDX-License-Identifier: BSD-3-Clause
// CoDel: drops packets while they wait too long in a queue (RFC 8289).

#include <inttypes.h>
#include <math.h>

#include "elements/aqm/aqm.h"
#include "src/clock.h"
#include "src/strbuf.h"

struct codel {
	struct aqm aqm;
	struct timespan target; // waiting time that is good
	struct timespan interval; // how long it may be longer before a packet is dropped
	bool dropping;
	uint32_t count; // drops since it began to drop
	// When the wait will have been too long for an interval; 0: it is not too long.
	int64_t first_above_ns;
	int64_t drop_next_ns;
};

enum verdict {
	STOP, // no packet, or one whose wait is not known
	PASS,
	MAY_DROP,
};

// ---- data path

static int64_t
control_law(const struct codel *e, int64_t ns)
{
	return ns + (int64_t)((double)e->interval.ns / sqrt(e->count));
}

// The next packet, and whether it has waited too long.
static struct packet *
fetch(struct codel *e, int64_t now, enum verdict *verdict)
{
	struct packet *p = element_pull_one(&e->aqm.element, 0);
	int64_t stamp;

	*verdict = STOP;
	if (p == NULL) {
		e->first_above_ns = 0;
		return NULL;
	}
	stamp = (int64_t)packet_anno_u64(p, ANNO_FIRST_TIMESTAMP);
	if (unlikely(stamp >= 0 && stamp < CLOCK_S))
		return p;
	*verdict = PASS;
	// What users wrote into the annotation is anything.
	if (stamp > now || now - RTE_MAX(stamp, INT64_C(0)) < e->target.ns)
		e->first_above_ns = 0;
	else if (e->first_above_ns == 0)
		e->first_above_ns = now + e->interval.ns;
	else if (now >= e->first_above_ns)
		*verdict = MAY_DROP;
	return p;
}

static struct packet *
drop_and_fetch(struct codel *e, struct packet *p, int64_t now, enum verdict *verdict)
{
	e->aqm.n_drops++;
	element_drop(&e->aqm.element, AQM_DROPPED, p);
	return fetch(e, now, verdict);
}

// Drops those whose time has come, ever faster.
static struct packet *
go_on_dropping(struct codel *e, struct packet *p, int64_t now, enum verdict verdict)
{
	e->dropping = verdict == MAY_DROP;
	while (e->dropping && now >= e->drop_next_ns) {
		e->count++;
		p = drop_and_fetch(e, p, now, &verdict);
		e->dropping = verdict == MAY_DROP;
		if (e->dropping)
			e->drop_next_ns = control_law(e, e->drop_next_ns);
	}
	return p;
}

// Where it was before, if it has not been well for long.
static struct packet *
begin_dropping(struct codel *e, struct packet *p, int64_t now)
{
	bool again = now - e->drop_next_ns < e->interval.ns;
	enum verdict verdict;

	if (!again && now - e->first_above_ns < e->interval.ns)
		return p;
	p = drop_and_fetch(e, p, now, &verdict);
	e->dropping = true;
	e->count = again && e->count > 2 ? e->count - 2 : 1;
	e->drop_next_ns = control_law(e, now);
	return p;
}

static inline struct packet *
codel_packet(struct codel *e, unsigned port, int64_t now)
{
	enum verdict verdict;
	struct packet *p = fetch(e, now, &verdict);

	(void)port;
	if (verdict == STOP)
		e->dropping = false;
	else if (e->dropping)
		p = go_on_dropping(e, p, now, verdict);
	else if (verdict == MAY_DROP)
		p = begin_dropping(e, p, now);
	return p;
}

ELEMENT_PULL_EACH_NOW(codel, codel, codel_packet)

// ---- configuration

static int
codel_initialize(struct element *e, struct errh *errh)
{
	return aqm_find_queues((struct aqm *)e, false, errh);
}

static int
codel_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct codel *e = (struct codel *)base;
	const struct codel *old = (struct codel *)old_base;

	(void)errh;
	e->dropping = old->dropping;
	e->count = old->count;
	e->first_above_ns = old->first_above_ns;
	e->drop_next_ns = old->drop_next_ns;
	e->aqm.n_drops = old->aqm.n_drops;
	return 0;
}

static int
read_stats(const struct handler_read *call)
{
	const struct aqm *e = (struct aqm *)call->element;

	strbuf_addf(call->out, "%u current queue\n%" PRIu64 " drops\n",
		storage_set_length(&e->queues), e->n_drops);
	return 0;
}

static const struct arg codel_args[] = {
	ARG(codel, target, "TARGET", ARG_OPTIONAL, .def = "5ms", .min = 0, .max = 3600 * CLOCK_S,
		.help = "time in the queue that is good; seconds, or with a unit"),
	ARG(codel, interval, "INTERVAL", ARG_OPTIONAL, .def = "100ms", .min = 0,
		.max = 3600 * CLOCK_S,
		.help = "how long it may be longer before a packet is dropped"),
	AQM_ARG_QUEUES(codel, aqm.queue_names, ARG_KEYWORD),
	ARGS_END,
};

static const struct handler codel_handlers[] = {
	AQM_HANDLER_DROPS,
	{.name = "stats",
		.read = read_stats,
		.help = "length of the queues at present, and drops, a line each"},
	AQM_HANDLER_QUEUES,
	HANDLER_RECONFIGURE("codel_target", codel, target, "TARGET", 0,
		.help = "time in the queue that is good"),
	HANDLER_RECONFIGURE("codel_interval", codel, interval, "INTERVAL", 0,
		.help = "how long it may be longer before a packet is dropped"),
	HANDLERS_END,
};

static const struct element_class codel_class = {
	.name = "CoDel",
	.ports = "1/1",
	.processing = "l/l",
	.flags = ELEMENT_LIVE_CONFIG | ELEMENT_NO_DATA,
	.lcores = LCORES_ONE,
	.size = sizeof(struct codel),
	.pull = codel_pull,
	.initialize = codel_initialize,
	.cleanup = aqm_cleanup,
	.take_state = codel_take_state,
	.args = codel_args,
	.handlers = codel_handlers,
	.drops = aqm_drops,
	.group = "aqm",
	.brief = "drops packets while they wait too long in a queue",
	.manual =
		"Controlled delay: put SetTimestamp(FIRST true) in front of the Queue, and CoDel behind\n"
		"it. When packets have waited longer than TARGET for an INTERVAL one is dropped, and\n"
		"then more and more, until the wait is short again. Packets without a FIRST_TIMESTAMP\n"
		"annotation pass. The annotation is not changed. Times are in seconds if they have no\n"
		"unit.",
	.example = "InfiniteSource(LIMIT 5) -> SetTimestamp(FIRST true) -> Queue"
		   " -> CoDel(5ms, 100ms) -> Discard;",
};
ELEMENT_CLASS(codel_class)
