// SPDX-License-Identifier: BSD-3-Clause
// ARPTable: Ethernet addresses of neighbours, shared by several ARPQueriers.

#include "elements/ethernet/arptable.h"

#include <errno.h>

#include "elements/ethernet/arpcache.h"
#include "src/element.h"

struct arptable {
	struct element element;
	struct arp_cache cache;
	struct arp_limits limits;
};

static int
arptable_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct arptable *e = (struct arptable *)base;

	(void)args;
	if (arp_limits_check(&e->limits, errh) != 0)
		return -EINVAL;
	if (e->cache.owner == NULL)
		arp_cache_init(&e->cache, base, &e->limits);
	else
		arp_cache_set_limits(&e->cache, &e->limits);
	return 0;
}

static int
arptable_reserve(struct element *e, struct plan *plan, struct errh *errh)
{
	(void)errh;
	arp_cache_reserve(&((struct arptable *)e)->cache, plan);
	return 0;
}

static int
arptable_initialize(struct element *e, struct errh *errh)
{
	(void)errh;
	arp_cache_start(&((struct arptable *)e)->cache);
	return 0;
}

static void
arptable_cleanup(struct element *e)
{
	arp_cache_fini(&((struct arptable *)e)->cache);
}

static int
arptable_take_state(struct element *e, struct element *old, struct errh *errh)
{
	struct arp_cache *from = arptable_cache(old);

	return from == NULL ? 0 : arp_cache_take(&((struct arptable *)e)->cache, from, errh);
}

static uint32_t
arptable_held(struct element *e)
{
	return arp_cache_held(&((struct arptable *)e)->cache);
}

// ---- handlers

static int
read_value(const struct handler_read *call)
{
	return arp_cache_read(&((struct arptable *)call->element)->cache, call);
}

static int
write_value(const struct handler_write *call)
{
	return arp_cache_write(&((struct arptable *)call->element)->cache, call);
}

static const struct arg arptable_args[] = {
	ARP_LIMITS_ARGS(arptable, limits),
	ARGS_END,
};

static const struct handler arptable_handlers[] = {
	{.name = "table",
		.read = read_value,
		.number = ARP_READ_TABLE,
		.help = "entries, oldest first: `IP 1|0 ETH AGE`, 1 if the address is known"},
	{.name = "drops",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = ARP_READ_DROPS,
		.help = "packets that waited in vain"},
	{.name = "count",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = ARP_READ_COUNT,
		.help = "entries"},
	{.name = "length",
		.read = read_value,
		.flags = HANDLER_LIVE,
		.number = ARP_READ_LENGTH,
		.help = "packets that wait for replies"},
	{.name = "insert",
		.write = write_value,
		.number = ARP_WRITE_INSERT,
		.help = "adds or changes an entry, `IP ETH`"},
	{.name = "delete",
		.write = write_value,
		.number = ARP_WRITE_DELETE,
		.help = "makes the entry of an IP unknown"},
	{.name = "clear",
		.write = write_value,
		.flags = HANDLER_BUTTON,
		.number = ARP_WRITE_CLEAR,
		.help = "removes all entries; packets that wait are dropped"},
	HANDLERS_END,
};

static const char *const arptable_drops[] = {ARP_CACHE_DROP_NAMES, NULL};

static const struct element_class arptable_class = {
	.name = "ARPTable",
	.ports = "0/0",
	.processing = "a/a",
	.flags = ELEMENT_LIVE_CONFIG,
	.lcores = LCORES_ANY,
	.size = sizeof(struct arptable),
	.configure = arptable_configure,
	.reserve = arptable_reserve,
	.initialize = arptable_initialize,
	.cleanup = arptable_cleanup,
	.take_state = arptable_take_state,
	.held = arptable_held,
	.args = arptable_args,
	.handlers = arptable_handlers,
	.drops = arptable_drops,
	.group = "ethernet",
	.brief = "Ethernet addresses of neighbours, shared by several ARPQueriers",
	.manual =
		"Keeps the Ethernet address of each IP address that ARPQueriers learn, and the packets\n"
		"that wait for replies. Give its name as TABLE to each ARPQuerier that shares it.\n"
		"When more than CAPACITY packets wait, the oldest are dropped. An entry that got no\n"
		"reply for TIMEOUT is removed. Lookups take no lock, so any number of lcores can use it.\n"
		"Without ENTRY_CAPACITY there is room for 65536 entries; beyond that, those that never\n"
		"got a reply go first.",
	.example = "t :: ARPTable(TIMEOUT 60);\n"
		   "q :: ARPQuerier(10.0.0.1, 2:0:0:0:0:1, TABLE t);\n"
		   "Idle -> q -> Discard; Idle -> [1] q;",
};
ELEMENT_CLASS(arptable_class)

struct arp_cache *
arptable_cache(struct element *e)
{
	return e->class == &arptable_class ? &((struct arptable *)e)->cache : NULL;
}
