// SPDX-License-Identifier: BSD-3-Clause
// EtherPauseSource: makes Ethernet PAUSE frames.

#include <rte_ether.h>

#include "src/clock.h"
#include "src/element.h"
#include "src/lcore.h"
#include "src/timer.h"

struct etherpausesource {
	struct element element;
	struct mac_addr src, dst;
	uint16_t pausetime;
	int32_t limit; // frames in all; negative: no limit
	bool active;
	struct timespan interval;
	int32_t count; // frames made
	struct timer timer;
};

enum { FRAME_SIZE = 64, OPCODE_PAUSE = 1, TYPE_MAC_CONTROL = 0x8808 };

struct pause_frame {
	struct rte_ether_hdr eth;
	rte_be16_t opcode, pausetime;
};

static bool
may_send(const struct etherpausesource *e)
{
	return e->active && (e->limit < 0 || e->count < e->limit);
}

static struct packet *
make_frame(const struct etherpausesource *e)
{
	struct pause_frame *frame;
	struct packet *p = packet_alloc(PACKET_CLICK_HEADROOM, FRAME_SIZE);

	if (unlikely(p == NULL))
		return NULL;
	memset(packet_data_rw(p), 0, FRAME_SIZE);
	frame = (void *)packet_data_rw(p);
	memcpy(&frame->eth.dst_addr, e->dst.bytes, RTE_ETHER_ADDR_LEN);
	memcpy(&frame->eth.src_addr, e->src.bytes, RTE_ETHER_ADDR_LEN);
	frame->eth.ether_type = RTE_BE16(TYPE_MAC_CONTROL);
	frame->opcode = RTE_BE16(OPCODE_PAUSE);
	frame->pausetime = rte_cpu_to_be_16(e->pausetime);
	packet_set_mac(p, 0);
	return p;
}

static void
etherpausesource_fire(struct timer *timer)
{
	struct etherpausesource *e = (struct etherpausesource *)timer->element;
	struct packet *p;

	if (!may_send(e) || lcores_are_draining())
		return;
	p = make_frame(e);
	if (likely(p != NULL)) {
		e->count++;
		element_push_one(&e->element, 0, p);
	}
	timer_reschedule_after(timer, e->interval.ns);
}

static void
etherpausesource_pull(struct element *base, unsigned port, struct batch *b, unsigned max)
{
	struct etherpausesource *e = (struct etherpausesource *)base;
	struct packet *p;

	(void)port;
	b->n = 0;
	while (b->n < RTE_MIN(max, (unsigned)BATCH_MAX) && may_send(e)) {
		p = make_frame(e);
		if (unlikely(p == NULL))
			return;
		e->count++;
		b->pkt[b->n++] = p;
	}
}

// ---- configuration

static bool
pushes(const struct etherpausesource *e)
{
	return element_output_is_push(&e->element, 0);
}

static int
etherpausesource_attach(struct element *base, struct errh *errh)
{
	(void)errh;
	if (pushes((struct etherpausesource *)base))
		element_timer_carries(base, element_home(base));
	return 0;
}

static int
etherpausesource_initialize(struct element *base, struct errh *errh)
{
	struct etherpausesource *e = (struct etherpausesource *)base;

	(void)errh;
	timer_init(&e->timer, base, etherpausesource_fire, element_home(base));
	if (e->active && pushes(e))
		timer_schedule_after(&e->timer, e->interval.ns);
	return 0;
}

static void
etherpausesource_cleanup(struct element *base)
{
	timer_unschedule(&((struct etherpausesource *)base)->timer);
}

static int
etherpausesource_take_state(struct element *base, struct element *old, struct errh *errh)
{
	(void)errh;
	((struct etherpausesource *)base)->count = ((struct etherpausesource *)old)->count;
	return 0;
}

// ---- handlers

// An idle element starts at once if it may.
static void
wake(struct etherpausesource *e)
{
	if (pushes(e) && may_send(e) && !timer_is_scheduled(&e->timer))
		timer_schedule_after(&e->timer, 0);
}

static int
write_field(const struct handler_write *call)
{
	struct etherpausesource *e = (struct etherpausesource *)call->element;
	struct errh silent;

	errh_init_silent(&silent);
	if (args_parse_value(call->row->type, call->text, (char *)e + call->row->offset, NULL,
		    call->element, &silent) != 0)
		return errh_error(call->errh, "type mismatch");
	if (!e->active)
		timer_unschedule(&e->timer);
	wake(e);
	return 0;
}

static int
write_reset(const struct handler_write *call)
{
	struct etherpausesource *e = (struct etherpausesource *)call->element;

	e->count = 0;
	wake(e);
	return 0;
}

static const struct arg etherpausesource_args[] = {
	ARG(etherpausesource, src, "SRC", ARG_MANDATORY, .help = "source address"),
	ARG(etherpausesource, pausetime, "PAUSETIME", ARG_MANDATORY,
		.help = "how long to be silent, in times of 512 bits"),
	ARG(etherpausesource, dst, "DST", ARG_KEYWORD, .def = "01-80-C2-00-00-01",
		.help = "destination address"),
	ARG(etherpausesource, limit, "LIMIT", ARG_KEYWORD, .def = "-1",
		.help = "frames in all; negative: no limit"),
	ARG(etherpausesource, active, "ACTIVE", ARG_KEYWORD, .def = "true",
		.help = "false: makes no frames until the handler `active` is set"),
	ARG(etherpausesource, interval, "INTERVAL", ARG_KEYWORD, .def = "1",
		.help = "time between two frames, for push output"),
	ARGS_END,
};

static const struct handler etherpausesource_handlers[] = {
	HANDLER_FIELD_R("count", etherpausesource, count, 0, .help = "frames made"),
	HANDLER_FIELD_R(
		"limit", etherpausesource, limit, 0, .write = write_field, .help = "frames in all"),
	HANDLER_FIELD_R("active", etherpausesource, active, HANDLER_CHECKBOX, .write = write_field,
		.help = "whether frames are made"),
	HANDLER_FIELD_R(
		"src", etherpausesource, src, 0, .write = write_field, .help = "source address"),
	HANDLER_FIELD_R("dst", etherpausesource, dst, 0, .write = write_field,
		.help = "destination address"),
	HANDLER_FIELD_R("pausetime", etherpausesource, pausetime, 0, .write = write_field,
		.help = "how long to be silent"),
	{.name = "reset_counts",
		.write = write_reset,
		.flags = HANDLER_BUTTON,
		.help = "sets count to 0"},
	HANDLERS_END,
};

static const struct element_class etherpausesource_class = {
	.name = "EtherPauseSource",
	.ports = "0/1",
	.processing = "a/a",
	.lcores = LCORES_ONE,
	.size = sizeof(struct etherpausesource),
	.pull = etherpausesource_pull,
	.attach = etherpausesource_attach,
	.initialize = etherpausesource_initialize,
	.cleanup = etherpausesource_cleanup,
	.take_state = etherpausesource_take_state,
	.args = etherpausesource_args,
	.handlers = etherpausesource_handlers,
	.group = "ethernet",
	.brief = "makes Ethernet PAUSE frames",
	.manual =
		"Pushes an IEEE 802.3x PAUSE frame every INTERVAL, the first one INTERVAL after the\n"
		"start, or gives one for each pull. Writing `false` to the handler `active` stops it\n"
		"at once, unlike Click's.",
	.example = "EtherPauseSource(2:0:0:0:0:1, 100, LIMIT 5) -> Discard;",
};
ELEMENT_CLASS(etherpausesource_class)
