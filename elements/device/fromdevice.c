// SPDX-License-Identifier: BSD-3-Clause
// FromDevice: packets that a kernel interface receives, through libpcap.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "elements/device/method.h"
#include "elements/dump/linktype.h"
#include "io/pcap.h"
#include "io/pcap_reader.h"
#include "mbuf-bridge/packet_ring.h"
#include "src/chatter.h"
#include "src/counter.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/plan.h"
#include "src/strbuf.h"
#include "src/task.h"

enum { NOT_IP };

enum { READ_ERRORS_TOLD = 5, MAX_SNAPLEN = 65535, MIN_SNAPLEN = 14 };

struct fromdevice {
	struct element element;
	char *interface;
	bool promisc, sniffer, outbound, timestamp, force_ip;
	uint32_t snaplen, headroom;
	int32_t burst;
	char *filter;
	struct word method;
	struct pcap_device *device; // owned
	struct pcap_reader *reader; // owned; the thread that waits for packets
	struct task task;
	uint64_t count, n_forgotten; // home lcore writes count
	uint64_t n_errors; // told
};

// ---- data path

static void
tell_errors(struct fromdevice *e)
{
	uint64_t n = pcap_reader_errors(e->reader);

	if (n != e->n_errors && e->n_errors < READ_ERRORS_TOLD)
		chatter("FromDevice(%s): %s", e->interface, pcap_device_error(e->device));
	e->n_errors = n;
}

static int32_t
link_type_of(const struct fromdevice *e)
{
	return link_type_canonical((uint32_t)pcap_device_datalink(e->device));
}

// Each time the reader has packets: up to BURST, then again until there are none left.
static bool
fromdevice_run(struct task *task)
{
	struct fromdevice *e = (struct fromdevice *)task->element;
	struct batch b;

	b.n = (uint16_t)pcap_reader_take(
		e->reader, b.pkt, (unsigned)RTE_MIN(e->burst, (int32_t)BATCH_MAX));
	if (b.n == 0) {
		tell_errors(e);
		return false;
	}
	e->count += b.n;
	lcore_count_received(b.n);
	for (unsigned i = 0; !e->timestamp && i < b.n; i++)
		packet_set_timestamp(b.pkt[i], 0);
	task_reschedule(task);
	if (e->force_ip)
		link_type_keep_ip(&e->element, &b, link_type_of(e), NOT_IP);
	element_push(&e->element, 0, &b);
	return true;
}

// On the reader's thread.
static bool
fromdevice_ready(void *task)
{
	return task_schedule_from_outside(task);
}

// ---- configuration

static int
fromdevice_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct fromdevice *e = (struct fromdevice *)base;
	int err = 0;

	(void)args;
	if (*e->interface == '\0')
		err = errh_error(errh, "interface not set");
	if (e->method.text != NULL)
		err |= method_check(e->method.text, errh);
	// Neither the frame's payload nor the driver cares, but Click rounds so and says so.
	e->headroom = (e->headroom + 3) / 4 * 4 + 2;
	return err == 0 ? 0 : -EINVAL;
}

static int
fromdevice_attach(struct element *base, struct errh *errh)
{
	struct fromdevice *e = (struct fromdevice *)base;

	(void)errh;
	element_task_init(base, &e->task, fromdevice_run);
	e->task.is_input = true;
	return 0;
}

static int
fromdevice_reserve(struct element *base, struct plan *plan, struct errh *errh)
{
	(void)errh;
	plan_add_packets(plan, 0, PCAP_READER_CAPACITY + PCAP_READER_BURST,
		"%s, a ring of %u and a burst of %u", element_name(base), PCAP_READER_CAPACITY,
		PCAP_READER_BURST);
	plan_add_heap(plan, packet_ring_bytes(PCAP_READER_CAPACITY));
	return 0;
}

static int
fromdevice_initialize(struct element *base, struct errh *errh)
{
	struct fromdevice *e = (struct fromdevice *)base;
	struct pcap_options o = {.interface = e->interface,
		.snaplen = e->snaplen,
		.promisc = e->promisc,
		.outbound = e->outbound,
		.filter = e->filter,
		.headroom = e->headroom,
		.immediate = true};

	e->device = pcap_device_open(&o, errh);
	if (e->device == NULL)
		return -EINVAL;
	if (e->force_ip && !link_type_has_ip(link_type_of(e)))
		return errh_error(errh, "%s: unknown linktype %d; can't force IP packets",
			e->interface, link_type_of(e));
	e->reader = pcap_reader_create(e->device);
	if (e->reader == NULL)
		return errh_error(errh, "no memory for a ring");
	if (!e->sniffer && method_block_kernel(e->interface, true) != 0)
		errh_warning(errh,
			"cannot keep the kernel from seeing packets of '%s' (iptables): "
			"SNIFFER stays on",
			e->interface);
	return 0;
}

static void
fromdevice_start(struct element *base)
{
	struct fromdevice *e = (struct fromdevice *)base;
	int err = 0;

	if (e->task.home != NULL)
		err = pcap_reader_start(e->reader, fromdevice_ready, &e->task);
	if (err != 0)
		chatter("%s: no thread to read with: %s", element_name(base), strerror(-err));
}

static void
fromdevice_retire(struct element *base)
{
	pcap_reader_stop(((struct fromdevice *)base)->reader);
}

static bool
same_capture(const struct fromdevice *a, const struct fromdevice *b)
{
	return strcmp(a->interface, b->interface) == 0 && a->promisc == b->promisc &&
	       a->snaplen == b->snaplen && a->headroom == b->headroom &&
	       a->outbound == b->outbound &&
	       strcmp(a->filter ? a->filter : "", b->filter ? b->filter : "") == 0;
}

// The old one's capture goes on, so that no packet is missed or seen twice.
static int
fromdevice_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct fromdevice *e = (struct fromdevice *)base, *old = (struct fromdevice *)old_base;
	struct pcap_device *device = e->device;
	struct pcap_reader *reader = e->reader;

	(void)errh;
	e->count = old->count;
	e->n_forgotten = old->n_forgotten;
	if (!same_capture(e, old))
		return 0;
	e->device = old->device;
	e->reader = old->reader;
	e->n_errors = old->n_errors;
	old->device = device;
	old->reader = reader;
	return 0;
}

static void
fromdevice_cleanup(struct element *base)
{
	struct fromdevice *e = (struct fromdevice *)base;

	pcap_reader_destroy(e->reader);
	task_fini(&e->task);
	if (e->device != NULL && !e->sniffer)
		method_block_kernel(e->interface, false);
	pcap_device_close(e->device);
}

// ---- handlers

static int
read_kernel_drops(const struct handler_read *call)
{
	struct fromdevice *e = (struct fromdevice *)call->element;
	uint64_t n;

	if (e->device != NULL && pcap_device_drops(e->device, &n))
		strbuf_addf(call->out, "%" PRIu64, n);
	else
		strbuf_adds(call->out, "??");
	return 0;
}

static int
read_no_memory(const struct handler_read *call)
{
	struct fromdevice *e = (struct fromdevice *)call->element;

	strbuf_addf(call->out, "%" PRIu64, e->device ? pcap_device_no_memory(e->device) : 0);
	return 0;
}

static int
read_encap(const struct handler_read *call)
{
	struct fromdevice *e = (struct fromdevice *)call->element;

	strbuf_adds(call->out, e->device ? pcap_device_encap(e->device) : "<none>");
	return 0;
}

static int
read_count(const struct handler_read *call)
{
	struct fromdevice *e = (struct fromdevice *)call->element;

	strbuf_addf(call->out, "%" PRIu64, counter_read(&e->count) - e->n_forgotten);
	return 0;
}

static int
write_reset_counts(const struct handler_write *call)
{
	struct fromdevice *e = (struct fromdevice *)call->element;

	e->n_forgotten = e->count;
	return 0;
}

static const struct arg fromdevice_args[] = {
	ARG(fromdevice, interface, "DEVNAME", ARG_MANDATORY,
		.help = "name of the kernel interface"),
	ARG(fromdevice, promisc, "PROMISC", ARG_OPTIONAL, .def = "false",
		.help = "receive frames for any address"),
	ARG(fromdevice, snaplen, "SNAPLEN", ARG_OPTIONAL, .def = "2046", .min = MIN_SNAPLEN,
		.max = MAX_SNAPLEN, .range_error = "SNAPLEN out of range",
		.help = "bytes of a frame that are kept"),
	ARG(fromdevice, sniffer, "SNIFFER", ARG_KEYWORD, .def = "true",
		.help = "false: the kernel does not see the packets (an iptables rule)"),
	ARG(fromdevice, force_ip, "FORCE_IP", ARG_KEYWORD, .def = "false",
		.help = "true: gives only IP packets, with the IP header marked"),
	ARG(fromdevice, method, "METHOD", ARG_KEYWORD, .help = "PCAP, the only one"),
	ARG(fromdevice, method, "CAPTURE", ARG_DEPRECATED, .help = "old name of METHOD"),
	ARG(fromdevice, filter, "BPF_FILTER", ARG_KEYWORD,
		.help = "receive what this matches only"),
	ARG(fromdevice, outbound, "OUTBOUND", ARG_KEYWORD, .def = "false",
		.help = "also packets that this host sends"),
	ARG(fromdevice, headroom, "HEADROOM", ARG_KEYWORD, .def = "28", .min = 0, .max = 2000,
		.range_error = "HEADROOM out of range", .help = "bytes in front of the data"),
	ARG(fromdevice, burst, "BURST", ARG_KEYWORD, .def = "1", .min = 1, .max = INT32_MAX,
		.range_error = "BURST out of range", .help = "packets in one run of the task"),
	ARG(fromdevice, timestamp, "TIMESTAMP", ARG_KEYWORD, .def = "true",
		.help = "packets carry the kernel's time of reception"),
	ARGS_END,
};

static const struct handler fromdevice_handlers[] = {
	{.name = "kernel_drops",
		.read = read_kernel_drops,
		.help = "packets that the kernel's ring had no room for; ?? if unknown"},
	{.name = "encap", .read = read_encap, .flags = HANDLER_CALM, .help = "link type"},
	{.name = "no_memory",
		.read = read_no_memory,
		.help = "packets that the kernel had, but no buffer was free for"},
	{.name = "count", .read = read_count, .flags = HANDLER_LIVE, .help = "packets received"},
	{.name = "reset_counts",
		.write = write_reset_counts,
		.flags = HANDLER_BUTTON,
		.help = "sets count to 0"},
	HANDLERS_END,
};

static const char *const fromdevice_drops[] = {[NOT_IP] = "no IP packet", NULL};

static const struct element_class fromdevice_class = {
	.name = "FromDevice",
	.ports = "0/1-2",
	.processing = "h/h",
	.flags = ELEMENT_DEVICE | ELEMENT_KERNEL_DEVICE,
	.lcores = LCORES_ONE,
	.size = sizeof(struct fromdevice),
	.configure = fromdevice_configure,
	.attach = fromdevice_attach,
	.reserve = fromdevice_reserve,
	.initialize = fromdevice_initialize,
	.start = fromdevice_start,
	.retire = fromdevice_retire,
	.take_state = fromdevice_take_state,
	.cleanup = fromdevice_cleanup,
	.args = fromdevice_args,
	.handlers = fromdevice_handlers,
	.drops = fromdevice_drops,
	.writes = "DST_IP EXTRA_LENGTH",
	.group = "device",
	.brief = "packets that a kernel interface receives, through libpcap",
	.manual =
		"The way of the original user-level Click. A thread of its own sleeps in the kernel\n"
		"until libpcap has packets, copies them out of the kernel's ring, and hands them to\n"
		"the element's task, which sleeps as well while there are none. When it falls behind\n"
		"by 512 packets, the kernel's ring fills and counts what it drops (kernel_drops).\n"
		"With FORCE_IP what is no IP packet leaves by output 1, if it is connected. Use\n"
		"FromDPDK with net_af_packet or a bound NIC where speed counts.",
	.example = "FromDevice(lo, SNIFFER true) -> Discard;",
};
ELEMENT_CLASS(fromdevice_class)
