// SPDX-License-Identifier: BSD-3-Clause
// FromHost: what the kernel's own stack sends to an interface made for it.

#include "elements/device/fromhost.h"

#include <string.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "src/router.h"
#include "src/strbuf.h"

enum { HEADROOM_MAX = 2048, HEADROOM_STEP = 4, MTU_DEFAULT = 1500, MTU_MIN = 68 };

static const struct element_class fromhost_class;

struct fromhost *
fromhost_find(const struct element *e, const char *name)
{
	struct element *other;

	for (size_t i = 0; (other = router_element(e->router, i)) != NULL; i++) {
		if (other->class == &fromhost_class &&
			strcmp(((struct fromhost *)other)->name.text, name) == 0)
			return (struct fromhost *)other;
	}
	return NULL;
}

// ---- data path

// Places and destination annotation, as far as the frame holds an IPv4 header.
static void
mark(struct packet *p)
{
	const struct rte_ether_hdr *eth = (const void *)packet_data(p);
	const struct rte_ipv4_hdr *ip = (const void *)(eth + 1);

	packet_set_mac(p, 0);
	if (packet_data_len(p) < sizeof(*eth) + sizeof(*ip))
		return;
	packet_set_network(p, sizeof(*eth), sizeof(*ip));
	if (eth->ether_type == RTE_BE16(RTE_ETHER_TYPE_IPV4) && ip->version_ihl >> 4 == 4) {
		packet_set_network(p, sizeof(*eth), rte_ipv4_hdr_len(ip));
		packet_set_anno_u32(p, ANNO_DST_IP, ip->dst_addr);
	}
}

// Sleeps while there is no room downstream: then the kernel's queue fills.
static bool
fromhost_run(struct task *task)
{
	struct fromhost *e = (struct fromhost *)task->element;
	unsigned n;
	struct batch b;

	if (!signal_is_active(&e->full))
		return false;
	if (hosttun_read(&e->tun, e->headroom, BATCH_MAX / 2, &b))
		task_reschedule(task);
	n = b.n;
	for (unsigned i = 0; i < n; i++)
		mark(b.pkt[i]);
	element_push(&e->element, 0, &b);
	return n > 0;
}

// ---- configuration

static int
fromhost_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromhost *e = (struct fromhost *)base;
	uint32_t mask = e->prefix.mask.be;

	(void)args;
	hosttun_init(&e->tun);
	if (e->name.text == NULL)
		return errh_error(errh, "must specify device name");
	if (e->has_gateway && (e->gateway.be & mask) != (e->prefix.addr.be & mask))
		return errh_error(errh, "bad GATEWAY");
	// So that the network header is aligned.
	e->headroom = (e->headroom + HEADROOM_STEP - 1) / HEADROOM_STEP * HEADROOM_STEP + 2;
	e->tun.options = (struct tun_options){
		.name = e->name.text,
		.tap = true,
		.addr_be = e->prefix.addr.be,
		.mask_be = mask,
		.gateway_be = e->gateway.be,
		.mac = e->has_mac ? e->mac.bytes : NULL,
		.mtu = e->mtu == MTU_DEFAULT ? 0 : e->mtu,
	};
	return 0;
}

static int
fromhost_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	hosttun_attach(&((struct fromhost *)base)->tun, base, fromhost_run);
	return 0;
}

static int
fromhost_initialize(struct element *base, struct errh *errh)
{
	struct fromhost *e = (struct fromhost *)base;

	signal_downstream_full(&e->full, base, 0, &e->tun.task);
	return hosttun_open(&e->tun, base, offsetof(struct fromhost, tun), errh);
}

static void
fromhost_start(struct element *base)
{
	hosttun_start(&((struct fromhost *)base)->tun);
}

static void
fromhost_retire(struct element *base)
{
	hosttun_retire(&((struct fromhost *)base)->tun);
}

static int
fromhost_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	hosttun_take(&((struct fromhost *)base)->tun, &((struct fromhost *)old)->tun);
	return 0;
}

static void
fromhost_cleanup(struct element *base)
{
	hosttun_close(&((struct fromhost *)base)->tun);
	signal_fini(&((struct fromhost *)base)->full);
}

// ---- handlers

static int
read_dev_name(const struct handler_read *call)
{
	strbuf_adds(call->out, ((struct fromhost *)call->element)->name.text);
	return 0;
}

static int
read_signal(const struct handler_read *call)
{
	signal_text(&((struct fromhost *)call->element)->full, "nonfull", call->out);
	return 0;
}

static const struct arg fromhost_args[] = {
	ARG(fromhost, name, "DEVNAME", ARG_OPTIONAL, .help = "name of the interface; required"),
	ARG(fromhost, prefix, "DST", ARG_OPTIONAL,
		.help = "the kernel's address on the interface, with its mask"),
	ARG(fromhost, gateway, "GATEWAY", ARG_KEYWORD, .given = ARG_GIVEN(fromhost, has_gateway),
		.help = "where the kernel's default route leads, within DST"),
	ARG(fromhost, mac, "ETHER", ARG_KEYWORD, .given = ARG_GIVEN(fromhost, has_mac),
		.help = "hardware address of the kernel's end"),
	ARG(fromhost, headroom, "HEADROOM", ARG_KEYWORD, .def = "28", .min = 0, .max = HEADROOM_MAX,
		.range_error = "HEADROOM too large", .help = "bytes in front of the data"),
	ARG(fromhost, mtu, "MTU", ARG_KEYWORD, .def = "1500", .min = MTU_MIN, .max = UINT16_MAX,
		.help = "bytes of the longest IP packet"),
	ARGS_END,
};

static const struct handler fromhost_handlers[] = {
	{.name = "dev_name",
		.read = read_dev_name,
		.flags = HANDLER_CALM,
		.help = "name of the interface"},
	{.name = "signal", .read = read_signal, .help = "state of the downstream full signal"},
	HANDLERS_END,
};

static const struct element_class fromhost_class = {
	.name = "FromHost",
	.ports = "0/1",
	.processing = "h/h",
	.flags = ELEMENT_DEVICE | ELEMENT_KERNEL_DEVICE,
	.phase = PHASE_PRIVILEGED,
	.lcores = LCORES_ONE,
	.size = sizeof(struct fromhost),
	.configure = fromhost_configure,
	.attach = fromhost_attach,
	.initialize = fromhost_initialize,
	.start = fromhost_start,
	.retire = fromhost_retire,
	.take_state = fromhost_take_state,
	.cleanup = fromhost_cleanup,
	.args = fromhost_args,
	.handlers = fromhost_handlers,
	.writes = "DST_IP",
	.group = "device",
	.brief = "packets that the kernel's own stack sends",
	.manual =
		"Makes a network interface in the kernel. Ethernet frames that the kernel sends there\n"
		"are pushed, with places and destination address of an IP header. The kernel is not\n"
		"read from while a Queue downstream is full. ToHost leads the other way.\n"
		"\n"
		"The interface disappears when the router ends; a hot swap keeps it.",
	.example = "FromHost(host0, 10.9.0.1/24) -> Queue -> Discard; Idle -> ToHost(host0);",
};
ELEMENT_CLASS(fromhost_class)
