// SPDX-License-Identifier: BSD-3-Clause
// RadixIPsecLookup: finds the route of packets, and the security association of those that are to
// be encrypted or decrypted.

#include "elements/ipsec/radixipseclookup.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_esp.h>
#include <rte_ip.h>

#include "elements/iproute/iproutetable.h"
#include "elements/ipsec/sa.h"
#include "src/chatter.h"
#include "src/confstr.h"
#include "src/strbuf.h"
#include "src/text.h"

enum { TO_ME, TUNNEL, TO_HOST }; // outputs
enum { TOLD_MOST = 5 };

struct ipsec_lookup {
	struct ip_route_table routes; // labels are numbers of the store
	struct sa_store store;
	_Atomic uint32_t n_told;
};

enum { BAD_SPI = IP_ROUTE_NONE + 1 };

static const char *const ipsec_drops[] = {
	[IP_ROUTE_NONE] = "no route",
	[BAD_SPI] = "unknown SPI",
	NULL,
};

// ---- data path

static bool
may_tell(struct ipsec_lookup *e)
{
	return atomic_load_explicit(&e->n_told, memory_order_relaxed) < TOLD_MOST &&
	       atomic_fetch_add_explicit(&e->n_told, 1, memory_order_relaxed) < TOLD_MOST;
}

static void
tell_of_address(struct ipsec_lookup *e, uint32_t dst, const char *before, const char *behind)
{
	struct ip_addr a = {.be = rte_cpu_to_be_32(dst)};
	struct strbuf text = STRBUF_INIT;

	if (!may_tell(e))
		return;
	text_ip(&text, a);
	chatter("%s%s%s", before, strbuf_text(&text), behind);
	strbuf_fini(&text);
}

// Into a tunnel: what the route says.
static void
mark_tunnel(struct ipsec_lookup *e, struct packet *p, uint16_t label, uint32_t dst)
{
	const struct sa *sa = label != SA_NONE ? sa_store_get(&e->store, label) : NULL;

	if (sa == NULL) {
		tell_of_address(e, dst, "No Ipsec tunnel for ", ". Wrong tunnel setup");
		return;
	}
	packet_set_anno_u32(p, ANNO_IPSEC_SPI, sa->parameters.spi);
	packet_set_anno_u64(p, ANNO_IPSEC_SA, sa_handle(&e->store, &e->routes.element, label));
}

// For us: what the SPI says behind the IP header. What is no ESP is for the host.
static int16_t
mark_received(struct ipsec_lookup *e, struct packet **pp)
{
	int32_t network = packet_network_offset(*pp),
		off = network != PACKET_NO_HEADER ? network : 0;
	const struct rte_ipv4_hdr *ip = (const void *)packet_peek(pp, off, sizeof(*ip));
	const struct rte_esp_hdr *esp;
	uint32_t number = ROUTE_HASH_NONE, spi = 0;

	if (ip == NULL || ip->version_ihl >> 4 != 4 || ip->next_proto_id != IPPROTO_ESP)
		return e->routes.element.n_outputs > TO_HOST ? TO_HOST : TO_ME;
	esp = (const void *)packet_peek(pp, off + rte_ipv4_hdr_len(ip), sizeof(*esp));
	if (esp != NULL) {
		spi = rte_be_to_cpu_32(esp->spi);
		number = route_hash_find(&e->store.by_spi, spi);
	}
	if (number == ROUTE_HASH_NONE) {
		if (may_tell(e))
			chatter("Invalid SPI %u, Dropping packet", spi);
		return DROP(BAD_SPI);
	}
	packet_set_anno_u32(*pp, ANNO_IPSEC_SPI, spi);
	packet_set_anno_u64(
		*pp, ANNO_IPSEC_SA, sa_handle(&e->store, &e->routes.element, (uint16_t)number));
	return TO_ME;
}

static void
ipsec_push(struct element *base, unsigned port, struct batch *b)
{
	struct ipsec_lookup *e = (struct ipsec_lookup *)base;
	const struct route_engine *engine =
		atomic_load_explicit(&e->routes.engine, memory_order_acquire);
	uint32_t dst[BATCH_MAX], found[BATCH_MAX], own[BATCH_MAX];
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		own[i] = dst[i] = rte_be_to_cpu_32(packet_anno_u32(b->pkt[i], ANNO_DST_IP));
	route_engine_lookup(engine, own, found, b->n);
	for (unsigned i = 0; i < b->n; i++) {
		struct route_target target = engine->target[found[i]];

		if (target.gw.be != 0)
			packet_set_anno_u32(b->pkt[i], ANNO_DST_IP, target.gw.be);
		decision[i] = target.decision;
		if (target.decision == TUNNEL)
			mark_tunnel(e, b->pkt[i], target.label, dst[i]);
		else if (target.decision == TO_ME)
			decision[i] = mark_received(e, &b->pkt[i]);
		else if (target.decision < 0)
			tell_of_address(e, dst[i], "IPsecRouteTable: no route for ", "");
	}
	element_split(base, b, decision);
}

const struct sa_store *
ipsec_store_of(const struct element *e)
{
	return e != NULL && e->class->push == ipsec_push ? &((const struct ipsec_lookup *)e)->store
							 : NULL;
}

// ---- routes

enum { N_EXTRA = 5 }; // words behind OUTPUT: SPI ENCKEY AUTHKEY REPLAY OOSIZE

static bool
read_key(const char *word, uint8_t *key, struct errh *errh)
{
	struct strbuf bytes = STRBUF_INIT;
	bool good;

	confstr_unquote(word, &bytes);
	good = bytes.len == SA_KEY_SIZE;
	if (good)
		memcpy(key, bytes.data, SA_KEY_SIZE);
	else
		errh_message(errh, "key has bad length");
	strbuf_fini(&bytes);
	return good;
}

static bool
read_number(const char *word, uint64_t max, uint64_t *n)
{
	return text_read_uint64(word, n) == 0 && *n <= max;
}

static bool
read_parameters(char *const *word, struct sa_parameters *p, struct errh *errh)
{
	uint64_t spi, first, window;

	if (!read_number(word[0], UINT32_MAX, &spi) || !read_key(word[1], p->cipher_key, errh) ||
		!read_key(word[2], p->auth_key, errh) ||
		!read_number(word[3], UINT32_MAX, &first) ||
		!read_number(word[4], UINT8_MAX, &window))
		return false;
	p->spi = (uint32_t)spi;
	p->first_sequence = (uint32_t)first;
	p->window = (uint8_t)window;
	return true;
}

// An association for sending; and one for receiving, unless the SPI has one.
static uint16_t
add_associations(struct ipsec_lookup *e, const struct sa_parameters *p)
{
	uint16_t number = sa_store_add(&e->store, p), receiving;

	if (number == SA_NONE || route_hash_find(&e->store.by_spi, p->spi) != ROUTE_HASH_NONE)
		return number;
	receiving = sa_store_add(&e->store, p);
	if (receiving != SA_NONE)
		route_hash_insert(&e->store.by_spi, p->spi, receiving);
	return number;
}

static int
ipsec_parse(struct ip_route_table *routes, const char *text, bool partial, struct route *r,
	struct errh *errh)
{
	struct ipsec_lookup *e = (struct ipsec_lookup *)routes;
	struct sa_parameters parameters;
	struct strvec words = {0};
	struct strbuf plain = STRBUF_INIT;
	size_t n;
	int err;

	confstr_split_words(text, &words);
	n = words.n >= N_EXTRA + 2 ? words.n - N_EXTRA : words.n;
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&plain, "%s%s", i > 0 ? " " : "", words.v[i]);
	err = route_parse(strbuf_text(&plain), partial, &routes->element, r);
	if (err == 0 && !partial && (r->port < 0 || r->port >= routes->element.n_outputs))
		err = -EINVAL;
	if (err == 0 && n < words.n) {
		if (!read_parameters(words.v + n, &parameters, errh))
			err = -EINVAL;
		else if (!partial)
			r->label = add_associations(e, &parameters);
	}
	strbuf_fini(&plain);
	strvec_fini(&words);
	return err;
}

// Marks the associations of routes, and for each those that packets of its SPI are received with;
// removes the others.
static void
ipsec_settle(struct ip_route_table *routes)
{
	struct ipsec_lookup *e = (struct ipsec_lookup *)routes;

	for (size_t i = 0; i < routes->table.n_slots; i++) {
		const struct route_slot *slot = &routes->table.slot[i];
		uint16_t label = slot->hop != ROUTE_HOP_NONE ? routes->table.hops.v[slot->hop].label
							     : SA_NONE;
		struct sa *sa = sa_store_get(&e->store, label);
		uint32_t number;

		if (label == SA_NONE || sa == NULL)
			continue;
		sa->marked = true;
		number = route_hash_find(&e->store.by_spi, sa->parameters.spi);
		if (number != ROUTE_HASH_NONE)
			e->store.v[number]->marked = true;
	}
	for (size_t i = SA_NONE + 1; i < e->store.n; i++) {
		struct sa *sa = e->store.v[i];

		if (sa != NULL && !sa->marked)
			sa_store_remove(&e->store, (uint16_t)i);
		else if (sa != NULL)
			sa->marked = false;
	}
}

// ---- hot swap

static bool
is_receiving(const struct sa_store *s, size_t number)
{
	return route_hash_find(&s->by_spi, s->v[number]->parameters.spi) == number;
}

// Associations that both have go on counting.
static void
ipsec_take(struct ip_route_table *routes, struct ip_route_table *old_routes)
{
	struct sa_store *s = &((struct ipsec_lookup *)routes)->store;
	struct sa_store *old = &((struct ipsec_lookup *)old_routes)->store;

	for (size_t i = SA_NONE + 1; i < s->n; i++) {
		// In configurations that are nearly the same they have the same number.
		for (size_t n = 0, k = i; s->v[i] != NULL && n < old->n; n++, k++) {
			k = k < old->n ? k : 0;
			if (old->v[k] == NULL || is_receiving(s, i) != is_receiving(old, k) ||
				!sa_is_same(&s->v[i]->parameters, &old->v[k]->parameters))
				continue;
			sa_continue(s->v[i], old->v[k]);
			break;
		}
	}
}

static uint16_t
ipsec_take_label(struct ip_route_table *routes, struct ip_route_table *old_routes, uint16_t label)
{
	struct ipsec_lookup *e = (struct ipsec_lookup *)routes;
	const struct sa_store *old = &((struct ipsec_lookup *)old_routes)->store;
	const struct sa *sa = label != SA_NONE ? sa_store_get(old, label) : NULL;
	uint32_t receiving, old_receiving;
	uint16_t number;

	if (sa == NULL)
		return SA_NONE;
	number = add_associations(e, &sa->parameters);
	if (number == SA_NONE)
		return SA_NONE;
	sa_continue(e->store.v[number], sa);
	receiving = route_hash_find(&e->store.by_spi, sa->parameters.spi);
	old_receiving = route_hash_find(&old->by_spi, sa->parameters.spi);
	if (receiving != ROUTE_HASH_NONE && old_receiving != ROUTE_HASH_NONE &&
		sa_is_same(&e->store.v[receiving]->parameters, &old->v[old_receiving]->parameters))
		sa_continue(e->store.v[receiving], old->v[old_receiving]);
	return number;
}

static const struct ip_route_kind ipsec_kind = {
	.reuse = ROUTE_REUSE_LAST_FREED,
	.parse = ipsec_parse,
	.settle = ipsec_settle,
	.take = ipsec_take,
	.take_label = ipsec_take_label,
};

static int
ipsec_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	return ip_route_configure((struct ip_route_table *)e, &ipsec_kind, args, errh);
}

static void
ipsec_cleanup(struct element *base)
{
	ip_route_cleanup(base);
	sa_store_fini(&((struct ipsec_lookup *)base)->store);
}

static const struct arg ipsec_args[] = {
	ARG(ip_route_table, routes, "ROUTE", ARG_REST,
		.help = "any number of `ADDR/MASK [GATEWAY] OUTPUT [SPI ENCKEY AUTHKEY REPLAY "
			"OOSIZE]`"),
	ARGS_END,
};

static const struct element_class ipsec_class = {
	.name = "RadixIPsecLookup",
	.aliases = "IPsecRouteTable",
	.ports = "1/-",
	.processing = "h/h",
	.flags = ELEMENT_STABLE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipsec_lookup),
	.push = ipsec_push,
	.configure = ipsec_configure,
	.reserve = ip_route_reserve,
	.initialize = ip_route_initialize,
	.take_state = ip_route_take_state,
	.cleanup = ipsec_cleanup,
	.args = ipsec_args,
	.handlers = ip_route_handlers,
	.drops = ipsec_drops,
	.reads = "DST_IP",
	.writes = "IPSEC_SPI IPSEC_SA_DATA_REFERENCE",
	.group = "ipsec",
	.brief = "finds routes and IPsec security associations",
	.manual =
		"Looks up the destination IP address annotation of packets, as RadixIPLookup does.\n"
		"Output 1 is for packets that go into a tunnel: they get the security association of\n"
		"their route as annotations. Output 0 is for packets to this host: ESP packets get the\n"
		"association with their SPI, of those of all routes; those with an unknown SPI are\n"
		"dropped. What is no ESP leaves by output 2, if that exists (Click drops most of it).\n"
		"Other outputs are plain routes.\n"
		"\n"
		"An association is part of a route: the SPI, a key of 16 bytes for the cipher and one\n"
		"for the digest, usually written \\<0123...>, the first sequence number REPLAY, and how\n"
		"many packets OOSIZE (32 at most) one may come behind a later one. Each direction\n"
		"counts for itself. Of two routes with one SPI the first one's keys are for receiving.\n"
		"At a hot swap associations with the same SPI and keys go on counting.",
	.example =
		"Idle -> r :: RadixIPsecLookup(10.0.0.1/32 0, 0/0 2, 10.1.0.0/16 10.0.0.2 1 7\n"
		"	\\<0123456789abcdef0123456789abcdef> \\<000102030405060708090a0b0c0d0e0f> 1 32);\n"
		"r[0] -> StripIPHeader -> IPsecAES(0) -> IPsecAuthHMACSHA1(1) -> IPsecESPUnencap\n"
		"	-> CheckIPHeader -> Discard;\n"
		"r[1] -> IPsecESPEncap -> IPsecAuthHMACSHA1(0) -> IPsecAES(1) -> IPsecEncap(50)\n"
		"	-> Discard; r[2] -> Discard;",
};
ELEMENT_CLASS(ipsec_class)
