// SPDX-License-Identifier: BSD-3-Clause
// NumberPacket: writes a number into each packet.

#include "elements/standard/numberpacket.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include <rte_ip.h>

#include "elements/ip/checksum.h"
#include "elements/standard/zeroes.h"
#include "src/strbuf.h"

struct numberpacket {
	struct element element;
	struct number_place place;
	_Atomic uint64_t next; // number of the next packet; any lcore
};

enum { NO_MEMORY };

int
number_place_check(const struct number_place *place, struct errh *errh)
{
	if (place->offset < 0)
		return errh_error(errh, "Offset must be >= 0");
	if (place->offset > NUMBER_OFFSET_MAX)
		return errh_error(errh, "Offset must be <= %d", NUMBER_OFFSET_MAX);
	return 0;
}

// The IP header of a packet that grew to size bytes.
static bool
set_ip_length(struct packet **pp, uint32_t size)
{
	int32_t off = packet_network_offset(*pp);
	struct rte_ipv4_hdr *ip;
	rte_be16_t old;

	if (off < 0 || (uint32_t)off > size - sizeof(*ip))
		return true; // there is none
	ip = (void *)packet_edit(pp, off, sizeof(*ip));
	if (ip == NULL)
		return false;
	if (ip->version_ihl >> 4 != IPVERSION)
		return true;
	old = ip->total_length;
	ip->total_length = rte_cpu_to_be_16((uint16_t)(size - (uint32_t)off));
	ip->hdr_checksum = checksum_update(ip->hdr_checksum, old, ip->total_length);
	return true;
}

static __attribute__((noinline)) bool
grow(struct packet **pp, uint32_t size)
{
	uint32_t len = packet_length(*pp);

	if (!packet_put(pp, size - len) || !zeroes_write(pp, len, size))
		return false;
	return size < sizeof(struct rte_ipv4_hdr) || set_ip_length(pp, size);
}

static void
number_batch(struct numberpacket *e, struct batch *b)
{
	uint64_t number = atomic_fetch_add_explicit(&e->next, b->n, memory_order_relaxed);
	struct number_place place = e->place;
	uint32_t end = (uint32_t)place.offset + sizeof(number);
	unsigned n = 0;

	for (unsigned i = 0; i < b->n; i++, number++) {
		uint64_t value = number_swap(&place, number);
		struct packet *p = b->pkt[i];

		if ((likely(packet_length(p) >= end) || grow(&p, end)) &&
			likely(packet_write(&p, (uint32_t)place.offset, &value, sizeof(value))))
			b->pkt[n++] = p;
		else
			element_drop(&e->element, NO_MEMORY, p);
	}
	b->n = (uint16_t)n;
}

static void
numberpacket_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	number_batch((struct numberpacket *)base, b);
	element_push(base, 0, b);
}

static void
numberpacket_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	(void)port;
	element_pull(base, 0, b, max);
	if (b->n > 0)
		number_batch((struct numberpacket *)base, b);
}

const struct number_place *
numberpacket_place(const struct element *e)
{
	return e->class->push == numberpacket_push ? &((const struct numberpacket *)e)->place
						   : NULL;
}

static int
numberpacket_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return number_place_check(&((struct numberpacket *)base)->place, errh);
}

static int
numberpacket_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	atomic_store(&((struct numberpacket *)base)->next,
		atomic_load(&((struct numberpacket *)old)->next));
	return 0;
}

static int
read_count(const struct handler_read *call)
{
	strbuf_addf(
		call->out, "%" PRIu64, atomic_load(&((struct numberpacket *)call->element)->next));
	return 0;
}

static const struct arg numberpacket_args[] = {
	NUMBER_OFFSET_ARG(numberpacket),
	NUMBER_ORDER_ARG(numberpacket),
	ARGS_END,
};

static const struct handler numberpacket_handlers[] = {
	{.name = "count",
		.read = read_count,
		.flags = HANDLER_LIVE,
		.help = "packets numbered: the next number"},
	HANDLERS_END,
};

static const char *const numberpacket_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class numberpacket_class = {
	.name = "NumberPacket",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct numberpacket),
	.push = numberpacket_push,
	.pull = numberpacket_pull,
	.configure = numberpacket_configure,
	.take_state = numberpacket_take_state,
	.args = numberpacket_args,
	.handlers = numberpacket_handlers,
	.drops = numberpacket_drops,
	.group = "standard",
	.brief = "writes a number into each packet",
	.manual =
		"Numbers are 64 bits and begin with 0. A packet that is too short for one is extended\n"
		"with zeros, and its IP header says so, if it has one. Checksums of what follows the\n"
		"IP header are not changed.",
	.example = "Idle -> NumberPacket(42, NET_ORDER true) -> CheckNumberPacket(42, 1000,"
		   " NET_ORDER true) -> Discard;",
};
ELEMENT_CLASS(numberpacket_class)
