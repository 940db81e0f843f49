// SPDX-License-Identifier: BSD-3-Clause
#include "elements/nat/rewriter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>

#include "elements/ip/checksum.h"
#include "elements/nat/mapper.h"
#include "src/mem.h"
#include "src/strbuf.h"

const char *const rewriter_drops[] = {
	[REWRITER_UNHANDLED] = "not a packet that it rewrites",
	[REWRITER_DROPPED] = "dropped by the input's specification",
	[REWRITER_NO_MAPPING] = "no mapping could be made",
	[REWRITER_NO_MEMORY] = "no memory",
	NULL,
};

// Every class of rewriters takes its state by this.
struct rewriter *
rewriter_of(struct element *e)
{
	return e->class->take_state == rewriter_take_state ? (struct rewriter *)e : NULL;
}

// ---- making flows

int
rewriter_unhandled(const struct rewriter *r, unsigned input)
{
	const struct rewriter_spec *spec = &r->specs[input];

	return spec->kind == SPEC_PASS ? spec->route.foutput : DROP(REWRITER_UNHANDLED);
}

// The route and the new ends of a flow. NULL: it gets none.
static const struct pattern_route *
choose(struct rewriter *r, struct rewriter_spec *spec, const struct rewriter_query *q,
	struct flow_key *key)
{
	struct pattern_query wanted = {.set = r->set,
		.key = q->key,
		.table = q->table,
		.dport_follows = r->kind->dport_follows};
	const struct pattern_route *route = &spec->route;

	if (spec->kind == SPEC_KEEP) {
		*key = q->key;
		return route;
	}
	if (spec->kind == SPEC_MAPPER) {
		route = spec->mapper->choose(spec->mapper, &wanted, key);
	} else {
		wanted.full = spec->full;
		if (!pattern_apply(route->pattern, &wanted, key))
			route = NULL;
	}
	spec->n_failures += route == NULL;
	return route;
}

static void
set_deltas(struct flow *f)
{
	struct flow_key from = f->key[FORWARD], to = flow_rewritten(f, FORWARD);
	uint64_t addrs = (uint64_t)~from.src + to.src + (uint32_t)~from.dst + to.dst;
	uint64_t ports = (uint64_t)(uint32_t)~flow_key_ports(&from) + flow_key_ports(&to);

	f->ip_delta = checksum_fold(addrs);
	f->transport_delta = checksum_fold(addrs + ports);
}

static uint32_t
add_flow(struct rewriter *r, unsigned input, const struct rewriter_query *q,
	const struct pattern_route *route, const struct flow_key *to, int64_t now_ms)
{
	struct flow f = {.key = {q->key, flow_key_reverse(*to)},
		.output = {route->foutput, route->routput},
		.table = q->table,
		.input = (uint16_t)input,
		.protocol = r->kind->any_protocol ? 0 : q->protocol,
		.flags = r->has_reply_anno ? FLOW_HAS_REPLY_ANNO : 0,
		.reply_anno = q->reply_anno};
	uint32_t number;

	set_deltas(&f);
	number = flow_set_add(r->set, &f, now_ms);
	r->specs[input].n_failures += number == 0;
	return number;
}

uint32_t
rewriter_map(struct rewriter *r, unsigned input, const struct rewriter_query *q, int64_t now_ms,
	int *decision)
{
	struct rewriter_spec *spec = &r->specs[input];
	unsigned n_outputs = r->element.n_outputs;
	const struct pattern_route *route;
	struct flow_key to;

	*decision = spec->kind == SPEC_PASS ? spec->route.foutput : DROP(REWRITER_DROPPED);
	if (spec->kind == SPEC_PASS || spec->kind == SPEC_DROP)
		return 0;
	*decision = DROP(REWRITER_NO_MAPPING);
	route = choose(r, spec, q, &to);
	if (route == NULL || route->foutput >= n_outputs || route->routput >= n_outputs ||
		(r->kind->accept != NULL && !r->kind->accept(&to)))
		return 0;
	return 2 * add_flow(r, input, q, route, &to, now_ms);
}

static void
count_flow(struct flow_owner *owner, const struct flow *f, int change)
{
	struct rewriter *r = container_of(owner, struct rewriter, owner);

	r->specs[f->input].n_flows += (uint32_t)change;
}

// ---- for others

uint32_t
rewriter_find_ref(struct rewriter *r, uint8_t protocol, const struct flow_key *ends, int input)
{
	struct rewriter_query q = {.protocol = protocol};
	uint32_t ref;
	int decision;

	if (!r->kind->key_for(protocol, ends, input == REWRITER_CHECK_REPLY, &q.key, &q.table))
		return 0;
	q.table = rewriter_table(r, q.table);
	ref = flow_set_lookup(r->set, &q.key, q.table);
	if (ref != 0) {
		const struct flow *f = flow_set_flow(r->set, ref);

		return f->protocol != 0 && f->protocol != protocol ? 0 : ref;
	}
	if (input < 0 || input >= r->element.n_inputs)
		return 0;
	return rewriter_map(r, (unsigned)input, &q, flow_now_ms(), &decision);
}

void
rewriter_read_entry(const struct rewriter *r, uint32_t ref, const struct flow_key *ends,
	struct rewriter_entry *entry)
{
	const struct flow *f = flow_set_flow(r->set, ref);
	unsigned direction = ref & 1;

	*entry = (struct rewriter_entry){.rewritten = flow_rewritten(f, direction),
		.output = f->output[direction],
		.is_reply = direction == REPLY,
		.has_reply_anno = (f->flags & FLOW_HAS_REPLY_ANNO) != 0,
		.reply_anno = f->reply_anno};
	if (r->kind->complete != NULL)
		r->kind->complete(&entry->rewritten, ends);
}

bool
rewriter_find(struct rewriter *r, uint8_t protocol, const struct flow_key *ends, int input,
	struct rewriter_entry *entry)
{
	uint32_t ref;

	rte_spinlock_lock(&r->set->lock);
	ref = rewriter_find_ref(r, protocol, ends, input);
	if (ref != 0)
		rewriter_read_entry(r, ref, ends, entry);
	rte_spinlock_unlock(&r->set->lock);
	return ref != 0;
}

// ---- configuration

static struct flow_set *
set_of(struct rewriter *r)
{
	if (r->set == NULL)
		r->set = flow_set_create();
	return r->set;
}

static int
share_set(struct rewriter *r, const char *name, struct errh *errh)
{
	struct element *e = element_find(&r->element, name);
	struct rewriter *other = e != NULL ? rewriter_of(e) : NULL;
	struct flow_set *old = r->set;

	if (other == NULL)
		return errh_error(errh, "bad MAPPING_CAPACITY");
	r->set = flow_set_get(set_of(other));
	flow_set_put(old);
	return 0;
}

static int
choose_set(struct rewriter *r, struct errh *errh)
{
	const char *text = r->capacity.text != NULL ? r->capacity.text : r->mapping_capacity.text;
	int64_t capacity;
	int err = text_read_int64(text, &capacity);

	if (err == 0 && capacity >= 0 && capacity <= INT32_MAX) {
		set_of(r)->capacity = (uint32_t)capacity;
		r->set->has_capacity = capacity != INT32_MAX;
	} else if (err == -EINVAL) {
		if (share_set(r, text, errh) != 0)
			return -EINVAL;
	} else {
		return errh_error(errh, "bad MAPPING_CAPACITY");
	}
	r->owner.count = count_flow;
	if (flow_set_join(r->set, &r->owner) != 0)
		return errh_error(errh, "too many rewriters share a MAPPING_CAPACITY");
	return 0;
}

static int64_t
ms_of(struct timespan t)
{
	return t.ns / CLOCK_MS;
}

static void
set_times(struct rewriter *r)
{
	bool has_streaming = r->has_streaming || r->has_streaming_short;
	struct timespan streaming = has_streaming ? r->streaming_timeout : r->udp_timeout;
	bool tcp = r->kind->is_tcp;

	r->owner.times[0] = (struct flow_times){
		.timeout_ms = {ms_of(tcp ? r->nodata_timeout : r->timeout), ms_of(r->timeout),
			ms_of(tcp ? r->done_timeout : r->timeout)},
		.guarantee_ms = ms_of(r->guarantee)};
	r->owner.times[1] = (struct flow_times){
		.timeout_ms = {ms_of(r->udp_timeout), ms_of(streaming), ms_of(streaming)},
		.guarantee_ms = ms_of(r->udp_guarantee)};
}

static int
parse_specs(struct rewriter *r, struct errh *errh)
{
	unsigned n = r->element.n_inputs;
	int err = 0;

	if (r->spec_args.n != n)
		return errh_error(
			errh, "need %u argument%s, one per input port", n, n == 1 ? "" : "s");
	r->specs = mem_zalloc(n * sizeof(*r->specs));
	for (unsigned i = 0; i < n; i++) {
		char *prefix = mem_printf("input spec %u: ", i);

		if (rewriter_spec_parse(&r->specs[i], r->spec_args.v[i], r, prefix, errh) != 0)
			err = -EINVAL;
		free(prefix);
	}
	return err;
}

int
rewriter_configure(struct rewriter *r, const struct rewriter_kind *kind, struct errh *errh)
{
	int err;

	r->kind = kind;
	set_times(r);
	err = choose_set(r, errh);
	return parse_specs(r, errh) != 0 ? -EINVAL : err;
}

static void
reap(struct timer *timer)
{
	struct rewriter *r = container_of(timer, struct rewriter, reaper);
	bool more;

	rte_spinlock_lock(&r->set->lock);
	more = flow_set_reap(r->set, flow_now_ms());
	rte_spinlock_unlock(&r->set->lock);
	// Packets have their turn before the rest is removed.
	timer_schedule_after(timer, more ? 0 : r->reap_interval.ns);
}

int
rewriter_initialize(struct element *e, struct errh *errh)
{
	struct rewriter *r = (struct rewriter *)e;
	int err = 0;

	if (flow_set_start(r->set) != 0)
		return errh_error(errh, "no memory for mappings");
	for (unsigned i = 0; i < e->n_inputs; i++) {
		if (r->specs[i].kind == SPEC_MAPPER &&
			mapper_check(r->specs[i].mapper, e, errh) != 0)
			err = -EINVAL;
	}
	timer_init(&r->reaper, e, reap, element_home(e));
	if (err == 0 && r->reap_interval.ns > 0)
		timer_schedule_after(&r->reaper, r->reap_interval.ns);
	return err;
}

void
rewriter_cleanup(struct element *e)
{
	struct rewriter *r = (struct rewriter *)e;

	timer_unschedule(&r->reaper);
	if (r->set != NULL && r->owner.count != NULL && r->set->n_owners > 0)
		flow_set_leave(r->set, &r->owner);
	flow_set_put(r->set);
	r->set = NULL;
	for (unsigned i = 0; r->specs != NULL && i < e->n_inputs; i++)
		rewriter_spec_fini(&r->specs[i]);
	free(r->specs);
	r->specs = NULL;
}
