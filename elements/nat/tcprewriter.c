// SPDX-License-Identifier: BSD-3-Clause
// TCPRewriter: rewrites addresses, ports and sequence numbers of TCP packets, by flow.

#include "elements/nat/rewriterpush.h"
#include "elements/nat/transport.h"

enum { TABLE };

static inline bool
tcprewriter_parse(struct packet **pp, struct rewriter_packet *rp)
{
	rp->table = TABLE;
	return likely(header_read(pp, rp) != NULL) && rp->protocol == IPPROTO_TCP &&
	       header_read_ports(pp, rp);
}

static const struct rewriter_path tcprewriter_path = {
	.parse = tcprewriter_parse,
	.rewrite = tcp_rewrite,
};
REWRITER_PUSH(tcprewriter, tcprewriter_path)

// ---- configuration

static bool
tcprewriter_key_for(uint8_t protocol, const struct flow_key *ends, bool reply, struct flow_key *key,
	uint16_t *table)
{
	(void)reply;
	*key = *ends;
	*table = TABLE;
	return protocol == IPPROTO_TCP;
}

static const struct rewriter_kind tcprewriter_kind = {
	.is_tcp = true,
	.key_for = tcprewriter_key_for,
	.entry_text = rewriter_entry_text,
};

static int
tcprewriter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return rewriter_configure((struct rewriter *)e, &tcprewriter_kind, errh);
}

static const struct arg tcprewriter_args[] = {
	REWRITER_TIME(nodata_timeout, "TCP_NODATA_TIMEOUT", "300",
		"of mappings, until there was data in both directions"),
	REWRITER_TIME(timeout, "TCP_TIMEOUT", "86400", "of mappings with data both ways"),
	REWRITER_TIME(timeout, "TIMEOUT", NULL, "the same as TCP_TIMEOUT"),
	REWRITER_TIME(done_timeout, "TCP_DONE_TIMEOUT", "240", "of mappings that have ended"),
	REWRITER_TIME(guarantee, "TCP_GUARANTEE", "5",
		"how long after a packet a mapping cannot be evicted"),
	REWRITER_TIME(guarantee, "GUARANTEE", NULL, "the same as TCP_GUARANTEE"),
	REWRITER_DST_ANNO,
	REWRITER_ARGS,
	ARGS_END,
};

static const struct handler tcprewriter_handlers[] = {
	REWRITER_TABLE_HANDLER("table", "mappings", TABLE),
	{.name = "lookup",
		.read = rewriter_read_lookup,
		.flags = HANDLER_PARAM,
		.help = "what packets of `SADDR SPORT DADDR DPORT` are rewritten to"},
	REWRITER_HANDLERS,
	HANDLERS_END,
};

static const struct element_class tcprewriter_class = {
	.name = "TCPRewriter",
	.ports = "1-/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct rewriter),
	.push = tcprewriter_push,
	.configure = tcprewriter_configure,
	.initialize = rewriter_initialize,
	.cleanup = rewriter_cleanup,
	.take_state = rewriter_take_state,
	.add_handlers = rewriter_add_handlers,
	.args = tcprewriter_args,
	.handlers = tcprewriter_handlers,
	.drops = rewriter_drops,
	.group = "nat",
	.brief = "rewrites addresses, ports and sequence numbers of TCP packets, by flow",
	.manual = REWRITER_MANUAL
	"\n"
	"\n"
	"It rewrites TCP packets, their first fragments only, and adjusts checksums, and sequence\n"
	"numbers where FTPPortMapper asks for it. Where less than 18 bytes of the TCP header are\n"
	"there, only addresses are rewritten. Several lcores may use one TCPRewriter at once;\n"
	"they take turns, a batch at a time.",
	.example = "rw :: TCPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(tcprewriter_class)
