// SPDX-License-Identifier: BSD-3-Clause
// IPAddrRewriter: rewrites source addresses, and the destination addresses of replies.

#include "elements/nat/addrheader.h"
#include "elements/nat/rewriterpush.h"
#include "src/strbuf.h"

static inline bool
ipaddrrewriter_parse(struct packet **pp, struct rewriter_packet *rp)
{
	const struct rte_ipv4_hdr *ip = header_read(pp, rp);

	if (unlikely(ip == NULL))
		return false;
	rp->table = ADDR_TABLE;
	rp->key = (struct flow_key){.src = ip->src_addr};
	rp->reply_dst = ip->dst_addr;
	return true;
}

static uint32_t
find_reply(const struct rewriter *r, const struct rewriter_packet *rp)
{
	struct flow_key key = {.dst = rp->reply_dst};

	return flow_set_lookup(r->set, &key, rp->table);
}

static inline bool
ipaddrrewriter_rewrite(const struct rewriter *r, struct flow *f, unsigned direction,
	struct packet **pp, const struct rewriter_packet *rp)
{
	struct rte_ipv4_hdr *ip = addr_header_edit(pp, rp);
	struct flow_key to = flow_rewritten(f, direction);

	if (unlikely(ip == NULL))
		return false;
	if (direction == FORWARD) {
		to.dst = ip->dst_addr;
	} else {
		to.src = ip->src_addr;
		header_set_annos(r, f, direction, *pp, to.dst);
	}
	addr_header_set(ip, rp, f, direction, &to);
	return true;
}

static const struct rewriter_path ipaddrrewriter_path = {
	.parse = ipaddrrewriter_parse,
	.find_other = find_reply,
	.rewrite = ipaddrrewriter_rewrite,
};
REWRITER_PUSH(ipaddrrewriter, ipaddrrewriter_path)

// ---- configuration

static bool
accept_source(struct flow_key *key)
{
	return key->dst == 0 && flow_key_ports(key) == 0;
}

static bool
ipaddrrewriter_key_for(uint8_t protocol, const struct flow_key *ends, bool reply,
	struct flow_key *key, uint16_t *table)
{
	(void)protocol;
	*table = ADDR_TABLE;
	*key = reply ? (struct flow_key){.dst = ends->dst} : (struct flow_key){.src = ends->src};
	return true;
}

static void
entry_text(const struct flow *f, unsigned direction, struct strbuf *out)
{
	text_ip(out, (struct ip_addr){f->key[direction].src});
	strbuf_adds(out, " => ");
	text_ip(out, (struct ip_addr){flow_rewritten(f, direction).src});
}

static const struct rewriter_kind ipaddrrewriter_kind = {
	.any_protocol = true,
	.accept = accept_source,
	.key_for = ipaddrrewriter_key_for,
	.complete = addr_complete,
	.entry_text = entry_text,
};

static int
ipaddrrewriter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	((struct rewriter *)e)->dst_anno = true;
	return rewriter_configure((struct rewriter *)e, &ipaddrrewriter_kind, errh);
}

static const struct arg ipaddrrewriter_args[] = {
	REWRITER_TIME(timeout, "TIMEOUT", "7200", "of mappings"),
	REWRITER_TIME(
		guarantee, "GUARANTEE", "5", "how long after a packet a mapping cannot be evicted"),
	REWRITER_ARGS,
	ARGS_END,
};

static const struct handler ipaddrrewriter_handlers[] = {
	REWRITER_TABLE_HANDLER("table", "mappings", ADDR_TABLE),
	REWRITER_HANDLERS,
	HANDLERS_END,
};

static const struct element_class ipaddrrewriter_class = {
	.name = "IPAddrRewriter",
	.ports = "1-/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct rewriter),
	.push = ipaddrrewriter_push,
	.configure = ipaddrrewriter_configure,
	.initialize = rewriter_initialize,
	.cleanup = rewriter_cleanup,
	.take_state = rewriter_take_state,
	.add_handlers = rewriter_add_handlers,
	.args = ipaddrrewriter_args,
	.handlers = ipaddrrewriter_handlers,
	.drops = rewriter_drops,
	.group = "nat",
	.brief = "rewrites source addresses, and the destination addresses of replies",
	.manual = REWRITER_MANUAL
	"\n"
	"\n"
	"A mapping is one of a source address, whatever the protocol, the ports and the\n"
	"destination. So patterns are `SADDR -`, with a range of as many addresses as there are\n"
	"hosts. All IP packets are rewritten, and the checksums of TCP and UDP adjusted. Unlike\n"
	"in Click REPLY_ANNO works here as well.",
	.example = "rw :: IPAddrRewriter(pattern 1.0.0.0/24# - 0 1, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(ipaddrrewriter_class)
