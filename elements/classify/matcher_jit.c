// SPDX-License-Identifier: BSD-3-Clause
#include "elements/classify/matcher_jit.h"

#include <stdlib.h>

#include <rte_bpf.h>
#include <rte_ip.h>

#include "elements/classify/matcher_program.h"
#include "elements/classify/program.h"
#include "src/mem.h"

enum {
	STEPS_MAX = 64,
	VALUES_MAX = 64, // of all tables
	INSNS_MAX = 1024,
	PATHS_MAX = 4096, // the library's verifier walks all of them
};

enum { R_RESULT = EBPF_REG_0, R_BYTES = EBPF_REG_1, R_WORD = EBPF_REG_2, R_VALUE = EBPF_REG_3 };

struct assembler {
	const struct program_matcher *m;
	bool packet_space;
	struct ebpf_insn insns[INSNS_MAX];
	uint32_t n;
	int32_t target[INSNS_MAX]; // of jumps: the link that they follow
	uint32_t order[STEPS_MAX]; // of steps, so that all jumps lead forward
	uint32_t n_ordered;
	bool seen[STEPS_MAX];
	uint32_t step_at[STEPS_MAX]; // where each step begins
	int32_t link[INSNS_MAX]; // that ends the program
	uint32_t link_at[INSNS_MAX];
	uint32_t n_links;
	bool too_long;
};

static void
emit(struct assembler *a, struct ebpf_insn insn, int32_t target)
{
	if (a->n == INSNS_MAX) {
		a->too_long = true;
		return;
	}
	a->insns[a->n] = insn;
	a->target[a->n++] = target;
}

static void
emit_plain(struct assembler *a, uint8_t code, uint8_t dst, uint8_t src, int32_t imm)
{
	emit(a, (struct ebpf_insn){.code = code, .dst_reg = dst, .src_reg = src, .imm = imm}, 0);
}

static bool
is_jump(const struct ebpf_insn *insn)
{
	return BPF_CLASS(insn->code) == BPF_JMP && BPF_OP(insn->code) != EBPF_EXIT;
}

// If the word is value, on to the link.
static void
emit_compare(struct assembler *a, uint32_t value, int32_t link)
{
	struct ebpf_insn jump = {.dst_reg = R_WORD};

	// Constants of 64-bit comparisons are signed.
	if (value <= INT32_MAX) {
		jump.code = BPF_JMP | BPF_JEQ | BPF_K;
		jump.imm = (int32_t)value;
	} else {
		emit_plain(a, BPF_ALU | EBPF_MOV | BPF_K, R_VALUE, 0, (int32_t)value);
		jump.code = BPF_JMP | BPF_JEQ | BPF_X;
		jump.src_reg = R_VALUE;
	}
	emit(a, jump, link);
}

static int16_t
offset_of(const struct assembler *a, const struct match_step *s)
{
	bool behind_ip = !a->packet_space && s->region == REGION_TRANSPORT;

	return (int16_t)(s->offset + (behind_ip ? sizeof(struct rte_ipv4_hdr) : 0));
}

// Reverse postorder. The branch that is visited last comes right behind the step: NO, so that
// chains of NO fall through. Jumps must not lead back, though there are no loops: the library's
// code generator (22.11) gets those wrong.
static void
order_from(struct assembler *a, int32_t link, bool first)
{
	const struct match_step *s;

	if ((link <= 0 && !first) || a->seen[link])
		return;
	a->seen[link] = true;
	s = &a->m->steps[link];
	if (s->is_table) {
		const struct match_table *t = &a->m->tables[s->value];

		for (uint32_t v = t->first; v < t->first + t->n; v++)
			order_from(a, a->m->values[v].next, false);
	} else {
		order_from(a, s->next[YES], false);
	}
	order_from(a, s->next[NO], false);
	a->order[a->n_ordered++] = (uint32_t)link;
}

// next: the step that comes behind it, 0 if none does.
static void
emit_step(struct assembler *a, uint32_t i, uint32_t next)
{
	const struct match_step *s = &a->m->steps[i];
	struct ebpf_insn load = {.code = BPF_LDX | BPF_MEM | BPF_W,
		.dst_reg = R_WORD,
		.src_reg = R_BYTES,
		.off = offset_of(a, s)};

	a->step_at[i] = a->n;
	emit(a, load, 0);
	if (s->mask != UINT32_MAX)
		emit_plain(a, BPF_ALU | BPF_AND | BPF_K, R_WORD, 0, (int32_t)s->mask);
	if (s->is_table) {
		const struct match_table *t = &a->m->tables[s->value];

		for (uint32_t v = t->first; v < t->first + t->n; v++)
			emit_compare(a, a->m->values[v].value, a->m->values[v].next);
	} else {
		emit_compare(a, s->value, s->next[YES]);
	}
	if (next == 0 || s->next[NO] != (int32_t)next)
		emit(a, (struct ebpf_insn){.code = BPF_JMP | BPF_JA}, s->next[NO]);
}

// The end of the program with this result.
static uint32_t
end_at(struct assembler *a, int32_t link)
{
	for (uint32_t i = 0; i < a->n_links; i++) {
		if (a->link[i] == link)
			return a->link_at[i];
	}
	a->link[a->n_links] = link;
	a->link_at[a->n_links++] = a->n;
	emit_plain(a, BPF_ALU | EBPF_MOV | BPF_K, R_RESULT, 0, link);
	emit_plain(a, BPF_JMP | EBPF_EXIT, 0, 0, 0);
	return a->link_at[a->n_links - 1];
}

static void
resolve_jumps(struct assembler *a)
{
	uint32_t n = a->n;

	for (uint32_t i = 0; i < n && !a->too_long; i++) {
		int32_t link = a->target[i];
		uint32_t to;

		if (!is_jump(&a->insns[i]))
			continue;
		to = link > 0 ? a->step_at[link] : end_at(a, link);
		a->insns[i].off = (int16_t)((int32_t)to - (int32_t)i - 1);
	}
}

// ---- whether it is worth it

static uint32_t
count_paths(const struct program_matcher *m, int32_t link, uint32_t *known)
{
	const struct match_step *s;
	uint32_t n;

	if (link <= 0)
		return 1;
	if (known[link] != 0)
		return known[link];
	s = &m->steps[link];
	n = count_paths(m, s->next[NO], known);
	if (s->is_table) {
		const struct match_table *t = &m->tables[s->value];

		for (uint32_t v = t->first; v < t->first + t->n && n < PATHS_MAX; v++)
			n += count_paths(m, m->values[v].next, known);
	} else {
		n += count_paths(m, s->next[YES], known);
	}
	return known[link] = RTE_MIN(n, (uint32_t)PATHS_MAX);
}

static bool
is_small(const struct program_matcher *m)
{
	uint32_t known[STEPS_MAX] = {0}, n_values = 0, n;
	const struct match_step *first = m->steps;

	if (m->n_steps == 0 || m->n_steps > STEPS_MAX)
		return false;
	for (uint32_t i = 0; i < m->n_steps; i++) {
		if (m->steps[i].is_table)
			n_values += m->tables[m->steps[i].value].n;
	}
	if (n_values > VALUES_MAX)
		return false;
	// The first step has the number 0, which as a link means output 0.
	n = count_paths(m, first->next[NO], known);
	if (!first->is_table)
		return n + count_paths(m, first->next[YES], known) < PATHS_MAX;
	for (uint32_t v = 0; v < m->tables[first->value].n && n < PATHS_MAX; v++)
		n += count_paths(m, m->values[m->tables[first->value].first + v].next, known);
	return n < PATHS_MAX;
}

static uint32_t
bytes_loaded(const struct program_matcher *m, bool packet_space, bool transport)
{
	uint32_t len = m->load_len[packet_space ? REGION_MAC : REGION_NETWORK];

	if (transport)
		len = RTE_MAX(
			len, (uint32_t)sizeof(struct rte_ipv4_hdr) + m->load_len[REGION_TRANSPORT]);
	return len;
}

void
match_jit_init(struct match_jit *j, const struct program_matcher *m, bool packet_space)
{
	struct assembler *a;
	struct rte_bpf_prm prm = {.prog_arg = {.type = RTE_BPF_ARG_PTR}};
	struct rte_bpf_jit code = {0};

	*j = (struct match_jit){0};
	if ((!packet_space && m->load_len[REGION_MAC] > 0) || !is_small(m))
		return;
	j->transport = !packet_space && m->load_len[REGION_TRANSPORT] > 0;
	j->len = bytes_loaded(m, packet_space, j->transport);
	if (j->len > INT16_MAX)
		return;
	a = mem_zalloc(sizeof(*a));
	a->m = m;
	a->packet_space = packet_space;
	order_from(a, 0, true);
	for (uint32_t i = a->n_ordered; i-- > 0;)
		emit_step(a, a->order[i], i > 0 ? a->order[i - 1] : 0);
	resolve_jumps(a);
	if (!a->too_long) {
		prm.ins = a->insns;
		prm.nb_ins = a->n;
		prm.prog_arg.size = j->len;
		j->bpf = rte_bpf_load(&prm);
	}
	free(a);
	if (j->bpf == NULL)
		return;
	if (rte_bpf_get_jit(j->bpf, &code) == 0 && code.func != NULL)
		j->run = code.func;
	else
		match_jit_fini(j);
}

void
match_jit_fini(struct match_jit *j)
{
	rte_bpf_destroy(j->bpf);
	*j = (struct match_jit){0};
}
