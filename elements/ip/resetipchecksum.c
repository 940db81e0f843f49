// SPDX-License-Identifier: BSD-3-Clause
// ResetIPChecksum: puts the checksums of changed packets right.

#include <inttypes.h>

#include <rte_tcp.h>
#include <rte_udp.h>

#include "elements/tcpudp/segment.h"
#include "src/element.h"
#include "src/strbuf.h"

struct resetipchecksum {
	struct element element;
	bool l4;
};

enum { BAD_PACKET, NO_MEMORY };

static bool
set_tcp(struct segment *s, struct packet **pp)
{
	struct rte_tcp_hdr *tcp = (void *)packet_edit(pp, s->off, sizeof(*tcp));

	if (tcp == NULL || s->len < sizeof(*tcp))
		return false;
	tcp->cksum = 0;
	tcp->cksum = segment_checksum(s, *pp, s->len);
	return true;
}

// One without a checksum stays so.
static bool
set_udp(struct segment *s, struct packet **pp)
{
	struct rte_udp_hdr *udp = (void *)packet_edit(pp, s->off, sizeof(*udp));

	if (udp == NULL || s->len < sizeof(*udp))
		return false;
	if (udp->dgram_cksum == 0)
		return true;
	udp->dgram_cksum = 0;
	udp->dgram_cksum = segment_checksum(s, *pp, s->len);
	if (udp->dgram_cksum == 0)
		udp->dgram_cksum = UINT16_MAX;
	return true;
}

static bool
set_segment(struct segment *s, struct packet **pp)
{
	uint8_t protocol = s->ip->next_proto_id;
	uint32_t header_size = protocol == IPPROTO_TCP   ? sizeof(struct rte_tcp_hdr)
			       : protocol == IPPROTO_UDP ? sizeof(struct rte_udp_hdr)
							 : 0;

	if (header_size == 0 || segment_is_fragment(s))
		return true;
	if (s->len > s->have || !segment_read(s, pp, header_size))
		return false;
	return protocol == IPPROTO_TCP ? set_tcp(s, pp) : set_udp(s, pp);
}

static inline int
reset_packet(const struct resetipchecksum *e, struct packet **pp)
{
	struct segment s;
	struct rte_ipv4_hdr *ip;

	if (unlikely(!packet_has_network(*pp)))
		return DROP(BAD_PACKET);
	if (unlikely(!packet_make_writable(pp)))
		return DROP(NO_MEMORY);
	if (unlikely(!segment_read(&s, pp, 0)))
		return DROP(BAD_PACKET);
	ip = (void *)packet_edit(pp, s.off - (int32_t)s.header_len, s.header_len);
	if (unlikely(ip == NULL))
		return DROP(NO_MEMORY);
	checksum_set_ip(ip, s.header_len);
	return !e->l4 || likely(set_segment(&s, pp)) ? 0 : DROP(BAD_PACKET);
}

ELEMENT_DECIDE(resetipchecksum, resetipchecksum, reset_packet)

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, element_drops(call->element, BAD_PACKET));
	return 0;
}

static const struct arg resetipchecksum_args[] = {
	ARG(resetipchecksum, l4, "L4", ARG_OPTIONAL, .def = "false",
		.help = "true: those of TCP and UDP as well"),
	ARGS_END,
};

static const struct handler resetipchecksum_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets without a whole IP header, or TCP or UDP segment"},
	HANDLERS_END,
};

static const char *const resetipchecksum_drops[] = {
	[BAD_PACKET] = "bad packet", [NO_MEMORY] = "no memory", NULL};

static const struct element_class resetipchecksum_class = {
	.name = "ResetIPChecksum",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct resetipchecksum),
	.push = resetipchecksum_push,
	.pull = resetipchecksum_pull,
	.decide = resetipchecksum_decide,
	.args = resetipchecksum_args,
	.handlers = resetipchecksum_handlers,
	.drops = resetipchecksum_drops,
	.group = "ip",
	.brief = "puts the checksums of changed packets right",
	.manual =
		"Computes the checksum of the IP header and, with L4, that of TCP and UDP; fragments\n"
		"and UDP packets without a checksum keep what they have. FastClick leaves this to the\n"
		"device; here it is done by the processor, so that it works with every device.\n"
		"Packets need a header place: put a MarkIPHeader in front.",
	.example = "Idle -> MarkIPHeader(14) -> ResetIPChecksum(L4 true) -> Discard;",
};
ELEMENT_CLASS(resetipchecksum_class)
