// SPDX-License-Identifier: BSD-3-Clause
// KernelTun, KernelTap: exchange packets with the kernel's own stack through an interface that they
// make.

#include <string.h>

#include <rte_ether.h>
#include <rte_ip.h>

#include "elements/device/hosttun.h"
#include "elements/dump/linktype.h"
#include "src/chatter.h"
#include "src/notifier.h"
#include "src/strbuf.h"

struct kerneltun {
	struct element element;
	struct hosttun tun;
	struct task writer; // when pulling
	struct signal upstream; // when pulling
	uint64_t n_runs, n_packets; // read; the reading lcore writes
	int last_error; // -errno of the last write; atomic, any lcore
	// As configured.
	struct ip_prefix prefix;
	struct ip_addr gateway;
	bool tap, has_gateway, ignore_overflows, has_mac;
	uint32_t headroom, mtu;
	int32_t burst;
	struct mac_addr mac;
	struct word name;
};

enum { NOT_IP, NO_NETWORK_HEADER, TOO_SHORT, TOO_LONG, WRITE_FAILED };

static const char *const kerneltun_drops[] = {
	[NOT_IP] = "not an IP packet",
	[NO_NETWORK_HEADER] = "no network header",
	[TOO_SHORT] = "packet too small",
	[TOO_LONG] = "packet larger than MTU",
	[WRITE_FAILED] = "write failed",
	NULL,
};

enum { MTU_DEFAULT = 1500, MTU_MIN = 20, HEADROOM_MAX = 2048 };

// ---- from the kernel

static bool
kerneltun_read(struct task *task)
{
	struct kerneltun *e = (struct kerneltun *)task->element;
	struct batch b;
	unsigned n;

	if (hosttun_read(&e->tun, e->headroom, (unsigned)RTE_MIN(e->burst, (int32_t)BATCH_MAX), &b))
		task_reschedule(task);
	n = b.n;
	e->n_runs += n > 0;
	e->n_packets += n;
	if (e->tap) {
		for (unsigned i = 0; i < n; i++)
			packet_set_mac(b.pkt[i], 0);
	} else {
		link_type_keep_ip(&e->element, &b, LINK_IP, NOT_IP);
	}
	element_push(&e->element, 0, &b);
	return n > 0;
}

// ---- to the kernel

// Once for each trouble, not for each packet.
static void
tell(struct kerneltun *e, int error, const char *what)
{
	if (__atomic_exchange_n(&e->last_error, error, __ATOMIC_RELAXED) != error)
		chatter("%s(%s): %s", e->element.class->name, e->tun.name, what);
}

// Where the part begins that the kernel gets. PACKET_NO_HEADER: it gets none, for that reason.
static int32_t
start_of(struct kerneltun *e, const struct packet *p, unsigned *reason)
{
	int32_t off = e->tap ? 0 : packet_network_offset(p);

	if (off == PACKET_NO_HEADER) {
		*reason = NO_NETWORK_HEADER;
	} else if (packet_length_from(p, off) < (e->tap ? RTE_ETHER_HDR_LEN : 1)) {
		*reason = TOO_SHORT;
	} else if (packet_length_from(p, off) > e->mtu + (e->tap ? RTE_ETHER_HDR_LEN : 0)) {
		*reason = TOO_LONG;
	} else {
		return off;
	}
	return PACKET_NO_HEADER;
}

static void
write_packet(struct kerneltun *e, struct packet *p)
{
	unsigned reason;
	int32_t off = start_of(e, p, &reason);
	int err;

	if (off == PACKET_NO_HEADER) {
		tell(e, (int)reason + 1, kerneltun_drops[reason]);
		element_drop(&e->element, reason, p);
		return;
	}
	err = fdpacket_write(e->tun.fd, p, off);
	if (likely(err == 0)) {
		lcore_count_sent(1);
		packet_free(p);
		return;
	}
	if (!(e->ignore_overflows && (err == -ENOBUFS || err == -EAGAIN)))
		tell(e, err, strerror(-err));
	element_drop(&e->element, WRITE_FAILED, p);
}

static void
kerneltun_push(struct element *base, unsigned port, struct batch *b)
{
	(void)port;
	for (unsigned i = 0; i < b->n; i++)
		write_packet((struct kerneltun *)base, b->pkt[i]);
}

static bool
kerneltun_pull_run(struct task *task)
{
	struct kerneltun *e = (struct kerneltun *)task->element;
	struct batch b;
	unsigned n;

	element_pull(&e->element, 0, &b, (unsigned)RTE_MIN(e->burst, (int32_t)BATCH_MAX));
	n = b.n;
	kerneltun_push(&e->element, 0, &b);
	if (n > 0 || signal_is_active(&e->upstream))
		task_reschedule(task);
	return n > 0;
}

// ---- configuration

static bool
pulls(const struct kerneltun *e)
{
	return element_input_is_pull(&e->element, 0);
}

static int
configure(struct kerneltun *e, struct errh *errh)
{
	uint32_t net = e->prefix.addr.be & e->prefix.mask.be;
	int err = 0;

	hosttun_init(&e->tun);
	if (e->has_gateway && (e->gateway.be & e->prefix.mask.be) != net)
		err = errh_error(errh, "bad GATEWAY");
	if (e->has_mac && !e->tap)
		err = errh_error(errh, "ETHER: only with TAP, IP packets have no hardware address");
	e->tun.options = (struct tun_options){
		.name = e->name.text,
		.tap = e->tap,
		.addr_be = e->prefix.addr.be,
		.mask_be = e->prefix.mask.be,
		.gateway_be = e->gateway.be,
		.mac = e->has_mac ? e->mac.bytes : NULL,
		.mtu = e->mtu == MTU_DEFAULT ? 0 : e->mtu,
	};
	return err;
}

static int
kerneltun_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return configure((struct kerneltun *)base, errh);
}

static int
kerneltap_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	((struct kerneltun *)base)->tap = true;
	return configure((struct kerneltun *)base, errh);
}

static int
kerneltun_attach(struct element *base, struct errh *errh)
{
	struct kerneltun *e = (struct kerneltun *)base;

	(void)errh;
	hosttun_attach(&e->tun, base, kerneltun_read);
	if (pulls(e))
		element_task_init(base, &e->writer, kerneltun_pull_run);
	return 0;
}

static int
kerneltun_initialize(struct element *base, struct errh *errh)
{
	struct kerneltun *e = (struct kerneltun *)base;

	if (hosttun_open(&e->tun, base, offsetof(struct kerneltun, tun), errh) != 0)
		return -EINVAL;
	if (pulls(e)) {
		signal_upstream_empty(&e->upstream, base, 0, &e->writer);
		task_schedule(&e->writer);
	}
	return 0;
}

static void
kerneltun_start(struct element *base)
{
	hosttun_start(&((struct kerneltun *)base)->tun);
}

static void
kerneltun_retire(struct element *base)
{
	hosttun_retire(&((struct kerneltun *)base)->tun);
}

static int
kerneltun_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct kerneltun *e = (struct kerneltun *)base, *old = (struct kerneltun *)old_base;

	(void)errh;
	hosttun_take(&e->tun, &old->tun);
	e->n_runs = old->n_runs;
	e->n_packets = old->n_packets;
	return 0;
}

static void
kerneltun_cleanup(struct element *base)
{
	struct kerneltun *e = (struct kerneltun *)base;

	hosttun_close(&e->tun);
	task_fini(&e->writer);
	signal_fini(&e->upstream);
}

// ---- handlers

static int
read_dev_name(const struct handler_read *call)
{
	strbuf_adds(call->out, ((struct kerneltun *)call->element)->tun.name);
	return 0;
}

static void
kerneltun_add_handlers(struct element *base)
{
	if (pulls((struct kerneltun *)base))
		element_add_task_handlers(base, &((struct kerneltun *)base)->writer, 0);
}

// What both classes have.
#define KERNELTUN_ARGS                                                                            \
	ARG(kerneltun, headroom, "HEADROOM", ARG_KEYWORD, .def = "28", .min = 0,                  \
		.max = HEADROOM_MAX, .range_error = "HEADROOM too big",                           \
		.help = "bytes in front of the data"),                                            \
		ARG(kerneltun, burst, "BURST", ARG_KEYWORD, .def = "1", .min = 1,                 \
			.max = INT32_MAX, .range_error = "BURST must be >= 1",                    \
			.help = "packets in one run of a task"),                                  \
		ARG(kerneltun, mac, "ETHER", ARG_KEYWORD, .given = ARG_GIVEN(kerneltun, has_mac), \
			.help = "hardware address of the kernel's end (TAP)"),                    \
		ARG(kerneltun, ignore_overflows, "IGNORE_QUEUE_OVERFLOWS", ARG_KEYWORD,           \
			.def = "false", .help = "does not report that the kernel has no room"),   \
		ARG(kerneltun, mtu, "MTU", ARG_KEYWORD, .def = "1500", .min = MTU_MIN + 1,        \
			.max = UINT16_MAX, .range_error = "MTU must be greater than 20",          \
			.help = "bytes of the longest IP packet"),                                \
		ARG(kerneltun, name, "DEVNAME", ARG_KEYWORD,                                      \
			.help = "name of the interface; the kernel chooses one if not given"),    \
		ARG(kerneltun, name, "DEV_NAME", ARG_KEYWORD, .help = "old name of DEVNAME")
#define KERNELTUN_ADDRESS_ARGS                                                   \
	ARG(kerneltun, prefix, "ADDR", ARG_MANDATORY,                            \
		.help = "the kernel's address on the interface, with its mask"), \
		ARG(kerneltun, gateway, "GATEWAY", ARG_OPTIONAL,                 \
			.given = ARG_GIVEN(kerneltun, has_gateway),              \
			.help = "where the kernel's default route leads, within that net")

static const struct arg kerneltun_args[] = {
	KERNELTUN_ADDRESS_ARGS,
	ARG(kerneltun, tap, "TAP", ARG_KEYWORD, .def = "false",
		.help = "true: exchanges Ethernet frames"),
	KERNELTUN_ARGS,
	ARGS_END,
};

static const struct arg kerneltap_args[] = {
	KERNELTUN_ADDRESS_ARGS,
	KERNELTUN_ARGS,
	ARGS_END,
};

static const struct handler kerneltun_handlers[] = {
	{.name = "dev_name", .read = read_dev_name, .help = "name of the interface"},
	HANDLER_FIELD_R("selected_calls", kerneltun, n_runs, 0,
		.help = "times that the kernel had packets"),
	HANDLER_FIELD_R("packets", kerneltun, n_packets, 0, .help = "packets from the kernel"),
	HANDLERS_END,
};

#define KERNELTUN_CLASS(id, class_name, configure_function, arguments, text, words, conf)   \
	static const struct element_class id##_class = {                                    \
		.name = class_name,                                                         \
		.ports = "0-1/1-2",                                                         \
		.processing = "a/h",                                                        \
		.flow = "x/y",                                                              \
		.flags = ELEMENT_DEVICE | ELEMENT_KERNEL_DEVICE | ELEMENT_SOURCE,           \
		.phase = PHASE_PRIVILEGED,                                                  \
		.lcores = LCORES_ANY,                                                       \
		.size = sizeof(struct kerneltun),                                           \
		.push = kerneltun_push,                                                     \
		.configure = configure_function,                                            \
		.attach = kerneltun_attach,                                                 \
		.initialize = kerneltun_initialize,                                         \
		.start = kerneltun_start,                                                   \
		.retire = kerneltun_retire,                                                 \
		.take_state = kerneltun_take_state,                                         \
		.cleanup = kerneltun_cleanup,                                               \
		.args = arguments,                                                          \
		.handlers = kerneltun_handlers,                                             \
		.add_handlers = kerneltun_add_handlers,                                     \
		.drops = kerneltun_drops,                                                   \
		.writes = "DST_IP",                                                         \
		.group = "device",                                                          \
		.brief = text,                                                              \
		.manual = words                                                             \
		"\n\nThe interface disappears when the router ends; a hot swap keeps it.\n" \
		"Each packet costs a system call: use FromDPDK with net_tap where speed\n"  \
		"counts.",                                                                  \
		.example = conf,                                                            \
	};                                                                                  \
	ELEMENT_CLASS(id##_class)

KERNELTUN_CLASS(kerneltun, "KernelTun", kerneltun_configure, kerneltun_args,
	"exchanges IP packets with the kernel's stack",
	"Makes a network interface in the kernel. What the kernel sends there leaves by output 0\n"
	"as an IP packet with its header and destination address marked (anything else by output\n"
	"1); what comes in is received by the kernel, from its network header on.",
	"tun :: KernelTun(10.9.0.1/24) -> ICMPPingResponder -> tun;")

KERNELTUN_CLASS(kerneltap, "KernelTap", kerneltap_configure, kerneltap_args,
	"exchanges Ethernet frames with the kernel's stack",
	"Makes a network interface in the kernel. Frames that the kernel sends there leave by\n"
	"output 0; frames that come in are received by the kernel.",
	"tap :: KernelTap(10.9.0.1/24, DEVNAME tap0) -> EtherMirror -> tap;")
