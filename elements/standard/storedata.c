// SPDX-License-Identifier: BSD-3-Clause
// StoreData: overwrites bytes of packets.

#include "src/element.h"

struct storedata {
	struct element element;
	uint32_t offset;
	struct data data;
};

enum { NO_MEMORY };

static inline int
storedata_packet(const struct storedata *e, struct packet **pp)
{
	uint32_t length = packet_length(*pp), offset = e->offset, n;

	if (length <= offset)
		return 0;
	n = (uint32_t)RTE_MIN(e->data.len, (size_t)(length - offset));
	return likely(packet_write(pp, offset, e->data.bytes, n)) ? 0 : DROP(NO_MEMORY);
}

ELEMENT_DECIDE(storedata, storedata, storedata_packet)

static const struct arg storedata_args[] = {
	ARG(storedata, offset, "OFFSET", ARG_MANDATORY, .help = "of the first byte to overwrite"),
	ARG(storedata, data, "DATA", ARG_MANDATORY, .help = "what to put there"),
	ARGS_END,
};

static const char *const storedata_drops[] = {[NO_MEMORY] = "no memory", NULL};

static const struct element_class storedata_class = {
	.name = "StoreData",
	.ports = "1/1",
	.processing = "a/a",
	.lcores = LCORES_ANY,
	.size = sizeof(struct storedata),
	.push = storedata_push,
	.pull = storedata_pull,
	.decide = storedata_decide,
	.args = storedata_args,
	.drops = storedata_drops,
	.group = "standard",
	.brief = "overwrites bytes of packets",
	.manual =
		"As much of DATA as fits is written at OFFSET. Packets do not become longer; those\n"
		"that end before OFFSET stay as they are.",
	.example = "Idle -> StoreData(12, \\<0800>) -> Discard;",
};
ELEMENT_CLASS(storedata_class)
