// SPDX-License-Identifier: BSD-3-Clause
// DropBroadcasts: drops packets that the link layer did not address to one host.

#include <inttypes.h>
#include <stdatomic.h>

#include "src/chatter.h"
#include "src/element.h"
#include "src/strbuf.h"

struct dropbroadcasts_lcore {
	uint64_t n_broadcasts; // wherever they went
};

struct dropbroadcasts {
	struct element element;
	_Atomic bool told;
};

enum { BROADCAST };

static inline int
dropbroadcasts_packet(struct dropbroadcasts *e, struct packet **pp)
{
	struct dropbroadcasts_lcore *l;
	enum packet_type type = packet_type(*pp);

	if (likely(type != PACKET_BROADCAST && type != PACKET_MULTICAST))
		return 0;
	l = element_lcore(&e->element);
	l->n_broadcasts++;
	if (unlikely(!atomic_load_explicit(&e->told, memory_order_relaxed)) &&
		!atomic_exchange(&e->told, true))
		chatter("DropBroadcasts: dropped a packet");
	return element_output_or_drop(&e->element, 1, BROADCAST);
}

ELEMENT_DECIDE(dropbroadcasts, dropbroadcasts, dropbroadcasts_packet)

static uint64_t
n_broadcasts(const struct element *e)
{
	return ELEMENT_SUM(e, dropbroadcasts_lcore, n_broadcasts);
}

static int
dropbroadcasts_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct dropbroadcasts_lcore *l = element_lcore(base);

	(void)errh;
	l->n_broadcasts += n_broadcasts(old);
	atomic_store(&((struct dropbroadcasts *)base)->told,
		atomic_load(&((struct dropbroadcasts *)old)->told));
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, n_broadcasts(call->element));
	return 0;
}

static const struct handler dropbroadcasts_handlers[] = {
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "broadcasts and multicasts so far"},
	HANDLERS_END,
};

static const char *const dropbroadcasts_drops[] = {[BROADCAST] = "broadcast or multicast", NULL};

static const struct element_class dropbroadcasts_class = {
	.name = "DropBroadcasts",
	.ports = "1/1-2",
	.processing = "a/ah",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct dropbroadcasts),
	.lcore_size = sizeof(struct dropbroadcasts_lcore),
	.push = dropbroadcasts_push,
	.pull = dropbroadcasts_pull,
	.decide = dropbroadcasts_decide,
	.take_state = dropbroadcasts_take_state,
	.handlers = dropbroadcasts_handlers,
	.drops = dropbroadcasts_drops,
	.group = "standard",
	.brief = "drops link-level broadcasts and multicasts",
	.manual =
		"A router must not forward what was sent to everybody on a link (RFC 1812). Goes by\n"
		"the packet type that the device, HostEtherFilter or SetPacketType has set. Such\n"
		"packets go to output 1 if it is connected; the first one is reported.",
	.example = "Idle -> DropBroadcasts -> Discard;",
};
ELEMENT_CLASS(dropbroadcasts_class)
