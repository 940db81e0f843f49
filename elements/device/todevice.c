// SPDX-License-Identifier: BSD-3-Clause
// ToDevice: sends packets through a kernel interface, by libpcap.

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "elements/device/method.h"
#include "io/pcap.h"
#include "src/chatter.h"
#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/notifier.h"
#include "src/router.h"
#include "src/strbuf.h"
#include "src/task.h"

enum { BACKOFF_MAX_US = 256, SEND_FAILED = 0, STILL_HELD };

struct todevice {
	struct element element;
	char *interface;
	bool debug;
	struct word method;
	int32_t burst;
	int last_error; // -errno of the packet before; 0: it was sent
	struct pcap_device *device; // owned
	struct task task;
	struct signal signal;
	struct timer retry;
	struct packet *held; // owned: the kernel had no room for it
	int64_t backoff_us;
	uint64_t n_pulls;
};

// ---- data path

static void
sent(struct todevice *e, struct packet *p)
{
	// With an output the packet goes on, so it has not left the router.
	if (e->element.n_outputs > 0) {
		element_push_one(&e->element, 0, p);
		return;
	}
	lcore_count_sent(1);
	packet_free(p);
}

// false: no room, the packet is held and a timer will try again.
static bool
send_one(struct todevice *e, struct packet *p)
{
	int err = pcap_device_send(e->device, p);

	if (err == -EAGAIN || err == -ENOBUFS || err == -EWOULDBLOCK) {
		e->held = p;
		e->backoff_us = e->backoff_us == 0 ? 1 : RTE_MIN(2 * e->backoff_us, BACKOFF_MAX_US);
		timer_schedule_after(&e->retry, e->backoff_us * CLOCK_US);
		if (e->debug)
			chatter("%s backing off for %" PRId64 " us", element_name(&e->element),
				e->backoff_us);
		return false;
	}
	e->backoff_us = 0;
	if (err == 0) {
		sent(e, p);
		e->last_error = 0;
	} else {
		// Once for each trouble, not for each packet.
		if (err != e->last_error)
			chatter("ToDevice(%s): %s", e->interface, strerror(-err));
		e->last_error = err;
		element_push_checked(&e->element, 1, p, SEND_FAILED);
	}
	return true;
}

static bool
todevice_run(struct task *task)
{
	struct todevice *e = (struct todevice *)task->element;
	struct packet *p = e->held;
	int32_t n = 0;

	e->held = NULL;
	while (n < RTE_MIN(e->burst, TASK_PACKETS_MAX)) {
		if (p == NULL) {
			e->n_pulls++;
			p = element_pull_one(&e->element, 0);
		}
		if (p == NULL)
			break;
		if (!send_one(e, p))
			return n > 0;
		p = NULL;
		n++;
	}
	if (n > 0 || signal_is_active(&e->signal))
		task_reschedule(task);
	return n > 0;
}

static void
todevice_retry(struct timer *timer)
{
	task_schedule(&((struct todevice *)timer->element)->task);
}

// ---- configuration

static int
todevice_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	struct todevice *e = (struct todevice *)base;
	int err = 0;

	(void)args;
	if (*e->interface == '\0')
		err = errh_error(errh, "interface not set");
	if (e->method.text != NULL)
		err |= method_check(e->method.text, errh);
	return err == 0 ? 0 : -EINVAL;
}

static int
todevice_attach(struct element *base, struct errh *errh)
{
	struct todevice *e = (struct todevice *)base;
	const struct router *r = base->router;

	for (size_t i = 0; i < r->n_elements && r->elements[i] != base; i++) {
		struct todevice *other = (struct todevice *)r->elements[i];

		if (r->elements[i]->class == base->class &&
			strcmp(other->interface, e->interface) == 0)
			return errh_error(errh, "duplicate writer for device '%s'", e->interface);
	}
	element_task_init(base, &e->task, todevice_run);
	return 0;
}

static int
todevice_initialize(struct element *base, struct errh *errh)
{
	struct todevice *e = (struct todevice *)base;
	// Nothing is received here: a filter that no packet passes, and a small ring.
	struct pcap_options o = {.interface = e->interface,
		.snaplen = 14,
		.filter = "less 1",
		.immediate = true,
		.buffer_kib = 64};

	e->device = pcap_device_open(&o, errh);
	if (e->device == NULL)
		return -EINVAL;
	timer_init(&e->retry, base, todevice_retry, e->task.home);
	signal_upstream_empty(&e->signal, base, 0, &e->task);
	task_schedule(&e->task);
	return 0;
}

static int
todevice_take_state(struct element *base, struct element *old_base, struct errh *errh)
{
	struct todevice *e = (struct todevice *)base, *old = (struct todevice *)old_base;

	(void)errh;
	if (strcmp(e->interface, old->interface) != 0)
		return 0;
	e->held = old->held;
	old->held = NULL;
	e->n_pulls = old->n_pulls;
	return 0;
}

static void
todevice_cleanup(struct element *base)
{
	struct todevice *e = (struct todevice *)base;

	if (e->held != NULL)
		element_drop(base, STILL_HELD, e->held);
	timer_unschedule(&e->retry);
	task_fini(&e->task);
	signal_fini(&e->signal);
	pcap_device_close(e->device);
}

static uint32_t
todevice_held(struct element *base)
{
	return ((struct todevice *)base)->held != NULL;
}

// ---- handlers

static int
read_signal(const struct handler_read *call)
{
	signal_text(&((struct todevice *)call->element)->signal, "empty", call->out);
	return 0;
}

static int
read_q(const struct handler_read *call)
{
	strbuf_adds(call->out, todevice_held(call->element) ? "true" : "false");
	return 0;
}

static void
todevice_add_handlers(struct element *base)
{
	element_add_task_handlers(base, &((struct todevice *)base)->task, 0);
}

static const struct arg todevice_args[] = {
	ARG(todevice, interface, "DEVNAME", ARG_MANDATORY, .help = "name of the kernel interface"),
	ARG(todevice, debug, "DEBUG", ARG_KEYWORD, .def = "false",
		.help = "chatters whenever the kernel has no room"),
	ARG(todevice, method, "METHOD", ARG_KEYWORD, .help = "PCAP, the only one"),
	ARG(todevice, burst, "BURST", ARG_KEYWORD, .def = "1", .min = 1, .max = INT32_MAX,
		.range_error = "bad BURST", .help = "packets in one run of the task"),
	ARGS_END,
};

static const struct handler todevice_handlers[] = {
	HANDLER_FIELD_RW("debug", todevice, debug, HANDLER_CHECKBOX, .help = "see DEBUG"),
	HANDLER_FIELD_R("pulls", todevice, n_pulls, 0, .help = "pulls made"),
	{.name = "signal", .read = read_signal, .help = "state of the upstream empty signal"},
	{.name = "q", .read = read_q, .help = "whether a packet is held because there was no room"},
	HANDLERS_END,
};

static const char *const todevice_drops[] = {
	[SEND_FAILED] = "send failed",
	[STILL_HELD] = "not sent before the end",
	NULL,
};

static const struct element_class todevice_class = {
	.name = "ToDevice",
	.ports = "1/0-2",
	.processing = "l/h",
	.flags = ELEMENT_DEVICE | ELEMENT_KERNEL_DEVICE,
	.lcores = LCORES_ONE,
	.size = sizeof(struct todevice),
	.configure = todevice_configure,
	.attach = todevice_attach,
	.initialize = todevice_initialize,
	.take_state = todevice_take_state,
	.cleanup = todevice_cleanup,
	.held = todevice_held,
	.args = todevice_args,
	.handlers = todevice_handlers,
	.add_handlers = todevice_add_handlers,
	.drops = todevice_drops,
	.group = "device",
	.brief = "sends packets through a kernel interface, by libpcap",
	.manual =
		"Pulls, and copies each packet into the kernel with a send call. A packet that the\n"
		"kernel has no room for is kept and tried again after 1, 2, 4 ... 256 us. Sent\n"
		"packets go to output 0 and failed ones to output 1, where these exist.",
	.example = "InfiniteSource(LIMIT 1) -> Queue -> ToDevice(lo);",
};
ELEMENT_CLASS(todevice_class)
