// SPDX-License-Identifier: BSD-3-Clause
#include "elements/balance/balancer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rte_jhash.h>
#include <rte_random.h>
#include <rte_tcp.h>
#include <rte_udp.h>

#include "src/confstr.h"
#include "src/lcore.h"
#include "src/mem.h"
#include "src/strbuf.h"
#include "src/strvec.h"

// ---- packets

static uint32_t
transport_needed(const struct segment *s)
{
	if (s->ip->next_proto_id == IPPROTO_TCP)
		return offsetof(struct rte_tcp_hdr, tcp_flags) + 1;
	return s->ip->next_proto_id == IPPROTO_UDP ? 4 : 0;
}

bool
balancer_read(struct balancer_packet *bp, struct packet **pp)
{
	uint32_t n;

	*bp = (struct balancer_packet){0};
	if (unlikely(
		    packet_network_offset(*pp) == PACKET_NO_HEADER || !segment_read(&bp->s, pp, 0)))
		return false;
	bp->src = bp->s.ip->src_addr;
	bp->dst = bp->s.ip->dst_addr;
	bp->protocol = bp->s.ip->next_proto_id;
	bp->first = (bp->s.ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK)) == 0;
	n = transport_needed(&bp->s);
	// Fragments go where the others of their datagram go: by address alone.
	if (n == 0 || bp->s.have < n || segment_is_fragment(&bp->s))
		return true;
	if (unlikely(!segment_read(&bp->s, pp, n)))
		return false;
	memcpy(&bp->ports, segment_header(&bp->s), sizeof(bp->ports));
	if (bp->protocol == IPPROTO_TCP)
		bp->flags = ((const struct rte_tcp_hdr *)segment_header(&bp->s))->tcp_flags;
	return true;
}

static uint32_t
sum_bytes(uint32_t word)
{
	return (word & 0xff) + (word >> 8 & 0xff) + (word >> 16 & 0xff) + (word >> 24);
}

static uint32_t
pick_least(const struct balancer *b)
{
	uint32_t best = 0;
	int64_t least = INT64_MAX;

	for (uint32_t i = 0; i < b->n_active; i++) {
		int64_t load = atomic_load_explicit(
			&b->servers[b->order[i]].load[b->load], memory_order_relaxed);

		if (load < least) {
			least = load;
			best = i;
		}
	}
	return best;
}

static uint32_t
pick_pow2(const struct balancer *b)
{
	uint64_t dice = rte_rand();
	uint32_t i = (uint32_t)((dice & UINT32_MAX) * b->n_active >> 32);
	uint32_t k = (uint32_t)((dice >> 32) * b->n_active >> 32);
	int64_t x =
		atomic_load_explicit(&b->servers[b->order[i]].load[b->load], memory_order_relaxed);
	int64_t y =
		atomic_load_explicit(&b->servers[b->order[k]].load[b->load], memory_order_relaxed);

	return x <= y ? i : k;
}

static uint32_t
scale(uint32_t hash, uint32_t n)
{
	return (uint32_t)((uint64_t)hash * n >> 32);
}

static uint32_t
pick_active(const struct balancer *b, struct balancer_lcore *l, struct packet *p,
	const struct balancer_packet *bp)
{
	uint32_t agg;

	switch (b->mode) {
	case BALANCER_RR:
		if (l->next >= b->n_active)
			l->next = 0;
		return l->next++;
	case BALANCER_HASH:
		return scale(rte_jhash_3words(bp->src, bp->dst, bp->ports, 0), b->n_active);
	case BALANCER_CHASH:
		return (sum_bytes(bp->src) + sum_bytes(bp->dst) + sum_bytes(bp->ports)) %
		       b->n_active;
	case BALANCER_HASH_IP:
		return scale(rte_jhash_2words(bp->src, bp->dst, 0), b->n_active);
	case BALANCER_HASH_AGG:
		agg = packet_anno_u32(p, ANNO_AGGREGATE);
		return ((agg >> 16) ^ (agg & UINT16_MAX)) % b->n_active;
	case BALANCER_LEAST:
		return pick_least(b);
	case BALANCER_POW2:
		return pick_pow2(b);
	}
	return 0;
}

unsigned
balancer_pick(const struct balancer *b, struct balancer_lcore *l, struct packet *p,
	const struct balancer_packet *bp)
{
	return b->order[pick_active(b, l, p, bp)];
}

static void
add(_Atomic int64_t *load, int64_t n)
{
	atomic_fetch_add_explicit(load, n, memory_order_relaxed);
}

void
balancer_count(struct balancer *b, unsigned server, const struct packet *p,
	const struct balancer_packet *bp)
{
	struct balancer_server *s = &b->servers[server];

	if (bp->flags & RTE_TCP_SYN_FLAG)
		add(&s->load[BALANCER_CONNECTIONS], 1);
	else if (bp->flags & (RTE_TCP_FIN_FLAG | RTE_TCP_RST_FLAG))
		add(&s->load[BALANCER_CONNECTIONS], -1);
	add(&s->load[BALANCER_PACKETS], 1);
	add(&s->load[BALANCER_BYTES], packet_length(p));
}

bool
balancer_set_address(
	const struct balancer_packet *bp, struct packet **pp, bool source, uint32_t addr_be)
{
	uint32_t header_len = bp->s.header_len, n = 0, old;
	struct rte_ipv4_hdr *ip;

	if (bp->first && bp->protocol == IPPROTO_TCP && bp->s.have >= 18)
		n = 18;
	else if (bp->first && bp->protocol == IPPROTO_UDP &&
		 bp->s.have >= sizeof(struct rte_udp_hdr))
		n = sizeof(struct rte_udp_hdr);
	ip = (void *)packet_edit(pp, bp->s.off - (int32_t)header_len, header_len + n);
	if (unlikely(ip == NULL))
		return false;
	old = source ? ip->src_addr : ip->dst_addr;
	*(source ? &ip->src_addr : &ip->dst_addr) = addr_be;
	ip->hdr_checksum = checksum_update32(ip->hdr_checksum, old, addr_be);
	if (n == 18) {
		struct rte_tcp_hdr *tcp = (void *)((uint8_t *)ip + header_len);

		tcp->cksum = checksum_update32(tcp->cksum, old, addr_be);
	} else if (n > 0) {
		struct rte_udp_hdr *udp = (void *)((uint8_t *)ip + header_len);

		// 0 says that there is none, which an update must not come to.
		if (udp->dgram_cksum != 0) {
			udp->dgram_cksum = checksum_update32(udp->dgram_cksum, old, addr_be);
			if (unlikely(udp->dgram_cksum == 0))
				udp->dgram_cksum = UINT16_MAX;
		}
	}
	return true;
}

// ---- life

static int
find_word(const char *const *words, const char *text, const char *argument, struct errh *errh)
{
	struct strbuf known = STRBUF_INIT;

	for (int i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], text) == 0)
			return i;
	}
	for (int i = 0; words[i] != NULL; i++)
		strbuf_addf(&known, "%s%s", i > 0 ? ", " : "", words[i]);
	errh_error(errh, "%s: unknown mode '%s', expected one of %s", argument, text,
		strbuf_text(&known));
	strbuf_fini(&known);
	return -1;
}

void
balancer_init(struct balancer *b, uint32_t n, uint32_t n_active)
{
	b->n_servers = n;
	b->n_active = n_active > 0 ? n_active : n;
	b->order = mem_zalloc(n * sizeof(*b->order));
	for (uint32_t i = 0; i < n; i++)
		b->order[i] = (uint16_t)i;
	b->servers = mem_zalloc_aligned(n * sizeof(*b->servers), RTE_CACHE_LINE_SIZE);
}

int
balancer_configure(struct balancer *b, uint32_t n, struct errh *errh)
{
	static const char *const modes[] = {
		"rr", "hash", "chash", "hash_ip", "hash_agg", "least", "pow2", NULL};
	static const char *const loads[] = {"conn", "packets", "bytes", NULL};
	int mode = find_word(modes, b->mode_text.text, "LB_MODE", errh);
	int load = find_word(loads, b->load_text.text, "LST_MODE", errh);

	if (mode < 0 || load < 0)
		return -EINVAL;
	if (b->n_wanted > n)
		return errh_error(errh, "NSERVER: there are only %u servers", n);
	b->mode = (enum balancer_mode)mode;
	b->load = (enum balancer_load)load;
	b->tracks = b->force_track || b->mode == BALANCER_LEAST || b->mode == BALANCER_POW2;
	balancer_init(b, n, b->n_wanted);
	return 0;
}

void
balancer_start(struct balancer *b, struct element *e)
{
	for (unsigned i = 0; i < lcores_n(); i++) {
		struct balancer_lcore *l = (void *)(uintptr_t)element_lcore_at(e, i);

		l->next = (uint32_t)((uint64_t)i * b->n_active / lcores_n());
	}
}

void
balancer_fini(struct balancer *b)
{
	free(b->order);
	free(b->servers);
}

void
balancer_take(struct balancer *b, const struct balancer *old)
{
	if (b->n_servers != old->n_servers)
		return;
	for (uint32_t i = 0; i < b->n_servers; i++) {
		for (unsigned k = 0; k < RTE_DIM(b->servers[i].load); k++)
			atomic_store(&b->servers[i].load[k], atomic_load(&old->servers[i].load[k]));
	}
}

// ---- handlers

enum { SELECTED_LOAD = 3 };

static struct balancer *
balancer_of(struct element *e)
{
	return &((struct balancer_element *)e)->balancer;
}

static int
read_load(const struct handler_read *call)
{
	const struct balancer *b = balancer_of(call->element);
	uintptr_t which = call->row->number == SELECTED_LOAD ? b->load : call->row->number;

	for (uint32_t i = 0; i < b->n_servers; i++)
		strbuf_addf(call->out, "%s%" PRId64, i > 0 ? " " : "",
			atomic_load(&b->servers[i].load[which]));
	return 0;
}

// "ID:LOAD,..."
static int
write_load(const struct handler_write *call)
{
	struct balancer *b = balancer_of(call->element);
	struct strvec pairs = {0};
	int err = 0;

	confstr_split_args(call->text, &pairs);
	for (size_t i = 0; i < pairs.n && err == 0; i++) {
		char *colon = strchr(pairs.v[i], ':');
		int64_t id = -1, load = 0;

		if (colon != NULL)
			*colon = '\0';
		if (colon == NULL || text_read_int64(pairs.v[i], &id) != 0 ||
			text_read_int64(colon + 1, &load) != 0 || id < 0 || id >= b->n_servers)
			err = errh_error(call->errh, "expected SERVER:LOAD, ...");
		else
			atomic_store(&b->servers[id].load[b->load], load);
	}
	strvec_fini(&pairs);
	return err;
}

static void
swap_servers(struct balancer *b, uint32_t i, uint32_t k)
{
	uint16_t server = b->order[i];

	b->order[i] = b->order[k];
	b->order[k] = server;
}

static int
write_add_server(const struct handler_write *call)
{
	struct balancer *b = balancer_of(call->element);

	if (b->n_active == b->n_servers)
		return errh_error(call->errh, "no spare server");
	swap_servers(
		b, b->n_active, b->n_active + (uint32_t)rte_rand_max(b->n_servers - b->n_active));
	b->n_active++;
	return 0;
}

static int
write_remove_server(const struct handler_write *call)
{
	struct balancer *b = balancer_of(call->element);

	if (b->n_active == 1)
		return errh_error(call->errh, "only one server is left");
	swap_servers(b, b->n_active - 1, (uint32_t)rte_rand_max(b->n_active));
	b->n_active--;
	return 0;
}

const struct handler balancer_handlers[] = {
	{.name = "load",
		.read = read_load,
		.write = write_load,
		.number = SELECTED_LOAD,
		.help = "loads that LST_MODE means, by server; writes `SERVER:LOAD, ...`"},
	HANDLER_FIELD_R("nb_active_servers", balancer_element, balancer.n_active, 0,
		.help = "servers that get packets"),
	HANDLER_FIELD_R(
		"nb_total_servers", balancer_element, balancer.n_servers, 0, .help = "all servers"),
	{.name = "load_conn",
		.read = read_load,
		.number = BALANCER_CONNECTIONS,
		.help = "open connections, by server"},
	{.name = "load_packets",
		.read = read_load,
		.number = BALANCER_PACKETS,
		.help = "packets, by server"},
	{.name = "load_bytes",
		.read = read_load,
		.number = BALANCER_BYTES,
		.help = "bytes, by server"},
	{.name = "add_server",
		.write = write_add_server,
		.flags = HANDLER_BUTTON,
		.help = "a spare server gets packets from now on"},
	{.name = "remove_server",
		.write = write_remove_server,
		.flags = HANDLER_BUTTON,
		.help = "a server becomes a spare one"},
	HANDLERS_END,
};
