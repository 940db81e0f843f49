// SPDX-License-Identifier: BSD-3-Clause
// UDPRewriter: rewrites addresses and ports of UDP packets (and of TCP and DCCP), by flow.

#include "elements/nat/rewriterpush.h"
#include "elements/nat/transport.h"

enum { TABLE = 1 }; // the one with the times of UDP

static inline bool
has_ports(uint8_t protocol)
{
	return protocol == IPPROTO_UDP || protocol == IPPROTO_TCP || protocol == PROTOCOL_DCCP;
}

static inline bool
udprewriter_parse(struct packet **pp, struct rewriter_packet *rp)
{
	rp->table = TABLE;
	return likely(header_read(pp, rp) != NULL) && has_ports(rp->protocol) &&
	       header_read_ports(pp, rp);
}

static const struct rewriter_path udprewriter_path = {
	.parse = udprewriter_parse,
	.rewrite = udp_rewrite,
};
REWRITER_PUSH(udprewriter, udprewriter_path)

// ---- configuration

static bool
udprewriter_key_for(uint8_t protocol, const struct flow_key *ends, bool reply, struct flow_key *key,
	uint16_t *table)
{
	(void)reply;
	*key = *ends;
	*table = TABLE;
	return has_ports(protocol);
}

static const struct rewriter_kind udprewriter_kind = {
	.key_for = udprewriter_key_for,
	.entry_text = rewriter_entry_text,
};

static int
udprewriter_configure(struct element *e, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return rewriter_configure((struct rewriter *)e, &udprewriter_kind, errh);
}

static const struct arg udprewriter_args[] = {
	REWRITER_TIME(udp_timeout, "UDP_TIMEOUT", "300", "of mappings"),
	REWRITER_TIME(udp_timeout, "TIMEOUT", NULL, "the same as UDP_TIMEOUT"),
	ARG(rewriter, streaming_timeout, "UDP_STREAMING_TIMEOUT", ARG_KEYWORD, .min = 0,
		.max = INT64_MAX, .given = ARG_GIVEN(rewriter, has_streaming),
		.help = "of mappings with three packets or more, and replies; else UDP_TIMEOUT"),
	ARG(rewriter, streaming_timeout, "STREAMING_TIMEOUT", ARG_KEYWORD, .min = 0,
		.max = INT64_MAX, .given = ARG_GIVEN(rewriter, has_streaming_short),
		.help = "the same as UDP_STREAMING_TIMEOUT"),
	REWRITER_TIME(udp_guarantee, "UDP_GUARANTEE", "5",
		"how long after a packet a mapping cannot be evicted"),
	REWRITER_TIME(udp_guarantee, "GUARANTEE", NULL, "the same as UDP_GUARANTEE"),
	REWRITER_DST_ANNO,
	REWRITER_ARGS,
	ARGS_END,
};

static const struct handler udprewriter_handlers[] = {
	REWRITER_TABLE_HANDLER("table", "mappings", TABLE),
	REWRITER_HANDLERS,
	HANDLERS_END,
};

static const struct element_class udprewriter_class = {
	.name = "UDPRewriter",
	.ports = "1-/1-",
	.processing = "h/h",
	.lcores = LCORES_ANY,
	.size = sizeof(struct rewriter),
	.push = udprewriter_push,
	.configure = udprewriter_configure,
	.initialize = rewriter_initialize,
	.cleanup = rewriter_cleanup,
	.take_state = rewriter_take_state,
	.add_handlers = rewriter_add_handlers,
	.args = udprewriter_args,
	.handlers = udprewriter_handlers,
	.drops = rewriter_drops,
	.group = "nat",
	.brief = "rewrites addresses and ports of UDP packets, by flow",
	.manual = REWRITER_MANUAL
	"\n"
	"\n"
	"It rewrites UDP, TCP and DCCP packets, their first fragments only, and adjusts the\n"
	"checksums of UDP and TCP. Mappings do not tell the protocols apart. Several lcores may\n"
	"use one UDPRewriter at once; they take turns, a batch at a time.",
	.example = "rw :: UDPRewriter(pattern 1.0.0.1 1024-65535# - - 0 1, drop);\n"
		   "Idle -> rw; Idle -> [1] rw; rw -> Discard; rw [1] -> Discard;",
};
ELEMENT_CLASS(udprewriter_class)
