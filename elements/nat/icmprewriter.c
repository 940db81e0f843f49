// SPDX-License-Identifier: BSD-3-Clause
// ICMPRewriter: rewrites ICMP errors as rewriters do the packets that caused them.

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elements/nat/header.h"
#include "elements/nat/rewriter.h"
#include "src/confstr.h"
#include "src/mem.h"

struct map {
	struct rewriter *rewriter; // borrowed
	uint32_t offset; // of its outputs among ours
	bool has_offset;
};

struct icmprewriter {
	struct element element;
	struct map *maps; // owned
	size_t n_maps, maps_cap;
	bool outputs_are_maps; // those behind the first one
	bool dst_anno, has_reply_anno;
	struct anno1 reply_anno;
	struct any maps_arg;
};

enum { NOT_ICMP, UNMAPPED, NO_MEMORY };

enum {
	UNREACHABLE = 3,
	SOURCE_QUENCH = 4,
	REDIRECT = 5,
	TIME_EXCEEDED = 11,
	PARAMETER_PROBLEM = 12,
	ERROR_HEADER = 8, // bytes of ICMP in front of the packet that caused the error
	ERROR_LEAST = ERROR_HEADER + sizeof(struct rte_ipv4_hdr),
	IDENT_END = offsetof(struct rte_icmp_hdr, icmp_seq_nb),
};

// The packet inside the error.
struct inner {
	uint32_t header_len;
	uint32_t transport_len; // of what is there
	uint8_t protocol;
	bool has_ports, is_echo;
	struct flow_key ends; // of a reply to it
};

// ---- reading

static bool
is_error_type(uint8_t type)
{
	return type == UNREACHABLE || type == SOURCE_QUENCH || type == REDIRECT ||
	       type == TIME_EXCEEDED || type == PARAMETER_PROBLEM;
}

static void
read_transport(struct inner *in, const uint8_t *transport)
{
	const struct rte_icmp_hdr *icmp = (const void *)transport;

	if (in->protocol == IPPROTO_ICMP) {
		in->is_echo = in->transport_len >= IDENT_END &&
			      icmp->icmp_type == RTE_IP_ICMP_ECHO_REQUEST;
		if (in->is_echo)
			in->ends.dport = icmp->icmp_ident;
		return;
	}
	in->has_ports = in->transport_len >= HEADER_PORTS_LEAST &&
			(in->protocol == IPPROTO_TCP || in->protocol == IPPROTO_UDP ||
				in->protocol == PROTOCOL_DCCP);
	if (!in->has_ports)
		return;
	memcpy(&in->ends.dport, transport, sizeof(in->ends.dport));
	memcpy(&in->ends.sport, transport + 2, sizeof(in->ends.sport));
}

// Reads what an error is about. false: it is none that can be rewritten.
static bool
read_inner(struct inner *in, struct packet **pp, const struct rewriter_packet *rp)
{
	const struct rte_ipv4_hdr *ip;
	const uint8_t *icmp;
	uint32_t room;

	if (rp->transport_len < ERROR_LEAST || !rp->first_fragment)
		return false;
	room = rp->transport_len - ERROR_HEADER;
	icmp = header_transport(pp, rp, ERROR_LEAST);
	if (icmp == NULL || !is_error_type(icmp[0]))
		return false;
	ip = (const void *)(icmp + ERROR_HEADER);
	if ((uint8_t)(ip->version_ihl - RTE_IPV4_VHL_DEF) > 10)
		return false;
	*in = (struct inner){.header_len = rte_ipv4_hdr_len(ip), .protocol = ip->next_proto_id};
	in->ends.src = ip->dst_addr;
	in->ends.dst = ip->src_addr;
	if (room <= in->header_len ||
		(ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK)) != 0)
		return true;
	in->transport_len = RTE_MIN(room - in->header_len, (uint32_t)sizeof(struct rte_tcp_hdr));
	icmp = header_transport(pp, rp, ERROR_HEADER + in->header_len + in->transport_len);
	if (icmp == NULL)
		return false;
	read_transport(in, icmp + ERROR_HEADER + in->header_len);
	return true;
}

// ---- writing

// Writes a word that an inner checksum (may be NULL) and the outer one cover.
static void
set_word(uint16_t *word, uint16_t value, uint16_t *inner_sum, uint16_t *outer_sum)
{
	uint16_t old = *word, old_sum;

	*word = value;
	*outer_sum = checksum_update(*outer_sum, old, value);
	if (inner_sum == NULL)
		return;
	old_sum = *inner_sum;
	*inner_sum = checksum_update(old_sum, old, value);
	*outer_sum = checksum_update(*outer_sum, old_sum, *inner_sum);
}

static void
change_sum(uint16_t *sum, uint32_t from, uint32_t to, uint16_t *outer_sum)
{
	uint16_t old = *sum;

	*sum = checksum_update32(old, from, to);
	*outer_sum = checksum_update(*outer_sum, old, *sum);
}

// The checksum of the inner packet that covers its addresses too; NULL: none, or it is not there.
static uint16_t *
covering_sum(const struct inner *in, uint8_t *transport)
{
	struct rte_tcp_hdr *tcp = (void *)transport;
	struct rte_udp_hdr *udp = (void *)transport;

	if (!in->has_ports)
		return NULL;
	if (in->protocol == IPPROTO_TCP && in->transport_len >= HEADER_TCP_SUM_LEAST)
		return &tcp->cksum;
	if (in->protocol == IPPROTO_UDP && udp->dgram_cksum != 0)
		return &udp->dgram_cksum;
	return NULL;
}

static void
set_addr(uint32_t *addr, uint32_t value, struct rte_ipv4_hdr *ip, uint16_t *transport_sum,
	uint16_t *outer_sum)
{
	uint32_t old = *addr;

	*addr = value;
	*outer_sum = checksum_update32(*outer_sum, old, value);
	change_sum(&ip->hdr_checksum, old, value, outer_sum);
	if (transport_sum != NULL)
		change_sum(transport_sum, old, value, outer_sum);
}

// new: the ends of a reply as it leaves.
static void
rewrite_inner(const struct inner *in, struct rte_icmp_hdr *outer, const struct flow_key *new)
{
	struct rte_ipv4_hdr *ip = (void *)((uint8_t *)outer + ERROR_HEADER);
	uint8_t *transport = (uint8_t *)ip + in->header_len;
	struct rte_icmp_hdr *icmp = (void *)transport;
	uint16_t *sum = covering_sum(in, transport), *ports = (void *)transport;

	set_addr(&ip->src_addr, new->dst, ip, sum, &outer->icmp_cksum);
	set_addr(&ip->dst_addr, new->src, ip, sum, &outer->icmp_cksum);
	if (in->has_ports) {
		set_word(&ports[0], new->dport, sum, &outer->icmp_cksum);
		set_word(&ports[1], new->sport, sum, &outer->icmp_cksum);
	} else if (in->is_echo) {
		set_word(&icmp->icmp_ident, new->dport, &icmp->icmp_cksum, &outer->icmp_cksum);
	}
}

static bool
rewrite(const struct icmprewriter *e, struct packet **pp, const struct rewriter_packet *rp,
	const struct inner *in, const struct rewriter_entry *entry)
{
	uint32_t n = ERROR_HEADER + in->header_len + in->transport_len;
	struct rte_ipv4_hdr *ip = header_edit(pp, rp, RTE_MIN(n, rp->transport_len));
	struct rte_icmp_hdr *icmp;

	if (ip == NULL)
		return false;
	icmp = (void *)((uint8_t *)ip + rp->header_len);
	rewrite_inner(in, icmp, &entry->rewritten);
	icmp->icmp_cksum = checksum_fix_zero(
		icmp->icmp_cksum, *pp, rp->off + rp->header_len, rp->transport_len);
	if (ip->dst_addr == in->ends.dst) {
		ip->hdr_checksum =
			checksum_update32(ip->hdr_checksum, ip->dst_addr, entry->rewritten.dst);
		ip->dst_addr = entry->rewritten.dst;
		if (e->dst_anno)
			packet_set_anno_u32(*pp, ANNO_DST_IP, ip->dst_addr);
	}
	if (e->has_reply_anno && entry->is_reply && entry->has_reply_anno)
		packet_set_anno_u8(*pp, e->reply_anno.offset, entry->reply_anno);
	return true;
}

// ---- data path

static int
unmapped(const struct icmprewriter *e)
{
	return e->outputs_are_maps ? DROP(UNMAPPED)
				   : element_output_or_drop(&e->element, 1, UNMAPPED);
}

// A packet on its way.
struct error {
	struct rewriter_packet rp;
	struct inner in;
	bool is_icmp;
	bool asks; // which map knows the flow; that is not known yet
	const struct map *map; // NULL: none
	struct rewriter_entry entry;
};

static void
read_error(struct error *error, struct packet **pp)
{
	error->map = NULL;
	error->is_icmp = header_read(pp, &error->rp) != NULL && error->rp.protocol == IPPROTO_ICMP;
	error->asks = error->is_icmp && read_inner(&error->in, pp, &error->rp);
}

// Looks up those that no map before it knew.
static void
ask_map(const struct map *map, struct error *errors, unsigned n)
{
	struct rewriter *r = map->rewriter;

	rte_spinlock_lock(&r->set->lock);
	for (unsigned i = 0; i < n; i++) {
		struct error *error = &errors[i];
		uint32_t ref = 0;

		if (error->asks)
			ref = rewriter_find_ref(
				r, error->in.protocol, &error->in.ends, REWRITER_CHECK_REPLY);
		if (ref == 0)
			continue;
		rewriter_read_entry(r, ref, &error->in.ends, &error->entry);
		error->map = map;
		error->asks = false;
	}
	rte_spinlock_unlock(&r->set->lock);
}

static int
rewrite_error(const struct icmprewriter *e, const struct error *error, struct packet **pp)
{
	if (!error->is_icmp)
		return DROP(NOT_ICMP);
	if (error->map == NULL)
		return unmapped(e);
	if (!rewrite(e, pp, &error->rp, &error->in, &error->entry))
		return DROP(NO_MEMORY);
	return error->map->has_offset ? (int)(error->map->offset + error->entry.output) : 0;
}

static void
icmprewriter_push(struct element *base, unsigned port, struct batch *b)
{
	const struct icmprewriter *e = (struct icmprewriter *)base;
	struct error errors[BATCH_MAX];
	int16_t decision[BATCH_MAX];

	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		read_error(&errors[i], &b->pkt[i]);
	for (size_t i = 0; i < e->n_maps; i++)
		ask_map(&e->maps[i], errors, b->n);
	for (unsigned i = 0; i < b->n; i++)
		decision[i] = (int16_t)rewrite_error(e, &errors[i], &b->pkt[i]);
	element_split(base, b, decision);
}

// ---- configuration

static int
add_map(struct icmprewriter *e, const char *word, struct errh *errh)
{
	char *name = mem_strdup(word), *colon = strrchr(name, ':');
	struct element *found;
	struct map map = {0};
	uint64_t offset = 0;
	int err = 0;

	if (colon != NULL && text_read_uint64(colon + 1, &offset) == 0) {
		*colon = '\0';
		map.has_offset = true;
	}
	found = element_find(&e->element, name);
	map.rewriter = found != NULL ? rewriter_of(found) : NULL;
	free(name);
	if (map.rewriter == NULL) {
		err = errh_error(errh, "%s not an IP rewriter", word);
	} else if (map.has_offset &&
		   (offset > e->element.n_outputs ||
			   map.rewriter->element.n_outputs > e->element.n_outputs - offset)) {
		err = errh_error(errh, "%s port offset requires more than %u output%s", word,
			e->element.n_outputs, e->element.n_outputs == 1 ? "" : "s");
	} else {
		map.offset = (uint32_t)offset;
		e->outputs_are_maps |= map.has_offset;
		e->maps = mem_grow(e->maps, e->n_maps, &e->maps_cap, sizeof(*e->maps));
		e->maps[e->n_maps++] = map;
	}
	return err;
}

static int
icmprewriter_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct icmprewriter *e = (struct icmprewriter *)base;
	struct strvec words = {0};
	int err = 0;

	(void)args;
	confstr_split_words(e->maps_arg.text, &words);
	for (size_t i = 0; i < words.n; i++) {
		if (add_map(e, words.v[i], errh) != 0)
			err = -EINVAL;
	}
	if (words.n == 0)
		err = errh_error(errh, "no IP rewriters supplied");
	strvec_fini(&words);
	return err;
}

static void
icmprewriter_cleanup(struct element *base)
{
	struct icmprewriter *e = (struct icmprewriter *)base;

	free(e->maps);
	e->maps = NULL;
	e->n_maps = e->maps_cap = 0;
}

static const struct arg icmprewriter_args[] = {
	ARG(icmprewriter, maps_arg, "MAPS", ARG_MANDATORY,
		.help = "rewriters, asked in this order: `REWRITER`, or `REWRITER:OFFSET`"),
	ARG(icmprewriter, dst_anno, "DST_ANNO", ARG_KEYWORD, .def = "true",
		.help = "sets the destination annotation where the destination changes"),
	ARG(icmprewriter, reply_anno, "REPLY_ANNO", ARG_KEYWORD,
		.given = ARG_GIVEN(icmprewriter, has_reply_anno),
		.help = "annotation, one byte, that gets what the rewriter remembers of the flow"),
	ARGS_END,
};

static const char *const icmprewriter_drops[] = {
	[NOT_ICMP] = "not ICMP",
	[UNMAPPED] = "not an error about a known flow",
	[NO_MEMORY] = "no memory",
	NULL,
};

static const struct element_class icmprewriter_class = {
	.name = "ICMPRewriter",
	.ports = "1/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct icmprewriter),
	.push = icmprewriter_push,
	.configure = icmprewriter_configure,
	.cleanup = icmprewriter_cleanup,
	.args = icmprewriter_args,
	.drops = icmprewriter_drops,
	.group = "nat",
	.brief = "rewrites ICMP errors as rewriters do the packets that caused them",
	.manual =
		"An ICMP error that comes back tells about a packet as it left a rewriter. The packet\n"
		"that it quotes is made what it was before, and the error goes to who sent that. All\n"
		"checksums are adjusted. It leaves by output 0 or, with an OFFSET, by OFFSET plus the\n"
		"output that replies of its flow have. Errors about flows that none of MAPS knows,\n"
		"and other ICMP packets, leave by output 1 where outputs are not numbered by OFFSETs,\n"
		"or are dropped; Click always drops them. Packets that are not ICMP are dropped.",
	.example = "rw :: IPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;\n"
		   "Idle -> ICMPRewriter(rw) -> Discard;",
};
ELEMENT_CLASS(icmprewriter_class)
