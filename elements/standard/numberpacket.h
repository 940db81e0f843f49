// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Numbers that packets carry, 64 bits at some place.

#include <stdbool.h>
#include <stdint.h>

#include <rte_byteorder.h>

#include "src/element.h"

struct number_place {
	int32_t offset;
	bool net_order;
};

enum { NUMBER_OFFSET_MAX = UINT16_MAX - 8 };

int number_place_check(const struct number_place *place, struct errh *errh);
// Where a NumberPacket writes its numbers; NULL: it is none.
const struct number_place *numberpacket_place(const struct element *e);

// What is not given is as `place` has it; NULL: as it is.
static inline void
number_place_follow(struct number_place *mine, const struct number_place *place, bool has_offset,
	bool has_order)
{
	if (place != NULL && !has_offset)
		mine->offset = place->offset;
	if (place != NULL && !has_order)
		mine->net_order = place->net_order;
}

static inline uint64_t
number_swap(const struct number_place *place, uint64_t number)
{
	return place->net_order ? rte_cpu_to_be_64(number) : number;
}

#define NUMBER_OFFSET_ARG(struct_name)                                      \
	ARG(struct_name, place.offset, "OFFSET", ARG_OPTIONAL, .def = "40", \
		.help = "place of the number in the packet")
#define NUMBER_ORDER_ARG(struct_name)                                               \
	ARG(struct_name, place.net_order, "NET_ORDER", ARG_KEYWORD, .def = "false", \
		.help = "whether it is in network byte order; if not, in this machine's")
