// SPDX-License-Identifier: BSD-3-Clause
// ToHost: hands frames to the kernel's own stack, on the interface that FromHost made.

#include <inttypes.h>
#include <stdatomic.h>

#include <rte_ether.h>

#include "elements/device/fromhost.h"
#include "src/chatter.h"
#include "src/strbuf.h"

struct tohost {
	struct element element;
	struct word name;
	struct fromhost *from; // borrowed
	_Atomic bool told; // of a packet that was too small
};

enum { TOO_SMALL, WRITE_FAILED };

static void
tohost_push(struct element *base, unsigned port, struct batch *b)
{
	struct tohost *e = (struct tohost *)base;
	int fd = e->from->tun.fd;
	unsigned n_sent = 0;

	(void)port;
	for (unsigned i = 0; i < b->n; i++) {
		struct packet *p = b->pkt[i];

		if (unlikely(packet_length(p) < RTE_ETHER_HDR_LEN)) {
			if (!atomic_exchange(&e->told, true))
				chatter("ToHost: packet too small");
			element_drop(base, TOO_SMALL, p);
		} else if (unlikely(fdpacket_write(fd, p, 0) != 0)) {
			element_drop(base, WRITE_FAILED, p);
		} else {
			packet_free(p);
			n_sent++;
		}
	}
	lcore_count_sent(n_sent);
}

static int
tohost_initialize(struct element *base, struct errh *errh)
{
	struct tohost *e = (struct tohost *)base;

	e->from = fromhost_find(base, e->name.text);
	if (e->from == NULL || !e->from->element.info->initialized)
		return errh_error(errh,
			"ToHost(%s) requires an initialized FromHost with the same dev_name",
			e->name.text);
	return 0;
}

static int
read_dev_name(const struct handler_read *call)
{
	strbuf_adds(call->out, ((struct tohost *)call->element)->name.text);
	return 0;
}

static int
read_drops(const struct handler_read *call)
{
	strbuf_addf(call->out, "%" PRIu64, element_drops(call->element, WRITE_FAILED));
	return 0;
}

static const struct arg tohost_args[] = {
	ARG(tohost, name, "DEVNAME", ARG_MANDATORY, .help = "that of a FromHost"),
	ARGS_END,
};

static const struct handler tohost_handlers[] = {
	{.name = "dev_name",
		.read = read_dev_name,
		.flags = HANDLER_CALM,
		.help = "name of the interface"},
	{.name = "drops",
		.read = read_drops,
		.flags = HANDLER_LIVE,
		.help = "packets that the kernel did not take"},
	HANDLERS_END,
};

static const char *const tohost_drops[] = {
	[TOO_SMALL] = "packet too small",
	[WRITE_FAILED] = "write failed",
	NULL,
};

static const struct element_class tohost_class = {
	.name = "ToHost",
	.ports = "1/0",
	.processing = "h/h",
	.flags = ELEMENT_DEVICE | ELEMENT_KERNEL_DEVICE,
	.lcores = LCORES_ANY,
	.size = sizeof(struct tohost),
	.push = tohost_push,
	.initialize = tohost_initialize,
	.args = tohost_args,
	.handlers = tohost_handlers,
	.drops = tohost_drops,
	.group = "device",
	.brief = "hands frames to the kernel's own stack",
	.manual =
		"The kernel receives them on the interface of the FromHost with the same DEVNAME.\n"
		"They are Ethernet frames, with the kernel's hardware address for a destination or\n"
		"a broadcast. Only the first one that is too small is reported.",
	.example = "FromHost(host0, 10.9.0.1/24) -> Queue -> Discard; Idle -> ToHost(host0);",
};
ELEMENT_CLASS(tohost_class)
