// SPDX-License-Identifier: BSD-3-Clause
// ARPResponder: answers ARP requests for the addresses that are configured.

#include <errno.h>
#include <stdlib.h>

#include "elements/ethernet/arppacket.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"
#include "src/strbuf.h"

struct answer {
	struct ip_prefix prefix; // host bits cleared
	struct mac_addr mac;
};

struct answers {
	struct answer *v; // owned; longer masks first, then by address
	size_t n, cap;
};

struct arpresponder {
	struct element element;
	struct answers answers;
	struct strvec rules; // "PREFIX... ETH" as configured
};

enum { NOT_ASKED, ANSWERED, NO_MEMORY };

// ---- data path

static const struct answer *
find_answer(const struct answers *a, uint32_t ip_be)
{
	for (size_t i = 0; i < a->n; i++) {
		if ((ip_be & a->v[i].prefix.mask.be) == a->v[i].prefix.addr.be)
			return &a->v[i];
	}
	return NULL;
}

static struct packet *
make_reply(const struct packet *request, const struct arp_frame *asked, const struct mac_addr *mac)
{
	const struct rte_arp_ipv4 *q = &asked->arp.arp_data;
	struct arp_frame reply = {.eth.dst_addr = q->arp_sha};

	memcpy(&reply.eth.src_addr, mac->bytes, sizeof(mac->bytes));
	reply.arp.arp_data.arp_sha = reply.eth.src_addr;
	reply.arp.arp_data.arp_sip = q->arp_tip;
	reply.arp.arp_data.arp_tha = q->arp_sha;
	reply.arp.arp_data.arp_tip = q->arp_sip;
	return arp_packet_make(&reply, RTE_ARP_OP_REPLY, packet_anno_u16(request, ANNO_VLAN_TCI));
}

static inline int
arpresponder_packet(const struct arpresponder *e, struct packet **pp)
{
	const struct answer *answer = NULL;
	struct packet *request = *pp, *reply;
	struct arp_frame asked;

	if (arp_frame_read(request, RTE_ARP_OP_REQUEST, &asked))
		answer = find_answer(&e->answers, asked.arp.arp_data.arp_tip);
	if (answer == NULL)
		return element_output_or_drop(&e->element, 1, NOT_ASKED);
	reply = make_reply(request, &asked, &answer->mac);
	if (unlikely(reply == NULL))
		return DROP(NO_MEMORY);
	element_drop(&e->element, ANSWERED, request);
	*pp = reply;
	return 0;
}

ELEMENT_DECIDE(arpresponder, arpresponder, arpresponder_packet)

// ---- the table

static int
answer_order(const void *a, const void *b)
{
	const struct ip_prefix *p = &((const struct answer *)a)->prefix;
	const struct ip_prefix *q = &((const struct answer *)b)->prefix;
	uint32_t p_key = rte_be_to_cpu_32(p->mask.be), q_key = rte_be_to_cpu_32(q->mask.be);

	if (p_key != q_key)
		return p_key > q_key ? -1 : 1;
	p_key = rte_be_to_cpu_32(p->addr.be);
	q_key = rte_be_to_cpu_32(q->addr.be);
	return p_key < q_key ? -1 : p_key > q_key;
}

static struct answer *
find_prefix(const struct answers *a, struct ip_prefix prefix)
{
	for (size_t i = 0; i < a->n; i++) {
		if (a->v[i].prefix.addr.be == (prefix.addr.be & prefix.mask.be) &&
			a->v[i].prefix.mask.be == prefix.mask.be)
			return &a->v[i];
	}
	return NULL;
}

// A later answer for the same prefix takes the earlier one's place.
static void
add_answer(struct answers *a, struct ip_prefix prefix, const struct mac_addr *mac,
	const char *where, struct errh *errh)
{
	struct answer *answer = find_prefix(a, prefix);

	prefix.addr.be &= prefix.mask.be;
	if (answer != NULL) {
		struct strbuf sb = STRBUF_INIT;

		text_prefix(&sb, prefix);
		errh_warning(errh, "%smultiple entries for %s", where, strbuf_text(&sb));
		strbuf_fini(&sb);
	} else {
		a->v = mem_grow(a->v, a->n, &a->cap, sizeof(*a->v));
		answer = &a->v[a->n++];
	}
	*answer = (struct answer){.prefix = prefix, .mac = *mac};
}

// The words of one rule, sorted into prefixes and the one address. Messages begin with `where`.
struct rule {
	struct prefix_list prefixes;
	struct mac_addr mac;
	bool has_mac;
};

static int
read_word(struct arpresponder *e, struct rule *rule, const char *word, const char *where,
	struct errh *errh)
{
	struct errh silent;
	struct ip_prefix prefix;
	struct mac_addr mac;
	bool is_prefix, is_mac;

	errh_init_silent(&silent);
	is_prefix = args_parse_value(
			    &arg_ip_prefix_or_addr, word, &prefix, NULL, &e->element, &silent) == 0;
	is_mac = args_parse_value(&arg_mac_addr, word, &mac, NULL, &e->element, &silent) == 0;
	if (is_mac && rule->has_mac)
		return errh_error(errh, "%smore than one ETH", where);
	if (!is_prefix && !is_mac)
		return errh_error(errh, "%sexpected IP/MASK ETH", where);
	if (is_prefix) {
		struct prefix_list *l = &rule->prefixes;

		l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
		l->v[l->n++] = prefix;
	}
	if (is_mac) {
		rule->mac = mac;
		rule->has_mac = true;
	}
	return 0;
}

static int
read_words(struct arpresponder *e, struct rule *rule, const char *text, const char *where,
	struct errh *errh)
{
	struct strvec words = {0};
	int err = 0;

	confstr_split_words(text, &words);
	for (size_t i = 0; i < words.n && err == 0; i++)
		err = read_word(e, rule, words.v[i], where, errh);
	strvec_fini(&words);
	if (err == 0 && rule->prefixes.n == 0)
		err = errh_error(errh, "%smissing IP/MASK", where);
	else if (err == 0 && !rule->has_mac)
		err = errh_error(errh, "%smissing ETH", where);
	return err;
}

static int
add_rule(struct arpresponder *e, struct answers *a, const char *text, const char *where,
	struct errh *errh)
{
	struct rule rule = {0};
	int err = read_words(e, &rule, text, where, errh);

	for (size_t i = 0; i < rule.prefixes.n && err == 0; i++)
		add_answer(a, rule.prefixes.v[i], &rule.mac, where, errh);
	arg_prefix_list.fini(&rule.prefixes);
	if (a->n > 1)
		qsort(a->v, a->n, sizeof(*a->v), answer_order);
	return err;
}

// ---- configuration

static int
arpresponder_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct arpresponder *e = (struct arpresponder *)base;
	struct answers answers = {0};
	char where[40];
	int err = 0;

	(void)args;
	for (size_t i = 0; i < e->rules.n; i++) {
		snprintf(where, sizeof(where), "argument %zu: ", i);
		if (add_rule(e, &answers, e->rules.v[i], where, errh) != 0)
			err = -EINVAL;
	}
	if (err != 0) {
		free(answers.v);
		return err;
	}
	free(e->answers.v);
	e->answers = answers;
	return 0;
}

static void
arpresponder_cleanup(struct element *base)
{
	struct arpresponder *e = (struct arpresponder *)base;

	free(e->answers.v);
	e->answers = (struct answers){0};
}

// ---- handlers

static int
read_table(const struct handler_read *call)
{
	const struct answers *a = &((struct arpresponder *)call->element)->answers;

	for (size_t i = 0; i < a->n; i++) {
		text_prefix(call->out, a->v[i].prefix);
		strbuf_addc(call->out, ' ');
		text_mac(call->out, a->v[i].mac.bytes);
		strbuf_addc(call->out, '\n');
	}
	return 0;
}

static int
read_lookup(const struct handler_read *call)
{
	const struct arpresponder *e = (struct arpresponder *)call->element;
	const struct answer *answer;
	struct errh silent;
	struct ip_addr ip;

	errh_init_silent(&silent);
	if (args_parse_value(&arg_ip_addr, call->param, &ip, NULL, call->element, &silent) != 0)
		return errh_error(call->errh, "expected IP address");
	answer = find_answer(&e->answers, ip.be);
	if (answer != NULL)
		text_mac(call->out, answer->mac.bytes);
	return 0;
}

static int
write_add(const struct handler_write *call)
{
	struct arpresponder *e = (struct arpresponder *)call->element;

	return add_rule(e, &e->answers, call->text, "", call->errh);
}

static int
write_remove(const struct handler_write *call)
{
	struct answers *a = &((struct arpresponder *)call->element)->answers;
	char *text = confstr_uncomment(call->text);
	struct answer *answer;
	struct ip_prefix prefix;
	struct errh silent;
	int err;

	errh_init_silent(&silent);
	err = args_parse_value(&arg_ip_prefix_or_addr, text, &prefix, NULL, call->element, &silent);
	free(text);
	if (err != 0)
		return errh_error(call->errh, "expected IP/MASK");
	answer = find_prefix(a, prefix);
	if (answer == NULL) {
		struct strbuf sb = STRBUF_INIT;

		text_prefix(&sb, prefix);
		err = errh_error(call->errh, "%s not found", strbuf_text(&sb));
		strbuf_fini(&sb);
		return err;
	}
	memmove(answer, answer + 1, (size_t)(a->v + a->n - (answer + 1)) * sizeof(*answer));
	a->n--;
	return 0;
}

static const struct arg arpresponder_args[] = {
	ARG(arpresponder, rules, "RULE", ARG_REST,
		.help = "`PREFIX... ETH`: addresses to answer for, and with what"),
	ARGS_END,
};

static const struct handler arpresponder_handlers[] = {
	{.name = "table",
		.read = read_table,
		.help = "what is answered, most specific first: `PREFIX ETH` lines"},
	{.name = "lookup",
		.read = read_lookup,
		.flags = HANDLER_PARAM,
		.help = "the answer for an IP address, empty if there is none"},
	{.name = "add", .write = write_add, .help = "adds answers, `PREFIX... ETH`"},
	{.name = "remove", .write = write_remove, .help = "removes the answer of a PREFIX"},
	HANDLERS_END,
};

static const char *const arpresponder_drops[] = {
	[NOT_ASKED] = "no ARP request for an address of ours",
	[ANSWERED] = "request answered",
	[NO_MEMORY] = "no memory for a reply",
	NULL,
};

static const struct element_class arpresponder_class = {
	.name = "ARPResponder",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct arpresponder),
	.push = arpresponder_push,
	.pull = arpresponder_pull,
	.decide = arpresponder_decide,
	.configure = arpresponder_configure,
	.cleanup = arpresponder_cleanup,
	.args = arpresponder_args,
	.handlers = arpresponder_handlers,
	.drops = arpresponder_drops,
	.reads = "VLAN_TCI",
	.group = "ethernet",
	.brief = "answers ARP requests for the addresses that are configured",
	.manual =
		"Takes ARP requests as Ethernet frames. A request for an address that lies in one of\n"
		"the prefixes is answered with the Ethernet address behind it; where prefixes overlap,\n"
		"the most specific one counts. Replies leave by output 0.\n"
		"Everything else goes to output 1, or is dropped if that is not connected.\n"
		"A name that AddressInfo or the kernel knows can stand for prefix and address at once.",
	.example = "Idle -> ARPResponder(10.0.0.1 10.0.1.0/24 2:0:0:0:0:1) -> Discard;",
};
ELEMENT_CLASS(arpresponder_class)
