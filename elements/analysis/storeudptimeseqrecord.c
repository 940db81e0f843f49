// SPDX-License-Identifier: BSD-3-Clause
// StoreUDPTimeSeqRecord: numbers and stamps UDP packets in their payload.

#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ip.h>
#include <rte_udp.h>

#include "elements/ip/batchclock.h"
#include "elements/ip/checksum.h"
#include "src/element.h"
#include "src/strbuf.h"

struct record { // behind the UDP header
	rte_be32_t seq;
	rte_be32_t sec, nsec; // when it was stamped
	rte_be32_t dsec, dnsec; // how long after that it came by again
};

struct storeudptimeseqrecord {
	struct element element;
	uint32_t offset; // of the IP header
	bool delta;
	uint32_t n_packets;
	struct batch_clock clock;
};

enum { NO_ROOM };

// How many bytes the IP header has in front of a UDP header; 0: there is none.
static uint32_t
udp_place(struct packet **pp, uint32_t off)
{
	const struct rte_ipv6_hdr *ip6;
	const struct rte_ipv4_hdr *ip;
	uint32_t len;

	if (off > UINT16_MAX)
		return 0;
	ip = (const void *)packet_peek(pp, (int32_t)off, sizeof(*ip));
	if (ip == NULL)
		return 0;
	if (ip->version_ihl >> 4 == 4) {
		len = (ip->version_ihl & 0xfu) * 4;
		return ip->next_proto_id == IPPROTO_UDP && len >= sizeof(*ip) &&
				       (ip->fragment_offset & RTE_BE16(RTE_IPV4_HDR_OFFSET_MASK)) ==
					       0
			       ? len
			       : 0;
	}
	ip6 = (const void *)packet_peek(pp, (int32_t)off, sizeof(*ip6));
	if (ip6 == NULL || ip->version_ihl >> 4 != 6 || ip6->proto != IPPROTO_UDP)
		return 0;
	return sizeof(*ip6);
}

static void
fill_record(struct storeudptimeseqrecord *e, struct record *r)
{
	int64_t now = batch_clock_now(&e->clock), then, delta;

	if (!e->delta) {
		*r = (struct record){
			.seq = rte_cpu_to_be_32(++e->n_packets),
			.sec = rte_cpu_to_be_32((uint32_t)(now / CLOCK_S)),
			.nsec = rte_cpu_to_be_32((uint32_t)(now % CLOCK_S)),
		};
		return;
	}
	then = rte_be_to_cpu_32(r->sec) * CLOCK_S + rte_be_to_cpu_32(r->nsec);
	delta = now - then;
	r->dsec = rte_cpu_to_be_32((uint32_t)(delta / CLOCK_S - (delta % CLOCK_S < 0)));
	r->dnsec =
		rte_cpu_to_be_32((uint32_t)(delta % CLOCK_S + (delta % CLOCK_S < 0 ? CLOCK_S : 0)));
}

static uint16_t
update_checksum(uint16_t checksum, const struct record *old, const struct record *new)
{
	const uint8_t *from = (const uint8_t *)old, *to = (const uint8_t *)new;

	for (unsigned i = 0; i < sizeof(*old); i += 4)
		checksum =
			checksum_update32(checksum, checksum_word(from + i), checksum_word(to + i));
	return checksum != 0 ? checksum : 0xffff;
}

static inline int
storeudptimeseqrecord_packet(struct storeudptimeseqrecord *e, struct packet **pp)
{
	uint32_t place = udp_place(pp, e->offset);
	struct rte_udp_hdr *udp;
	struct record old, new;

	if (place == 0)
		return DROP(NO_ROOM);
	udp = (void *)packet_edit(pp, (int32_t)(e->offset + place), sizeof(*udp) + sizeof(old));
	if (udp == NULL)
		return DROP(NO_ROOM);
	memcpy(&old, udp + 1, sizeof(old));
	new = old;
	fill_record(e, &new);
	memcpy(udp + 1, &new, sizeof(new));
	if (udp->dgram_cksum != 0)
		udp->dgram_cksum = update_checksum(udp->dgram_cksum, &old, &new);
	return 0;
}

ELEMENT_DECIDE(store, storeudptimeseqrecord, storeudptimeseqrecord_packet)

static void
storeudptimeseqrecord_push(struct element *base, unsigned port, struct batch *b)
{
	batch_clock_begin(&((struct storeudptimeseqrecord *)base)->clock);
	store_push(base, port, b);
}

static void
storeudptimeseqrecord_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	batch_clock_begin(&((struct storeudptimeseqrecord *)base)->clock);
	store_pull(base, port, b, max);
}

static int
storeudptimeseqrecord_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct storeudptimeseqrecord *)base)->n_packets =
		((struct storeudptimeseqrecord *)old)->n_packets;
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	((struct storeudptimeseqrecord *)call->element)->n_packets = 0;
	return 0;
}

static const struct arg storeudptimeseqrecord_args[] = {
	ARG(storeudptimeseqrecord, offset, "OFFSET", ARG_MANDATORY,
		.help = "where the IP header is, bytes"),
	ARG(storeudptimeseqrecord, delta, "DELTA", ARG_KEYWORD, .def = "false",
		.help = "true: writes how old the time in the packet is"),
	ARGS_END,
};

static const struct handler storeudptimeseqrecord_handlers[] = {
	HANDLER_FIELD_R(
		"count", storeudptimeseqrecord, n_packets, 0, .help = "the last number written"),
	{.name = "reset",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "begins with 1 again"},
	HANDLERS_END,
};

static const char *const storeudptimeseqrecord_drops[] = {
	[NO_ROOM] = "not UDP, or too short", NULL};

static const struct element_class storeudptimeseqrecord_class = {
	.name = "StoreUDPTimeSeqRecord",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct storeudptimeseqrecord),
	.push = storeudptimeseqrecord_push,
	.pull = storeudptimeseqrecord_pull,
	.take_state = storeudptimeseqrecord_take_state,
	.args = storeudptimeseqrecord_args,
	.handlers = storeudptimeseqrecord_handlers,
	.drops = storeudptimeseqrecord_drops,
	.group = "analysis",
	.brief = "numbers and stamps UDP packets in their payload",
	.manual =
		"Writes a record of 20 bytes at the beginning of the UDP payload, five numbers of 32\n"
		"bits in network order: number of the packet, seconds and nanoseconds of the time, and\n"
		"two zeroes. With DELTA it writes only the last two: how many seconds and nanoseconds\n"
		"ago the packet was stamped. Packets of one batch have the same time.\n"
		"Packets that are not UDP over IPv4 or IPv6, or too short, and fragments but the\n"
		"first are dropped. (Click takes any IPv4 packet.) A UDP checksum is updated; none\n"
		"stays none.",
	.example = "Idle -> StoreUDPTimeSeqRecord(14) -> StoreUDPTimeSeqRecord(14, DELTA true) ->\n"
		   "Discard;",
};
ELEMENT_CLASS(storeudptimeseqrecord_class)
