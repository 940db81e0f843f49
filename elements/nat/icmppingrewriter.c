// SPDX-License-Identifier: BSD-3-Clause
// ICMPPingRewriter: rewrites addresses and identifiers of ICMP echo requests and replies.

#include "elements/nat/rewriterpush.h"
#include "src/strbuf.h"

enum { TABLE, LEAST = offsetof(struct rte_icmp_hdr, icmp_seq_nb) };

// A request's ends have its identifier for a source port, and the next number for the other, which
// tells requests from replies; those have them the other way round.
static struct flow_key
echo_key(uint32_t src, uint32_t dst, uint16_t ident, bool reply)
{
	uint16_t next = (uint16_t)(ident + 1);

	return (struct flow_key){.src = src,
		.dst = dst,
		.sport = reply ? next : ident,
		.dport = reply ? ident : next};
}

static inline bool
icmppingrewriter_parse(struct packet **pp, struct rewriter_packet *rp)
{
	const struct rte_ipv4_hdr *ip = header_read(pp, rp);
	const struct rte_icmp_hdr *icmp;

	if (ip == NULL || rp->protocol != IPPROTO_ICMP || !rp->first_fragment)
		return false;
	icmp = (const void *)header_transport(pp, rp, LEAST);
	if (icmp == NULL || (icmp->icmp_type != RTE_IP_ICMP_ECHO_REQUEST &&
				    icmp->icmp_type != RTE_IP_ICMP_ECHO_REPLY))
		return false;
	ip = (const void *)((const uint8_t *)icmp - rp->header_len);
	rp->table = TABLE;
	rp->key = echo_key(ip->src_addr, ip->dst_addr, icmp->icmp_ident,
		icmp->icmp_type == RTE_IP_ICMP_ECHO_REPLY);
	return true;
}

static bool
is_request(const struct rewriter_packet *rp)
{
	return rp->key.dport == (uint16_t)(rp->key.sport + 1);
}

static inline bool
icmppingrewriter_rewrite(const struct rewriter *r, struct flow *f, unsigned direction,
	struct packet **pp, const struct rewriter_packet *rp)
{
	struct flow_key to = flow_rewritten(f, direction);
	struct rte_ipv4_hdr *ip = header_edit(pp, rp, LEAST);
	uint16_t ident = is_request(rp) ? to.sport : to.dport;
	struct rte_icmp_hdr *icmp;

	if (unlikely(ip == NULL))
		return false;
	header_set_addrs(ip, f, direction, &to);
	header_set_annos(r, f, direction, *pp, to.dst);
	icmp = (void *)((uint8_t *)ip + rp->header_len);
	icmp->icmp_cksum = checksum_update(icmp->icmp_cksum, icmp->icmp_ident, ident);
	icmp->icmp_ident = ident;
	icmp->icmp_cksum = checksum_fix_zero(
		icmp->icmp_cksum, *pp, rp->off + rp->header_len, rp->transport_len);
	return true;
}

static const struct rewriter_path icmppingrewriter_path = {
	.parse = icmppingrewriter_parse,
	.may_begin = is_request,
	.rewrite = icmppingrewriter_rewrite,
};
REWRITER_PUSH(icmppingrewriter, icmppingrewriter_path)

// ---- configuration

static bool
accept_echo(struct flow_key *key)
{
	key->dport = (uint16_t)(key->sport + 1);
	return true;
}

static bool
icmppingrewriter_key_for(uint8_t protocol, const struct flow_key *ends, bool reply,
	struct flow_key *key, uint16_t *table)
{
	*table = TABLE;
	*key = echo_key(ends->src, ends->dst, reply ? ends->dport : ends->sport, reply);
	return protocol == IPPROTO_ICMP;
}

static void
add_echo(struct strbuf *out, const struct flow_key *k)
{
	strbuf_addc(out, '(');
	text_ip(out, (struct ip_addr){k->src});
	strbuf_adds(out, ", ");
	text_ip(out, (struct ip_addr){k->dst});
	strbuf_addf(out, ", %u)", rte_be_to_cpu_16(k->sport));
}

static void
entry_text(const struct flow *f, unsigned direction, struct strbuf *out)
{
	struct flow_key to = flow_rewritten(f, direction);

	add_echo(out, &f->key[direction]);
	strbuf_adds(out, " => ");
	add_echo(out, &to);
}

static const struct rewriter_kind icmppingrewriter_kind = {
	.dport_follows = true,
	.accept = accept_echo,
	.key_for = icmppingrewriter_key_for,
	.entry_text = entry_text,
};

static int
icmppingrewriter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return rewriter_configure((struct rewriter *)e, &icmppingrewriter_kind, errh);
}

static const struct arg icmppingrewriter_args[] = {
	REWRITER_TIME(timeout, "TIMEOUT", "300", "of mappings"),
	REWRITER_TIME(
		guarantee, "GUARANTEE", "5", "how long after a packet a mapping cannot be evicted"),
	REWRITER_DST_ANNO,
	REWRITER_ARGS,
	ARGS_END,
};

static const struct handler icmppingrewriter_handlers[] = {
	REWRITER_TABLE_HANDLER("table", "mappings", TABLE),
	REWRITER_HANDLERS,
	HANDLERS_END,
};

static const struct element_class icmppingrewriter_class = {
	.name = "ICMPPingRewriter",
	.ports = "1-/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct rewriter),
	.push = icmppingrewriter_push,
	.configure = icmppingrewriter_configure,
	.initialize = rewriter_initialize,
	.cleanup = rewriter_cleanup,
	.take_state = rewriter_take_state,
	.add_handlers = rewriter_add_handlers,
	.args = icmppingrewriter_args,
	.handlers = icmppingrewriter_handlers,
	.drops = rewriter_drops,
	.group = "nat",
	.brief = "rewrites addresses and identifiers of ICMP echo requests and replies",
	.manual = REWRITER_MANUAL
	"\n"
	"\n"
	"The source port of a pattern stands for the identifier here. Replies without a mapping\n"
	"are what it cannot rewrite. Unlike in Click two mappings never get one identifier for\n"
	"the same destination.",
	.example = "rw :: ICMPPingRewriter(pattern 1.0.0.1 - 0-65535# 0 1, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(icmppingrewriter_class)
