// SPDX-License-Identifier: BSD-3-Clause
// IPRewriter: rewrites addresses and ports of TCP and UDP packets, by flow.

#include "elements/nat/rewriterpush.h"
#include "elements/nat/transport.h"

enum { TCP_TABLE, UDP_TABLE };

static inline bool
iprewriter_parse(struct packet **pp, struct rewriter_packet *rp)
{
	if (unlikely(header_read(pp, rp) == NULL) ||
		(rp->protocol != IPPROTO_TCP && rp->protocol != IPPROTO_UDP))
		return false;
	rp->table = rp->protocol == IPPROTO_TCP ? TCP_TABLE : UDP_TABLE;
	return header_read_ports(pp, rp);
}

static inline bool
iprewriter_rewrite(const struct rewriter *r, struct flow *f, unsigned direction, struct packet **pp,
	const struct rewriter_packet *rp)
{
	return rp->protocol == IPPROTO_TCP ? tcp_rewrite(r, f, direction, pp, rp)
					   : udp_rewrite(r, f, direction, pp, rp);
}

static const struct rewriter_path iprewriter_path = {
	.parse = iprewriter_parse,
	.rewrite = iprewriter_rewrite,
};
REWRITER_PUSH(iprewriter, iprewriter_path)

// ---- configuration

static bool
iprewriter_key_for(uint8_t protocol, const struct flow_key *ends, bool reply, struct flow_key *key,
	uint16_t *table)
{
	(void)reply;
	*key = *ends;
	*table = protocol == IPPROTO_TCP ? TCP_TABLE : UDP_TABLE;
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

static const struct rewriter_kind iprewriter_kind = {
	.is_tcp = true,
	.key_for = iprewriter_key_for,
	.entry_text = rewriter_entry_text,
};

static int
iprewriter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return rewriter_configure((struct rewriter *)e, &iprewriter_kind, errh);
}

static const struct arg iprewriter_args[] = {
	REWRITER_TIME(nodata_timeout, "TCP_NODATA_TIMEOUT", "300",
		"of TCP mappings, until there was data in both directions"),
	REWRITER_TIME(timeout, "TCP_TIMEOUT", "86400", "of TCP mappings with data both ways"),
	REWRITER_TIME(timeout, "TIMEOUT", NULL, "the same as TCP_TIMEOUT"),
	REWRITER_TIME(done_timeout, "TCP_DONE_TIMEOUT", "240", "of TCP mappings that have ended"),
	REWRITER_TIME(guarantee, "TCP_GUARANTEE", "5",
		"how long after a packet a TCP mapping cannot be evicted"),
	REWRITER_TIME(guarantee, "GUARANTEE", NULL, "the same as TCP_GUARANTEE"),
	REWRITER_TIME(udp_timeout, "UDP_TIMEOUT", "300", "of UDP mappings"),
	ARG(rewriter, streaming_timeout, "UDP_STREAMING_TIMEOUT", ARG_KEYWORD, .min = 0,
		.max = INT64_MAX, .given = ARG_GIVEN(rewriter, has_streaming),
		.help = "of UDP mappings with three packets or more, and replies; else "
			"UDP_TIMEOUT"),
	REWRITER_TIME(udp_guarantee, "UDP_GUARANTEE", "5",
		"how long after a packet a UDP mapping cannot be evicted"),
	REWRITER_DST_ANNO,
	REWRITER_ARGS,
	ARGS_END,
};

static const struct handler iprewriter_handlers[] = {
	REWRITER_TABLE_HANDLER("tcp_table", "tcp_mappings", TCP_TABLE),
	REWRITER_TABLE_HANDLER("udp_table", "udp_mappings", UDP_TABLE),
	{.name = "tcp_lookup",
		.read = rewriter_read_lookup,
		.flags = HANDLER_PARAM,
		.help = "what TCP packets of `SADDR SPORT DADDR DPORT` are rewritten to"},
	REWRITER_HANDLERS,
	HANDLERS_END,
};

static const struct element_class iprewriter_class = {
	.name = "IPRewriter",
	.ports = "1-/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct rewriter),
	.push = iprewriter_push,
	.configure = iprewriter_configure,
	.initialize = rewriter_initialize,
	.cleanup = rewriter_cleanup,
	.take_state = rewriter_take_state,
	.add_handlers = rewriter_add_handlers,
	.args = iprewriter_args,
	.handlers = iprewriter_handlers,
	.drops = rewriter_drops,
	.group = "nat",
	.brief = "rewrites addresses and ports of TCP and UDP packets, by flow",
	.manual = REWRITER_MANUAL
	"\n"
	"\n"
	"It rewrites TCP and UDP packets, their first fragments only, and adjusts checksums, and\n"
	"TCP sequence numbers where FTPPortMapper asks for it. TCP and UDP mappings are apart but\n"
	"share the capacity and the sequences of patterns. Several lcores may use one IPRewriter\n"
	"at once; they take turns, a batch at a time. Unlike in Click a bad pattern written to\n"
	"patternN fails.",
	.example = "rw :: IPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(iprewriter_class)
