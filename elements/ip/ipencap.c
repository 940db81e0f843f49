// SPDX-License-Identifier: BSD-3-Clause
// IPEncap: puts a fixed IP header in front of packets.

#include <inttypes.h>
#include <stdatomic.h>

#include <rte_ip.h>

#include "elements/ip/encap.h"
#include "src/element.h"
#include "src/strbuf.h"

struct ect { // an argument: 0, 1 or 2
	uint8_t value;
};

struct ipencap {
	struct element element;
	struct encap encap;
	struct encap_dst dst;
	_Atomic uint16_t next_id;
	// As configured.
	struct ip_proto proto;
	struct ip_addr src;
	uint8_t ttl;
	int32_t dscp, tos; // negative: not given
	struct ect ect;
	bool ce, df;
};

enum { NO_ROOM };

enum { ECN_CE = 3, DSCP_MAX = 63 };

// ---- data path

static inline bool
encap_packet(const struct encap *encap, struct packet **pp, uint16_t id, uint32_t dst_be, bool anno)
{
	if (unlikely(!encap_push(pp, sizeof(encap->ip))))
		return false;
	encap_write(encap, packet_data_rw(*pp), packet_length(*pp), id,
		encap_destination(*pp, dst_be, anno));
	packet_set_network(*pp, 0, sizeof(encap->ip));
	return true;
}

static inline __attribute__((always_inline)) void
encap_each(const struct ipencap *e, struct batch *b, uint16_t id, bool anno)
{
	uint32_t dst_be = e->dst.addr.be;
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (likely(encap_packet(&e->encap, &p, id++, dst_be, anno)))
			b->pkt[n++] = p;
		else
			element_drop(&e->element, NO_ROOM, p);
	}
	b->n = (uint16_t)n;
}

static void
encap_batch(struct ipencap *e, struct batch *b)
{
	uint16_t id = atomic_fetch_add_explicit(&e->next_id, b->n, memory_order_relaxed);

	if (e->dst.from_anno)
		encap_each(e, b, id, true);
	else
		encap_each(e, b, id, false);
}

static void
ipencap_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	encap_batch((struct ipencap *)base, b);
	element_push(base, 0, b);
}

static void
ipencap_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	if (b->n > 0)
		encap_batch((struct ipencap *)base, b);
}

// ---- configuration

static int
check_tos(const struct ipencap *e, struct errh *errh)
{
	if (e->tos >= 0 && e->dscp >= 0)
		return errh_error(errh, "cannot set both TOS and DSCP");
	if (e->tos >= 0 && (e->ect.value != 0 || e->ce))
		return errh_error(errh, "cannot set both TOS and ECN bits");
	if (e->tos > UINT8_MAX)
		return errh_error(errh, "TOS too large; max %d", UINT8_MAX);
	if (e->dscp > DSCP_MAX)
		return errh_error(errh, "DSCP too large; max %d", DSCP_MAX);
	if (e->ect.value != 0 && e->ce)
		return errh_error(errh, "can set at most one ECN option");
	return 0;
}

static uint8_t
type_of_service(const struct ipencap *e)
{
	if (e->tos >= 0)
		return (uint8_t)e->tos;
	return (uint8_t)(RTE_MAX(e->dscp, 0) << 2 | (e->ce ? ECN_CE : e->ect.value));
}

static int
ipencap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct ipencap *e = (struct ipencap *)base;
	struct rte_ipv4_hdr ip = {
		.version_ihl = RTE_IPV4_VHL_DEF,
		.type_of_service = type_of_service(e),
		.fragment_offset = e->df ? rte_cpu_to_be_16(RTE_IPV4_HDR_DF_FLAG) : 0,
		.time_to_live = e->ttl,
		.next_proto_id = e->proto.number,
		.src_addr = e->src.be,
	};

	(void)args;
	encap_init(&e->encap, &ip);
	return check_tos(e, errh);
}

static int
ipencap_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	atomic_store(
		&((struct ipencap *)base)->next_id, atomic_load(&((struct ipencap *)old)->next_id));
	return 0;
}

// ---- arguments

static int
ect_parse(const struct arg_parse *p, const char *text, void *field)
{
	struct ect *ect = field;
	bool set = false;

	if (strcmp(text, "2") == 0)
		ect->value = 2;
	else if (text_read_bool(text, &set) == 0)
		ect->value = set;
	else
		return errh_error(p->errh, "bad ECT value '%s'", text);
	return 0;
}

static void
ect_print(const void *field, struct strbuf *out)
{
	strbuf_addf(out, "%u", ((const struct ect *)field)->value);
}

static const struct arg_type arg_ect = {
	.name = "bool or 2",
	.expected = "bool or 2",
	.size = sizeof(struct ect),
	.parse = ect_parse,
	.print = ect_print,
};

static const struct arg ipencap_args[] = {
	ARG_AS(ipencap, proto, arg_encap_proto, "PROTO", ARG_MANDATORY,
		.help = "protocol of the data, name or number"),
	ARG(ipencap, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG_AS(ipencap, dst, arg_encap_dst, "DST", ARG_MANDATORY,
		.range_error = "DST argument should be IP address or 'DST_ANNO'",
		.help = "destination address; `DST_ANNO`: the packet's destination annotation"),
	ARG(ipencap, ttl, "TTL", ARG_KEYWORD, .def = "250", .help = "time to live"),
	ARG(ipencap, dscp, "DSCP", ARG_KEYWORD, .def = "-1",
		.help = "differentiated services code point, 0 to 63"),
	ARG_AS(ipencap, ect, arg_ect, "ECT", ARG_KEYWORD, .def = "false",
		.help = "true: ECN capable, ECT(1); 2: ECT(0)"),
	ARG(ipencap, ce, "CE", ARG_KEYWORD, .def = "false", .help = "congestion experienced"),
	ARG(ipencap, tos, "TOS", ARG_KEYWORD, .def = "-1",
		.help = "the whole type of service byte, in place of DSCP, ECT and CE"),
	ARG(ipencap, df, "DF", ARG_KEYWORD, .def = "false", .help = "forbids fragmentation"),
	ARGS_END,
};

static const struct handler ipencap_handlers[] = {
	HANDLER_RECONFIGURE("src", ipencap, src, "SRC", 0, .help = "source address"),
	{.name = "dst",
		.read = handler_read_field,
		.write = handler_write_argument,
		.type = &arg_encap_dst,
		.offset = offsetof(struct ipencap, dst),
		.argument = "DST",
		.help = "destination address, or `DST_ANNO`"},
	HANDLERS_END,
};

static const char *const ipencap_drops[] = {[NO_ROOM] = "too long, or no memory", NULL};

static const struct element_class ipencap_class = {
	.name = "IPEncap",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct ipencap),
	.push = ipencap_push,
	.pull = ipencap_pull,
	.configure = ipencap_configure,
	.take_state = ipencap_take_state,
	.args = ipencap_args,
	.handlers = ipencap_handlers,
	.drops = ipencap_drops,
	.group = "ip",
	.brief = "puts a fixed IP header in front of packets",
	.manual =
		"Each packet gets a 20-byte IP header and its place. Ids count from 0. A fixed DST\n"
		"becomes the packet's destination annotation too. Unlike in Click, DSCP 63 is\n"
		"accepted, as its message says.",
	.example = "Idle -> IPEncap(ipip, 10.0.0.1, 10.0.0.2, DF true) -> Discard;",
};
ELEMENT_CLASS(ipencap_class)
