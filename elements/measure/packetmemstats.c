// SPDX-License-Identifier: BSD-3-Clause
// PacketMemStats: counts packets whose data is aligned.

#include <inttypes.h>

#include "src/element.h"
#include "src/strbuf.h"

struct packetmemstats_lcore {
	uint64_t n_aligned, n_unaligned;
};

struct packetmemstats {
	struct element element;
	uint32_t stride;
};

static inline void
count_packet(const struct packetmemstats *e, struct packet *p)
{
	struct packetmemstats_lcore *l = element_lcore(&e->element);
	bool aligned = ((uintptr_t)packet_data(p) & (e->stride - 1)) == 0;

	l->n_aligned += aligned;
	l->n_unaligned += !aligned;
}

ELEMENT_CHANGE(packetmemstats, packetmemstats, count_packet)

static int
check_stride(uint32_t stride, struct errh *errh)
{
	if (stride == 0 || (stride & (stride - 1)) != 0)
		return errh_error(errh, "ALIGN_STRIDE must be a power of 2");
	return 0;
}

static int
packetmemstats_configure(struct element *base, const struct strvec *args, struct errh *errh)
{
	(void)args;
	return check_stride(((struct packetmemstats *)base)->stride, errh);
}

static int
packetmemstats_take_state(struct element *base, struct element *old, struct errh *errh)
{
	struct packetmemstats_lcore *l = element_lcore(base);

	(void)errh;
	l->n_aligned += ELEMENT_SUM(old, packetmemstats_lcore, n_aligned);
	l->n_unaligned += ELEMENT_SUM(old, packetmemstats_lcore, n_unaligned);
	return 0;
}

enum { ALIGNED, UNALIGNED, TOTAL, ALIGNED_RATIO, UNALIGNED_RATIO };

static int
read_value(const struct handler_read *call)
{
	uint64_t aligned = ELEMENT_SUM(call->element, packetmemstats_lcore, n_aligned);
	uint64_t unaligned = ELEMENT_SUM(call->element, packetmemstats_lcore, n_unaligned);
	uint64_t total = aligned + unaligned;
	const uint64_t values[] = {aligned, unaligned, total, aligned, unaligned};
	uint64_t v = values[call->row->number];

	if (call->row->number < ALIGNED_RATIO)
		strbuf_addf(call->out, "%" PRIu64, v);
	else
		text_double(call->out, total > 0 ? (double)v / (double)total : 0);
	return 0;
}

static int
write_stride(const struct handler_write *call)
{
	struct packetmemstats *e = (struct packetmemstats *)call->element;
	uint32_t stride;
	int err = handler_parse(call, &arg_uint32, &stride);

	if (err == 0)
		err = check_stride(stride, call->errh);
	if (err == 0)
		e->stride = stride;
	return err;
}

static const struct arg packetmemstats_args[] = {
	ARG(packetmemstats, stride, "ALIGN_STRIDE", ARG_KEYWORD, .def = "64",
		.help = "bytes, a power of 2, that an aligned packet's address is a multiple of"),
	ARGS_END,
};

#define VALUE(handler_name, which, text)                                                          \
	{                                                                                         \
		.name = handler_name, .read = read_value, .flags = HANDLER_LIVE, .number = which, \
		.help = text                                                                      \
	}

static const struct handler packetmemstats_handlers[] = {
	VALUE("aligned_pkts", ALIGNED, "packets that are aligned"),
	VALUE("unaligned_pkts", UNALIGNED, "packets that are not"),
	VALUE("total_pkts", TOTAL, "packets"),
	VALUE("aligned_pkts_ratio", ALIGNED_RATIO, "share of those that are aligned, 0 to 1"),
	VALUE("unaligned_pkts_ratio", UNALIGNED_RATIO, "share of those that are not"),
	HANDLER_FIELD_R("align_stride", packetmemstats, stride, 0, .write = write_stride,
		.help = "for packets from now on"),
	HANDLERS_END,
};

static const struct element_class packetmemstats_class = {
	.name = "PacketMemStats",
	.ports = "1/1",
	.processing = "a/a",
	.flags = ELEMENT_NO_DATA,
	.lcores = LCORES_ANY,
	.size = sizeof(struct packetmemstats),
	.lcore_size = sizeof(struct packetmemstats_lcore),
	.push = packetmemstats_push,
	.pull = packetmemstats_pull,
	.decide = packetmemstats_decide,
	.configure = packetmemstats_configure,
	.take_state = packetmemstats_take_state,
	.args = packetmemstats_args,
	.handlers = packetmemstats_handlers,
	.group = "measure",
	.brief = "counts packets whose data is aligned",
	.manual = "Looks at the address of each packet's first byte in memory.",
	.example = "Idle -> PacketMemStats(ALIGN_STRIDE 16) -> Discard;",
};
ELEMENT_CLASS(packetmemstats_class)
