// SPDX-License-Identifier: BSD-3-Clause
// AggregateIP: sets the aggregate annotation to a field of the IP packet.

#include "elements/analysis/aggregateip.h"

#include <netinet/in.h>

#include <rte_byteorder.h>
#include <rte_ip.h>

#include "src/args.h"
#include "src/element.h"

struct aggregateip {
	struct element element;
	struct ip_field field;
	uint32_t word; // place of the field's word in its header, bytes
	uint32_t shift, mask; // of the word, mask first
	uint32_t incremental_shift;

	// Arguments.
	struct any want_field;
	bool incremental, unshift;
};

enum { NO_FIELD };

// Where the TCP or UDP payload begins; PACKET_NO_HEADER: nowhere.
static int32_t
data_offset(struct packet **pp, int32_t transport, uint8_t proto)
{
	const uint8_t *tcp;

	if (proto == IPPROTO_UDP)
		return transport + 8;
	tcp = proto == IPPROTO_TCP ? packet_peek(pp, transport, 20) : NULL;
	return tcp != NULL ? transport + (tcp[12] >> 4) * 4 : PACKET_NO_HEADER;
}

static bool
has_proto(const struct aggregateip *e, uint8_t proto)
{
	switch (e->field.proto) {
	case IP_FIELD_ANY:
		return true;
	case IP_FIELD_TCPUDP:
		return proto == IPPROTO_TCP || proto == IPPROTO_UDP;
	default:
		return proto == e->field.proto;
	}
}

// The place of the header that has the field; PACKET_NO_HEADER.
static int32_t
find_header(const struct aggregateip *e, struct packet **pp)
{
	int32_t network = packet_network_offset(*pp), at;
	const struct rte_ipv4_hdr *ip;

	if (network == PACKET_NO_HEADER || e->field.header == IP_FIELD_IP)
		return network;
	ip = (const void *)packet_peek(pp, network, sizeof(*ip));
	if (ip == NULL || ip->version_ihl >> 4 != 4 ||
		(ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK)) != 0)
		return PACKET_NO_HEADER;
	at = network + (ip->version_ihl & 0xf) * 4;
	if (e->field.header == IP_FIELD_TRANSPORT)
		return has_proto(e, ip->next_proto_id) ? at : PACKET_NO_HEADER;
	return data_offset(pp, at, ip->next_proto_id);
}

static inline int
aggregateip_packet(const struct aggregateip *e, struct packet **pp)
{
	int32_t at = find_header(e, pp);
	const uint8_t *bytes = NULL;
	uint32_t aggregate;
	rte_be32_t word;

	if (at != PACKET_NO_HEADER)
		bytes = packet_peek(pp, at + (int32_t)e->word, sizeof(word));
	if (unlikely(bytes == NULL))
		return element_output_or_drop(&e->element, 1, NO_FIELD);
	memcpy(&word, bytes, sizeof(word));
	aggregate = (rte_be_to_cpu_32(word) & e->mask) >> e->shift;
	if (e->incremental)
		aggregate += packet_anno_u32(*pp, ANNO_AGGREGATE) << e->incremental_shift;
	packet_set_anno_u32(*pp, ANNO_AGGREGATE, aggregate);
	return 0;
}

ELEMENT_DECIDE(aggregateip, aggregateip, aggregateip_packet)

static int
aggregateip_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	enum { SRC = 96, END_OF_ADDRESSES = 160 };
	struct aggregateip *e = (struct aggregateip *)base;
	struct ip_field *f = &e->field;

	(void)args;
	if (ip_field_read(f, e->want_field.text, errh) != 0)
		return -EINVAL;
	if (e->incremental && f->n_bits == 32)
		return errh_error(errh, "'INCREMENTAL' is incompatible with field length 32");
	e->word = f->bit / 32 * 4;
	e->shift = 32 - f->bit % 32 - f->n_bits;
	e->mask = UINT32_MAX >> (32 - f->n_bits) << e->shift;
	e->incremental_shift = f->n_bits;
	if (e->unshift && f->header == IP_FIELD_IP && f->bit >= SRC &&
		f->bit + f->n_bits <= END_OF_ADDRESSES)
		e->shift = 0;
	return 0;
}

enum { HEADER, BIT_OFFSET, BIT_LENGTH, FIELD };

static int
read_value(const struct handler_read *call)
{
	const struct aggregateip *e = (struct aggregateip *)call->element;

	switch (call->row->number) {
	case HEADER:
		ip_field_header_text(&e->field, call->out);
		break;
	case BIT_OFFSET:
		strbuf_addf(call->out, "%u", e->field.bit);
		break;
	case BIT_LENGTH:
		strbuf_addf(call->out, "%u", e->field.n_bits);
		break;
	default:
		strbuf_adds(call->out, e->want_field.text);
		break;
	}
	return 0;
}

static const struct arg aggregateip_args[] = {
	ARG(aggregateip, want_field, "FIELD", ARG_MANDATORY,
		.help = "HEADER [NAME] [RANGE] [/BITS] [& MASK]: `ip dst/24`, `tcp[13] & 2`"),
	ARG(aggregateip, incremental, "INCREMENTAL", ARG_KEYWORD, .def = "false",
		.help = "true: the field goes behind the bits of the annotation that are there"),
	ARG(aggregateip, unshift, "UNSHIFT_IP_ADDR", ARG_KEYWORD, .def = "false",
		.help = "true: bits of an address stay in their place"),
	ARGS_END,
};

static const struct handler aggregateip_handlers[] = {
	{.name = "header",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = HEADER,
		.help = "header that the field is in"},
	{.name = "bit_offset",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = BIT_OFFSET,
		.help = "where it begins"},
	{.name = "bit_length",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = BIT_LENGTH,
		.help = "how long it is"},
	{.name = "field",
		.read = read_value,
		.flags = HANDLER_CALM,
		.number = FIELD,
		.help = "the argument"},
	HANDLERS_END,
};

static const char *const aggregateip_drops[] = {[NO_FIELD] = "field missing", NULL};

static const struct element_class aggregateip_class = {
	.name = "AggregateIP",
	.ports = "1/1-2",
	.processing = "a/ah",
	.lcores = LCORES_ANY,
	.size = sizeof(struct aggregateip),
	.push = aggregateip_push,
	.pull = aggregateip_pull,
	.decide = aggregateip_decide,
	.configure = aggregateip_configure,
	.args = aggregateip_args,
	.handlers = aggregateip_handlers,
	.drops = aggregateip_drops,
	.writes = "AGGREGATE",
	.group = "analysis",
	.brief = "sets the aggregate annotation to a field of the IP packet",
	.manual =
		"HEADER is `ip`, `tcp`, `udp`, `icmp`, `ip proto N`, `transp` (any transport header) or\n"
		"`data` (payload of TCP and UDP). NAME is a field of it:\n"
		"ip: vers hl tos dscp ecn len id off rf df mf fragoff ttl proto sum src dst, and sport\n"
		"dport of TCP and UDP. tcp: sport dport seq seqno ackno hl flags urg ack psh push rst syn\n"
		"fin win sum urp. udp: sport dport len sum. icmp: type code sum.\n"
		"RANGE is `[B]`, `[B:N]` or `[B-E]` in bytes, `{b}`, `{b:n}` or `{b-e}` in bits, inside of\n"
		"NAME if that is given. `/N` keeps the first N bits, `& MASK` those of a run of ones.\n"
		"All of it must lie inside 32 bits that begin at a multiple of 32.\n"
		"Packets that do not have the field leave by output 1 if it is connected.",
	.example =
		"Idle -> AggregateIP(ip dst/24) -> AggregateIP(tcp flags & 3, INCREMENTAL true)\n"
		"-> Discard;",
};
ELEMENT_CLASS(aggregateip_class)
