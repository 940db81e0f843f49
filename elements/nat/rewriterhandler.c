// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <rte_byteorder.h>
#include <rte_tcp.h>

#include "elements/nat/mapper.h"
#include "elements/nat/rewriter.h"
#include "elements/nat/tcpdeltas.h"
#include "src/confstr.h"
#include "src/mem.h"
#include "src/strbuf.h"

// ---- tables

static void
add_ends(struct strbuf *out, const struct flow_key *k)
{
	strbuf_addc(out, '(');
	text_ip(out, (struct ip_addr){k->src});
	strbuf_addf(out, ", %u, ", rte_be_to_cpu_16(k->sport));
	text_ip(out, (struct ip_addr){k->dst});
	strbuf_addf(out, ", %u)", rte_be_to_cpu_16(k->dport));
}

void
rewriter_entry_text(const struct flow *f, unsigned direction, struct strbuf *out)
{
	struct flow_key to = flow_rewritten(f, direction);
	int32_t delta = tcp_deltas_newest(f->deltas, direction);

	add_ends(out, &f->key[direction]);
	strbuf_adds(out, " => ");
	add_ends(out, &to);
	if (delta != 0)
		strbuf_addf(out, " seq %+" PRId32, delta);
}

static void
add_entry(const struct rewriter *r, const struct flow *f, unsigned direction, int64_t now_ms,
	struct strbuf *out)
{
	// As in Click: 32 bits without sign, so that what is overdue is far away.
	uint32_t left_ms = (uint32_t)(flow_best_effort_ms(r->set, f) - now_ms);

	r->kind->entry_text(f, direction, out);
	strbuf_addf(out, direction == FORWARD ? " [*%u %u] " : " [%u *%u] ", f->output[FORWARD],
		f->output[REPLY]);
	strbuf_addf(out, "i%u exp%" PRIu32 "\n", f->input, (left_ms + 500) / 1000);
}

int
rewriter_read_table(const struct handler_read *call)
{
	const struct rewriter *r = (struct rewriter *)call->element;
	uint16_t table = rewriter_table(r, (uint16_t)call->row->number);
	int64_t now_ms = flow_now_ms();

	for (uint32_t i = 1; i < r->set->n_used; i++) {
		const struct flow *f = &r->set->flows[i];

		if (f->table != table)
			continue;
		if (!flow_key_equal(&f->key[FORWARD], &f->key[REPLY]))
			add_entry(r, f, FORWARD, now_ms, call->out);
		add_entry(r, f, REPLY, now_ms, call->out);
	}
	return 0;
}

struct lookup {
	struct ip_addr saddr, daddr;
	struct tcp_port sport, dport;
};

static const struct arg lookup_args[] = {
	ARG(lookup, saddr, "SADDR", ARG_MANDATORY),
	ARG(lookup, sport, "SPORT", ARG_MANDATORY),
	ARG(lookup, daddr, "DADDR", ARG_MANDATORY),
	ARG(lookup, dport, "DPORT", ARG_MANDATORY),
	ARGS_END,
};

static void
answer_lookup(const struct rewriter *r, const struct lookup *l, struct strbuf *out)
{
	struct flow_key key = {.src = l->saddr.be,
		.dst = l->daddr.be,
		.sport = rte_cpu_to_be_16(l->sport.number),
		.dport = rte_cpu_to_be_16(l->dport.number)};
	uint32_t ref = flow_set_lookup(r->set, &key, rewriter_table(r, 0));

	if (ref == 0)
		return;
	key = flow_rewritten(flow_set_flow(r->set, ref), ref & 1);
	text_ip(out, (struct ip_addr){key.src});
	strbuf_addf(out, " %u ", rte_be_to_cpu_16(key.sport));
	text_ip(out, (struct ip_addr){key.dst});
	strbuf_addf(out, " %u", rte_be_to_cpu_16(key.dport));
}

int
rewriter_read_lookup(const struct handler_read *call)
{
	struct strvec words = {0};
	struct lookup l = {0};
	int err;

	confstr_split_words(call->param, &words);
	err = args_parse(lookup_args, &l, &words, call->element, call->errh);
	strvec_fini(&words);
	if (err == 0)
		answer_lookup((struct rewriter *)call->element, &l, call->out);
	return err;
}

// ---- numbers

int
rewriter_read(const struct handler_read *call)
{
	const struct rewriter *r = (struct rewriter *)call->element;
	uint64_t n_flows = 0, n_failures = 0;

	for (unsigned i = 0; i < r->element.n_inputs; i++) {
		n_flows += r->specs[i].n_flows;
		n_failures += r->specs[i].n_failures;
	}
	switch (call->row->number) {
	case REWRITER_TABLE_SIZE:
		strbuf_addf(call->out, "%" PRIu64, n_flows);
		break;
	case REWRITER_FAILURES:
		strbuf_addf(call->out, "%" PRIu64, n_failures);
		break;
	case REWRITER_PATTERNS:
		for (unsigned i = 0; i < r->element.n_inputs; i++)
			rewriter_spec_text(&r->specs[i], call->out);
		break;
	case REWRITER_SIZE:
		strbuf_addf(call->out, "%" PRIu32, r->set->size);
		break;
	case REWRITER_CAPACITY:
		strbuf_addf(call->out, "%" PRIu32, r->set->capacity);
		break;
	}
	return 0;
}

int
rewriter_write(const struct handler_write *call)
{
	struct rewriter *r = (struct rewriter *)call->element;
	int32_t capacity = 0;

	if (call->row->number == REWRITER_CAPACITY) {
		if (handler_parse(call, &arg_int32, &capacity) != 0)
			return -EINVAL;
		if (capacity < 0)
			return errh_error(call->errh, "bad MAPPING_CAPACITY");
	}
	rte_spinlock_lock(&r->set->lock);
	if (call->row->number == REWRITER_CAPACITY)
		flow_set_set_capacity(r->set, (uint32_t)capacity);
	else
		flow_set_clear(r->set);
	rte_spinlock_unlock(&r->set->lock);
	return 0;
}

// ---- patterns

static int
read_pattern(const struct handler_read *call)
{
	const struct rewriter *r = (struct rewriter *)call->element;

	rewriter_spec_text(&r->specs[call->row->number], call->out);
	return 0;
}

static void
remove_flows(struct rewriter *r, unsigned input)
{
	struct flow_set *s = r->set;

	for (uint32_t i = 1; i < s->n_used && r->specs[input].n_flows > 0; i++) {
		const struct flow *f = &s->flows[i];

		if (!flow_is_free(f) && f->table >> 1 == r->owner.index && f->input == input)
			flow_set_remove(s, i);
	}
}

static int
write_pattern(const struct handler_write *call)
{
	struct rewriter *r = (struct rewriter *)call->element;
	unsigned input = (unsigned)call->row->number;
	struct rewriter_spec spec;

	if (rewriter_spec_parse(&spec, call->text, r, "", call->errh) != 0)
		return -EINVAL;
	if (spec.kind == SPEC_MAPPER && mapper_check(spec.mapper, &r->element, call->errh) != 0) {
		rewriter_spec_fini(&spec);
		return -EINVAL;
	}
	rte_spinlock_lock(&r->set->lock);
	remove_flows(r, input);
	rewriter_spec_fini(&r->specs[input]);
	r->specs[input] = spec;
	rte_spinlock_unlock(&r->set->lock);
	return 0;
}

static const struct handler pattern_row = {
	.name = "pattern0",
	.read = read_pattern,
	.write = write_pattern,
	.help = "what an input does; written, its mappings are removed",
};

void
rewriter_add_handlers(struct element *e)
{
	for (unsigned i = 0; i < e->n_inputs; i++) {
		char *name = mem_printf("pattern%u", i);

		element_add_handler(e, name, &pattern_row, i);
		free(name);
	}
}
