// SPDX-License-Identifier: BSD-3-Clause
// SetIPChecksum: computes the IP header checksum anew.

#include <inttypes.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

struct setipchecksum_lcore {
	uint64_t n_bad;
};

struct setipchecksum {
	struct element element;
	_Atomic bool told;
};

enum { BAD_PACKET, NO_MEMORY };

static __attribute__((noinline, cold)) int
bad_packet(struct setipchecksum *e)
{
	struct setipchecksum_lcore *l = element_lcore(&e->element);

	l->n_bad++;
	if (!atomic_exchange_explicit(&e->told, true, memory_order_relaxed))
		chatter("SetIPChecksum: bad input packet");
	return DROP(BAD_PACKET);
}

static inline int
set_packet(struct setipchecksum *e, struct packet **pp)
{
	int32_t off = packet_has_network(*pp) ? packet_network_offset(*pp) : 0;
	const uint8_t *first = packet_peek(pp, off, sizeof(struct rte_ipv4_hdr));
	uint32_t header_len;
	void *header;

	if (unlikely(first == NULL))
		return bad_packet(e);
	header_len = (*first & 15u) * 4;
	if (unlikely(header_len < sizeof(struct rte_ipv4_hdr) ||
		     header_len > packet_length_from(*pp, off)))
		return bad_packet(e);
	header = packet_edit(pp, off, header_len);
	if (unlikely(header == NULL))
		return DROP(NO_MEMORY);
	checksum_set_ip(header, header_len);
	return 0;
}

ELEMENT_DECIDE(setipchecksum, setipchecksum, set_packet)

static int
setipchecksum_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct setipchecksum_lcore *l = element_lcore(base);

	(void)errh;
	l->n_bad += ELEMENT_SUM(old, setipchecksum_lcore, n_bad);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, ELEMENT_SUM(call->element, setipchecksum_lcore, n_bad));
	return 0;
}

static const struct handler setipchecksum_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets without a whole IP header"},
	HANDLERS_END,
};

static const char *const setipchecksum_drops[] = {
	[BAD_PACKET] = "bad IP header", [NO_MEMORY] = "no memory", NULL};

static const struct element_class setipchecksum_class = {
	.name = "SetIPChecksum",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct setipchecksum),
	.lcore_size = sizeof(struct setipchecksum_lcore),
	.push = setipchecksum_push,
	.pull = setipchecksum_pull,
	.decide = setipchecksum_decide,
	.take_state = setipchecksum_take_state,
	.handlers = setipchecksum_handlers,
	.drops = setipchecksum_drops,
	.group = "ip",
	.brief = "computes the IP header checksum anew",
	.manual =
		"The IP header is where its place says, or at the start of the data if the packet\n"
		"has none. Packets that are shorter than their header are dropped. Elements of this\n"
		"program keep the checksum right by themselves; this one is for packets that were\n"
		"changed byte by byte.",
	.example = "Idle -> MarkIPHeader(14) -> SetIPChecksum -> Discard;",
};
ELEMENT_CLASS(setipchecksum_class)
