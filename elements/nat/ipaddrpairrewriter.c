// SPDX-License-Identifier: BSD-3-Clause
// IPAddrPairRewriter: rewrites source and destination addresses, by pairs of them.

#include "elements/nat/addrheader.h"
#include "elements/nat/rewriterpush.h"
#include "src/strbuf.h"

static inline bool
ipaddrpairrewriter_parse(struct packet **pp, struct rewriter_packet *rp)
{
	const struct rte_ipv4_hdr *ip = header_read(pp, rp);

	if (unlikely(ip == NULL))
		return false;
	rp->table = ADDR_TABLE;
	rp->key = (struct flow_key){.src = ip->src_addr, .dst = ip->dst_addr};
	return true;
}

static inline bool
ipaddrpairrewriter_rewrite(const struct rewriter *r, struct flow *f, unsigned direction,
	struct packet **pp, const struct rewriter_packet *rp)
{
	struct rte_ipv4_hdr *ip = addr_header_edit(pp, rp);
	struct flow_key to = flow_rewritten(f, direction);

	if (unlikely(ip == NULL))
		return false;
	addr_header_set(ip, rp, f, direction, &to);
	header_set_annos(r, f, direction, *pp, to.dst);
	return true;
}

static const struct rewriter_path ipaddrpairrewriter_path = {
	.parse = ipaddrpairrewriter_parse,
	.rewrite = ipaddrpairrewriter_rewrite,
};
REWRITER_PUSH(ipaddrpairrewriter, ipaddrpairrewriter_path)

// ---- configuration

static bool
accept_addrs(struct flow_key *key)
{
	return flow_key_ports(key) == 0;
}

static bool
ipaddrpairrewriter_key_for(uint8_t protocol, const struct flow_key *ends, bool reply,
	struct flow_key *key, uint16_t *table)
{
	(void)protocol;
	(void)reply;
	*table = ADDR_TABLE;
	*key = (struct flow_key){.src = ends->src, .dst = ends->dst};
	return true;
}

static void
add_pair(struct strbuf *out, const struct flow_key *k)
{
	strbuf_addc(out, '(');
	text_ip(out, (struct ip_addr){k->src});
	strbuf_adds(out, ", ");
	text_ip(out, (struct ip_addr){k->dst});
	strbuf_addc(out, ')');
}

static void
entry_text(const struct flow *f, unsigned direction, struct strbuf *out)
{
	struct flow_key to = flow_rewritten(f, direction);

	add_pair(out, &f->key[direction]);
	strbuf_adds(out, " => ");
	add_pair(out, &to);
}

static const struct rewriter_kind ipaddrpairrewriter_kind = {
	.any_protocol = true,
	.accept = accept_addrs,
	.key_for = ipaddrpairrewriter_key_for,
	.complete = addr_complete,
	.entry_text = entry_text,
};

static int
ipaddrpairrewriter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	((struct rewriter *)e)->dst_anno = true;
	return rewriter_configure((struct rewriter *)e, &ipaddrpairrewriter_kind, errh);
}

static const struct arg ipaddrpairrewriter_args[] = {
	REWRITER_TIME(timeout, "TIMEOUT", "7200", "of mappings"),
	REWRITER_TIME(
		guarantee, "GUARANTEE", "5", "how long after a packet a mapping cannot be evicted"),
	REWRITER_ARGS,
	ARGS_END,
};

static const struct handler ipaddrpairrewriter_handlers[] = {
	REWRITER_TABLE_HANDLER("table", "mappings", ADDR_TABLE),
	REWRITER_HANDLERS,
	HANDLERS_END,
};

static const struct element_class ipaddrpairrewriter_class = {
	.name = "IPAddrPairRewriter",
	.ports = "1-/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct rewriter),
	.push = ipaddrpairrewriter_push,
	.configure = ipaddrpairrewriter_configure,
	.initialize = rewriter_initialize,
	.cleanup = rewriter_cleanup,
	.take_state = rewriter_take_state,
	.add_handlers = rewriter_add_handlers,
	.args = ipaddrpairrewriter_args,
	.handlers = ipaddrpairrewriter_handlers,
	.drops = rewriter_drops,
	.group = "nat",
	.brief = "rewrites source and destination addresses, by pairs of them",
	.manual = REWRITER_MANUAL
	"\n"
	"\n"
	"A mapping is one of a pair of addresses, whatever the protocol and the ports; so patterns\n"
	"are `SADDR DADDR`. All IP packets are rewritten, and the checksums of TCP and UDP\n"
	"adjusted. Unlike in Click REPLY_ANNO works here as well.",
	.example = "rw :: IPAddrPairRewriter(pattern 1.0.0.0/24# - 0 1, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(ipaddrpairrewriter_class)
