// SPDX-License-Identifier: BSD-3-Clause
// IP6NDAdvertiser: answers neighbour solicitations for the addresses that are configured.

#include <errno.h>
#include <stdlib.h>

#include "elements/ip6/address.h"
#include "elements/ip6/ndpacket.h"
#include "src/confstr.h"
#include "src/element.h"
#include "src/mem.h"

struct answer {
	struct ip6_prefix prefix; // host bits cleared
	struct mac_addr mac;
};

struct answers {
	struct answer *v; // owned; longer prefixes first
	size_t n, cap;
};

struct ip6ndadvertiser {
	struct element element;
	struct answers answers;
	struct strvec rules; // "PREFIX... ETH" as configured
};

enum { NOT_ASKED, ANSWERED, NO_MEMORY };

// ---- data path

static const struct answer *
find_answer(const struct answers *a, const uint8_t target[16])
{
	for (size_t i = 0; i < a->n; i++) {
		struct ip6_addr masked = ip6_from(target);

		ip6_mask(&masked, a->v[i].prefix.len);
		if (ip6_equal(&masked, &a->v[i].prefix.addr))
			return &a->v[i];
	}
	return NULL;
}

static struct packet *
make_reply(const struct nd_frame *asked, const struct mac_addr *mac)
{
	struct nd_frame reply = {.eth.dst_addr = asked->eth.src_addr, .option = ND_TARGET_ADDRESS};

	memcpy(&reply.eth.src_addr, mac->bytes, sizeof(mac->bytes));
	memcpy(reply.mac, mac->bytes, sizeof(reply.mac));
	memcpy(reply.ip.src_addr, asked->target, sizeof(reply.ip.src_addr));
	memcpy(reply.ip.dst_addr, asked->ip.src_addr, sizeof(reply.ip.dst_addr));
	memcpy(reply.target, asked->target, sizeof(reply.target));
	reply.icmp.word[0] = ND_ROUTER | ND_SOLICITED;
	return nd_packet_make(&reply, ICMP6_NEIGHBOUR_ADVERTISEMENT);
}

static inline int
answer_packet(struct ip6ndadvertiser *e, struct packet **pp)
{
	const struct answer *answer = NULL;
	struct nd_frame asked;
	struct packet *reply;

	if (nd_frame_read(*pp, ICMP6_NEIGHBOUR_SOLICITATION, &asked) &&
		nd_checksum_is_right(&asked))
		answer = find_answer(&e->answers, asked.target);
	if (answer == NULL)
		return DROP(NOT_ASKED);
	reply = make_reply(&asked, &answer->mac);
	if (unlikely(reply == NULL))
		return DROP(NO_MEMORY);
	element_drop(&e->element, ANSWERED, *pp);
	*pp = reply;
	return 0;
}

ELEMENT_DECIDE(ip6ndadvertiser, ip6ndadvertiser, answer_packet)

// ---- configuration

static int
answer_order(const void *a, const void *b)
{
	const struct answer *p = a, *q = b;

	return q->prefix.len - p->prefix.len;
}

static void
add_answer(struct answers *a, struct ip6_prefix prefix, const struct mac_addr *mac)
{
	ip6_mask(&prefix.addr, prefix.len);
	a->v = mem_grow(a->v, a->n, &a->cap, sizeof(*a->v));
	a->v[a->n++] = (struct answer){.prefix = prefix, .mac = *mac};
}

// The words of one argument, numbered from 0: prefixes, and one Ethernet address for all of them.
static int
add_words(struct ip6ndadvertiser *e, struct answers *a, const struct strvec *words, size_t i,
	struct errh *errh)
{
	struct mac_addr mac = {0}, word_mac;
	size_t n_macs = 0, first = a->n;
	struct ip6_prefix prefix;
	struct errh silent;

	errh_init_silent(&silent);
	for (size_t w = 0; w < words->n; w++) {
		const char *word = words->v[w];
		bool is_prefix = args_parse_value(&arg_ip6_prefix_or_addr, word, &prefix, NULL,
					 &e->element, &silent) == 0;
		bool is_mac = args_parse_value(&arg_mac_addr, word, &word_mac, NULL, &e->element,
				      &silent) == 0;

		if (is_mac && n_macs++ > 0)
			return errh_error(
				errh, "argument %zu has more than one Ethernet address", i);
		if (!is_mac && !is_prefix)
			return errh_error(errh, "argument %zu should be `IP6/MASK ETHADDR'", i);
		if (is_mac)
			mac = word_mac;
		if (is_prefix)
			add_answer(a, prefix, &mac);
	}
	if (a->n == first)
		return errh_error(errh, "argument %zu had no IP6 address and masks", i);
	if (n_macs == 0)
		return errh_error(errh, "argument %zu should be `IP6/MASK ETHADDR'", i);
	for (size_t w = first; w < a->n; w++)
		a->v[w].mac = mac;
	return 0;
}

static int
ip6ndadvertiser_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ip6ndadvertiser *e = (struct ip6ndadvertiser *)base;
	struct answers answers = {0};
	int err = 0;

	(void)args;
	for (size_t i = 0; i < e->rules.n; i++) {
		struct strvec words = {0};

		confstr_split_words(e->rules.v[i], &words);
		if (add_words(e, &answers, &words, i, errh) != 0)
			err = -EINVAL;
		strvec_fini(&words);
	}
	if (err != 0) {
		free(answers.v);
		return err;
	}
	if (answers.n > 1)
		qsort(answers.v, answers.n, sizeof(*answers.v), answer_order);
	free(e->answers.v);
	e->answers = answers;
	return 0;
}

static void
ip6ndadvertiser_cleanup(struct element *base)
{
	struct ip6ndadvertiser *e = (struct ip6ndadvertiser *)base;

	free(e->answers.v);
	e->answers = (struct answers){0};
}

static const struct arg ip6ndadvertiser_args[] = {
	ARG(ip6ndadvertiser, rules, "RULE", ARG_REST,
		.help = "`PREFIX... ETH`: addresses to answer for, and with what"),
	ARGS_END,
};

static const char *const ip6ndadvertiser_drops[] = {
	[NOT_ASKED] = "no solicitation for an address of ours",
	[ANSWERED] = "solicitation answered",
	[NO_MEMORY] = "no memory for a reply",
	NULL,
};

static const struct element_class ip6ndadvertiser_class = {
	.name = "IP6NDAdvertiser",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_ANSWERS,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ip6ndadvertiser),
	.push = ip6ndadvertiser_push,
	.pull = ip6ndadvertiser_pull,
	.decide = ip6ndadvertiser_decide,
	.configure = ip6ndadvertiser_configure,
	.cleanup = ip6ndadvertiser_cleanup,
	.args = ip6ndadvertiser_args,
	.drops = ip6ndadvertiser_drops,
	.group = "ip6",
	.brief = "answers neighbour solicitations for the addresses that are configured",
	.manual =
		"Takes neighbour solicitations (RFC 4861) as Ethernet frames. One for an address that\n"
		"lies in one of the prefixes is replaced by an advertisement with the Ethernet address\n"
		"behind it; where prefixes overlap, the most specific one counts. Everything else is\n"
		"dropped: also frames with a wrong checksum, with a hop limit other than 255, or\n"
		"without the asking host's Ethernet address.\n"
		"A name that AddressInfo or the kernel knows can stand for prefix and address at once.",
	.example = "Idle -> IP6NDAdvertiser(2001:db8::1 fe80::1 2:0:0:0:0:1) -> Discard;",
};
ELEMENT_CLASS(ip6ndadvertiser_class)
